/* The journal written and read back, and cut at every byte. */

#include "net/journal.h"

#include "base/str.h"
#include "lib/scratch.h"
#include "lib/test.h"
#include "net/journal_read.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN "20261123T182622Z-7f3a"

enum { BYTES_MAX = 64 * 1024, LINES = 6 };

struct world {
    struct scratch scratch;
    struct journal journal;
    char state[SCRATCH_PATH_MAX];
    char path[PATH_TEXT_MAX];
    char bytes[BYTES_MAX];
    size_t length;
    struct err err;
};

static int world_begin(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    scratch_make(&world->scratch);
    scratch_file(&world->scratch, "state/bgconsole/app-production", world->state);
    journal_init(&world->journal);
    assert_true(journal_path(world->state, RUN, world->path, &world->err));
    *state = world;
    return 0;
}

static int world_end(void **state)
{
    struct world *world = *state;

    journal_close(&world->journal);
    scratch_remove(&world->scratch);
    free(world);
    return 0;
}

static struct record record_of(int number)
{
    struct record record = {
        .type = RECORD_RESULT,
        .wall_ms = 1795459582123 + number,
        .mono_ms = 812334 + number,
        .epoch = 12,
        .seq = number,
        .run = RUN,
        .state = "deploying",
        .what = "job ended",
        .host = "web-green-1",
        .step = "build",
        .rc = number % 3,
    };

    if (number % 3 == 1) {
        record.from = 5;
        record.to = 100;
        str_copy(record.nonce, sizeof record.nonce, RUN "-12-3");
    }
    if (number % 3 == 2) {
        str_copy(record.sha, sizeof record.sha, "8f3c2a1d5e6b7f8091a2b3c4d5e6f708123");
        str_copy(record.release, sizeof record.release, "20261123T182622Z-8f3c2a1");
    }
    snprintf(record.text, sizeof record.text, "line %d says \"%s\"", number,
             "gr\u00fcn \u2714 \\");
    return record;
}

static void assert_same(const struct record *one, const struct record *other)
{
    assert_int_equal(one->type, other->type);
    assert_int_equal(one->wall_ms, other->wall_ms);
    assert_int_equal(one->mono_ms, other->mono_ms);
    assert_int_equal(one->epoch, other->epoch);
    assert_int_equal(one->seq, other->seq);
    assert_int_equal(one->rc, other->rc);
    assert_string_equal(one->run, other->run);
    assert_string_equal(one->state, other->state);
    assert_string_equal(one->what, other->what);
    assert_string_equal(one->host, other->host);
    assert_string_equal(one->step, other->step);
    assert_string_equal(one->nonce, other->nonce);
    assert_int_equal(one->from, other->from);
    assert_int_equal(one->to, other->to);
    assert_string_equal(one->sha, other->sha);
    assert_string_equal(one->release, other->release);
    assert_string_equal(one->text, other->text);
}

static void add_lines(struct world *world, int first, int last)
{
    for (int i = first; i <= last; i++) {
        struct record record = record_of(i);
        assert_true(journal_add(&world->journal, &record, &world->err));
    }
    assert_true(journal_sync(&world->journal, &world->err));
}

/* A journal of LINES lines, its bytes in `world`, and closed. */
static void write_journal(struct world *world)
{
    assert_true(journal_begin(&world->journal, world->state, RUN, &world->err));
    assert_string_equal(world->journal.path, world->path);
    add_lines(world, 1, LINES);
    journal_close(&world->journal);
    world->length = scratch_read(world->path, world->bytes, sizeof world->bytes);
}

static void test_what_is_written_is_read(void **state)
{
    struct world *world = *state;
    struct journal_text text;

    write_journal(world);
    assert_true(journal_read(world->path, &text, &world->err));
    assert_int_equal(text.count, LINES);
    assert_int_equal(text.length, world->length);
    assert_false(text.torn);
    for (int i = 0; i < LINES; i++) {
        struct record record = record_of(i + 1);
        assert_same(&text.records[i], &record);
    }
    journal_text_free(&text);
}

