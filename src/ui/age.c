#include "ui/age.h"

#include <stdio.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static long long seconds_of(int64_t ms)
{
    return ms < 0 ? 0 : (long long)(ms / 1000);
}

void age_text(int64_t ms, char buffer[AGE_SIZE])
{
    long long s = seconds_of(ms);
    if (s < MINUTE)
        snprintf(buffer, AGE_SIZE, "%lld s", s);
    else if (s < HOUR)
        snprintf(buffer, AGE_SIZE, "%lld min", s / MINUTE);
    else if (s < DAY)
        snprintf(buffer, AGE_SIZE, "%lld h %02lld min", s / HOUR, s % HOUR / MINUTE);
    else
        snprintf(buffer, AGE_SIZE, "%lld d", s / DAY);
}

void age_clock(int64_t ms, char buffer[AGE_SIZE])
{
    long long s = seconds_of(ms);
    if (s < HOUR)
        snprintf(buffer, AGE_SIZE, "%02lld:%02lld", s / MINUTE, s % MINUTE);
    else
        snprintf(buffer, AGE_SIZE, "%lld:%02lld:%02lld", s / HOUR, s % HOUR / MINUTE,
                 s % MINUTE);
}

void age_brief(int64_t ms, char buffer[AGE_SIZE])
{
    if (ms < 0)
        ms = 0;
    if (ms < 10000)
        snprintf(buffer, AGE_SIZE, "%lld.%lld s", (long long)ms / 1000,
                 (long long)ms % 1000 / 100);
    else if (ms < 2 * MINUTE * 1000)
        snprintf(buffer, AGE_SIZE, "%lld s", seconds_of(ms));
    else
        age_text(ms, buffer);
}
