#include "core/recipe_lint.h"

#include "base/asset.h"
#include "base/str.h"
#include "core/recipe_manifest.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct recipe_finding findings[RECIPE_FINDINGS_MAX];

static int lint(const char *text)
{
    return recipe_lint(text, strlen(text), findings, RECIPE_FINDINGS_MAX);
}

/* How many findings a line of a good script has, and the beginning of the first reason.
 */
static void test_lines(void **state)
{
    (void)state;
    static const char name[] = "it ends every process of that name";
    static const char now[] = "the process cannot finish";
    static const char gap[] = "between its stop and its start";
    static const char root[] = "the deploy user may do nothing";
    static const char removes[] = "where the value is empty";
    static const char code[] = "a value becomes a piece";
    static const char apart[] = "blanks in the value";
    /* clang-format off */
    static const struct {
        const char *line;
        const char *why; /* NULL: nothing is wrong with it */
    } cases[] = {
        {"pkill -f starman",                           name},
        {"/usr/bin/killall starman",                   name},
        {"if pkill starman; then",                     name},
        {"kill $(pidof starman)",                      name},
        {"kill -TERM \"$(pgrep -x starman)\"",         name},
        {"pgrep starman | xargs kill",                 name},
        {"pgrep -x starman >/dev/null",                NULL},
        {"echo never pkill -f",                        NULL},
        {"echo \"pkill it\"; command -v pkill",        NULL},
        {"# pkill -f starman",                         NULL},
        {"kill -9 \"$pid\"",                           now},
        {"kill -s KILL \"$pid\"",                      now},
        {"kill -KILL \"$pid\" || true",                now},
        {"kill -TERM \"$pid\"",                        NULL},
        {"kill -0 \"$pid\"",                           NULL},
        {"systemctl restart shop",                     gap},
        {"systemctl reload shop",                      NULL},
        {"service shop restart",                       gap},
        {"nginx -s stop",                              gap},
        {"sudo -n /usr/local/sbin/bgc-unit restart",   NULL},
        {"sudo apt-get install foo",                   root},
        {"sudo",                                       root},
        {"su deploy",                                  root},
        {"rm -rf \"$release/tmp\"",                    removes},
        {"rm -rf -- \"$release\"/tmp",                 removes},
        {"rm -rf \"${release:?}/tmp\"",                NULL},
        {"rm -rf -- \"$release\"",                     NULL},
        {"rm -rf releases/\"$name\"",                  NULL},
        {"rm -f \"$release/tmp\"",                     NULL},
        {"eval \"$command\"",                          code},
        {"sh -c \"cd $directory\"",                    code},
        {"sh -c 'cd \"$1\"' x \"$directory\"",         code},
        {"cd $directory",                              apart},
        {"cp a b/$name",                               apart},
        {"ls \"$(dirname $path)\"",                    apart},
        {"run $@",                                     apart},
        {"[ -e $path ]",                               apart},
        {"cd \"$directory\"",                          NULL},
        {"path=$directory/$name",                      NULL},
        {"A=$a B=$b run",                              NULL},
        {"export path=$directory",                     NULL},
        {"env A=$a run",                               NULL},
        {"for host in $hosts; do",                     NULL},
        {"case $name in",                              NULL},
        {"[[ -e $path ]]",                             NULL},
        {"run >$log 2>&1",                             NULL},
        {"echo $# $? $$ ${#name} $((count + $more))",  NULL},
        {"awk '{ print $1 }' file",                    NULL},
        {"echo \"a # b $c\" \\$d",                     NULL},
        {"echo $c # lint ok: it is a list",            NULL},
        {"release=$(basename \"$(readlink current)\")", NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char script[256];
        snprintf(script, sizeof script, "#!/bin/sh\nset -eu\n%s\n", cases[i].line);
        int count = lint(script);
        if ((cases[i].why == NULL && count > 0) ||
            (cases[i].why != NULL &&
             (count == 0 ||
              strncmp(findings[0].why, cases[i].why, strlen(cases[i].why)) != 0)))
            fail_msg("%s: %d findings, the first: %s", cases[i].line, count,
                     count > 0 ? findings[0].why : "");
        if (count > 0) {
            assert_int_equal(findings[0].line, 3);
            assert_string_equal(findings[0].text, cases[i].line);
            assert_true(strlen(findings[0].instead) > 0);
        }
    }
}

static void test_whole_scripts(void **state)
{
    (void)state;
    static const char here[] = "#!/bin/sh\n"
                               "set -eu\n"
                               "cat <<'END' >file\n"
                               "pkill -f $x\n"
                               "END\n"
                               "perl -e '\n"
                               "    kill 9, $x;\n"
                               "' \"$a\"\n"
                               "run \\\n"
                               "    pkill\n"
                               "\tcat <<-END\n"
                               "\tpkill\n"
                               "\tEND\n"
                               "# lint ok: the next line is meant\n"
                               "pkill shop\n"
                               "    pkill shop\n";

    assert_int_equal(lint(here), 1);
    assert_int_equal(findings[0].line, 16);
    assert_string_equal(findings[0].text, "pkill shop");
}

static void test_options(void **state)
{
    (void)state;
    assert_int_equal(lint("#!/bin/sh\ntrue\n"), 1);
    assert_int_equal(findings[0].line, 1);
    assert_non_null(strstr(findings[0].why, "set -eu"));
    assert_int_equal(lint("#!/bin/sh\nset -e\n"), 1);
    assert_int_equal(lint("#!/bin/sh\nset -e\nset -u\n"), 0);
    assert_int_equal(lint("#!/bin/bash\nset -euo pipefail\n"), 0);
    assert_int_equal(lint("#!/bin/sh -eu\n"), 0);
    assert_int_equal(lint("#!/usr/bin/perl\nsystem 'pkill x';\n"), 0);
    assert_int_equal(lint(""), 0);
}

/* No byte of a script, however it is cut, is read past. */
static void test_cut(void **state)
{
    (void)state;
    static const char text[] = "#!/bin/sh\nset -eu\n"
                               "rm -rf \"$a/$(b \"${c:-$((1 + 2))}\" 'd')\" <<-E\n\tE\n"
                               "kill `pidof x` # lint ok: y\n";

    for (size_t length = 0; length < sizeof text; length++) {
        char *copy = malloc(length + 1);
        assert_non_null(copy);
        memcpy(copy, text, length);
        copy = realloc(copy, length > 0 ? length : 1);
        assert_non_null(copy);
        recipe_lint(copy, length, findings, RECIPE_FINDINGS_MAX);
        free(copy);
    }
}

static void test_room(void **state)
{
    (void)state;
    assert_int_equal(recipe_lint("#!/bin/sh\npkill a\npkill b\n", 27, findings, 1), 3);
    assert_int_equal(findings[0].line, 1);
}

/* What the program carries keeps its own rules. */
static void test_carried(void **state)
{
    (void)state;
    size_t count;
    const struct asset *assets = asset_all(&count);
    int scripts = 0, manifests = 0;

    for (size_t i = 0; i < count; i++) {
        const struct asset *asset = &assets[i];
        struct recipe recipe;
        struct err err;
        if (!str_starts(asset->name, "recipes/"))
            continue;
        if (strstr(asset->name, "recipe.ini") != NULL) {
            manifests++;
            if (!recipe_read(&recipe, "x", asset->name, asset->bytes, asset->length,
                             &err))
                fail_msg("%s", err.text);
            continue;
        }
        scripts++;
        if (recipe_lint(asset->bytes, asset->length, findings, 1) > 0)
            fail_msg("%s:%d: %s", asset->name, findings[0].line, findings[0].why);
    }
    assert_true(scripts >= 10 && manifests >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_whole_scripts),
        cmocka_unit_test(test_options), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_room),    cmocka_unit_test(test_carried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
