#include "ui/verify_table.h"

#include "base/str.h"
#include "ui/age.h"
#include "ui/table.h"

#include <stdio.h>

enum verify_column { COL_HOST, COL_PROBE, COL_ROW, COL_RELEASE, COL_HAPROXY, COL_SAYS };

/* clang-format off */
static const struct table_column columns[] = {
    [COL_HOST]    = { "host",          10, 20, ALIGN_END,  0 },
    [COL_PROBE]   = { "our probe",     18, 22, ALIGN_LEFT, 0 },
    [COL_ROW]     = { "in row",         6,  8, ALIGN_LEFT, 4 },
    [COL_RELEASE] = { "release",        9, 11, ALIGN_LEFT, 0 },
    [COL_HAPROXY] = { "haproxy",       10, 16, ALIGN_LEFT, 0 },
    [COL_SAYS]    = { "",              12, 120, ALIGN_LEFT, 5 },
};
/* clang-format on */

/* What is too old to count is shown as not known, with its age. */
static void fill_stale(const struct health *health, const char *age,
                       struct table_cell *cell)
{
    snprintf(cell->text, sizeof cell->text, "◌ %d, %s old", health->last.status, age);
    cell->style = STYLE_WARN;
}

static void fill_probe(const struct model *model, const struct health *health,
                       struct table_cell *cell)
{
    int64_t age_ms = model->now.mono_ms - health->checked_ms;
    char age[AGE_SIZE];
    if (health->checked_ms == 0) {
        str_copy(cell->text, sizeof cell->text, "◌ asked");
        cell->style = STYLE_DIM;
        return;
    }
    age_text(age_ms, age);
    if (age_ms > model->settings->evidence_s * 1000) {
        fill_stale(health, age, cell);
    } else if (health->last.reason == PROBE_OK) {
        snprintf(cell->text, sizeof cell->text, "✔ %d %d ms · %s", health->last.status,
                 health->last.elapsed_ms, age);
        cell->style = STYLE_OK;
    } else if (health->last.reason == PROBE_STATUS) {
        snprintf(cell->text, sizeof cell->text, "✘ %d · %s", health->last.status, age);
        cell->style = STYLE_BAD;
    } else {
        snprintf(cell->text, sizeof cell->text, "✘ %s · %s",
                 probe_reason_name(health->last.reason), age);
        cell->style = STYLE_BAD;
    }
}

static void fill_streak(const struct health *health, int rise, struct table_cell *cell)
{
    bool enough = health->good_streak >= rise;
    snprintf(cell->text, sizeof cell->text, enough ? "✔ %d" : "%d of %d",
             health->good_streak, rise);
    cell->style = enough ? STYLE_OK : STYLE_WARN;
}

static void fill_release(const struct model *model, const struct host *host,
                         struct table_cell *cell)
{
    const char *revision = host->facts.revision;
    const char *wanted = model->run.sha;
    bool right = wanted[0] == '\0' || str_equal(revision, wanted);
    if (revision[0] == '\0') {
        str_copy(cell->text, sizeof cell->text, "◌");
        cell->style = STYLE_DIM;
        return;
    }
    snprintf(cell->text, sizeof cell->text, "%s %.7s", right ? "✔" : "✘", revision);
    cell->style = right ? STYLE_OK : STYLE_BAD;
}

static void fill_haproxy(const struct host *host, struct table_cell *cell)
{
    bool ready = host->in_haproxy && server_is_ready(&host->server);
    snprintf(cell->text, sizeof cell->text, "%s %s", ready ? "✔" : "✘",
             host->in_haproxy ? host->server.status : "absent");
    cell->style = ready ? STYLE_OK : STYLE_BAD;
}

/* Why not, if so; else what the app said. */
static void fill_says(const struct host *host, struct table_cell *cell)
{
    char sentence[WHY_LINE_MAX];
    if (host->health.checked_ms > 0 && host->health.last.reason != PROBE_OK) {
        str_copy(cell->text, sizeof cell->text, host->health.last.detail);
        cell->style = STYLE_BAD;
        return;
    }
    server_sentence(host, sentence, sizeof sentence);
    str_copy(cell->text, sizeof cell->text,
             sentence[0] != '\0' ? sentence : host->health.last.detail);
    cell->style = sentence[0] != '\0' ? STYLE_BAD : STYLE_DIM;
}

static void fill(const void *context, int row, int column, struct table_cell *cell)
{
    const struct model *model = context;
    int index = model->run.rollout.targets[row].host;
    const struct host *host = &model->fleet.hosts[index];

    switch ((enum verify_column)column) {
    case COL_HOST:
        str_copy(cell->text, sizeof cell->text, host->droplet.name);
        break;
    case COL_PROBE:
        fill_probe(model, &host->health, cell);
        break;
    case COL_ROW:
        fill_streak(&host->health, (int)model->settings->health_rise, cell);
        break;
    case COL_RELEASE:
        fill_release(model, host, cell);
        break;
    case COL_HAPROXY:
        fill_haproxy(host, cell);
        break;
    case COL_SAYS:
        fill_says(host, cell);
        break;
    }
}

int verify_table_rows(const struct model *model)
{
    return 1 + model->run.rollout.count;
}

void verify_table_draw(const struct model *model, const struct list *list, bool focused,
                       struct area area)
{
    struct table table = {columns, sizeof columns / sizeof *columns, fill, model,
                          model->run.rollout.count};
    table_draw(&table, list, focused, area);
}
