/* Where the token comes from, and when it is refused. */

#include "net/secret.h"

#include "base/str.h"
#include "lib/scratch.h"
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VARIABLE "BGC_TEST_TOKEN"
#define TOKEN "dop_v1_0123456789abcdef"

struct world {
    struct scratch scratch;
    struct settings settings;
    char token[SECRET_MAX];
    struct err err;
};

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    scratch_make(&world->scratch);
    str_copy(world->settings.token_variable, SETTING_TEXT_MAX, VARIABLE);
    unsetenv(VARIABLE);
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    unsetenv(VARIABLE);
    scratch_remove(&world->scratch);
    free(world);
    return 0;
}

static bool read_token(struct world *world)
{
    return secret_read(&world->settings, world->token, &world->err);
}

static void set_file(struct world *world, const char *text, size_t length,
                     unsigned mode)
{
    char path[SCRATCH_PATH_MAX];

    scratch_write(&world->scratch, "token", text, length, mode);
    str_copy(world->settings.token_file, SETTING_TEXT_MAX,
             scratch_file(&world->scratch, "token", path));
}

static void set_command(struct world *world, const char *script)
{
    char path[SCRATCH_PATH_MAX];

    scratch_write(&world->scratch, "command", script, strlen(script), 0700);
    str_copy(world->settings.token_command, SETTING_TEXT_MAX,
             scratch_file(&world->scratch, "command", path));
}

static void expect_refusal(struct world *world, enum err_code code, const char *part)
{
    assert_false(read_token(world));
    if (world->err.code != code || strstr(world->err.text, part) == NULL)
        fail_msg("%s: %s", err_code_name(world->err.code), world->err.text);
    assert_null(strstr(world->err.text, "dop_v1"));
    assert_string_equal(world->token, "");
}

static void test_none_names_all_three(void **state)
{
    struct world *world = *state;

    expect_refusal(world, ERR_CONFIG,
                   "set token_command or token_file in [digitalocean], or the "
                   "environment variable " VARIABLE);
}

static void test_variable_is_unset(void **state)
{
    struct world *world = *state;

    setenv(VARIABLE, TOKEN, 1);
    const char *place = getenv(VARIABLE);
    assert_true(read_token(world));
    assert_string_equal(world->token, TOKEN);
    assert_null(getenv(VARIABLE));
    assert_int_equal(place[0], '\0'); /* nor does /proc/PID/environ tell it */
}

static void test_file(void **state)
{
    struct world *world = *state;

    set_file(world, "  " TOKEN "\r\n", strlen(TOKEN) + 4, 0600);
    assert_true(read_token(world));
    assert_string_equal(world->token, TOKEN);
}

static void test_file_of_others(void **state)
{
    struct world *world = *state;
    static const unsigned modes[] = {0640, 0604, 0620, 0601, 0660, 0777};

    for (size_t i = 0; i < LENGTH_OF(modes); i++) {
        set_file(world, TOKEN, strlen(TOKEN), modes[i]);
        expect_refusal(world, ERR_CONFIG, "others can use it");
    }
    if (geteuid() != 0)
        return;
    set_file(world, TOKEN, strlen(TOKEN), 0600);
    assert_int_equal(chown(world->settings.token_file, 65534, 65534), 0);
    expect_refusal(world, ERR_CONFIG, "belongs to somebody else");
}

static void test_file_that_is_none(void **state)
{
    struct world *world = *state;
    char path[SCRATCH_PATH_MAX];

    set_file(world, TOKEN, strlen(TOKEN), 0600);
    scratch_file(&world->scratch, "link", path);
    assert_int_equal(symlink(world->settings.token_file, path), 0);
    str_copy(world->settings.token_file, SETTING_TEXT_MAX, path);
    expect_refusal(world, ERR_CONFIG, "symbolic links are not followed");

    scratch_file(&world->scratch, "fifo", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    str_copy(world->settings.token_file, SETTING_TEXT_MAX, path);
    expect_refusal(world, ERR_CONFIG, "no regular file");

    str_copy(world->settings.token_file, SETTING_TEXT_MAX,
             scratch_file(&world->scratch, "nowhere", path));
    expect_refusal(world, ERR_IO, "No such file");
}

static void test_content_that_is_no_token(void **state)
{
    struct world *world = *state;
    static const char *const texts[] = {
        "", " \n", "dop_v1 x", "dop_v1\nsecond line", "dop_v1\x01", "dop_v1\xc3\xbc"};
    char large[2 * SECRET_MAX];

    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        set_file(world, texts[i], strlen(texts[i]), 0600);
        expect_refusal(world, ERR_CONFIG, "the API token");
    }
    memset(large, 'x', sizeof large);
    set_file(world, large, sizeof large, 0600);
    expect_refusal(world, ERR_CONFIG, "longer than a token");
}

static void test_command(void **state)
{
    struct world *world = *state;

    set_command(world, "#!/bin/sh\necho thinking >&2\necho " TOKEN "\n");
    assert_true(read_token(world));
    assert_string_equal(world->token, TOKEN);
}

static void test_command_comes_first_and_alone(void **state)
{
    struct world *world = *state;

    set_file(world, TOKEN, strlen(TOKEN), 0600);
    setenv(VARIABLE, TOKEN, 1);
    set_command(world, "#!/bin/sh\necho locked >&2\nexit 3\n");
    expect_refusal(world, ERR_REFUSED, "ended with status 3: locked");
    assert_null(getenv(VARIABLE));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_none_names_all_three),
        TEST(test_variable_is_unset),
        TEST(test_file),
        TEST(test_file_of_others),
        TEST(test_file_that_is_none),
        TEST(test_content_that_is_no_token),
        TEST(test_command),
        TEST(test_command_comes_first_and_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
