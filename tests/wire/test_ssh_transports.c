/* Who may speak to whom, by which transport: real sshds, and what is said where it
 * cannot be. */

#include "base/log.h"
#include "lib/sshd.h"
#include "lib/test.h"
#include "lib/wire_loop.h"
#include "net/ssh.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT_MS = 20000 };

struct world {
    struct sshd sshd, jump;
    bool has_jump, has_agent;
    struct wire_loop wire;
    struct log log;
    struct ssh_target target;
    struct ssh_identity identity;
    char words[SSHD_PATH_MAX]; /* that the identity points to */
};

struct outcome {
    int ended;
    struct err err;
    char said[64];
    size_t length;
};

static void on_output(void *context, bool is_error, const char *bytes, size_t length)
{
    struct outcome *outcome = context;
    (void)is_error;
    for (size_t i = 0; i < length && outcome->length < sizeof outcome->said - 1; i++)
        outcome->said[outcome->length++] = bytes[i];
}

static void on_end(void *context, int exit_status, const struct err *err)
{
    struct outcome *outcome = context;
    (void)exit_status;
    outcome->ended++;
    outcome->err = *err;
}

static struct outcome run(struct world *world)
{
    struct outcome outcome = {0};
    struct ssh *ssh = ssh_new(&world->wire.loop, &world->wire.queue, &world->target,
                              &world->identity);
    const struct ssh_command command = {.command = "echo hello",
                                        .on_output = on_output,
                                        .on_end = on_end,
                                        .context = &outcome};
    assert_true(ssh_run(ssh, &command));
    wire_loop_until(&world->wire, &outcome.ended, 1, LIMIT_MS);
    ssh_free(ssh);
    return outcome;
}

/* ---- worlds ---- */

static void world_open(struct world *world, enum transport transport)
{
    char log[SSHD_PATH_MAX + 8];
    struct err err;

    *world = (struct world){0};
    sshd_start(&world->sshd, "");
    wire_loop_init(&world->wire);
    snprintf(log, sizeof log, "%s/log", world->sshd.directory);
    log_init(&world->log);
    assert_true(log_open(&world->log, log, &err));
    world->wire.shared.log = &world->log;
    world->target = (struct ssh_target){.name = "web-green-1", .address = "127.0.0.1"};
    world->target.port = world->sshd.port;
    strcpy(world->target.user, world->sshd.user);
    world->identity = sshd_identity(&world->sshd, &world->wire.shared);
    world->identity.transport = transport;
}

static void world_close(struct world *world)
{
    if (world->has_agent)
        sshd_shell(&world->sshd, ". ./agent.env > /dev/null && kill $SSH_AGENT_PID");
    unsetenv("SSH_AUTH_SOCK");
    if (world->has_jump)
        sshd_stop(&world->jump);
    sshd_stop(&world->sshd);
    log_close(&world->log);
    wire_loop_close(&world->wire);
}

static void nothing_special(struct world *world)
{
    (void)world;
}

static void rsa_only_agent(struct world *world)
{
    snprintf(world->words, sizeof world->words, "%s/agent", world->sshd.directory);
    sshd_shell(
        &world->sshd,
        "ssh-agent -s -a agent > agent.env && export SSH_AUTH_SOCK=$PWD/agent && "
        "ssh-keygen -q -t rsa -b 1024 -N '' -f rsa && ssh-add -q rsa && "
        "cat rsa.pub > authorized_keys");
    setenv("SSH_AUTH_SOCK", world->words, 1);
    world->has_agent = true;
    world->identity.key_file = "";
    world->identity.agent = true;
}

static void rsa_only_key(struct world *world)
{
    sshd_shell(&world->sshd, "rm id_ed25519* && ssh-keygen -q -t rsa -b 1024 -N '' -f "
                             "id_ed25519 && cat id_ed25519.pub > authorized_keys");
}

static void rsa_only_server(struct world *world)
{
    sshd_shell(&world->sshd,
               "ssh-keygen -q -t rsa -b 1024 -N '' -f host_rsa && "
               "sed -i '/^HostKey/d' sshd_config && "
               "echo HostKey $PWD/host_rsa >> sshd_config && "
               "awk '{ print \"[127.0.0.1]:%d\", $1, $2 }' host_rsa.pub > known_hosts",
               world->sshd.port);
    sshd_restart(&world->sshd);
}

