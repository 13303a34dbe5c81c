#include "ui/chart.h"

enum { LOWEST_BLOCK = 0x2581, BLOCKS = 8, FULL_BLOCK = 0x2588, LIGHT_SHADE = 0x2591 };

double chart_highest(const double *values, int count, int width)
{
    double most = 0;
    for (int i = count > width ? count - width : 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

int chart_spark(struct area area, int row, int col, int width, enum style style,
                const double *values, int count)
{
    int shown = count < width ? count : width;
    const double *first = values + (count - shown);
    double most = chart_highest(first, shown, width);

    area_fill(area, row, col, 1, width, style, ' ');
    for (int i = 0; i < shown; i++) {
        if (first[i] < 0)
            continue;
        int level = most > 0 ? (int)(first[i] / most * (BLOCKS - 1) + 0.5) : 0;
        area_fill(area, row, col + width - shown + i, 1, 1, style,
                  (uint32_t)(LOWEST_BLOCK + level));
    }
    return col + width;
}

/* One column of `eighths`, from the bottom row up; a value above nothing is seen. */
static void draw_column(struct area area, int col, enum style style, int eighths)
{
    for (int row = area.rows - 1; row >= 0 && eighths > 0; row--, eighths -= BLOCKS) {
        int level = eighths < BLOCKS ? eighths : BLOCKS;
        area_fill(area, row, col, 1, 1, style, (uint32_t)(LOWEST_BLOCK + level - 1));
    }
}

void chart_columns(struct area area, enum style style, const double *values, int count,
                   double most)
{
    int shown = count < area.cols ? count : area.cols;
    const double *first = values + (count - shown);
    for (int i = 0; i < shown && most > 0; i++) {
        int eighths = (int)(first[i] / most * area.rows * BLOCKS + 0.5);
        if (first[i] >= 0)
            draw_column(area, area.cols - shown + i, style, eighths > 1 ? eighths : 1);
    }
}

int chart_bar(struct area area, int row, int col, int width, enum style style,
              double filled)
{
    double share = filled < 0 ? 0 : filled > 1 ? 1 : filled;
    int full = (int)(share * width + 0.5);
    area_fill(area, row, col, 1, full, style, FULL_BLOCK);
    area_fill(area, row, col + full, 1, width - full, STYLE_FRAME, LIGHT_SHADE);
    return col + width;
}
