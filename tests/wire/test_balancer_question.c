/* What bgc-lb is asked, to the byte, and what its answers become. A real sshd carries
 * them; in the helper's place stands a script that keeps the request and says what the
 * test wrote for it. The helper itself: test_balancer_client.c. */

#include "lib/sshd.h"
#include "lib/test.h"
#include "lib/wire_loop.h"
#include "net/balancer_client.h"
#include "net/helper_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_MS = 60000, HOST = 0, SKIP = 77, REQUEST_MAX = 64 * 1024 };

static const struct ticket ticket = {.run = 3, .attempt = 9};

struct world {
    struct sshd sshd;
    struct wire_loop wire;
    struct ssh_target target;
    struct ssh_identity identity;
    struct settings settings;
    struct model *model;
    struct balancer_client *client;
    char asked[REQUEST_MAX]; /* the newest request that was read */

    /* what the sink heard: the newest event, with what it points to */
    int answers;
    int count[EV_RECALLED + 1];
    struct event event;
    bool has_holder;
    struct lease holder;
    char code[32], words[ERR_TEXT_MAX];
    char lines_said[ERR_TEXT_MAX], sha256[CONFIG_SHA_SIZE], file[256];
    struct published lines[BALANCER_EVENTS_MAX];
};

static void keep_texts(struct world *world, const char *code, const char *words)
{
    snprintf(world->code, sizeof world->code, "%s", code);
    snprintf(world->words, sizeof world->words, "%s", words);
}

static void take(void *context, struct event *event)
{
    struct world *world = context;
    assert_int_equal(event->host, HOST);
    assert_int_equal(event->step, -1);
    assert_memory_equal(&event->ticket, &ticket, sizeof ticket);
    world->answers++;
    world->count[event->type]++;
    world->event = *event;
    switch (event->type) {
    case EV_LEASE_ANSWERED:
        keep_texts(world, event->lease.code, event->lease.message);
        world->has_holder = event->lease.holder != NULL;
        if (world->has_holder)
            world->holder = *event->lease.holder;
        break;
    case EV_CHANGE_ANSWERED:
    case EV_FUSE_EXTENDED:
        keep_texts(world, event->answer.code, event->answer.message);
        if (event->answer.lines != NULL)
            snprintf(world->lines_said, sizeof world->lines_said, "%s",
                     event->answer.lines);
        break;
    case EV_CONFIG:
        snprintf(world->sha256, sizeof world->sha256, "%s", event->config.sha256);
        assert_true(event->config.length < sizeof world->file);
        memcpy(world->file, event->config.text, event->config.length);
        break;
    case EV_CONFIG_CHECKED:
        keep_texts(world, "", event->checked.message);
        snprintf(world->lines_said, sizeof world->lines_said, "%s",
                 event->checked.lines);
        break;
    case EV_EVENTS:
        memcpy(world->lines, event->events.lines,
               (size_t)event->events.count * sizeof *world->lines);
        break;
    case EV_BALANCER_STATUS:
        break;
    default:
        keep_texts(world, "", event->failure.text);
    }
}

/* ---- the helper's place ---- */

