/* Every kind of drift: absent where all is well, found when one thing is spoiled, with
 * its values and its mend; and silent about what a run does itself. */

#include "core/drift.h"

#include "lib/good_model.h"
#include "lib/scratch.h"
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

/* ---- what can be spoiled ---- */

typedef void spoil_fn(struct model *model);

static void clear_map(struct model *model)
{
    model->balancers[0].map_entries = 0;
    model->balancers[0].runtime_share = SHARE_UNKNOWN;
}

static void write_no_share(struct model *model)
{
    model->balancers[0].runtime_share = SHARE_UNKNOWN;
}

static void clear_map_and_file(struct model *model)
{
    clear_map(model);
    model->balancers[0].disk_share = SHARE_UNKNOWN;
    model->balancers[0].known_share = 25;
}

static void set_map(struct model *model)
{
    model->balancers[0].runtime_share = SHARE_GREEN;
}

static void set_map_split(struct model *model)
{
    model->balancers[0].runtime_share = 25;
}

static void spoil_file(struct model *model)
{
    model->balancers[0].disk_share = SHARE_UNKNOWN;
}

static void add_map(struct model *model)
{
    model->balancers[0].map_entries = 2;
}

/* The second one has seen the newer change. */
static void part_balancers(struct model *model)
{
    model->balancers[1] = model->balancers[0];
    model->balancers[1].host = GOOD_BLUE_2;
    model->balancers[1].runtime_share = model->balancers[1].disk_share = SHARE_GREEN;
    model->balancers[1].seq++;
    model->balancer_count = 2;
}

static void add_to_other_backend(struct model *model)
{
    model->fleet.hosts[GOOD_GREEN_1].in_other_backend = true;
}

static void tag_twice(struct model *model)
{
    model->fleet.hosts[GOOD_BLUE_2].two_roles = true;
}

static void edit_config(struct model *model)
{
    model->balancers[0].config_edited = true;
}

static void edit_config_and_tell(struct model *model)
{
    edit_config(model);
    str_copy(model->balancers[0].config_note, BALANCER_TROUBLE_MAX, "3 lines differ");
}

static void reload(struct model *model)
{
    model->balancers[0].worker_pid = 4892;
}

static void set_server(struct model *model, int host, int admin_state,
                       const char *status)
{
    struct server_row *server = &model->fleet.hosts[host].server;

    server->admin_state = admin_state;
    str_copy(server->name, sizeof server->name, model->fleet.hosts[host].droplet.name);
    str_copy(server->status, sizeof server->status, status);
}

static void drain_idle(struct model *model)
{
    set_server(model, GOOD_GREEN_2, 0x08, "DRAIN");
}

static void stop_live(struct model *model)
{
    set_server(model, GOOD_BLUE_1, 0x01, "MAINT");
}

static void disable_in_config(struct model *model)
{
    set_server(model, GOOD_GREEN_2, 0x05, "MAINT");
}

static void track_in_config(struct model *model)
{
    set_server(model, GOOD_GREEN_2, 0x02, "MAINT (via a/b)");
}

static void drop_server(struct model *model)
{
    model->fleet.hosts[GOOD_GREEN_1].in_haproxy = false;
}

static void add_stranger(struct model *model)
{
    model->fleet.stranger_count = 1;
    model->fleet.strangers[0] = (struct stranger){
        .colour = COLOUR_BLUE, .name = "web-blue-9", .address = "10.0.0.99:8080"};
}

static void add_idle_stranger(struct model *model)
{
    add_stranger(model);
    model->fleet.strangers[0].colour = COLOUR_GREEN;
}

static void change_release(struct model *model)
{
    str_copy(model->fleet.hosts[GOOD_GREEN_2].facts.revision, SHA_HEX_SIZE,
             GOOD_OLD_SHA);
}

static void forget_release(struct model *model)
{
    model->fleet.hosts[GOOD_BLUE_2].facts.revision[0] = '\0';
}

static void change_host_helper(struct model *model)
{
    str_copy(model->fleet.hosts[GOOD_GREEN_2].facts.helper_sha256, 65, "old");
}

static void change_balancer_helper(struct model *model)
{
    str_copy(model->balancers[0].helper_sha256, 65, "0123456789abcdef");
}

