#ifndef BGC_BASE_CLOCK_H
#define BGC_BASE_CLOCK_H

/*
 * The only asker of time.
 *
 * app asks once at the beginning of a turn and hands the moment down; nobody
 * else reads a clock. Deadlines and ages are made of `mono_ms`; `wall_ms` is
 * for people, for names of releases and for the journal.
 */

#include <stddef.h>
#include <stdint.h>

struct moment {
    int64_t mono_ms; /* CLOCK_BOOTTIME: goes on while the machine sleeps, never back */
    int64_t wall_ms; /* since 1970, UTC */
};

enum { CLOCK_STAMP_SIZE = 32 };

struct moment clock_now(void);

/* "20261123T182622Z", for names of releases and runs. */
void clock_stamp_utc(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE]);

/* "2026-11-23T18:26:22.123Z", for journals and JSON. */
void clock_iso_utc(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE]);

/* "18:26:22 UTC". */
void clock_time_utc(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE]);

/* "18:26:22" in the operator's zone. */
void clock_time_local(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE]);

#endif
