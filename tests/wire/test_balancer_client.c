/* bgc-lb itself, asked over a real sshd, with a real HAProxy: status, switch, watch. */

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
        break;
    case EV_CHANGE_ANSWERED:
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
        WIRE_TEST(test_watch),
    };
    if (!sshd_is_here() || system("command -v haproxy > /dev/null") != 0)
        return SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
