#include "core/config_lint.h"

#include "base/file.h"
#include "core/haproxy_config.h"
#include "lib/good_site.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREVIEW                                                                        \
    "[config]\npreview_host = preview.example.com\npreview_sources = 203.0.113.7\n"    \
    "preview_secret = 0123456789abcdef\ncertificates = /etc/haproxy/certs\n"

struct place {
    struct haproxy_site *site;
    char *ours;
    struct lint_finding *findings;
};

static int set_up_for(void **state, const char *version, const char *more)
{
    struct place *place = calloc(1, sizeof *place);
    place->site = good_site_new(version, more);
    place->ours = malloc(HAPROXY_CONFIG_MAX);
    place->findings = calloc(LINT_FINDINGS_MAX, sizeof *place->findings);
    struct str out = str_on(place->ours, HAPROXY_CONFIG_MAX);
    struct err err = {.text = ""};
    if (!haproxy_config_render(place->site, &out, &err))
        fail_msg("%s", err.text);
    *state = place;
    return 0;
}

static int set_up(void **state)
{
    return set_up_for(state, "2.6.12", PREVIEW);
}

static int tear_down(void **state)
{
    struct place *place = *state;
    good_site_free(place->site);
    free(place->ours);
    free(place->findings);
    free(place);
    return 0;
}

static int lint(struct place *place, const char *theirs)
{
    return config_lint(place->site, theirs, place->ours, place->findings,
                       LINT_FINDINGS_MAX);
}

/* As one line each: "missing global 0: text". */
static void write_findings(const struct lint_finding *findings, int count,
                           struct str *out)
{
    for (int i = 0; i < count; i++) {
        const struct lint_finding *finding = &findings[i];
        str_addf(out, "%s, %s, line %d: %s\n    %s\n", lint_kind_name(finding->kind),
                 finding->place, finding->line, finding->why, finding->text);
    }
}

static void test_ours_is_clean(void **state)
{
    static const char *const versions[] = {"2.4.0", "2.6.12", "3.4.0"};
    static const char *const settings[] = {NULL, PREVIEW,
                                           "[config]\nmaintenance_map =\n"
                                           "maintenance_page =\n"};
    for (size_t i = 0; i < LENGTH_OF(versions); i++) {
        for (size_t j = 0; j < LENGTH_OF(settings); j++) {
            tear_down(state);
            set_up_for(state, versions[i], settings[j]);
            struct place *place = *state;
            char buffer[4096];
            struct str out = str_on(buffer, sizeof buffer);
            write_findings(place->findings, lint(place, place->ours), &out);
            assert_string_equal(out.at, "");
        }
    }
}

/* GENERATE=1
 * writes what is said of it anew. */
static void test_a_file_made_by_hand(void **state)
{
    static const char golden_path[] = "tests/unit/data/haproxy-adopted.lint";
    struct place *place = *state;
    struct err err = {.text = ""};
    size_t length;
    char *theirs =
        file_read("tests/unit/data/haproxy-adopted.cfg", 65536, &length, &err);
    assert_non_null(theirs);
    static char buffer[32768];
    struct str out = str_on(buffer, sizeof buffer);
    write_findings(place->findings, lint(place, theirs), &out);
    assert_false(out.cut);
    if (getenv("GENERATE") != NULL) {
        FILE *file = fopen(golden_path, "w");
        assert_non_null(file);
        fputs(out.at, file);
        fclose(file);
    }
    char *golden = file_read(golden_path, sizeof buffer, &length, &err);
    if (golden == NULL || strcmp(golden, out.at) != 0)
        fail_msg("%s is not what is found; run this test with GENERATE=1 and read the "
                 "difference:\n%s",
                 golden_path, out.at);
    free(golden);
    free(theirs);
}

/* The text without the line that begins like this. */
static char *without(const char *text, const char *begin)
{
    const char *at = strstr(text, begin);
    assert_non_null(at);
    const char *end = strchr(at, '\n');
    char *copy = malloc(strlen(text) + 1);
    size_t before = (size_t)(at - text);
    memcpy(copy, text, before);
    strcpy(copy + before, end);
    return copy;
}

