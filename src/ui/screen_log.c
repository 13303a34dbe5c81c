#include "base/str.h"
#include "ui/log_act.h"
#include "ui/panel.h"
#include "ui/screen.h"

static void draw(const struct model *model, const struct view *view, struct area area)
{
    char buffer[200];
    struct str title = str_on(buffer, sizeof buffer);
    str_add(&title, "LOG ");
    log_pane_title(&view->log, &model->transcript, &model->fleet, &title);
    struct area body = panel_draw(area, STYLE_TITLE, buffer, STYLE_DIM,
                                  "p pause  h host  / find  n N  ← →");
    log_pane_draw(&view->log, &model->transcript, &model->fleet, body);
}

static bool act(const struct model *model, struct view *view, enum action action,
                int rows, int cols)
{
    (void)cols;
    return log_act(model, view, action, rows - 1);
}

const struct screen screen_log = {
    .key = "3",
    .title = "log",
    .draw = draw,
    .act = act,
};
