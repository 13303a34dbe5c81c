#include "ui/host_table.h"

#include "ui/age.h"
#include "ui/alarm.h"
#include "ui/table.h"

#include <stdio.h>

enum host_column {
    COL_HOST,
    COL_ADDRESS,
    COL_RELEASE,
    COL_HEALTH,
    COL_HAPROXY,
    COL_SSH,
    COL_DISK,
    COL_LOAD,
};

/* clang-format off */
static const struct table_column columns[] = {
    [COL_HOST]    = { "host",    10, 22, ALIGN_END,  0 },
    [COL_ADDRESS] = { "address", 12, 15, ALIGN_LEFT, 4 },
    [COL_RELEASE] = { "release",  7,  7, ALIGN_LEFT, 1 },
    [COL_HEALTH]  = { "health",   9, 24, ALIGN_LEFT, 0 },
    [COL_HAPROXY] = { "haproxy",  8, 14, ALIGN_LEFT, 0 },
    [COL_SSH]     = { "ssh",      6,  8, ALIGN_LEFT, 3 },
    [COL_DISK]    = { "disk",     7,  8, ALIGN_RIGHT, 5 },
    [COL_LOAD]    = { "load",     5,  5, ALIGN_RIGHT, 6 },
};
/* clang-format on */

struct host_rows {
    const struct model *model;
    int hosts[FLEET_HOSTS_MAX];
    int count;
};

static void gather(struct host_rows *rows, const struct model *model,
                   enum colour colour)
{
    const struct fleet *fleet = &model->fleet;
    enum host_role role = role_of_colour(colour);
    rows->model = model;
    rows->count = 0;
    for (int h = fleet_next(fleet, role, -1); h >= 0; h = fleet_next(fleet, role, h))
        rows->hosts[rows->count++] = h;
}

static void fill_good_health(const struct health *health, struct table_cell *cell)
{
    bool sick = health->state == HEALTH_SICK; /* not enough good ones in a row yet */
    snprintf(cell->text, sizeof cell->text, "%s %d ms", sick ? "sick" : "ok",
             health->last.elapsed_ms);
    cell->style = sick ? STYLE_WARN : STYLE_OK;
}

static void fill_bad_health(const struct health *health, struct table_cell *cell)
{
    if (health->last.reason == PROBE_STATUS && health->last.status > 0)
        snprintf(cell->text, sizeof cell->text, "✘ %d", health->last.status);
    else
        snprintf(cell->text, sizeof cell->text, "✘ %s",
                 probe_reason_name(health->last.reason));
    cell->style = STYLE_BAD;
}

static void fill_health(const struct model *model, const struct health *health,
                        struct table_cell *cell)
{
    int64_t age_ms = model->now.mono_ms - health->checked_ms;
    char age[AGE_SIZE];
    if (health->checked_ms == 0) {
        snprintf(cell->text, sizeof cell->text, "–");
        cell->style = STYLE_DIM;
    } else if (age_ms > model->settings->evidence_s * 1000) {
        age_text(age_ms, age);
        snprintf(cell->text, sizeof cell->text, "◌ %s", age);
        cell->style = STYLE_WARN;
    } else if (health->last.reason == PROBE_OK) {
        fill_good_health(health, cell);
    } else {
        fill_bad_health(health, cell);
    }
}

static void fill_haproxy(const struct model *model, const struct host *host,
                         struct table_cell *cell)
{
    const struct server_row *server = &host->server;
    bool ready = host->in_haproxy && server_is_ready(server);
    cell->style = ready ? STYLE_OK : STYLE_BAD;
    if (balancer_is_stale(model)) {
        snprintf(cell->text, sizeof cell->text, "◌ %s",
                 host->in_haproxy ? server->status : "–");
        cell->style = STYLE_DIM;
    } else if (!host->in_haproxy) {
        snprintf(cell->text, sizeof cell->text, "✘ absent");
    } else if (!ready) {
        snprintf(cell->text, sizeof cell->text, "✘ %s", server->status);
    } else {
        snprintf(cell->text, sizeof cell->text, "%.12s %d/%d", server->status,
                 server->check_health, server->check_rise + server->check_fall - 1);
    }
}

static void fill_ssh(const struct host *host, struct table_cell *cell)
{
    static const char *const words[] = {[REACH_UNKNOWN] = "–",
                                        [REACH_ASKED] = "asked",
                                        [REACH_OK] = "ok",
                                        [REACH_FAILED] = "✘ no"};
    snprintf(cell->text, sizeof cell->text, "%s", words[host->reach]);
    cell->style = host->reach == REACH_OK       ? STYLE_OK
                  : host->reach == REACH_FAILED ? STYLE_BAD
                                                : STYLE_DIM;
}

static void fill_host(const struct host *host, struct table_cell *cell)
{
    bool active = host->droplet.status == DROPLET_ACTIVE;
    snprintf(cell->text, sizeof cell->text, "%s%s", active ? "" : "off ",
             host->droplet.name);
    if (!active)
        cell->style = STYLE_WARN;
}

static void fill(const void *context, int row, int column, struct table_cell *cell)
{
    const struct host_rows *rows = context;
    const struct host *host = &rows->model->fleet.hosts[rows->hosts[row]];
    const struct host_facts *facts = &host->facts;
    bool told = facts->at_ms > 0;

    switch ((enum host_column)column) {
    case COL_HOST:
        fill_host(host, cell);
        break;
    case COL_ADDRESS:
        snprintf(cell->text, sizeof cell->text, "%s",
                 host->address[0] != '\0' ? host->address : "–");
        break;
    case COL_RELEASE:
        snprintf(cell->text, sizeof cell->text, "%.7s",
                 facts->revision[0] != '\0' ? facts->revision
                 : told                     ? "none"
                                            : "–");
        break;
    case COL_HEALTH:
        fill_health(rows->model, &host->health, cell);
        break;
    case COL_HAPROXY:
        fill_haproxy(rows->model, host, cell);
        break;
    case COL_SSH:
        fill_ssh(host, cell);
        break;
    case COL_DISK:
        if (told)
            snprintf(cell->text, sizeof cell->text, "%.1f GB",
                     (double)facts->disk_free_mb / 1024);
        break;
    case COL_LOAD:
        if (told)
            snprintf(cell->text, sizeof cell->text, "%.2f", facts->load1);
        break;
    }
}

int host_table_count(const struct model *model, enum colour colour)
{
    return fleet_count(&model->fleet, role_of_colour(colour));
}

int host_table_host(const struct model *model, enum colour colour, int row)
{
    struct host_rows rows;
    gather(&rows, model, colour);
    return row >= 0 && row < rows.count ? rows.hosts[row] : -1;
}

void host_table_draw(const struct model *model, enum colour colour,
                     const struct list *list, bool focused, struct area area)
{
    struct host_rows rows;
    gather(&rows, model, colour);
    struct table table = {columns, sizeof columns / sizeof *columns, fill, &rows,
                          rows.count};
    table_draw(&table, list, focused, area);
}
