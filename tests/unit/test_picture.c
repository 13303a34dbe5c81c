/* A canvas comes out of a picture as it went in, and no bytes make one that a terminal
 * may not blit. */

#include "lib/test.h"
#include "lib/world.h"

#include "ui/picture.h"
#include "ui/ui.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 24, COLS = 80, PICTURE_MAX = 64 * 1024 };

static struct picture_styles own_styles(void)
{
    char text[PICTURE_STYLES_TEXT_MAX];
    struct str out = str_on(text, sizeof text);
    struct picture_styles styles;
    picture_write_styles(&out);
    assert_false(out.cut);
    picture_read_styles(text, &styles);
    assert_int_equal(styles.count, STYLE_COUNT);
    return styles;
}

static struct canvas new_canvas(int rows, int cols)
{
    struct canvas canvas;
    assert_true(canvas_init(&canvas, rows, cols));
    return canvas;
}

static void assert_same(const struct canvas *a, const struct canvas *b)
{
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->cols, b->cols);
    assert_int_equal(a->cursor_row, b->cursor_row);
    assert_int_equal(a->cursor_col, b->cursor_col);
    for (int i = 0; i < a->rows * a->cols; i++) {
        assert_int_equal(a->cells[i].character, b->cells[i].character);
        assert_int_equal(a->cells[i].style, b->cells[i].style);
        assert_memory_equal(a->cells[i].marks, b->cells[i].marks,
                            sizeof a->cells[i].marks);
    }
}

static void copy(struct canvas *to, const struct canvas *from)
{
    canvas_close(to);
    *to = new_canvas(from->rows, from->cols);
    memcpy(to->cells, from->cells,
           (size_t)from->rows * (size_t)from->cols * sizeof *from->cells);
    to->cursor_row = from->cursor_row;
    to->cursor_col = from->cursor_col;
}

/* Every situation after every other: the whole first, then what changed. */
static void screens_come_out_as_they_went_in(void **state)
{
    (void)state;
    static uint8_t bytes[PICTURE_MAX];
    struct picture_styles styles = own_styles();
    struct canvas canvas = new_canvas(ROWS, COLS), shown = {0};
    struct canvas seen = new_canvas(1, 1);
    struct view view;
    struct err err;

    assert_true(picture_size_max(ROWS, COLS) <= sizeof bytes);
    view_init(&view, ROWS, COLS);
    for (int i = 0; i < SITUATION_COUNT; i++) {
        struct world *world = world_new((enum situation)i);
        ui_draw(&world->model, &view, &canvas);
        size_t length = picture_write(&canvas, i > 0 ? &shown : NULL, bytes);
        assert_in_range(length, 1, picture_size_max(ROWS, COLS));
        assert_true(picture_read(&seen, &styles, bytes, length, &err));
        assert_same(&seen, &canvas);
        assert_int_equal(picture_write(&canvas, &seen, bytes), 0);
        copy(&shown, &canvas);
        world_free(world);
    }
    canvas_close(&canvas);
    canvas_close(&shown);
    canvas_close(&seen);
}

static void wide_characters_and_marks_and_the_cursor(void **state)
{
    (void)state;
    uint8_t bytes[PICTURE_MAX];
    struct picture_styles styles = own_styles();
    struct canvas canvas = new_canvas(2, 10), seen = new_canvas(2, 10);
    struct err err;

    area_text(canvas_area(&canvas), 0, 0, STYLE_BAD, "漢字 e\xcc\x81\xcc\x82 ok");
    area_cursor(canvas_area(&canvas), 1, 3);
    size_t length = picture_write(&canvas, &seen, bytes);
    assert_true(picture_read(&seen, &styles, bytes, length, &err));
    assert_same(&seen, &canvas);

    canvas.cursor_row = canvas.cursor_col = -1;
    length = picture_write(&canvas, &seen, bytes);
    assert_true(length > 0); /* the cursor alone is news */
    assert_true(picture_read(&seen, &styles, bytes, length, &err));
    assert_same(&seen, &canvas);
    canvas_close(&canvas);
    canvas_close(&seen);
}

static void the_worst_picture_has_room(void **state)
{
    (void)state;
    enum { SIDE = 60 };
    struct picture_styles styles = own_styles();
    struct canvas canvas = new_canvas(SIDE, SIDE), seen = new_canvas(1, 1);
    size_t most = picture_size_max(SIDE, SIDE);
    uint8_t *bytes = malloc(most); /* the sanitizer watches its end */
    struct err err;

    for (int i = 0; i < SIDE * SIDE; i++)
        canvas.cells[i] = (struct cell){
            0x1F600u + (uint32_t)i % 60, {0x10FFFD, 0x10FFFC}, (uint8_t)(i % 2)};
    size_t length = picture_write(&canvas, NULL, bytes);
    assert_true(length <= most);
    assert_true(picture_read(&seen, &styles, bytes, length, &err));
    assert_same(&seen, &canvas);
    free(bytes);
    canvas_close(&canvas);
    canvas_close(&seen);
}

