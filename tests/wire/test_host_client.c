/* bgc-host itself, asked over a real sshd: facts, git, jobs, and lines that drop. */

#include "lib/sshd.h"
#include "lib/test.h"
#include "lib/wire_loop.h"
#include "net/host_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_MS = 30000, HOST = 3 };

static const char env[] = "my-perl-app-test";
static const char run_id[] = "20261123T120000Z-t";

struct world {
    struct sshd sshd;
    struct wire_loop wire;
    struct ssh_target target;
    struct ssh_identity identity;
    struct settings settings;
    struct recipe recipe;
    struct model *model;
    struct host_client *client;

    /* what the sink heard */
    int count[EV_RECALLED + 1];
    int answers; /* all but EV_JOB_RUNNING and EV_JOB_LINE */
    struct ticket ticket;
    struct host_facts facts;
    char sha[SHA_HEX_SIZE];
    char failure[ERR_TEXT_MAX];
    char last_line[256];
    int64_t offset;
    int rc;
    bool lines_in_order; /* each line is the number of the one before, and one more */
    int64_t raw_end;
};

static void take(void *context, struct event *event)
{
    struct world *world = context;
    assert_int_equal(event->host, HOST);
    world->count[event->type]++;
    world->ticket = event->ticket;
    switch (event->type) {
    case EV_FACTS:
        world->facts = *event->facts;
        break;
    case EV_RESOLVED:
        strcpy(world->sha, event->sha);
        break;
    case EV_JOB_RUNNING:
        return;
    case EV_JOB_LINE:
        world->lines_in_order = world->lines_in_order &&
                                atoi(event->job.line) == atoi(world->last_line) + 1;
        snprintf(world->last_line, sizeof world->last_line, "%s", event->job.line);
        assert_true(event->job.offset > world->offset);
        world->offset = event->job.offset;
        return;
    case EV_JOB_ENDED:
        world->rc = event->job.rc;
        break;
    default:
        snprintf(world->failure, sizeof world->failure, "%s", event->failure.text);
    }
    world->answers++;
}

static void take_raw(void *context, int host, const char *run, int step, int64_t offset,
                     const char *bytes, size_t length)
{
    struct world *world = context;
    (void)bytes;
    assert_int_equal(host, HOST);
    assert_int_equal(step, 0);
    assert_string_equal(run, run_id);
    assert_true(offset <= world->raw_end); /* no hole */
    if (offset + (int64_t)length > world->raw_end)
        world->raw_end = offset + (int64_t)length;
}

/* The helper as it is installed, but its settings are the test's. */
static void install_helper(struct world *world)
{
    char root[SSHD_PATH_MAX];
    assert_non_null(getcwd(root, sizeof root));
    sshd_shell(&world->sshd,
               "sh '%s/assets/remote/assemble' bgc-host | sed 's|/etc/bgconsole|%s|' > "
               "bgc-host && mkdir app && "
               "printf 'app_dir=%s/app\\nuser=%s\\n' > %s.conf",
               root, world->sshd.directory, world->sshd.directory, world->sshd.user,
               env);
    sshd_shell(&world->sshd,
               "cat > dispatch <<'END'\n"
               "case $SSH_ORIGINAL_COMMAND in\n"
               "/usr/local/bin/bgc-host) exec perl %s/bgc-host ;;\n"
               "*) exit 99 ;;\n"
               "esac\n"
               "END",
               world->sshd.directory);
}

static void client_new(struct world *world)
{
    const struct host_client_options options = {
        .target = &world->target,
        .identity = &world->identity,
        .env = env,
        .host = HOST,
        .sink = {take, world},
        .output = {take_raw, world},
    };
    world->client = host_client_new(&world->wire.loop, &world->wire.queue, &options);
}

