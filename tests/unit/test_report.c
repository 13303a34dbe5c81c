/* The same run, seen turn by turn: each thing is told once, in order. */

#include "lib/test.h"
#include "lib/world.h"

#include "base/str.h"
#include "ui/report.h"

#include <string.h>

enum { OUT_MAX = 65536 };

struct story {
    struct report report;
    struct world *world; /* as of the last turn */
    char text[OUT_MAX];
};

static void turn(struct story *story, struct str *out, enum situation situation)
{
    world_free(story->world);
    story->world = world_new(situation);
    report_turn(&story->report, &story->world->model, out);
    size_t before = out->length;
    report_turn(&story->report, &story->world->model, out);
    assert_int_equal(out->length, before); /* nothing twice */
}

static void expect_story(const enum situation *situations, size_t count, bool verbose,
                         const char *expected)
{
    static struct story story;
    story.world = NULL;
    struct str out = str_on(story.text, sizeof story.text);
    report_init(&story.report, verbose);
    for (size_t i = 0; i < count; i++)
        turn(&story, &out, situations[i]);
    world_free(story.world);
    assert_string_equal(story.text, expected);
}

static void tells_a_deploy_that_ends_well(void **state)
{
    (void)state;
    static const enum situation situations[] = {
        WORLD_IDLE,        WORLD_PREFLIGHT, WORLD_PLAN_GATE, WORLD_DEPLOYING,
        WORLD_SWITCH_GATE, WORLD_WATCHING,  WORLD_FINISHED};
    expect_story(
        situations, LENGTH_OF(situations), false,
        "14:04:07  run        begin  1: deploy release-2 (20261123T140231Z-7f3a)\n"
        "14:04:07  lease      ours   epoch 7\n"
        "14:04:05  preflight  gate   waits for your yes to the plan\n"
        "14:05:13  preflight  ok     3 blue, 3 green; release-2 = 4e2b9d0; goes to "
        "GREEN\n"
        "14:05:20  deploy     ok     3 hosts, 6 steps, 69 s\n"
        "14:05:20  verify     ok     3 hosts healthy, 4e2b9d0, UP in HAProxy, 4.0 s\n"
        "14:05:20  switch     gate   waits for your yes to the switch\n"
        "14:05:38  switch     ok     green share 0 to 100 in 0.4 ms: GREEN has the "
        "traffic\n"
        "14:06:26  watch      ok     clean: 0 requests blue, 24,394 green, failed 0, "
        "app 5xx 0, worker 4711, 01:01 window\n"
        "14:06:26  finish     ok     finished for good\n"
        "                            what you can do: blue stays warm: r sends the "
        "traffic back to 8f3c2a1\n");
}

static void tells_why_it_stopped(void **state)
{
    (void)state;
    static const enum situation situations[] = {WORLD_DEPLOYING, WORLD_FAILED_HOST};
    expect_story(
        situations, LENGTH_OF(situations), false,
        "14:05:13  run        begin  1: deploy release-2 (20261123T140231Z-7f3a)\n"
        "14:05:13  lease      ours   epoch 7\n"
        "14:05:13  preflight  ok     3 blue, 3 green; release-2 = 4e2b9d0; goes to "
        "GREEN\n"
        "14:05:15  deploy     stop   stopped; the traffic was not changed\n"
        "                            web-green-2: build ended with 25\n"
        "                            last lines of web-green-2:\n"
        "                            | Installing modules using cpanfile "
        "(vendor/cache) "
        "for the release 20261123T140231Z-4e2b9d0 into /opt/my-perl-app/shared/local\n"
        "                            | Successfully installed HTTP-Message-6.44\n"
        "                            | Successfully installed Plack-1.0050\n"
        "                            | Successfully installed Starman-0.4016\n"
        "                            | ! Installing DBD::Pg failed. See "
        "/home/deploy/.cpanm/build.log for details.\n"
        "                            | pg_config: not found\n"
        "                            | build ended with 25\n"
        "                            what you can do: read its lines in the log, mend "
        "the release or the host, deploy again; the live colour was not touched\n");
}

static void tells_what_the_guard_saw(void **state)
{
    (void)state;
    static const enum situation situations[] = {WORLD_TRIPPED};
    expect_story(
        situations, LENGTH_OF(situations), false,
        "14:05:31  run        begin  1: deploy release-2 (20261123T140231Z-7f3a)\n"
        "14:05:31  lease      ours   epoch 7\n"
        "14:05:31  preflight  ok     3 blue, 3 green; release-2 = 4e2b9d0; goes to "
        "GREEN\n"
        "14:05:31  deploy     ok     3 hosts, 6 steps, 69 s\n"
        "14:05:31  verify     ok     3 hosts healthy, 4e2b9d0, UP in HAProxy, 4.0 s\n"
        "14:05:31  switch     ok     green share 0 to 100 in 0.4 ms: GREEN has the "
        "traffic\n"
        "14:05:31  watch      guard  7.4 % of the requests failed (the limit is 1 %); "
        "receipt clean: 0 requests blue, 3,615 green, failed 0, app 5xx 279, worker "
        "4711, 00:09 window\n"
        "14:05:31  finish     gate   waits for your yes to finish\n");
}

