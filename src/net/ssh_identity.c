#include "net/ssh.h"

struct ssh_identity ssh_identity_of(const struct settings *settings,
                                    const char *trusted_hosts,
                                    struct ssh_shared *shared)
{
    return (struct ssh_identity){
        .key_file = settings->key_file,
        .agent = settings->agent,
        .known_hosts = settings->known_hosts,
        .trusted_hosts = trusted_hosts,
        .connect_timeout_ms = (int)settings->connect_timeout_s * 1000,
        .transport = settings->transport,
        .jump = settings->jump,
        .config_file = settings->ssh_config,
        .shared = shared,
    };
}
