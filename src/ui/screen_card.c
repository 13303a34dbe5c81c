#include "base/memory.h"
#include "base/str.h"
#include "core/break_glass.h"
#include "ui/log_act.h"
#include "ui/panel.h"
#include "ui/screen.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

/* Owner: the caller, free(). A card that was cut ends in words, never in half a
 * command. */
static char *new_card(const struct model *model)
{
    char *text = memory_new(BREAK_GLASS_TEXT_MAX);
    struct str out = str_on(text, BREAK_GLASS_TEXT_MAX);

    break_glass_write(model, &out);
    if (out.cut) {
        str_clear(&out);
        str_add(&out, "# There are too many hosts for a card.\n");
    }
    return text;
}

static int line_count(const char *text)
{
    int lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* Sections are numbered: "# 2. SWITCH". */
static enum style style_of(const char *line)
{
    if (line[0] != '#')
        return STYLE_TEXT;
    return line[1] == ' ' && line[2] >= '1' && line[2] <= '9' && line[3] == '.'
               ? STYLE_TITLE
               : STYLE_DIM;
}

/* From the left edge, with nothing beside it: a terminal's own selection copies it. */
static const char *draw_line(const char *text, struct area area, int row)
{
    char line[LINE_BYTES];
    size_t length = strcspn(text, "\n");

    str_copy_bytes(line, sizeof line, text, length);
    area_field(area, row, 0, area.cols, style_of(line), line);
    return text + length + (text[length] == '\n');
}

static int last_top(int lines, int rows)
{
    return lines > rows ? lines - rows : 0;
}

static void draw(const struct model *model, const struct view *view, struct area area)
{
    char *card = new_card(model);
    const char *line = card;
    struct area body = panel_draw(area, STYLE_TITLE, "BREAK GLASS", STYLE_DIM,
                                  "↑ ↓ PgUp PgDn · Esc back · bgconsole card");
    int last = last_top(line_count(card), body.rows);
    int top = view->card_top < last ? view->card_top : last;

    for (int row = -top; row < body.rows && *line != '\0'; row++) {
        if (row >= 0)
            line = draw_line(line, body, row);
        else
            line += strcspn(line, "\n") + 1;
    }
    free(card);
}

static bool act(const struct model *model, struct view *view, enum action action,
                int rows, int cols)
{
    (void)cols;
    char *card = new_card(model);
    int page = rows - 1;
    int by = action_rows(action, page);
    int last = last_top(line_count(card), page);
    int top = (view->card_top < last ? view->card_top : last) + by;

    view->card_top = top > last ? last : top < 0 ? 0 : top;
    free(card);
    return by != 0;
}

const struct screen screen_card = {
    .key = "!",
    .draw = draw,
    .act = act,
};