static void tells_each_canary_step_and_the_way_back(void **state)
{
    (void)state;
    static const enum situation situations[] = {WORLD_SWITCH_GATE, WORLD_CANARY_HOLD,
                                                WORLD_CANARY_GATE, WORLD_REVERTED};
    expect_story(
        situations, LENGTH_OF(situations), false,
        "14:05:20  run        begin  1: deploy release-2 (20261123T140231Z-7f3a)\n"
        "14:05:20  lease      ours   epoch 7\n"
        "14:05:20  preflight  ok     3 blue, 3 green; release-2 = 4e2b9d0; goes to "
        "GREEN\n"
        "14:05:20  deploy     ok     3 hosts, 6 steps, 69 s\n"
        "14:05:20  verify     ok     3 hosts healthy, 4e2b9d0, UP in HAProxy, 4.0 s\n"
        "14:05:20  switch     gate   waits for your yes to the switch\n"
        "14:05:44  switch     step   2 of 4: 25 % of the requests go to GREEN, in 0.4 "
        "ms\n"
        "14:05:46  switch     gate   waits for your yes to the next canary step\n"
        "14:05:47  finish     back   reverted\n"
        "                            the traffic is where it was before the run, 0 % "
        "green: 7.4 % of the requests to green failed in the last 10 s\n"
        "                            what you can do: the release stays on the idle "
        "colour: read the log, then deploy again\n");
}

static void tells_a_takeover(void **state)
{
    (void)state;
    static const enum situation situations[] = {WORLD_INHERITED};
    expect_story(situations, LENGTH_OF(situations), false,
                 "14:04:26  run        begin  1: takeover (20261123T140231Z-7f3a)\n"
                 "14:04:26  lease      ours   epoch 7\n"
                 "14:04:26  preflight  ok     lease ours, epoch 7\n"
                 "14:04:26  finish     gate   waits for your yes to finish\n");
}

/* A switch that is given more time goes without saying. */
static void tells_what_became_of_the_fuse(void **state)
{
    (void)state;
    static struct report report;
    char text[4096];
    struct str out = str_on(text, sizeof text);
    struct world *world = world_new(WORLD_WATCHING);
    report_init(&report, false);
    report_turn(&report, &world->model, &out);
    size_t before = out.length;
    world->model.balancers[0].fuse.until_ms += 60000;
    report_turn(&report, &world->model, &out);
    assert_int_equal(out.length, before);
    world->model.balancers[0].fuse.state = FUSE_FIRED;
    report_turn(&report, &world->model, &out);
    assert_non_null(strstr(text + before,
                           "fuse       fired  the load balancer took the switch back: "
                           "green share 0\n"));
    before = out.length;
    report_turn(&report, &world->model, &out);
    assert_int_equal(out.length, before);
    world_free(world);
}

static void tells_who_is_waited_for(void **state)
{
    (void)state;
    static struct report report;
    char text[4096];
    struct str out = str_on(text, sizeof text);
    struct world *world = world_new(WORLD_FOREIGN_LEASE);
    world->model.run.state = RUN_PREFLIGHT;
    world->model.run.number = 1;
    world->model.wait_lease = true;
    report_init(&report, false);
    report_turn(&report, &world->model, &out);
    assert_non_null(
        strstr(text, "lease      wait   ann@ws1 holds the lease for 03:10"));
    size_t before = out.length;
    report_turn(&report, &world->model, &out);
    assert_int_equal(out.length, before);
    world->model.hold.state = HOLD_LOST;
    str_copy(world->model.hold.trouble, sizeof world->model.hold.trouble, "ann has it");
    report_turn(&report, &world->model, &out);
    assert_non_null(strstr(text + before, "lease      lost   ann has it\n"));
    world_free(world);
}

static void tells_why_a_gate_stays_shut(void **state)
{
    (void)state;
    static struct report report;
    char text[4096];
    struct str out = str_on(text, sizeof text);
    struct world *world = world_new(WORLD_GATE_REFUSED);
    report_init(&report, false);
    report_turn(&report, &world->model, &out);
    assert_non_null(strstr(text, "web-green-2: in HAProxy it is DOWN"));
    world_free(world);
}

static void tells_when_haproxy_is_silent(void **state)
{
    (void)state;
    static const enum situation situations[] = {WORLD_IDLE, WORLD_HAPROXY_LOST,
                                                WORLD_IDLE};
    expect_story(situations, LENGTH_OF(situations), false,
                 "14:04:13  HAProxy    lost   lb-1: connect 10.0.0.6:22: connection "
                 "refused\n"
                 "14:04:01  HAProxy    back   samples come again\n");
}

static void verbose_tells_steps_and_lines(void **state)
{
    (void)state;
    static struct report report;
    char text[OUT_MAX];
    struct str out = str_on(text, sizeof text);
    struct world *world = world_new(WORLD_DEPLOYING);
    report_init(&report, true);
    report_turn(&report, &world->model, &out);
    assert_non_null(strstr(text, "deploy     step   web-green-2 build: running\n"));
    assert_non_null(strstr(text, "web-green-2 | Successfully installed DBI-1.643\n"));
    size_t before = out.length;
    report_turn(&report, &world->model, &out);
    assert_int_equal(out.length, before);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_a_deploy_that_ends_well),
        cmocka_unit_test(tells_why_it_stopped),
        cmocka_unit_test(tells_what_the_guard_saw),
        cmocka_unit_test(tells_each_canary_step_and_the_way_back),
        cmocka_unit_test(tells_a_takeover),
        cmocka_unit_test(tells_what_became_of_the_fuse),
        cmocka_unit_test(tells_who_is_waited_for),
        cmocka_unit_test(tells_why_a_gate_stays_shut),
        cmocka_unit_test(tells_when_haproxy_is_silent),
        cmocka_unit_test(verbose_tells_steps_and_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
