#include "ui/switch_panel.h"

#include "ui/age.h"
#include "ui/canary_line.h"
#include "ui/chart.h"
#include "ui/labelled.h"
#include "ui/lease_words.h"
#include "ui/pool.h"
#include "ui/receipt_panel.h"

enum { RATE_WINDOW_MS = 10000, BAR_WIDTH = 24, WORDS_MAX = 240 };

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

static void draw_rates(const struct model *model, enum colour colour, struct area area,
                       int row)
{
    struct rates rates = traffic_rates(&model->traffic, colour, RATE_WINDOW_MS);
    area_text(area, row, LABELLED_COL, pool_style(colour), colour_name_upper(colour));
    if (rates.known)
        area_textf(area, row, LABELLED_COL + 6, STYLE_TEXT,
                   "%8.0f req/s   %.2f %% failed   %lld ms", rates.requests_per_s,
                   rates.errors_percent, (long long)rates.response_ms);
    else
        area_text(area, row, LABELLED_COL + 6, STYLE_DIM, "no rates yet");
}

/* How long it still lasts, and the keys that end it sooner. */
static int draw_time(const struct model *model, struct area area, int row)
{
    const struct run *run = &model->run;
    bool holds = run->state == RUN_HOLDING;
    int64_t whole_ms = run->deadline_ms - run->entered_ms;
    int64_t left_ms = run->deadline_ms - model->now.mono_ms;
    char left[AGE_SIZE];
    age_clock(left_ms, left);

    labelled_name(area, row, holds ? "hold" : "guard");
    int col = chart_bar(area, row, LABELLED_COL, BAR_WIDTH, STYLE_OK,
                        whole_ms > 0 ? 1 - (double)left_ms / (double)whole_ms : 1);
    area_textf(area, row, col + 2, STYLE_TEXT, "%s left · %s", left,
               holds ? "r takes it back" : "f finish now · r roll back");
    return row + 1;
}

int watch_draw(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    int row = run->state == RUN_HOLDING ? canary_row_draw(model, area, 0) : 0;

    row = draw_time(model, area, row);
    row = fuse_row_draw(model, area, row);
    labelled_name(area, row, "now");
    draw_rates(model, run->target, area, row++);
    draw_rates(model, colour_other(run->target), area, row++);
    if (run->reason[0] != '\0')
        row = labelled_text(area, row, "guard saw", STYLE_WARN, 3, run->reason);
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
