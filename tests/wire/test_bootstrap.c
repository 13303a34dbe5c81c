/* The bootstrap program itself, sent over a real sshd into a host whose /etc,
 * /usr/local and /var/lib are directories of the test. */

#include "base/asset.h"
#include "lib/sshd.h"
#include "lib/test.h"
#include "lib/wire_loop.h"
#include "net/bootstrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_MS = 60000, SKIP = 77, HOSTS = 2 };

struct world {
    struct sshd sshd;
    struct wire_loop wire;
    struct settings settings;
    struct ssh_identity identity;
    struct bootstrap_host hosts[HOSTS];
    struct bootstrap *bootstrap;
    int did, there, ended;
    struct err err[HOSTS];
};

static void on_line(void *context, int host, enum bootstrap_word word,
                    const char *sentence)
{
    struct world *world = context;
    assert_in_range(host, 0, HOSTS - 1);
    assert_string_not_equal(sentence, "");
    world->there += word == BOOTSTRAP_THERE;
    world->did += word == BOOTSTRAP_DID;
}

static void on_end(void *context, int host, const struct err *err)
{
    struct world *world = context;
    world->err[host] = *err;
    world->ended++;
}

/* A host of its own for each login: the same directories again each time. */
static void host_make(const struct world *world)
{
    const char *d = world->sshd.directory;
    sshd_shell(&world->sshd,
               "mkdir etc local lib home local/bin local/sbin && "
               "cp /etc/group /etc/nsswitch.conf etc && "
               "sed 's|:/root:|:%s/home:|' /etc/passwd > etc/passwd",
               d);
    sshd_shell(&world->sshd,
               "cat > dispatch <<'END'\n"
               "[ \"$SSH_ORIGINAL_COMMAND\" = 'perl -' ] || exit 99\n"
               "exec unshare -Urm sh -c 'mount --bind %s/etc /etc && "
               "mount --bind %s/local /usr/local && mount --bind %s/lib /var/lib && "
               "exec perl -'\n"
               "END",
               d, d, d);
}

static void settings_fill(struct world *world)
{
    struct settings *settings = &world->settings;
    settings_init(settings);
    strcpy(settings->app, "my-app");
    strcpy(settings->environment, "test");
    strcpy(settings->user, "root");
    strcpy(settings->bootstrap_user, "deploy");
    settings->become = BECOME_NONE;
    settings->parallel = 1;
    snprintf(settings->directory, SETTING_TEXT_MAX, "%s/app", world->sshd.directory);
    snprintf(settings->map_file, SETTING_TEXT_MAX, "%s/traffic.map",
             world->sshd.directory);
    strcpy(settings->map_key, "green_share");
}

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    sshd_start(&world->sshd, "ForceCommand sh \"$HOME/dispatch\"");
    host_make(world);
    settings_fill(world);
    wire_loop_init(&world->wire);
    world->identity = sshd_identity(&world->sshd, &world->wire.shared);
    for (int i = 0; i < HOSTS; i++) {
        world->hosts[i].target =
            (struct ssh_target){.address = "127.0.0.1", .port = world->sshd.port};
        strcpy(world->hosts[i].target.user, world->sshd.user);
    }
    strcpy(world->hosts[0].target.name, "web-green-1");
    world->hosts[0].role = ROLE_GREEN;
    strcpy(world->hosts[1].target.name, "lb-1");
    world->hosts[1].role = ROLE_BALANCER;
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;
    sshd_stop(&world->sshd);
    wire_loop_close(&world->wire); /* last: it fails where a test failed midway */
    free(world);
    return 0;
}

static void bootstrap_begin(struct world *world)
{
    const struct bootstrap_listener listener = {on_line, on_end, world};
    world->did = world->there = world->ended = 0;
    world->bootstrap =
        bootstrap_new(&world->wire.loop, &world->wire.queue, &world->settings,
                      &world->identity, world->hosts, HOSTS, &listener);
    assert_int_equal(world->ended, 0);
}

static void bootstrap_wait(struct world *world)
{
    wire_loop_until(&world->wire, &world->ended, HOSTS, LIMIT_MS);
    bootstrap_free(world->bootstrap);
}

static void assert_ready(const struct world *world)
{
    for (int i = 0; i < HOSTS; i++) {
        if (world->err[i].code != ERR_NONE)
            fail_msg("%s", world->err[i].text);
    }
}

