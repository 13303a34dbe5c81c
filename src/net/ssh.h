#ifndef BGC_NET_SSH_H
#define BGC_NET_SSH_H

/*
 * SSH to one host: a warm connection that runs one command after another.
 *
 * The transport interface. Commands are fixed strings, values go to their
 * standard input (docs/remote-helpers.md), so nothing is ever quoted. The host
 * key is always verified; there is no way to go on without.
 *
 * A connection is made when the first command is asked for and kept. One
 * command runs at a time; further ones wait in order. When the connection
 * breaks, the running command ends with ERR_LOST, and the next one connects
 * anew. No command is ever repeated here; only a connection that was hung up on before
 * a word is tried again, since nothing was asked on it.
 */

#include "base/err.h"
#include "core/settings.h"
#include "net/fair_queue.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum { SSH_NAME_MAX = 64, SSH_ADDRESS_MAX = 48, SSH_INPUT_MAX = 300 * 1024 };

struct ssh_target {
    char name[SSH_NAME_MAX];       /* for messages: the Droplet's name */
    char address[SSH_ADDRESS_MAX]; /* numeric IPv4 or IPv6 */
    int port;
    char user[SSH_NAME_MAX];
};

/* How we prove who we are and who they are, and by which way. Pointers are kept. */
struct ssh_identity {
    const char *key_file;      /* "" : none */
    bool agent;                /* also ask the agent at SSH_AUTH_SOCK */
    const char *known_hosts;   /* path of the operator's file */
    const char *trusted_hosts; /* path of our own, which `bgconsole trust` writes */
    int connect_timeout_ms;    /* resolve, connect, handshake and login together */
    enum transport transport;
    const char *jump;          /* [USER@]HOST[:PORT] in front of all hosts; "" : none */
    const char *config_file;   /* an ssh_config for `openssh`; "" : none is read */
    struct ssh_shared *shared; /* by all connections of the loop */
};

/* As the settings say. All pointers are kept. */
struct ssh_identity ssh_identity_of(const struct settings *settings,
                                    const char *trusted_hosts,
                                    struct ssh_shared *shared);

struct ssh_command {
    const char *command; /* a constant of the program */
    const char *input;   /* copied; sent whole */
    size_t input_length; /* at most SSH_INPUT_MAX */
    bool hold_input;     /* leave standard input open: its end would end the command */
    int silence_ms;      /* no byte for so long: ERR_TIMEOUT; 0: no limit */
    int limit_ms;        /* the whole command; 0: no limit */

    /* Called on the loop, never from within ssh_run(). */
    void (*on_output)(void *context, bool is_error, const char *bytes, size_t length);
    /* Once, at last. `err` ERR_NONE: the command ended by itself. `exit_status` -1: it
     * was killed by a signal, or the host did not tell. */
    void (*on_end)(void *context, int exit_status, const struct err *err);
    void *context;
};

struct ssh;
struct ssh_shared;

struct ssh *ssh_new(uv_loop_t *loop, struct fair_queue *queue,
                    const struct ssh_target *target,
                    const struct ssh_identity *identity);

/* Runs a command, or puts it behind the ones before it. False: 16 wait already, or
 * the input is too large; nothing will be called. */
bool ssh_run(struct ssh *ssh, const struct ssh_command *command);

/* Ends the connection; running and waiting commands end with ERR_LOST on a later turn.
 */
void ssh_drop(struct ssh *ssh);

/* Drops, and frees when the loop has let go. No callback comes after. */
void ssh_free(struct ssh *ssh);

#endif
