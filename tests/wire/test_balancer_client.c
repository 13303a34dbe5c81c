/* bgc-lb itself, asked over a real sshd, with a real HAProxy: what it writes is what we
 * read. To the byte, with answers that it hardly ever gives: test_balancer_question.c.
 */

#include "lib/sshd.h"
#include "lib/test.h"
#include "lib/wire_loop.h"
#include "net/balancer_client.h"
#include "net/balancer_watch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_MS = 30000, HOST = 2, SKIP = 77 };

static const char env[] = "my-perl-app-test";
static const struct ticket ticket = {.run = 1, .attempt = 4};

struct world {
    struct sshd sshd;
    struct wire_loop wire;
    struct ssh_target target;
    struct ssh_identity identity;
    struct settings settings;
    struct model *model;
    struct balancer_options options;
    struct balancer_client *client;
    pid_t haproxy;
    int port;

    /* what the sink heard */
    int count[EV_RECALLED + 1];
    int answers;
    char failure[ERR_TEXT_MAX];
    struct balancer_sample sample;
    struct event event; /* its texts are copied to below */
    char code[32], message[ERR_TEXT_MAX], trouble[ERR_TEXT_MAX], sha256[80];
    struct lease lease; /* told by the status, or who holds it */
    struct fuse fuse;
    struct published lines[BALANCER_EVENTS_MAX];
};

static void take(void *context, struct event *event)
{
    struct world *world = context;
    assert_int_equal(event->host, HOST);
    assert_memory_equal(&event->ticket, &ticket, sizeof ticket);
    world->count[event->type]++;
    world->answers++;
    world->event = *event;
    switch (event->type) {
    case EV_SAMPLE:
        world->sample = *event->sample;
        break;
    case EV_BALANCER_STATUS:
        snprintf(world->sha256, sizeof world->sha256, "%s",
                 event->status.helper_sha256);
        snprintf(world->trouble, sizeof world->trouble, "%s", event->status.trouble);
        world->lease = *event->status.lease;
        world->fuse = *event->status.fuse;
        break;
    case EV_LEASE_ANSWERED:
        snprintf(world->code, sizeof world->code, "%s", event->lease.code);
        snprintf(world->message, sizeof world->message, "%s", event->lease.message);
        if (event->lease.holder != NULL)
            world->lease = *event->lease.holder;
        break;
    case EV_EVENTS:
        memcpy(world->lines, event->events.lines,
               (size_t)event->events.count * sizeof *world->lines);
        break;
    case EV_CHANGE_ANSWERED:
    case EV_FUSE_EXTENDED:
        snprintf(world->code, sizeof world->code, "%s", event->answer.code);
        snprintf(world->message, sizeof world->message, "%s", event->answer.message);
        break;
    default:
        snprintf(world->failure, sizeof world->failure, "%s", event->failure.text);
    }
}

static void write_configuration(const struct world *world)
{
    const char *d = world->sshd.directory;
    sshd_shell(&world->sshd,
               "echo 'green_share 0' > traffic.map && cat > haproxy.cfg <<'END'\n"
               "global\n"
               "    stats socket %s/stats.sock mode 600 level admin\n"
               "defaults\n"
               "    mode http\n"
               "    timeout connect 1s\n    timeout client 5s\n    timeout server 5s\n"
               "frontend www\n"
               "    bind 127.0.0.1:%d\n"
               "    http-request set-var(txn.green) str(green_share),"
               "map_str_int(%s/traffic.map,0)\n"
               "    http-after-response set-header X-Bgconsole-Backend %%[be_name]\n"
               "    use_backend green_backend if { var(txn.green) -m int 100 }\n"
               "    default_backend blue_backend\n"
               "frontend app\n"
               "    bind unix@%s/app.sock\n"
               "    http-request return status 200\n"
               "backend blue_backend\n"
               "    server web-blue-1 unix@%s/app.sock check inter 50ms\n"
               "backend green_backend\n"
               "    server web-green-1 unix@%s/app.sock check inter 50ms\n"
               "    server web-green-2 unix@%s/nothing.sock check inter 50ms fall 1\n"
               "END",
               d, world->port, d, d, d, d, d);
}

