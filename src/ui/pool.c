#include "ui/pool.h"

#include "base/str.h"
#include "ui/age.h"
#include "ui/alarm.h"
#include "ui/host_table.h"
#include "ui/panel.h"
#include "ui/traffic_chart.h"

#include <stdio.h>

enum { RATE_WINDOW_MS = 10000, LONG_TITLE_COLS = 56 };

enum style pool_style(enum colour colour)
{
    return colour == COLOUR_BLUE ? STYLE_BLUE : STYLE_GREEN;
}

const char *pool_glyph(const struct model *model, enum colour colour)
{
    int share = model_share(model);
    enum colour live;
    if (share == SHARE_UNKNOWN)
        return "◌";
    if (!share_live(share, &live))
        return "◐";
    return live == colour ? "●" : "○";
}

static const char *part_word(const struct model *model, enum colour colour)
{
    int share = model_share(model);
    enum colour live;
    if (share == SHARE_UNKNOWN)
        return "not known";
    if (!share_live(share, &live))
        return "split";
    return live == colour ? "live" : "idle";
}

static void write_rates(const struct model *model, enum colour colour, bool whole,
                        struct str *out)
{
    struct rates rates = traffic_rates(&model->traffic, colour, RATE_WINDOW_MS);
    char age[AGE_SIZE];
    if (!rates.known) {
        str_add(out, "no rates yet");
        return;
    }
    if (balancer_is_stale(model)) {
        age_text(model->now.mono_ms - model->balancers[0].sampled_ms, age);
        str_addf(out, whole ? "%s ago: " : "%s ago", age);
        if (!whole)
            return;
    }
    str_addf(out,
             whole ? "%.0f req/s  %.2f %% failed  %lld ms" : "%.0f/s %.2f%% %lldms",
             rates.requests_per_s, rates.errors_percent, (long long)rates.response_ms);
}

int pool_rows(const struct model *model, enum colour colour)
{
    int hosts = host_table_count(model, colour);
    return 1 + (1 + (hosts > 0 ? hosts : 1)) + 1; /* rule, table, charts */
}

static void draw_empty(const struct model *model, enum colour colour, struct area area)
{
    if (model->fleet.listed_ms == 0)
        area_text(area, 0, 1, STYLE_DIM, "not listed by the API yet");
    else
        area_textf(area, 0, 1, STYLE_WARN, "⚠ no Droplet carries the tag %s",
                   colour == COLOUR_BLUE ? model->settings->tag_blue
                                         : model->settings->tag_green);
}

/* Whether more of its requests fail than the guard would stand. */
static bool fails_too_much(const struct model *model, enum colour colour)
{
    struct rates rates = traffic_rates(&model->traffic, colour, RATE_WINDOW_MS);
    return rates.known &&
           rates.errors_percent > (double)model->settings->guard_errors_percent;
}

static struct area draw_title(const struct model *model, enum colour colour,
                              struct area area)
{
    char title[64], buffer[96];
    struct str rates = str_on(buffer, sizeof buffer);
    write_rates(model, colour, area.cols >= LONG_TITLE_COLS, &rates);
    if (fails_too_much(model, colour))
        str_add(&rates, " ✘");
    snprintf(title, sizeof title, "%s %s %s", pool_glyph(model, colour),
             colour_name_upper(colour), part_word(model, colour));
    return panel_draw(area, pool_style(colour), title,
                      fails_too_much(model, colour) ? STYLE_BAD : STYLE_DIM, buffer);
}

void pool_draw(const struct model *model, enum colour colour, const struct list *list,
               bool focused, struct area area)
{
    struct area body = draw_title(model, colour, area);
    int hosts = host_table_count(model, colour);
    if (hosts == 0) {
        draw_empty(model, colour, body);
        return;
    }
    int table = hosts + 1 < body.rows ? hosts + 1 : body.rows;
    host_table_draw(model, colour, list, focused,
                    area_part(body, 0, 0, table, body.cols));
    traffic_chart_draw(&model->traffic, colour, pool_style(colour),
                       area_part(body, table, 0, body.rows - table, body.cols));
}
