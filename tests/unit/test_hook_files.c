/* A directory of hooks: what is run, and what is refused before anything runs. */
#include "net/hook_files.h"

#include "lib/scratch.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int begin(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);

    assert_non_null(scratch);
    scratch_make(scratch);
    *state = scratch;
    return 0;
}

static int end(void **state)
{
    scratch_remove(*state);
    free(*state);
    return 0;
}

static void put(const struct scratch *scratch, const char *name, unsigned mode)
{
    char path[SCRATCH_PATH_MAX];

    scratch_write(scratch, name, "#!/bin/sh\n", 10, mode);
    chmod(scratch_file(scratch, name, path), mode);
}

static void expect_refused(const struct scratch *scratch, const char *words)
{
    bool there[STAGE_COUNT][HOOK_WHENS];
    struct err err = {.code = ERR_NONE};

    assert_false(hook_files_look(scratch->path, there, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    if (strstr(err.text, words) == NULL)
        fail_msg("\"%s\" says nothing of \"%s\"", err.text, words);
}

static void test_none(void **state)
{
    bool there[STAGE_COUNT][HOOK_WHENS];
    struct err err;

    (void)state;
    memset(there, 1, sizeof there);
    assert_true(hook_files_look("", there, &err));
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
        assert_false(there[stage][HOOK_PRE] || there[stage][HOOK_POST]);
}

static void test_those_that_are_there(void **state)
{
    const struct scratch *scratch = *state;
    bool there[STAGE_COUNT][HOOK_WHENS];
    struct err err;

    put(scratch, "pre-deploy", 0755);
    put(scratch, "post-finish", 0700);
    put(scratch, "README", 0644); /* the operator's own */
    assert_true(hook_files_look(scratch->path, there, &err));
    assert_true(there[STAGE_DEPLOY][HOOK_PRE]);
    assert_false(there[STAGE_DEPLOY][HOOK_POST]);
    assert_true(there[STAGE_FINISH][HOOK_POST]);
}

static void test_refused(void **state)
{
    static const struct {
        const char *name;
        unsigned mode;
        const char *words;
    } cases[] = {
        {"pre-deploy", 0644, "it cannot be run: `chmod +x` it"},
        {"pre-deploy", 0775, "others can write it (mode 0775)"},
        {"post-switch", 0757, "others can write it"},
        {"pre-depoly", 0755, "no stage of this name"},
    };
    const struct scratch *scratch = *state;
    char path[SCRATCH_PATH_MAX];

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        put(scratch, cases[i].name, cases[i].mode);
        expect_refused(scratch, cases[i].words);
        remove(scratch_file(scratch, cases[i].name, path));
    }
    mkdir(scratch_file(scratch, "pre-watch", path), 0755);
    expect_refused(scratch, "this is no file");
    remove(path);
    chmod(scratch->path, 0777);
    expect_refused(scratch, "others can write there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_none, begin, end),
        cmocka_unit_test_setup_teardown(test_those_that_are_there, begin, end),
        cmocka_unit_test_setup_teardown(test_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