static FILE *file_open(const struct world *world, const char *name, const char *mode)
{
    char path[SSHD_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", world->sshd.directory, name);
    FILE *file = fopen(path, mode);
    if (!file)
        fail_msg("cannot open %s", path);
    return file;
}

static void answer_with(struct world *world, const char *answer)
{
    FILE *file = file_open(world, "answer", "w");
    fputs(answer, file);
    fclose(file);
}

/* What the helper was asked; `name` "asked", or "before" for the question before it. */
static void assert_asked(struct world *world, const char *name, const char *request)
{
    FILE *file = file_open(world, name, "r");
    size_t length = fread(world->asked, 1, sizeof world->asked - 1, file);
    fclose(file);
    world->asked[length] = '\0';
    assert_string_equal(world->asked, request);
}

static void wait_for(struct world *world, enum event_type type)
{
    int before = world->count[type];
    wire_loop_until(&world->wire, &world->answers, world->answers + 1, LIMIT_MS);
    if (world->count[type] != before + 1)
        fail_msg("%s came, not %s (%s)", event_type_name(world->event.type),
                 event_type_name(type), world->words);
}

/* ---- the world ---- */

static void settings_begin(struct settings *settings)
{
    strcpy(settings->backend[COLOUR_BLUE], "blue_backend");
    strcpy(settings->backend[COLOUR_GREEN], "green_backend");
    settings->fuse_s = 300;
}

static void fleet_add(struct fleet *fleet, const char *name, enum host_role role)
{
    struct host *host = &fleet->hosts[fleet->count++];
    *host = (struct host){.droplet.role = role};
    snprintf(host->droplet.name, sizeof host->droplet.name, "%s", name);
}

/* Our run holds the lease of epoch 7 and is about to switch. */
static void model_begin(struct world *world)
{
    struct model *model = world->model;
    memset(model, 0, sizeof *model);
    model->settings = &world->settings;
    fleet_add(&model->fleet, "lb-1", ROLE_BALANCER);
    fleet_add(&model->fleet, "web-blue-1", ROLE_BLUE);
    fleet_add(&model->fleet, "web-green-1", ROLE_GREEN);
    fleet_add(&model->fleet, "web-green-2", ROLE_GREEN);
    model->fleet.hosts[3].in_haproxy = true;
    strcpy(model->fleet.hosts[3].server.name, "g2");
    strcpy(model->who, "ann");
    strcpy(model->where, "ws1 (desk 100%)");
    model->balancer_count = 1;
    model->balancers[0].host = HOST;
    model->balancers[0].epoch = 6;
    model->hold.state = HOLD_OURS;
    model->hold.epoch = 7;
    strcpy(model->hold.run, "run-1");
    strcpy(model->run.id, "run-1");
    model->run.kind = RUN_DEPLOY;
    model->run.state = RUN_SWITCHING;
    model->run.target = COLOUR_GREEN;
    model->run.epoch = 7;
    model->run.fused = true;
    model->run.change = (struct change){
        .kind = CHANGE_SWITCH, .from = 0, .to = 25, .seq = 2, .nonce = "run-1-2"};
}

static int group_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->model = calloc(1, sizeof *world->model);
    assert_non_null(world->model);
    sshd_start(&world->sshd, "ForceCommand sh \"$HOME/dispatch\"");
    sshd_shell(&world->sshd, "cat > dispatch <<'END'\n"
                             "cd\n"
                             "[ \"$SSH_ORIGINAL_COMMAND\" = /usr/local/sbin/bgc-lb ] "
                             "|| exit 99\n"
                             "touch asked && mv asked before && cat > asked\n"
                             "cat answer\n"
                             "if [ -e drop ]; then kill -KILL $PPID; sleep 5; fi\n"
                             "END");
    wire_loop_init(&world->wire);
    settings_begin(&world->settings);
    world->target = (struct ssh_target){
        .name = "lb-1", .address = "127.0.0.1", .port = world->sshd.port};
    strcpy(world->target.user, world->sshd.user);
    world->identity = sshd_identity(&world->sshd, &world->wire.shared);
    const struct balancer_options options = {
        .target = &world->target,
        .identity = &world->identity,
        .env = "shop-production",
        .become = BECOME_NONE,
        .host = HOST,
        .sink = {take, world},
    };
    world->client =
        balancer_client_new(&world->wire.loop, &world->wire.queue, &options);
    *state = world;
    return 0;
}

static int group_end(void **state)
{
    struct world *world = *state;
    balancer_client_free(world->client);
    sshd_stop(&world->sshd);
    wire_loop_close(&world->wire);
    free(world->model);
    free(world);
    return 0;
}

static int test_begin(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "rm -f drop");
    model_begin(world);
    return 0;
}

/* ---- the lease ---- */

static void test_acquire(void **state)
{
    struct world *world = *state;
    world->model->hold.state = HOLD_NONE;
    answer_with(world, "epoch=8\nleft_ms=60000\nend=ok\n");
    balancer_client_acquire(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=acquire\nenv=shop-production\nrun=run-1\nwho=ann\n"
                 "where=ws1 (desk 100%25)\nstage=switching\nttl_s=60\nabove=6\n\n");
    assert_true(world->event.lease.ok);
    assert_string_equal(world->code, "ok");
    assert_string_equal(world->words, "");
    assert_int_equal(world->event.lease.epoch, 8);
    assert_int_equal(world->event.lease.left_ms, 60000);
    assert_false(world->has_holder);
}

