/*
 * The whole run: the open gate, then its parts with the newest first, so that
 * what happens now is never below the edge.
 */

#include "ui/checks.h"
#include "ui/gate_panel.h"
#include "ui/log_act.h"
#include "ui/matrix.h"
#include "ui/panel.h"
#include "ui/receipt_panel.h"
#include "ui/run_panel.h"
#include "ui/screen.h"
#include "ui/switch_panel.h"
#include "ui/verify_table.h"

enum { FEWEST_ROWS = 3 };

struct cursor {
    struct area area;
    int row;
};

/* The next `rows` rows under a rule with `title`; an empty area when too few are left.
 */
static struct area take(struct cursor *cursor, int rows, const char *title)
{
    int left = cursor->area.rows - cursor->row;
    int taken = rows + 1 < left ? rows + 1 : left;
    struct area none = area_part(cursor->area, 0, 0, 0, 0);
    if (taken < FEWEST_ROWS && taken < rows + 1)
        return none;
    struct area part =
        area_part(cursor->area, cursor->row, 0, taken, cursor->area.cols);
    cursor->row += taken;
    return panel_draw(part, STYLE_TITLE, title, STYLE_DIM, "");
}

static void draw_outcome(const struct model *model, struct cursor *cursor)
{
    const struct run *run = &model->run;
    struct area nowhere = area_nowhere(cursor->area.cols);
    if (run->state == RUN_WATCHING || run->state == RUN_HOLDING)
        watch_draw(model, take(cursor, watch_draw(model, nowhere), "WATCH"));
    else if (change_is_shown(run->state))
        change_draw(model, take(cursor, change_draw(model, nowhere), "CHANGE"));
    else if (!run_is_open(run->state))
        ending_draw(model, take(cursor, ending_draw(model, nowhere), "END"));
    else if (receipt_is_known(run) && !run_is_gate(run->state))
        receipt_draw(model, take(cursor, receipt_draw(model, nowhere), "RECEIPT"));
}

/* The gate panel shows it too; once is enough. */
static bool shows_verify(const struct run *run)
{
    return run->stage_ms[STAGE_VERIFY] > 0 && run->state != RUN_SWITCH_GATE;
}

static void draw_parts(const struct model *model, const struct view *view,
                       struct cursor *cursor)
{
    const struct run *run = &model->run;
    draw_outcome(model, cursor);
    if (shows_verify(run))
        verify_table_draw(model, &view->targets, true,
                          take(cursor, verify_table_rows(model), "VERIFY"));
    if (run->stage_ms[STAGE_DEPLOY] > 0)
        matrix_draw(model, &view->targets, !shows_verify(run),
                    take(cursor, matrix_rows(model), "DEPLOY"));
    checks_draw(&run->preflight,
                take(cursor, checks_rows(&run->preflight, cursor->area.cols), "PREFLIGHT"));
}

static void draw(const struct model *model, const struct view *view, struct area area)
{
    if (model->run.state == RUN_NONE) {
        area_text(area, 1, 1, STYLE_TEXT, "No run yet.");
        area_text(
            area, 2, 1, STYLE_DIM,
            "d brings a release to the idle colour, s switches to it as it is, r sends "
            "the traffic back.");
        return;
    }
    struct cursor cursor = {run_panel_draw_top(model, area), 0};
    if (run_is_gate(model->run.state)) {
        int rows = gate_panel_rows(model, area.cols);
        gate_panel_draw(model, area_part(cursor.area, 0, 0, rows, area.cols));
        cursor.row = rows;
    }
    draw_parts(model, view, &cursor);
}

/* -1: the run has no hosts yet. */
static int selected_host(const struct model *model, const struct view *view)
{
    const struct rollout *rollout = &model->run.rollout;
    int row = list_selected(&view->targets, rollout->count);
    if (row < 0 || !shows_verify(&model->run))
        return matrix_host(model, row);
    return rollout->targets[row].host;
}

static bool act(const struct model *model, struct view *view, enum action action,
                int rows, int cols)
{
    (void)cols;
    int by = action_rows(action, rows / 2);
    if (action == ACTION_NEXT_HOST) {
        int host = selected_host(model, view);
        log_pane_choose(&view->log, host >= 0 ? host : LOG_PANE_ALL);
        view->screen = SCREEN_LOG;
        return true;
    }
    list_move(&view->targets, by, model->run.rollout.count, rows / 2);
    return by != 0;
}

const struct screen screen_run = {
    .key = "2",
    .title = "run",
    .shows_gate = true,
    .draw = draw,
    .act = act,
};
