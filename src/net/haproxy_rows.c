#include "net/haproxy_rows.h"

#include "base/str.h"

/* clang-format off */
enum state_column {
    STATE_SRV_NAME, STATE_SRV_ADDR, STATE_OP_STATE, STATE_ADMIN_STATE,
    STATE_CHECK_RESULT, STATE_CHECK_HEALTH, STATE_CHECK_STATE, STATE_COLUMN_COUNT,
};

static const char *const state_names[STATE_COLUMN_COUNT] = {
    [STATE_SRV_NAME]     = "srv_name",
    [STATE_SRV_ADDR]     = "srv_addr",
    [STATE_OP_STATE]     = "srv_op_state",
    [STATE_ADMIN_STATE]  = "srv_admin_state",
    [STATE_CHECK_RESULT] = "srv_check_result",
    [STATE_CHECK_HEALTH] = "srv_check_health",
    [STATE_CHECK_STATE]  = "srv_check_state",
};

enum stat_column {
    STAT_SVNAME, STAT_STATUS, STAT_SCUR, STAT_QCUR, STAT_STOT, STAT_REQ_TOT,
    STAT_1XX, STAT_2XX, STAT_3XX, STAT_4XX, STAT_5XX, STAT_OTHER,
    STAT_ECON, STAT_ERESP, STAT_WRETR, STAT_WREDIS, STAT_CLI_ABRT, STAT_SRV_ABRT,
    STAT_DRESP, STAT_TTIME, STAT_RTIME,
    STAT_CHECK_STATUS, STAT_CHECK_CODE, STAT_CHECK_DURATION, STAT_CHECK_RISE,
    STAT_CHECK_FALL, STAT_LAST_CHK, STAT_COLUMN_COUNT,
};

static const char *const stat_names[STAT_COLUMN_COUNT] = {
    [STAT_SVNAME]         = "svname",         [STAT_STATUS]     = "status",
    [STAT_SCUR]           = "scur",           [STAT_QCUR]       = "qcur",
    [STAT_STOT]           = "stot",           [STAT_REQ_TOT]    = "req_tot",
    [STAT_1XX]            = "hrsp_1xx",       [STAT_2XX]        = "hrsp_2xx",
    [STAT_3XX]            = "hrsp_3xx",       [STAT_4XX]        = "hrsp_4xx",
    [STAT_5XX]            = "hrsp_5xx",       [STAT_OTHER]      = "hrsp_other",
    [STAT_ECON]           = "econ",           [STAT_ERESP]      = "eresp",
    [STAT_WRETR]          = "wretr",          [STAT_WREDIS]     = "wredis",
    [STAT_CLI_ABRT]       = "cli_abrt",       [STAT_SRV_ABRT]   = "srv_abrt",
    [STAT_DRESP]          = "dresp",          [STAT_TTIME]      = "ttime",
    [STAT_RTIME]          = "rtime",          [STAT_CHECK_STATUS] = "check_status",
    [STAT_CHECK_CODE]     = "check_code",     [STAT_CHECK_DURATION] = "check_duration",
    [STAT_CHECK_RISE]     = "check_rise",     [STAT_CHECK_FALL] = "check_fall",
    [STAT_LAST_CHK]       = "last_chk",
};
/* clang-format on */

_Static_assert((int)STAT_COLUMN_COUNT <= (int)TABLE_WANTED_MAX,
               "the table reader has room for our columns");

/* A bit of srv_check_state: a check is under way (HAProxy's CHK_ST_INPROGRESS). */
enum { CHECK_IN_PROGRESS = 1 };

/* Where the number of a column goes. */
struct place {
    int column;
    int64_t *number;
};

static bool read_numbers(const struct haproxy_table *table, const struct slice *cells,
                         const struct place *places, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!cell_number(table, cells, places[i].column, 0, places[i].number, err))
            return false;
    return true;
}

bool rows_open_state(struct haproxy_table *table, struct haproxy_cursor *cursor,
                     const char *command, struct err *err)
{
    return table_open(table, cursor, command, ' ', state_names, STATE_COLUMN_COUNT,
                      err);
}

