#ifndef BGC_NET_OPENSSH_ARGV_H
#define BGC_NET_OPENSSH_ARGV_H

/*
 * The command lines of the system's ssh. Pure.
 *
 * Nothing from outside becomes an option: all options are constants of this room, a
 * user or a host that could be read as one is refused, paths are quoted as
 * ssh_config(5) wants, and `--` stands before the host. Options on the command line win
 * over an ssh_config.
 */

#include "base/err.h"
#include "base/str.h"
#include "net/ssh.h"

#include <stdbool.h>

enum { OPENSSH_WORDS_MAX = 64, OPENSSH_TEXT_MAX = 16 * 1024 };

struct openssh_argv {
    const char *words[OPENSSH_WORDS_MAX + 1]; /* a NULL at the end */
    int count;
    struct str text; /* of the words that are made here */
    char buffer[OPENSSH_TEXT_MAX];
};

/* The control master: logs in, goes into the background, ends with 0; and it ends a few
 * seconds after the last who used it. What a jump host's ssh has to say goes to the
 * file `said`, because a master keeps no error output. Errors: ERR_CONFIG. */
bool openssh_argv_master(struct openssh_argv *argv, const struct ssh_target *target,
                         const struct ssh_identity *identity, const char *control,
                         const char *said, struct err *err);

/* A command through that master, and never without it. What ssh itself has to say goes
 * to the file `said`. */
bool openssh_argv_command(struct openssh_argv *argv, const struct ssh_target *target,
                          const char *control, const char *said, const char *command,
                          struct err *err);

/* Only meets the host, without a login, and has its key of `type` written to the file
 * `scratch`: for `bgconsole trust`. */
bool openssh_argv_scan(struct openssh_argv *argv, const struct ssh_target *target,
                       const struct ssh_identity *identity, const char *type,
                       const char *scratch, struct err *err);

#endif
