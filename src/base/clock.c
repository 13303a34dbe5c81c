#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t clock_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct moment clock_now(void)
{
    return (struct moment){.mono_ms = clock_ms(CLOCK_BOOTTIME),
                           .wall_ms = clock_ms(CLOCK_REALTIME)};
}

static void stamp(const char *format, const struct tm *parts,
                  char buffer[CLOCK_STAMP_SIZE])
{
    if (strftime(buffer, CLOCK_STAMP_SIZE, format, parts) == 0)
        buffer[0] = '\0';
}

static void stamp_utc(const char *format, int64_t wall_ms,
                      char buffer[CLOCK_STAMP_SIZE])
{
    time_t seconds = wall_ms / 1000;
    struct tm parts = {0};
    gmtime_r(&seconds, &parts);
    stamp(format, &parts, buffer);
}

void clock_stamp_utc(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE])
{
    stamp_utc("%Y%m%dT%H%M%SZ", wall_ms, buffer);
}

void clock_iso_utc(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE])
{
    char to_second[CLOCK_STAMP_SIZE];
    stamp_utc("%Y-%m-%dT%H:%M:%S", wall_ms, to_second);
    snprintf(buffer, CLOCK_STAMP_SIZE, "%.24s.%03uZ", to_second,
             (unsigned)(wall_ms % 1000));
}

void clock_time_utc(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE])
{
    stamp_utc("%H:%M:%S UTC", wall_ms, buffer);
}

void clock_time_local(int64_t wall_ms, char buffer[CLOCK_STAMP_SIZE])
{
    time_t seconds = wall_ms / 1000;
    struct tm parts = {0};
    localtime_r(&seconds, &parts);
    stamp("%H:%M:%S", &parts, buffer);
}
