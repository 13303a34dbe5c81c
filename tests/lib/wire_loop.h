#ifndef BGC_TESTS_LIB_WIRE_LOOP_H
#define BGC_TESTS_LIB_WIRE_LOOP_H

/*
 * A loop for tests over the wire: turns until a state is reached, with a deadline,
 * and knows the longest turn.
 */

#include "net/fair_queue.h"
#include "net/ssh_shared.h"

#include <stdbool.h>
#include <uv.h>

struct wire_loop {
    uv_loop_t loop;
    struct fair_queue queue;
    struct ssh_shared shared;
    uv_timer_t wake;          /* keeps the loop from waiting for ever */
    uint64_t longest_turn_ns; /* by the clock: also what blocked, and other programs */
    uint64_t longest_turn_cpu_ns; /* our own work */
};

void wire_loop_init(struct wire_loop *wire);

/* One turn; waits for events at most 50 ms. */
void wire_loop_turn(struct wire_loop *wire);

/* Turns until `*done` reaches `wanted`; fails the test after `limit_ms`. */
void wire_loop_until(struct wire_loop *wire, const int *done, int wanted, int limit_ms);

/* All clients must be freed. Fails the test where a handle is left open. */
void wire_loop_close(struct wire_loop *wire);

#endif