static void etm_only_server(struct world *world)
{
    sshd_shell(&world->sshd, "printf 'MACs hmac-sha2-256-etm@openssh.com\\n"
                             "Ciphers aes256-ctr\\n' >> sshd_config");
    sshd_restart(&world->sshd);
}

static void changed_key(struct world *world)
{
    sshd_shell(&world->sshd,
               "ssh-keygen -q -t ed25519 -N '' -f new && "
               "awk '{ print \"[127.0.0.1]:%d\", $1, $2 }' new.pub > known_hosts",
               world->sshd.port);
}

static void revoked_key(struct world *world)
{
    sshd_shell(
        &world->sshd,
        "grep ed25519 known_hosts > one && mv one known_hosts && "
        "awk '{ print \"@revoked *\", $1, $2 }' host_ed25519.pub >> known_hosts");
}

static void unknown_key(struct world *world)
{
    sshd_shell(&world->sshd, "echo '# nobody' > known_hosts");
}

static void hashed_entry(struct world *world)
{
    sshd_shell(&world->sshd, "ssh-keygen -q -H -f known_hosts > /dev/null 2>&1 && "
                             "grep -q '^|1|' known_hosts");
}

static void entry_of_port_22(struct world *world)
{
    sshd_shell(&world->sshd,
               "awk '{ print \"127.0.0.1\", $1, $2 }' host_*.pub > known_hosts");
}

static void trusted_by_us(struct world *world)
{
    sshd_shell(&world->sshd, "mv known_hosts trusted_hosts");
}

static void host_certificate(struct world *world)
{
    sshd_shell(&world->sshd,
               "ssh-keygen -q -t ed25519 -N '' -f ca && "
               "ssh-keygen -q -s ca -I host -h -n 127.0.0.1 host_ed25519.pub && "
               "echo HostCertificate $PWD/host_ed25519-cert.pub >> sshd_config && "
               "awk '{ print \"@cert-authority [127.0.0.1]:*\", $1, $2 }' ca.pub > "
               "known_hosts");
    sshd_restart(&world->sshd);
}

static void user_certificate(struct world *world)
{
    sshd_shell(
        &world->sshd,
        "ssh-keygen -q -t ed25519 -N '' -f ca && "
        "ssh-keygen -q -s ca -I user -n %s id_ed25519.pub && "
        "sed -i '/^AuthorizedKeysFile/d' sshd_config && "
        "printf 'AuthorizedKeysFile none\\nTrustedUserCAKeys %%s/ca.pub\\n' $PWD "
        ">> sshd_config",
        world->sshd.user);
    sshd_restart(&world->sshd);
}

static void jump_add(struct world *world)
{
    sshd_start(&world->jump, "");
    world->has_jump = true;
    sshd_shell(&world->sshd, "cp authorized_keys %s/", world->jump.directory);
    snprintf(world->words, sizeof world->words, "%s@127.0.0.1:%d", world->jump.user,
             world->jump.port);
    world->identity.jump = world->words;
}

static void through_a_jump_host(struct world *world)
{
    jump_add(world);
    sshd_shell(&world->jump, "cat known_hosts >> %s/known_hosts",
               world->sshd.directory);
}

static void through_an_unknown_jump_host(struct world *world)
{
    jump_add(world);
}

static void key_not_accepted(struct world *world)
{
    sshd_shell(&world->sshd, ": > authorized_keys");
}

static void nobody_listens(struct world *world)
{
    world->target.port = sshd_free_port();
    sshd_shell(&world->sshd, "sed -i 's/]:%d /]:%d /' known_hosts", world->sshd.port,
               world->target.port);
}

static void user_like_an_option(struct world *world)
{
    strcpy(world->target.user, "-oProxyCommand=id");
}

/* ---- the table ---- */

struct verdict {
    enum err_code code;
    const char *words;
};

#define WORKS                                                                          \
    {                                                                                  \
        ERR_NONE, ""                                                                   \
    }