static void stop_worker(struct model *model)
{
    model->balancers[0].stopping = true;
}

static void keep_old_worker(struct model *model)
{
    model->balancers[0].old_workers = 1;
}

static void keep_old_workers(struct model *model)
{
    model->balancers[0].old_workers = 2;
}

/* ---- what is found ---- */

struct spoilt {
    spoil_fn *spoil;
    enum drift_kind kind;
    const char *subject, *sentence;
    enum mend_kind mend;
    bool moves_traffic;
    const char *what;
};

/* clang-format off */
#define BY_RENDERING "renders haproxy.cfg from the Droplets of both tags, shows the " \
    "difference at a gate, checks it, and reloads HAProxy; the traffic stays on its colour"

#define PUT_BACK "puts back the haproxy.cfg that HAProxy runs with; nothing is reloaded, the traffic stays"

static const struct spoilt cases[] = {
    { clear_map, DRIFT_MAP_LOST, "lb-1",
      "no entry for green_share: the share that haproxy.cfg names in its place decides",
      MEND_MAP, true,
      "writes \"green_share 0\" (all to blue) to HAProxy's map and to its file; the traffic may move" },
    { write_no_share, DRIFT_MAP_LOST, "lb-1",
      "the value for green_share is no share from 0 to 100",
      MEND_MAP, true,
      "writes \"green_share 0\" (all to blue) to HAProxy's map and to its file; the traffic may move" },
    { clear_map_and_file, DRIFT_MAP_LOST, "lb-1",
      "no entry for green_share: the share that haproxy.cfg names in its place decides",
      MEND_MAP, true,
      "writes \"green_share 25\" (25 % to green) to HAProxy's map and to its file; the traffic may move" },
    { set_map, DRIFT_SHARE, "lb-1",
      "HAProxy has 100 (all to green), its file 0 (all to blue): a reload would move the traffic",
      MEND_MAP, false,
      "writes \"green_share 100\" (all to green) to HAProxy's map and to its file; the traffic stays" },
    { set_map_split, DRIFT_SHARE, "lb-1",
      "HAProxy has 25 (25 % to green), its file 0 (all to blue): a reload would move the traffic",
      MEND_MAP, false,
      "writes \"green_share 25\" (25 % to green) to HAProxy's map and to its file; the traffic stays" },
    { spoil_file, DRIFT_MAP_FILE, "lb-1",
      "/etc/haproxy/bgconsole/traffic.map cannot be read, or is not exactly one line \"green_share SHARE\"",
      MEND_MAP, false,
      "writes \"green_share 0\" (all to blue) to HAProxy's map and to its file; the traffic stays" },
    { add_map, DRIFT_MAP_DOUBLE, "lb-1",
      "2 entries for green_share, it must have one",
      MEND_MAP, false,
      "writes \"green_share 0\" (all to blue) to HAProxy's map and to its file; the traffic stays" },
    { part_balancers, DRIFT_BALANCERS, "lb-1",
      "sends all to blue, and web-blue-2, which has seen the newest change, all to green",
      MEND_SHARE, true,
      "switches lb-1 to what web-blue-2 has (all to green); the traffic that comes to lb-1 moves" },
    { add_to_other_backend, DRIFT_OTHER_BACKEND, "web-green-1",
      "tagged env:green, and a server of blue_backend too",
      MEND_RENDER, false, BY_RENDERING },
    { tag_twice, DRIFT_TWO_TAGS, "web-blue-2",
      "tagged with more than one of env:blue, env:green and role:loadbalancer",
      MEND_NONE, false,
      "take the wrong tag off: doctl compute droplet untag web-blue-2 --tag-name TAG" },
    { edit_config, DRIFT_CONFIG, "lb-1", "changed after HAProxy read it",
      MEND_CONFIG, false, PUT_BACK },
    { edit_config_and_tell, DRIFT_CONFIG, "lb-1",
      "changed after HAProxy read it: 3 lines differ",
      MEND_CONFIG, false, PUT_BACK },
    { reload, DRIFT_WORKER, "lb-1",
      "4892, it was 4711: HAProxy was reloaded or restarted, not by this console",
      MEND_NOTED, false, "notes worker 4892 as known; nothing outside is touched" },
    { drain_idle, DRIFT_SERVER_SET, "web-green-2",
      "DRAIN, set by hand: green_backend/web-green-2 (admin state 0x08)",
      MEND_SERVER, false,
      "sets green_backend/web-green-2 to ready; its colour has no traffic now" },
    { stop_live, DRIFT_SERVER_SET, "web-blue-1",
      "MAINT, set by hand: blue_backend/web-blue-1 (admin state 0x01)",
      MEND_SERVER, true,
      "sets blue_backend/web-blue-1 to ready; once its checks pass it gets live traffic" },
    { disable_in_config, DRIFT_SERVER_SET, "web-green-2",
      "MAINT, set by hand: green_backend/web-green-2 (admin state 0x05)",
      MEND_SERVER, false,
      "sets green_backend/web-green-2 to ready; its colour has no traffic now" },
    { track_in_config, DRIFT_SERVER_SET, "web-green-2",
      "MAINT (via a/b), by what it tracks, or its name: green_backend/web-green-2 (admin state 0x02)",
      MEND_NONE, false,
      "not a matter of `set server`: look for \"track\" or \"resolvers\" at this server in haproxy.cfg" },
    { drop_server, DRIFT_SERVER_MISSING, "web-green-1",
      "tagged env:green, and green_backend has no server at 10.0.0.3",
      MEND_RENDER, false, BY_RENDERING },
    { add_stranger, DRIFT_STRANGER, "web-blue-9",
      "a server of blue_backend at 10.0.0.99:8080, where no Droplet is tagged env:blue: it gets live traffic while it is up",
      MEND_RENDER, false, BY_RENDERING },
    { add_idle_stranger, DRIFT_STRANGER, "web-blue-9",
      "a server of green_backend at 10.0.0.99:8080, where no Droplet is tagged env:green",
      MEND_RENDER, false, BY_RENDERING },
    { change_release, DRIFT_RELEASES, "green",
      "most of its hosts have 4e2b9d0, but web-green-2 8f3c2a1",
      MEND_NONE, false, "d deploys one release to every host of this colour" },
    { forget_release, DRIFT_RELEASES, "blue",
      "most of its hosts have 8f3c2a1, but web-blue-2 none",
      MEND_NONE, false,
      "it gets traffic: r sends it to the other colour; then d deploys one release to every host of this one" },
    { change_host_helper, DRIFT_HELPER, "green",
      "bgc-host is not ours (sha256 host-sha) on web-green-2",
      MEND_NONE, false, "`bgconsole bootstrap` installs ours on every host" },
    { change_balancer_helper, DRIFT_HELPER, "lb-1",
      "bgc-lb is not ours: sha256 01234567 there, lb-sha here",
      MEND_NONE, false, "`bgconsole bootstrap` installs ours" },
    { stop_worker, DRIFT_STOPPING, "lb-1",
      "worker 4711 is on its way out, and it still answers",
      MEND_NONE, false,
      "nothing to do: the new worker answers soon; if it does not, see `show proc` on HAProxy's master socket" },
    { keep_old_worker, DRIFT_OLD_WORKERS, "lb-1",
      "1 old worker still serves connections",
      MEND_NONE, false,
      "nothing to do: they end with their connections, or after hard-stop-after; leave both colours running until then" },
    { keep_old_workers, DRIFT_OLD_WORKERS, "lb-1",
      "2 old workers still serve connections",
      MEND_NONE, false,
      "nothing to do: they end with their connections, or after hard-stop-after; leave both colours running until then" },
};
/* clang-format on */

