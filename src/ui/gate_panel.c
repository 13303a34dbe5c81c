#include "ui/gate_panel.h"

#include "base/str.h"
#include "ui/age.h"
#include "ui/canary_line.h"
#include "ui/checks.h"
#include "ui/config_panel.h"
#include "ui/labelled.h"
#include "ui/lease_words.h"
#include "ui/panel.h"
#include "ui/receipt_panel.h"
#include "ui/switch_panel.h"
#include "ui/verify_table.h"

#include <stdio.h>

enum { WHY_ROWS = 3, TEXT_ROWS = 2 };

static int row_text(struct area area, int row, const char *label, enum style style,
                    const char *text)
{
    return labelled_text(area, row, label, style, TEXT_ROWS, text);
}

static void write_question(const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    const char *target = colour_name_upper(run->target);
    str_add(out, "? ");
    switch (run->state) {
    case RUN_PLAN_GATE:
        str_addf(out, "Deploy %s = %.7s to %s?", run->ref, run->sha, target);
        break;
    case RUN_BALANCER_GATE:
        str_add(out, "Go on without ");
        balancers_write_silent(model, out);
        str_add_char(out, '?');
        break;
    case RUN_SPLIT:
        str_addf(out, "SPLIT: wait until all have switched to %s, or take it back?",
                 target);
        break;
    case RUN_CONFIG_GATE:
        str_add(out, "Install the new haproxy.cfg");
        if (model->balancer_count > 1)
            str_addf(out, " on %s", balancers_name(model, model->configure.place));
        str_add_char(out, '?');
        break;
    case RUN_SWITCH_GATE:
        if (canary_is_part(model))
            str_addf(out, "Send %d %% of the traffic to %s?",
                     canary_next_percent(model), target);
        else
            str_addf(out, "Switch the traffic to %s?", target);
        break;
    case RUN_STEP_GATE:
        str_addf(out, "Go on to %d %% of the traffic on %s?",
                 canary_next_percent(model), target);
        break;
    case RUN_CONTRACT_GATE:
        str_addf(out, "Run the contract migration of %.7s?", run->contract.release);
        break;
    default:
        str_addf(out, "Keep %s for good?", target);
        break;
    }
}

/* ---- what speaks for it ---- */

static void write_hosts(const struct model *model, struct str *out)
{
    enum host_role role = role_of_colour(model->run.target);
    const char *between = "";
    const struct fleet *fleet = &model->fleet;
    str_addf(out, "%d: ", fleet_count(fleet, role));
    for (int h = fleet_next(fleet, role, -1); h >= 0; h = fleet_next(fleet, role, h)) {
        str_addf(out, "%s%s", between, fleet->hosts[h].droplet.name);
        between = ", ";
    }
}

/* Those of other moments; a deploy's own stand first. */
static void write_later_steps(const struct recipe *recipe, struct str *out)
{
    const char *between = "; later ";
    for (int i = recipe_deploy_steps(recipe); i < recipe->step_count; i++) {
        if (recipe->steps[i].scope == STEP_ON_FAILURE)
            continue;
        str_addf(out, "%s%s", between, recipe->steps[i].name);
        between = ", ";
    }
}

static void write_steps(const struct model *model, struct str *out)
{
    const char *between = "";
    for (int i = 0; i < recipe_deploy_steps(model->recipe); i++) {
        str_addf(out, "%s%s", between, model->recipe->steps[i].name);
        between = " → ";
    }
    str_addf(out, ", %lld at once", model->settings->parallel);
    if (model->settings->batch > 0)
        str_addf(out, ", in batches of %lld", model->settings->batch);
    write_later_steps(model->recipe, out);
}

static int draw_plan(const struct model *model, struct area area)
{
    char buffer[400];
    struct str text = str_on(buffer, sizeof buffer);
    checks_write_summary(&model->run.preflight, &text);
    int row = row_text(area, 0, "evidence", STYLE_OK, buffer);
    row = checks_draw_warnings(&model->run.preflight, area, row);

    str_clear(&text);
    write_hosts(model, &text);
    row = row_text(area, row, "hosts", STYLE_TEXT, buffer);
    str_clear(&text);
    write_steps(model, &text);
    return row_text(area, row, "steps", STYLE_TEXT, buffer);
}

static int draw_evidence(const struct model *model, struct area area, int most)
{
    static const struct list nothing_selected;
    int rows = verify_table_rows(model);
    if (rows > most)
        rows = most;
    verify_table_draw(model, &nothing_selected, false,
                      area_part(area, 0, 0, rows, area.cols));
    return rows;
}