static void haproxy_start(struct world *world)
{
    char configuration[SSHD_PATH_MAX], master[SSHD_PATH_MAX];
    snprintf(configuration, sizeof configuration, "%s/haproxy.cfg",
             world->sshd.directory);
    snprintf(master, sizeof master, "%s/master.sock", world->sshd.directory);
    world->haproxy = fork();
    assert_return_code(world->haproxy, 0);
    if (world->haproxy == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that dies takes it along */
        execlp("haproxy", "haproxy", "-q", "-W", "-S", master, "-f", configuration,
               (char *)NULL);
        _exit(127);
    }
    /* The good servers have passed their checks, the bad one is known to be bad. */
    sshd_shell(&world->sshd,
               "cat > ready.pl <<'END'\n"
               "use IO::Socket::UNIX;\n"
               "for (1 .. 500) {\n"
               "    select undef, undef, undef, 0.02;\n"
               "    my $s = IO::Socket::UNIX->new('stats.sock') or next;\n"
               "    print $s \"show servers state\\n\";\n"
               "    my $t = join '', <$s>;\n"
               "    exit 0 if $t =~ /web-blue-1 \\S+ 2 0 1 1 \\d+ \\d+ 3 4 /\n"
               "        && $t =~ /web-green-1 \\S+ 2 0 1 1 \\d+ \\d+ 3 4 /\n"
               "        && $t =~ /web-green-2 \\S+ 0 0 /;\n"
               "}\n"
               "exit 1;\n"
               "END\n"
               "perl ready.pl");
}

static void haproxy_stop(struct world *world)
{
    if (world->haproxy == 0)
        return;
    kill(world->haproxy, SIGTERM);
    waitpid(world->haproxy, NULL, 0);
    world->haproxy = 0;
}

static void helper_install(struct world *world)
{
    char root[SSHD_PATH_MAX];
    const char *d = world->sshd.directory;
    assert_non_null(getcwd(root, sizeof root));
    sshd_shell(
        &world->sshd,
        "sh '%s/assets/remote/assemble' bgc-lb | "
        "sed -e 's|/etc/bgconsole|%s|' -e 's|/var/lib/bgconsole|%s/lib|' > bgc-lb "
        "&& mkdir -m 700 -p lib/%s && cat > %s.conf <<'END'\n"
        "map=%s/traffic.map\nkey=green_share\nfrontend=www\n"
        "blue_backend=blue_backend\ngreen_backend=green_backend\n"
        "stats_socket=%s/stats.sock\nmaster_socket=%s/master.sock\n"
        "check_address=127.0.0.1:%d\ncheck_host=shop.example\ncheck_path=/\n"
        "END",
        root, d, d, env, env, d, d, d, world->port);
    sshd_shell(&world->sshd,
               "cat > dispatch <<'END'\n"
               "case $SSH_ORIGINAL_COMMAND in\n"
               "/usr/local/sbin/bgc-lb) exec perl %s/bgc-lb ;;\n"
               "*) exit 99 ;;\n"
               "esac\n"
               "END",
               d);
}

static void settings_begin(struct world *world)
{
    struct settings *settings = &world->settings;
    settings->sample_ms = 200;
    snprintf(settings->map_file, SETTING_TEXT_MAX, "%s/traffic.map",
             world->sshd.directory);
    strcpy(settings->map_key, "green_share");
    strcpy(settings->frontend, "www");
    strcpy(settings->backend[COLOUR_BLUE], "blue_backend");
    strcpy(settings->backend[COLOUR_GREEN], "green_backend");
}

