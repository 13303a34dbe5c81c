#include "app/parting.h"

#include "app/engine.h"

#include <stdio.h>

enum { LIMIT_MS = 10000 };

/* Whether it is the lease alone that keeps the core busy. */
static bool is_owing(const struct core *core)
{
    return !core_is_busy_with_run(core) && core_is_busy(core);
}

static void on_turn(void *context)
{
    struct engine *engine = context;

    if (!is_owing(engine->core))
        engine_stop(engine);
}

static void on_limit(uv_timer_t *timer)
{
    engine_stop(timer->data);
}

void parting_wait(struct engine *engine)
{
    uv_timer_t limit;

    if (!is_owing(engine->core))
        return;
    uv_timer_init(&engine->loop, &limit);
    limit.data = engine;
    uv_timer_start(&limit, on_limit, LIMIT_MS, 0);
    engine->on_turn = on_turn;
    engine->context = engine;
    engine_run(engine);
    uv_close((uv_handle_t *)&limit, NULL);
    engine->on_turn = NULL;
    uv_run(&engine->loop, UV_RUN_NOWAIT); /* the handle is ours: it must be gone */
    if (is_owing(engine->core))
        printf("bgconsole: the load balancer does not answer: the lease ends by itself "
               "within %d s\n",
               LEASE_TTL_S);
}
