/* SSH against a real sshd: logins, host keys, streams, deadlines, many at once. */

#include "lib/sshd.h"
#include "lib/test.h"
#include "lib/wire_loop.h"
#include "net/ssh.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT_MS = 20000, KEPT_MAX = 4096 };

struct world {
    struct sshd sshd;
    struct wire_loop wire;
    struct ssh_target target;
    struct ssh_identity identity;
};

/* What became of one command. */
struct outcome {
    int ended;
    int exit_status;
    struct err err;
    size_t bytes[2]; /* of output, of error output */
    char kept[KEPT_MAX];
    size_t kept_length;
    struct ssh *drop_on_output;
};

static void on_output(void *context, bool is_error, const char *bytes, size_t length)
{
    struct outcome *outcome = context;
    outcome->bytes[is_error] += length;
    for (size_t i = 0; i < length && outcome->kept_length < KEPT_MAX - 1; i++)
        outcome->kept[outcome->kept_length++] = bytes[i];
    if (outcome->drop_on_output)
        ssh_drop(outcome->drop_on_output);
}

static void on_end(void *context, int exit_status, const struct err *err)
{
    struct outcome *outcome = context;
    outcome->ended++;
    outcome->exit_status = exit_status;
    outcome->err = *err;
}

static int world_begin_with(void **state, const char *extra)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    sshd_start(&world->sshd, extra);
    wire_loop_init(&world->wire);
    world->target = (struct ssh_target){.name = "web-green-1", .address = "127.0.0.1"};
    world->target.port = world->sshd.port;
    strcpy(world->target.user, world->sshd.user);
    world->identity = sshd_identity(&world->sshd, &world->wire.shared);
    *state = world;
    return 0;
}

static int world_begin(void **state)
{
    return world_begin_with(state, "");
}

static int world_begin_openssh(void **state)
{
    world_begin_with(state, "");
    struct world *world = *state;
    world->identity.transport = TRANSPORT_OPENSSH;
    return 0;
}

static int world_begin_asking(void **state)
{
    return world_begin_with(
        state, "ClientAliveInterval 1\nClientAliveCountMax 2\nLogLevel DEBUG2");
}

static int world_end(void **state)
{
    struct world *world = *state;
    sshd_stop(&world->sshd);
    wire_loop_close(&world->wire); /* last: it fails where a test failed midway */
    free(world);
    return 0;
}

static struct ssh_command command_of(const char *command, struct outcome *outcome)
{
    return (struct ssh_command){
        .command = command,
        .on_output = on_output,
        .on_end = on_end,
        .context = outcome,
    };
}

static struct ssh *ssh_of(struct world *world)
{
    struct ssh *ssh = ssh_new(&world->wire.loop, &world->wire.queue, &world->target,
                              &world->identity);
    assert_non_null(ssh);
    return ssh;
}

/* Runs one command on a connection of its own. */
static void run_one(struct world *world, const char *command, struct outcome *outcome)
{
    struct ssh *ssh = ssh_of(world);
    struct ssh_command asked = command_of(command, outcome);
    *outcome = (struct outcome){0};
    assert_true(ssh_run(ssh, &asked));
    assert_int_equal(outcome->ended, 0);
    wire_loop_until(&world->wire, &outcome->ended, 1, LIMIT_MS);
    ssh_free(ssh);
}

static void assert_failed(const struct outcome *outcome, enum err_code code,
                          const char *words)
{
    if (outcome->err.code != code || !strstr(outcome->err.text, words))
        fail_msg("wanted %s with \"%s\", got %s: %s", err_code_name(code), words,
                 err_code_name(outcome->err.code), outcome->err.text);
}

static void assert_ended(const struct outcome *outcome, int exit_status)
{
    if (outcome->err.code != ERR_NONE)
        fail_msg("%s: %s", err_code_name(outcome->err.code), outcome->err.text);
    assert_int_equal(outcome->exit_status, exit_status);
}

static void test_key_file(void **state)
{
    struct outcome outcome;
    run_one(*state, "echo hello", &outcome);
    assert_ended(&outcome, 0);
    assert_string_equal(outcome.kept, "hello\n");
}

