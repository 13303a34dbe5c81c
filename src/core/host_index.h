#ifndef BGC_CORE_HOST_INDEX_H
#define BGC_CORE_HOST_INDEX_H

/*
 * Finds hosts by a word, their name or an address, without looking at each: thousands
 * of servers are matched to thousands of hosts with every sample.
 *
 * Holds indexes of hosts and no words. What it finds are candidates: whoever asks
 * compares the word.
 */

#include <stdint.h>

/* A power of two, with room for three words of each host (FLEET_HOSTS_MAX). */
enum { HOST_INDEX_SLOTS = 16384 };

struct host_index {
    int16_t slots[HOST_INDEX_SLOTS]; /* index of a host plus 1, 0: free */
};

void host_index_init(struct host_index *index);

/* `host` can be found by `word` from now on; an empty word is left out. */
void host_index_add(struct host_index *index, const char *word, int host);

/* A walk over the candidates for a word. */
struct host_walk {
    const struct host_index *index;
    uint32_t slot;
};

struct host_walk host_index_walk(const struct host_index *index, const char *word);

/* The next candidate, -1: no more. */
int host_walk_next(struct host_walk *walk);

#endif
