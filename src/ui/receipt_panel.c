#include "ui/receipt_panel.h"

#include "base/str.h"
#include "ui/labelled.h"

enum { TEXT_ROWS = 3 };

bool receipt_is_known(const struct run *run)
{
    return run->receipt.begin_ms > 0;
}

static enum style verdict_style(enum receipt_verdict verdict)
{
    switch (verdict) {
    case RECEIPT_CLEAN:
        return STYLE_OK;
    case RECEIPT_FAILED:
        return STYLE_BAD;
    case RECEIPT_UNPROVEN:
        return STYLE_WARN;
    default:
        return STYLE_TEXT;
    }
}

/* When the first and the last request came, as the load balancer saw it. */
static int draw_timing(const struct receipt *receipt, struct area area, int row)
{
    char sentence[200];

    receipt_timing_sentence(receipt, sentence, sizeof sentence);
    if (sentence[0] == '\0')
        return row;
    area_text(area, row, LABELLED_COL, STYLE_TEXT, sentence);
    return row + 1;
}

int receipt_draw(const struct model *model, struct area area)
{
    const struct receipt *receipt = &model->run.receipt;
    char sentence[400];
    receipt_sentence(receipt, sentence, sizeof sentence);

    int row = labelled_text(area, 0, "receipt", verdict_style(receipt->verdict),
                            TEXT_ROWS, sentence);
    int col = area_textf(area, row, LABELLED_COL, STYLE_TEXT,
                         "4xx %lld  retries %lld  aborts: clients %lld, servers %lld",
                         (long long)receipt->client_4xx[receipt->to],
                         (long long)receipt->retries, (long long)receipt->client_aborts,
                         (long long)receipt->server_aborts);
    if (receipt->switch_us > 0)
        area_textf(area, row, col, STYLE_TEXT, "  switched in %.1f ms",
                   (double)receipt->switch_us / 1000);
    row++;
    row = draw_timing(receipt, area, row);
    if (receipt->old_sessions > 0)
        area_textf(area, row++, LABELLED_COL, STYLE_TEXT,
                   "%lld sessions are still served by %s",
                   (long long)receipt->old_sessions, colour_name_upper(receipt->from));
    return row;
}

static enum style ending_style(enum run_state state)
{
    return state == RUN_DONE       ? STYLE_OK
           : state == RUN_REVERTED ? STYLE_WARN
                                   : STYLE_BAD;
}

static const char *ending_sign(enum run_state state)
{
    return state == RUN_DONE ? "✔" : state == RUN_REVERTED ? "⚠" : "✘";
}

int ending_draw(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    char line[160];
    struct str ended = str_on(line, sizeof line);
    str_addf(&ended, "%s %s %s", ending_sign(run->state), run_kind_name(run->kind),
             run->state == RUN_REVERTED ? run_state_name(run->state)
                                        : run_state_words(run->state));

    int row =
        labelled_text(area, 0, "ended", ending_style(run->state), TEXT_ROWS, line);
    if (run->reason[0] != '\0')
        row = labelled_text(area, row, "why", STYLE_TEXT, TEXT_ROWS, run->reason);
    if (run->advice[0] != '\0')
        row = labelled_text(area, row, "you can", STYLE_TITLE, TEXT_ROWS, run->advice);
    if (receipt_is_known(run))
        row += receipt_draw(model, area_part(area, row, 0, area.rows - row, area.cols));
    return row;
}
