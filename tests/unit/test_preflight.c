#include "core/preflight.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

static int setup(void **state)
{
    *state = good_model_new();
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static struct host *host_of(struct good_model *good, int index)
{
    return &good->model.fleet.hosts[index];
}

static void fail_host(struct good_model *good, int index, enum err_code code,
                      const char *trouble)
{
    struct host *host = host_of(good, index);

    host->reach = REACH_FAILED;
    host->reach_code = (int)code;
    str_copy(host->trouble, sizeof host->trouble, trouble);
}

static void test_all_is_well(void **state)
{
    struct good_model *good = *state;
    struct preflight preflight;

    preflight_look(&preflight, &good->model);
    for (int i = 0; i < CHECK_COUNT; i++) {
        bool skipped = i == CHECK_RETURN || i == CHECK_SHARED || i == CHECK_RECIPE ||
                       i == CHECK_CONTRACT;
        enum check_state expected = skipped ? CHECK_SKIPPED : CHECK_OK;
        if (preflight.checks[i].state != expected)
            fail_msg("%s: %s", check_name((enum check_name)i),
                     preflight.checks[i].text);
    }
    assert_true(preflight_is_ok(&preflight));
    assert_false(preflight_is_pending(&preflight));
    assert_int_equal(preflight_first_bad(&preflight), -1);
    assert_string_equal(preflight.checks[CHECK_FLEET].text, "2 blue, 2 green");
    assert_string_equal(preflight.checks[CHECK_BALANCER].text,
                        "lb-1 answers, HAProxy 2.6.12");
    assert_string_equal(preflight.checks[CHECK_SHARE].text, "blue is live");
    assert_string_equal(preflight.checks[CHECK_REF].text, "main is 4e2b9d0");
    assert_string_equal(preflight.checks[CHECK_HOSTS].text, "all 2 answer");
}

/* clang-format off */

static void no_green(struct good_model *good)
{
    host_of(good, GOOD_GREEN_1)->gone = true;
    host_of(good, GOOD_GREEN_2)->gone = true;
}
static void two_tags(struct good_model *good) { host_of(good, GOOD_GREEN_1)->two_roles = true; }
static void api_down(struct good_model *good)
{
    good->model.fleet.listed_ms = GOOD_BEGUN - 1;
    str_copy(good->model.fleet.trouble, HOST_TROUBLE_MAX, "api.digitalocean.com: timeout");
}
static void not_listed(struct good_model *good) { good->model.fleet.listed_ms = GOOD_BEGUN - 1; }
static void no_balancer(struct good_model *good) { host_of(good, GOOD_BALANCER)->gone = true; }
static void too_many_balancers(struct good_model *good)
{
    struct fleet *fleet = &good->model.fleet;

    for (int i = 0; i < BALANCERS_MAX; i++, fleet->count++) {
        fleet->hosts[fleet->count] = *host_of(good, GOOD_BALANCER);
        fleet->hosts[fleet->count].droplet.id = 900 + i;
    }
}
static void add_balancer(struct good_model *good)
{
    struct balancer *second = &good->model.balancers[good->model.balancer_count++];

    *second = good->model.balancers[0];
    second->host = GOOD_BLUE_2;
}
static void second_lost(struct good_model *good)
{
    add_balancer(good);
    good->model.balancers[1].sampled = false;
    str_copy(good->model.balancers[1].trouble, BALANCER_TROUBLE_MAX, "timeout");
}
static void second_left_out(struct good_model *good)
{
    second_lost(good);
    good->model.balancers[1].left_out = true;
}
static void second_differs(struct good_model *good)
{
    add_balancer(good);
    good->model.balancers[1].runtime_share = good->model.balancers[1].disk_share = SHARE_GREEN;
}
static void no_counters(struct good_model *good)
{
    good->model.balancers[0].sampled = false;
    str_copy(good->model.balancers[0].trouble, BALANCER_TROUBLE_MAX, "connection refused");
}
static void old_counters(struct good_model *good) { good->model.balancers[0].sampled_ms = GOOD_BEGUN - 1; }
static void worker_stops(struct good_model *good) { good->model.balancers[0].stopping = true; }
static void no_status(struct good_model *good) { good->model.balancers[0].asked_ms = GOOD_BEGUN - 1; }
static void bad_status(struct good_model *good) { str_copy(good->model.balancers[0].status_trouble, BALANCER_TROUBLE_MAX, "sudo: no"); }
static void intent_open(struct good_model *good) { good->model.balancers[0].intent_open = true; }
static void page_up(struct good_model *good)     { good->model.balancers[0].maintenance = true; }
static void old_workers(struct good_model *good) { good->model.balancers[0].old_workers = 2; }
static void split(struct good_model *good)
{
    good->model.balancers[0].runtime_share = good->model.balancers[0].disk_share = 25;
    good->model.run.target_known = false;
}
static void drift(struct good_model *good) { good->model.balancers[0].disk_share = 100; }
static void no_disk_share(struct good_model *good) { good->model.balancers[0].disk_share = SHARE_UNKNOWN; }
static void two_entries(struct good_model *good) { good->model.balancers[0].map_entries = 2; }
static void bad_entry(struct good_model *good) { good->model.balancers[0].runtime_share = SHARE_UNKNOWN; }
static void host_key(struct good_model *good) { fail_host(good, GOOD_GREEN_1, ERR_HOST_KEY, "it was SHA256:abc"); }
static void refused(struct good_model *good) { fail_host(good, GOOD_GREEN_2, ERR_CONNECT, "connection refused"); }
static void refused_before(struct good_model *good)
{
    refused(good);
    host_of(good, GOOD_GREEN_2)->reach_ms = GOOD_BEGUN - 1;
}
static void blue_silent(struct good_model *good) { fail_host(good, GOOD_BLUE_2, ERR_TIMEOUT, "timeout"); }
static void switched_off(struct good_model *good) { host_of(good, GOOD_GREEN_1)->droplet.status = DROPLET_OFF; }
static void no_address(struct good_model *good) { host_of(good, GOOD_GREEN_1)->address[0] = '\0'; }
static void old_helper(struct good_model *good) { host_of(good, GOOD_GREEN_2)->facts.helper_sha256[0] = 'x'; }
static void old_lb_helper(struct good_model *good) { good->model.balancers[0].helper_sha256[0] = 'x'; }
static void no_server(struct good_model *good) { host_of(good, GOOD_GREEN_2)->in_haproxy = false; }
static void wrong_backend(struct good_model *good) { host_of(good, GOOD_GREEN_2)->in_other_backend = true; }
static void no_link(struct good_model *good)
{
    struct host_facts *facts = &host_of(good, GOOD_GREEN_1)->facts;
    str_copy(facts->trouble, sizeof facts->trouble, "current is a directory: move it away");
}
static void disk_full(struct good_model *good) { host_of(good, GOOD_GREEN_1)->facts.disk_free_mb = 3; }
static void disk_low(struct good_model *good) { host_of(good, GOOD_GREEN_1)->facts.disk_free_mb = 70; }
static void job_runs(struct good_model *good) { host_of(good, GOOD_GREEN_1)->facts.job_running = true; }
static void no_facts(struct good_model *good) { host_of(good, GOOD_GREEN_1)->facts.at_ms = GOOD_BEGUN - 1; }
static void own_recipe(struct good_model *good) { good->recipe.own = true; }
static void doubtful_recipe(struct good_model *good)
{
    good->recipe.own = true;
    good->recipe.warnings = 2;
}
static void untested_recipe(struct good_model *good) { strcpy(good->recipe.untested, "no host has it"); }
static void no_ref(struct good_model *good)
{
    good->model.run.sha[0] = '\0';
    str_copy(good->model.run.ref_trouble, CHECK_TEXT_MAX, "no such branch");
}
static void no_sha(struct good_model *good) { good->model.run.sha[0] = '\0'; }
static void no_sha_no_address(struct good_model *good) { no_sha(good); no_address(good); }
static void answered_at_begin(struct good_model *good)
{
    struct model *model = &good->model;
    model->run.begun_ms = GOOD_ANSWERED; /* the same ms: that is after, not before */
}
static void trouble_is_past(struct good_model *good) { str_copy(good->model.balancers[0].trouble, BALANCER_TROUBLE_MAX, "it was"); }
static void target_unknown(struct good_model *good) { old_counters(good); good->model.run.target_known = false; }
static void disk_just_enough(struct good_model *good) { host_of(good, GOOD_GREEN_1)->facts.disk_free_mb = 50; }
static void disk_not_low(struct good_model *good) { host_of(good, GOOD_GREEN_1)->facts.disk_free_mb = 100; }
static void three_jobs(struct good_model *good)
{
    good_host(&good->model, ROLE_GREEN, "web-green-3", GOOD_SHA);
    for (int i = GOOD_GREEN_1; i < good->model.fleet.count; i++)
        host_of(good, i)->facts.job_running = true;
}
static void clients_stay(struct good_model *good)
{
    good->model.traffic.points[0].backend[COLOUR_GREEN].sessions = 2;
    good->model.traffic.count = 1;
    good->model.balancers[0].old_sessions[COLOUR_GREEN] = 1;
}
static void clients_stayed(struct good_model *good)
{
    clients_stay(good);
    good->settings.drain_s = 1;
    good->model.now.mono_ms = good->model.run.begun_ms + 1000;
}
static void clients_may_be_cut(struct good_model *good)
{
    clients_stay(good);
    good->settings.drain_s = 0;
}
static void clients_of_blue(struct good_model *good) { good->model.balancers[0].old_sessions[COLOUR_BLUE] = 1; }
static void back(struct good_model *good) { good->model.run.kind = RUN_ROLLBACK; }
static void back_never_told(struct good_model *good)
{
    back(good);
    host_of(good, GOOD_GREEN_2)->facts = (struct host_facts){.at_ms = 0};
}
static void to_blue(struct good_model *good)
{
    good->model.balancers[0].runtime_share = good->model.balancers[0].disk_share = SHARE_GREEN;
    good->model.run.target = COLOUR_BLUE;
}
static void to_blue_key(struct good_model *good) { to_blue(good); fail_host(good, GOOD_BLUE_1, ERR_HOST_KEY, "SHA256:abc"); }
static void to_blue_job(struct good_model *good) { to_blue(good); host_of(good, GOOD_BLUE_1)->facts.job_running = true; }
static void to_blue_no_server(struct good_model *good) { to_blue(good); host_of(good, GOOD_BLUE_1)->in_haproxy = false; }
static void to_blue_no_sha(struct good_model *good) { to_blue(good); no_sha(good); }
static void back_to_blue(struct good_model *good)
{
    to_blue(good);
    back(good);
    host_of(good, GOOD_BLUE_1)->facts.current[0] = '\0';
}
static void most_hosts(struct good_model *good)
{
    while (fleet_count(&good->model.fleet, ROLE_GREEN) < ROLLOUT_TARGETS_MAX)
        good_host(&good->model, ROLE_GREEN, "web-green-n", GOOD_SHA);
}
static void too_many_hosts(struct good_model *good) { most_hosts(good); good_host(&good->model, ROLE_GREEN, "one-more", GOOD_SHA); }
static void back_api_down(struct good_model *good) { back(good); api_down(good); }
static void back_refused(struct good_model *good) { back(good); refused(good); }
static void back_no_facts(struct good_model *good) { back(good); no_facts(good); }
static void back_old_helper(struct good_model *good) { back(good); old_helper(good); }
static void back_old_lb(struct good_model *good) { back(good); old_lb_helper(good); }
static void back_nothing(struct good_model *good)
{
    back(good);
    host_of(good, GOOD_GREEN_2)->facts.current[0] = '\0';
    host_of(good, GOOD_GREEN_2)->facts.revision[0] = '\0';
}
static void back_mixed(struct good_model *good)
{
    back(good);
    host_of(good, GOOD_GREEN_2)->facts.revision[0] = 'f';
}

static void managed(struct good_model *good)
{
    good->model.config_managed = good->model.run.configures = true;
    good->model.configure.site.server_count = 4;
}

static void managed_unknown(struct good_model *good)
{
    managed(good);
    good->model.configure.world = 0;
}

static void managed_too_old(struct good_model *good)
{
    managed(good);
    str_copy(good->model.configure.render_trouble, CONFIGURE_TROUBLE_MAX,
             "HAProxy 2.2.9 is too old");
}

static void managed_no_server(struct good_model *good)
{
    managed(good);
    host_of(good, GOOD_GREEN_1)->in_haproxy = false;
}

static void adopted_unread(struct good_model *good)
{
    good->model.configure.linted = false;
}

static void adopted_unreadable(struct good_model *good)
{
    good->model.configure.linted = false;
    str_copy(good->model.configure.read_trouble, CONFIGURE_TROUBLE_MAX,
             "lb-1: no such verb (usage)");
}

static void find(struct good_model *good, enum lint_kind kind)
{
    struct configure *configure = &good->model.configure;

    configure->findings[configure->finding_count++] =
        (struct lint_finding){.kind = kind,
                              .line = 12,
                              .place = "frontend www",
                              .text = "stats admin if TRUE",
                              .why = "take this line away"};
}

static void adopted_danger(struct good_model *good)
{
    find(good, LINT_DANGER);
    find(good, LINT_ADVICE);
}

static void adopted_missing(struct good_model *good)
{
    adopted_danger(good);
    find(good, LINT_MISSING);
    find(good, LINT_MISSING);
}

static void adopted_advice(struct good_model *good)
{
    find(good, LINT_ADVICE);
}

/* What one spoiled thing makes of one check. */
static const struct {
    void (*spoil)(struct good_model *good);  enum check_name check;  enum check_state state;  const char *text;
} cases[] = {
    {no_green,        CHECK_FLEET,    CHECK_BAD,     "no Droplet carries the tag env:green: tag them, or set [fleet] green_tag"},
    {two_tags,        CHECK_FLEET,    CHECK_BAD,     "web-green-1 carries more than one of our tags: take the wrong one off"},
    {api_down,        CHECK_FLEET,    CHECK_BAD,     "the Droplets cannot be listed: api.digitalocean.com: timeout"},
    {not_listed,      CHECK_FLEET,    CHECK_PENDING, "asking the API for the Droplets"},
    {back_api_down,   CHECK_FLEET,    CHECK_WARN,    "as listed before this run: 2 blue, 2 green"},
    {no_balancer,     CHECK_BALANCER, CHECK_BAD,     "no Droplet carries the tag role:loadbalancer: tag them, or set [fleet] balancer_tag"},
    {too_many_balancers, CHECK_BALANCER, CHECK_BAD,  "5 Droplets carry the tag role:loadbalancer, and at most 4 are switched together: leave it on those"},
    {add_balancer,    CHECK_BALANCER, CHECK_OK,      "lb-1, web-blue-2 answer, HAProxy 2.6.12"},
    {second_lost,     CHECK_BALANCER, CHECK_BAD,     "web-blue-2: HAProxy's counters do not come: timeout"},
    {second_left_out, CHECK_BALANCER, CHECK_WARN,    "web-blue-2 does not answer and is left out of this run"},
    {second_left_out, CHECK_SHARE,    CHECK_OK,      "blue is live"},
    {second_differs,  CHECK_SHARE,    CHECK_BAD,     "the load balancers do not agree: lb-1 sends 0 % to green, web-blue-2 sends 100 % to green; mend one (drift)"},
    {no_counters,     CHECK_BALANCER, CHECK_BAD,     "lb-1: HAProxy's counters do not come: connection refused"},
    {no_counters,     CHECK_SHARE,    CHECK_SKIPPED, "not known without HAProxy's answer"},
    {old_counters,    CHECK_BALANCER, CHECK_PENDING, "waiting for HAProxy's counters"},
    {worker_stops,    CHECK_BALANCER, CHECK_PENDING, "waiting for HAProxy's counters"},
    {no_status,       CHECK_BALANCER, CHECK_PENDING, "asking bgc-lb on lb-1"},
    {no_status,       CHECK_HELPERS,  CHECK_PENDING, "asking bgc-lb"},
    {bad_status,      CHECK_BALANCER, CHECK_BAD,     "lb-1: bgc-lb: sudo: no"},
    {bad_status,      CHECK_HELPERS,  CHECK_SKIPPED, "bgc-lb does not tell its version"},
    {intent_open,     CHECK_BALANCER, CHECK_WARN,    "lb-1: an earlier change did not end; bgc-lb settles it first"},
    {page_up,         CHECK_BALANCER, CHECK_WARN,    "lb-1: the maintenance page is up: users reach neither colour"},
    {old_workers,     CHECK_BALANCER, CHECK_WARN,    "lb-1: 2 old workers still serve their last connections"},
    {old_counters,    CHECK_SHARE,    CHECK_PENDING, "waiting for HAProxy's map"},
    {split,           CHECK_SHARE,    CHECK_BAD,     "split: 25 % of the requests go to green, both colours are live: bring it to 0 or 100 first"},
    {split,           CHECK_HOSTS,    CHECK_SKIPPED, "no target without one live colour"},
    {drift,           CHECK_SHARE,    CHECK_BAD,     "lb-1: drift: HAProxy sends 0 % to green, /etc/haproxy/bgconsole/traffic.map says 100 %: a reload would move the traffic; make them agree"},
    {no_disk_share,   CHECK_SHARE,    CHECK_BAD,     "lb-1: /etc/haproxy/bgconsole/traffic.map could not be read: see `bgconsole status`"},
    {two_entries,     CHECK_SHARE,    CHECK_BAD,     "lb-1: HAProxy's map has 2 entries of our key with a valid share, not 1: nobody can say which colour is live; mend /etc/haproxy/bgconsole/traffic.map"},
    {bad_entry,       CHECK_SHARE,    CHECK_BAD,     "lb-1: HAProxy's map has 0 entries of our key with a valid share, not 1: nobody can say which colour is live; mend /etc/haproxy/bgconsole/traffic.map"},
    {host_key,        CHECK_HOSTS,    CHECK_BAD,     "the host key of web-green-1 is not a known one: it was SHA256:abc"},
    {no_link,         CHECK_HOSTS,    CHECK_BAD,     "web-green-1: current is a directory: move it away"},
    {host_key,        CHECK_DISK,     CHECK_OK,      "enough"},
    {refused,         CHECK_HOSTS,    CHECK_BAD,     "web-green-2 does not answer by SSH: connection refused"},
    {refused_before,  CHECK_HOSTS,    CHECK_PENDING, "asking web-green-2"},
    {blue_silent,     CHECK_HOSTS,    CHECK_WARN,    "of the live colour web-blue-2: no answer by SSH"},
    {switched_off,    CHECK_HOSTS,    CHECK_BAD,     "web-green-1 is not running: power it on, or take its tag off"},
    {no_address,      CHECK_HOSTS,    CHECK_BAD,     "web-green-1 has no private address: see [fleet] address"},
    {back_refused,    CHECK_HOSTS,    CHECK_WARN,    "web-green-2 does not answer by SSH: connection refused"},
    {old_helper,      CHECK_HELPERS,  CHECK_BAD,     "web-green-2: bgc-host is not of this version: run `bgconsole bootstrap`"},
    {old_lb_helper,   CHECK_HELPERS,  CHECK_BAD,     "lb-1: bgc-lb is not of this version: run `bgconsole bootstrap`"},
    {back_old_helper, CHECK_HELPERS,  CHECK_OK,      "bgc-lb is of this version"},
    {back_old_lb,     CHECK_HELPERS,  CHECK_BAD,     "lb-1: bgc-lb is not of this version: run `bgconsole bootstrap`"},
    {no_server,       CHECK_SERVERS,  CHECK_BAD,     "web-green-2: HAProxy has no server for it: add it to green_backend and reload"},
    {wrong_backend,   CHECK_SERVERS,  CHECK_BAD,     "web-green-2: HAProxy has it in blue_backend, where it gets the live traffic: take it out there"},
    {clients_stay,    CHECK_SESSIONS, CHECK_PENDING, "3 are still on green: waiting for their end, 28 s more"},
    {clients_stayed,  CHECK_SESSIONS, CHECK_BAD,     "3 are still on green: wait for their end, or allow that they are cut: [run] drain = 0"},
    {clients_may_be_cut, CHECK_SESSIONS, CHECK_WARN, "3 are still on green: its restart may cut them"},
    {clients_of_blue, CHECK_SESSIONS, CHECK_OK,      "none is on green"},
    {back,            CHECK_SESSIONS, CHECK_SKIPPED, "nothing is changed on the hosts"},
    {disk_full,       CHECK_DISK,     CHECK_BAD,     "web-green-1: less than 50 MB of disk are free: make room, as by `bgc-host gc env=my-perl-app-production releases=2` there"},
    {disk_low,        CHECK_DISK,     CHECK_WARN,    "web-green-1: less than 100 MB of disk are free"},
    {no_facts,        CHECK_DISK,     CHECK_PENDING, "asking web-green-1"},
    {no_facts,        CHECK_JOBS,     CHECK_PENDING, "asking web-green-1"},
    {job_runs,        CHECK_JOBS,     CHECK_BAD,     "web-green-1: an earlier job still runs: wait for its end"},
    {managed,         CHECK_CONFIG,   CHECK_OK,      "ours: 4 servers, for HAProxy 2.6.12"},
    {managed_unknown, CHECK_CONFIG,   CHECK_PENDING, "waiting for what haproxy.cfg is made from"},
    {managed_too_old, CHECK_CONFIG,   CHECK_BAD,     "haproxy.cfg cannot be written: HAProxy 2.2.9 is too old"},
    {managed_no_server, CHECK_SERVERS, CHECK_OK,     "web-green-1: gets its server when haproxy.cfg is written"},
    {adopted_unread,  CHECK_CONFIG,   CHECK_PENDING, "reading haproxy.cfg of lb-1"},
    {adopted_unreadable, CHECK_CONFIG, CHECK_WARN,   "haproxy.cfg was not looked at: lb-1: no such verb (usage)"},
    {adopted_danger,  CHECK_CONFIG,   CHECK_WARN,    "haproxy.cfg, line 12: stats admin if TRUE: take this line away"},
    {adopted_missing, CHECK_CONFIG,   CHECK_BAD,     "haproxy.cfg lacks 2 lines that a switch needs, the first in frontend www: `bgconsole config lint` prints them, ready to paste"},
    {adopted_advice,  CHECK_CONFIG,   CHECK_WARN,    "haproxy.cfg could be safer by 1 line: `bgconsole config lint` prints them, ready to paste"},
    {back,            CHECK_CONFIG,   CHECK_SKIPPED, "not needed here"},
    {three_jobs,      CHECK_JOBS,     CHECK_BAD,     "web-green-1, web-green-2, web-green-3: an earlier job still runs: wait for its end"},
    {disk_just_enough, CHECK_DISK,    CHECK_WARN,    "web-green-1: less than 100 MB of disk are free"},
    {disk_not_low,    CHECK_DISK,     CHECK_OK,      "enough"},
    {answered_at_begin, CHECK_FLEET,  CHECK_OK,      "2 blue, 2 green"},
    {answered_at_begin, CHECK_BALANCER, CHECK_OK,    "lb-1 answers, HAProxy 2.6.12"},
    {answered_at_begin, CHECK_HOSTS,  CHECK_OK,      "all 2 answer"},
    {answered_at_begin, CHECK_HELPERS, CHECK_OK,     "all of this version"},
    {trouble_is_past, CHECK_BALANCER, CHECK_OK,      "lb-1 answers, HAProxy 2.6.12"},
    {trouble_is_past, CHECK_SHARE,    CHECK_OK,      "blue is live"},
    {target_unknown,  CHECK_HOSTS,    CHECK_PENDING, "waiting to know the live colour"},
    {to_blue,         CHECK_HOSTS,    CHECK_OK,      "all 2 answer"},
    {to_blue_key,     CHECK_HOSTS,    CHECK_BAD,     "the host key of web-blue-1 is not a known one: SHA256:abc"},
    {to_blue_job,     CHECK_JOBS,     CHECK_BAD,     "web-blue-1: an earlier job still runs: wait for its end"},
    {to_blue_no_server, CHECK_SERVERS, CHECK_BAD,    "web-blue-1: HAProxy has no server for it: add it to blue_backend and reload"},
    {to_blue_no_sha,  CHECK_REF,      CHECK_PENDING, "asking git for main"},
    {back_to_blue,    CHECK_RETURN,   CHECK_BAD,     "web-blue-1: no release there to go back to: deploy to blue"},
    {back_never_told, CHECK_RETURN,   CHECK_WARN,    "not every host of green told the same release"},
    {most_hosts,      CHECK_HOSTS,    CHECK_OK,      "all 256 answer"},
    {too_many_hosts,  CHECK_HOSTS,    CHECK_BAD,     "257 hosts are green; a run has at most 256"},
    {own_recipe,      CHECK_RECIPE,   CHECK_OK,      "perl-starman, your own: 2 steps, nothing against its scripts"},
    {doubtful_recipe, CHECK_RECIPE,   CHECK_WARN,    "2 lines in the scripts of perl-starman may hurt: `bgconsole recipe lint` names them"},
    {untested_recipe, CHECK_RECIPE,   CHECK_WARN,    "the recipe perl-starman was never tested: no host has it"},
    {no_ref,          CHECK_REF,      CHECK_BAD,     "main: no such branch"},
    {no_sha,          CHECK_REF,      CHECK_PENDING, "asking git for main"},
    {no_sha_no_address, CHECK_REF,    CHECK_SKIPPED, "no host to ask git on"},
    {back,            CHECK_REF,      CHECK_SKIPPED, "a rollback takes what is there"},
    {back,            CHECK_DISK,     CHECK_SKIPPED, "a rollback needs none"},
    {back,            CHECK_JOBS,     CHECK_SKIPPED, "a rollback starts none"},
    {back,            CHECK_RETURN,   CHECK_OK,      "green has 4e2b9d0"},
    {back_no_facts,   CHECK_RETURN,   CHECK_OK,      "green has 4e2b9d0"},
    {back_nothing,    CHECK_RETURN,   CHECK_BAD,     "web-green-2: no release there to go back to: deploy to green"},
    {back_mixed,      CHECK_RETURN,   CHECK_WARN,    "not every host of green told the same release"},
};
/* clang-format on */

static void test_each_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct good_model *good = good_model_new();
        struct preflight preflight;

        cases[i].spoil(good);
        preflight_look(&preflight, &good->model);
        const struct check *check = &preflight.checks[cases[i].check];
        if (check->state != cases[i].state || strcmp(check->text, cases[i].text) != 0)
            fail_msg("%s: %s: \"%s\" instead of %s: \"%s\"", check_name(cases[i].check),
                     check_state_name(check->state), check->text,
                     check_state_name(cases[i].state), cases[i].text);
        if (check->state == CHECK_PENDING)
            assert_true(preflight_is_pending(&preflight));
        assert_int_equal(preflight_is_ok(&preflight),
                         !preflight_is_pending(&preflight) &&
                             preflight_first_bad(&preflight) < 0);
        free(good);
    }
}

