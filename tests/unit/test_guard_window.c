/* What the guard sees after a switch to green: each rule just below and just above. */

#include "core/guard_window.h"

#include "lib/counted.h"
#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

enum { SWITCHED_MS = GOOD_NOW, WORKER = 4711 };

/* After the switch, with a sample and a probe each second. */
struct scene {
    struct good_model *good;
    struct model *model;
    struct baseline baseline;
    struct front front;
    struct guard_window window;
    struct counters counted; /* green's backend */
    int64_t app_5xx;
    int64_t pid;
};

static void pass_second(struct scene *scene)
{
    struct model *model = scene->model;
    const struct server_row server = {.colour = COLOUR_GREEN,
                                      .counters.status[5] = scene->app_5xx};
    struct balancer_sample sample = {.pid = scene->pid,
                                     .runtime_share = SHARE_GREEN,
                                     .servers = &server,
                                     .server_count = 1};

    model->now.mono_ms += 1000;
    sample.at_ms = model->now.mono_ms;
    sample.backend[COLOUR_GREEN] = scene->counted;
    traffic_take(&model->traffic, &sample);
    model->balancers[0].sampled_ms = model->now.mono_ms;
    for (int i = 0; i < model->fleet.count; i++)
        model->fleet.hosts[i].health.checked_ms = model->now.mono_ms;
    scene->front.asked_ms = model->now.mono_ms;
}

/* One second in which green served this. */
static void serve(struct scene *scene, int64_t requests, int64_t failed,
                  int64_t app_5xx)
{
    scene->counted.requests += requests;
    scene->counted.status[5] += failed + app_5xx;
    scene->counted.econ += failed;
    scene->app_5xx += app_5xx;
    pass_second(scene);
}

static int scene_begin(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    scene->good = good_model_new();
    scene->model = &scene->good->model;
    scene->pid = WORKER;
    scene->baseline = (struct baseline){.known = true,
                                        .measured = true,
                                        .colour = COLOUR_BLUE,
                                        .window_ms = 60000,
                                        .requests = 10000,
                                        .response_ms = 20};
    scene->counted.rtime_ms = 20;
    front_begin(&scene->front, "10.0.0.5:80", "www.example.com");
    scene->front.health.state = HEALTH_OK;
    scene->model->run.state = RUN_WATCHING;
    pass_second(scene);
    *state = scene;
    return 0;
}

static int scene_end(void **state)
{
    struct scene *scene = *state;
    free(scene->good);
    free(scene);
    return 0;
}

static enum window_verdict look(struct scene *scene)
{
    guard_window_look(scene->model, &scene->baseline, &scene->front, SWITCHED_MS,
                      &scene->window);
    return scene->window.verdict;
}

static void is_clean(struct scene *scene)
{
    if (look(scene) != WINDOW_CLEAN)
        fail_msg("%s: %s%s", window_verdict_name(scene->window.verdict),
                 scene->window.reasons.lines[0], scene->window.missing.lines[0]);
}

static void is_tripped(struct scene *scene, const char *reason)
{
    if (look(scene) != WINDOW_TRIPPED)
        fail_msg("%s, not: %s", window_verdict_name(scene->window.verdict), reason);
    assert_string_equal(scene->window.reasons.lines[0], reason);
    assert_int_equal(scene->window.reasons.count, 1);
}

static void is_open(struct scene *scene, const char *missing)
{
    assert_int_equal(look(scene), WINDOW_OPEN);
    assert_string_equal(scene->window.missing.lines[0], missing);
}

static struct host *green(struct scene *scene, int number)
{
    return &scene->model->fleet.hosts[GOOD_GREEN_1 + number - 1];
}

static void test_clean(void **state)
{
    struct scene *scene = *state;
    char sentence[300];

    serve(scene, 800, 0, 2);
    is_clean(scene);
    assert_int_equal(scene->window.clients, 800);
    assert_int_equal(scene->window.probes_ok, 2);
    assert_int_equal(scene->window.latency_percent, 100);
    guard_window_sentence(&scene->window, COLOUR_GREEN, sentence, sizeof sentence);
    assert_string_equal(sentence,
                        "clean: 800 requests to green, 0.00 % failed, 0.25 % app 5xx, "
                        "20 ms (100 % of the baseline), 2/2 up, probes ok 2/2, "
                        "frontend ok");
}

