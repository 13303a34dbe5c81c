#include "core/host_index.h"

#include <string.h>

/* FNV-1a: short words, spread well enough. */
static uint32_t slot_of(const char *word)
{
    uint32_t hash = 2166136261U;

    for (; *word != '\0'; word++)
        hash = (hash ^ (unsigned char)*word) * 16777619U;
    return hash % HOST_INDEX_SLOTS;
}

static uint32_t slot_after(uint32_t slot)
{
    return (slot + 1) % HOST_INDEX_SLOTS;
}

void host_index_init(struct host_index *index)
{
    memset(index, 0, sizeof *index);
}

void host_index_add(struct host_index *index, const char *word, int host)
{
    if (word[0] == '\0')
        return;

    uint32_t slot = slot_of(word);
    while (index->slots[slot] != 0)
        slot = slot_after(slot);
    index->slots[slot] = (int16_t)(host + 1);
}

struct host_walk host_index_walk(const struct host_index *index, const char *word)
{
    return (struct host_walk){.index = index, .slot = slot_of(word)};
}

int host_walk_next(struct host_walk *walk)
{
    int host = walk->index->slots[walk->slot] - 1;

    walk->slot = slot_after(walk->slot);
    return host;
}
