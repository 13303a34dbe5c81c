#include "ui/receipt_panel.h"

#include "base/str.h"
#include "ui/age.h"
#include "ui/chart.h"
#include "ui/paragraph.h"
#include "ui/pool.h"

enum { LABEL_COL = 1, TEXT_COL = 13, RATE_WINDOW_MS = 10000, BAR_WIDTH = 24 };

bool receipt_is_known(const struct run *run)
{
    return run->receipt.begin_ms > 0;
}

static void label(struct area area, int row, const char *text)
{
    area_field(area, row, LABEL_COL, TEXT_COL - LABEL_COL - 1, STYLE_DIM, text);
}

static int text_row(struct area area, int row, const char *name, enum style style,
                    const char *text)
{
    label(area, row, name);
    return paragraph_draw(area, row, TEXT_COL, area.cols - TEXT_COL - 1, 3, style,
                          text);
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

int receipt_draw(const struct model *model, struct area area)
{
    const struct receipt *receipt = &model->run.receipt;
    char sentence[400];
    receipt_sentence(receipt, sentence, sizeof sentence);

    int row = text_row(area, 0, "receipt", verdict_style(receipt->verdict), sentence);
    area_textf(area, row++, TEXT_COL, STYLE_TEXT,
               "4xx %lld  retries %lld  aborts: clients %lld, servers %lld  "
               "switched in %.1f ms",
               (long long)receipt->client_4xx[receipt->to], (long long)receipt->retries,
               (long long)receipt->client_aborts, (long long)receipt->server_aborts,
               (double)receipt->switch_us / 1000);
    if (receipt->old_sessions > 0)
        area_textf(area, row++, TEXT_COL, STYLE_TEXT,
                   "%lld sessions are still served by %s",
                   (long long)receipt->old_sessions, colour_name_upper(receipt->from));
    return row;
}

static void draw_rates(const struct model *model, enum colour colour, struct area area,
                       int row)
{
    struct rates rates = traffic_rates(&model->traffic, colour, RATE_WINDOW_MS);
    area_text(area, row, TEXT_COL, pool_style(colour), colour_name_upper(colour));
    if (rates.known)
        area_textf(area, row, TEXT_COL + 6, STYLE_TEXT,
                   "%8.0f req/s   %.2f %% failed   %lld ms", rates.requests_per_s,
                   rates.errors_percent, (long long)rates.response_ms);
    else
        area_text(area, row, TEXT_COL + 6, STYLE_DIM, "no rates yet");
}

int watch_draw(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    int64_t whole_ms = run->deadline_ms - run->entered_ms;
    int64_t left_ms = run->deadline_ms - model->now.mono_ms;
    char left[AGE_SIZE];
    age_clock(left_ms, left);

    label(area, 0, "guard");
    int col = chart_bar(area, 0, TEXT_COL, BAR_WIDTH, STYLE_OK,
                        whole_ms > 0 ? 1 - (double)left_ms / (double)whole_ms : 1);
    area_textf(area, 0, col + 2, STYLE_TEXT, "%s left · f finish now · r roll back",
               left);
    label(area, 1, "now");
    draw_rates(model, run->target, area, 1);
    draw_rates(model, colour_other(run->target), area, 2);
    int row = 3;
    if (run->reason[0] != '\0')
        row = text_row(area, row, "guard saw", STYLE_WARN, run->reason);
    struct area rest = area_part(area, row, 0, area.rows - row, area.cols);
    return row + (receipt_is_known(run) ? receipt_draw(model, rest) : 0);
}

int ending_draw(const struct model *model, struct area area)
{
    const struct run *run = &model->run;
    bool good = run->state == RUN_DONE;
    char line[160];
    struct str ended = str_on(line, sizeof line);
    str_addf(&ended, "%s %s %s", good ? "✔" : "✘", run_kind_name(run->kind),
             run_state_words(run->state));

    int row = text_row(area, 0, "ended", good ? STYLE_OK : STYLE_BAD, line);
    if (run->reason[0] != '\0')
        row = text_row(area, row, "why", STYLE_TEXT, run->reason);
    if (run->advice[0] != '\0')
        row = text_row(area, row, "you can", STYLE_TITLE, run->advice);
    if (receipt_is_known(run))
        row += receipt_draw(model, area_part(area, row, 0, area.rows - row, area.cols));
    return row;
}
