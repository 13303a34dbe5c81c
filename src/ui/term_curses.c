/*
 * The terminal of this process, by ncurses: the only room that includes it.
 *
 * ncurses knows the terminal and sends little; it never reads. Keys come from an
 * own open of the terminal, because O_NONBLOCK on descriptor 0 would be
 * descriptor 1's too, and ncurses spins when a write would block.
 */

#define NCURSES_NOMACROS 1

#include "ui/ascii.h"
#include "ui/term.h"
#include "ui/term_family.h"
#include "ui/theme.h"

#include "base/str.h"
#include "base/utf8.h"

#include <curses.h>

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

enum { RESCUE_MAX = 160, PASTE_MAX = 24, MARKED_MAX = 2 + CELL_MARKS_MAX };

struct curses_term {
    struct term term;
    SCREEN *screen;
    struct canvas shown; /* what the terminal shows; rows 0: nothing yet */
    bool spoiled;
    int rows, cols; /* as ncurses knows them */
    char paste_on[PASTE_MAX], paste_off[PASTE_MAX];
};

/* A signal handler gets no argument: what it needs stands here, made before. */
static struct {
    volatile sig_atomic_t armed;
    struct termios termios;
    char bytes[RESCUE_MAX];
    size_t length;
} rescue;

static struct curses_term *curses_term_of(struct term *term)
{
    return (struct curses_term *)term;
}

/* ---- giving the terminal back ---- */

static void add_capability(struct str *out, const char *name)
{
    const char *value = tigetstr(name);
    if (value != NULL && value != (const char *)-1)
        str_add(out, value);
}

static void arm_rescue(const struct curses_term *curses)
{
    struct str bytes = str_on(rescue.bytes, sizeof rescue.bytes);
    str_add(&bytes, curses->paste_off);
    add_capability(&bytes, "sgr0");
    add_capability(&bytes, "cnorm");
    add_capability(&bytes, "rmcup");
    rescue.length = bytes.length;
    rescue.armed = 1;
}

void term_curses_rescue(void)
{
    if (!rescue.armed)
        return;
    rescue.armed = 0;
    int before = errno;
    ssize_t written = write(STDOUT_FILENO, rescue.bytes, rescue.length);
    (void)written; /* nobody is left to be told */
    tcsetattr(STDIN_FILENO, TCSANOW, &rescue.termios);
    errno = before;
}

/* ---- opening ---- */

static void send(const char *bytes)
{
    ssize_t written = write(STDOUT_FILENO, bytes, strlen(bytes));
    (void)written; /* a mode that was not set is no harm */
}

/* NULL: this machine does not describe `name`, or it cannot place its cursor. */
static SCREEN *try_name(const char *name)
{
    SCREEN *screen = newterm(name, stdout, stdin);
    if (screen == NULL)
        return NULL;
    const char *place = tigetstr("cup");
    if (place != NULL && place != (const char *)-1)
        return screen;
    endwin();
    delscreen(screen);
    return NULL;
}

/* A description that stands in for the unknown `name`, told in the notice. */
static SCREEN *try_standins(const char *name, char *notice, size_t size)
{
    const char *const *standin = term_standins(name);
    for (; standin != NULL && *standin != NULL; standin++) {
        SCREEN *screen = try_name(*standin);
        if (screen == NULL)
            continue;
        struct str text = str_on(notice, size);
        str_addf(&text,
                 "TERM=%s is not known on this machine, used as %s; the package "
                 "ncurses-term has more",
                 name, *standin);
        return screen;
    }
    return NULL;
}

static SCREEN *open_screen(const char *name, char *notice, size_t size, struct err *err)
{
    SCREEN *screen = try_name(name);
    if (screen == NULL)
        screen = try_standins(name, notice, size);
    if (screen == NULL)
        err_set(err, ERR_IO,
                "TERM=%s is not known on this machine: set another, e.g. "
                "TERM=xterm-256color, or install the package ncurses-term",
                name);
    return screen;
}

static int open_keys(struct err *err)
{
    const char *name = ttyname(STDIN_FILENO);
    if (name == NULL)
        name = "/dev/tty";
    int fd = open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        err_set_errno(err, ERR_IO, errno, "open %s", name);
    return fd;
}

static bool wants_colour(enum term_colour colour)
{
    const char *no_color = getenv("NO_COLOR"); /* https://no-color.org */
    bool refused = no_color != NULL && no_color[0] != '\0';
    return colour != TERM_COLOUR_NEVER && !refused && has_colors();
}