static void test_acquire_busy(void **state)
{
    struct world *world = *state;
    world->model->hold.state = HOLD_NONE;
    world->model->run.state = RUN_NONE;
    answer_with(world, "epoch=9\nrun=run-2\nwho=bob%0A\nwhere=w%1B[31ms2\n"
                       "stage=watching\nsince_ms=42000\nleft_ms=58000\n"
                       "message=bob at ws2 holds the lease\nend=busy\n");
    balancer_client_acquire(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=acquire\nenv=shop-production\nrun=run-1\nwho=ann\n"
                 "where=ws1 (desk 100%25)\nttl_s=60\nabove=6\n\n");
    assert_false(world->event.lease.ok);
    assert_string_equal(world->code, "busy");
    assert_string_equal(world->words, "lb-1: bob at ws2 holds the lease");
    assert_int_equal(world->event.lease.epoch, 9);
    assert_int_equal(world->event.lease.since_ms, 42000);
    assert_int_equal(world->event.lease.left_ms, 58000);
    assert_true(world->has_holder);
    assert_string_equal(world->holder.run, "run-2");
    assert_string_equal(world->holder.who, "bob ");
    assert_string_equal(world->holder.where, "ws2");
    assert_string_equal(world->holder.stage, "watching");
}

static void lease_of_another(struct model *model)
{
    model->now.mono_ms = 1000;
    model->hold.state = HOLD_NONE;
    model->balancers[0].lease = (struct lease){
        .state = LEASE_HELD, .epoch = 9, .run = "run-2", .until_ms = 50000};
}

static void test_takeover(void **state)
{
    struct world *world = *state;
    lease_of_another(world->model);
    world->model->run.kind = RUN_TAKEOVER;
    world->model->run.state = RUN_PREFLIGHT;
    answer_with(world, "epoch=10\nleft_ms=60000\nold_run=run-2\nold_who=bob\n"
                       "old_where=ws2\nold_stage=watching\nend=ok\n");
    balancer_client_acquire(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=takeover\nenv=shop-production\nrun=run-1\nwho=ann\n"
                 "where=ws1 (desk 100%25)\nstage=preflight\nttl_s=60\nabove=6\n"
                 "from_epoch=9\n\n");
    assert_true(world->event.lease.ok);
    assert_int_equal(world->event.lease.epoch, 10);
    assert_false(world->has_holder);
}