static void test_nothing_drifts(void **state)
{
    struct good_model *good = *state;
    static struct drift drift;

    drift_look(&good->model, &drift);
    assert_int_equal(drift.count + drift.more, 0);
}

static void test_each_kind(void **state)
{
    bool seen[DRIFT_KIND_COUNT] = {false};
    static struct drift drift;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct spoilt *spoilt = &cases[i];
        struct good_model *good = good_model_new();
        good->model.config_managed = true;
        spoilt->spoil(&good->model);
        drift_look(&good->model, &drift);
        const struct finding *finding = &drift.findings[0];
        assert_true(drift.count >= 1);
        assert_int_equal(finding->kind, spoilt->kind);
        assert_string_equal(finding->subject, spoilt->subject);
        assert_string_equal(finding->sentence, spoilt->sentence);
        assert_int_equal(finding->mend.kind, spoilt->mend);
        assert_int_equal(finding->mend.moves_traffic, spoilt->moves_traffic);
        assert_string_equal(finding->mend.what, spoilt->what);
        assert_true(drift_offers(&drift, &finding->mend));
        seen[finding->kind] = true;
        free(good);
    }
    for (int kind = 0; kind < DRIFT_KIND_COUNT; kind++)
        assert_true(seen[kind]);
}

/* A file that is the operator's own is never rendered: the words say what to change. */
static void test_adopted_configuration(void **state)
{
    /* clang-format off */
    static const struct {
        spoil_fn *spoil;
        const char *what;
    } adopted[] = {
        { edit_config, "the file is your own: reload HAProxy if the change is meant, else put the old file back" },
        { drop_server, "add \"server web-green-1 10.0.0.3:8080 check\" to green_backend in haproxy.cfg, and reload HAProxy" },
        { add_stranger, "take \"server web-blue-9\" out of blue_backend in haproxy.cfg and reload HAProxy, or give its Droplet the tag" },
        { add_to_other_backend, "take \"server web-green-1\" out of blue_backend in haproxy.cfg, and reload HAProxy" },
    };
    /* clang-format on */
    static struct drift drift;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(adopted); i++) {
        struct good_model *good = good_model_new();
        adopted[i].spoil(&good->model);
        drift_look(&good->model, &drift);
        assert_int_equal(drift.count, 1);
        assert_int_equal(drift.findings[0].mend.kind, MEND_NONE);
        assert_string_equal(drift.findings[0].mend.what, adopted[i].what);
        free(good);
    }
}

