/* Messages come out as they went in, however their bytes are cut; nobody waits for a
 * reader who does not read. */

#include "net/wire.h"

#include "lib/test.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST = 1000 };

struct pair {
    struct wire here, there;
};

static struct pair begin(void)
{
    struct pair pair;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    wire_open(&pair.here, ends[0], LONGEST);
    wire_open(&pair.there, ends[1], LONGEST);
    return pair;
}

static void end(struct pair *pair)
{
    wire_close(&pair->here);
    wire_close(&pair->there);
}

static void expect(struct wire *wire, char type, const char *text)
{
    struct wire_message message;
    struct err err;
    assert_true(wire_next(wire, &message, &err));
    assert_int_equal(message.type, type);
    assert_int_equal(message.length, strlen(text));
    assert_memory_equal(message.bytes, text, message.length);
}

static void expect_nothing(struct wire *wire)
{
    struct wire_message message;
    struct err err;
    assert_false(wire_next(wire, &message, &err));
    assert_int_equal(err.code, ERR_NONE);
}

static void messages_come_out_as_they_went_in(void **state)
{
    (void)state;
    struct pair pair = begin();
    wire_send(&pair.here, 'K', "keys", 4);
    wire_send(&pair.here, 'A', NULL, 0);
    memcpy(wire_room(&pair.here, 100), "picture", 7);
    wire_put(&pair.here, 'P', 7);
    assert_true(wire_flush(&pair.here));
    assert_true(wire_is_drained(&pair.here));
    assert_true(wire_read(&pair.there));
    expect(&pair.there, 'K', "keys");
    expect(&pair.there, 'A', "");
    expect(&pair.there, 'P', "picture");
    expect_nothing(&pair.there);
    end(&pair);
}

static void bytes_come_one_by_one(void **state)
{
    (void)state;
    static const char bytes[] = "\5\0\0\0Khello\0\0\0\0A";
    struct pair pair = begin();
    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        assert_int_equal(write(pair.here.fd, bytes + i, 1), 1);
        assert_true(wire_read(&pair.there));
        if (i == 9)
            expect(&pair.there, 'K', "hello");
        if (i == 14)
            expect(&pair.there, 'A', "");
        expect_nothing(&pair.there);
    }
    end(&pair);
}

static void too_long_a_message_ends_it(void **state)
{
    (void)state;
    struct pair pair = begin();
    struct wire_message message;
    struct err err;
    assert_int_equal(write(pair.here.fd, "\xff\xff\xff\xffK", 5), 5);
    assert_true(wire_read(&pair.there));
    assert_false(wire_next(&pair.there, &message, &err));
    assert_int_equal(err.code, ERR_PROTOCOL);
    end(&pair);
}

static void nobody_waits_for_who_does_not_read(void **state)
{
    (void)state;
    struct pair pair = begin();
    static char bytes[LONGEST];
    int sent = 0, seen = 0;
    while (wire_is_drained(&pair.here) && sent < 100000) {
        wire_send(&pair.here, 'P', bytes, sizeof bytes);
        assert_true(wire_flush(&pair.here));
        sent++;
    }
    assert_false(wire_is_drained(&pair.here));
    for (int turns = 0; seen < sent && turns < 1000000; turns++) {
        struct wire_message message;
        struct err err;
        assert_true(wire_read(&pair.there));
        while (wire_next(&pair.there, &message, &err)) {
            assert_int_equal(message.length, sizeof bytes);
            seen++;
        }
        assert_true(wire_flush(&pair.here));
    }
    assert_int_equal(seen, sent);
    assert_true(wire_is_drained(&pair.here));
    end(&pair);
}

static void the_last_words_are_heard(void **state)
{
    (void)state;
    struct pair pair = begin();
    wire_send(&pair.here, 'G', "bye", 3);
    assert_true(wire_flush(&pair.here));
    wire_close(&pair.here);
    assert_true(wire_read(&pair.there));
    expect(&pair.there, 'G', "bye");
    assert_false(wire_read(&pair.there));
    wire_send(&pair.there, 'K', "x", 1);
    assert_false(wire_flush(&pair.there));
    wire_close(&pair.there);
}

/* The other side ends with something unread, and has said a last word. */
static void the_last_words_are_heard_over_a_broken_line(void **state)
{
    (void)state;
    struct pair pair = begin();
    static char bytes[LONGEST];
    wire_send(&pair.there, 'A', NULL, 0);
    assert_true(wire_flush(&pair.there));
    for (int i = 0; i < 20; i++)
        wire_send(&pair.here, 'P', bytes, sizeof bytes);
    wire_send(&pair.here, 'G', "bye", 3);
    assert_true(wire_flush(&pair.here));
    wire_close(&pair.here);
    assert_false(wire_read_rest(&pair.there));
    for (int i = 0; i < 20; i++) {
        struct wire_message message;
        struct err err;
        assert_true(wire_next(&pair.there, &message, &err));
    }
    expect(&pair.there, 'G', "bye");
    wire_close(&pair.there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_out_as_they_went_in),
        cmocka_unit_test(bytes_come_one_by_one),
        cmocka_unit_test(too_long_a_message_ends_it),
        cmocka_unit_test(nobody_waits_for_who_does_not_read),
        cmocka_unit_test(the_last_words_are_heard),
        cmocka_unit_test(the_last_words_are_heard_over_a_broken_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