/* clang-format off */
static const struct {
    const char *what;
    void (*prepare)(struct world *world);
    struct verdict of[3]; /* by enum transport */
    const char *logged;   /* why auto took openssh; "" : it did not */
} rows[] = {
    {"an ed25519 key and server", nothing_special, {WORKS, WORKS, WORKS}, ""},
    {"RSA-only agent", rsa_only_agent,
        {WORKS, {ERR_AUTH, "your agent has only RSA or foreign keys"}, WORKS},
        "your agent has only RSA or foreign keys"},
    {"RSA key file", rsa_only_key,
        {WORKS, {ERR_AUTH, "is RSA, and libssh2 1.10.0 cannot use RSA keys"}, WORKS},
        "cannot use RSA keys"},
    {"RSA-only server", rsa_only_server,
        {WORKS, {ERR_HOST_KEY, "only its ssh-rsa key, which libssh2 1.10.0 cannot verify"}, WORKS},
        "cannot verify"},
    {"-etm-only server", etm_only_server,
        {WORKS, {ERR_PROTOCOL, "no common method"}, WORKS}, "no common method"},
    {"changed key", changed_key,
        {{ERR_HOST_KEY, "HOST KEY CHANGED"}, {ERR_HOST_KEY, "remove that line"},
         {ERR_HOST_KEY, "known_hosts:1 knows it by another ED25519 key, it showed ED25519 SHA256:"}}, ""},
    {"revoked key", revoked_key,
        {{ERR_HOST_KEY, "@revoked"}, {ERR_HOST_KEY, "@revoked"},
         {ERR_HOST_KEY, "@revoked: somebody may hold its private key"}}, ""},
    {"unknown key", unknown_key,
        {{ERR_HOST_KEY, "it showed ssh-ed25519 SHA256:"}, {ERR_HOST_KEY, "`bgconsole trust 127.0.0.1`"},
         {ERR_HOST_KEY, "`bgconsole trust [127.0.0.1]:"}}, ""},
    {"hashed entry", hashed_entry, {WORKS, WORKS, WORKS}, ""},
    {"entry of port 22 alone", entry_of_port_22,
        {{ERR_HOST_KEY, "is not in"}, {ERR_HOST_KEY, "is not in"}, {ERR_HOST_KEY, "is not in"}}, ""},
    {"in our own file", trusted_by_us, {WORKS, WORKS, WORKS}, ""},
    {"host certificate", host_certificate,
        {WORKS, {ERR_HOST_KEY, "names it by @cert-authority, which libssh2 cannot use"}, WORKS},
        "@cert-authority"},
    {"user certificate", user_certificate,
        {WORKS, {ERR_CONFIG, "libssh2 cannot use certificates"}, WORKS}, "certificates"},
    {"jump host", through_a_jump_host,
        {WORKS, {ERR_CONFIG, "libssh2 cannot go through another host"}, WORKS}, "[ssh] jump"},
    {"unknown jump host", through_an_unknown_jump_host,
        {{ERR_HOST_KEY, "`bgconsole trust [127.0.0.1]:"}, {ERR_CONFIG, "jump"},
         {ERR_HOST_KEY, "`bgconsole trust [127.0.0.1]:"}}, "[ssh] jump"},
    {"key not accepted", key_not_accepted,
        {{ERR_AUTH, "the host refused it"}, {ERR_AUTH, "the host refused it"},
         {ERR_AUTH, "Permission denied (publickey)"}}, ""},
    {"nobody listens", nobody_listens,
        {{ERR_CONNECT, "refused"}, {ERR_CONNECT, "refused"}, {ERR_CONNECT, "refused: no sshd listens there"}}, ""},
    {"user like an option", user_like_an_option,
        {{ERR_AUTH, "refused"}, {ERR_AUTH, "refused"}, {ERR_CONFIG, "is no user that can be given to ssh"}}, ""},
};
/* clang-format on */

/* All rows are looked at, whatever one of them says. */
static bool is_verdict(const char *what, const struct verdict *wanted,
                       const struct outcome *outcome)
{
    const struct err *err = &outcome->err;
    const char *said = err->code == ERR_NONE ? "hello\n" : "";
    if (err->code == wanted->code && strstr(err->text, wanted->words) &&
        strcmp(outcome->said, said) == 0)
        return true;
    print_message("# %s: wanted %s \"%s\", got %s: %s\n", what,
                  err_code_name(wanted->code), wanted->words, err_code_name(err->code),
                  err->text);
    return false;
}