static void model_begin(struct world *world)
{
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    world->model = model;
    model->settings = &world->settings;
    model->fleet.count = 3;
    model->fleet.hosts[0].droplet =
        (struct droplet){.name = "web-green-1", .role = ROLE_GREEN};
    model->fleet.hosts[1].droplet =
        (struct droplet){.name = "web-green-2", .role = ROLE_GREEN};
    model->fleet.hosts[1].gone = true;
    model->fleet.hosts[2].droplet =
        (struct droplet){.name = "lb-1", .role = ROLE_BALANCER};
    strcpy(model->run.id, "20261123T120000Z-t");
    model->run.change = (struct change){
        .kind = CHANGE_SWITCH, .from = 0, .to = 100, .seq = 1, .nonce = "nonce-1"};
    model->run.target = COLOUR_GREEN;
    model->run.epoch = 7;
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    sshd_start(&world->sshd, "ForceCommand sh \"$HOME/dispatch\"");
    world->port = sshd_free_port();
    helper_install(world);
    write_configuration(world);
    haproxy_start(world);
    wire_loop_init(&world->wire);
    settings_begin(world);
    model_begin(world);
    world->target = (struct ssh_target){
        .name = "lb-1", .address = "127.0.0.1", .port = world->sshd.port};
    strcpy(world->target.user, world->sshd.user);
    world->identity = (struct ssh_identity){
        .key_file = world->sshd.key,
        .known_hosts = world->sshd.known_hosts,
        .connect_timeout_ms = 5000,
    };
    world->options = (struct balancer_options){
        .target = &world->target,
        .identity = &world->identity,
        .env = env,
        .become = BECOME_NONE,
        .host = HOST,
        .sink = {take, world},
    };
    world->client =
        balancer_client_new(&world->wire.loop, &world->wire.queue, &world->options);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;
    balancer_client_free(world->client);
    haproxy_stop(world);
    sshd_stop(&world->sshd);
    wire_loop_close(&world->wire); /* last: it fails where a test failed midway */
    free(world->model);
    free(world);
    return 0;
}

static void answer_wait(struct world *world, int wanted)
{
    wire_loop_until(&world->wire, &world->answers, wanted, LIMIT_MS);
}

static void assert_count(struct world *world, enum event_type type, int wanted)
{
    if (world->count[type] != wanted)
        fail_msg("%s came %d times, not %d (%s%s)", event_type_name(type),
                 world->count[type], wanted, world->failure, world->message);
}

static void test_status(void **state)
{
    struct world *world = *state;
    balancer_client_status(world->client, ticket);
    assert_int_equal(world->answers, 0);
    answer_wait(world, 1);
    assert_count(world, EV_BALANCER_STATUS, 1);
    assert_int_equal(strlen(world->sha256), 64);
    assert_string_equal(world->trouble, "");
    assert_int_equal(world->event.status.disk_share, 0);
    assert_int_equal(world->event.status.runtime_share, 0);
    assert_int_equal(world->event.status.entries, 1);
    assert_false(world->event.status.intent_open);
}

static void test_status_without_haproxy(void **state)
{
    struct world *world = *state;
    haproxy_stop(world);
    balancer_client_status(world->client, ticket);
    answer_wait(world, 1);
    assert_count(world, EV_BALANCER_STATUS, 1);
    assert_string_not_equal(world->trouble, "");
    assert_int_equal(world->event.status.disk_share, 0);
    assert_int_equal(world->event.status.runtime_share, SHARE_UNKNOWN);
}

static void test_sudo_is_not_there(void **state)
{
    struct world *world = *state;
    balancer_client_free(world->client);
    world->options.become = BECOME_SUDO;
    world->client =
        balancer_client_new(&world->wire.loop, &world->wire.queue, &world->options);
    balancer_client_status(world->client, ticket);
    answer_wait(world, 1);
    assert_count(world, EV_BALANCER_FAILED, 1);
    assert_non_null(strstr(world->failure,
                           "lb-1: sudo -n /usr/local/sbin/bgc-lb: the answer was cut"));
}

static void test_switch(void **state)
{
    struct world *world = *state;
    balancer_client_change(world->client, ticket, world->model);
    answer_wait(world, 1);
    assert_count(world, EV_CHANGE_ANSWERED, 1);
    assert_string_equal(world->message, "");
    assert_string_equal(world->code, "ok");
    assert_true(world->event.answer.ok);
    assert_true(world->event.answer.took_us > 0);

    /* The same nonce again: the recorded outcome. */
    balancer_client_change(world->client, ticket, world->model);
    answer_wait(world, 2);
    assert_true(world->event.answer.ok);

    balancer_client_status(world->client, ticket);
    answer_wait(world, 3);
    assert_int_equal(world->event.status.disk_share, 100);
    assert_int_equal(world->event.status.runtime_share, 100);
    assert_int_equal(world->event.status.epoch, 7);
    assert_int_equal(world->event.status.seq, 1);
}

