#ifndef BGC_NET_FAIR_QUEUE_H
#define BGC_NET_FAIR_QUEUE_H

/*
 * A fair queue for sessions that are ready.
 *
 * A poll callback only puts its session here. One idle handle then serves one
 * short call for each entry in turn, until 1 ms of the turn is spent, so that a
 * hundred sessions ready in one instant never hold up a key.
 */

#include <stdbool.h>
#include <uv.h>

enum { FAIR_QUEUE_TURN_NS = 1000000 };

struct fair_entry {
    struct fair_entry *next;
    bool queued;
    /* One short call. Returns whether it wants another in a later round. */
    bool (*serve)(struct fair_entry *entry);
};

struct fair_queue {
    uv_idle_t idle;
    struct fair_entry *first, *last;
};

void fair_queue_init(struct fair_queue *queue, uv_loop_t *loop);
void fair_queue_put(struct fair_queue *queue, struct fair_entry *entry);
void fair_queue_remove(struct fair_queue *queue, struct fair_entry *entry);
void fair_queue_close(struct fair_queue *queue); /* entries must be gone */

#endif