/* A signal has no number that ssh could hand on. */
static void test_exit_status(void **state)
{
    struct world *world = *state;
    bool is_openssh = world->identity.transport == TRANSPORT_OPENSSH;
    struct outcome outcome;
    run_one(*state, "exit 3", &outcome);
    assert_ended(&outcome, 3);
    run_one(*state, "kill -KILL $$", &outcome);
    assert_ended(&outcome, is_openssh ? 255 : -1);
    run_one(*state, "echo hello; exit 255", &outcome);
    assert_ended(&outcome, 255);
    assert_string_equal(outcome.kept, "hello\n");
}

static void test_input(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command = command_of("sha256sum", &outcome);
    char *input = malloc(SSH_INPUT_MAX);
    assert_non_null(input);
    memset(input, 'x', SSH_INPUT_MAX);
    command.input = input;
    command.input_length = SSH_INPUT_MAX;
    assert_true(ssh_run(ssh, &command));
    free(input); /* it was copied */
    wire_loop_until(&world->wire, &outcome.ended, 1, LIMIT_MS);
    assert_ended(&outcome, 0);
    /* head -c 307200 /dev/zero | tr '\0' x | sha256sum */
    assert_string_equal(
        outcome.kept,
        "def89517b7d1690aac7628fccbe266a6c5b30c4bc4e4e226b2f32e27a370a588  -\n");
    ssh_free(ssh);
}

static void test_held_input(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command =
        command_of("read line; echo got $line; read line || echo ended", &outcome);
    command.input = "one\n";
    command.input_length = 4;
    command.hold_input = true;
    command.limit_ms = 500;
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 1, LIMIT_MS);
    assert_failed(&outcome, ERR_TIMEOUT, "did not end within 500 ms");
    assert_string_equal(outcome.kept, "got one\n");
    ssh_free(ssh);
}

static void test_error_output_alone(void **state)
{
    struct outcome outcome;
    run_one(*state, "head -c 5000000 /dev/zero >&2", &outcome);
    assert_ended(&outcome, 0);
    assert_int_equal(outcome.bytes[0], 0);
    assert_int_equal(outcome.bytes[1], 5000000);
}

static void test_commands_in_order(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    const char *commands[] = {"echo 1", "echo 2", "echo 3"};
    for (size_t i = 0; i < LENGTH_OF(commands); i++) {
        struct ssh_command command = command_of(commands[i], &outcome);
        assert_true(ssh_run(ssh, &command));
    }
    wire_loop_until(&world->wire, &outcome.ended, 3, LIMIT_MS);
    assert_string_equal(outcome.kept, "1\n2\n3\n");
    /* One connection served all: the server logged one login. */
    sshd_shell(&world->sshd, "test $(grep -c '^Accepted publickey' sshd.log) = 1");
    ssh_free(ssh);
}

static void test_queue_is_bounded(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command = command_of("true", &outcome);
    for (int i = 0; i < 16; i++)
        assert_true(ssh_run(ssh, &command));
    assert_false(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 16, LIMIT_MS);
    assert_ended(&outcome, 0);
    assert_true(ssh_run(ssh, &command)); /* there is room again */
    wire_loop_until(&world->wire, &outcome.ended, 17, LIMIT_MS);
    ssh_free(ssh);
}

static void test_wrong_key(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(&world->sshd, "ssh-keygen -q -t ed25519 -N '' -C other -f other && "
                             "mv -f other id_ed25519 && rm other.pub");
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_AUTH, "web-green-1: ssh 127.0.0.1:");
    assert_failed(&outcome, ERR_AUTH, "id_ed25519, ssh-ed25519: the host refused it");
}

