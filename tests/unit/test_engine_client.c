/* What a terminal hears from an engine before there is a screen: a greeting that it
 * understands, or clear words. */

#include "app/engine_client.h"

#include "lib/test.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct meeting {
    struct wire engine; /* as it would be */
    int fd;             /* ours */
};

static struct meeting begin(void)
{
    struct meeting meeting;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    wire_open(&meeting.engine, ends[0], HELLO_TEXT_MAX);
    meeting.fd = ends[1];
    return meeting;
}

static void say(struct meeting *meeting, char type, const char *text)
{
    wire_send(&meeting->engine, (uint8_t)type, text, strlen(text));
    assert_true(wire_flush(&meeting->engine));
}

static void a_greeting_is_heard(void **state)
{
    (void)state;
    struct meeting meeting = begin();
    struct hello hello;
    struct wire wire;
    struct err err;
    say(&meeting, MESSAGE_HELLO, "protocol=1\npid=77\nversion=0.9\nidle=1\n");
    assert_true(engine_client_open(&wire, meeting.fd, &hello, &err));
    assert_int_equal(hello.pid, 77);
    assert_true(hello.idle);
    wire_close(&wire);
    wire_close(&meeting.engine);
}

static void another_protocol_is_told_in_words(void **state)
{
    (void)state;
    struct meeting meeting = begin();
    struct hello hello;
    struct wire wire;
    struct err err;
    say(&meeting, MESSAGE_HELLO, "protocol=2\npid=77\nversion=9.9\nwords=unheard of\n");
    assert_false(engine_client_open(&wire, meeting.fd, &hello, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    assert_non_null(strstr(err.text, "(pid 77) is version 9.9"));
    assert_non_null(strstr(err.text, "Its run goes on"));
    wire_close(&meeting.engine);
}

static void an_engine_that_ends_meanwhile(void **state)
{
    (void)state;
    struct meeting meeting = begin();
    struct hello hello;
    struct wire wire;
    struct err err;
    wire_close(&meeting.engine);
    assert_false(engine_client_open(&wire, meeting.fd, &hello, &err));
    assert_int_equal(err.code, ERR_LOST);
}

static void something_else_that_listens_there(void **state)
{
    (void)state;
    struct meeting meeting = begin();
    struct hello hello;
    struct wire wire;
    struct err err;
    assert_int_equal(write(meeting.engine.fd, "HTTP/1.1 400 Bad Request\r\n", 26), 26);
    assert_false(engine_client_open(&wire, meeting.fd, &hello, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    wire_close(&meeting.engine);
}

static void one_that_takes_nobody_more(void **state)
{
    (void)state;
    struct meeting meeting = begin();
    struct hello hello;
    struct wire wire;
    struct err err;
    say(&meeting, MESSAGE_REPLY, "\x13no room");
    assert_false(engine_client_open(&wire, meeting.fd, &hello, &err));
    assert_int_equal(err.code, ERR_BUSY);
    assert_string_equal(err.text, "no room");
    wire_close(&meeting.engine);
}

static void a_command_is_answered(void **state)
{
    (void)state;
    struct meeting meeting = begin();
    struct hello hello, own = {.protocol = HELLO_PROTOCOL};
    struct wire wire;
    struct err err;
    char words[100];
    struct str out = str_on(words, sizeof words);
    enum exit_code code = EXIT_OK;
    say(&meeting, MESSAGE_HELLO, "protocol=1\n");
    say(&meeting, MESSAGE_REPLY, "\x13not now\n");
    assert_true(engine_client_open(&wire, meeting.fd, &hello, &err));
    assert_true(engine_client_ask(&wire, &own, "stop", true, &code, &out, &err));
    assert_int_equal(code, EXIT_BUSY);
    assert_string_equal(words, "not now\n");
    wire_close(&wire);
    wire_close(&meeting.engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_greeting_is_heard),
        cmocka_unit_test(another_protocol_is_told_in_words),
        cmocka_unit_test(an_engine_that_ends_meanwhile),
        cmocka_unit_test(something_else_that_listens_there),
        cmocka_unit_test(one_that_takes_nobody_more),
        cmocka_unit_test(a_command_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