bool rows_state(const struct haproxy_table *table, const struct slice *cells,
                enum colour colour, struct server_row *ret_row, struct err *err)
{
    int64_t op_state, admin_state, check_result, check_health, check_state;
    const struct place places[] = {{STATE_OP_STATE, &op_state},
                                   {STATE_ADMIN_STATE, &admin_state},
                                   {STATE_CHECK_RESULT, &check_result},
                                   {STATE_CHECK_HEALTH, &check_health},
                                   {STATE_CHECK_STATE, &check_state}};

    if (!read_numbers(table, cells, places, sizeof places / sizeof places[0], err))
        return false;
    *ret_row = (struct server_row){
        .colour = colour,
        .op_state = (int)op_state,
        .admin_state = (int)admin_state,
        .check_result = (int)check_result,
        .checking = (check_state & CHECK_IN_PROGRESS) != 0,
        .check_health = (int)check_health,
        .check_rise = -1,
        .check_fall = -1,
        .check_ms = -1,
    };
    cell_text(cells[STATE_SRV_NAME], ret_row->name, sizeof ret_row->name);
    cell_text(cells[STATE_SRV_ADDR], ret_row->address, sizeof ret_row->address);
    return true;
}

bool rows_open_stat(struct haproxy_table *table, struct haproxy_cursor *cursor,
                    const char *command, struct err *err)
{
    return table_open(table, cursor, command, ',', stat_names, STAT_COLUMN_COUNT, err);
}

struct slice rows_stat_name(const struct slice *cells)
{
    return cells[STAT_SVNAME];
}

bool rows_counters(const struct haproxy_table *table, const struct slice *cells,
                   struct counters *ret_counters, struct err *err)
{
    struct counters *c = ret_counters;
    bool has_req_tot = cells[STAT_REQ_TOT].length > 0;
    /* clang-format off */
    const struct place places[] = {
        {has_req_tot ? STAT_REQ_TOT : STAT_STOT, &c->requests},
        {STAT_SCUR,     &c->sessions},  {STAT_QCUR,     &c->queued},
        {STAT_1XX,      &c->status[1]}, {STAT_2XX,      &c->status[2]},
        {STAT_3XX,      &c->status[3]}, {STAT_4XX,      &c->status[4]},
        {STAT_5XX,      &c->status[5]}, {STAT_OTHER,    &c->status[0]},
        {STAT_ECON,     &c->econ},      {STAT_ERESP,    &c->eresp},
        {STAT_WRETR,    &c->wretr},     {STAT_WREDIS,   &c->wredis},
        {STAT_CLI_ABRT, &c->cli_abrt},  {STAT_SRV_ABRT, &c->srv_abrt},
        {STAT_DRESP,    &c->dresp},     {STAT_TTIME,    &c->ttime_ms},
        {STAT_RTIME,    &c->rtime_ms},
    };
    /* clang-format on */

    return read_numbers(table, cells, places, sizeof places / sizeof places[0], err);
}

/* "L7STS 500 Internal Server Error": what the last check found. */
static void write_check(const struct slice *cells, char *buffer, size_t size)
{
    struct str check = str_on(buffer, size);
    const enum stat_column parts[] = {STAT_CHECK_STATUS, STAT_CHECK_CODE,
                                      STAT_LAST_CHK};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char words[SERVER_CHECK_MAX];
        cell_text(cells[parts[i]], words, sizeof words);
        if (words[0] != '\0')
            str_addf(&check, "%s%s", check.length > 0 ? " " : "", words);
    }
}

bool rows_check(const struct haproxy_table *table, const struct slice *cells,
                struct server_row *row, struct err *err)
{
    int64_t rise, fall, took_ms;

    if (!cell_number(table, cells, STAT_CHECK_RISE, -1, &rise, err) ||
        !cell_number(table, cells, STAT_CHECK_FALL, -1, &fall, err) ||
        !cell_number(table, cells, STAT_CHECK_DURATION, -1, &took_ms, err))
        return false;
    row->check_rise = (int)rise;
    row->check_fall = (int)fall;
    row->check_ms = (int)took_ms;
    cell_text(cells[STAT_STATUS], row->status, sizeof row->status);
    write_check(cells, row->check, sizeof row->check);
    return rows_counters(table, cells, &row->counters, err);
}