static void test_key_files_that_cannot_be_used(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(&world->sshd, "chmod 644 id_ed25519");
    run_one(world, "true", &outcome);
    assert_failed(&outcome, ERR_AUTH, "others can read it; chmod 600 it");
    sshd_shell(
        &world->sshd,
        "chmod 600 id_ed25519 && ssh-keygen -q -p -N secret -f id_ed25519 > /dev/null");
    run_one(world, "true", &outcome);
    assert_failed(&outcome, ERR_AUTH, "is encrypted; load it into your agent");
    sshd_shell(&world->sshd,
               "rm id_ed25519 && ssh-keygen -q -t rsa -b 2048 -N '' -f id_ed25519");
    run_one(world, "true", &outcome);
    assert_failed(&outcome, ERR_AUTH, "is RSA, and libssh2 1.10.0 cannot use RSA keys");
    sshd_shell(&world->sshd, "echo nothing > id_ed25519");
    run_one(world, "true", &outcome);
    assert_failed(&outcome, ERR_AUTH, "is not a private key");
    sshd_shell(&world->sshd, "rm id_ed25519");
    run_one(world, "true", &outcome);
    assert_failed(&outcome, ERR_AUTH, "No such file");
}

/* ---- the agent ---- */

static void agent_start(struct world *world)
{
    char path[SSHD_PATH_MAX];
    snprintf(path, sizeof path, "%s/agent", world->sshd.directory);
    sshd_shell(&world->sshd, "ssh-agent -s -a agent > agent.env");
    setenv("SSH_AUTH_SOCK", path, 1);
    world->identity.key_file = "";
    world->identity.agent = true;
}

static void agent_stop(struct world *world)
{
    sshd_shell(&world->sshd,
               ". ./agent.env > /dev/null && kill -CONT $SSH_AGENT_PID && "
               "kill $SSH_AGENT_PID");
    unsetenv("SSH_AUTH_SOCK");
}

/* RSA keys in front of the right one cost no try. */
static void test_agent(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    agent_start(world);
    sshd_shell(&world->sshd,
               "for i in 1 2 3 4 5 6; do ssh-keygen -q -t rsa -b 1024 -N '' -f rsa$i; "
               "ssh-add -q rsa$i; done; "
               "ssh-keygen -q -t ecdsa -N '' -f ecdsa; ssh-add -q ecdsa; "
               "ssh-add -q id_ed25519");
    run_one(world, "echo hello", &outcome);
    agent_stop(world);
    assert_ended(&outcome, 0);
    assert_string_equal(outcome.kept, "hello\n");
}

static void test_agent_with_rsa_only(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    agent_start(world);
    sshd_shell(&world->sshd,
               "ssh-keygen -q -t rsa -b 2048 -N '' -f rsa && ssh-add -q rsa");
    run_one(world, "echo hello", &outcome);
    agent_stop(world);
    assert_failed(&outcome, ERR_AUTH,
                  "your agent has only RSA or foreign keys; libssh2 1.10.0 cannot use "
                  "them with this server; add an ed25519 key");
}

static void test_agent_with_nothing(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    agent_start(world);
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_AUTH, "agent: it holds no key (ssh-add)");
    setenv("SSH_AUTH_SOCK", "/nowhere/agent", 1);
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_AUTH, "agent: no such file or directory");
    agent_stop(world);
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_AUTH, "SSH_AUTH_SOCK is not set");
}

static void test_agent_with_too_many_keys(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    agent_start(world);
    sshd_shell(&world->sshd,
               "for i in 1 2 3 4 5 6; do ssh-keygen -q -t ed25519 -N '' -f key$i; "
               "ssh-add -q key$i; done");
    run_one(world, "echo hello", &outcome);
    agent_stop(world);
    assert_failed(
        &outcome, ERR_AUTH,
        "no key was accepted (agent: the host refused 5 of its 6 keys, a host "
        "takes no more tries: set key_file)");
}

/* An agent that waits for a touch, or hangs: the deadline holds, and the loop goes on.
 */
static void test_agent_that_hangs(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    agent_start(world);
    sshd_shell(&world->sshd, "ssh-add -q id_ed25519 && . ./agent.env > /dev/null && "
                             "kill -STOP $SSH_AGENT_PID");
    world->identity.connect_timeout_ms = 700;
    run_one(world, "echo hello", &outcome);
    agent_stop(world);
    assert_failed(&outcome, ERR_TIMEOUT, "no connection and login within 700 ms");
    assert_true(world->wire.longest_turn_ns < 500 * UINT64_C(1000000));
}