static void test_bootstrap(void **state)
{
    struct world *world = *state;
    bootstrap_begin(world);
    bootstrap_wait(world);
    assert_ready(world);
    assert_true(world->did > 5);

    sshd_shell(&world->sshd, "echo '%s  local/bin/bgc-host' | sha256sum -c --quiet",
               asset_find("remote/bgc-host")->sha256);
    sshd_shell(&world->sshd, "echo '%s  local/sbin/bgc-lb' | sha256sum -c --quiet",
               asset_find("remote/bgc-lb")->sha256);
    sshd_shell(&world->sshd, "cmp -s id_ed25519.pub home/.ssh/authorized_keys");
    sshd_shell(&world->sshd, "grep -q '^map=%s$' etc/bgconsole/my-app-test.conf",
               world->settings.map_file);
    sshd_shell(&world->sshd,
               "grep -qx 'green_share 0' traffic.map && test -d app/shared");

    /* A second time there is nothing to do (both roles write one file of settings, so
     * the balancer alone). */
    world->hosts[0] = world->hosts[1];
    bootstrap_begin(world);
    bootstrap_wait(world);
    assert_ready(world);
    assert_int_equal(world->did, 0);
    assert_true(world->there > 3);
}

static void test_bootstrap_by_agent(void **state)
{
    struct world *world = *state;
    char path[SSHD_PATH_MAX];
    snprintf(path, sizeof path, "%s/agent", world->sshd.directory);
    sshd_shell(&world->sshd, "ssh-agent -s -a agent > agent.env && "
                             "SSH_AUTH_SOCK=agent ssh-add -q id_ed25519");
    setenv("SSH_AUTH_SOCK", path, 1);
    world->identity.key_file = "";
    world->identity.agent = true;
    bootstrap_begin(world);
    bootstrap_wait(world);
    sshd_shell(&world->sshd, ". ./agent.env > /dev/null && kill $SSH_AGENT_PID");
    unsetenv("SSH_AUTH_SOCK");
    assert_ready(world);
    sshd_shell(&world->sshd,
               "grep -q \"^$(cut -d' ' -f1,2 id_ed25519.pub) bgconsole$\" "
               "home/.ssh/authorized_keys");
}

static void test_bootstrap_without_a_public_key(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "rm id_ed25519.pub");
    bootstrap_begin(world);
    bootstrap_wait(world);
    for (int i = 0; i < HOSTS; i++)
        assert_non_null(strstr(world->err[i].text, "ssh-keygen -y -f "));

    sshd_shell(&world->sshd, "echo 'ssh-ed25519 nonsense' > id_ed25519.pub");
    bootstrap_begin(world);
    bootstrap_wait(world);
    for (int i = 0; i < HOSTS; i++)
        assert_non_null(strstr(world->err[i].text, "is not a public key"));
}

/* One host says no, the other is made all the same. */
static void test_bootstrap_refused(void **state)
{
    struct world *world = *state;
    sshd_shell(&world->sshd, "rmdir local/bin && touch local/bin");
    bootstrap_begin(world);
    bootstrap_wait(world);
    assert_int_equal(world->err[0].code, ERR_REFUSED);
    assert_non_null(strstr(world->err[0].text, "web-green-1: "));
    assert_non_null(strstr(world->err[0].text, "(disk)"));
    assert_int_equal(world->err[1].code, ERR_NONE);
}

static void test_bootstrap_freed_early(void **state)
{
    struct world *world = *state;
    bootstrap_begin(world);
    wire_loop_until(&world->wire, &world->did, 1, LIMIT_MS);
    int did = world->did, ended = world->ended; /* both may have come in one turn */
    bootstrap_free(world->bootstrap);
    for (int i = 0; i < 10; i++)
        wire_loop_turn(&world->wire);
    assert_int_equal(world->did, did);
    assert_int_equal(world->ended, ended);
}

#define WIRE_TEST(test) cmocka_unit_test_setup_teardown(test, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WIRE_TEST(test_bootstrap),
        WIRE_TEST(test_bootstrap_by_agent),
        WIRE_TEST(test_bootstrap_without_a_public_key),
        WIRE_TEST(test_bootstrap_refused),
        WIRE_TEST(test_bootstrap_freed_early),
    };
    if (!sshd_is_here() || system("unshare -Urm true 2> /dev/null") != 0)
        return SKIP;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
