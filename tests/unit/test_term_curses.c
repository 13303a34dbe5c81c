/*
 * The terminal on a pseudo-terminal: what it sends, what it refuses, and that it
 * gives everything back. Each test's child has the terminal, the parent reads it.
 */

#include "lib/test.h"

#include "base/str.h"
#include "ui/term.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { ROWS = 24, COLS = 80, SEEN_MAX = 65536, LIMIT_MS = 20000 };

#define MARK "\x1e"

/* What the child does on its terminal; returns 0 when all was as it should be. */
typedef int child_fn(void);

static char seen[SEEN_MAX];
static size_t seen_length;

static int open_pty(char *name, size_t size)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct winsize window = {.ws_row = ROWS, .ws_col = COLS};
    assert_true(master >= 0);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    assert_int_equal(ptsname_r(master, name, size), 0);
    assert_int_equal(ioctl(master, TIOCSWINSZ, &window), 0);
    return master;
}

static void become_child(const char *name, child_fn *child)
{
    setsid();
    int tty = open(name, O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(tty, fd);
    _exit(child());
}

/* Runs `child` under TERM and locale; returns its exit status, what it sent is `seen`.
 */
static int run(child_fn *child, const char *term, const char *locale)
{
    char name[64];
    int master = open_pty(name, sizeof name);
    setenv("TERM", term, 1);
    setenv("LC_ALL", locale, 1);
    pid_t pid = fork();
    if (pid == 0)
        become_child(name, child);

    seen_length = 0;
    struct pollfd readable = {.fd = master, .events = POLLIN};
    while (poll(&readable, 1, LIMIT_MS) > 0) {
        ssize_t got = read(master, seen + seen_length, sizeof seen - 1 - seen_length);
        if (got <= 0) /* EIO: the child is gone */
            break;
        seen_length += (size_t)got;
    }
    seen[seen_length] = '\0';
    close(master);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static struct term *open_term(void)
{
    struct err err;
    return term_curses_open(TERM_COLOUR_AUTO, &err);
}

static void draw(struct term *term, const char *text, enum style style)
{
    struct canvas canvas;
    if (!canvas_init(&canvas, ROWS, COLS))
        _exit(99);
    area_text(canvas_area(&canvas), 10, 10, style, "steady text");
    area_text(canvas_area(&canvas), 12, 10, style, text);
    term->ops->blit(term, &canvas);
    canvas_close(&canvas);
}

static void mark(void)
{
    if (write(STDOUT_FILENO, MARK, 1) != 1)
        _exit(98);
}

static int refused_child(void)
{
    struct err err;
    if (term_curses_open(TERM_COLOUR_AUTO, &err) != NULL)
        return 1;
    return strstr(err.text, "cannot place a cursor") != NULL ||
                   strstr(err.text, "is not known on this machine") != NULL
               ? 0
               : 2;
}

static void refuses_what_cannot_place_a_cursor(void **state)
{
    (void)state;
    assert_int_equal(run(refused_child, "dumb", "C.UTF-8"), 0);
    assert_int_equal(run(refused_child, "", "C.UTF-8"), 0);
    assert_int_equal(run(refused_child, "no-such-terminal", "C.UTF-8"), 0);
    assert_null(strchr(seen, '\x1b'));
}

static int stand_in_child(void)
{
    struct term *term = open_term();
    bool told = term != NULL && strstr(term->notice, "used as xterm-256color") != NULL;
    term_close(term);
    return !told;
}

static void an_unknown_xterm_has_a_stand_in(void **state)
{
    (void)state;
    assert_int_equal(run(stand_in_child, "xterm-of-the-future", "C.UTF-8"), 0);
}

static int change_child(void)
{
    struct term *term = open_term();
    if (term == NULL)
        return 1;
    draw(term, "count 1", STYLE_TITLE);
    mark();
    draw(term, "count 1", STYLE_TITLE);
    mark();
    draw(term, "count 2", STYLE_TITLE);
    mark();
    term->ops->spoil(term);
    draw(term, "count 2", STYLE_TITLE);
    mark();
    term_close(term);
    return 0;
}

/* What was sent between mark `n` and the next. */
static const char *part(int n)
{
    char *from = seen;
    while (n-- > 0)
        from = strchr(from, MARK[0]) + 1;
    *strchr(from, MARK[0]) = '\0';
    return from;
}

static void sends_only_what_changed(void **state)
{
    (void)state;
    assert_int_equal(run(change_child, "xterm-256color", "C.UTF-8"), 0);
    const char *repainted = part(3), *changed = part(2), *same = part(1);
    assert_string_equal(same, "");
    assert_non_null(strchr(changed, '2'));
    assert_in_range(strlen(changed), 1, 40);
    assert_non_null(strstr(repainted, "steady text"));
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
           a->c_lflag == b->c_lflag && a->c_cflag == b->c_cflag;
}

static int close_child(void)
{
    struct termios before, during, after;
    tcgetattr(STDIN_FILENO, &before);
    struct term *term = open_term();
    if (term == NULL)
        return 1;
    draw(term, "x", STYLE_TEXT);
    tcgetattr(STDIN_FILENO, &during);
    term_close(term);
    tcgetattr(STDIN_FILENO, &after);
    return !same_modes(&before, &after) || same_modes(&before, &during);
}

static int rescue_child(void)
{
    struct termios before, after;
    tcgetattr(STDIN_FILENO, &before);
    struct term *term = open_term();
    if (term == NULL)
        return 1;
    draw(term, "x", STYLE_TEXT);
    mark();
    term_curses_rescue();
    tcgetattr(STDIN_FILENO, &after);
    mark();
    term_curses_rescue(); /* once is enough */
    mark();
    return !same_modes(&before, &after);
}

static void gives_the_terminal_back(void **state)
{
    (void)state;
    assert_int_equal(run(close_child, "xterm-256color", "C.UTF-8"), 0);
    assert_non_null(strstr(seen, "\x1b[?1049h")); /* the alternate screen .. */
    assert_non_null(strstr(seen, "\x1b[?1049l")); /* .. and back */
    assert_non_null(strstr(seen, "\x1b[?2004l")); /* pastes are as before */
}

static void a_crash_gives_it_back_too(void **state)
{
    (void)state;
    assert_int_equal(run(rescue_child, "xterm-256color", "C.UTF-8"), 0);
    const char *again = part(2), *rescued = part(1);
    assert_non_null(strstr(rescued, "\x1b[?1049l"));
    assert_non_null(strstr(rescued, "\x1b[?2004l"));
    assert_string_equal(again, "");
}

static int leave_child(void)
{
    struct termios before, left, entered;
    tcgetattr(STDIN_FILENO, &before);
    struct term *term = open_term();
    if (term == NULL)
        return 1;
    draw(term, "x", STYLE_TEXT);
    mark();
    term->ops->leave(term);
    tcgetattr(STDIN_FILENO, &left);
    mark();
    term->ops->enter(term);
    tcgetattr(STDIN_FILENO, &entered);
    draw(term, "x", STYLE_TEXT);
    mark();
    term_close(term);
    return !same_modes(&before, &left) || same_modes(&before, &entered);
}

static void comes_back_whole_after_a_stop(void **state)
{
    (void)state;
    assert_int_equal(run(leave_child, "xterm-256color", "C.UTF-8"), 0);
    const char *entered = part(2), *left = part(1);
    assert_non_null(strstr(left, "\x1b[?1049l"));
    assert_non_null(strstr(entered, "\x1b[?1049h"));
    assert_non_null(strstr(entered, "steady text"));
}

static int resize_child(void)
{
    int rows, cols;
    struct winsize window = {.ws_row = 30, .ws_col = 90};
    struct term *term = open_term();
    if (term == NULL)
        return 1;
    term->ops->size(term, &rows, &cols);
    if (rows != ROWS || cols != COLS)
        return 2;
    ioctl(STDOUT_FILENO, TIOCSWINSZ, &window);
    term->ops->size(term, &rows, &cols);
    term_close(term);
    return rows != 30 || cols != 90;
}

static void knows_its_new_size(void **state)
{
    (void)state;
    assert_int_equal(run(resize_child, "xterm-256color", "C.UTF-8"), 0);
}

static int glyph_child(void)
{
    struct term *term = open_term();
    if (term == NULL)
        return 1;
    draw(term, "● live 漢", STYLE_BAD);
    term_close(term);
    return 0;
}

static void speaks_ascii_where_it_must(void **state)
{
    (void)state;
    assert_int_equal(run(glyph_child, "xterm-256color", "C.UTF-8"), 0);
    assert_non_null(strstr(seen, "● live 漢"));

    static const char *const terms[] = {"xterm-256color", "linux"};
    static const char *const locales[] = {"C", "C.UTF-8"};
    for (size_t i = 0; i < LENGTH_OF(terms); i++) {
        assert_int_equal(run(glyph_child, terms[i], locales[i]), 0);
        assert_non_null(strstr(seen, "* live ?"));
        for (size_t at = 0; at < seen_length; at++)
            assert_true((unsigned char)seen[at] < 0x80);
    }
}

static void no_color_means_none(void **state)
{
    (void)state;
    assert_int_equal(run(glyph_child, "xterm-256color", "C.UTF-8"), 0);
    assert_non_null(strstr(seen, "38;5;"));
    setenv("NO_COLOR", "1", 1);
    assert_int_equal(run(glyph_child, "xterm-256color", "C.UTF-8"), 0);
    unsetenv("NO_COLOR");
    assert_null(strstr(seen, "38;5;"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_cannot_place_a_cursor),
        cmocka_unit_test(an_unknown_xterm_has_a_stand_in),
        cmocka_unit_test(sends_only_what_changed),
        cmocka_unit_test(gives_the_terminal_back),
        cmocka_unit_test(a_crash_gives_it_back_too),
        cmocka_unit_test(comes_back_whole_after_a_stop),
        cmocka_unit_test(knows_its_new_size),
        cmocka_unit_test(speaks_ascii_where_it_must),
        cmocka_unit_test(no_color_means_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