static void model_begin(struct world *world)
{
    world->model = calloc(1, sizeof *world->model);
    assert_non_null(world->model);
    world->model->settings = &world->settings;
    world->model->recipe = &world->recipe;
    strcpy(world->model->env, env);
    strcpy(world->model->run.id, run_id);
    strcpy(world->model->run.sha, "4e2b9d0000000000000000000000000000000000");
    strcpy(world->model->fleet.hosts[HOST].droplet.name, "web-green-1");
    world->model->run.epoch = 5;
    world->recipe.step_count = 1;
    world->recipe.steps[0].limit_s = 60;
    world->recipe.steps[0].idle_s = 30;
    strcpy(world->recipe.steps[0].name, "build");
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->lines_in_order = true;
    sshd_start(&world->sshd, "ForceCommand sh \"$HOME/dispatch\"");
    install_helper(world);
    wire_loop_init(&world->wire);
    world->target = (struct ssh_target){
        .name = "web-green-1", .address = "127.0.0.1", .port = world->sshd.port};
    strcpy(world->target.user, world->sshd.user);
    world->identity = sshd_identity(&world->sshd, &world->wire.shared);
    model_begin(world);
    client_new(world);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;
    host_client_free(world->client);
    sshd_stop(&world->sshd);
    wire_loop_close(&world->wire); /* last: it fails where a test failed midway */
    free(world->model);
    free(world);
    return 0;
}

static void script_set(struct world *world, const char *script)
{
    world->recipe.steps[0].text = script;
    world->recipe.steps[0].text_length = strlen(script);
}

static const struct ticket ticket = {.run = 7, .attempt = 9};

static void answer_wait(struct world *world, int wanted)
{
    wire_loop_until(&world->wire, &world->answers, wanted, LIMIT_MS);
    assert_memory_equal(&world->ticket, &ticket, sizeof ticket);
}

static void assert_count(struct world *world, enum event_type type, int wanted)
{
    if (world->count[type] != wanted)
        fail_msg("%s came %d times, not %d (%s)", event_type_name(type),
                 world->count[type], wanted, world->failure);
}

static void test_facts(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "mkdir -p app/releases/20261123T110000Z-8f3c2a1 "
                             "app/releases/20261123T100000Z-77ab01c && cd app && "
                             "echo 8f3c2a1000000000000000000000000000000000 > "
                             "releases/20261123T110000Z-8f3c2a1/REVISION && "
                             "touch releases/20261123T100000Z-77ab01c/.bgconsole-ok && "
                             "ln -s releases/20261123T110000Z-8f3c2a1 current");
    host_client_ask(world->client, ticket);
    assert_int_equal(world->answers, 0);
    answer_wait(world, 1);
    assert_count(world, EV_FACTS, 1);
    assert_string_equal(world->facts.current, "20261123T110000Z-8f3c2a1");
    assert_string_equal(world->facts.revision,
                        "8f3c2a1000000000000000000000000000000000");
    assert_string_equal(world->facts.previous, "20261123T100000Z-77ab01c");
    assert_int_equal(world->facts.release_count, 2);
    assert_int_equal(strlen(world->facts.helper_sha256), 64);
    assert_true(world->facts.cpus > 0);
    assert_true(world->facts.disk_free_mb > 0);
    assert_true(world->facts.at_ms > 0);
    assert_string_equal(world->facts.job, "");
}

static void test_facts_of_an_unknown_environment(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "rm %s.conf", env);
    host_client_ask(world->client, ticket);
    answer_wait(world, 1);
    assert_count(world, EV_FACTS_FAILED, 1);
    assert_non_null(strstr(world->failure, "web-green-1: "));
    assert_non_null(strstr(world->failure, "bootstrap it (env)"));
}

static void test_no_helper(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "echo 'exec /nowhere/bgc-host' > dispatch");
    host_client_ask(world->client, ticket);
    answer_wait(world, 1);
    assert_count(world, EV_FACTS_FAILED, 1);
    assert_non_null(strstr(world->failure, "run `bgconsole bootstrap`"));
}