static void nothing_that_steers_goes_through(void **state)
{
    (void)state;
    uint8_t bytes[PICTURE_MAX];
    struct picture_styles styles = own_styles();
    struct canvas canvas = new_canvas(1, 3), seen = new_canvas(1, 3);
    struct err err;

    canvas.cells[0].character = 0x9b; /* CSI in eight bits */
    canvas.cells[1].character = 0x1b;
    size_t length = picture_write(&canvas, &seen, bytes);
    assert_true(picture_read(&seen, &styles, bytes, length, &err));
    assert_int_equal(seen.cells[0].character, 0xFFFD);
    assert_int_equal(seen.cells[1].character, 0xFFFD);

    uint8_t *escape = memchr(bytes, 0xEF, length); /* of U+FFFD */
    assert_non_null(escape);
    escape[0] = escape[1] = escape[2] = 0x1b;
    assert_false(picture_read(&seen, &styles, bytes, length, &err));
    canvas_close(&canvas);
    canvas_close(&seen);
}

static void styles_are_known_by_name(void **state)
{
    (void)state;
    uint8_t bytes[PICTURE_MAX];
    struct picture_styles styles;
    struct canvas canvas = new_canvas(1, 4), seen = new_canvas(1, 4);
    struct err err;

    picture_read_styles("bad never_heard_of text", &styles);
    assert_int_equal(styles.count, 3);
    area_text(canvas_area(&canvas), 0, 0, (enum style)0, "a");
    area_text(canvas_area(&canvas), 0, 1, (enum style)1, "b");
    area_text(canvas_area(&canvas), 0, 2, (enum style)2, "c");
    size_t length = picture_write(&canvas, NULL, bytes);
    assert_true(picture_read(&seen, &styles, bytes, length, &err));
    assert_int_equal(seen.cells[0].style, STYLE_BAD);
    assert_int_equal(seen.cells[1].style, STYLE_TEXT);
    assert_int_equal(seen.cells[2].style, STYLE_TEXT);

    picture_read_styles("bad", &styles); /* a number beyond those that were named */
    assert_false(picture_read(&seen, &styles, bytes, length, &err));
    canvas_close(&canvas);
    canvas_close(&seen);
}

/* Whatever came of the bytes, a terminal may blit it. */
static void assert_sound(const struct canvas *canvas)
{
    assert_in_range(canvas->rows, 1, CANVAS_ROWS_MAX);
    assert_in_range(canvas->cols, 1, CANVAS_COLS_MAX);
    assert_true(canvas->cursor_row < canvas->rows && canvas->cursor_col < canvas->cols);
    for (int i = 0; i < canvas->rows * canvas->cols; i++) {
        uint32_t character = canvas->cells[i].character;
        assert_true(character == 0 ||
                    (character >= 0x20 && (character < 0x7f || character > 0x9f)));
        assert_true(character != 0 || i % canvas->cols != 0);
        assert_in_range(canvas->cells[i].style, 0, STYLE_COUNT - 1);
    }
}

static size_t whole_picture(struct canvas *canvas, uint8_t bytes[PICTURE_MAX])
{
    area_text(canvas_area(canvas), 0, 0, STYLE_TITLE, "漢 plain text");
    area_text(canvas_area(canvas), 1, 4, STYLE_WARN, "more of it");
    return picture_write(canvas, NULL, bytes);
}

static void a_picture_that_was_cut_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[PICTURE_MAX];
    struct picture_styles styles = own_styles();
    struct canvas canvas = new_canvas(3, 20);
    size_t length = whole_picture(&canvas, bytes);
    struct err err;

    for (size_t cut = 0; cut < length; cut++) {
        struct canvas seen = new_canvas(3, 20);
        uint8_t *part = malloc(cut + 1);
        memcpy(part, bytes, cut);
        bool whole = picture_read(&seen, &styles, part, cut, &err);
        assert_true(whole || err.code == ERR_PROTOCOL);
        assert_sound(&seen);
        free(part);
        canvas_close(&seen);
    }
    canvas_close(&canvas);
}

static void bytes_of_chance_do_no_harm(void **state)
{
    (void)state;
    uint8_t bytes[PICTURE_MAX], changed[PICTURE_MAX];
    struct picture_styles styles = own_styles();
    struct canvas canvas = new_canvas(3, 20), seen = new_canvas(3, 20);
    size_t length = whole_picture(&canvas, bytes);
    struct err err;
    int understood = 0;

    srand(4);
    for (int i = 0; i < 20000; i++) {
        memcpy(changed, bytes, length);
        for (int n = 1 + rand() % 4; n > 0; n--)
            changed[(size_t)rand() % length] = (uint8_t)rand();
        changed[2] = changed[4] = 0; /* of the size: it stays small here */
        understood += picture_read(&seen, &styles, changed, length, &err);
        assert_sound(&seen);
    }
    assert_in_range(understood, 1, 19999);
    canvas_close(&canvas);
    canvas_close(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_come_out_as_they_went_in),
        cmocka_unit_test(wide_characters_and_marks_and_the_cursor),
        cmocka_unit_test(the_worst_picture_has_room),
        cmocka_unit_test(nothing_that_steers_goes_through),
        cmocka_unit_test(styles_are_known_by_name),
        cmocka_unit_test(a_picture_that_was_cut_is_refused),
        cmocka_unit_test(bytes_of_chance_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