static void test_switch_not_ready(void **state)
{
    struct world *world = *state;
    /* One is down, the other is no server of HAProxy at all: both are named. */
    world->model->fleet.hosts[1].gone = false;
    world->model->fleet.hosts[3].droplet =
        (struct droplet){.name = "web-green-3", .role = ROLE_GREEN};
    world->model->fleet.count = 4;
    balancer_client_change(world->client, ticket, world->model);
    answer_wait(world, 1);
    assert_count(world, EV_CHANGE_ANSWERED, 1);
    assert_false(world->event.answer.ok);
    assert_string_equal(world->code, "not_ready");
    assert_non_null(strstr(world->message, "lb-1: "));
    assert_non_null(strstr(world->message, "web-green-2"));
    assert_non_null(strstr(world->message, "web-green-3"));
}

static void test_switch_conflict(void **state)
{
    struct world *world = *state;
    world->model->run.change.from = 100;
    world->model->run.change.to = 0;
    world->model->run.target = COLOUR_BLUE;
    balancer_client_change(world->client, ticket, world->model);
    answer_wait(world, 1);
    assert_string_equal(world->code, "conflict");
}

static void test_switch_silent(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "echo 'kill -KILL $PPID; sleep 5' > dispatch");
    balancer_client_change(world->client, ticket, world->model);
    answer_wait(world, 1);
    assert_count(world, EV_CHANGE_SILENT, 1);
    assert_non_null(strstr(world->failure, "lb-1: ssh 127.0.0.1:"));
}

/* ---- the lease and the fuse ---- */

static void status_wait(struct world *world)
{
    balancer_client_status(world->client, ticket);
    answer_wait(world, world->answers + 1);
    assert_string_equal(world->trouble, "");
}

static void hold_as(struct world *world, const char *run, const char *who,
                    int64_t epoch)
{
    struct model *model = world->model;
    strcpy(model->hold.run, run);
    strcpy(model->who, who);
    strcpy(model->where, "ws1");
    model->hold.epoch = epoch;
}

static void acquire(struct world *world, const char *code)
{
    balancer_client_acquire(world->client, ticket, world->model);
    answer_wait(world, world->answers + 1);
    assert_string_equal(world->code, code);
    assert_int_equal(world->event.lease.ok, strcmp(code, "ok") == 0);
}

static void renew(struct world *world, const char *code)
{
    balancer_client_renew(world->client, ticket, world->model);
    answer_wait(world, world->answers + 1);
    assert_string_equal(world->code, code);
}

static void assert_held_by(const struct lease *lease, const char *run, const char *who)
{
    assert_string_equal(lease->run, run);
    assert_string_equal(lease->who, who);
    assert_string_equal(lease->where, "ws1");
    assert_string_equal(lease->stage, "verifying");
}

static void test_lease(void **state)
{
    struct world *world = *state;
    world->model->run.state = RUN_VERIFYING;
    status_wait(world);
    assert_int_equal(world->lease.state, LEASE_NONE);

    hold_as(world, "run-1", "ann", 0);
    acquire(world, "ok");
    assert_int_equal(world->event.lease.epoch, 1);
    assert_int_equal(world->event.lease.left_ms, LEASE_TTL_S * 1000);

    status_wait(world);
    assert_int_equal(world->lease.state, LEASE_HELD);
    assert_int_equal(world->lease.epoch, 1);
    assert_held_by(&world->lease, "run-1", "ann");
    assert_in_range(world->event.status.lease_left_ms, 1, LEASE_TTL_S * 1000);
    assert_in_range(world->event.status.lease_since_ms, 0, LIMIT_MS);

    hold_as(world, "run-2", "bob", 0);
    acquire(world, "busy");
    assert_held_by(&world->lease, "run-1", "ann");
    assert_int_equal(world->event.lease.epoch, 1);
    assert_in_range(world->event.lease.left_ms, 1, LEASE_TTL_S * 1000);
    assert_string_equal(world->message, "lb-1: ann at ws1 holds the lease");

    hold_as(world, "run-1", "ann", 1);
    renew(world, "ok");
    assert_int_equal(world->event.lease.epoch, 1);
    balancer_client_release(world->client, ticket, world->model);
    answer_wait(world, world->answers + 1);
    assert_string_equal(world->code, "ok");
    status_wait(world);
    assert_int_equal(world->lease.state, LEASE_RELEASED);
    renew(world, "stale");
}