/* ---- nothing to weigh ---- */

static void test_no_traffic_is_no_verdict(void **state)
{
    struct scene *scene = *state;

    serve(scene, 0, 0, 0);
    assert_int_equal(look(scene), WINDOW_NO_TRAFFIC);
    scene->model->run.own_requests[COLOUR_GREEN] =
        3; /* our own prove nothing of anybody else's */
    serve(scene, 3, 0, 0);
    assert_int_equal(look(scene), WINDOW_NO_TRAFFIC);
    serve(scene, 1, 0, 0);
    is_clean(scene);
    assert_int_equal(scene->window.clients, 1);
}

static void test_one_sample_is_no_span(void **state)
{
    struct scene *scene = *state;

    is_open(scene, "no counters to compare have come since the switch");
}

static void test_no_samples(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    scene->model->balancers[0].sampled = false;
    str_copy(scene->model->balancers[0].trouble, BALANCER_TROUBLE_MAX, "lb-1: timeout");
    is_open(scene, "HAProxy does not tell what is true: lb-1: timeout");
}

/* What green's preview answered before the switch is not weighed. */
static void test_before_the_switch(void **state)
{
    struct scene *scene = *state;
    struct model *model = scene->model;

    traffic_init(&model->traffic);
    model->now.mono_ms = SWITCHED_MS - 3000;
    serve(scene, 0, 0, 0);
    serve(scene, 100, 100, 0);
    model->now.mono_ms = SWITCHED_MS;
    serve(scene, 0, 0, 0);
    serve(scene, 100, 0, 0);
    is_clean(scene);
    assert_int_equal(scene->window.whole.failed, 0);
}

static void test_worker_changed(void **state)
{
    struct scene *scene = *state;

    serve(scene, 1000, 0, 0);
    scene->pid++;
    scene->counted = (struct counters){.rtime_ms = 20};
    serve(scene, 100, 0, 0);
    is_open(scene, "no counters to compare have come since the switch");
    serve(scene, 100, 0, 0);
    is_open(scene, "HAProxy's counters began anew 1 s ago: what came before is lost");
    scene->model->run.own_requests[COLOUR_GREEN] =
        100; /* who came before is not known either */
    assert_int_equal(look(scene), WINDOW_OPEN);
    serve(scene, 100, 50, 0); /* what the new worker counts still trips */
    assert_int_equal(look(scene), WINDOW_TRIPPED);
}

static void test_counters_cleared(void **state)
{
    struct scene *scene = *state;

    serve(scene, 1000, 0, 0);
    scene->counted = (struct counters){.rtime_ms = 20};
    serve(scene, 10, 0, 0);
    serve(scene, 100, 0, 0);
    is_open(scene, "HAProxy's counters began anew 1 s ago: what came before is lost");
    assert_int_equal(scene->window.whole.requests, 100);
}

/* ---- errors ---- */

static void test_error_limit(void **state)
{
    struct scene *scene = *state;

    scene->good->settings.guard_worse_points = 0;
    serve(scene, 100, 2, 3);
    is_clean(scene);
    serve(scene, 100, 2, 4);
    is_tripped(scene, "5.5 % of 200 requests to green failed in 2 s: 4 not served, 7 "
                      "with the app's 5xx (guard_errors 5 %)");
}

static void test_few_requests_do_not_trip(void **state)
{
    struct scene *scene = *state;

    serve(scene, 3, 0, 1);
    is_open(scene, "1 of 3 requests failed: too few to judge");
    serve(scene, GUARD_REQUESTS_LEAST - 4, 0, 1);
    assert_int_equal(look(scene), WINDOW_OPEN);
    serve(scene, 1, 0, 0);
    assert_int_equal(look(scene), WINDOW_TRIPPED);
}

/* Errors that begin late do not drown in what was good before, and old ones count on in
 * the whole window. */
static void test_late_errors(void **state)
{
    struct scene *scene = *state;

    for (int second = 0; second < 60; second++)
        serve(scene, 100, 0, 0);
    is_clean(scene);
    serve(scene, 100, 60, 0);
    is_tripped(scene, "6.0 % of 1000 requests to green failed in 10 s: 60 not served, "
                      "0 with the app's 5xx (guard_errors 5 %)");
}