static void test_a_line_that_is_missing(void **state)
{
    struct place *place = *state;
    /* clang-format off */
    static const struct {
        const char *line;                              enum lint_kind kind; const char *place;
    } cases[] = {
        {"hard-stop-after 5m",                         LINT_ADVICE,         "global"},
        {"server-state-file ",                         LINT_ADVICE,         "global"},
        {"close-spread-time ",                         LINT_ADVICE,         "global"},
        {"option redispatch 1",                        LINT_ADVICE,         "defaults"},
        {"retry-on ",                                  LINT_ADVICE,         "defaults"},
        {"http-request set-var(txn.green)",            LINT_MISSING,        "frontend www"},
        {"acl from_here",                              LINT_MISSING,        "frontend www"},
        {"acl has_roll",                               LINT_MISSING,        "frontend www"},
        {"http-request set-var(txn.roll) rand",        LINT_MISSING,        "frontend www"},
        {"http-request set-var(txn.tell)",             LINT_MISSING,        "frontend www"},
        {"http-after-response set-header X-Bgconsole", LINT_MISSING,        "frontend www"},
        {"acl to_green",                               LINT_MISSING,        "frontend www"},
        {"acl is_preview",                             LINT_ADVICE,         "frontend www"},
        {"acl may_preview req.hdr",                    LINT_ADVICE,         "frontend www"},
        {"http-request return status 503",             LINT_ADVICE,         "frontend www"},
        {"use_backend green_backend if to_green",      LINT_MISSING,        "frontend www"},
        {"http-check expect status 200",               LINT_MISSING,        "backend blue_backend"},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        char *theirs = without(place->ours, cases[i].line);
        if (lint(place, theirs) != 1)
            fail_msg("%s: not missed", cases[i].line);
        assert_int_equal(place->findings[0].kind, cases[i].kind);
        assert_string_equal(place->findings[0].place, cases[i].place);
        assert_int_equal(place->findings[0].line, 0);
        assert_int_equal(
            strncmp(place->findings[0].text, cases[i].line, strlen(cases[i].line)), 0);
        free(theirs);
    }
}

static void test_dangers(void **state)
{
    struct place *place = *state;
    /* clang-format off */
    static const struct {
        const char *line;                                           bool dangerous;
    } cases[] = {
        {"stats admin if TRUE",                                     true },
        {"stats admin if LOCALHOST",                                true },
        {"stats socket /run/other.sock mode 660 level user",        true },
        {"stats socket 127.0.0.1:9999 level admin",                 true },
        {"stats socket ipv4@0.0.0.0:9999 mode 600 level admin",     true },
        {"stats socket /run/other.sock mode 600 level operator",    false},
        {"stats socket unix@/run/other.sock mode 600 level admin",  false},
        {"# stats admin if TRUE",                                   false},
    };
    /* clang-format on */
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        size_t size = strlen(place->ours) + 256;
        char *theirs = malloc(size);
        snprintf(theirs, size, "%s\nglobal\n    %s\n", place->ours, cases[i].line);
        int count = lint(place, theirs);
        assert_int_equal(count, cases[i].dangerous);
        if (count == 1) {
            assert_int_equal(place->findings[0].kind, LINT_DANGER);
            assert_string_equal(place->findings[0].text, cases[i].line);
            assert_true(place->findings[0].line > 100);
        }
        free(theirs);
    }
}

/* A file that was right before the last switch. */
static void test_default_share(void **state)
{
    struct place *place = *state;
    char *theirs = malloc(strlen(place->ours) + 1);
    strcpy(theirs, place->ours);
    char *share = strstr(theirs, "traffic.map,0)") + strlen("traffic.map,");
    *share = '5';
    assert_int_equal(lint(place, theirs), 1);
    assert_int_equal(place->findings[0].kind, LINT_ADVICE);
    assert_non_null(strstr(place->findings[0].text, "traffic.map,0)"));
    assert_true(place->findings[0].line > 0);

    place->site->live_share = 25; /* which default is right, nobody can say */
    assert_int_equal(lint(place, theirs), 0);
    free(theirs);
}

static void test_no_more_than_asked(void **state)
{
    struct place *place = *state;
    assert_true(lint(place, "") > 20);
    assert_int_equal(config_lint(place->site, "", place->ours, place->findings, 3), 3);
    assert_int_equal(config_lint(place->site, "", place->ours, place->findings, 0), 0);
}

/* `listen` is a frontend and a backend in one; what stands in defaults is for both. */
static void test_other_shapes(void **state)
{
    struct place *place = *state;
    size_t size = strlen(place->ours) + 256;
    char *theirs = malloc(size);
    char *bare = without(place->ours, "    http-check expect");
    char *barer = without(bare, "    http-check expect");
    snprintf(theirs, size, "%s\ndefaults\n    http-check expect status 204\n", barer);
    memcpy(strstr(theirs, "frontend www"), "listen   www", strlen("frontend www"));
    assert_int_equal(lint(place, theirs), 0);
    free(barer);
    free(bare);
    free(theirs);
}

int main(void)
{
#define ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ROOM(test_ours_is_clean),          ROOM(test_a_file_made_by_hand),
        ROOM(test_a_line_that_is_missing), ROOM(test_dangers),
        ROOM(test_default_share),          ROOM(test_no_more_than_asked),
        ROOM(test_other_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
