#include "net/ssh_ability.h"

#include "base/str.h"

#include <unistd.h>

static bool has_certificate(const char *key_file)
{
    char path[SETTING_TEXT_MAX + 16];
    struct str certificate = str_on(path, sizeof path);

    str_addf(&certificate, "%s-cert.pub", key_file);
    return key_file[0] != '\0' && access(path, F_OK) == 0;
}

bool ssh_library_may(const struct ssh_identity *identity, struct err *err)
{
    if (identity->jump[0] != '\0')
        return err_set(err, ERR_CONFIG,
                       "[ssh] jump = %s: libssh2 cannot go through another host; set "
                       "transport = openssh or auto",
                       identity->jump);
    if (identity->config_file[0] != '\0')
        return err_set(
            err, ERR_CONFIG,
            "[ssh] ssh_config = %s: libssh2 does not read it; set transport = "
            "openssh or auto",
            identity->config_file);
    if (has_certificate(identity->key_file))
        return err_set(err, ERR_CONFIG,
                       "%s-cert.pub: libssh2 cannot use certificates; set transport = "
                       "openssh or auto",
                       identity->key_file);
    return true;
}