/* It fails from the middle between two samples on: the second one tells. */
static void test_seen_by_the_second_sample(void **state)
{
    struct scene *scene = *state;

    scene->good->settings.guard_worse_points = 0;
    for (int second = 0; second < 60; second++)
        serve(scene, 100, 0, 0);
    serve(scene, 100, 0, 50);
    is_clean(scene);
    serve(scene, 100, 0, 100);
    assert_int_equal(look(scene), WINDOW_TRIPPED);
}

static void test_a_tenth_is_seen_within_seconds(void **state)
{
    struct scene *scene = *state;
    int seconds = 0;

    scene->good->settings.guard_worse_points = 0;
    for (int second = 0; second < 60; second++)
        serve(scene, 100, 0, 0);
    for (; look(scene) != WINDOW_TRIPPED && seconds < 60; seconds++)
        serve(scene, 100, 0, 10);
    assert_int_equal(seconds, 6);
}

static void test_sparse_errors(void **state)
{
    struct scene *scene = *state;

    for (int second = 0; second < 40; second++)
        serve(scene, 1, 0, second % 2);
    assert_int_equal(look(scene), WINDOW_TRIPPED);
    assert_true(scene->window.newest.requests < GUARD_REQUESTS_LEAST);
}

static void test_worse_than_the_baseline(void **state)
{
    struct scene *scene = *state;

    scene->baseline.app_5xx = 100; /* 1 % */
    serve(scene, 1000, 0, 30);
    is_clean(scene);
    serve(scene, 1000, 0, 31);
    is_tripped(scene, "3.0 % of 2000 requests to green failed in 2 s, and 1.0 % of "
                      "those to blue before the switch (guard_worse 2 points)");
    scene->good->settings.guard_worse_points = 0;
    is_clean(scene);
}

static void test_worse_needs_requests_and_a_baseline(void **state)
{
    struct scene *scene = *state;

    serve(scene, GUARD_WORSE_REQUESTS_LEAST - 1, 0, 9);
    is_clean(scene);
    serve(scene, 1, 0, 0);
    assert_int_equal(look(scene), WINDOW_TRIPPED);
    scene->baseline.known = false;
    is_clean(scene);
}

/* ---- latency ---- */

static void test_latency_limit(void **state)
{
    struct scene *scene = *state;

    scene->counted.rtime_ms = 61; /* HAProxy rounds up: it may have been 60 */
    serve(scene, 1000, 0, 0);
    is_clean(scene);
    scene->counted.rtime_ms = 62;
    serve(scene, 1000, 0, 0);
    is_tripped(scene, "green answers in 62 ms, blue did in 20 ms before the switch "
                      "(guard_latency 300 %)");
    assert_int_equal(scene->window.latency_percent, 310);
    scene->good->settings.guard_latency_percent = 0;
    is_clean(scene);
}

static void test_latency_needs_requests_and_a_baseline(void **state)
{
    struct scene *scene = *state;

    scene->counted.rtime_ms = 900;
    serve(scene, GUARD_LATENCY_REQUESTS_LEAST - 1, 0, 0);
    is_clean(scene);
    assert_int_equal(scene->window.latency_percent, -1);
    serve(scene, 1, 0, 0);
    assert_int_equal(look(scene), WINDOW_TRIPPED);
    scene->baseline.requests = GUARD_LATENCY_REQUESTS_LEAST - 1;
    is_clean(scene);
    scene->baseline.requests = GUARD_LATENCY_REQUESTS_LEAST;
    assert_int_equal(look(scene), WINDOW_TRIPPED);
    scene->baseline.known = false;
    is_clean(scene);
}

/* A few milliseconds are no news, however many times the baseline they are. */
static void test_latency_of_the_fast(void **state)
{
    struct scene *scene = *state;

    scene->baseline.response_ms = 1;
    scene->counted.rtime_ms = 3 * GUARD_LATENCY_LEAST_MS + 1;
    serve(scene, 1000, 0, 0);
    is_clean(scene);
    scene->counted.rtime_ms++;
    serve(scene, 1000, 0, 0);
    assert_int_equal(look(scene), WINDOW_TRIPPED);
}