static void test_an_answer_that_is_none(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "echo 'echo Welcome; sleep 10' > dispatch");
    host_client_ask(world->client, ticket);
    answer_wait(world, 1);
    assert_count(world, EV_FACTS_FAILED, 1);
    assert_non_null(strstr(world->failure, "its answer cannot be read"));
}

static void test_an_answer_that_is_cut(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd,
               "echo 'echo version=1; echo no more >&2; exit 4' > dispatch");
    host_client_ask(world->client, ticket);
    answer_wait(world, 1);
    assert_count(world, EV_FACTS_FAILED, 1);
    assert_non_null(strstr(world->failure, "cut off (exit status 4: no more"));
}

static void test_too_many_questions(void **state)
{
    struct world *world = *state;
    for (int i = 0; i < 20; i++)
        host_client_ask(world->client, ticket);
    assert_int_equal(world->answers, 0);
    answer_wait(world, 20);
    assert_count(world, EV_FACTS, 16);
    assert_count(world, EV_FACTS_FAILED, 4);
    assert_non_null(strstr(world->failure, "web-green-1: too many questions wait"));
}

static void test_resolve(void **state)
{
    struct world *world = *state;
    char repository[SSHD_PATH_MAX];
    snprintf(repository, sizeof repository, "%s/git", world->sshd.directory);
    sshd_shell(&world->sshd,
               "git init -q -b main git && cd git && "
               "git -c user.name=t -c user.email=t@t commit -q --allow-empty -m one && "
               "git rev-parse HEAD > ../sha");
    host_client_resolve(world->client, ticket, repository, "main");
    answer_wait(world, 1);
    assert_count(world, EV_RESOLVED, 1);
    sshd_shell(&world->sshd, "test $(cat sha) = %s", world->sha);
    host_client_resolve(world->client, ticket, repository, "nothing");
    answer_wait(world, 2);
    assert_count(world, EV_RESOLVE_FAILED, 1);
}

static void test_job(void **state)
{
    struct world *world = *state;
    script_set(world, "#!/bin/sh\nseq 1 10000\n[ $BGC_SHA = "
                      "4e2b9d0000000000000000000000000000000000 ]\n");
    host_client_start(world->client, ticket, world->model, 0);
    answer_wait(world, 1);
    assert_count(world, EV_JOB_RUNNING, 1);
    assert_count(world, EV_JOB_LINE, 10000);
    assert_count(world, EV_JOB_ENDED, 1);
    assert_int_equal(world->rc, 0);
    assert_true(world->lines_in_order);
    assert_int_equal(world->offset, 48894); /* seq 1 10000 | wc -c */
    assert_int_equal(world->raw_end, 48894);
    print_message("# 10,000 lines, longest turn %.1f ms of CPU\n",
                  (double)world->wire.longest_turn_cpu_ns / 1e6);
}

static void test_job_that_fails(void **state)
{
    struct world *world = *state;
    script_set(world, "#!/bin/sh\nprintf 1\nexit 7\n");
    host_client_start(world->client, ticket, world->model, 0);
    answer_wait(world, 1);
    assert_count(world, EV_JOB_ENDED, 1);
    assert_count(world, EV_JOB_LINE, 1); /* the one without a newline */
    assert_int_equal(world->rc, 7);
}

/* The line drops in the middle; who follows again loses no line and gets none twice. */
static void test_job_cut_and_followed(void **state)
{
    struct world *world = *state;
    script_set(world, "#!/bin/sh\nseq 1 3000; sleep 0.5; seq 3001 6000\n");
    host_client_start(world->client, ticket, world->model, 0);
    wire_loop_until(&world->wire, &world->count[EV_JOB_LINE], 10, LIMIT_MS);
    sshd_shell(&world->sshd,
               "kill -KILL $(ps -o ppid= -p $(pgrep -f 'perl %s/bgc-host$' | head -1))",
               world->sshd.directory);
    answer_wait(world, 1);
    assert_count(world, EV_JOB_CUT, 1);
    assert_true(world->count[EV_JOB_LINE] < 6000);
    host_client_follow(world->client, ticket, world->model, 0, world->offset);
    answer_wait(world, 2);
    assert_count(world, EV_JOB_ENDED, 1);
    assert_int_equal(world->rc, 0);
    assert_count(world, EV_JOB_LINE, 6000);
    assert_true(world->lines_in_order);
}

