#include "net/fair_queue.h"

#include <stdint.h>

static struct fair_entry *take_first(struct fair_queue *queue)
{
    struct fair_entry *entry = queue->first;
    if (entry) {
        queue->first = entry->next;
        if (!queue->first)
            queue->last = NULL;
        entry->next = NULL;
        entry->queued = false;
    }
    return entry;
}

static void on_idle(uv_idle_t *idle)
{
    struct fair_queue *queue = idle->data;
    uint64_t end_ns = uv_hrtime() + FAIR_QUEUE_TURN_NS;

    do {
        struct fair_entry *entry = take_first(queue);
        if (!entry) {
            /* An idle handle that runs makes the loop spin. */
            uv_idle_stop(idle);
            return;
        }
        if (entry->serve(entry))
            fair_queue_put(queue, entry);
    } while (uv_hrtime() < end_ns);
}

void fair_queue_init(struct fair_queue *queue, uv_loop_t *loop)
{
    *queue = (struct fair_queue){0};
    uv_idle_init(loop, &queue->idle);
    queue->idle.data = queue;
}

void fair_queue_put(struct fair_queue *queue, struct fair_entry *entry)
{
    if (entry->queued)
        return;
    entry->queued = true;
    entry->next = NULL;
    if (queue->last)
        queue->last->next = entry;
    else
        queue->first = entry;
    queue->last = entry;
    uv_idle_start(&queue->idle, on_idle);
}

void fair_queue_remove(struct fair_queue *queue, struct fair_entry *entry)
{
    if (!entry->queued)
        return;
    struct fair_entry *before = NULL;
    for (struct fair_entry *e = queue->first; e != entry; e = e->next)
        before = e;
    if (before)
        before->next = entry->next;
    else
        queue->first = entry->next;
    if (queue->last == entry)
        queue->last = before;
    entry->next = NULL;
    entry->queued = false;
}

void fair_queue_close(struct fair_queue *queue)
{
    uv_close((uv_handle_t *)&queue->idle, NULL);
}