/* Green was slow when it served the day before; HAProxy's average still tells so. */
static void test_latency_of_yesterday(void **state)
{
    struct scene *scene = *state;

    traffic_init(&scene->model->traffic);
    scene->counted.requests = 1000000;
    scene->counted.rtime_ms = 500;
    pass_second(scene);
    scene->counted.rtime_ms = 415; /* 100 requests of 20 ms later, and rounded up */
    serve(scene, 100, 0, 0);
    is_clean(scene);
    assert_in_range(scene->window.whole.response_ms, 0, 40);
}

/* ---- targets ---- */

static void test_servers_up(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    green(scene, 1)->server.op_state = 0;
    is_clean(scene); /* one of two is a warning */
    assert_int_equal(scene->window.up, 1);
    assert_int_equal(scene->window.warnings.count, 1);
    scene->good->settings.min_up = 2;
    is_tripped(scene, "1 of 2 servers of green are up (min_up 2)");
    green(scene, 1)->server.op_state = 2;
    scene->good->settings.min_up = 9; /* more than there are asks for all */
    is_clean(scene);
}

static void test_a_target_is_gone(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    green(scene, 1)->gone = true;
    is_clean(scene);
    assert_string_equal(scene->window.warnings.lines[0],
                        "web-green-1: the API no longer lists it");
    green(scene, 2)->gone = true;
    is_tripped(scene, "0 of 2 servers of green are up (min_up 1)");
}

/* What HAProxy said of the servers before the switch is not weighed. */
static void test_servers_before_the_switch(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    green(scene, 1)->server.op_state = 0;
    green(scene, 2)->server.op_state = 0;
    assert_int_equal(look(scene), WINDOW_TRIPPED);
    scene->model->balancers[0].sampled_ms = SWITCHED_MS - 1;
    is_clean(scene);
}

static void make_sick(struct host *host, enum probe_reason reason, int status)
{
    host->health.state = HEALTH_SICK;
    host->health.last = (struct probe_result){.reason = reason, .status = status};
}

/* HAProxy may still call it UP: a host that answers 500 to us is lost. */
static void test_hosts_that_deny(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    make_sick(green(scene, 1), PROBE_STATUS, 500);
    is_clean(scene);
    assert_int_equal(scene->window.probes_ok, 1);
    make_sick(green(scene, 2), PROBE_BODY, 200);
    is_tripped(scene, "0 of 2 servers of green are up (min_up 1)");
}

/* When only we cannot reach them, HAProxy's own checks count. */
static void test_hosts_out_of_our_reach(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    make_sick(green(scene, 1), PROBE_TIMEOUT, 0);
    make_sick(green(scene, 2), PROBE_UNREACHABLE, 0);
    is_clean(scene);
    assert_int_equal(scene->window.up, 2);
    assert_int_equal(scene->window.warnings.count, 2);
}

static void test_probes_of_before_the_switch(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    for (int number = 1; number <= 2; number++) {
        make_sick(green(scene, number), PROBE_STATUS, 500);
        green(scene, number)->health.checked_ms = SWITCHED_MS - 1;
    }
    is_open(scene, "web-green-1: not probed since the switch");
}

/* ---- the frontend ---- */

static void test_frontend(void **state)
{
    struct scene *scene = *state;

    serve(scene, 100, 0, 0);
    scene->front.health.state = HEALTH_SICK;
    scene->front.last = (struct probe_result){.reason = PROBE_STATUS, .status = 503};
    is_tripped(scene, "through the frontend: HEAD http://10.0.0.5:80/health as "
                      "www.example.com: 503 (expected 200)");
    scene->model->balancers[0].maintenance = true;
    is_clean(scene);
    assert_string_equal(scene->window.warnings.lines[0],
                        "the maintenance page is up: nobody reaches green");
    scene->model->balancers[0].maintenance = false;
    scene->front.out_of_reach = true;
    is_clean(scene);
    assert_int_equal(scene->window.front, FRONT_UNKNOWN);
    assert_int_equal(scene->window.warnings.count, 1);
    scene->front.out_of_reach = false;
    scene->front.asked_ms = SWITCHED_MS - 1;
    is_clean(scene);
    assert_string_equal(scene->window.warnings.lines[0],
                        "through the frontend: not asked since the switch");
    scene->front.asked_ms = SWITCHED_MS + 1;
    scene->front.last.reason = PROBE_OK; /* on its way back */
    is_clean(scene);
    assert_int_equal(scene->window.warnings.count, 0);
}

/* ---- whatever comes ---- */