/* Without any share known there is no key: guessing would move the traffic. */
static void test_no_share_is_guessed(void **state)
{
    struct good_model *good = *state;
    static struct drift drift;

    clear_map(&good->model);
    spoil_file(&good->model);
    good->model.balancers[0].known_share = SHARE_UNKNOWN;
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 2);
    assert_int_equal(drift.findings[0].mend.kind, MEND_NONE);
    assert_int_equal(drift.findings[1].mend.kind, MEND_NONE);
    assert_non_null(strstr(drift.findings[0].mend.what, "by hand"));
}

static void test_worst_comes_first(void **state)
{
    struct good_model *good = *state;
    static struct drift drift;

    keep_old_workers(&good->model);
    change_release(&good->model);
    set_map(&good->model);
    tag_twice(&good->model);
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 4);
    assert_int_equal(drift.findings[0].kind, DRIFT_SHARE);
    assert_int_equal(drift.findings[3].kind, DRIFT_OLD_WORKERS);
    for (int kind = 1; kind < DRIFT_KIND_COUNT; kind++)
        assert_true(drift_kind_level((enum drift_kind)kind) <=
                    drift_kind_level((enum drift_kind)(kind - 1)));
}

/* A run's own doings are no drift, in the states and for the colour that it works on.
 */
static void test_own_doings_are_muted(void **state)
{
    /* clang-format off */
    static const struct {
        spoil_fn *spoil;
        enum run_kind run;
        enum run_state state;
        enum colour target;
        bool found;
    } muted[] = {
        { set_map,        RUN_DEPLOY,   RUN_SWITCHING,      COLOUR_GREEN, false },
        { set_map,        RUN_ROLLBACK, RUN_SWITCH_UNKNOWN, COLOUR_BLUE,  false },
        { set_map,        RUN_DEPLOY,   RUN_WATCHING,       COLOUR_GREEN, true },
        { set_map,        RUN_DEPLOY,   RUN_DEPLOYING,      COLOUR_GREEN, true },
        { clear_map,      RUN_DEPLOY,   RUN_SWITCHING,      COLOUR_GREEN, false },
        { spoil_file,     RUN_DEPLOY,   RUN_SWITCHING,      COLOUR_GREEN, false },
        { add_map,        RUN_DEPLOY,   RUN_SWITCHING,      COLOUR_GREEN, false },
        { change_release, RUN_DEPLOY,   RUN_DEPLOYING,      COLOUR_GREEN, false },
        { change_release, RUN_DEPLOY,   RUN_CANCELLING,     COLOUR_GREEN, false },
        { change_release, RUN_DEPLOY,   RUN_VERIFYING,      COLOUR_GREEN, false },
        { change_release, RUN_DEPLOY,   RUN_DEPLOYING,      COLOUR_BLUE,  true },
        { change_release, RUN_ROLLBACK, RUN_VERIFYING,      COLOUR_GREEN, true },
        { change_release, RUN_DEPLOY,   RUN_SWITCH_GATE,    COLOUR_GREEN, true },
        { change_release, RUN_DEPLOY,   RUN_STOPPED,        COLOUR_GREEN, true },
        { forget_release, RUN_DEPLOY,   RUN_DEPLOYING,      COLOUR_GREEN, true },
        { reload,         RUN_DEPLOY,   RUN_SWITCHING,      COLOUR_GREEN, true },
        { drain_idle,     RUN_DEPLOY,   RUN_DEPLOYING,      COLOUR_GREEN, true },
    };
    /* clang-format on */
    static struct drift drift;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(muted); i++) {
        struct good_model *good = good_model_new();
        muted[i].spoil(&good->model);
        good->model.run.kind = muted[i].run;
        good->model.run.state = muted[i].state;
        good->model.run.target = muted[i].target;
        drift_look(&good->model, &drift);
        if ((drift.count > 0) != muted[i].found)
            fail_msg("case %zu: %d findings", i, drift.count);
        free(good);
    }
}

