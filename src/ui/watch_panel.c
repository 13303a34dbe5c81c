#include "ui/watch_panel.h"

#include "base/str.h"
#include "ui/age.h"
#include "ui/chart.h"
#include "ui/paragraph.h"
#include "ui/pool.h"

#include <stdio.h>

enum { LABEL_COL = 1, TEXT_COL = 13, LINES_MOST = 3, CELL_MAX = 32 };

enum { COL_RATE = 11, COL_FAILED = 20, COL_APP_5XX = 30, COL_TIME = 40, COL_NOTE = 51 };

/* One row of figures, wherever they come from. */
struct figures {
    bool known;
    int64_t window_ms, requests, failed, app_5xx;
    int64_t response_ms; /* -1: not known */
};

static struct figures figures_of(const struct span *span)
{
    return (struct figures){span->known,  span->window_ms, span->requests,
                            span->failed, span->app_5xx,   span->response_ms};
}

static struct figures figures_of_baseline(const struct baseline *baseline)
{
    return (struct figures){baseline->known,    baseline->window_ms,
                            baseline->requests, baseline->failed,
                            baseline->app_5xx,  baseline->response_ms};
}

static void label(struct area area, int row, enum style style, const char *text)
{
    area_field(area, row, LABEL_COL, TEXT_COL - LABEL_COL - 1, style, text);
}

static void draw_cell(struct area area, int row, int col, enum style style,
                      const char *text)
{
    area_field_right(area, row, col, COL_FAILED - COL_RATE, style, text);
}

static void draw_percent(struct area area, int row, int col, int64_t part,
                         int64_t whole)
{
    char text[CELL_MAX];
    snprintf(text, sizeof text, "%.2f %%", percent_of(part, whole));
    draw_cell(area, row, col, part > 0 ? STYLE_BAD : STYLE_TEXT, text);
}

static void draw_figures(struct area area, int row, const struct figures *figures)
{
    char text[CELL_MAX];

    if (!figures->known) {
        area_text(area, row, TEXT_COL, STYLE_DIM, "not known yet");
        return;
    }
    double seconds = (double)figures->window_ms / 1000;
    snprintf(text, sizeof text, "%.0f", (double)figures->requests / seconds);
    draw_cell(area, row, COL_RATE, STYLE_TEXT, text);
    draw_percent(area, row, COL_FAILED, figures->failed, figures->requests);
    draw_percent(area, row, COL_APP_5XX, figures->app_5xx, figures->requests);
    if (figures->response_ms >= 0)
        snprintf(text, sizeof text, "%lld ms", (long long)figures->response_ms);
    else
        snprintf(text, sizeof text, "–");
    draw_cell(area, row, COL_TIME, STYLE_TEXT, text);
}

static void draw_headings(struct area area, int row)
{
    draw_cell(area, row, COL_RATE, STYLE_DIM, "req/s");
    draw_cell(area, row, COL_FAILED, STYLE_DIM, "failed");
    draw_cell(area, row, COL_APP_5XX, STYLE_DIM, "app 5xx");
    draw_cell(area, row, COL_TIME, STYLE_DIM, "time");
}

static void draw_note(struct area area, int row, const char *note)
{
    area_field(area, row, COL_NOTE, area.cols - COL_NOTE - 1, STYLE_DIM, note);
}

static void draw_colour(const struct model *model, enum colour colour,
                        const struct span *span, struct area area, int row)
{
    struct figures figures = figures_of(span);
    area_textf(area, row, LABEL_COL, pool_style(colour), "%s %s",
               pool_glyph(model, colour), colour_name_upper(colour));
    draw_figures(area, row, &figures);
}

static int draw_baseline(const struct baseline *baseline, struct area area, int row)
{
    struct figures figures = figures_of_baseline(baseline);
    char text[200];

    label(area, row, STYLE_DIM, "baseline");
    if (!baseline->known) {
        baseline_sentence(baseline, text, sizeof text);
        return paragraph_draw(area, row, TEXT_COL, area.cols - TEXT_COL - 1, LINES_MOST,
                              STYLE_WARN, text);
    }
    draw_figures(area, row, &figures);
    snprintf(text, sizeof text, "%s, %lld s before",
             colour_name_upper(baseline->colour),
             (long long)baseline->window_ms / 1000);
    draw_note(area, row, text);
    return row + 1;
}