struct dice {
    uint64_t state;
};

/* A number below `sides`; Knuth's MMIX constants. */
static int64_t throw(struct dice * dice, int64_t sides)
{
    dice->state =
        dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((dice->state >> 33) % (uint64_t)sides);
}

static void throw_second(struct dice *dice, struct scene *scene)
{
    static const int64_t most[] = {1, 5, 50, 2000};
    int64_t requests = throw(dice, most[throw(dice, 4)]);
    int64_t failed = throw(dice, 4) == 0 ? throw(dice, requests + 1) : 0;
    int64_t app_5xx = throw(dice, 4) == 0 ? throw(dice, requests - failed + 1) : 0;

    if (throw(dice, 40) == 0) { /* a reload */
        scene->pid++;
        scene->counted = (struct counters){.requests = 0};
        scene->app_5xx = 0;
    }
    scene->counted.rtime_ms = throw(dice, most[throw(dice, 4)]);
    serve(scene, requests, failed, app_5xx);
}

static void holds_always(const struct scene *scene, int sequence)
{
    const struct guard_window *window = &scene->window;
    double limit = (double)scene->good->settings.guard_errors_percent;
    bool too_many = window->whole.requests >= GUARD_REQUESTS_LEAST &&
                    span_errors_percent(&window->whole) > limit;

    if (window->verdict == WINDOW_CLEAN && window->whole.requests == 0)
        fail_msg("sequence %d: clean without a request", sequence);
    if (window->verdict == WINDOW_CLEAN && window->whole.cut)
        fail_msg("sequence %d: clean though counters were lost", sequence);
    if (window->verdict == WINDOW_TRIPPED &&
        (window->reasons.count == 0 || window->reasons.lines[0][0] == '\0'))
        fail_msg("sequence %d: tripped for no reason", sequence);
    if (window->verdict == WINDOW_OPEN && window->missing.count == 0)
        fail_msg("sequence %d: open, and nothing is missing", sequence);
    if (too_many && window->verdict != WINDOW_TRIPPED)
        fail_msg("sequence %d: %.1f %% failed, and %s", sequence,
                 span_errors_percent(&window->whole),
                 window_verdict_name(window->verdict));
}

static void test_whatever_comes(void **state)
{
    enum { SEQUENCES = 10000, SECONDS_MOST = 15 };
    struct scene *scene = *state;
    struct dice dice = {20261123};
    int seen[WINDOW_VERDICT_COUNT] = {0};

    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
        traffic_init(&scene->model->traffic);
        scene->model->now.mono_ms =
            SWITCHED_MS - 2000; /* it begins before the switch */
        scene->baseline.known = throw(&dice, 2) == 0;
        scene->good->settings.guard_errors_percent = throw(&dice, 20);
        for (int64_t left = 1 + throw(&dice, SECONDS_MOST); left > 0; left--) {
            throw_second(&dice, scene);
            seen[look(scene)]++;
            holds_always(scene, sequence);
        }
    }
    for (enum window_verdict verdict = 0; verdict < WINDOW_VERDICT_COUNT; verdict++)
        assert_true(seen[verdict] > 100); /* else it proves nothing */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_clean),
        TEST(test_no_traffic_is_no_verdict),
        TEST(test_one_sample_is_no_span),
        TEST(test_no_samples),
        TEST(test_before_the_switch),
        TEST(test_worker_changed),
        TEST(test_counters_cleared),
        TEST(test_error_limit),
        TEST(test_few_requests_do_not_trip),
        TEST(test_late_errors),
        TEST(test_seen_by_the_second_sample),
        TEST(test_a_tenth_is_seen_within_seconds),
        TEST(test_sparse_errors),
        TEST(test_worse_than_the_baseline),
        TEST(test_worse_needs_requests_and_a_baseline),
        TEST(test_latency_limit),
        TEST(test_latency_needs_requests_and_a_baseline),
        TEST(test_latency_of_the_fast),
        TEST(test_latency_of_yesterday),
        TEST(test_servers_up),
        TEST(test_servers_before_the_switch),
        TEST(test_a_target_is_gone),
        TEST(test_hosts_that_deny),
        TEST(test_hosts_out_of_our_reach),
        TEST(test_probes_of_before_the_switch),
        TEST(test_frontend),
        TEST(test_whatever_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
