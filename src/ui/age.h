#ifndef BGC_UI_AGE_H
#define BGC_UI_AGE_H

/*
 * Spans of time in words: "4 s", "12 min", "2 h 05 min", "3 d"; and as a clock.
 */

#include <stdint.h>

enum { AGE_SIZE = 24 };

/* How long `ms` is, rounded down. Below zero is zero. */
void age_text(int64_t ms, char buffer[AGE_SIZE]);

/* "01:12", "1:02:33": for what runs while one looks on. */
void age_clock(int64_t ms, char buffer[AGE_SIZE]);

/* Short times of machines: "0.8 s", "3.2 s", "72 s", "4 min". */
void age_brief(int64_t ms, char buffer[AGE_SIZE]);

#endif
