#include "core/change.h"

static const char *const names[CHANGE_KIND_COUNT] = {
#define X(kind, name, help) [kind] = name,
    CHANGES(X)
#undef X
};

const char *change_kind_name(enum change_kind kind)
{
    return names[kind];
}

int change_from(const struct change *change, int place)
{
    bool asked = place >= 0 && change->parts[place].state != PART_NONE;

    return asked ? change->parts[place].from : change->from;
}

bool change_is_open(const struct change *change)
{
    for (int i = 0; i < BALANCERS_MAX; i++) {
        if (change->parts[i].open)
            return true;
    }
    return false;
}

int64_t change_asked_ms(const struct change *change)
{
    int64_t newest_ms = 0;

    for (int i = 0; i < BALANCERS_MAX; i++) {
        if (change->parts[i].asked_ms > newest_ms)
            newest_ms = change->parts[i].asked_ms;
    }
    return newest_ms;
}

int change_count(const struct change *change, enum part_state state)
{
    int count = 0;

    for (int i = 0; i < BALANCERS_MAX; i++)
        count += change->parts[i].state == state;
    return count;
}

int change_tries(const struct change *change)
{
    int most = 0;

    for (int i = 0; i < BALANCERS_MAX; i++) {
        if (change->parts[i].tries > most)
            most = change->parts[i].tries;
    }
    return most;
}