/* The agent lists its keys and then waits for somebody's yes, which never comes. */
static void test_agent_that_asks_somebody(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    char path[SSHD_PATH_MAX];
    sshd_shell(&world->sshd,
               "printf '#!/bin/sh\\nexec sleep 3\\n' > ask && chmod +x ask");
    snprintf(path, sizeof path, "%s/ask", world->sshd.directory);
    setenv("SSH_ASKPASS", path, 1);
    setenv("DISPLAY", ":0", 1);
    agent_start(world);
    sshd_shell(&world->sshd, "ssh-add -q -c id_ed25519");
    world->identity.connect_timeout_ms = 700;
    run_one(world, "echo hello", &outcome);
    agent_stop(world);
    unsetenv("SSH_ASKPASS");
    unsetenv("DISPLAY");
    assert_failed(&outcome, ERR_TIMEOUT, "no connection and login within 700 ms");
    assert_true(world->wire.longest_turn_ns < 500 * UINT64_C(1000000));
}

/* The key file cannot be used, the agent has the key: what ssh-add is for. */
static void test_encrypted_key_in_agent(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    agent_start(world);
    sshd_shell(&world->sshd, "ssh-add -q id_ed25519 && "
                             "ssh-keygen -q -p -N secret -f id_ed25519 > /dev/null");
    world->identity.key_file = world->sshd.key;
    run_one(world, "echo hello", &outcome);
    agent_stop(world);
    assert_ended(&outcome, 0);
}

static void test_unknown_host(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(&world->sshd, "echo '# empty' > known_hosts");
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_HOST_KEY, "the host is not in ");
    assert_failed(&outcome, ERR_HOST_KEY, "`bgconsole trust 127.0.0.1`");
    /* Nobody was told who we are. */
    sshd_shell(&world->sshd, "! grep -q 'Accepted\\|Failed' sshd.log");
}

static void test_changed_host(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(&world->sshd,
               "ssh-keygen -q -t ed25519 -N '' -f new && "
               "awk '{ print \"[127.0.0.1]:%d\", $1, $2 }' new.pub > known_hosts",
               world->sshd.port);
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_HOST_KEY, "HOST KEY CHANGED: ");
    assert_failed(&outcome, ERR_HOST_KEY,
                  "known_hosts:1 knows it by ssh-ed25519 SHA256:");
    assert_failed(&outcome, ERR_HOST_KEY, "remove that line");
}

static void test_revoked_host(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(
        &world->sshd,
        "awk '{ print \"@revoked *\", $1, $2 }' host_ed25519.pub >> known_hosts");
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_HOST_KEY, "marks @revoked");
}

/* Known by one type only: that type is asked for, and the other is never a way round.
 */
static void test_host_known_by_one_type(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(&world->sshd, "grep ecdsa known_hosts > one && mv one known_hosts");
    run_one(world, "echo hello", &outcome);
    assert_ended(&outcome, 0);
    sshd_shell(&world->sshd,
               "ssh-keygen -q -t ecdsa -b 521 -N '' -f new && "
               "awk '{ print \"[127.0.0.1]:%d\", $1, $2 }' new.pub > known_hosts",
               world->sshd.port);
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_PROTOCOL, "known_hosts has ecdsa-sha2-nistp521");
}

static void test_hashed_host(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(&world->sshd, "ssh-keygen -q -H -f known_hosts >/dev/null 2>&1 && "
                             "rm -f known_hosts.old && grep -q '^|1|' known_hosts");
    run_one(world, "echo hello", &outcome);
    assert_ended(&outcome, 0);
}

/* An entry for port 22 must not vouch for another port. */
static void test_entry_without_port(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    sshd_shell(&world->sshd,
               "awk '{ print \"127.0.0.1\", $1, $2 }' host_*.pub > known_hosts");
    run_one(world, "echo hello", &outcome);
    assert_failed(&outcome, ERR_HOST_KEY, "the host is not in ");
}