/* A cancel does not wait behind the job: both hear the end. */
static void test_cancel(void **state)
{
    struct world *world = *state;
    script_set(world, "#!/bin/sh\necho 1\nexec sleep 60\n");
    host_client_start(world->client, ticket, world->model, 0);
    wire_loop_until(&world->wire, &world->count[EV_JOB_LINE], 1, LIMIT_MS);
    host_client_cancel(world->client, ticket, world->model, 0);
    answer_wait(world, 2);
    assert_count(world, EV_JOB_ENDED, 2);
    assert_int_equal(world->rc, 128 + 15);
}

static void test_no_such_job(void **state)
{
    struct world *world = *state;
    host_client_follow(world->client, ticket, world->model, 0, 0);
    answer_wait(world, 1);
    assert_count(world, EV_JOB_REFUSED, 1);
    assert_non_null(strstr(world->failure, "(unknown)"));
}

static void test_lower_epoch(void **state)
{
    struct world *world = *state;
    script_set(world, "#!/bin/sh\ntrue\n");
    host_client_start(world->client, ticket, world->model, 0);
    answer_wait(world, 1);
    world->model->run.epoch = 4;
    strcpy(world->recipe.steps[0].name, "restart");
    host_client_start(world->client, ticket, world->model, 0);
    answer_wait(world, 2);
    assert_count(world, EV_JOB_REFUSED, 1);
    assert_non_null(strstr(world->failure, "(stale)"));
}

static void test_script_too_large(void **state)
{
    struct world *world = *state;
    char *script = malloc(HELPER_BODY_MAX + 2);
    assert_non_null(script);
    memset(script, '#', HELPER_BODY_MAX + 1);
    script[HELPER_BODY_MAX + 1] = '\0';
    script_set(world, script);
    host_client_start(world->client, ticket, world->model, 0);
    assert_int_equal(world->answers, 0);
    answer_wait(world, 1);
    assert_count(world, EV_JOB_CUT, 1);
    free(script);
}

/* Freed with everything under way: nothing is called and nothing is left. */
static void test_free_early(void **state)
{
    struct world *world = *state;
    script_set(world, "#!/bin/sh\nexec sleep 60\n");
    host_client_start(world->client, ticket, world->model, 0);
    wire_loop_until(&world->wire, &world->count[EV_JOB_RUNNING], 1, LIMIT_MS);
    for (int i = 0; i < 20; i++)
        host_client_ask(world->client, ticket);
    host_client_free(world->client);
    client_new(world);
    host_client_cancel(world->client, ticket, world->model, 0);
    answer_wait(world, 1);
    assert_count(world, EV_FACTS, 0);
    assert_count(world, EV_JOB_ENDED, 1);
}

#define WIRE_TEST(test) cmocka_unit_test_setup_teardown(test, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WIRE_TEST(test_facts),
        WIRE_TEST(test_facts_of_an_unknown_environment),
        WIRE_TEST(test_no_helper),
        WIRE_TEST(test_an_answer_that_is_none),
        WIRE_TEST(test_an_answer_that_is_cut),
        WIRE_TEST(test_too_many_questions),
        WIRE_TEST(test_resolve),
        WIRE_TEST(test_job),
        WIRE_TEST(test_job_that_fails),
        WIRE_TEST(test_job_cut_and_followed),
        WIRE_TEST(test_cancel),
        WIRE_TEST(test_no_such_job),
        WIRE_TEST(test_lower_epoch),
        WIRE_TEST(test_script_too_large),
        WIRE_TEST(test_free_early),
    };
    return sshd_is_here() ? cmocka_run_group_tests(tests, NULL, NULL) : 77;
}
