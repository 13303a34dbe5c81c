#include "core/backoff.h"

/* splitmix64 (Steele, Lea and Flood 2014): any seed will do. */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void backoff_init(struct backoff *backoff, int first_ms, int cap_ms, uint64_t seed)
{
    *backoff = (struct backoff){.first_ms = first_ms, .cap_ms = cap_ms, .random = seed};
}

int backoff_next_ms(struct backoff *backoff)
{
    int whole_ms = backoff->first_ms;

    for (int i = 0; i < backoff->failures && whole_ms < backoff->cap_ms; i++)
        whole_ms = whole_ms <= backoff->cap_ms / 2 ? whole_ms * 2 : backoff->cap_ms;
    if (whole_ms > backoff->cap_ms)
        whole_ms = backoff->cap_ms;
    if (backoff->failures < INT32_MAX)
        backoff->failures++;

    uint64_t half_ms = (uint64_t)whole_ms / 2;
    return whole_ms - (int)(random_next(&backoff->random) % (half_ms + 1));
}

void backoff_reset(struct backoff *backoff)
{
    backoff->failures = 0;
}