/* Who may still read and write the shared data afterwards. */
static int draw_contract(const struct model *model, struct area area)
{
    const struct contract *contract = &model->run.contract;
    int step = recipe_step_for(model->recipe, RECIPE_WHEN_MIGRATE_CONTRACT);
    enum colour other = colour_other(model->run.target);
    char buffer[240];
    struct str text = str_on(buffer, sizeof buffer);
    str_addf(&text, "%s: %s", model->recipe->steps[step].name,
             model->recipe->steps[step].help);
    int row = row_text(area, 0, "step", STYLE_TEXT, buffer);
    str_clear(&text);
    if (contract->closed[0] != '\0')
        str_addf(&text, "%.7s on %s may not fit the data after it", contract->closed,
                 colour_name_upper(other));
    else
        str_addf(&text, "nobody has told which release %s has",
                 colour_name_upper(other));
    return row_text(area, row, "closes", STYLE_WARN, buffer);
}

/* Nobody here has seen that switch. */
static int draw_inherited(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    char buffer[240];
    struct str text = str_on(buffer, sizeof buffer);
    str_addf(&text, "green share %d to %d, ", run->share_before, run->share_after);
    fuse_write_run(model, &text);
    str_add(&text, ": yours to judge now");
    return row_text(area, 0, "inherited", STYLE_TEXT, buffer);
}

/* After the switch, or a part of it. */
static int draw_switched(const struct model *model, struct area area)
{
    int row = model->run.kind == RUN_TAKEOVER ? draw_inherited(model, area) : 0;
    row = canary_row_draw(model, area, row);
    row = fuse_row_draw(model, area, row);
    if (model->run.reason[0] != '\0')
        row = row_text(area, row, model->run.refused ? "refused" : "guard saw",
                       STYLE_WARN, model->run.reason);
    struct area rest = area_part(area, row, 0, area.rows - row, area.cols);
    return row + (receipt_is_known(&model->run) ? receipt_draw(model, rest) : 0);
}

/* What each load balancer does, as far as it tells. */
static int draw_balancers(const struct model *model, struct area area)
{
    int row = 0;
    for (int i = 0; i < model->balancer_count; i++) {
        const struct balancer *balancer = &model->balancers[i];
        char buffer[BALANCER_TROUBLE_MAX + 64], age[AGE_SIZE];
        struct str text = str_on(buffer, sizeof buffer);
        if (balancer->sampled) {
            str_addf(&text, "green share %d", balancer->runtime_share);
        } else {
            str_add(&text, "does not answer");
            if (balancer->sampled_ms > 0) {
                age_text(model->now.mono_ms - balancer->sampled_ms, age);
                str_addf(&text, "; %s ago its green share was %d", age,
                         balancer->runtime_share);
            }
            if (balancer->trouble[0] != '\0')
                str_addf(&text, ": %s", balancer->trouble);
        }
        row = row_text(area, row, balancers_name(model, i),
                       balancer->sampled ? STYLE_TEXT : STYLE_BAD, buffer);
    }
    return row;
}

static int draw_split(const struct model *model, struct area area)
{
    int row = draw_balancers(model, area);
    row = fuse_row_draw(model, area, row);
    return row_text(area, row, "split", STYLE_BAD, model->run.reason);
}

static int draw_findings(const struct model *model, struct area area, int most)
{
    switch (model->run.state) {
    case RUN_BALANCER_GATE:
        return draw_balancers(model, area);
    case RUN_SPLIT:
        return draw_split(model, area);
    case RUN_PLAN_GATE:
        return draw_plan(model, area);
    case RUN_CONFIG_GATE:
        return config_panel_draw(model, area, most);
    case RUN_SWITCH_GATE:
        return draw_evidence(model, area, most);
    case RUN_CONTRACT_GATE:
        return draw_contract(model, area);
    default:
        return draw_switched(model, area);
    }
}

/* ---- what a yes means ---- */

static void write_consequence(const struct model *model, struct str *out)
{
    const char *target = colour_name_upper(model->run.target);
    const char *other = colour_name_upper(colour_other(model->run.target));
    switch (model->run.state) {
    case RUN_BALANCER_GATE:
        str_add(out,
                "the others are switched; it keeps the share that it has, and its "
                "clients with it, until it returns: in this run it is then switched "
                "too, afterwards it is drift");
        break;
    case RUN_SPLIT:
        str_addf(out,
                 "who has not switched is asked again until it has; r: the others "
                 "go back to %d %% at once, who returns is put back by its fuse",
                 model->run.share_before);
        break;
    case RUN_PLAN_GATE:
        str_addf(out, "the steps begin on %s, which has no traffic; %s serves on",
                 target, other);
        break;
    case RUN_CONFIG_GATE:
        str_add(out, "HAProxy reloads with it; the traffic stays where it is");
        break;
    case RUN_SWITCH_GATE:
        if (canary_is_part(model))
            str_addf(out, "%d %% of the requests go to %s, the others stay on %s",
                     canary_next_percent(model), target, other);
        else
            str_addf(out, "%s gets 100 %% of the traffic at once; %s stays warm",
                     target, other);
        break;
    case RUN_STEP_GATE:
        str_addf(out, "yes: %d %% of the requests go to %s; no: back to 0 %%",
                 canary_next_percent(model), target);
        break;
    case RUN_CONTRACT_GATE:
        str_addf(out,
                 "yes: one host of %s runs it, and the way back to %s is closed; no: "
                 "nothing changes, and C asks again later",
                 target, other);
        break;
    default:
        str_addf(out, "the run ends; %s stays as it is, r goes back to it later",
                 other);
        break;
    }
}

