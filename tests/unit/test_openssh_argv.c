/* The command lines of ssh: what becomes an option, and what never does. */

#include "net/openssh_argv.h"

#include "base/str.h"
#include "lib/test.h"

#include <string.h>

static struct ssh_target target_of(const char *address, const char *user)
{
    struct ssh_target target = {.name = "web-1", .port = 2222};
    str_copy(target.address, sizeof target.address, address);
    str_copy(target.user, sizeof target.user, user);
    return target;
}

static const struct ssh_identity plain = {
    .key_file = "/keys/id",
    .known_hosts = "/home/known_hosts",
    .trusted_hosts = "/state/known_hosts",
    .connect_timeout_ms = 1500,
    .jump = "",
    .config_file = "",
};

static int position_of(const struct openssh_argv *argv, const char *word)
{
    for (int i = 0; i < argv->count; i++) {
        if (str_equal(argv->words[i], word))
            return i;
    }
    return -1;
}

static void assert_has(const struct openssh_argv *argv, const char *word)
{
    if (position_of(argv, word) < 0)
        fail_msg("no word %s", word);
}

static void test_master(void **state)
{
    struct ssh_target target = target_of("10.0.0.21", "deploy");
    struct openssh_argv argv;
    struct err err;
    (void)state;

    assert_true(openssh_argv_master(&argv, &target, &plain, "/run/c", "/run/s", &err));
    assert_string_equal(argv.words[0], "ssh");
    assert_null(argv.words[argv.count]);
    assert_has(&argv, "-oBatchMode=yes");
    assert_has(&argv, "-oStrictHostKeyChecking=yes");
    assert_has(&argv, "-oForwardAgent=no");
    assert_has(&argv, "-oConnectTimeout=2");
    assert_has(&argv,
               "-oUserKnownHostsFile=\"/home/known_hosts\" \"/state/known_hosts\"");
    assert_has(&argv, "-oIdentityFile=\"/keys/id\"");
    assert_has(&argv, "-oControlPath=\"/run/c\"");
    assert_string_equal(argv.words[position_of(&argv, "-F") + 1], "none");
    assert_string_equal(argv.words[argv.count - 2], "--");
    assert_string_equal(argv.words[argv.count - 1], "10.0.0.21");
}

static void test_command(void **state)
{
    struct ssh_target target = target_of("fd00::21", "deploy");
    struct openssh_argv argv;
    struct err err;
    (void)state;

    assert_true(openssh_argv_command(&argv, &target, "/run/c", "/run/s", "a b", &err));
    assert_has(&argv, "-oProxyCommand=false");
    assert_string_equal(argv.words[argv.count - 3], "--");
    assert_string_equal(argv.words[argv.count - 2], "fd00::21");
    assert_string_equal(argv.words[argv.count - 1], "a b");
}

static void test_no_option_from_outside(void **state)
{
    static const char *const bad[] = {"-oProxyCommand=id", "", "a b", "a'b", "$(id)"};
    struct openssh_argv argv;
    struct err err;
    (void)state;

    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        struct ssh_target target = target_of(bad[i], "deploy");
        assert_false(
            openssh_argv_master(&argv, &target, &plain, "/run/c", "/run/s", &err));
        target = target_of("10.0.0.21", bad[i]);
        assert_false(
            openssh_argv_command(&argv, &target, "/run/c", "/run/s", "true", &err));
        assert_int_equal(err.code, ERR_CONFIG);
    }
}

static void test_paths(void **state)
{
    struct ssh_target target = target_of("10.0.0.21", "deploy");
    struct ssh_identity identity = plain;
    struct openssh_argv argv;
    struct err err;
    (void)state;

    identity.known_hosts = "/my home/100%";
    identity.trusted_hosts = "";
    assert_true(
        openssh_argv_master(&argv, &target, &identity, "/run/c", "/run/s", &err));
    assert_has(&argv, "-oUserKnownHostsFile=\"/my home/100%%\"");
    identity.known_hosts = "/home/${USER}";
    assert_false(
        openssh_argv_master(&argv, &target, &identity, "/run/c", "/run/s", &err));
    assert_non_null(strstr(err.text, "/home/${USER}: a path with"));
}

/* ssh expands `%` once in the ProxyCommand, and its shell takes the quotes away. */
static void test_jump(void **state)
{
    struct ssh_target target = target_of("10.0.0.21", "deploy");
    struct ssh_identity identity = plain;
    struct openssh_argv argv;
    struct err err;
    const char *proxy = NULL;
    (void)state;

    identity.jump = "ops@bastion:2200";
    identity.known_hosts = "/my home/100%";
    assert_true(
        openssh_argv_master(&argv, &target, &identity, "/run/c", "/run/s", &err));
    for (int i = 0; i < argv.count; i++) {
        if (str_starts(argv.words[i], "-oProxyCommand="))
            proxy = argv.words[i];
    }
    assert_non_null(proxy);
    assert_non_null(strstr(proxy, " -oStrictHostKeyChecking=yes "));
    assert_non_null(strstr(
        proxy, "'-oUserKnownHostsFile=\"/my home/100%%%%\" \"/state/known_hosts\"'"));
    assert_non_null(strstr(proxy, " -E /run/s -l ops -p 2200 -W '[%h]:%p' -- bastion"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_master),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_no_option_from_outside),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_jump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