/* The one that it was taken from hears who has it now. */
static void test_takeover(void **state)
{
    struct world *world = *state;
    world->model->run.state = RUN_VERIFYING;
    hold_as(world, "run-1", "ann", 0);
    acquire(world, "ok");

    hold_as(world, "run-2", "bob", 0);
    world->model->run.kind = RUN_TAKEOVER;
    world->model->balancer.lease = (struct lease){.state = LEASE_HELD, .epoch = 1};
    acquire(world, "ok");
    assert_int_equal(world->event.lease.epoch, 2);

    hold_as(world, "run-1", "ann", 1);
    world->lease = (struct lease){0};
    renew(world, "busy");
    assert_int_equal(world->event.lease.epoch, 2);
    assert_held_by(&world->lease, "run-2", "bob");
}

static void change(struct world *world, enum change_kind kind, int64_t seq)
{
    struct change *change = &world->model->run.change;
    change->kind = kind;
    change->seq = seq;
    snprintf(change->nonce, sizeof change->nonce, "nonce-%d", (int)seq);
    balancer_client_change(world->client, ticket, world->model);
    answer_wait(world, world->answers + 1);
    assert_string_equal(world->message, "");
    assert_true(world->event.answer.ok);
}

static void switch_with_fuse(struct world *world)
{
    world->model->run.fused = true;
    world->settings.fuse_s = 600;
    change(world, CHANGE_SWITCH, 1);
    assert_true(world->event.answer.answered_known);
    assert_int_equal(world->event.answer.answered_by, COLOUR_GREEN);

    status_wait(world);
    assert_int_equal(world->fuse.state, FUSE_ARMED);
    assert_int_equal(world->fuse.to, 0);
    assert_string_equal(world->fuse.run, world->model->run.id);
    assert_in_range(world->event.status.fuse_left_ms, 1, 600 * 1000);
}

static void extend(struct world *world, const char *code)
{
    balancer_client_extend(world->client, ticket, world->model);
    answer_wait(world, world->answers + 1);
    assert_count(world, EV_CHANGE_SILENT, 0);
    assert_string_equal(world->code, code);
    assert_int_equal(world->event.answer.ok, strcmp(code, "ok") == 0);
}

static void test_fuse_finished(void **state)
{
    struct world *world = *state;
    switch_with_fuse(world);
    world->model->hold.epoch = world->model->balancer.epoch = 7;
    world->model->balancer.seq = 1;
    world->settings.fuse_s = 3000;
    extend(world, "ok");
    assert_in_range(world->event.answer.fuse_left_ms, 600 * 1000 + 1, 3000 * 1000);

    change(world, CHANGE_FINISH, 2);
    status_wait(world);
    assert_int_equal(world->fuse.state, FUSE_NONE);
    assert_int_equal(world->event.status.seq, 2);
    assert_int_equal(world->event.status.runtime_share, 100);

    world->model->balancer.seq = 2;
    extend(world, "conflict");
    assert_string_equal(world->message, "lb-1: no fuse is armed");
}

static void test_fuse_reverted(void **state)
{
    struct world *world = *state;
    switch_with_fuse(world);
    change(world, CHANGE_REVERT, 2);
    assert_int_equal(world->event.answer.answered_by, COLOUR_BLUE);
    status_wait(world);
    assert_int_not_equal(world->fuse.state, FUSE_ARMED);
    assert_int_equal(world->event.status.disk_share, 0);
    assert_int_equal(world->event.status.runtime_share, 0);
}

/* ---- what others can read ---- */

static void events_wait(struct world *world, int64_t from_event)
{
    balancer_client_events(world->client, ticket, from_event);
    answer_wait(world, world->answers + 1);
    assert_int_equal(world->event.type, EV_EVENTS);
}