static short colour_or(int colour, int otherwise, bool defaults)
{
    return (short)(colour == LOOK_DEFAULT && !defaults ? otherwise : colour);
}

/* One pair for each style: pair n + 1 is style n. */
static int start_colours(enum term_colour colour)
{
    if (!wants_colour(colour) || start_color() == ERR || COLOR_PAIRS <= STYLE_COUNT)
        return 0;
    bool defaults = use_default_colors() == OK;
    int colours = COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : 8;
    for (int i = 0; i < STYLE_COUNT; i++) {
        struct look look = theme_look((enum style)i, colours);
        init_pair((short)(i + 1), colour_or(look.foreground, COLOR_WHITE, defaults),
                  colour_or(look.background, COLOR_BLACK, defaults));
    }
    return colours;
}

static void set_modes(struct curses_term *curses)
{
    struct str paste = str_on(curses->paste_on, sizeof curses->paste_on);
    add_capability(&paste, "BE");
    paste = str_on(curses->paste_off, sizeof curses->paste_off);
    add_capability(&paste, "BD");

    raw();
    noecho();
    nonl();
    leaveok(stdscr, FALSE);
    typeahead(-1);
    curs_set(0);
    send(curses->paste_on);
}

/* The Linux console has few glyphs beyond ASCII. */
static bool shows_unicode(const char *name, char *notice, size_t size)
{
    if (str_starts(name, "linux"))
        return false;
    if (str_equal(nl_langinfo(CODESET), "UTF-8"))
        return true;
    if (notice[0] == '\0')
        str_copy(notice, size,
                 "the locale is not UTF-8: shown in ASCII (set LANG, e.g. C.UTF-8)");
    return false;
}

static bool start(struct curses_term *curses, enum term_colour colour, struct err *err)
{
    struct term *term = &curses->term;
    const char *name = getenv("TERM");
    term->key_fd = open_keys(err);
    if (term->key_fd < 0)
        return false;
    curses->screen = open_screen(name, term->notice, sizeof term->notice, err);
    if (curses->screen == NULL) {
        close(term->key_fd);
        return false;
    }
    term->unicode = shows_unicode(name, term->notice, sizeof term->notice);
    term->colours = start_colours(colour);
    set_modes(curses);
    curses->rows = LINES;
    curses->cols = COLS;
    return true;
}

/* ---- showing ---- */

static attr_t attributes_of(enum style style, int colours)
{
    uint8_t attributes = theme_look(style, colours).attributes;
    attr_t result = A_NORMAL;
    if (attributes & LOOK_BOLD)
        result |= A_BOLD;
    if (attributes & LOOK_UNDERLINE)
        result |= A_UNDERLINE;
    if (attributes & LOOK_REVERSE)
        result |= A_REVERSE;
    return result;
}

/* What the C library would draw in another width than ours would shift the row. */
static bool agrees_on_width(uint32_t character, int width)
{
    return wcwidth((wchar_t)character) == width;
}

static void put_cell(const struct curses_term *curses, const struct cell *cell,
                     int width, int row, int col)
{
    wchar_t text[MARKED_MAX] = {(wchar_t)cell->character};
    if (!curses->term.unicode)
        text[0] = (wchar_t)ascii_of(cell->character);
    else if (!agrees_on_width(cell->character, width))
        text[0] = L'?';
    else
        for (int i = 0; i < CELL_MARKS_MAX && cell->marks[i] != 0; i++)
            text[1 + i] = (wchar_t)cell->marks[i];

    cchar_t content;
    enum style style = (enum style)cell->style;
    int colours = curses->term.colours;
    attr_t attributes = attributes_of(style, colours);
    if (setcchar(&content, text, attributes, colours > 0 ? (short)(style + 1) : 0,
                 NULL) == OK)
        mvadd_wch(row, col, &content);
    if (width == 2 && text[0] < 0x80) {
        wchar_t blank[2] = L" ";
        if (setcchar(&content, blank, attributes, colours > 0 ? (short)(style + 1) : 0,
                     NULL) == OK)
            mvadd_wch(row, col + 1, &content);
    }
}

static bool cell_equal(const struct cell *a, const struct cell *b)
{
    return a->character == b->character && a->style == b->style &&
           memcmp(a->marks, b->marks, sizeof a->marks) == 0;
}

