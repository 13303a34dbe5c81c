/*
 * Both colours side by side, the run below them, the log at the bottom. What
 * matters most in the moment gets its rows first: an open gate, then the run,
 * then the hosts, and the log has the rest.
 */

#include "base/str.h"
#include "ui/host_table.h"
#include "ui/log_act.h"
#include "ui/panel.h"
#include "ui/pool.h"
#include "ui/run_panel.h"
#include "ui/screen.h"

enum {
    LOG_ROWS_LEAST = 3,
    POOL_ROWS_LEAST = 4,
    POOL_ROWS_MOST = 24,
    LOG_PART = 6,
    POOL_PART = 4,
    CHART_PART = 6,
};

struct layout {
    int pools, run, log; /* rows of each, from the top down */
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static struct layout lay_out(const struct model *model, int rows, int cols)
{
    struct layout layout;
    int blue = pool_rows(model, COLOUR_BLUE);
    int green = pool_rows(model, COLOUR_GREEN);
    int pools = least(most(blue, green), POOL_ROWS_MOST);
    int run = run_panel_rows(model, cols);
    int pools_least = least(pools, most(POOL_ROWS_LEAST, rows / POOL_PART));
    int log_least = most(LOG_ROWS_LEAST, rows / LOG_PART);

    if (run == 0) /* nothing else needs the room: the charts grow */
        pools = least(pools + rows / CHART_PART, most(pools, rows / 2));
    layout.run = least(run, rows - pools_least - log_least);
    layout.pools = least(pools, rows - layout.run - log_least);
    layout.log = rows - layout.pools - layout.run;
    return layout;
}

static void draw_pools(const struct model *model, const struct view *view,
                       struct area area)
{
    int half = (area.cols - 1) / 2;
    pool_draw(model, COLOUR_BLUE, &view->pools[COLOUR_BLUE], view->focus == FOCUS_BLUE,
              area_part(area, 0, 0, area.rows, half));
    area_fill(area, 0, half, area.rows, 1, STYLE_FRAME, 0x2502 /* │ */);
    pool_draw(model, COLOUR_GREEN, &view->pools[COLOUR_GREEN],
              view->focus == FOCUS_GREEN,
              area_part(area, 0, half + 1, area.rows, area.cols - half - 1));
}

static void draw_log(const struct model *model, const struct view *view,
                     struct area area)
{
    char buffer[200];
    struct str title = str_on(buffer, sizeof buffer);
    str_add(&title, "LOG ");
    log_pane_title(&view->log, &model->transcript, &model->fleet, &title);
    struct area body = panel_draw(area, STYLE_TITLE, buffer, STYLE_DIM, "");
    log_pane_draw(&view->log, &model->transcript, &model->fleet, body);
}

static void draw(const struct model *model, const struct view *view, struct area area)
{
    struct layout layout = lay_out(model, area.rows, area.cols);
    int row = 0;
    draw_pools(model, view, area_part(area, row, 0, layout.pools, area.cols));
    row += layout.pools;
    if (layout.run > 0)
        run_panel_draw(model, area_part(area, row, 0, layout.run, area.cols));
    row += layout.run;
    draw_log(model, view, area_part(area, row, 0, layout.log, area.cols));
}

/* Moves in the hosts of a colour; the log can show the selected one alone. */
static bool act_in_pool(const struct model *model, struct view *view,
                        enum colour colour, enum action action, int page)
{
    struct list *list = &view->pools[colour];
    int count = host_table_count(model, colour);
    int by = action_rows(action, page);
    if (action == ACTION_NEXT_HOST && count > 0)
        log_pane_choose(&view->log,
                        host_table_host(model, colour, list_selected(list, count)));
    else if (by != 0)
        list_move(list, by, count, page);
    return by != 0 || action == ACTION_NEXT_HOST;
}

static bool act(const struct model *model, struct view *view, enum action action,
                int rows, int cols)
{
    struct layout layout = lay_out(model, rows, cols);
    if (action == ACTION_FOCUS_NEXT || action == ACTION_FOCUS_BEFORE) {
        int by = action == ACTION_FOCUS_NEXT ? 1 : FOCUS_COUNT - 1;
        view->focus = (enum focus)(((int)view->focus + by) % FOCUS_COUNT);
        return true;
    }
    if (view->focus != FOCUS_LOG) {
        enum colour colour = view->focus == FOCUS_BLUE ? COLOUR_BLUE : COLOUR_GREEN;
        if (act_in_pool(model, view, colour, action, layout.pools - 3))
            return true;
    }
    return log_act(model, view, action, layout.log - 1);
}

const struct screen screen_dashboard = {
    .key = "1",
    .title = "dashboard",
    .shows_gate = true,
    .draw = draw,
    .act = act,
};
