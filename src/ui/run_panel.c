#include "ui/run_panel.h"

#include "base/str.h"
#include "base/utf8.h"
#include "ui/age.h"
#include "ui/checks.h"
#include "ui/gate_panel.h"
#include "ui/matrix.h"
#include "ui/panel.h"
#include "ui/pool.h"
#include "ui/receipt_panel.h"
#include "ui/stage_line.h"
#include "ui/switch_panel.h"
#include "ui/verify_table.h"

enum { TOP_ROWS = 2, REASONS_MOST = 3 };

static const struct list nothing_selected;

static bool is_about_jobs(const struct run *run)
{
    return run->state == RUN_DEPLOYING || run->state == RUN_FAILING ||
           run->state == RUN_CANCELLING || run->state == RUN_CONTRACTING;
}

/* Whether the switch was made, and time passes. */
static bool is_watched(enum run_state state)
{
    return state == RUN_WATCHING || state == RUN_HOLDING;
}

/* Whether the run ended where its hosts' steps tell the story. */
static bool ended_in_deploy(const struct run *run)
{
    return !run_is_open(run->state) && run->stage == STAGE_DEPLOY &&
           run->rollout.count > 0;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* How many reasons there are against the switch while the targets are verified. */
static int reasons(const struct model *model)
{
    struct why why = {0};
    if (model->run.stage == STAGE_VERIFY)
        guard_target_ready(model, &why);
    return why.count;
}

/* The targets, and below them in whole sentences what is not good yet. */
static void draw_targets(const struct model *model, struct area area)
{
    struct why why = {0};
    int below = least(reasons(model), REASONS_MOST);
    int rows = least(verify_table_rows(model), area.rows - below);
    verify_table_draw(model, &nothing_selected, false,
                      area_part(area, 0, 0, rows, area.cols));
    if (below > 0)
        guard_target_ready(model, &why);
    for (int i = 0; i < below; i++)
        area_field(area, rows + i, 1, area.cols - 2, STYLE_WARN, why.lines[i]);
}

static int body_rows(const struct model *model, int cols)
{
    const struct run *run = &model->run;
    if (run_is_gate(run->state))
        return gate_panel_rows(model, cols);
    if (run->state == RUN_PREFLIGHT)
        return checks_rows(&run->preflight, cols);
    if (is_about_jobs(run))
        return matrix_rows(model);
    if (is_watched(run->state))
        return watch_draw(model, area_nowhere(cols));
    if (change_is_shown(run->state))
        return change_draw(model, area_nowhere(cols));
    if (run_is_open(run->state))
        return verify_table_rows(model) + least(reasons(model), REASONS_MOST);
    return ending_draw(model, area_nowhere(cols)) +
           (ended_in_deploy(run) ? matrix_rows(model) : 0);
}

int run_panel_rows(const struct model *model, int cols)
{
    return model->run.state == RUN_NONE ? 0 : TOP_ROWS + body_rows(model, cols);
}

static void write_title(const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    str_addf(out, "RUN %u %s", (unsigned)run->number, run_kind_name(run->kind));
    if (run->kind == RUN_DEPLOY)
        str_addf(out, " %s", run->ref);
    if (run->sha[0] != '\0')
        str_addf(out, " %.7s", run->sha);
    if (run->target_known)
        str_addf(out, " → %s %s", pool_glyph(model, run->target),
                 colour_name_upper(run->target));
}

struct area run_panel_draw_top(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    char title[240], right[160], age[AGE_SIZE];
    struct str text = str_on(title, sizeof title);
    write_title(model, &text);

    bool open = run_is_open(run->state);
    age_clock((open ? model->now.mono_ms : run->entered_ms) - run->begun_ms, age);
    text = str_on(right, sizeof right);
    str_addf(&text, "%s · %s", run_state_words(run->state), age);
    bool fits = (int)(utf8_text_width(title) + utf8_text_width(right)) + 8 < area.cols;

    struct area body =
        panel_draw(area, STYLE_TITLE, title, STYLE_DIM, fits ? right : age);
    stage_line_draw(model, body, 1);
    return area_part(body, 1, 0, body.rows - 1, body.cols);
}

static void draw_end(const struct model *model, struct area area)
{
    int row = ending_draw(model, area);
    if (ended_in_deploy(&model->run))
        matrix_draw(model, &nothing_selected, false,
                    area_part(area, row, 0, area.rows - row, area.cols));
}

void run_panel_draw(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    struct area body = run_panel_draw_top(model, area);

    if (run_is_gate(run->state)) {
        gate_panel_draw(model, body);
    } else if (run->state == RUN_PREFLIGHT) {
        checks_draw(&run->preflight, body);
    } else if (is_about_jobs(run)) {
        matrix_draw(model, &nothing_selected, false, body);
    } else if (is_watched(run->state)) {
        watch_draw(model, body);
    } else if (change_is_shown(run->state)) {
        change_draw(model, body);
    } else if (run_is_open(run->state)) {
        draw_targets(model, body);
    } else {
        draw_end(model, body);
    }
}
