#ifndef BGC_CORE_TRANSCRIPT_H
#define BGC_CORE_TRANSCRIPT_H

/*
 * The newest lines that hosts printed, and our own notices among them.
 *
 * A ring: the oldest lines give way. Lines are printable already. Each has a
 * number that never comes again, so a reader can say where it stands although
 * the ring moves on. The whole output is in files beside the journal.
 */

#include <stdint.h>

enum { TRANSCRIPT_LINES = 8192, TRANSCRIPT_LINE_MAX = 400 };

enum { TRANSCRIPT_CONSOLE = -1 }; /* `host` of our own lines */

enum line_kind { LINE_OUTPUT, LINE_NOTE, LINE_GOOD, LINE_WARNING, LINE_BAD };

struct transcript_line {
    int64_t wall_ms;
    int16_t host; /* index in the fleet, or TRANSCRIPT_CONSOLE */
    int8_t step;  /* of the recipe, -1: none */
    uint8_t kind; /* enum line_kind */
    char text[TRANSCRIPT_LINE_MAX];
};

struct transcript {
    int64_t next; /* number of the line that comes next; the first is 0 */
    struct transcript_line lines[TRANSCRIPT_LINES];
};

void transcript_init(struct transcript *transcript);

void transcript_add(struct transcript *transcript, int64_t wall_ms, int host, int step,
                    enum line_kind kind, const char *text);

/* The number of the oldest line that is still here. */
int64_t transcript_first(const struct transcript *transcript);

/* Line `number`; NULL: gone, or not yet come. */
const struct transcript_line *transcript_at(const struct transcript *transcript,
                                            int64_t number);

/* The numbers of the last `count` lines of `host`, oldest first; returns how many. */
int transcript_tail(const struct transcript *transcript, int host, int count,
                    int64_t *ret_numbers);

#endif
