#include "ui/bar.h"

#include "base/utf8.h"
#include "ui/age.h"
#include "ui/lease_words.h"
#include "ui/screen.h"

#include <ctype.h>
#include <stdio.h>

enum { LINES_ALWAYS = 2, ALARM_ROWS_SMALL = 2, ALARM_ROWS_LARGE = 6, LARGE_ROWS = 36 };

static int alarm_rows(const struct alarms *alarms, int rows)
{
    int most = rows >= LARGE_ROWS ? ALARM_ROWS_LARGE : ALARM_ROWS_SMALL;
    return alarms->count < most ? alarms->count : most;
}

int bar_header_rows(const struct view *view, const struct alarms *alarms, int rows)
{
    return LINES_ALWAYS + presence_rows(&view->presence) + alarm_rows(alarms, rows);
}

static enum style colour_style(enum colour colour)
{
    return colour == COLOUR_BLUE ? STYLE_BLUE : STYLE_GREEN;
}

static int draw_one_live(const struct model *model, enum colour live, bool brief,
                         struct area area, int row, int col)
{
    char release[SHA_HEX_SIZE], age[AGE_SIZE];
    bool agree = true;
    fleet_release(&model->fleet, live, release, &agree);

    col =
        area_textf(area, row, col, colour_style(live), "● %s", colour_name_upper(live));
    col = area_textf(area, row, col, STYLE_TITLE, " %s",
                     release[0] != '\0' ? release : "release not known");
    if (!agree)
        col = area_text(area, row, col, STYLE_WARN, " and others");
    if (balancer_is_stale(model)) {
        age_text(model->now.mono_ms - balancers_sampled_ms(model), age);
        return area_textf(area, row, col, STYLE_WARN, " · as of %s ago", age);
    }
    if (balancers_live_since_ms(model) > 0 && !brief) {
        age_text(model->now.mono_ms - balancers_live_since_ms(model), age);
        col = area_textf(area, row, col, STYLE_DIM, " · %s", age);
    }
    return col;
}

/* What was live is worth knowing, as long as nobody takes it for what is. */
static int draw_last_known(const struct model *model, struct area area, int row,
                           int col)
{
    char age[AGE_SIZE];
    enum colour was;
    col = area_text(area, row, col, STYLE_WARN, "◌ not known");
    if (balancers_sampled_ms(model) == 0 ||
        !share_live(balancers_last_share(model), &was))
        return col;
    age_text(model->now.mono_ms - balancers_sampled_ms(model), age);
    return area_textf(area, row, col, STYLE_WARN, "; %s ago it was %s", age,
                      colour_name_upper(was));
}

/* Brief: without how long it is live. */
static int draw_live(const struct model *model, bool brief, struct area area, int row,
                     int col)
{
    int share = model_share(model);
    enum colour live;
    if (share_live(share, &live))
        return draw_one_live(model, live, brief, area, row, col);
    if (share == SHARE_UNKNOWN)
        return draw_last_known(model, area, row, col);
    col = area_text(area, row, col, STYLE_WARN, "◐ SPLIT ");
    col = area_textf(area, row, col, STYLE_BLUE, "BLUE %d %%", 100 - share);
    col = area_text(area, row, col, STYLE_DIM, " / ");
    return area_textf(area, row, col, STYLE_GREEN, "GREEN %d %%", share);
}

int bar_draw_live(const struct model *model, struct area area, int row, int col)
{
    return draw_live(model, false, area, row, col);
}

static int draw_lease(const struct model *model, bool brief, struct area area, int row,
                      int col)
{
    char words[2 * LEASE_WORDS_MAX + 32];
    struct str out = str_on(words, sizeof words);
    enum style style = lease_write(model, brief, &out);

    col = area_text(area, row, col, STYLE_DIM, "lease ");
    return area_text(area, row, col, style, words);
}

/* Brief: without the release. */
static int draw_readiness(const struct model *model, bool brief, struct area area,
                          int row, int col)
{
    struct readiness readiness;
    rollback_readiness(model, &readiness);

    col = area_text(area, row, col, STYLE_DIM, "rollback ");
    if (!readiness.ready) {
        col = area_text(area, row, col, STYLE_WARN, "✘ ");
        return area_text(area, row, col, STYLE_WARN,
                         readiness.why.count > 0 ? readiness.why.lines[0]
                                                 : "not possible");
    }
    col = area_text(area, row, col, STYLE_OK, "✔ ready");
    enum colour live, other = readiness.to;
    bool split = !share_live(model_share(model), &live);
    if (brief && split)
        return col; /* the split itself has taken the room */
    col = area_text(area, row, col, STYLE_DIM, " → ");
    col = area_text(area, row, col, colour_style(other), colour_name_upper(other));
    if (!brief && readiness.release[0] != '\0')
        col = area_textf(area, row, col, STYLE_TEXT, " %s,", readiness.release);
    return area_textf(area, row, col, STYLE_TEXT, " %d/%d up", readiness.up,
                      readiness.total);
}

