#include "ui/switch_panel.h"

#include "ui/age.h"
#include "ui/canary_line.h"
#include "ui/labelled.h"
#include "ui/lease_words.h"
#include "ui/receipt_panel.h"
#include "ui/watch_panel.h"

enum { WORDS_MAX = 240 };

bool change_is_shown(enum run_state state)
{
    return state == RUN_SWITCHING || state == RUN_SWITCH_UNKNOWN ||
           state == RUN_REVERTING || state == RUN_FINISHING || state == RUN_CHANGING;
}

int canary_row_draw(const struct model *model, struct area area, int row)
{
    if (!canary_is_part(model))
        return row;
    labelled_name(area, row, "canary");
    canary_line_draw(model, area, row, LABELLED_COL);
    return row + 1;
}

int fuse_row_draw(const struct model *model, struct area area, int row)
{
    char words[WORDS_MAX];
    struct str out = str_on(words, sizeof words);
    enum style style;

    if (!fuse_write(model, &style, &out))
        return row;
    return labelled_text(area, row, "fuse", style, 2, words);
}

static int draw_receipt(const struct model *model, struct area area, int row)
{
    struct area rest = area_part(area, row, 0, area.rows - row, area.cols);
    return row + (receipt_is_known(&model->run) ? receipt_draw(model, rest) : 0);
}

int watch_draw(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    bool burns = fuse_is_ours(model) && model->balancers[0].fuse.state == FUSE_ARMED;
    struct watch watch = {&run->baseline, &run->window,
                          burns ? model->balancers[0].fuse.until_ms : 0};
    int row = run->state == RUN_HOLDING ? canary_row_draw(model, area, 0) : 0;

    if (!burns)
        row = fuse_row_draw(model, area, row);
    row += watch_panel_draw(model, &watch,
                            area_part(area, row, 0, area.rows - row, area.cols));
    return draw_receipt(model, area, row);
}

static void write_change(const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    const struct change *change = &run->change;
    char age[AGE_SIZE];

    switch (change->kind) {
    case CHANGE_SWITCH:
        str_addf(out, "switch the green share from %d to %d", change->from, change->to);
        break;
    case CHANGE_REVERT:
        str_addf(out, "take the green share back from %d to %d", change->from,
                 change->to);
        break;
    case CHANGE_FINISH:
        str_addf(out, "confirm the green share %d for good", change->to);
        break;
    case CHANGE_MAINTENANCE:
        str_addf(out, "%s the maintenance page", change->on ? "put up" : "take down");
        break;
    case CHANGE_MEND:
        str_add(out, run->mend.what);
        break;
    default:
        str_add(out, "nothing");
        break;
    }
    age_text(model->now.mono_ms - run->entered_ms, age);
    str_addf(out, ", %s ago", age);
    if (change->tries > 1)
        str_addf(out, ", %d times: the same question, it happens once at most",
                 change->tries);
}

int change_draw(const struct model *model, struct area area)
{
    char words[WORDS_MAX];
    struct str out = str_on(words, sizeof words);

    write_change(model, &out);
    int row = labelled_text(area, 0, "asked", STYLE_TITLE, 2, words);
    row = canary_row_draw(model, area, row);
    row = fuse_row_draw(model, area, row);
    return draw_receipt(model, area, row);
}
