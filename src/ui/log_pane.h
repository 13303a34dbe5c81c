#ifndef BGC_UI_LOG_PANE_H
#define BGC_UI_LOG_PANE_H

/*
 * What the hosts print: all of them or one, following or paused, searched.
 *
 *     14:02:29 web-green-2 │ Successfully installed HTTP-Message-6.44
 *
 * Paused, the pane stands on a line's number, so that what it shows stays in
 * place while new lines come; it counts those. Each host has its own colour and
 * its name before each line. Long lines are cut with a mark; Left and Right move
 * over them.
 */

#include "core/fleet.h"
#include "core/transcript.h"
#include "ui/canvas.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOG_PANE_ALL = -2, LOG_PANE_SEARCH_MAX = 80, LOG_PANE_SHIFT = 16 };

struct log_pane {
    bool paused;
    int64_t bottom; /* paused: number of the lowest line shown */
    int host;       /* index in the fleet, TRANSCRIPT_CONSOLE, or LOG_PANE_ALL */
    int column;     /* cells of the text that are scrolled away to the left */
    char search[LOG_PANE_SEARCH_MAX]; /* empty: none */
};

void log_pane_init(struct log_pane *pane);

/* Draws a page of lines; the newest is the lowest. */
void log_pane_draw(const struct log_pane *pane, const struct transcript *transcript,
                   const struct fleet *fleet, struct area area);

/* "all hosts · following", "web-green-2 · paused, 12 new · /Plack": for a title. */
struct str;
void log_pane_title(const struct log_pane *pane, const struct transcript *transcript,
                    const struct fleet *fleet, struct str *out);

/* Up (below zero) or down by `by` lines, `page` rows being visible. Scrolling past the
 * newest line follows again. */
void log_pane_scroll(struct log_pane *pane, const struct transcript *transcript, int by,
                     int page);

void log_pane_follow(struct log_pane *pane);
void log_pane_pause(struct log_pane *pane, const struct transcript *transcript);

/* The next host that has printed something, after it all hosts again. */
void log_pane_next_host(struct log_pane *pane, const struct transcript *transcript,
                        const struct fleet *fleet);

/* Only this host's lines; LOG_PANE_ALL: all. */
void log_pane_choose(struct log_pane *pane, int host);

/* Sets what is searched and goes to its newest match; small letters match both cases.
 * False: nothing matches. */
bool log_pane_search(struct log_pane *pane, const struct transcript *transcript,
                     const char *text);

/* Goes to the next match, up (older) or down (newer). False: none there. */
bool log_pane_next_match(struct log_pane *pane, const struct transcript *transcript,
                         bool up);

/* ---- for drawing ---- */

bool log_pane_shows(const struct log_pane *pane, const struct transcript_line *line);

/* The next shown line from number `from` on, in direction `by` (1 or -1); -1: none. */
int64_t log_pane_seek(const struct log_pane *pane, const struct transcript *transcript,
                      int64_t from, int by);

/* The lowest line on the screen; -1: there is none. A line that the ring lost gives way
 * to the oldest that is left. */
int64_t log_pane_bottom(const struct log_pane *pane,
                        const struct transcript *transcript);

/* Shown lines below `line`. */
int log_pane_count_below(const struct log_pane *pane,
                         const struct transcript *transcript, int64_t line);

/* Where `what` is in `text` by the rule of log_pane_search(); NULL: nowhere. */
const char *log_pane_find(const char *text, const char *what);

#endif
