#include "lib/wire_loop.h"

#include "lib/test.h"

#include <time.h>

static void on_wake(uv_timer_t *timer)
{
    (void)timer;
}

static uint64_t cpu_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void wire_loop_init(struct wire_loop *wire)
{
    assert_int_equal(uv_loop_init(&wire->loop), 0);
    uv_loop_configure(&wire->loop, UV_METRICS_IDLE_TIME);
    fair_queue_init(&wire->queue, &wire->loop);
    ssh_shared_init(&wire->shared, NULL);
    uv_timer_init(&wire->loop, &wire->wake);
    uv_timer_start(&wire->wake, on_wake, 50, 50);
    wire->longest_turn_ns = wire->longest_turn_cpu_ns = 0;
}

void wire_loop_turn(struct wire_loop *wire)
{
    /* uv_run(ONCE) also waits; only what it does beside that counts as the turn. */
    uint64_t idle = uv_metrics_idle_time(&wire->loop);
    uint64_t begun = uv_hrtime(), cpu_begun = cpu_now_ns();
    uv_run(&wire->loop, UV_RUN_ONCE);
    uint64_t cpu = cpu_now_ns() - cpu_begun;
    uint64_t spent = uv_hrtime() - begun - (uv_metrics_idle_time(&wire->loop) - idle);
    if (spent > wire->longest_turn_ns)
        wire->longest_turn_ns = spent;
    if (cpu > wire->longest_turn_cpu_ns)
        wire->longest_turn_cpu_ns = cpu;
}

void wire_loop_until(struct wire_loop *wire, const int *done, int wanted, int limit_ms)
{
    uint64_t end = uv_hrtime() + (uint64_t)limit_ms * 1000000;
    while (*done < wanted) {
        if (uv_hrtime() > end)
            fail_msg("%d of %d came within %d ms", *done, wanted, limit_ms);
        wire_loop_turn(wire);
    }
}

void wire_loop_close(struct wire_loop *wire)
{
    uv_close((uv_handle_t *)&wire->wake, NULL);
    fair_queue_close(&wire->queue);
    uint64_t end = uv_hrtime() + 60 * UINT64_C(1000000000);
    while (uv_loop_close(&wire->loop) == UV_EBUSY) {
        if (uv_hrtime() > end)
            fail_msg("a handle was left open");
        uv_run(&wire->loop, UV_RUN_NOWAIT);
    }
    ssh_shared_close(&wire->shared);
}
