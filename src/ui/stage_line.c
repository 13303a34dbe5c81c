#include "ui/stage_line.h"

#include "ui/canary_line.h"

/* What a stage has done so far, where that is a number. */
static int draw_progress(const struct model *model, enum stage stage, struct area area,
                         int col)
{
    const struct run *run = &model->run;

    if (stage == STAGE_DEPLOY)
        return area_textf(area, 0, col, STYLE_TITLE, " %d/%d",
                          rollout_through(&run->rollout), run->rollout.count);
    if (stage == STAGE_SWITCH && run->canary_step > 0)
        return area_textf(area, 0, col, STYLE_TITLE, " %d %%", canary_percent(run));
    return col;
}

/* A run that ended early has not passed what it never entered. */
static enum stage_look look_at(const struct run *run, enum stage stage)
{
    enum stage_look look = run_stage_look(run, stage);
    bool skipped = run->stage_ms[stage] == 0 && run->state != RUN_DONE;
    return look == STAGE_DONE_OK && skipped ? STAGE_AHEAD : look;
}

static int draw_stage(const struct model *model, enum stage stage, struct area area,
                      int col)
{
    const struct run *run = &model->run;

    switch (look_at(run, stage)) {
    case STAGE_DONE_OK:
        if (stage == STAGE_WATCH && run->state == RUN_FINISH_GATE &&
            run->reason[0] != '\0') { /* the guard saw something, and asks */
            col = area_text(area, 0, col, STYLE_TITLE, stage_name(stage));
            return area_text(area, 0, col, STYLE_WARN, " ⚠");
        }
        col = area_text(area, 0, col, STYLE_TEXT, stage_name(stage));
        return area_text(area, 0, col, STYLE_OK, " ✔");
    case STAGE_DONE_BAD:
        col = area_text(area, 0, col, STYLE_TITLE, stage_name(stage));
        return area_text(area, 0, col, STYLE_BAD, " ✘");
    case STAGE_NOW:
        col = area_text(area, 0, col, STYLE_TITLE, stage_name(stage));
        col =
            area_text(area, 0, col, STYLE_GATE, run_is_gate(run->state) ? " ?" : " ◐");
        return draw_progress(model, stage, area, col);
    default:
        col = area_text(area, 0, col, STYLE_DIM, stage_name(stage));
        return area_text(area, 0, col, STYLE_DIM, " ○");
    }
}

int stage_line_draw(const struct model *model, struct area area, int col)
{
    const char *between = "";
    for (int i = 0; i < STAGE_COUNT; i++) {
        if (run_stage_look(&model->run, (enum stage)i) == STAGE_NOT_PART)
            continue;
        col = area_text(area, 0, col, STYLE_FRAME, between);
        col = draw_stage(model, (enum stage)i, area, col);
        between = " ─ ";
    }
    return col;
}