static const char *yes_word(enum run_state state)
{
    return state == RUN_PLAN_GATE       ? "begin"
           : state == RUN_BALANCER_GATE ? "go on"
           : state == RUN_SPLIT         ? "ask again now"
           : state == RUN_CONFIG_GATE   ? "install"
           : state == RUN_SWITCH_GATE   ? "switch"
           : state == RUN_STEP_GATE     ? "go on"
           : state == RUN_CONTRACT_GATE ? "contract"
                                        : "keep it";
}

/* The key that says no, and what comes of it. */
static void draw_no(enum run_state state, struct area area, int row, int col)
{
    if (state == RUN_CONTRACT_GATE) {
        col = area_text(area, row, col, STYLE_KEY, "a");
        area_text(area, row, col, STYLE_TEXT, " leave it for later");
        return;
    }
    if (state == RUN_STEP_GATE || state == RUN_FINISH_GATE || state == RUN_SPLIT) {
        col = area_text(area, row, col, STYLE_KEY, "r");
        area_text(area, row, col, STYLE_TEXT,
                  state == RUN_STEP_GATE ? " take it back, to 0 %"
                  : state == RUN_SPLIT   ? " take it back now"
                                         : " roll back");
    } else {
        col = area_text(area, row, col, STYLE_KEY, "a");
        area_text(area, row, col, STYLE_TEXT, " end the run, nothing changes");
    }
}

/* Keys, or why there is no yes. Returns the row after it. */
static int draw_answer(const struct model *model, struct area area, int row)
{
    enum run_state state = model->run.state;
    struct why why;
    if (!intent_is_allowed(model, INTENT_CONTINUE, &why)) {
        for (int i = 0; i < why.count && i < WHY_ROWS; i++)
            row = row_text(area, row, i == 0 ? "not now" : "", STYLE_BAD, why.lines[i]);
        draw_no(state, area, row, LABELLED_COL);
        return row + 1;
    }
    bool colour = model->settings->production && state == RUN_SWITCH_GATE;
    int col = area_text(area, row, LABELLED_COL, STYLE_KEY, "Enter");
    col = area_textf(area, row, col, STYLE_TEXT, " %s%s   ", yes_word(state),
                     colour                       ? ", and type the colour"
                     : state == RUN_BALANCER_GATE ? ", and type its name"
                     : state == RUN_CONTRACT_GATE ? ", and type the word"
                                                  : "");
    draw_no(state, area, row, col);
    return row + 1;
}

static int draw_consequence(const struct model *model, struct area area, int row)
{
    char buffer[240];
    struct str text = str_on(buffer, sizeof buffer);
    write_consequence(model, &text);
    row = row_text(area, row, "then", STYLE_TITLE, buffer);
    return draw_answer(model, area, row);
}

/* Evidence gives way where rows are few: what a yes means is always seen. */
static int draw_body(const struct model *model, struct area area, int rows)
{
    int after = draw_consequence(model, area_nowhere(area.cols), 0);
    int most = rows > after ? rows - after : 0;
    int row = draw_findings(model, area_part(area, 0, 0, most, area.cols), most);
    row = row < most ? row : most;
    return draw_consequence(model, area, row);
}

int gate_panel_rows(const struct model *model, int cols)
{
    return 1 + draw_body(model, area_nowhere(cols), CANVAS_ROWS_MAX);
}

void gate_panel_draw(const struct model *model, struct area area)
{
    char buffer[240], wait[64], left[AGE_SIZE];
    struct str text = str_on(buffer, sizeof buffer);
    write_question(model, &text);
    age_clock(model->run.deadline_ms - model->now.mono_ms, left);
    snprintf(wait, sizeof wait, "waits %s", left);
    struct area body = panel_draw(area, STYLE_GATE, buffer, STYLE_DIM,
                                  model->run.deadline_ms > 0 ? wait : "");
    draw_body(model, body, body.rows);
}
