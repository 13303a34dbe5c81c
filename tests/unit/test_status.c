/* What `status` says, for people and for programs, and whether all is well. */

#include "lib/test.h"
#include "lib/world.h"

#include "base/str.h"
#include "ui/status.h"

#include <string.h>

enum { OUT_MAX = 65536 };

static void expect_text(enum situation situation, const char *part)
{
    static char text[OUT_MAX];
    struct str out = str_on(text, sizeof text);
    struct world *world = world_new(situation);
    status_write_text(&world->model, &out);
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
    world_free(world);
}

static void expect_json(enum situation situation, const char *part)
{
    static char text[OUT_MAX];
    struct str out = str_on(text, sizeof text);
    struct world *world = world_new(situation);
    status_write_json(&world->model, &out);
    assert_false(out.cut);
    if (strstr(text, part) == NULL)
        fail_msg("%s is not in:\n%s", part, text);
    world_free(world);
}

static void says_what_is_live(void **state)
{
    (void)state;
    expect_text(WORLD_IDLE, "live      blue 8f3c2a1, for 2 h 06 min\n");
    expect_text(WORLD_IDLE, "rollback  ready: 77ab01c 3/3 up\n");
    expect_text(WORLD_IDLE, "all is well\n");
    expect_text(WORLD_SPLIT, "live      split\n");
    expect_text(WORLD_HAPROXY_LOST, "live      unknown\n");
    expect_text(WORLD_FINISHED, "receipt   clean: ");
    expect_text(WORLD_FINISHED, "ours      6 requests, taken off green\n"
                                "timing    first on GREEN +0.2 ms, last on BLUE +2.3 "
                                "ms, sampled each 5 ms\n"
                                "switched  in 0.4 ms; 0 sessions still on blue\n");
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    expect_text(WORLD_HAPROXY_LOST, "ALARM     HAProxy: no sample for 12 s: lb-1: ");
    expect_text(WORLD_API_DOWN, "ALARM     API: no list of Droplets for 1 min: HTTP");
    expect_text(WORLD_DRIFT,
                "drift     bad, share: lb-1: HAProxy has 0 (all to blue), ");
    expect_text(WORLD_DRIFT,
                "          mend: writes \"green_share 0\" (all to blue) to ");
    expect_text(WORLD_DRIFT, "drift     warning, releases: green: most of its hosts ");
    expect_text(WORLD_DRIFT, "          by hand: d deploys one release to every host ");
    expect_text(WORLD_DRIFT, "ALARM     drift: 8 findings (D): share, lb-1: HAProxy ");
    expect_text(WORLD_LIVE_DOWN, "haproxy DOWN (not ready)");
    expect_text(WORLD_MAINTENANCE, "page      maintenance: every request");
    expect_text(WORLD_FUSE_HELD,
                "fuse      held: blue has no server that is UP, run 2");
    expect_text(WORLD_FAILED_HOST, "why: web-green-2: build ended with 25\n");
}

static void json_has_its_fields(void **state)
{
    (void)state;
    expect_json(WORLD_IDLE, "\"live\":\"blue\",\"green_share\":0,\"live_for_s\":7590,");
    expect_json(WORLD_IDLE, "\"rollback\":{\"ready\":true,\"to\":\"green\",");
    expect_json(WORLD_IDLE, "\"name\":\"web-blue-1\",\"address\":\"10.0.0.11\"");
    expect_json(WORLD_IDLE,
                "\"release_count\":1,\"releases\":[{\"name\":\"20261120T101500Z-"
                "8f3c2a1\",\"current\":true,\"whole\":true,\"size_mb\":12}]");
    expect_json(WORLD_IDLE, "\"drift\":[],\"drift_not_listed\":0,\"run\":null,"
                            "\"alarms\":[],\"well\":true}\n");
    expect_json(WORLD_SPLIT,
                "\"live\":\"split\",\"green_share\":25,\"live_for_s\":null,");
    expect_json(WORLD_HAPROXY_LOST, "\"live\":\"unknown\",\"green_share\":null,");
    expect_json(WORLD_STARTING, "\"sampled_age_s\":null,\"runtime_share\":null,");
    expect_json(WORLD_FINISHED, "\"state\":\"done\",\"stage\":\"watch\",");
    expect_json(
        WORLD_DRIFT,
        "\"drift\":[{\"kind\":\"share\",\"level\":\"bad\",\"subject\":\"lb-1\"");
    expect_json(WORLD_DRIFT, "\"mend\":\"map\",\"mend_text\":\"writes ");
    expect_json(WORLD_DRIFT, "\"mend\":\"none\",\"mend_text\":\"nothing to do: ");
    expect_json(WORLD_LIVE_DOWN, "\"alarms\":[{\"level\":\"bad\",\"text\":\"BLUE is");
    expect_json(WORLD_IDLE, "\"maintenance\":false,");
    expect_json(WORLD_MAINTENANCE, "\"maintenance\":true,");
    expect_json(WORLD_HOSTILE, "\"well\":true}\n"); /* nothing of it was cut */
}