/* What does not answer cannot drift: that it is silent is another alarm. */
static void test_silence_is_no_drift(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;
    static struct drift drift;

    set_map(model);
    reload(model);
    drain_idle(model);
    drop_server(model);
    model->balancers[0].sampled = false;
    drift_look(model, &drift);
    assert_int_equal(drift.count, 0);

    model->balancers[0].sampled = true;
    model->fleet.matched_ms = 0; /* the servers were compared with no listing yet */
    drift_look(model, &drift);
    assert_int_equal(drift.count, 2);

    good_balancer(model);
    change_release(model);
    model->fleet.hosts[GOOD_GREEN_2].facts.at_ms = 0;
    drift_look(model, &drift);
    assert_int_equal(drift.count, 0);
}

static void test_only_what_runs_is_missed(void **state)
{
    struct good_model *good = *state;
    struct host *host = &good->model.fleet.hosts[GOOD_GREEN_1];
    static struct drift drift;

    drop_server(&good->model);
    host->droplet.status = DROPLET_OFF;
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 0);
    host->droplet.status = DROPLET_ACTIVE;
    host->gone = true;
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 0);
}

/* One thing is one finding: a server that is in the other backend is not missed too. */
static void test_nothing_is_told_twice(void **state)
{
    struct good_model *good = *state;
    static struct drift drift;

    drop_server(&good->model);
    add_to_other_backend(&good->model);
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 1);
    assert_int_equal(drift.findings[0].kind, DRIFT_OTHER_BACKEND);
}

static void test_a_helper_that_told_nothing(void **state)
{
    struct good_model *good = *state;
    static struct drift drift;

    good->model.fleet.hosts[GOOD_GREEN_2].facts.helper_sha256[0] = '\0';
    good->model.balancers[0].helper_sha256[0] = '\0';
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 0);
}

/* `disabled` in haproxy.cfg is remembered of a server that was made ready since. */
static void test_a_ready_server_is_no_drift(void **state)
{
    struct good_model *good = *state;
    static struct drift drift;

    set_server(&good->model, GOOD_GREEN_2, 0x04, "UP");
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 0);
}

static void test_findings_are_bounded(void **state)
{
    struct good_model *good = *state;
    struct model *model = &good->model;
    static struct drift drift;

    while (model->fleet.count < 5 + DRIFT_FINDINGS_MAX + 3)
        good_host(model, ROLE_GREEN, "many", GOOD_SHA);
    for (int i = 5; i < model->fleet.count; i++)
        model->fleet.hosts[i].in_haproxy = false;
    drift_look(model, &drift);
    assert_int_equal(drift.count, DRIFT_FINDINGS_MAX);
    assert_int_equal(drift.more, 3);
}