static int draw_sides(const struct model *model, const struct watch *watch,
                      struct area area, int row)
{
    const struct guard_window *window = watch->window;
    enum colour target = model->run.target, old = colour_other(target);
    struct span before =
        span_measure(&model->traffic, old, model->now.mono_ms - GUARD_NEWEST_MS);
    char note[48];

    draw_headings(area, row++);
    draw_colour(model, target, &window->newest, area, row);
    if (window->newest.known && window->latency_percent >= 0) {
        snprintf(note, sizeof note, "time %lld %% of baseline",
                 (long long)window->latency_percent);
        draw_note(area, row, note);
    }
    draw_colour(model, old, &before, area, ++row);
    return draw_baseline(watch->baseline, area, row + 1);
}

/* As long as it leaves room for the times beside it: those must be read. */
static int bar_width(int cols)
{
    enum { LEAST = 4, MOST = 24, TIMES_WIDTH = 43 };
    int width = cols - TEXT_COL - TIMES_WIDTH;
    return width < LEAST ? LEAST : width > MOST ? MOST : width;
}

static void draw_time(const struct model *model, int64_t fuse_ms, struct area area)
{
    const struct run *run = &model->run;
    int64_t whole_ms = run->deadline_ms - run->entered_ms;
    int64_t left_ms = run->deadline_ms - model->now.mono_ms;
    char left[AGE_SIZE], fuse[AGE_SIZE];

    age_clock(left_ms, left);
    age_clock(fuse_ms - model->now.mono_ms, fuse);
    label(area, 0, STYLE_DIM, "guard");
    int col = chart_bar(area, 0, TEXT_COL, bar_width(area.cols), STYLE_OK,
                        whole_ms > 0 ? 1 - (double)left_ms / (double)whole_ms : 1);
    if (fuse_ms > 0)
        area_textf(area, 0, col + 2, STYLE_TEXT, "%s left · goes back by itself in %s",
                   left, fuse);
    else
        area_textf(area, 0, col + 2, STYLE_TEXT, "%s left · f finish now · r roll back",
                   left);
}

static enum style style_of(enum window_verdict verdict)
{
    switch (verdict) {
    case WINDOW_CLEAN:
        return STYLE_OK;
    case WINDOW_TRIPPED:
        return STYLE_BAD;
    default:
        return STYLE_WARN;
    }
}

static const char *glyph_of(enum window_verdict verdict)
{
    switch (verdict) {
    case WINDOW_CLEAN:
        return "✔";
    case WINDOW_TRIPPED:
        return "✘";
    default:
        return "◌";
    }
}

static int draw_lines(struct area area, int row, const char *name, enum style style,
                      const struct why *why)
{
    if (why->count > 0)
        label(area, row, STYLE_DIM, name);
    for (int i = 0; i < why->count && i < LINES_MOST; i++)
        row = paragraph_draw(area, row, TEXT_COL, area.cols - TEXT_COL - 1, LINES_MOST,
                             style, why->lines[i]);
    int hidden = why->count + why->more - LINES_MOST;
    if (hidden > 0)
        area_textf(area, row++, TEXT_COL, style, "and %d more", hidden);
    return row;
}

static int draw_verdict(const struct guard_window *window, struct area area, int row)
{
    enum style style = style_of(window->verdict);

    label(area, row, STYLE_DIM, "so far");
    area_textf(area, row++, TEXT_COL, style, "%s %s: %s", glyph_of(window->verdict),
               window_verdict_name(window->verdict),
               window_verdict_words(window->verdict));
    area_textf(area, row++, TEXT_COL, STYLE_TEXT,
               "%d/%d up · probes ok %d/%d · frontend %s", window->up, window->targets,
               window->probes_ok, window->targets, front_state_name(window->front));
    row = draw_lines(area, row, "guard saw", style, &window->reasons);
    row = draw_lines(area, row, "missing", STYLE_WARN, &window->missing);
    return draw_lines(area, row, "mind", STYLE_WARN, &window->warnings);
}

int watch_panel_draw(const struct model *model, const struct watch *watch,
                     struct area area)
{
    draw_time(model, watch->fuse_ms, area);
    int row = draw_sides(model, watch, area, 1);
    return draw_verdict(watch->window, area, row);
}