static void test_silence(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command =
        command_of("for i in 1 2 3 4; do echo $i; sleep 0.2; done; sleep 5", &outcome);
    command.silence_ms = 500;
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 1, LIMIT_MS);
    assert_failed(&outcome, ERR_TIMEOUT, "silent for 500 ms");
    assert_string_equal(outcome.kept, "1\n2\n3\n4\n");
    ssh_free(ssh);
}

static void test_killed_connection(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    /* The shell's parent is the sshd of this one connection. */
    run_one(world, "kill -KILL $PPID; sleep 5", &outcome);
    assert_failed(&outcome, ERR_LOST, "the connection ended");
}

static void test_connects_anew_after_a_loss(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command first = command_of("kill -KILL $PPID; sleep 5", &outcome);
    struct ssh_command second = command_of("echo again", &outcome);
    assert_true(ssh_run(ssh, &first));
    assert_true(ssh_run(ssh, &second));
    wire_loop_until(&world->wire, &outcome.ended, 2, LIMIT_MS);
    assert_ended(&outcome, 0);
    assert_string_equal(outcome.kept, "again\n");
    ssh_free(ssh);
}

static int open_files(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* An idle connection that ends is noticed, and the next command makes a new one. */
static void test_idle_connection_lost(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command = command_of("echo hello", &outcome);
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 1, LIMIT_MS);
    wire_loop_turn(&world->wire); /* what the command left open is closed */
    wire_loop_turn(&world->wire);
    int warm = open_files();
    sshd_shell(&world->sshd, "kill -KILL $(pgrep -P %d)", (int)world->sshd.pid);
    for (int i = 0; i < 200 && open_files() == warm; i++)
        wire_loop_turn(&world->wire);
    assert_int_equal(open_files(), warm - 1);
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 2, LIMIT_MS);
    assert_ended(&outcome, 0);
    ssh_free(ssh);
}

/* The host asks every second whether we are there, and hangs up after two silent ones.
 */
static void test_idle_connection_kept(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command = command_of("echo hello", &outcome);
    int asked = 1;
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 1, LIMIT_MS);
    for (int i = 0; i < 400 && asked != 0; i++) {
        char count[SSHD_PATH_MAX];
        wire_loop_turn(&world->wire);
        snprintf(count, sizeof count, "test $(grep -c keepalive %s/sshd.log) -ge 4",
                 world->sshd.directory);
        asked = system(count);
    }
    assert_int_equal(asked, 0);
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 2, LIMIT_MS);
    assert_ended(&outcome, 0);
    sshd_shell(&world->sshd, "test $(grep -c '^Accepted publickey' sshd.log) = 1");
    ssh_free(ssh);
}

static void test_drop(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command = command_of("echo 1; sleep 5", &outcome);
    outcome.drop_on_output = ssh;
    assert_true(ssh_run(ssh, &command));
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 2, LIMIT_MS);
    assert_failed(&outcome, ERR_LOST, "dropped by us");
    ssh_free(ssh);
}

static void test_refused(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    int port = world->target.port;
    world->target.port = 1;
    run_one(world, "true", &outcome);
    assert_failed(&outcome, ERR_CONNECT, "refused");
    world->target.port = port;
}

