#ifndef BGC_CORE_BY_HAND_H
#define BGC_CORE_BY_HAND_H

/*
 * The commands of the break-glass card, each a line to copy.
 *
 * By the helper: its request (docs/remote-helpers.md) by printf over SSH, since sudoers
 * allows the helper without arguments. Without it: on the load balancer as root, by a
 * shell, coreutils and perl-base, on HAProxy's socket (management.txt 9.3).
 * What is not known becomes `${NAME:?...}`, at which a shell stops and says what to
 * set: nothing is guessed.
 */

#include "core/model.h"
#include "core/shell_line.h"

#include <stdint.h>

/* Where and as whom the lines are to work. */
struct by_hand {
    const struct model *model;
    int host;      /* the load balancer, index in the fleet, -1: none is known */
    int64_t epoch; /* above all that were seen, -1: not known */
    struct str *out;
};

struct by_hand by_hand_on(const struct model *model, int host, struct str *out);

/* Whether HAProxy told of the server of this host, by a name that its socket takes. */
bool by_hand_knows_server(const struct host *host);

/* ---- by the helper ---- */

void by_hand_status(const struct by_hand *hand);

/* `from` may be SHARE_UNKNOWN. `seq` orders the lines of one card. The servers of the
 * colour that `to` favours must be ready, or the helper refuses. */
void by_hand_switch(const struct by_hand *hand, int seq, int from, int to);

/* `verb` is "revert" or "finish". */
void by_hand_end_fuse(const struct by_hand *hand, int seq, const char *verb);

/* The maintenance page. */
void by_hand_maintenance(const struct by_hand *hand, int seq, bool on);

/* ---- without it, on the load balancer as root ---- */

void by_hand_login(const struct by_hand *hand);
void by_hand_look_disk(const struct by_hand *hand);
void by_hand_look_runtime(const struct by_hand *hand);
void by_hand_set_disk(const struct by_hand *hand, int share);
void by_hand_set_runtime(const struct by_hand *hand, int share);

/* Every known server of the colour to `state`: "maint" or "ready". Returns how many;
 * writes nothing where there is none. */
int by_hand_set_servers(const struct by_hand *hand, enum colour colour,
                        const char *state);

#endif
