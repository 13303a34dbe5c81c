#include "base/str.h"
#include "base/utf8.h"
#include "ui/log_act.h"
#include "ui/panel.h"
#include "ui/screen.h"
#include "ui/ui.h"

#include <string.h>

enum { HELP_BYTES = 16384, LINE_BYTES = 400, KEY_COLS = 16 };

/* clang-format off */
static const char *const signs[] = {
    "● live, gets the traffic     ○ idle, or still to come     ◐ at work, or split",
    "✔ ok     ✘ bad     ⚠ warning     ◌ not known yet     · not begun     … cut",
    "",
    "preflight → plan gate → deploy → verify → switch gate → switch → watch → finish",
    "Only the idle colour is deployed to. The traffic moves by the switch, at once or in",
    "canary steps, and r moves it back; what nobody confirms goes back by itself.",
    "A gate waits for you: no answer is no. The lease is one operator's at a time.",
};
/* clang-format on */

enum { SIGN_ROWS = sizeof signs / sizeof *signs };

static int line_count(const char *text)
{
    int lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void draw_key_line(const char *line, struct area area, int row)
{
    char key[KEY_COLS * UTF8_BYTES_MAX];
    str_copy_bytes(key, sizeof key, line, KEY_COLS);
    area_field(area, row, 1, KEY_COLS, STYLE_KEY, key);
    area_field(area, row, KEY_COLS + 2, area.cols - KEY_COLS - 3, STYLE_TEXT,
               line + KEY_COLS + 1);
}

/* Line `index` of the page; signs first, then the key table. */
static void draw_line(const char *keys, int index, struct area area, int row)
{
    if (index < SIGN_ROWS) {
        area_field(area, row, 1, area.cols - 1, STYLE_TEXT, signs[index]);
        return;
    }
    for (int skip = index - SIGN_ROWS - 1; skip > 0 && keys != NULL; skip--) {
        keys = strchr(keys, '\n');
        keys = keys != NULL ? keys + 1 : NULL;
    }
    if (keys == NULL || index == SIGN_ROWS)
        return;
    char line[LINE_BYTES];
    str_copy_bytes(line, sizeof line, keys, strcspn(keys, "\n"));
    if (strlen(line) > KEY_COLS)
        draw_key_line(line, area, row);
}

static int page_rows(void)
{
    char buffer[HELP_BYTES];
    struct str keys = str_on(buffer, sizeof buffer);
    ui_write_keys(&keys);
    return SIGN_ROWS + 1 + line_count(buffer);
}

static void draw(const struct model *model, const struct view *view, struct area area)
{
    (void)model;
    char buffer[HELP_BYTES];
    struct str keys = str_on(buffer, sizeof buffer);
    ui_write_keys(&keys);

    int count = page_rows();
    struct area body =
        panel_draw(area, STYLE_TITLE, "HELP", STYLE_DIM, "↑ ↓ PgUp PgDn · Esc back");
    int top = view->help.top;
    if (top > count - body.rows)
        top = count - body.rows;
    if (top < 0)
        top = 0;
    for (int row = 0; row < body.rows && top + row < count; row++)
        draw_line(buffer, top + row, body, row);
}

static bool act(const struct model *model, struct view *view, enum action action,
                int rows, int cols)
{
    (void)model;
    (void)cols;
    int by = action_rows(action, rows - 1);
    int last = page_rows() - (rows - 1);
    int top = view->help.top + by;
    view->help.top = top > last ? (last > 0 ? last : 0) : top < 0 ? 0 : top;
    return by != 0;
}

const struct screen screen_help = {
    .key = "?",
    .title = "help",
    .draw = draw,
    .act = act,
};
