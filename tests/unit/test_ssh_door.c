/* At most eight at once, the others in order. */

#include "net/ssh_door.h"

#include "lib/test.h"

enum { VISITORS = 12 };

struct world {
    struct ssh_door door;
    struct ssh_visitor visitors[VISITORS];
    int called[VISITORS];
    int count;
};

struct caller {
    struct world *world;
    int number;
};

static void on_turn(void *context)
{
    struct caller *caller = context;
    caller->world->called[caller->world->count++] = caller->number;
}

static void test_in_order(void **state)
{
    struct world world = {0};
    struct caller callers[VISITORS];
    (void)state;

    for (int i = 0; i < VISITORS; i++) {
        callers[i] = (struct caller){&world, i};
        world.visitors[i] =
            (struct ssh_visitor){.on_turn = on_turn, .context = &callers[i]};
        assert_int_equal(ssh_door_enter(&world.door, &world.visitors[i]),
                         i < SSH_DOOR_WIDTH);
    }
    assert_true(ssh_door_enter(&world.door, &world.visitors[0])); /* asked again */
    assert_false(ssh_door_enter(&world.door, &world.visitors[8]));

    ssh_door_leave(&world.door, &world.visitors[9]); /* tired of waiting */
    ssh_door_leave(&world.door, &world.visitors[3]);
    ssh_door_leave(&world.door, &world.visitors[3]);
    ssh_door_leave(&world.door, &world.visitors[0]);
    assert_int_equal(world.count, 2);
    assert_int_equal(world.called[0], 8);
    assert_int_equal(world.called[1], 10);
    assert_int_equal(world.door.inside, SSH_DOOR_WIDTH);
    for (int i = 0; i < VISITORS; i++)
        ssh_door_leave(&world.door, &world.visitors[i]);
    assert_int_equal(world.door.inside, 0);
    assert_null(world.door.first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