static void test_published(void **state)
{
    struct world *world = *state;
    events_wait(world, 0);
    assert_int_equal(world->event.events.count, 0);
    assert_int_equal(world->event.events.next_event, 1);

    balancer_client_publish(world->client, "run-1", "all checks ok: 100 %");
    balancer_client_publish(world->client, "run-1", "done");
    events_wait(world, 0);
    assert_int_equal(world->event.events.count, 2);
    assert_int_equal(world->event.events.next_event, 3);
    assert_int_equal(world->lines[0].number, 1);
    assert_int_equal(strlen(world->lines[0].utc), strlen("2026-11-23T18:26:22Z"));
    assert_string_equal(world->lines[0].run, "run-1");
    assert_string_equal(world->lines[0].text, "all checks ok: 100 %");

    events_wait(world, 2);
    assert_int_equal(world->event.events.count, 1);
    assert_string_equal(world->lines[0].text, "done");
    events_wait(world, 3);
    assert_int_equal(world->event.events.count, 0);
}

static void test_receipt_is_kept(void **state)
{
    struct world *world = *state;
    balancer_client_put_receipt(world->client, "run-1", "{\"verdict\":\"clean\"}\n");
    status_wait(world);
    sshd_shell(&world->sshd,
               "printf '{\"verdict\":\"clean\"}\n' | cmp - lib/%s/receipts/run-1", env);
}

/* Samples come, follow the world, stop with a reason, and come back. */
static void test_watch(void **state)
{
    struct world *world = *state;
    struct balancer_watch *watch = balancer_watch_new(
        &world->wire.loop, &world->wire.queue, &world->options, &world->settings);
    balancer_watch_begin(watch, ticket);
    assert_int_equal(world->answers, 0);
    wire_loop_until(&world->wire, &world->count[EV_SAMPLE], 2, LIMIT_MS);
    assert_int_equal(world->sample.runtime_share, 0);
    assert_int_equal(world->sample.disk_share, 0);
    assert_int_equal(world->sample.map_entries, 1);
    assert_int_equal(world->sample.server_count, 3);
    assert_true(world->sample.pid > 0);
    assert_true(world->sample.at_ms > 0);
    assert_count(world, EV_SAMPLE_FAILED, 0);
    int64_t pid = world->sample.pid;

    haproxy_stop(world);
    wire_loop_until(&world->wire, &world->count[EV_SAMPLE_FAILED], 1, LIMIT_MS);
    assert_non_null(strstr(world->failure, "lb-1: "));
    int before = world->count[EV_SAMPLE];
    haproxy_start(world);
    wire_loop_until(&world->wire, &world->count[EV_SAMPLE], before + 1, LIMIT_MS);
    assert_int_not_equal(world->sample.pid, pid);

    /* The line drops: it is told, and made anew. */
    before = world->count[EV_SAMPLE_FAILED];
    sshd_shell(&world->sshd,
               "kill -KILL $(ps -o ppid= -p $(pgrep -f 'perl %s/bgc-lb$' | head -1))",
               world->sshd.directory);
    wire_loop_until(&world->wire, &world->count[EV_SAMPLE_FAILED], before + 1,
                    LIMIT_MS);
    before = world->count[EV_SAMPLE];
    wire_loop_until(&world->wire, &world->count[EV_SAMPLE], before + 1, LIMIT_MS);
    balancer_watch_free(watch);
}

#define WIRE_TEST(test) cmocka_unit_test_setup_teardown(test, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WIRE_TEST(test_status),
        WIRE_TEST(test_status_without_haproxy),
        WIRE_TEST(test_sudo_is_not_there),
        WIRE_TEST(test_switch),
        WIRE_TEST(test_switch_not_ready),
        WIRE_TEST(test_switch_conflict),
        WIRE_TEST(test_switch_silent),
        WIRE_TEST(test_lease),
        WIRE_TEST(test_takeover),
        WIRE_TEST(test_fuse_finished),
        WIRE_TEST(test_fuse_reverted),
        WIRE_TEST(test_published),
        WIRE_TEST(test_receipt_is_kept),
        WIRE_TEST(test_watch),
    };
    if (!sshd_is_here() || system("command -v haproxy > /dev/null") != 0)
        return SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
