#include "ui/canary_line.h"

#include "core/canary.h"

enum { ALL_PERCENT = 100 };

static int read_steps(const struct model *model, int percents[CANARY_STEPS_MAX + 1])
{
    int count = canary_read(model->settings->canary, percents);

    if (count < 0 || model->run.kind == RUN_ROLLBACK)
        count = 0;
    percents[count] = ALL_PERCENT;
    return count + 1;
}

int canary_steps(const struct model *model)
{
    int percents[CANARY_STEPS_MAX + 1];
    return read_steps(model, percents);
}

bool canary_is_part(const struct model *model)
{
    enum run_kind kind = model->run.kind;
    return (kind == RUN_DEPLOY || kind == RUN_SHIFT) && canary_steps(model) > 1;
}

static int target_percent(enum colour target, int share)
{
    return target == COLOUR_GREEN ? share : ALL_PERCENT - share;
}

int canary_percent(const struct run *run)
{
    return target_percent(run->target, run->share_after);
}

int canary_next_percent(const struct model *model)
{
    return target_percent(model->run.target, canary_next_share(model));
}

/* The newest step while it lasts, the next one while it is asked for or on its way; -1:
 * the run is at none. */
static int step_at_hand(const struct run *run)
{
    switch (run->state) {
    case RUN_HOLDING:
        return run->canary_step - 1;
    case RUN_SWITCH_GATE:
    case RUN_STEP_GATE:
    case RUN_SWITCHING:
    case RUN_SWITCH_UNKNOWN:
        return run->canary_step;
    default:
        return -1;
    }
}

static int draw_sign(const struct run *run, int step, struct area area, int row,
                     int col)
{
    if (step == step_at_hand(run))
        return area_text(area, row, col, STYLE_GATE,
                         run_is_gate(run->state) ? " ?" : " ◐");
    return step < run->canary_step ? area_text(area, row, col, STYLE_OK, " ✔")
                                   : area_text(area, row, col, STYLE_DIM, " ○");
}

int canary_line_draw(const struct model *model, struct area area, int row, int col)
{
    int percents[CANARY_STEPS_MAX + 1];
    int count = read_steps(model, percents);

    for (int step = 0; step < count; step++) {
        if (step > 0)
            col = area_text(area, row, col, STYLE_FRAME, " ─ ");
        bool at_hand = step == step_at_hand(&model->run);
        col = area_textf(area, row, col, at_hand ? STYLE_TITLE : STYLE_TEXT, "%d %%",
                         percents[step]);
        col = draw_sign(&model->run, step, area, row, col);
    }
    return col;
}
