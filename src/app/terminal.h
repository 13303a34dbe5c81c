#ifndef BGC_APP_TERMINAL_H
#define BGC_APP_TERMINAL_H

/*
 * One terminal on an engine, as the engine sees it: a connection that bytes of keys
 * come from and pictures go to, and a view of its own. Before its HELLO it is only a
 * connection; a HELLO with a command is answered and ends it.
 *
 * Nobody waits for a terminal. One picture is on its way at most; until the terminal
 * says that it is on the screen nothing is drawn for it, and then the newest. So a
 * terminal that is stopped, or whose line takes nothing, costs one picture of memory.
 */

#include "app/engine.h"
#include "app/hello.h"
#include "net/wire.h"
#include "ui/ui.h"

struct terminal;

/* Who keeps it, and is told; the terminal may be ended from each of these. */
struct terminal_owner {
    void (*arrived)(void *context, struct terminal *terminal); /* its HELLO came */
    void (*wants_say)(void *context, struct terminal *terminal);
    void (*left)(void *context, struct terminal *terminal); /* it is leaving now */
    void (*lost)(void *context, struct terminal *terminal); /* it is gone: end it */
    void *context;
};

struct terminal {
    struct engine *engine;
    struct terminal_owner owner;
    struct wire wire;
    uv_poll_t poll;
    uv_timer_t key_timer; /* a lone ESC is a key after a while */
    int open_handles;
    struct hello hello; /* protocol 0: it did not come yet */
    bool leaving;       /* it has given its screen back and waits for a word */
    bool suspended;     /* Ctrl-Z; until something comes from it */
    bool ended;         /* its handles are closing */

    struct view view;
    struct keys keys;
    struct canvas canvas, shown; /* drawn now, and what the terminal has */
    bool spoiled;                /* it wants the whole picture */
    bool draw_now;               /* a key never waits for its frame */
    bool on_its_way;             /* a picture that it has not shown yet */
    int gate_drawn;              /* the gate on that picture */
    int64_t drawn_ms, sent_ms;
};

/* Takes the connection, and greets. */
struct terminal *terminal_new(struct engine *engine, int fd, const struct hello *own,
                              struct terminal_owner owner);

/* Closes its handles and frees it when they are closed. Its connection goes with it,
 * or to `ret_wire`, where that is not NULL. */
void terminal_end(struct terminal *terminal, struct wire *ret_wire);

/* Whether it is a terminal that somebody looks at. */
bool terminal_is_attached(const struct terminal *terminal);

/* How long until its next picture is due: 0 now, INT64_MAX when it asks for one. */
int64_t terminal_due_ms(const struct terminal *terminal, int64_t now_ms);

/* Draws what is true now, and sends it if it is news. */
void terminal_draw(struct terminal *terminal);

/* For how long a picture has been on its way; 0: none is. */
int64_t terminal_lag_ms(const struct terminal *terminal, int64_t now_ms);

/* It is to give its screen back. */
void terminal_leave(struct terminal *terminal);

/* Sends an exit code with words to print, `type` MESSAGE_REPLY or MESSAGE_GOODBYE. */
void terminal_tell(struct wire *wire, enum message_type type, enum exit_code code,
                   const char *words);

#endif
