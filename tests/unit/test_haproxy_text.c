/* What HAProxy 2.6.12 printed, read; and the ways in which it can be wrong. */

#include "net/haproxy_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLE_FILE "tests/unit/data/haproxy-2.6.12-sample.txt"

enum { TEXT_MAX = 64 * 1024, ROWS_MAX = 8 };

static const struct haproxy_names names = {
    .map = "/etc/haproxy/bgconsole/traffic.map",
    .key = "green_share",
    .frontend = "web",
    .backend = {"blue_backend", "green_backend"},
};

struct answer {
    char text[TEXT_MAX];
    size_t length;
    struct balancer_sample sample;
    struct server_row rows[ROWS_MAX];
    struct err err;
};

static int setup(void **state)
{
    struct answer *answer = calloc(1, sizeof *answer);
    FILE *file = fopen(SAMPLE_FILE, "r");
    assert_non_null(file);
    answer->length = fread(answer->text, 1, sizeof answer->text - 1, file);
    fclose(file);
    *state = answer;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static bool read_sample(struct answer *answer)
{
    return haproxy_text_sample(answer->text, answer->length, &names, &answer->sample,
                               answer->rows, ROWS_MAX, &answer->err);
}

/* Puts `after` where `before` stands for the first time. */
static void replace(struct answer *answer, const char *before, const char *after)
{
    char *at = strstr(answer->text, before);
    size_t before_length = strlen(before), after_length = strlen(after);

    assert_non_null(at);
    assert_true(answer->length + after_length < TEXT_MAX);
    memmove(at + after_length, at + before_length,
            answer->length + 1 - (size_t)(at - answer->text) - before_length);
    memcpy(at, after, after_length);
    answer->length += after_length - before_length;
}

static void test_worker_and_share(void **state)
{
    struct answer *answer = *state;

    assert_true(read_sample(answer));
    assert_int_equal(answer->sample.pid, 12623);
    assert_int_equal(answer->sample.uptime_s, 395);
    assert_false(answer->sample.stopping);
    assert_int_equal(answer->sample.map_entries, 1);
    assert_int_equal(answer->sample.runtime_share, 25);
    assert_int_equal(answer->sample.disk_share, SHARE_UNKNOWN);
}

static void test_counters(void **state)
{
    struct answer *answer = *state;
    const struct counters *frontend = &answer->sample.frontend;
    const struct counters *blue = &answer->sample.backend[COLOUR_BLUE];
    const struct counters *green = &answer->sample.backend[COLOUR_GREEN];

    assert_true(read_sample(answer));
    assert_int_equal(frontend->requests, 10);
    assert_int_equal(frontend->status[2], 5);
    assert_int_equal(frontend->status[5], 5);
    assert_int_equal(blue->requests, 5);
    assert_int_equal(blue->status[2], 5);
    assert_int_equal(green->requests, 5);
    assert_int_equal(green->status[5], 5);
    assert_int_equal(green->econ, 5);
    assert_int_equal(green->wretr, 15);
    assert_int_equal(green->ttime_ms, 0);
}

static void test_servers(void **state)
{
    struct answer *answer = *state;
    const struct server_row *rows = answer->rows;

    assert_true(read_sample(answer));
    assert_int_equal(answer->sample.server_count, 4);
    assert_ptr_equal(answer->sample.servers, rows);

    assert_string_equal(rows[0].name, "web-blue-1");
    assert_string_equal(rows[0].address, "127.0.0.1");
    assert_int_equal(rows[0].colour, COLOUR_BLUE);
    assert_int_equal(rows[0].op_state, 2);
    assert_int_equal(rows[0].check_result, 3);
    assert_int_equal(rows[0].check_health, 4);
    assert_int_equal(rows[0].check_rise, 2);
    assert_int_equal(rows[0].check_fall, 3);
    assert_string_equal(rows[0].status, "UP");
    assert_string_equal(rows[0].check, "L7OK 200");
    assert_int_equal(rows[0].counters.requests, 5);

    assert_string_equal(rows[1].status, "DOWN");
    assert_string_equal(rows[1].check, "L4CON Connection refused");
    assert_int_equal(rows[1].op_state, 0);

    assert_string_equal(rows[3].name, "web-green-2");
    assert_int_equal(rows[3].colour, COLOUR_GREEN);
    assert_string_equal(rows[3].status, "no check");
    assert_int_equal(rows[3].check_rise, -1);
    assert_int_equal(rows[3].check_result, 0);
    assert_int_equal(rows[3].counters.requests, 0);
    assert_int_equal(rows[3].counters.econ, 5);
}

static void test_check_under_way(void **state)
{
    struct answer *answer = *state;

    replace(answer, " 15 3 4 6 ", " 15 0 4 7 ");
    assert_true(read_sample(answer));
    assert_true(answer->rows[0].checking);
    assert_int_equal(answer->rows[0].check_result, 0);
    assert_false(answer->rows[1].checking);
}

static void test_every_cut_is_refused(void **state)
{
    struct answer *answer = *state;
    size_t whole = answer->length;

    for (size_t length = 0; length < whole; length++) {
        answer->length = length;
        assert_false(read_sample(answer));
        assert_int_not_equal(answer->err.code, ERR_NONE);
    }
}

static void test_columns_are_found_by_name(void **state)
{
    struct answer *answer = *state;

    /* As a later version may have it: new columns before the ones we read. */
    replace(answer, "# be_id be_name srv_id", "# new be_id be_name srv_id");
    replace(answer, "\n3 blue_backend 1 ", "\nx 3 blue_backend 1 ");
    replace(answer, "\n3 blue_backend 2 ", "\nx 3 blue_backend 2 ");
    replace(answer, "# pxname,svname", "# new,pxname,svname");
    replace(answer, "\nweb,FRONTEND", "\nx,web,FRONTEND");
    assert_true(read_sample(answer));
    assert_string_equal(answer->rows[1].name, "web-blue-2");
    assert_int_equal(answer->sample.frontend.requests, 10);
}

static void test_missing_column(void **state)
{
    struct answer *answer = *state;

    replace(answer, ",req_tot,", ",req_all,");
    assert_false(read_sample(answer));
    assert_string_equal(answer->err.text,
                        "show stat web 1 -1: HAProxy's answer has no column req_tot");
}

static void test_map_without_our_key(void **state)
{
    struct answer *answer = *state;

    replace(answer, "0x55e62fd034f0 green_share 25\n", "");
    assert_true(read_sample(answer));
    assert_int_equal(answer->sample.map_entries, 0);
    assert_int_equal(answer->sample.runtime_share, SHARE_UNKNOWN);
    assert_int_equal(answer->sample.frontend.requests, 10);
}

static void test_map_with_two_entries(void **state)
{
    struct answer *answer = *state;

    replace(answer, "green_share 25\n", "green_share 25\n0x1 green_share 100\n");
    assert_true(read_sample(answer));
    assert_int_equal(answer->sample.map_entries, 2);
    assert_int_equal(answer->sample.runtime_share, 25);
}

static void test_map_value_out_of_range(void **state)
{
    struct answer *answer = *state;

    replace(answer, "green_share 25\n", "green_share 101\n");
    assert_true(read_sample(answer));
    assert_int_equal(answer->sample.runtime_share, SHARE_UNKNOWN);
}

static void test_sentences_name_their_part(void **state)
{
    struct answer *answer = *state;
    static const struct {
        const char *before, *after, *text;
    } cases[] = {
        {"0x55e62fd034f0 green_share 25\n",
         "Unknown map identifier. Please use #<id> or <file>.\n",
         "show map /etc/haproxy/bgconsole/traffic.map: HAProxy answered \"Unknown map "
         "identifier. Please use #<id> or <file>.\""},
        {"Name: HAProxy", "Permission denied\n\nName: HAProxy",
         "show info: HAProxy answered \"Permission denied\""},
        {"\n1\n# be_id", "\nCan't find backend.\n\n1\n# be_id",
         "show servers state blue_backend: HAProxy answered \"Can't find backend.\""},
        {"# pxname", "No such proxy.\n\n# pxname",
         "show stat web 1 -1: HAProxy answered \"No such proxy.\""},
        {"web,FRONTEND,", "web,OTHER,",
         "show stat web 1 -1: HAProxy has no such frontend"},
        {"blue_backend,BACKEND,", "blue_backend,OTHER,",
         "show stat blue_backend 6 -1: HAProxy has no such backend"},
        {"BACKEND,0,0,0,1,", "BACKEND,0,0,many,1,",
         "show stat blue_backend 6 -1: scur is \"many\", which is no number"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer *broken = malloc(sizeof *broken);
        *broken = *answer;
        replace(broken, cases[i].before, cases[i].after);
        assert_false(read_sample(broken));
        assert_string_equal(broken->err.text, cases[i].text);
        free(broken);
    }
}

static void test_hostile_text_is_made_printable(void **state)
{
    struct answer *answer = *state;

    replace(answer, ",Connection refused,",
            ",\"no, \"\"sir\"\"\n\nweb,FRONTEND,\033[2Jgone\",");
    assert_true(read_sample(answer));
    assert_null(strchr(answer->rows[1].check, '\033'));
    assert_null(strchr(answer->rows[1].check, '\n'));
    assert_non_null(strstr(answer->rows[1].check, "L4CON no, \"sir\""));
}

static void test_old_worker_says_so(void **state)
{
    struct answer *answer = *state;

    replace(answer, "Stopping: 0", "Stopping: 1");
    assert_true(read_sample(answer));
    assert_true(answer->sample.stopping);
}

static void test_more_servers_than_room(void **state)
{
    struct answer *answer = *state;

    assert_false(haproxy_text_sample(answer->text, answer->length, &names,
                                     &answer->sample, answer->rows, 3, &answer->err));
    assert_int_equal(answer->err.code, ERR_LIMIT);
}

static void test_question(void **state)
{
    (void)state;
    char question[HAPROXY_QUESTION_MAX];
    struct err err;
    struct haproxy_names hostile = names;

    assert_true(haproxy_question(&names, question, &err));
    assert_string_equal(question,
                        "show info;show map /etc/haproxy/bgconsole/traffic.map;"
                        "show servers state blue_backend;"
                        "show servers state green_backend;show stat web 1 -1;"
                        "show stat blue_backend 6 -1;show stat green_backend 6 -1\n");
    hostile.frontend = "web;set server blue_backend/web-blue-1 state maint";
    assert_false(haproxy_question(&hostile, question, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    hostile = names;
    hostile.map = "/etc/a b";
    assert_false(haproxy_question(&hostile, question, &err));
}

static int map_file_share(const char *text)
{
    return haproxy_text_map_file(text, strlen(text), "green_share");
}

static void test_map_file(void **state)
{
    (void)state;
    assert_int_equal(map_file_share("green_share 100\n"), 100);
    assert_int_equal(map_file_share("# ours\n\ngreen_share\t0\n"), 0);
    assert_int_equal(map_file_share("# x\n  green_share 100"), 100);
    assert_int_equal(map_file_share(""), SHARE_UNKNOWN);
    assert_int_equal(map_file_share("green_share 0\ngreen_share 0\n"), SHARE_UNKNOWN);
    assert_int_equal(map_file_share("green_share blue\n"), SHARE_UNKNOWN);
    assert_int_equal(map_file_share("green_share -1\n"), SHARE_UNKNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_worker_and_share),
        TEST(test_counters),
        TEST(test_servers),
        TEST(test_check_under_way),
        TEST(test_every_cut_is_refused),
        TEST(test_columns_are_found_by_name),
        TEST(test_missing_column),
        TEST(test_map_without_our_key),
        TEST(test_map_with_two_entries),
        TEST(test_map_value_out_of_range),
        TEST(test_sentences_name_their_part),
        TEST(test_hostile_text_is_made_printable),
        TEST(test_old_worker_says_so),
        TEST(test_more_servers_than_room),
        TEST(test_question),
        TEST(test_map_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