static void assert_acquires(struct world *world)
{
    static const char begin[] = "bgc 1\nverb=acquire\n";
    answer_with(world, "epoch=10\nleft_ms=60000\nend=ok\n");
    balancer_client_acquire(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    sshd_shell(&world->sshd, "! grep -q from_epoch asked");
    FILE *file = file_open(world, "asked", "r");
    char head[sizeof begin] = "";
    assert_int_equal(fread(head, 1, sizeof begin - 1, file), sizeof begin - 1);
    fclose(file);
    assert_string_equal(head, begin);
}

/* Only a run that is one takes the lease away, and only where somebody holds it. */
static void test_no_takeover(void **state)
{
    struct world *world = *state;
    lease_of_another(world->model);
    assert_acquires(world);

    world->model->run.kind = RUN_TAKEOVER;
    world->model->balancers[0].lease.state = LEASE_EXPIRED;
    assert_acquires(world);

    world->model->balancers[0].lease.state = LEASE_HELD;
    world->model->now.mono_ms = 50000;
    assert_acquires(world);
}

static void test_renew(void **state)
{
    struct world *world = *state;
    answer_with(world, "epoch=7\nleft_ms=60000\nend=ok\n");
    balancer_client_renew(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=renew\nenv=shop-production\nrun=run-1\nepoch=7\n"
                 "stage=switching\n\n");
    assert_true(world->event.lease.ok);

    answer_with(world, "message=the lease has the epoch 9 and is held\nepoch=9\n"
                       "run=run-2\nwho=bob\nwhere=ws2\nend=stale\n");
    balancer_client_renew(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    assert_false(world->event.lease.ok);
    assert_string_equal(world->code, "stale");
    assert_string_equal(world->words, "lb-1: the lease has the epoch 9 and is held");
    assert_int_equal(world->event.lease.epoch, 9);
    assert_string_equal(world->holder.who, "bob");
}

static void test_release(void **state)
{
    struct world *world = *state;
    answer_with(world, "end=ok\n");
    balancer_client_release(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=release\nenv=shop-production\nrun=run-1\nepoch=7\n\n");
    assert_true(world->event.lease.ok);
}

/* Numbers that are none count as not told. */
static void test_lease_numbers(void **state)
{
    struct world *world = *state;
    answer_with(world, "epoch=9223372036854775807\nleft_ms=soon\nsince_ms=-1\n"
                       "end=ok\n");
    balancer_client_renew(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_ANSWERED);
    assert_int_equal(world->event.lease.epoch, 0);
    assert_int_equal(world->event.lease.left_ms, 0);
    assert_int_equal(world->event.lease.since_ms, 0);
}

static void test_lease_cut(void **state)
{
    struct world *world = *state;
    answer_with(world, "epoch=7\nleft_ms=60000\n");
    balancer_client_renew(world->client, ticket, world->model);
    wait_for(world, EV_LEASE_FAILED);
    assert_non_null(strstr(world->words, "lb-1: /usr/local/sbin/bgc-lb: the answer "
                                         "was cut off"));
}

/* ---- changes ---- */

static void test_switch(void **state)
{
    struct world *world = *state;
    answer_with(world, "from=0\nto=25\nworker_pid=7\ntook_us=812\nat_uptime_ms=5\n"
                       "answered_by=green_backend\nanswered_status=200\n"
                       "sample_ms=5\nfirst_new_us=4100\nlast_old_us=-900\n"
                       "old_sessions=3\nfuse_left_ms=299950\nend=ok\n");
    balancer_client_change(world->client, ticket, world->model);
    wait_for(world, EV_CHANGE_ANSWERED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=switch\nenv=shop-production\nrun=run-1\nepoch=7\nseq=2\n"
                 "nonce=run-1-2\nfrom=0\nto=25\nfuse_s=300\n"
                 "server=green_backend/web-green-1\nserver=green_backend/g2\n\n");
    assert_true(world->event.answer.ok);
    assert_string_equal(world->words, "");
    assert_int_equal(world->event.answer.took_us, 812);
    assert_true(world->event.answer.answered_known);
    assert_int_equal(world->event.answer.answered_by, COLOUR_GREEN);
    assert_int_equal(world->event.answer.timing.resolution_ms, 5);
    assert_int_equal(world->event.answer.timing.first_new_us, 4100);
    assert_int_equal(world->event.answer.timing.last_old_us, -900);
    assert_int_equal(world->event.answer.fuse_left_ms, 299950);
}

/* Nothing is made up where the helper is silent about it. */
static void test_switch_untold(void **state)
{
    /* clang-format off */
    static const struct {
        const char *answer; int64_t each_ms, first_us, last_us;
    } answers[] = {
        {"end=ok\n",                                        0, TIMING_NOT_SEEN, TIMING_NOT_SEEN},
        {"sample_ms=5\nend=ok\n",                           5, TIMING_NOT_SEEN, TIMING_NOT_SEEN},
        {"sample_ms=5\nfirst_new_us=10\nend=ok\n",          5, 10, TIMING_NOT_SEEN},
        {"sample_ms=5\nlast_old_us=10\nend=ok\n",           5, TIMING_NOT_SEEN, 10},
        {"sample_ms=5\nfirst_new_us=10\nlast_old_us=late\nend=ok\n", 5, 10, TIMING_NOT_SEEN},
        {"sample_ms=5\nfirst_new_us=-9223372036854775808\nlast_old_us=1\nend=ok\n", 5, TIMING_NOT_SEEN, 1},
        {"fuse_left_ms=soon\nanswered_by=maintenance_backend\nend=ok\n", 0, TIMING_NOT_SEEN, TIMING_NOT_SEEN},
    };
    /* clang-format on */
    struct world *world = *state;
    world->model->run.fused = false;
    for (size_t i = 0; i < LENGTH_OF(answers); i++) {
        answer_with(world, answers[i].answer);
        balancer_client_change(world->client, ticket, world->model);
        wait_for(world, EV_CHANGE_ANSWERED);
        assert_true(world->event.answer.ok);
        assert_int_equal(world->event.answer.timing.resolution_ms, answers[i].each_ms);
        assert_int_equal(world->event.answer.timing.first_new_us, answers[i].first_us);
        assert_int_equal(world->event.answer.timing.last_old_us, answers[i].last_us);
        assert_false(world->event.answer.answered_known);
        assert_int_equal(world->event.answer.fuse_left_ms, -1);
    }
    sshd_shell(&world->sshd, "! grep -q fuse_s asked");
}

static void change_of(struct model *model, enum change_kind kind, bool on)
{
    model->run.change = (struct change){
        .kind = kind, .from = 25, .to = 25, .on = on, .seq = 4, .nonce = "run-1-4"};
}

#define CHANGE_ASKED(verb)                                                             \
    "bgc 1\nverb=" verb "\nenv=shop-production\nrun=run-1\nepoch=7\nseq=4\n"           \
    "nonce=run-1-4\n"

static void test_other_changes(void **state)
{
    static const struct {
        enum change_kind kind;
        bool on;
        const char *asked;
    } changes[] = {
        {CHANGE_FINISH, false, CHANGE_ASKED("finish") "\n"},
        {CHANGE_REVERT, false, CHANGE_ASKED("revert") "\n"},
        {CHANGE_MAINTENANCE, true, CHANGE_ASKED("maintenance") "on=1\n\n"},
        {CHANGE_MAINTENANCE, false, CHANGE_ASKED("maintenance") "on=0\n\n"},
    };
    struct world *world = *state;
    answer_with(world, "took_us=5\nanswered_by=blue_backend\nend=ok\n");
    for (size_t i = 0; i < LENGTH_OF(changes); i++) {
        change_of(world->model, changes[i].kind, changes[i].on);
        balancer_client_change(world->client, ticket, world->model);
        wait_for(world, EV_CHANGE_ANSWERED);
        assert_asked(world, "asked", changes[i].asked);
        assert_true(world->event.answer.ok);
        assert_int_equal(world->event.answer.answered_by, COLOUR_BLUE);
    }
}

static void test_refused(void **state)
{
    struct world *world = *state;
    answer_with(world, "server=green_backend/web-green-1 is DOWN\n"
                       "server=green_backend/g2 is %1B[31mnot checked\n"
                       "message=2 servers are not ready\nend=not_ready\n");
    balancer_client_change(world->client, ticket, world->model);
    wait_for(world, EV_CHANGE_ANSWERED);
    assert_false(world->event.answer.ok);
    assert_string_equal(world->code, "not_ready");
    assert_string_equal(world->words,
                        "lb-1: 2 servers are not ready; green_backend/web-green-1 is "
                        "DOWN; green_backend/g2 is not checked");

    answer_with(world, "message=no fuse is armed\nfuse=none\nend=conflict\n");
    change_of(world->model, CHANGE_FINISH, false);
    balancer_client_change(world->client, ticket, world->model);
    wait_for(world, EV_CHANGE_ANSWERED);
    assert_string_equal(world->code, "conflict");
    assert_string_equal(world->words, "lb-1: no fuse is armed");
}

/* ---- haproxy.cfg ---- */

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Any bytes; whoever takes the event judges them. */
static void test_config(void **state)
{
    struct world *world = *state;

    answer_with(world,
                "config_sha256=" SHA_A "\nfile=12\nglobal\n\x1b\n a\n\nend=ok\n");
    balancer_client_config(world->client, ticket);
    wait_for(world, EV_CONFIG);
    assert_asked(world, "asked", "bgc 1\nverb=config\nenv=shop-production\n\n");
    assert_string_equal(world->sha256, SHA_A);
    assert_int_equal(world->event.config.length, 12);
    assert_memory_equal(world->file, "global\n\x1b\n a\n", 12);

    answer_with(world, "message=cannot read /etc/haproxy/haproxy.cfg\nend=disk\n");
    balancer_client_config(world->client, ticket);
    wait_for(world, EV_CONFIG_FAILED);
    assert_string_equal(world->words,
                        "lb-1: cannot read /etc/haproxy/haproxy.cfg (disk)");
}

static void test_config_check(void **state)
{
    struct world *world = *state;

    strcpy(world->model->configure.wanted, "global\n");
    answer_with(world, "haproxy_version=2.6.12\ncheck=ok\nend=ok\n");
    balancer_client_check_config(world->client, ticket, world->model);
    wait_for(world, EV_CONFIG_CHECKED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=config-check\nenv=shop-production\nbody=7\n\nglobal\n");
    assert_true(world->event.checked.ok);

    answer_with(world, "haproxy_version=2.6.12\nline=%1B[31mno such keyword\n"
                       "line=Fatal errors\nmessage=HAProxy refuses it\nend=config\n");
    balancer_client_check_config(world->client, ticket, world->model);
    wait_for(world, EV_CONFIG_CHECKED);
    assert_false(world->event.checked.ok);
    assert_string_equal(world->words, "HAProxy refuses it");
    assert_string_equal(world->lines_said, "no such keyword\nFatal errors\n");

    answer_with(world, "message=haproxy -v: no answer\nend=haproxy\n");
    balancer_client_check_config(world->client, ticket, world->model);
    wait_for(world, EV_CONFIG_FAILED);
}

static void test_config_install(void **state)
{
    struct world *world = *state;

    change_of(world->model, CHANGE_INSTALL, false);
    strcpy(world->model->configure.sha256, SHA_A);
    strcpy(world->model->configure.wanted, "global\n");
    answer_with(world, "worker_pid=4712\nold_workers=1\ntook_ms=300\nend=ok\n");
    balancer_client_change(world->client, ticket, world->model);
    wait_for(world, EV_CHANGE_ANSWERED);
    assert_asked(world, "asked",
                 CHANGE_ASKED("config-install") "from_sha256=" SHA_A
                                                "\nbody=7\n\nglobal\n");
    assert_true(world->event.answer.ok);
    assert_int_equal(world->event.answer.worker_pid, 4712);

    answer_with(world, "line=cannot bind to :9999\nmessage=HAProxy did not reload\n"
                       "end=reload\n");
    balancer_client_change(world->client, ticket, world->model);
    wait_for(world, EV_CHANGE_ANSWERED);
    assert_string_equal(world->code, "reload");
    assert_string_equal(world->words, "lb-1: HAProxy did not reload");
    assert_string_equal(world->lines_said, "cannot bind to :9999\n");
}

/* Too many hosts for one request: that was never sent, and is no doubt. */
static void test_too_large(void **state)
{
    struct world *world = *state;
    char name[16];
    for (int i = 0; i < HELPER_LINES_MAX; i++) {
        snprintf(name, sizeof name, "web-%d", i);
        fleet_add(&world->model->fleet, name, ROLE_GREEN);
    }
    balancer_client_change(world->client, ticket, world->model);
    wait_for(world, EV_CHANGE_ANSWERED);
    assert_false(world->event.answer.ok);
    assert_string_equal(world->code, "usage");
    assert_non_null(strstr(world->words, "lb-1: the request has more than 512 lines"));
}

/* The line drops between two lines of an answer. */
static void test_dropped(void **state)
{
    struct world *world = *state;
    answer_with(world, "took_us=812\nanswered_by=green_backend\n");
    sshd_shell(&world->sshd, "touch drop");
    balancer_client_change(world->client, ticket, world->model);
    wait_for(world, EV_CHANGE_SILENT);
    assert_non_null(strstr(world->words, "lb-1: "));

    balancer_client_extend(world->client, ticket, world->model);
    wait_for(world, EV_FUSE_EXTENDED);
    assert_false(world->event.answer.ok);
    assert_string_equal(world->code, "");
    assert_true(strncmp(world->words, "lb-1: ssh ", strlen("lb-1: ssh ")) == 0);
}

/* ---- the fuse ---- */

static void test_extend(void **state)
{
    struct world *world = *state;
    world->model->balancers[0].epoch = 7;
    world->model->balancers[0].seq = 3;
    answer_with(world, "fuse=armed\nfuse_to=0\nfuse_left_ms=300000\nend=ok\n");
    balancer_client_extend(world->client, ticket, world->model);
    wait_for(world, EV_FUSE_EXTENDED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=extend\nenv=shop-production\nepoch=7\nseq=3\n"
                 "fuse_s=300\n\n");
    assert_true(world->event.answer.ok);
    assert_int_equal(world->event.answer.fuse_left_ms, 300000);

    /* A lease that was just taken over: nothing was changed under its epoch yet. */
    world->model->balancers[0].epoch = 6;
    answer_with(world, "fuse=none\nmessage=no fuse is armed\nend=conflict\n");
    balancer_client_extend(world->client, ticket, world->model);
    wait_for(world, EV_FUSE_EXTENDED);
    assert_asked(world, "asked",
                 "bgc 1\nverb=extend\nenv=shop-production\nepoch=7\nseq=0\n"
                 "fuse_s=300\n\n");
    assert_false(world->event.answer.ok);
    assert_string_equal(world->code, "conflict");
    assert_string_equal(world->words, "lb-1: no fuse is armed");
    assert_int_equal(world->event.answer.fuse_left_ms, -1);
}

/* ---- what others can read ---- */

static void status_after(struct world *world)
{
    balancer_client_status(world->client, ticket);
    wait_for(world, EV_BALANCER_STATUS);
}

/* The status is answered after what was only told: no event came in between. */
static void test_publish(void **state)
{
    struct world *world = *state;
    answer_with(world, "event=17\nend=ok\n");
    balancer_client_publish(world->client, "run-1", "100 % on green -> done");
    status_after(world);
    assert_asked(world, "before",
                 "bgc 1\nverb=event\nenv=shop-production\nrun=run-1\n"
                 "text=100 %25 on green -> done\n\n");

    answer_with(world, "message=no room\nend=disk\n");
    balancer_client_publish(world->client, "run-1", "again");
    wire_loop_turn(&world->wire);
    balancer_client_status(world->client, ticket);
    wait_for(world, EV_BALANCER_FAILED);
}

static void test_put_receipt(void **state)
{
    enum { RECEIPT_MAX = 16384 }; /* the helper's own bound */
    struct world *world = *state;
    char receipt[RECEIPT_MAX + 1], request[RECEIPT_MAX + 200];
    int head = snprintf(receipt, sizeof receipt, "{\"verdict\":\"clean\",\"of\":\"");
    memset(receipt + head, 'x', sizeof receipt - 4 - (size_t)head);
    strcpy(receipt + sizeof receipt - 4, "\"}\n");
    assert_int_equal(strlen(receipt), RECEIPT_MAX);

    answer_with(world, "end=ok\n");
    balancer_client_put_receipt(world->client, "run-1", receipt);
    status_after(world);
    snprintf(request, sizeof request,
             "bgc 1\nverb=put-receipt\nenv=shop-production\nrun=run-1\nbody=%d\n\n%s",
             RECEIPT_MAX, receipt);
    assert_asked(world, "before", request);
}

static void test_events(void **state)
{
    struct world *world = *state;
    answer_with(world, "event=17 2026-11-23T18:26:22Z run-2 one\nevent=torn\n"
                       "event=18 2026-11-23T18:26:23Z run-2 %1B[2Jtwo\nnext_event=19\n"
                       "end=ok\n");
    balancer_client_events(world->client, ticket, 0);
    wait_for(world, EV_EVENTS);
    assert_asked(world, "asked", "bgc 1\nverb=events\nenv=shop-production\n\n");
    assert_int_equal(world->event.events.count, 2);
    assert_int_equal(world->event.events.next_event, 19);
    assert_int_equal(world->lines[0].number, 17);
    assert_string_equal(world->lines[0].utc, "2026-11-23T18:26:22Z");
    assert_string_equal(world->lines[0].run, "run-2");
    assert_string_equal(world->lines[0].text, "one");
    assert_string_equal(world->lines[1].text, "two");

    answer_with(world, "next_event=19\nend=ok\n");
    balancer_client_events(world->client, ticket, 19);
    wait_for(world, EV_EVENTS);
    assert_asked(world, "asked",
                 "bgc 1\nverb=events\nenv=shop-production\nfrom_event=19\n\n");
    assert_int_equal(world->event.events.count, 0);

    answer_with(world, "message=this environment is not known here\nend=env\n");
    balancer_client_events(world->client, ticket, 19);
    wait_for(world, EV_EVENTS_FAILED);
    assert_string_equal(world->words, "lb-1: this environment is not known here (env)");

    /* Without it the same lines would be read again. */
    answer_with(world, "event=17 2026-11-23T18:26:22Z run-2 one\nend=ok\n");
    balancer_client_events(world->client, ticket, 0);
    wait_for(world, EV_EVENTS_FAILED);
    assert_string_equal(world->words, "lb-1: bgc-lb's answer has no next_event");
}

static void test_newest_events(void **state)
{
    struct world *world = *state;
    FILE *file = file_open(world, "answer", "w");
    for (int i = 1; i <= 1000; i++)
        fprintf(file, "event=%d 2026-11-23T18:26:22Z run-2 line %d\n", i, i);
    fputs("next_event=1001\nend=ok\n", file);
    fclose(file);
    balancer_client_events(world->client, ticket, 0);
    wait_for(world, EV_EVENTS);
    assert_int_equal(world->event.events.count, BALANCER_EVENTS_MAX);
    assert_int_equal(world->lines[0].number, 1001 - BALANCER_EVENTS_MAX);
    assert_int_equal(world->lines[BALANCER_EVENTS_MAX - 1].number, 1000);
    assert_string_equal(world->lines[BALANCER_EVENTS_MAX - 1].text, "line 1000");
}

/* ---- many at once ---- */

/* Those that the connection has no room for are answered, too, and not at once. */
static void test_queue_is_full(void **state)
{
    enum { QUESTIONS = 30 };
    struct world *world = *state;
    int before = world->answers;
    int answered = world->count[EV_BALANCER_STATUS];
    int refused = world->count[EV_BALANCER_FAILED];
    answer_with(world, "end=ok\n");
    for (int i = 0; i < QUESTIONS; i++)
        balancer_client_status(world->client, ticket);
    assert_int_equal(world->answers, before);
    wire_loop_until(&world->wire, &world->answers, before + QUESTIONS, LIMIT_MS);
    answered = world->count[EV_BALANCER_STATUS] - answered;
    refused = world->count[EV_BALANCER_FAILED] - refused;
    assert_int_equal(answered + refused, QUESTIONS);
    assert_true(answered >= 16);
    assert_true(refused > 0);
    assert_string_equal(world->words,
                        "lb-1: too many questions wait for this connection");
}

#define WIRE_TEST(test) cmocka_unit_test_setup(test, test_begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WIRE_TEST(test_acquire),        WIRE_TEST(test_acquire_busy),
        WIRE_TEST(test_takeover),       WIRE_TEST(test_no_takeover),
        WIRE_TEST(test_renew),          WIRE_TEST(test_release),
        WIRE_TEST(test_lease_numbers),  WIRE_TEST(test_lease_cut),
        WIRE_TEST(test_switch),         WIRE_TEST(test_switch_untold),
        WIRE_TEST(test_other_changes),  WIRE_TEST(test_refused),
        WIRE_TEST(test_config),         WIRE_TEST(test_dropped),
        WIRE_TEST(test_config_check),   WIRE_TEST(test_dropped),
        WIRE_TEST(test_config_install), WIRE_TEST(test_dropped),
        WIRE_TEST(test_too_large),      WIRE_TEST(test_dropped),
        WIRE_TEST(test_extend),         WIRE_TEST(test_publish),
        WIRE_TEST(test_put_receipt),    WIRE_TEST(test_events),
        WIRE_TEST(test_newest_events),  WIRE_TEST(test_queue_is_full),
    };
    if (!sshd_is_here())
        return SKIP;
    return cmocka_run_group_tests(tests, group_begin, group_end);
}
