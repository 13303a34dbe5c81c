#ifndef BGC_APP_ENGINE_H
#define BGC_APP_ENGINE_H

/*
 * The loop: events go to core, effects to the journal and then to net.
 *
 * One turn:
 *   1. wait: libuv, until a descriptor speaks or core's deadline comes;
 *   2. each event goes through core_step(), with the one moment of this turn;
 *   3. the records of the turn are written to the journal, one fdatasync;
 *   4. the effects are performed, in order; their answers are events of later turns;
 *   5. the watcher of turns is called: it draws, or prints, or ends the loop.
 *
 * Where the journal fails, nothing that changes the world is performed, and core
 * hears of it.
 */

#include "app/environment.h"
#include "core/core.h"
#include "net/engine_lock.h"
#include "net/journal.h"
#include "net/net.h"

#include <uv.h>

struct engine {
    uv_loop_t loop;
    uv_prepare_t turn_end;
    uv_timer_t deadline;
    uv_timer_t pulse; /* keeps ages and clocks on the screen going */
    struct environment *environment;
    struct core *core;
    struct effects *effects;
    struct net *net;
    struct journal journal;
    struct engine_lock lock;
    uint32_t journalled; /* number of the run whose journal is open */
    bool keeps_journal;
    struct moment now;
    bool turn_begun; /* `now` is this turn's */

    /* Called at the end of each turn in which something happened. */
    void (*on_turn)(void *context);
    void *context;
};

/* Opens the loop and all rooms; with `keeps_journal` also takes the environment's lock.
 * Says on standard error what is wrong. */
enum exit_code engine_open(struct engine *engine, struct environment *environment,
                           struct policy policy, bool keeps_journal);

/* The moment of this turn. */
struct moment engine_now(struct engine *engine);

/* Gives core an event. */
void engine_take(struct engine *engine, struct event *event);

/* An operator wants something. */
void engine_want(struct engine *engine, const struct intent *intent);

/* Wakes core each second, so that what is shown grows older by itself. */
void engine_pulse(struct engine *engine);

/* Runs until engine_stop(). */
void engine_run(struct engine *engine);
void engine_stop(struct engine *engine);

/* Closes everything; the loop is empty afterwards. Handles of others on the loop must
 * be closing already. */
void engine_close(struct engine *engine);

#endif