static void test_form_of_a_line(void **state)
{
    struct world *world = *state;
    static const char begin[] =
        "{\"v\":1,\"n\":1,\"t\":\"2026-11-23T18:46:22.124Z\",\"mono\":812335,";

    write_journal(world);
    assert_true(str_starts(world->bytes, begin));
    const char *newline = strchr(world->bytes, '\n');
    assert_memory_equal(newline - 18, ",\"crc\":\"", 8);
    assert_memory_equal(newline - 2, "\"}", 2);
}

static void test_files_are_private(void **state)
{
    struct world *world = *state;
    struct stat status;
    char runs[PATH_TEXT_MAX];

    write_journal(world);
    assert_int_equal(stat(world->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_true(path_join(world->state, "runs", runs, &world->err));
    assert_int_equal(stat(runs, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
}

static size_t lines_in(const char *bytes, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += bytes[i] == '\n';
    return count;
}

/* Wherever the power failed: the whole lines before are kept, and no more. */
static void test_cut_at_every_byte(void **state)
{
    struct world *world = *state;

    write_journal(world);
    for (size_t length = 0; length <= world->length; length++) {
        struct journal_text text;
        size_t whole = lines_in(world->bytes, length);
        bool torn = length > 0 && world->bytes[length - 1] != '\n';
        assert_true(journal_read_bytes("x", world->bytes, length, &text, &world->err));
        assert_int_equal(text.count, whole);
        assert_int_equal(text.torn, torn);
        assert_int_equal(lines_in(world->bytes, (size_t)text.length), whole);
        journal_text_free(&text);
    }
}

static size_t begin_of_line(const struct world *world, int line)
{
    const char *at = world->bytes;

    for (int i = 1; i < line; i++)
        at = strchr(at, '\n') + 1;
    return (size_t)(at - world->bytes);
}

static void write_bytes(const struct world *world, size_t length)
{
    FILE *file = fopen(world->path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(world->bytes, 1, length, file), length);
    fclose(file);
}

/* Wherever in its last three records: who goes on with it finds each whole one, and
 * what is written then follows them. */
static void test_goes_on_after_a_cut_at_every_byte(void **state)
{
    struct world *world = *state;

    write_journal(world);
    for (size_t length = begin_of_line(world, LINES - 2); length <= world->length;
         length++) {
        struct journal_text text;
        write_bytes(world, length);
        assert_true(journal_read(world->path, &text, &world->err));
        int whole = (int)text.count;
        assert_in_range(whole, LINES - 3, LINES);
        assert_true(journal_resume(&world->journal, world->path, text.length, whole,
                                   &world->err));
        journal_text_free(&text);
        add_lines(world, 99, 99);
        journal_close(&world->journal);

        assert_true(journal_read(world->path, &text, &world->err));
        assert_false(text.torn);
        assert_int_equal(text.count, whole + 1);
        assert_int_equal(text.records[whole].seq, 99);
        if (whole > 0)
            assert_int_equal(text.records[whole - 1].seq, whole);
        journal_text_free(&text);
    }
}

/* The same with what a file system may leave behind the cut. */
static void test_tail_of_zeros(void **state)
{
    struct world *world = *state;
    struct journal_text text;

    write_journal(world);
    memset(world->bytes + world->length, 0, 4096);
    assert_true(journal_read_bytes("x", world->bytes, world->length + 4096, &text,
                                   &world->err));
    assert_int_equal(text.count, LINES);
    assert_int_equal(text.length, world->length);
    assert_true(text.torn);
    journal_text_free(&text);
}

/* Any byte that is another one: refused, or only the last line lost. */
static void test_damage_at_every_byte(void **state)
{
    struct world *world = *state;
    size_t last = 0;

    write_journal(world);
    for (size_t i = 0; i + 1 < world->length; i++)
        if (world->bytes[i] == '\n')
            last = i + 1;
    for (size_t i = 0; i < world->length; i++) {
        struct journal_text text;
        world->bytes[i] ^= 1;
        bool ok =
            journal_read_bytes("x", world->bytes, world->length, &text, &world->err);
        world->bytes[i] ^= 1;
        /* Without the newline before it the last line is longer, and still the last. */
        assert_int_equal(ok, i + 1 >= last);
        if (!ok)
            continue;
        assert_int_equal(text.count, i >= last ? LINES - 1 : LINES - 2);
        assert_true(text.torn);
        journal_text_free(&text);
    }
}

static void test_damage_names_its_line(void **state)
{
    struct world *world = *state;
    struct journal_text text;

    write_journal(world);
    strchr(world->bytes, '\n')[10] = '?';
    assert_false(
        journal_read_bytes("a.jsonl", world->bytes, world->length, &text, &world->err));
    assert_true(str_starts(world->err.text, "a.jsonl:2: this line is damaged"));
}

static void test_a_missing_line_is_damage(void **state)
{
    struct world *world = *state;
    struct journal_text text;

    write_journal(world);
    const char *second = strchr(world->bytes, '\n') + 1;
    size_t length = world->length - (size_t)(second - world->bytes);
    assert_false(journal_read_bytes("x", second, length, &text, &world->err));
}

static void test_resume_cuts_the_torn_tail(void **state)
{
    struct world *world = *state;
    struct journal_text text;

    write_journal(world);
    assert_int_equal(truncate(world->path, (off_t)world->length - 5), 0);
    assert_true(journal_read(world->path, &text, &world->err));
    assert_true(text.torn);
    assert_true(journal_resume(&world->journal, world->path, text.length,
                               (int64_t)text.count, &world->err));
    journal_text_free(&text);
    add_lines(world, LINES, LINES + 2);
    journal_close(&world->journal);

    assert_true(journal_read(world->path, &text, &world->err));
    assert_false(text.torn);
    assert_int_equal(text.count, LINES + 2);
    journal_text_free(&text);
}

static void test_a_run_begins_once(void **state)
{
    struct world *world = *state;

    write_journal(world);
    assert_false(journal_begin(&world->journal, world->state, RUN, &world->err));
    struct record record = record_of(1);
    assert_false(journal_add(&world->journal, &record, &world->err));
    assert_false(journal_sync(&world->journal, &world->err));
}

static void test_two_writers(void **state)
{
    struct world *world = *state;
    struct journal other;

    journal_init(&other);
    assert_true(journal_begin(&world->journal, world->state, RUN, &world->err));
    assert_false(journal_resume(&other, world->path, 0, 0, &world->err));
    assert_int_equal(world->err.code, ERR_BUSY);
    journal_close(&other);
}

static void test_symbolic_link_is_refused(void **state)
{
    struct world *world = *state;
    char link[PATH_TEXT_MAX];
    struct journal_text text;

    write_journal(world);
    assert_true(journal_path(world->state, "linked", link, &world->err));
    assert_int_equal(symlink(world->path, link), 0);
    assert_false(journal_read(link, &text, &world->err));
    assert_false(journal_resume(&world->journal, link, 0, 0, &world->err));
    assert_false(journal_begin(&world->journal, world->state, "linked", &world->err));
}

/* A full disk, played by a limit on the size of files. Nothing is believed after. */
static void test_failed_write_loses_the_journal(void **state)
{
    struct world *world = *state;
    struct rlimit before, small;
    struct record record = record_of(1);

    assert_true(journal_begin(&world->journal, world->state, RUN, &world->err));
    add_lines(world, 1, 2);
    off_t length = lseek(world->journal.fd, 0, SEEK_END);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = (rlim_t)length + 50;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool ok = journal_add(&world->journal, &record, &world->err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);

    assert_false(ok);
    assert_true(world->journal.lost);
    assert_false(journal_add(&world->journal, &record, &world->err));
    assert_false(journal_sync(&world->journal, &world->err));

    struct journal_text text;
    assert_true(journal_read(world->path, &text, &world->err));
    assert_int_equal(text.count, 2);
    assert_true(text.torn);
    journal_text_free(&text);
}

static void test_failed_sync_loses_the_journal(void **state)
{
    struct world *world = *state;
    struct record record = record_of(1);

    assert_true(journal_begin(&world->journal, world->state, RUN, &world->err));
    assert_true(journal_add(&world->journal, &record, &world->err));
    int full = dup(world->journal.fd);
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    assert_true(dup2(pipes[1], world->journal.fd) >= 0); /* a pipe cannot be synced */
    assert_false(journal_sync(&world->journal, &world->err));
    assert_true(dup2(full, world->journal.fd) >= 0);
    assert_false(journal_sync(&world->journal, &world->err)); /* now it would say yes */
    close(full);
    close(pipes[0]);
    close(pipes[1]);
}

static void test_without_a_run_nothing_is_written(void **state)
{
    struct world *world = *state;
    struct record record = record_of(1);

    assert_true(journal_add(&world->journal, &record, &world->err));
    assert_true(journal_sync(&world->journal, &world->err));
}

static void test_longest_record_fits(void **state)
{
    struct world *world = *state;
    struct record record = record_of(1);
    struct journal_text text;

    memset(record.text, '"', sizeof record.text - 1);
    memset(record.what, '\\', sizeof record.what - 1);
    memset(record.host, '"', sizeof record.host - 1);
    memset(record.state, '"', sizeof record.state - 1);
    memset(record.step, '"', sizeof record.step - 1);
    record.epoch = INT64_MAX;
    record.seq = INT64_MAX;
    assert_true(journal_begin(&world->journal, world->state, RUN, &world->err));
    assert_true(journal_add(&world->journal, &record, &world->err));
    assert_true(journal_read(world->path, &text, &world->err));
    assert_int_equal(text.count, 1);
    assert_same(&text.records[0], &record);
    journal_text_free(&text);
}

static void test_runs_newest_first(void **state)
{
    struct world *world = *state;
    static const char *const ids[] = {"20261123T182622Z-7f3a", "20261124T000000Z-0000",
                                      "20251231T235959Z-ffff"};
    struct run_name *runs;
    size_t count;

    assert_true(journal_runs(world->state, &runs, &count, &world->err));
    assert_int_equal(count, 0);
    for (size_t i = 0; i < LENGTH_OF(ids); i++)
        assert_true(journal_begin(&world->journal, world->state, ids[i], &world->err));
    assert_true(journal_runs(world->state, &runs, &count, &world->err));
    assert_int_equal(count, 3);
    assert_string_equal(runs[0].id, ids[1]);
    assert_string_equal(runs[1].id, ids[0]);
    assert_string_equal(runs[2].id, ids[2]);
    free(runs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_written_is_read),
        TEST(test_form_of_a_line),
        TEST(test_files_are_private),
        TEST(test_cut_at_every_byte),
        TEST(test_goes_on_after_a_cut_at_every_byte),
        TEST(test_tail_of_zeros),
        TEST(test_damage_at_every_byte),
        TEST(test_damage_names_its_line),
        TEST(test_a_missing_line_is_damage),
        TEST(test_resume_cuts_the_torn_tail),
        TEST(test_a_run_begins_once),
        TEST(test_two_writers),
        TEST(test_symbolic_link_is_refused),
        TEST(test_failed_write_loses_the_journal),
        TEST(test_failed_sync_loses_the_journal),
        TEST(test_without_a_run_nothing_is_written),
        TEST(test_longest_record_fits),
        TEST(test_runs_newest_first),
    };
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
