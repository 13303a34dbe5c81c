/* The fair queue: in order, in turn, bounded, and quiet when it is empty. */

#include "net/fair_queue.h"

#include "lib/test.h"

#include <string.h>
#include <time.h>

struct world {
    uv_loop_t loop;
    struct fair_queue queue;
    char served[256]; /* the names of the entries in the order of their turns */
};

struct worker {
    struct fair_entry entry; /* first: serve() casts */
    struct world *world;
    char name;
    int wanted; /* turns */
    int work_ms;
    struct worker *removes; /* in its turn */
};

static bool serve(struct fair_entry *entry)
{
    struct worker *worker = (struct worker *)entry;
    size_t length = strlen(worker->world->served);
    worker->world->served[length] = worker->name;
    worker->world->served[length + 1] = '\0';
    if (worker->removes)
        fair_queue_remove(&worker->world->queue, &worker->removes->entry);
    for (uint64_t end = uv_hrtime() + (uint64_t)worker->work_ms * 1000000;
         uv_hrtime() < end;) {
    }
    return --worker->wanted > 0;
}

static int world_begin(void **state)
{
    static struct world world;
    world.served[0] = '\0';
    uv_loop_init(&world.loop);
    fair_queue_init(&world.queue, &world.loop);
    *state = &world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;
    fair_queue_close(&world->queue);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&world->loop);
}

static struct worker worker_of(struct world *world, char name, int wanted)
{
    return (struct worker){
        .entry.serve = serve, .world = world, .name = name, .wanted = wanted};
}

static void test_turns(void **state)
{
    struct world *world = *state;
    struct worker a = worker_of(world, 'a', 3), b = worker_of(world, 'b', 1),
                  c = worker_of(world, 'c', 2);
    fair_queue_put(&world->queue, &a.entry);
    fair_queue_put(&world->queue, &b.entry);
    fair_queue_put(&world->queue, &a.entry); /* is there already */
    fair_queue_put(&world->queue, &c.entry);
    uv_run(&world->loop, UV_RUN_DEFAULT); /* ends when the queue is empty */
    assert_string_equal(world->served, "abcaca");
}

/* A turn ends after the entry that spent it: others wait for the next one. */
static void test_turn_is_bounded(void **state)
{
    struct world *world = *state;
    struct worker a = worker_of(world, 'a', 2), b = worker_of(world, 'b', 1);
    a.work_ms = 2;
    fair_queue_put(&world->queue, &a.entry);
    fair_queue_put(&world->queue, &b.entry);
    uv_run(&world->loop, UV_RUN_NOWAIT);
    assert_string_equal(world->served, "a");
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_string_equal(world->served, "aba");
}

static void test_remove(void **state)
{
    struct world *world = *state;
    struct worker a = worker_of(world, 'a', 1), b = worker_of(world, 'b', 1),
                  c = worker_of(world, 'c', 1), d = worker_of(world, 'd', 1);
    fair_queue_put(&world->queue, &a.entry);
    fair_queue_put(&world->queue, &b.entry);
    fair_queue_put(&world->queue, &c.entry);
    fair_queue_remove(&world->queue, &a.entry);
    fair_queue_remove(&world->queue, &c.entry);
    fair_queue_remove(&world->queue, &d.entry); /* was never there */
    fair_queue_put(&world->queue, &d.entry);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_string_equal(world->served, "bd");
}

static void test_remove_from_within_a_turn(void **state)
{
    struct world *world = *state;
    struct worker a = worker_of(world, 'a', 1), b = worker_of(world, 'b', 1);
    a.removes = &b;
    fair_queue_put(&world->queue, &a.entry);
    fair_queue_put(&world->queue, &b.entry);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    assert_string_equal(world->served, "a");
}

#define QUEUE_TEST(test) cmocka_unit_test_setup_teardown(test, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUEUE_TEST(test_turns),
        QUEUE_TEST(test_turn_is_bounded),
        QUEUE_TEST(test_remove),
        QUEUE_TEST(test_remove_from_within_a_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
