#include "ui/checks.h"

#include "base/str.h"
#include "ui/paragraph.h"

enum { NAME_COL = 3, TEXT_COL = 13, ROWS_MAX = 6 };

struct look_of_check {
    const char *glyph;
    enum style style;
};

/* clang-format off */
static const struct look_of_check looks[] = {
    [CHECK_PENDING] = { "◌", STYLE_DIM },
    [CHECK_OK]      = { "✔", STYLE_OK },
    [CHECK_WARN]    = { "⚠", STYLE_WARN },
    [CHECK_BAD]     = { "✘", STYLE_BAD },
    [CHECK_SKIPPED] = { "–", STYLE_DIM },
};
/* clang-format on */

static int count_of(const struct preflight *preflight, enum check_state state)
{
    int count = 0;
    for (int i = 0; i < CHECK_COUNT; i++)
        count += preflight->checks[i].state == state;
    return count;
}

static bool is_fine(const struct check *check)
{
    return check->state != CHECK_BAD && check->state != CHECK_WARN;
}

static int text_cols(int cols)
{
    return cols - TEXT_COL - 1;
}

static int rows_of(const struct check *check, int cols)
{
    int rows = is_fine(check) ? 1 : paragraph_rows(check->text, text_cols(cols));
    return rows < ROWS_MAX ? rows : ROWS_MAX;
}

int checks_rows(const struct preflight *preflight, int cols)
{
    int rows = 0;
    for (int i = 0; i < CHECK_COUNT; i++) {
        if (preflight->checks[i].state != CHECK_SKIPPED)
            rows += rows_of(&preflight->checks[i], cols);
    }
    return rows;
}

/* Returns the row after it. */
static int draw_check(const struct preflight *preflight, int i, struct area area,
                      int row)
{
    const struct check *check = &preflight->checks[i];
    const struct look_of_check *look = &looks[check->state];
    const char *text = check->text;
    int cols = text_cols(area.cols);
    if (text[0] == '\0')
        text = check_help((enum check_name)i);
    area_text(area, row, 1, look->style, look->glyph);
    area_field(area, row, NAME_COL, TEXT_COL - NAME_COL, STYLE_DIM,
               check_name((enum check_name)i));
    if (!is_fine(check))
        return paragraph_draw(area, row, TEXT_COL, cols, rows_of(check, area.cols),
                              look->style, text);
    bool is_plain = check->state == CHECK_OK || check->state == CHECK_PENDING;
    area_field(area, row, TEXT_COL, cols, is_plain ? STYLE_TEXT : look->style, text);
    return row + 1;
}

static int draw_state(const struct preflight *preflight, enum check_state state,
                      struct area area, int row)
{
    for (int i = 0; i < CHECK_COUNT; i++) {
        if (preflight->checks[i].state == state)
            row = draw_check(preflight, i, area, row);
    }
    return row;
}

int checks_draw_warnings(const struct preflight *preflight, struct area area, int row)
{
    row = draw_state(preflight, CHECK_BAD, area, row);
    return draw_state(preflight, CHECK_WARN, area, row);
}

/* Where not all fit: their count, and below it the worst. */
static void draw_short(const struct preflight *preflight, struct area area)
{
    char buffer[120];
    struct str summary = str_on(buffer, sizeof buffer);
    checks_write_summary(preflight, &summary);
    area_text(area, 0, 1, STYLE_TEXT, buffer);
    int row = checks_draw_warnings(preflight, area, 1);
    draw_state(preflight, CHECK_PENDING, area, row);
}

void checks_draw(const struct preflight *preflight, struct area area)
{
    int row = 0;
    if (checks_rows(preflight, area.cols) > area.rows) {
        draw_short(preflight, area);
        return;
    }
    for (int i = 0; i < CHECK_COUNT; i++) {
        if (preflight->checks[i].state != CHECK_SKIPPED)
            row = draw_check(preflight, i, area, row);
    }
}

void checks_write_summary(const struct preflight *preflight, struct str *out)
{
    int warnings = count_of(preflight, CHECK_WARN);
    int bad = count_of(preflight, CHECK_BAD);
    str_addf(out, "%d checks ok", count_of(preflight, CHECK_OK));
    if (warnings > 0)
        str_addf(out, ", %d warning%s", warnings, warnings == 1 ? "" : "s");
    if (bad > 0)
        str_addf(out, ", %d bad", bad);
}
