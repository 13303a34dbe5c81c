#include "ui/log_pane.h"

#include "base/clock.h"
#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

enum { NAME_WIDTH_LEAST = 7, NAME_WIDTH_MOST = 18, NAME_ROWS = 200 };

static const char *line_name(const struct transcript_line *line,
                             const struct fleet *fleet)
{
    if (line->host < 0 || line->host >= fleet->count)
        return "console";
    return fleet->hosts[line->host].droplet.name;
}

static enum style name_style(const struct transcript_line *line)
{
    if (line->host < 0)
        return STYLE_DIM;
    return (enum style)(STYLE_HOST_1 + line->host % 4);
}

static enum style line_style(const struct transcript_line *line)
{
    switch ((enum line_kind)line->kind) {
    case LINE_GOOD:
        return STYLE_OK;
    case LINE_WARNING:
        return STYLE_WARN;
    case LINE_BAD:
        return STYLE_BAD;
    case LINE_NOTE:
        return STYLE_TITLE;
    default:
        return STYLE_TEXT;
    }
}

/* Warnings and worse have a glyph beside their colour. */
static const char *line_glyph(const struct transcript_line *line)
{
    switch ((enum line_kind)line->kind) {
    case LINE_GOOD:
        return "✔ ";
    case LINE_WARNING:
        return "⚠ ";
    case LINE_BAD:
        return "✘ ";
    default:
        return "";
    }
}

/* Columns for the names of those who printed lately: steady while they do. */
static int name_width(const struct log_pane *pane, const struct transcript *transcript,
                      const struct fleet *fleet)
{
    size_t width = NAME_WIDTH_LEAST;
    int64_t first = transcript_first(transcript);
    if (transcript->next - first > NAME_ROWS)
        first = transcript->next - NAME_ROWS;
    for (int64_t n = first; n < transcript->next; n++) {
        const struct transcript_line *line = transcript_at(transcript, n);
        size_t needed =
            log_pane_shows(pane, line) ? utf8_text_width(line_name(line, fleet)) : 0;
        if (needed > width)
            width = needed;
    }
    return width > NAME_WIDTH_MOST ? NAME_WIDTH_MOST : (int)width;
}

/* `text` without its first `column` cells. */
static const char *shifted(const char *text, int column)
{
    while (column > 0 && *text != '\0') {
        uint32_t character;
        text += utf8_decode(text, strlen(text), &character);
        column -= utf8_width(character);
    }
    return text;
}

static void paint_matches(const char *text, const char *search, struct area area)
{
    size_t length = strlen(search);
    if (length == 0)
        return;
    for (const char *at = log_pane_find(text, search); at != NULL;
         at = log_pane_find(at, search)) {
        char before[TRANSCRIPT_LINE_MAX], match[LOG_PANE_SEARCH_MAX];
        str_copy_bytes(before, sizeof before, text, (size_t)(at - text));
        str_copy_bytes(match, sizeof match, at, length);
        area_paint(area, 0, (int)utf8_text_width(before), 1,
                   (int)utf8_text_width(match), STYLE_MATCH);
        at += length;
    }
}

static void draw_line(const struct log_pane *pane, const struct transcript_line *line,
                      const struct fleet *fleet, int width, struct area area)
{
    char time[CLOCK_STAMP_SIZE];
    clock_time_local(line->wall_ms, time);
    int col = area_text(area, 0, 1, STYLE_DIM, time) + 1;
    col = area_field_end(area, 0, col, width, name_style(line), line_name(line, fleet));
    col = area_text(area, 0, col + 1, STYLE_FRAME, "│") + 1;
    col = area_text(area, 0, col, line_style(line), line_glyph(line));

    struct area rest = area_part(area, 0, col, 1, area.cols - col);
    const char *text = shifted(line->text, pane->column);
    area_field(rest, 0, 0, rest.cols, line_style(line), text);
    paint_matches(text, pane->search, rest);
}

void log_pane_draw(const struct log_pane *pane, const struct transcript *transcript,
                   const struct fleet *fleet, struct area area)
{
    int width = name_width(pane, transcript, fleet);
    int64_t bottom = log_pane_bottom(pane, transcript);
    if (bottom < 0) {
        area_text(area, 0, 1, STYLE_DIM, "nothing printed yet");
        return;
    }
    int64_t top = bottom; /* a short transcript begins in the first row */
    int count = 1;
    for (; count < area.rows; count++) {
        int64_t above = log_pane_seek(pane, transcript, top - 1, -1);
        if (above < 0)
            break;
        top = above;
    }
    for (int row = 0; row < count && row < area.rows; row++) {
        draw_line(pane, transcript_at(transcript, top), fleet, width,
                  area_part(area, row, 0, 1, area.cols));
        top = log_pane_seek(pane, transcript, top + 1, 1);
    }
}

void log_pane_title(const struct log_pane *pane, const struct transcript *transcript,
                    const struct fleet *fleet, struct str *out)
{
    if (pane->host == LOG_PANE_ALL)
        str_add(out, "all hosts");
    else
        str_add(out, pane->host >= 0 && pane->host < fleet->count
                         ? fleet->hosts[pane->host].droplet.name
                         : "console");
    if (!pane->paused) {
        str_add(out, " · following");
    } else {
        int64_t bottom = log_pane_bottom(pane, transcript);
        str_addf(out, " · paused, %d newer below",
                 bottom < 0 ? 0 : log_pane_count_below(pane, transcript, bottom));
    }
    if (pane->search[0] != '\0')
        str_addf(out, " · /%s", pane->search);
    if (pane->column > 0)
        str_addf(out, " · ← %d", pane->column);
}