/* Every way in which preflight fails must fail at once, not at its deadline. */
static void test_bad_is_not_kept_waiting(void **state)
{
    (void)state;
    /* clang-format off */
    static void (*const spoils[])(struct good_model *good) = {
        host_key, refused, switched_off, no_address, no_green, no_balancer, split, bad_status,
        no_counters, old_helper, disk_full, no_ref,
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(spoils); i++) {
        struct good_model *good = good_model_new();
        struct preflight preflight;

        spoils[i](good);
        if (spoils[i] == host_key || spoils[i] == no_address) {
            no_facts(good); /* it cannot have told any */
            no_sha(good);
        }
        if (spoils[i] == no_green)
            no_sha(good);
        preflight_look(&preflight, &good->model);
        if (preflight_is_pending(&preflight) || preflight_first_bad(&preflight) < 0)
            fail_msg("case %zu", i);
        free(good);
    }
}

static void test_many_names(void **state)
{
    struct good_model *good = *state;
    struct preflight preflight;

    for (int i = 3; i <= 9; i++) {
        char name[32];
        snprintf(name, sizeof name, "web-green-%d", i);
        good_host(&good->model, ROLE_GREEN, name, GOOD_SHA);
    }
    for (int i = fleet_next(&good->model.fleet, ROLE_GREEN, -1); i >= 0;
         i = fleet_next(&good->model.fleet, ROLE_GREEN, i))
        host_of(good, i)->facts.job_running = true;
    preflight_look(&preflight, &good->model);
    assert_string_equal(preflight.checks[CHECK_JOBS].text,
                        "web-green-1, web-green-2, web-green-3 and 6 more: an earlier "
                        "job still runs: wait for its end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_is_well, setup, teardown),
        cmocka_unit_test(test_each_check),
        cmocka_unit_test(test_bad_is_not_kept_waiting),
        cmocka_unit_test_setup_teardown(test_many_names, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
