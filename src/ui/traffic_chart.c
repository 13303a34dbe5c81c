#include "ui/traffic_chart.h"

#include "ui/chart.h"

enum { LABEL_COLS = 8, ROWS_FOR_COLUMNS = 3 };

/* What happened between each two samples; -1 where the worker changed. */
struct series {
    int count;
    double requests[TRAFFIC_HISTORY], failed[TRAFFIC_HISTORY], time[TRAFFIC_HISTORY];
};

static void gather_series(struct series *series, const struct traffic *traffic,
                          enum colour colour)
{
    series->count = 0;
    for (int back = traffic->count - 2; back >= 0; back--) {
        const struct traffic_point *before = traffic_point_back(traffic, back + 1);
        const struct traffic_point *after = traffic_point_back(traffic, back);
        const struct counters *a = &before->backend[colour];
        const struct counters *b = &after->backend[colour];
        double seconds = (double)(after->at_ms - before->at_ms) / 1000;
        bool valid = after->pid == before->pid && seconds > 0;
        int i = series->count++;
        series->requests[i] =
            valid ? (double)(b->requests - a->requests) / seconds : -1;
        series->failed[i] =
            valid ? (double)(b->status[5] - a->status[5]) / seconds : -1;
        series->time[i] = valid ? (double)b->rtime_ms : -1;
    }
}

/* A flat line of zeroes is no alarm. */
static enum style style_of_errors(const struct series *series)
{
    for (int i = 0; i < series->count; i++) {
        if (series->failed[i] > 0)
            return STYLE_BAD;
    }
    return STYLE_DIM;
}

static void draw_row(const struct series *series, enum style style, struct area area)
{
    int width = (area.cols - 20) / 3;
    if (width < 3)
        return;
    int col = area_text(area, 0, 1, STYLE_DIM, "req/s ");
    col = chart_spark(area, 0, col, width, style, series->requests, series->count);
    col = area_text(area, 0, col + 2, STYLE_DIM, "5xx ");
    col = chart_spark(area, 0, col, width, style_of_errors(series), series->failed,
                      series->count);
    col = area_text(area, 0, col + 2, STYLE_DIM, "ms ");
    chart_spark(area, 0, col, width, STYLE_DIM, series->time, series->count);
}

/* Requests as columns, the other two in the row below. Both colours have one scale, so
 * that a glance tells who has the traffic. */
static void draw_rows(const struct series *series, double most, enum style style,
                      struct area area)
{
    struct area columns =
        area_part(area, 0, LABEL_COLS, area.rows - 1, area.cols - LABEL_COLS - 1);
    area_textf(area, 0, 1, STYLE_DIM, "%6.0f", most);
    area_text(area, area.rows - 2, 1, STYLE_DIM, " req/s");
    chart_columns(columns, style, series->requests, series->count, most);

    int row = area.rows - 1;
    int width = (area.cols - LABEL_COLS - 7) / 2;
    int col = area_text(area, row, 1, STYLE_DIM, "   5xx") + 1;
    col = chart_spark(area, row, col, width, style_of_errors(series), series->failed,
                      series->count);
    col = area_text(area, row, col + 2, STYLE_DIM, "ms ");
    chart_spark(area, row, col, width, STYLE_DIM, series->time, series->count);
}

void traffic_chart_draw(const struct traffic *traffic, enum colour colour,
                        enum style style, struct area area)
{
    struct series series, other;
    gather_series(&series, traffic, colour);
    gather_series(&other, traffic, colour_other(colour));
    double most = chart_highest(series.requests, series.count, area.cols);
    double other_most = chart_highest(other.requests, other.count, area.cols);
    if (area.rows >= ROWS_FOR_COLUMNS)
        draw_rows(&series, most > other_most ? most : other_most, style, area);
    else if (area.rows > 0)
        draw_row(&series, style, area_part(area, area.rows - 1, 0, 1, area.cols));
}
