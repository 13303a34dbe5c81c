#include "ui/matrix.h"

#include "base/utf8.h"
#include "ui/age.h"
#include "ui/table.h"

#include <stdio.h>

enum {
    HOST_MOST = 24,
    STEP_LEAST = 8,
    STEP_MOST = 10,
    LAST_LINE_LEAST = 18,
    PRIORITY_LAST_LINE = 9
};

struct matrix {
    const struct model *model;
    int order[ROLLOUT_TARGETS_MAX]; /* target of each row */
    int steps[RECIPE_STEPS_MAX];    /* step of each column behind the host */
    int step_count;
};

/* Lower is more urgent. */
static int urgency(const struct target *target)
{
    int best = 3;
    for (int s = 0; s < RECIPE_STEPS_MAX; s++) {
        enum job_state state = target->jobs[s].state;
        if (state == JOB_FAILED || state == JOB_LOST || state == JOB_CANCELLED)
            return 0;
        if (job_is_open(state))
            best = 1;
    }
    if (best == 3 && target->step < target->end)
        best = 2;
    return best;
}

static void sort_rows(struct matrix *matrix)
{
    const struct rollout *rollout = &matrix->model->run.rollout;
    int row = 0;
    for (int wanted = 0; wanted <= 3; wanted++) {
        for (int t = 0; t < rollout->count; t++) {
            if (urgency(&rollout->targets[t]) == wanted)
                matrix->order[row++] = t;
        }
    }
}

/* Whether some target has the step before it, or has been in it. */
static bool is_used(const struct rollout *rollout, int step)
{
    for (int t = 0; t < rollout->count; t++) {
        const struct target *target = &rollout->targets[t];
        if (target->jobs[step].state != JOB_WAITING ||
            (target->first <= step && step < target->end))
            return true;
    }
    return false;
}

static void init(struct matrix *matrix, const struct model *model)
{
    const struct rollout *rollout = &model->run.rollout;
    matrix->model = model;
    matrix->step_count = 0;
    for (int s = 0; s < model->recipe->step_count; s++) {
        if (s < rollout->step_count || is_used(rollout, s))
            matrix->steps[matrix->step_count++] = s;
    }
    sort_rows(matrix);
}

static void fill_age(const struct job *job, int64_t now_ms, const char *glyph,
                     struct table_cell *cell)
{
    char age[AGE_SIZE];
    int64_t end_ms = job->ended_ms > 0 ? job->ended_ms : now_ms;
    age_brief(end_ms - job->started_ms, age);
    snprintf(cell->text, sizeof cell->text, "%s %s", glyph, age);
}

static void fill_job(const struct job *job, int64_t now_ms, struct table_cell *cell)
{
    switch (job->state) {
    case JOB_WAITING:
        snprintf(cell->text, sizeof cell->text, "·");
        cell->style = STYLE_DIM;
        break;
    case JOB_STARTING:
        snprintf(cell->text, sizeof cell->text, "◌ start");
        cell->style = STYLE_DIM;
        break;
    case JOB_RUNNING:
        fill_age(job, now_ms, "◐", cell);
        cell->style = STYLE_GATE;
        break;
    case JOB_CUT:
        snprintf(cell->text, sizeof cell->text, "◌ cut");
        cell->style = STYLE_WARN;
        break;
    case JOB_CANCELLED:
        snprintf(cell->text, sizeof cell->text, "✘ ended");
        cell->style = STYLE_WARN;
        break;
    case JOB_OK:
        fill_age(job, now_ms, "✔", cell);
        cell->style = STYLE_OK;
        break;
    case JOB_FAILED:
        snprintf(cell->text, sizeof cell->text, "✘ rc %d", job->rc);
        cell->style = STYLE_BAD;
        break;
    case JOB_LOST:
        snprintf(cell->text, sizeof cell->text, "? lost");
        cell->style = STYLE_BAD;
        break;
    case JOB_SKIPPED:
        snprintf(cell->text, sizeof cell->text, "– once");
        cell->style = STYLE_DIM;
        break;
    }
}

static void fill_last_line(const struct model *model, int host, struct table_cell *cell)
{
    int64_t number;
    if (transcript_tail(&model->transcript, host, 1, &number) == 0)
        return;
    snprintf(cell->text, sizeof cell->text, "%.190s",
             transcript_at(&model->transcript, number)->text);
    cell->style = STYLE_DIM;
}

static void fill(const void *context, int row, int column, struct table_cell *cell)
{
    const struct matrix *matrix = context;
    const struct model *model = matrix->model;
    const struct target *target = &model->run.rollout.targets[matrix->order[row]];

    if (column == 0)
        snprintf(cell->text, sizeof cell->text, "%s",
                 model->fleet.hosts[target->host].droplet.name);
    else if (column <= matrix->step_count)
        fill_job(&target->jobs[matrix->steps[column - 1]], model->now.mono_ms, cell);
    else
        fill_last_line(model, target->host, cell);
}

/* Steps that nobody is in are missed least; those behind all hosts before those ahead.
 */
static int step_priority(const struct rollout *rollout, int step)
{
    bool behind = true, ahead = true;
    for (int t = 0; t < rollout->count; t++) {
        enum job_state state = rollout->targets[t].jobs[step].state;
        behind = behind && (state == JOB_OK || state == JOB_SKIPPED);
        ahead = ahead && state == JOB_WAITING;
    }
    return behind ? 3 : ahead ? 2 : 0;
}

static int longest_name(const struct model *model)
{
    const struct rollout *rollout = &model->run.rollout;
    int longest = 0;
    for (int t = 0; t < rollout->count; t++) {
        int host = rollout->targets[t].host;
        int width = (int)utf8_text_width(model->fleet.hosts[host].droplet.name);
        longest = width > longest ? width : longest;
    }
    return longest < HOST_MOST ? longest : HOST_MOST;
}

static int declare_columns(const struct matrix *matrix,
                           struct table_column columns[TABLE_COLUMNS_MAX])
{
    const struct recipe *recipe = matrix->model->recipe;
    int count = 0;
    columns[count++] =
        (struct table_column){"host", 10, longest_name(matrix->model), ALIGN_END, 0};
    for (int s = 0; s < matrix->step_count; s++) {
        int step = matrix->steps[s];
        int wide = (int)utf8_text_width(recipe->steps[step].name);
        columns[count++] = (struct table_column){
            recipe->steps[step].name, wide > STEP_LEAST ? wide : STEP_LEAST,
            wide > STEP_MOST ? wide : STEP_MOST, ALIGN_LEFT,
            step_priority(&matrix->model->run.rollout, step)};
    }
    columns[count++] = (struct table_column){"last line", LAST_LINE_LEAST, 190,
                                             ALIGN_LEFT, PRIORITY_LAST_LINE};
    return count;
}

int matrix_rows(const struct model *model)
{
    return 1 + model->run.rollout.count;
}

void matrix_draw(const struct model *model, const struct list *list, bool focused,
                 struct area area)
{
    struct matrix matrix;
    struct table_column columns[TABLE_COLUMNS_MAX];
    init(&matrix, model);
    struct table table = {columns, declare_columns(&matrix, columns), fill, &matrix,
                          model->run.rollout.count};
    table_draw(&table, list, focused, area);
}

int matrix_host(const struct model *model, int row)
{
    struct matrix matrix;
    if (row < 0 || row >= model->run.rollout.count)
        return -1;
    init(&matrix, model);
    return model->run.rollout.targets[matrix.order[row]].host;
}
