/* The agent's client against agents that answer in pieces, nonsense, or not at all. */

#include "net/ssh_agent.h"

#include "lib/test.h"
#include "lib/wire_loop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMIT_MS = 60000 };

/* Keys of no more than their type; comments "c". */
#define KEY_ED "\0\0\0\17\0\0\0\13ssh-ed25519\0\0\0\1c"
#define KEY_RSA "\0\0\0\13\0\0\0\7ssh-rsa\0\0\0\1c"
#define TEXT(literal) literal, sizeof(literal) - 1

struct row {
    const char *what;
    const char *answer;
    size_t length;
    enum ssh_agent_state state;
    int count, left_out;
    const char *words; /* of the error */
};

/* clang-format off */
static const struct row rows[] = {
    {"no key",        TEXT("\0\0\0\5\14\0\0\0\0"),                       SSH_AGENT_READY,  0, 0, ""},
    {"one key",       TEXT("\0\0\0\35\14\0\0\0\1" KEY_ED),               SSH_AGENT_READY,  1, 0, ""},
    {"RSA left out",  TEXT("\0\0\0\61\14\0\0\0\2" KEY_RSA KEY_ED),       SSH_AGENT_READY,  1, 1, ""},
    {"list cut",      TEXT("\0\0\0\35\14\0\0\0\2" KEY_ED),               SSH_AGENT_FAILED, 1, 0, "its list of keys is cut"},
    {"many promised", TEXT("\0\0\0\5\14\377\377\377\377"),               SSH_AGENT_FAILED, 0, 0, "its list of keys is cut"},
    {"no count",      TEXT("\0\0\0\1\14"),                               SSH_AGENT_FAILED, 0, 0, "its list of keys is cut"},
    {"too long",      TEXT("\1\0\0\0\14"),                               SSH_AGENT_FAILED, 0, 0, "empty or longer than allowed"},
    {"empty",         TEXT("\0\0\0\0"),                                  SSH_AGENT_FAILED, 0, 0, "empty or longer than allowed"},
    {"another type",  TEXT("\0\0\0\1\77"),                               SSH_AGENT_FAILED, 0, 0, "not of the agent's protocol"},
    {"says no",       TEXT("\0\0\0\1\5"),                                SSH_AGENT_REFUSED, 0, 0, ""},
    {"hangs up",      TEXT("\0\0\0\24\14\0"),                            SSH_AGENT_FAILED, 0, 0, "it closed the connection"},
    {"bad signature", TEXT("\0\0\0\11\16\0\0\0\4\0\0\0\1"),              SSH_AGENT_FAILED, 0, 0, "its signature is cut"},
};
/* clang-format on */

struct world {
    struct wire_loop wire;
    char path[64];
    int listener;
    pid_t pid;
    int changes;
};

static void on_change(void *context)
{
    struct world *world = context;
    world->changes++;
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_non_null(world);
    wire_loop_init(&world->wire);
    snprintf(world->path, sizeof world->path, "/tmp/bgc-agent-%d", (int)getpid());
    unlink(world->path);
    strcpy(address.sun_path, world->path);
    world->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(
        bind(world->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_return_code(listen(world->listener, 1), 0);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;
    close(world->listener);
    unlink(world->path);
    wire_loop_close(&world->wire);
    free(world);
    return 0;
}

/* A child that takes one question, writes the answer byte by byte, and hangs up. */
static void agent_start(struct world *world, const char *answer, size_t length)
{
    world->pid = fork();
    assert_return_code(world->pid, 0);
    if (world->pid != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char question[64];
    int fd = accept(world->listener, NULL, NULL);
    if (read(fd, question, sizeof question) < 0)
        _exit(1);
    for (size_t i = 0; i < length; i++) {
        if (write(fd, answer + i, 1) != 1)
            _exit(0);
        if (i < 64)
            usleep(2000);
    }
    _exit(0);
}

static void check_row(struct world *world, const struct row *row)
{
    world->changes = 0;
    agent_start(world, row->answer, row->length);
    struct ssh_agent *agent =
        ssh_agent_new(&world->wire.loop, world->path, on_change, world);
    assert_int_equal(world->changes, 0);
    wire_loop_until(&world->wire, &world->changes, 1, LIMIT_MS);
    if (ssh_agent_state(agent) != row->state ||
        ssh_agent_keys(agent)->count != row->count ||
        ssh_agent_keys(agent)->left_out != row->left_out ||
        !strstr(ssh_agent_error(agent)->text, row->words))
        fail_msg("%s: state %d, %d keys, %d left out, \"%s\"", row->what,
                 ssh_agent_state(agent), ssh_agent_keys(agent)->count,
                 ssh_agent_keys(agent)->left_out, ssh_agent_error(agent)->text);
    ssh_agent_free(agent);
    waitpid(world->pid, NULL, 0);
}

static void test_answers(void **state)
{
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        check_row(*state, &rows[i]);
}

static void test_no_agent(void **state)
{
    struct world *world = *state;
    char path[200];
    struct ssh_agent *agent =
        ssh_agent_new(&world->wire.loop, "/nowhere/agent", on_change, world);
    wire_loop_until(&world->wire, &world->changes, 1, LIMIT_MS);
    assert_int_equal(ssh_agent_state(agent), SSH_AGENT_FAILED);
    ssh_agent_free(agent);

    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    agent = ssh_agent_new(&world->wire.loop, path, on_change, world);
    assert_int_equal(ssh_agent_state(agent), SSH_AGENT_FAILED);
    ssh_agent_free(agent);
}

/* It never answers: it can be left at any moment, and nobody is called. */
static void test_left_early(void **state)
{
    struct world *world = *state;
    struct ssh_agent *agent =
        ssh_agent_new(&world->wire.loop, world->path, on_change, world);
    ssh_agent_free(agent);
    agent = ssh_agent_new(&world->wire.loop, world->path, on_change, world);
    for (int i = 0; i < 5; i++)
        wire_loop_turn(&world->wire);
    ssh_agent_free(agent);
    for (int i = 0; i < 5; i++)
        wire_loop_turn(&world->wire);
    assert_int_equal(world->changes, 0);
}

#define AGENT_TEST(test) cmocka_unit_test_setup_teardown(test, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AGENT_TEST(test_answers),
        AGENT_TEST(test_no_agent),
        AGENT_TEST(test_left_early),
    };
    signal(SIGPIPE, SIG_IGN); /* as main.c does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