static void says_who_holds_the_lease(void **state)
{
    (void)state;
    expect_text(WORLD_IDLE, "lease     free\n");
    expect_text(WORLD_FOREIGN_LEASE, "lease     ann@ws1 03:10 at watch, run "
                                     "20261123T135900Z-11aa (epoch 6)\n");
    expect_text(WORLD_LEASE_DOUBT, "lease     not confirmed 45 s (epoch 7)\n");
    expect_json(
        WORLD_FOREIGN_LEASE,
        "\"lease\":{\"state\":\"held\",\"ours\":false,\"who\":\"ann\",\"where\":"
        "\"ws1\",\"since_s\":190,\"left_s\":55,\"run\":\"20261123T135900Z-"
        "11aa\",\"stage\":\"watch\",\"epoch\":6}");
    expect_json(WORLD_IDLE, "\"lease\":{\"state\":\"none\",\"ours\":false,\"who\":\"\","
                            "\"where\":\"\",\"since_s\":null,\"left_s\":null,");
}

static void says_what_waits_to_be_confirmed(void **state)
{
    (void)state;
    expect_text(
        WORLD_FUSE_ORPHAN,
        "fuse      armed: back to 0 % green in 41 s, run 20261123T135900Z-11aa\n");
    expect_text(WORLD_FUSE_ORPHAN,
                "ALARM     unconfirmed switch: taken back in 00:41; "
                "T takes over (run 20261123T135900Z-11aa by ann@ws1)\n");
    expect_json(WORLD_FUSE_ORPHAN,
                "\"fuse\":{\"state\":\"armed\",\"to\":0,\"left_s\":41,\"run\":"
                "\"20261123T135900Z-11aa\",\"held\":\"\"}");
    expect_json(WORLD_IDLE,
                "\"fuse\":{\"state\":\"none\",\"to\":null,\"left_s\":null,");
}

static void says_how_far_the_traffic_has_come(void **state)
{
    (void)state;
    expect_text(WORLD_CANARY_HOLD,
                "canary    step 2 of 4: 25 % of the requests go to green\n");
    expect_json(WORLD_CANARY_HOLD,
                "\"canary\":{\"step\":2,\"steps\":4,\"percent\":25}");
    expect_json(WORLD_WATCHING, "\"canary\":null");
    expect_json(WORLD_WATCHING, "\"timing\":{\"first_new_us\":240,\"last_old_us\":2300,"
                                "\"resolution_ms\":5},\"own_requests\":6}");
    expect_json(WORLD_INHERITED, "\"timing\":null,\"own_requests\":");
}

static void well_means_that_everybody_answers(void **state)
{
    (void)state;
    static const struct {
        enum situation situation;
        bool well;
    } cases[] = {
        {WORLD_STARTING, false},
        {WORLD_IDLE, true},
        {WORLD_API_DOWN, false},
        {WORLD_HAPROXY_LOST, false},
        {WORLD_SPLIT, false},
        {WORLD_LIVE_DOWN, false},
        {WORLD_FAILED_HOST, true}, /* it failed, and all is as it was */
        {WORLD_FINISHED, true},
        {WORLD_FOREIGN_LEASE, true}, /* somebody works here */
        {WORLD_FUSE_ORPHAN, false},
        {WORLD_LEASE_DOUBT, false},
        {WORLD_MAINTENANCE, false},
        {WORLD_REVERTED, true},
        {WORLD_DRIFT, false},
    };
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct world *world = world_new(cases[i].situation);
        if (status_is_well(&world->model) != cases[i].well)
            fail_msg("%s", situation_name(cases[i].situation));
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_live),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(json_has_its_fields),
        cmocka_unit_test(says_who_holds_the_lease),
        cmocka_unit_test(says_what_waits_to_be_confirmed),
        cmocka_unit_test(says_how_far_the_traffic_has_come),
        cmocka_unit_test(well_means_that_everybody_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
