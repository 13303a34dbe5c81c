/*
 * What drifts, worst first, and below it all about the selected one.
 */

#include "base/str.h"
#include "core/guard.h"
#include "ui/alarm.h"
#include "ui/drift_table.h"
#include "ui/log_act.h"
#include "ui/panel.h"
#include "ui/paragraph.h"
#include "ui/screen.h"

#include <stdio.h>

/* The list scrolls, what is said of the selected one does not: it has more room. */
enum { LIST_ROWS_LEAST = 4, LIST_SHARE = 40 };

/* Rows of the upper part: its rule, the headings, the findings. */
static int list_rows(const struct drift *drift, int rows)
{
    int wanted = drift->count + 2;
    int most = rows * LIST_SHARE / 100;
    if (most < LIST_ROWS_LEAST)
        most = LIST_ROWS_LEAST;
    return wanted < most ? wanted : most;
}

/* What did not answer cannot drift: nobody may take silence for agreement. */
static void write_silence(const struct model *model, struct str *out)
{
    if (balancer_is_stale(model))
        str_add(out,
                "HAProxy is silent: its map, workers and servers are not compared. ");
    if (model->fleet.listed_ms == 0)
        str_add(out, "The Droplets are not listed yet: their tags are not compared. ");
    if (model->balancers[0].asked_ms == 0)
        str_add(out, "bgc-lb has not answered: haproxy.cfg is not compared.");
}

static int draw_silence(const struct model *model, struct area area, int row)
{
    char buffer[320];
    struct str silence = str_on(buffer, sizeof buffer);
    write_silence(model, &silence);
    if (buffer[0] == '\0')
        return row;
    return paragraph_draw(area, row, 1, area.cols - 2, area.rows - row, STYLE_WARN,
                          buffer);
}

static void draw_none(const struct model *model, struct area area)
{
    int row = draw_silence(model, area, 1);
    if (row == 1)
        area_text(area, row, 1, STYLE_OK,
                  "✔ Nothing drifts: tags, files and what runs agree.");
    else
        area_text(area, row + 1, 1, STYLE_TEXT, "Of what answered nothing drifts.");
}

static void write_title(const struct drift *drift, struct str *out)
{
    int total = drift->count + drift->more;
    str_add(out, "DRIFT ");
    if (total == 0)
        str_add(out, "none");
    else
        str_addf(out, "%d finding%s · worst first", total, total == 1 ? "" : "s");
    if (drift->more > 0)
        str_addf(out, " · %d not shown", drift->more);
}

static void draw_selected(const struct model *model, const struct finding *finding,
                          struct area area)
{
    char title[DRIFT_SUBJECT_MAX + 32];
    struct str out = str_on(title, sizeof title);
    struct why off;
    str_addf(&out, "%s · %s", drift_kind_name(finding->kind), finding->subject);
    struct area body = panel_draw(area, STYLE_TITLE, title, STYLE_DIM, "↑ ↓");
    mend_is_allowed(model, &finding->mend, &off);
    drift_detail_draw(finding, &off, body);
}

static struct area draw_list_panel(const struct drift *drift, int selected,
                                   struct area area)
{
    char title[120], place[32] = "";
    struct str out = str_on(title, sizeof title);

    write_title(drift, &out);
    if (selected >= 0)
        snprintf(place, sizeof place, "%d of %d", selected + 1, drift->count);
    return panel_draw(area, STYLE_TITLE, title, STYLE_DIM, place);
}

static void draw(const struct model *model, const struct view *view, struct area area)
{
    struct drift drift;

    drift_look(model, &drift);
    int selected = list_selected(&view->drift, drift.count);
    if (selected < 0) {
        draw_none(model, draw_list_panel(&drift, selected, area));
        return;
    }
    int rows = list_rows(&drift, area.rows);
    struct area list = area_part(area, 0, 0, rows, area.cols);
    drift_table_draw(&drift, &view->drift, draw_list_panel(&drift, selected, list));
    struct area rest = area_part(area, rows, 0, area.rows - rows, area.cols);
    int row = draw_silence(model, rest, 0);
    draw_selected(model, &drift.findings[selected],
                  area_part(rest, row, 0, rest.rows - row, rest.cols));
}

static bool act(const struct model *model, struct view *view, enum action action,
                int rows, int cols)
{
    struct drift drift;
    (void)cols;
    drift_look(model, &drift);
    int page = list_rows(&drift, rows) - 2;
    int by = action_rows(action, page);
    list_move(&view->drift, by, drift.count, page);
    return by != 0;
}

const struct screen screen_drift = {
    .key = "D",
    .title = "drift",
    .draw = draw,
    .act = act,
};
