#ifndef BGC_TESTS_LIB_SSHD_H
#define BGC_TESTS_LIB_SSHD_H

/*
 * A real sshd for a test: on 127.0.0.1, a free port, with keys of its own in a
 * directory of its own, as the user who runs the test.
 *
 *     sshd_start(&sshd, "");          keys made, listening, its key known
 *     ...
 *     sshd_stop(&sshd);               ended by its pid, the directory removed
 */

#include "net/ssh.h"

#include <stdbool.h>
#include <sys/types.h>

enum { SSHD_PATH_MAX = 256, SSHD_COMMAND_MAX = 4096 };

struct sshd {
    char directory[128];
    char key[SSHD_PATH_MAX];           /* the client's ed25519 key, allowed to log in */
    char known_hosts[SSHD_PATH_MAX];   /* names the server's keys */
    char trusted_hosts[SSHD_PATH_MAX]; /* a file of our own, not there at first */
    char user[64];
    int port;
    pid_t pid;
};

/* `extra` are lines for sshd_config; they win over ours. Fails the test where sshd does
 * not listen within 10 s. */
void sshd_start(struct sshd *sshd, const char *extra);
void sshd_stop(struct sshd *sshd);

/* Who logs in there: by the key file, the server known, within 5 s. */
struct ssh_identity sshd_identity(const struct sshd *sshd, struct ssh_shared *shared);

/* A port of loopback that nobody used a moment ago. */
int sshd_free_port(void);

/* Whether this machine has an sshd at all. */
bool sshd_is_here(void);

/* Runs `format` by sh, in the directory; fails the test when it fails. */
void sshd_shell(const struct sshd *sshd, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
