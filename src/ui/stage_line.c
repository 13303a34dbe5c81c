#include "ui/stage_line.h"

static int count_through(const struct rollout *rollout)
{
    int through = 0;
    for (int i = 0; i < rollout->count; i++)
        through += rollout->targets[i].step >= rollout->step_count;
    return through;
}

static int draw_stage(const struct run *run, enum stage stage, struct area area,
                      int col)
{
    switch (run_stage_look(run, stage)) {
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
        if (stage == STAGE_DEPLOY)
            col = area_textf(area, 0, col, STYLE_TITLE, " %d/%d",
                             count_through(&run->rollout), run->rollout.count);
        return col;
    default:
        col = area_text(area, 0, col, STYLE_DIM, stage_name(stage));
        return area_text(area, 0, col, STYLE_DIM, " ○");
    }
}

int stage_line_draw(const struct run *run, struct area area, int col)
{
    const char *between = "";
    for (int i = 0; i < STAGE_COUNT; i++) {
        if (run_stage_look(run, (enum stage)i) == STAGE_NOT_PART)
            continue;
        col = area_text(area, 0, col, STYLE_FRAME, between);
        col = draw_stage(run, (enum stage)i, area, col);
        between = " ─ ";
    }
    return col;
}