static void test_the_first_worker_is_known(void **state)
{
    struct good_model *good = *state;
    struct balancer *balancer = &good->model.balancers[0];
    static struct drift drift;

    balancer->known_pid = 0;
    balancer->stopping = true; /* an old one that still answers is not the one */
    drift_remember(balancer);
    assert_int_equal(balancer->known_pid, 0);
    balancer->stopping = false;
    balancer->runtime_share = SHARE_UNKNOWN;
    drift_remember(balancer);
    assert_int_equal(balancer->known_pid, 4711);
    assert_int_equal(balancer->known_share, SHARE_UNKNOWN);
    balancer->runtime_share = SHARE_BLUE;
    drift_remember(balancer);
    assert_int_equal(balancer->known_share, SHARE_BLUE);

    reload(&good->model);
    drift_remember(balancer);
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 1);
    drift_acknowledge(balancer);
    drift_look(&good->model, &drift);
    assert_int_equal(drift.count, 0);
}

/* A mend that was offered before something else changed is not what is asked for now.
 */
static void test_offers_only_what_it_found(void **state)
{
    struct good_model *good = *state;
    static struct drift drift;
    struct mend mend = {.kind = MEND_MAP, .host = GOOD_BALANCER, .share = SHARE_BLUE};

    set_map(&good->model);
    drift_look(&good->model, &drift);
    assert_false(drift_offers(&drift, &mend));
    mend.share = SHARE_GREEN;
    assert_true(drift_offers(&drift, &mend));
    mend.moves_traffic = true;
    assert_false(drift_offers(&drift, &mend));
}

static const char head[] =
    "# Drift\n"
    "\n"
    "Drift is what disagrees between desired, disk and running state.\n"
    "`D` shows it, worst first; `bgconsole status` lists it; this table is made from "
    "the one in `src/core/drift.h`.\n"
    "\n"
    "A drift is found with the poll that shows it, and is gone with the poll that does "
    "not.\n"
    "What does not answer is not compared: silence is an alarm of its own.\n"
    "What a run does itself is no drift while it does it; the last column says when.\n"
    "\n"
    "Which share is right, when HAProxy and its map file disagree? What HAProxy does, "
    "for that is what users see: the mend writes the file.\n"
    "To go the other way, mend it first and then switch.\n"
    "Where HAProxy's map has no share, the one decides that haproxy.cfg names in its "
    "place, and that is as old as the file; the mend takes the map file's share, or "
    "else "
    "the last one that the console saw in HAProxy.\n"
    "Where there is neither nothing is guessed, and the screen says what to do by "
    "hand.\n"
    "\n";

/* docs/drift.md is what the table says; GENERATE=1 writes it anew. */
static void test_docs(void **state)
{
    static const char path[] = "docs/drift.md";
    enum { PAGE_MAX = 32 * 1024 };
    char *page = malloc(PAGE_MAX), *committed = malloc(PAGE_MAX);
    struct str out = str_on(page, PAGE_MAX);

    (void)state;
    str_add(&out, head);
    drift_write_table(&out);
    assert_false(out.cut);
    if (getenv("GENERATE") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(page, file);
        fclose(file);
    }
    scratch_read(path, committed, PAGE_MAX);
    assert_string_equal(committed, page);
    free(page);
    free(committed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_drifts, setup, teardown),
        cmocka_unit_test(test_each_kind),
        cmocka_unit_test(test_adopted_configuration),
        cmocka_unit_test_setup_teardown(test_no_share_is_guessed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_worst_comes_first, setup, teardown),
        cmocka_unit_test(test_own_doings_are_muted),
        cmocka_unit_test_setup_teardown(test_silence_is_no_drift, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_what_runs_is_missed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_told_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_helper_that_told_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_ready_server_is_no_drift, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_findings_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_first_worker_is_known, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_offers_only_what_it_found, setup,
                                        teardown),
        cmocka_unit_test(test_docs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