static int draw_tab(const struct screen *screen, bool current, enum style style,
                    struct area area, int col)
{
    if (current) {
        int end = area_textf(area, 0, col, STYLE_SELECTED, " %s %s ", screen->key,
                             screen->title);
        area_paint(area, 0, col, 1, end - col, STYLE_INPUT);
        return end;
    }
    return area_textf(area, 0, col, style, " %s %s ", screen->key, screen->title);
}

static int tab_width(const struct screen *screen)
{
    return screen->title != NULL ? 4 + (int)utf8_text_width(screen->title) : 0;
}

static void upper(const char *text, char *buffer, size_t size)
{
    size_t i = 0;
    for (; text[i] != '\0' && i + 1 < size; i++)
        buffer[i] = (char)toupper((unsigned char)text[i]);
    buffer[i] = '\0';
}

static void draw_banner(const struct model *model, const struct view *view,
                        struct area area)
{
    enum style style = model->settings->production ? STYLE_PRODUCTION : STYLE_BANNER;
    char environment[SETTING_TEXT_MAX], time[CLOCK_STAMP_SIZE];
    upper(model->settings->environment, environment, sizeof environment);
    clock_time_local(model->now.wall_ms, time);

    area_fill(area, 0, 0, 1, area.cols, style, ' ');
    int tabs = 0;
    for (int i = 0; i < SCREEN_COUNT; i++)
        tabs += tab_width(screen_of((enum screen_name)i));
    int room = area.cols - tabs - 12;
    char name[2 * SETTING_TEXT_MAX + 16];
    snprintf(name, sizeof name, "%s  %s%s", model->settings->app, environment,
             model->read_only || view->presence.looks_on ? "  LOOKING ON" : "");
    int wide = (int)utf8_text_width(name);
    int col = area_field_end(area, 0, 1, wide < room ? wide : room, style, name) + 2;

    for (int i = 0; i < SCREEN_COUNT; i++) {
        enum screen_name screen = (enum screen_name)i;
        if (screen_of(screen)->title != NULL)
            col = draw_tab(screen_of(screen), screen == view->screen, style, area, col);
    }
    area_text(area, 0, area.cols - 9, style, time);
}

static void draw_alarms(const struct alarms *alarms, struct area area)
{
    for (int i = 0; i < area.rows && i < alarms->count; i++) {
        const struct alarm *alarm = &alarms->items[i];
        enum style style = alarm->bad ? STYLE_BAD : STYLE_WARN;
        area_text(area, i, 1, style, alarm->bad ? "✘" : "⚠");
        area_field(area, i, 3, area.cols - 4, style, alarm->text);
    }
    int hidden = alarms->count - area.rows;
    if (hidden > 0 && area.rows > 0) {
        char more[32];
        snprintf(more, sizeof more, " and %d more", hidden);
        int width = (int)utf8_text_width(more);
        area_text(area, area.rows - 1, area.cols - 1 - width, STYLE_TITLE, more);
    }
}

enum { LEFT = 1, GAP = 3 }; /* before the state, and between its parts */

enum detail {
    DETAIL_ALL,
    DETAIL_LESS,  /* without how long it is live, and the stage of a colleague */
    DETAIL_LEAST, /* and without the release to go back to */
};

/* Written nowhere, to know how wide it would be. */
static int state_width(const struct model *model, enum detail detail)
{
    struct area nowhere = area_nowhere(CANVAS_COLS_MAX);
    int col = area_text(nowhere, 0, LEFT, STYLE_DIM, "live ");
    col = draw_live(model, detail != DETAIL_ALL, nowhere, 0, col);
    col = draw_lease(model, detail != DETAIL_ALL, nowhere, 0, col + GAP);
    return draw_readiness(model, detail == DETAIL_LEAST, nowhere, 0, col + GAP) + 1;
}

/* What is live, who may change it, and the way back: as much of each as has room. */
static void draw_state(const struct model *model, struct area area)
{
    enum detail detail = DETAIL_ALL;
    while (detail < DETAIL_LEAST && state_width(model, detail) > area.cols)
        detail++;
    bool brief = detail != DETAIL_ALL;

    int col = area_text(area, 0, LEFT, STYLE_DIM, "live ");
    int end = draw_live(model, brief, area, 0, col);
    end = draw_lease(model, brief, area, 0, end + GAP);
    brief = detail == DETAIL_LEAST;
    int start =
        area.cols - 1 - draw_readiness(model, brief, area_nowhere(area.cols), 0, 0);
    if (start < end + GAP)
        start = end + GAP;
    struct area rest = area_part(area, 0, start, 1, area.cols - start - 1);
    if (draw_readiness(model, brief, rest, 0, 0) > rest.cols)
        area_text(rest, 0, rest.cols - 1, STYLE_WARN, "…");
}

void bar_draw_header(const struct model *model, const struct view *view,
                     const struct alarms *alarms, struct area area)
{
    draw_banner(model, view, area);

    draw_state(model, area_part(area, 1, 0, 1, area.cols));
    int top = LINES_ALWAYS + presence_rows(&view->presence);
    presence_draw(&view->presence,
                  area_part(area, LINES_ALWAYS, 0, top - LINES_ALWAYS, area.cols));
    draw_alarms(alarms, area_part(area, top, 0, area.rows - top, area.cols));
}
