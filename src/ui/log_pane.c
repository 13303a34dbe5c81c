#include "ui/log_pane.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

void log_pane_init(struct log_pane *pane)
{
    *pane = (struct log_pane){.host = LOG_PANE_ALL};
}

/* ---- which lines ---- */

bool log_pane_shows(const struct log_pane *pane, const struct transcript_line *line)
{
    return line != NULL && (pane->host == LOG_PANE_ALL || pane->host == line->host);
}

int64_t log_pane_seek(const struct log_pane *pane, const struct transcript *transcript,
                      int64_t from, int by)
{
    int64_t first = transcript_first(transcript);
    for (int64_t n = from; n >= first && n < transcript->next; n += by) {
        if (log_pane_shows(pane, transcript_at(transcript, n)))
            return n;
    }
    return -1;
}

int64_t log_pane_bottom(const struct log_pane *pane,
                        const struct transcript *transcript)
{
    if (!pane->paused)
        return log_pane_seek(pane, transcript, transcript->next - 1, -1);
    int64_t first = transcript_first(transcript);
    if (pane->bottom < first)
        return log_pane_seek(pane, transcript, first, 1);
    int64_t found = log_pane_seek(pane, transcript, pane->bottom, -1);
    return found >= 0 ? found : log_pane_seek(pane, transcript, pane->bottom, 1);
}

int log_pane_count_below(const struct log_pane *pane,
                         const struct transcript *transcript, int64_t line)
{
    int count = 0;
    for (int64_t n = line + 1; n < transcript->next; n++)
        count += log_pane_shows(pane, transcript_at(transcript, n));
    return count;
}

/* ---- moving ---- */

void log_pane_follow(struct log_pane *pane)
{
    pane->paused = false;
}

void log_pane_pause(struct log_pane *pane, const struct transcript *transcript)
{
    int64_t bottom = log_pane_bottom(pane, transcript);
    pane->paused = true;
    pane->bottom = bottom < 0 ? transcript->next : bottom;
}

/* Moves down, and follows when the newest line is reached. */
static void scroll_down(struct log_pane *pane, const struct transcript *transcript,
                        int64_t at, int by)
{
    while (by-- > 0) {
        int64_t next = log_pane_seek(pane, transcript, at + 1, 1);
        if (next < 0) {
            log_pane_follow(pane);
            return;
        }
        at = next;
    }
    pane->bottom = at;
}

void log_pane_scroll(struct log_pane *pane, const struct transcript *transcript, int by,
                     int page)
{
    int64_t at = log_pane_bottom(pane, transcript);
    if (at < 0 || by == 0)
        return;
    if (by > 0) {
        if (pane->paused)
            scroll_down(pane, transcript, at, by);
        return;
    }
    int64_t top = at; /* the page must stay full: the top line leads */
    for (int i = 1; i < page && top >= 0; i++)
        top = log_pane_seek(pane, transcript, top - 1, -1);
    while (by++ < 0 && top >= 0) {
        top = log_pane_seek(pane, transcript, top - 1, -1);
        if (top >= 0)
            at = log_pane_seek(pane, transcript, at - 1, -1);
    }
    pane->paused = true;
    pane->bottom = at;
}

void log_pane_choose(struct log_pane *pane, int host)
{
    pane->host = host;
    pane->column = 0;
    log_pane_follow(pane);
}

void log_pane_next_host(struct log_pane *pane, const struct transcript *transcript,
                        const struct fleet *fleet)
{
    int first = pane->host == LOG_PANE_ALL ? TRANSCRIPT_CONSOLE : pane->host + 1;
    for (int host = first; host < fleet->count; host++) {
        int64_t number;
        if (transcript_tail(transcript, host, 1, &number) > 0) {
            log_pane_choose(pane, host);
            return;
        }
    }
    log_pane_choose(pane, LOG_PANE_ALL);
}

/* ---- searching ---- */

static bool has_capital(const char *text)
{
    for (; *text != '\0'; text++) {
        if (isupper((unsigned char)*text))
            return true;
    }
    return false;
}

const char *log_pane_find(const char *text, const char *what)
{
    return has_capital(what) ? strstr(text, what) : strcasestr(text, what);
}

static int64_t seek_match(const struct log_pane *pane,
                          const struct transcript *transcript, int64_t from, int by)
{
    for (int64_t n = log_pane_seek(pane, transcript, from, by); n >= 0;
         n = log_pane_seek(pane, transcript, n + by, by)) {
        if (log_pane_find(transcript_at(transcript, n)->text, pane->search) != NULL)
            return n;
    }
    return -1;
}

static bool go_to(struct log_pane *pane, int64_t line)
{
    if (line < 0)
        return false;
    pane->paused = true;
    pane->bottom = line;
    return true;
}

bool log_pane_search(struct log_pane *pane, const struct transcript *transcript,
                     const char *text)
{
    str_copy(pane->search, sizeof pane->search, text);
    if (pane->search[0] == '\0')
        return true;
    return go_to(pane, seek_match(pane, transcript, transcript->next - 1, -1));
}

bool log_pane_next_match(struct log_pane *pane, const struct transcript *transcript,
                         bool up)
{
    int64_t at = log_pane_bottom(pane, transcript);
    if (pane->search[0] == '\0' || at < 0)
        return false;
    if (up && !pane->paused)
        at++; /* following: the newest line itself may match */
    return go_to(pane, seek_match(pane, transcript, up ? at - 1 : at + 1, up ? -1 : 1));
}