static void blit_row(struct curses_term *curses, const struct canvas *canvas, int row)
{
    const struct cell *new = &canvas->cells[row * canvas->cols];
    struct cell *old = &curses->shown.cells[row * canvas->cols];
    for (int col = 0; col < canvas->cols; col++) {
        int width = col + 1 < canvas->cols && new[col + 1].character == 0 ? 2 : 1;
        bool same = cell_equal(&new[col], &old[col]) &&
                    (width == 1 || cell_equal(&new[col + 1], &old[col + 1]));
        if (new[col].character != 0 && (!same || curses->spoiled))
            put_cell(curses, &new[col], width, row, col);
    }
    memcpy(old, new, (size_t)canvas->cols * sizeof *old);
}

/* Brings `shown` to the canvas's size. False: no memory; then nothing is shown. */
static bool fit(struct curses_term *curses, const struct canvas *canvas)
{
    if (curses->shown.rows == canvas->rows && curses->shown.cols == canvas->cols)
        return true;
    canvas_close(&curses->shown);
    curses->spoiled = true;
    return canvas_init(&curses->shown, canvas->rows, canvas->cols);
}

static void blit(struct term *term, const struct canvas *canvas)
{
    struct curses_term *curses = curses_term_of(term);
    if (!fit(curses, canvas))
        return;
    if (curses->spoiled) {
        werase(stdscr);
        clearok(curscr, TRUE);
    }
    for (int row = 0; row < canvas->rows; row++)
        blit_row(curses, canvas, row);
    curses->spoiled = false;
    curs_set(canvas->cursor_row >= 0);
    if (canvas->cursor_row >= 0)
        move(canvas->cursor_row, canvas->cursor_col);
    refresh();
}

static void size(struct term *term, int *ret_rows, int *ret_cols)
{
    struct curses_term *curses = curses_term_of(term);
    struct winsize window;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 &&
        window.ws_col > 0 &&
        (window.ws_row != curses->rows || window.ws_col != curses->cols)) {
        resizeterm(window.ws_row, window.ws_col);
        curses->rows = window.ws_row;
        curses->cols = window.ws_col;
        curses->spoiled = true;
    }
    *ret_rows = curses->rows < CANVAS_ROWS_MAX ? curses->rows : CANVAS_ROWS_MAX;
    *ret_cols = curses->cols < CANVAS_COLS_MAX ? curses->cols : CANVAS_COLS_MAX;
}

static void spoil(struct term *term)
{
    curses_term_of(term)->spoiled = true;
}

static void leave(struct term *term)
{
    send(curses_term_of(term)->paste_off);
    endwin();
    rescue.armed = 0;
}

static void enter(struct term *term)
{
    struct curses_term *curses = curses_term_of(term);
    reset_prog_mode();
    refresh();
    send(curses->paste_on);
    curses->spoiled = true;
    rescue.armed = 1;
}

static void close_curses(struct term *term)
{
    struct curses_term *curses = curses_term_of(term);
    leave(term);
    delscreen(curses->screen);
    canvas_close(&curses->shown);
    close(term->key_fd);
    free(curses);
}

static const struct term_ops curses_ops = {
    .name = "curses",
    .blit = blit,
    .size = size,
    .spoil = spoil,
    .leave = leave,
    .enter = enter,
    .close = close_curses,
};

bool term_curses_check(struct err *err)
{
    const char *name = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return err_set(err, ERR_IO,
                       "standard %s is not a terminal: use `bgconsole status` or "
                       "`bgconsole run --yes`",
                       isatty(STDIN_FILENO) ? "output" : "input");
    if (name == NULL || name[0] == '\0' || str_equal(name, "dumb"))
        return err_set(
            err, ERR_IO,
            "this terminal cannot place a cursor (TERM=%s): use a real one, or "
            "`bgconsole status` and `bgconsole run --yes`",
            name != NULL ? name : "");
    return true;
}

struct term *term_curses_open(enum term_colour colour, struct err *err)
{
    if (!term_curses_check(err))
        return NULL;
    setlocale(LC_CTYPE, "");
    tcgetattr(STDIN_FILENO, &rescue.termios);
    struct curses_term *curses = calloc(1, sizeof *curses);
    if (curses == NULL) {
        err_set_errno(err, ERR_IO, ENOMEM, "terminal");
        return NULL;
    }
    if (!start(curses, colour, err)) {
        free(curses);
        return NULL;
    }
    curses->term.ops = &curses_ops;
    arm_rescue(curses);
    return &curses->term;
}