/* A listening socket that never says anything. */
static void test_connect_timeout(void **state)
{
    struct world *world = *state;
    struct outcome outcome;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_return_code(listen(fd, 8), 0);
    assert_return_code(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    world->target.port = ntohs(address.sin_port);
    world->identity.connect_timeout_ms = 300;
    run_one(world, "true", &outcome);
    assert_failed(&outcome, ERR_TIMEOUT, "no connection and login within 300 ms");
    close(fd);
}

/* A connection that is still being made: asking for more must not take it for made.
 * When the listener goes, the kernel's next try is refused. */
static void test_connect_pending(void **state)
{
    struct world *world = *state;
    struct outcome outcome = {0};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fills[2], fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_return_code(listen(fd, 0), 0);
    assert_return_code(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    for (size_t i = 0; i < LENGTH_OF(fills); i++) { /* its queue is full */
        fills[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(fills[i], (struct sockaddr *)&address, length);
    }
    world->target.port = ntohs(address.sin_port);
    struct ssh *ssh = ssh_of(world);
    struct ssh_command command = command_of("true", &outcome);
    for (int i = 0; i < 4; i++) {
        assert_true(ssh_run(ssh, &command));
        wire_loop_turn(&world->wire);
        wire_loop_turn(&world->wire);
    }
    assert_int_equal(outcome.ended, 0);
    close(fd);
    for (size_t i = 0; i < LENGTH_OF(fills); i++)
        close(fills[i]);
    wire_loop_until(&world->wire, &outcome.ended, 4, LIMIT_MS);
    assert_failed(&outcome, ERR_CONNECT, "refused");
    ssh_free(ssh);
}

static void test_many(void **state)
{
    enum { SESSIONS = 40, LINES = 2000 };
    struct world *world = *state;
    struct outcome *outcomes = calloc(SESSIONS, sizeof *outcomes);
    struct ssh *sessions[SESSIONS];
    assert_non_null(outcomes);
    for (int i = 0; i < SESSIONS; i++) {
        struct ssh_command command = command_of(
            "seq -f 'line %08g of a build that talks much' 2000", &outcomes[i]);
        sessions[i] = ssh_of(world);
        assert_true(ssh_run(sessions[i], &command));
    }
    for (int i = 0; i < SESSIONS; i++) {
        wire_loop_until(&world->wire, &outcomes[i].ended, 1, LIMIT_MS);
        assert_ended(&outcomes[i], 0);
        assert_int_equal(outcomes[i].bytes[0], LINES * 41);
        ssh_free(sessions[i]);
    }
    free(outcomes);
    print_message("# %d sessions, longest turn %.1f ms of CPU\n", SESSIONS,
                  (double)world->wire.longest_turn_cpu_ns / 1e6);
}

#define WIRE_TEST(test) cmocka_unit_test_setup_teardown(test, world_begin, world_end)
#define BOTH_TESTS(test)                                                               \
    WIRE_TEST(test),                                                                   \
    {                                                                                  \
#test "_openssh", test, world_begin_openssh, world_end, NULL                   \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH_TESTS(test_key_file),
        BOTH_TESTS(test_exit_status),
        BOTH_TESTS(test_input),
        BOTH_TESTS(test_held_input),
        BOTH_TESTS(test_error_output_alone),
        BOTH_TESTS(test_commands_in_order),
        BOTH_TESTS(test_queue_is_bounded),
        WIRE_TEST(test_wrong_key),
        WIRE_TEST(test_key_files_that_cannot_be_used),
        WIRE_TEST(test_agent),
        WIRE_TEST(test_agent_with_rsa_only),
        WIRE_TEST(test_agent_with_nothing),
        WIRE_TEST(test_agent_with_too_many_keys),
        WIRE_TEST(test_agent_that_hangs),
        WIRE_TEST(test_agent_that_asks_somebody),
        WIRE_TEST(test_encrypted_key_in_agent),
        WIRE_TEST(test_unknown_host),
        WIRE_TEST(test_changed_host),
        WIRE_TEST(test_revoked_host),
        WIRE_TEST(test_host_known_by_one_type),
        WIRE_TEST(test_hashed_host),
        WIRE_TEST(test_entry_without_port),
        BOTH_TESTS(test_silence),
        BOTH_TESTS(test_killed_connection),
        BOTH_TESTS(test_connects_anew_after_a_loss),
        BOTH_TESTS(test_idle_connection_lost),
        cmocka_unit_test_setup_teardown(test_idle_connection_kept, world_begin_asking,
                                        world_end),
        BOTH_TESTS(test_drop),
        BOTH_TESTS(test_refused),
        BOTH_TESTS(test_connect_timeout),
        WIRE_TEST(test_connect_pending),
        BOTH_TESTS(test_many),
    };
    return sshd_is_here() ? cmocka_run_group_tests(tests, NULL, NULL) : 77;
}