/* Why openssh was taken stands in the log once, however often the host is asked. */
static void check_log(struct world *world, const char *what, const char *wanted)
{
    struct outcome again = run(world);
    (void)again;
    if (*wanted)
        sshd_shell(&world->sshd,
                   "test $(grep -c 'openssh in place of libssh2' log) = 1 && "
                   "grep -qF -- '%s' log || { echo '%s:'; cat log; exit 1; }",
                   wanted, what);
    else
        sshd_shell(&world->sshd, "! grep openssh log");
}

static void check_all(enum transport transport)
{
    int bad = 0;
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct world *world = malloc(sizeof *world);
        assert_non_null(world);
        world_open(world, transport);
        rows[i].prepare(world);
        struct outcome outcome = run(world);
        bad += !is_verdict(rows[i].what, &rows[i].of[transport], &outcome);
        if (transport == TRANSPORT_AUTO)
            check_log(world, rows[i].what, rows[i].logged);
        if (world->has_jump && outcome.err.code == ERR_NONE)
            sshd_shell(&world->jump, "grep -q '^Accepted publickey' sshd.log");
        world_close(world);
        free(world);
    }
    assert_int_equal(bad, 0);
}

static void test_auto(void **state)
{
    (void)state;
    check_all(TRANSPORT_AUTO);
}

static void test_libssh2(void **state)
{
    (void)state;
    check_all(TRANSPORT_LIBSSH2);
}

static void test_openssh(void **state)
{
    (void)state;
    check_all(TRANSPORT_OPENSSH);
}

/* Somebody who has not logged in; its banner says that it takes a place. The place of
 * who looked whether the server listens may not be free at once. */
static int place_take(int port)
{
    const struct timespec nap = {.tv_nsec = 10 * 1000 * 1000};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    for (int i = 0; i < 1000; i++) {
        char banner[8] = "";
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_return_code(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
        if (recv(fd, banner, 4, MSG_WAITALL) == 4 && strcmp(banner, "SSH-") == 0)
            return fd;
        close(fd);
        nanosleep(&nap, NULL);
    }
    fail_msg("the server takes nobody");
    return -1;
}

static bool has_dropped(const struct world *world)
{
    char command[SSHD_PATH_MAX + 64];
    snprintf(command, sizeof command, "grep -q 'drop connection' %s/sshd.log",
             world->sshd.directory);
    return system(command) == 0;
}

/* The server takes nobody more for now: whom it hung up on comes again, and is let in
 * when there is a place. */
static void check_busy_server(enum transport transport)
{
    const struct verdict works = WORKS;
    struct world *world = malloc(sizeof *world);
    struct outcome outcome = {0};

    assert_non_null(world);
    world_open(world, transport);
    sshd_shell(&world->sshd,
               "sed -i 's/^MaxStartups.*/MaxStartups 1:100:1/' sshd_config && "
               "echo LogLevel VERBOSE >> sshd_config");
    sshd_restart(&world->sshd);
    int place = place_take(world->sshd.port);
    struct ssh *ssh = ssh_new(&world->wire.loop, &world->wire.queue, &world->target,
                              &world->identity);
    const struct ssh_command command = {.command = "echo hello",
                                        .on_output = on_output,
                                        .on_end = on_end,
                                        .context = &outcome};
    sshd_shell(&world->sshd, ": > sshd.log");
    assert_true(ssh_run(ssh, &command));
    for (int i = 0; i < 400 && !has_dropped(world); i++)
        wire_loop_turn(&world->wire);
    assert_true(has_dropped(world));
    close(place);
    wire_loop_until(&world->wire, &outcome.ended, 1, LIMIT_MS);
    assert_true(is_verdict("busy server", &works, &outcome));
    ssh_free(ssh);
    world_close(world);
    free(world);
}

static void test_busy_server(void **state)
{
    (void)state;
    check_busy_server(TRANSPORT_LIBSSH2);
    check_busy_server(TRANSPORT_OPENSSH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_auto),
        cmocka_unit_test(test_libssh2),
        cmocka_unit_test(test_openssh),
        cmocka_unit_test(test_busy_server),
    };
    return sshd_is_here() ? cmocka_run_group_tests(tests, NULL, NULL) : 77;
}
