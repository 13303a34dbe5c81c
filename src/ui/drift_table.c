#include "ui/drift_table.h"

#include "base/str.h"
#include "ui/paragraph.h"
#include "ui/table.h"

enum drift_column { COL_LEVEL, COL_DRIFT, COL_SUBJECT, COL_FOUND, COL_MEND };

/* clang-format off */
static const struct table_column columns[] = {
    [COL_LEVEL]   = { "",         9,   9, ALIGN_LEFT, 0 },
    [COL_DRIFT]   = { "drift",   13,  13, ALIGN_LEFT, 0 },
    [COL_SUBJECT] = { "where",   11,  16, ALIGN_END,  0 },
    [COL_FOUND]   = { "found",   24, 200, ALIGN_LEFT, 1 },
    [COL_MEND]    = { "mend",     7,   7, ALIGN_LEFT, 0 },
};

static const struct {
    const char *words;
    enum style style;
} looks[] = {
    [DRIFT_NOTE]    = { "· note",    STYLE_DIM },
    [DRIFT_WARNING] = { "⚠ warning", STYLE_WARN },
    [DRIFT_BAD]     = { "✘ bad",     STYLE_BAD },
};
/* clang-format on */

enum { LABEL_COL = 1, TEXT_COL = 10 };

const char *drift_level_look(enum drift_level level, enum style *ret_style)
{
    *ret_style = looks[level].style;
    return looks[level].words;
}

static void fill(const void *context, int row, int column, struct table_cell *cell)
{
    const struct drift *drift = context;
    const struct finding *finding = &drift->findings[row];
    bool has_mend = finding->mend.kind != MEND_NONE;

    switch ((enum drift_column)column) {
    case COL_LEVEL:
        str_copy(cell->text, sizeof cell->text,
                 drift_level_look(drift_kind_level(finding->kind), &cell->style));
        break;
    case COL_DRIFT:
        str_copy(cell->text, sizeof cell->text, drift_kind_name(finding->kind));
        break;
    case COL_SUBJECT:
        str_copy(cell->text, sizeof cell->text, finding->subject);
        break;
    case COL_FOUND:
        str_copy(cell->text, sizeof cell->text, finding->sentence);
        break;
    case COL_MEND:
        str_copy(cell->text, sizeof cell->text, has_mend ? "Enter" : "by hand");
        cell->style = has_mend ? STYLE_KEY : STYLE_DIM;
        break;
    }
}

void drift_table_draw(const struct drift *drift, const struct list *list,
                      struct area area)
{
    struct table table = {columns, sizeof columns / sizeof *columns, fill, drift,
                          drift->count};
    table_draw(&table, list, true, area);
}

/* Returns the row after it, one left free. */
static int draw_part(struct area area, int row, const char *label, enum style style,
                     const char *text)
{
    int left = area.rows - row;

    area_text(area, row, LABEL_COL, STYLE_DIM, label);
    return paragraph_draw(area, row, TEXT_COL, area.cols - TEXT_COL - 1, left, style,
                          text);
}

static const char *key_words(const struct mend *mend, const struct why *off)
{
    if (off->count > 0)
        return off->lines[0];
    return mend->moves_traffic ? "Enter: asks first, for the traffic may move"
                               : "Enter: asks first";
}

void drift_detail_draw(const struct finding *finding, const struct why *off,
                       struct area area)
{
    const struct mend *mend = &finding->mend;
    bool by_hand = mend->kind == MEND_NONE;
    int row = draw_part(area, 0, "found", STYLE_TEXT, finding->sentence);

    row = draw_part(area, row, "means", STYLE_DIM, drift_kind_means(finding->kind));
    row = draw_part(area, row, by_hand ? "by hand" : "mend", STYLE_TEXT, mend->what);
    if (!by_hand)
        draw_part(area, row, off->count > 0 ? "key off" : "key",
                  off->count > 0 ? STYLE_WARN : STYLE_KEY, key_words(mend, off));
}
