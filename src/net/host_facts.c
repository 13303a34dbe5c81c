#include "net/host_facts.h"

#include "base/printable.h"
#include "base/str.h"
#include "net/helper_value.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

void host_facts_begin(struct host_facts *facts, int64_t now_ms)
{
    *facts = (struct host_facts){.at_ms = now_ms};
}

/* "NAME SHA ok|partial", newest first. */
static void take_release(struct host_facts *facts, const char *value)
{
    char name[HOST_RELEASE_MAX], state[16];
    const char *first = strchr(value, ' ');
    const char *last = strrchr(value, ' ');

    facts->release_count++;
    if (!first || !str_copy_bytes(name, sizeof name, value, (size_t)(first - value)))
        return;
    helper_words(last + 1, state, sizeof state);
    if (*facts->previous || !str_equal(state, "ok") || str_equal(name, facts->current))
        return;
    helper_words(name, facts->previous, sizeof facts->previous);
}

/* "RUN STEP running|RC|unknown" */
static void take_job(struct host_facts *facts, const char *value)
{
    const char *state = strrchr(value, ' ');
    long long rc;
    if (!state)
        return;
    printable_text(value, (size_t)(state - value), facts->job, sizeof facts->job);
    state++;
    facts->job_running = str_equal(state, "running");
    facts->job_rc = str_to_long(state, 0, INT_MAX, &rc) ? (int)rc : -1;
}

void host_facts_take(struct host_facts *facts, const char *key, const char *value)
{
    if (str_equal(key, "sha256"))
        helper_words(value, facts->helper_sha256, sizeof facts->helper_sha256);
    else if (str_equal(key, "current"))
        helper_words(value, facts->current, sizeof facts->current);
    else if (str_equal(key, "revision"))
        helper_words(value, facts->revision, sizeof facts->revision);
    else if (str_equal(key, "release"))
        take_release(facts, value);
    else if (str_equal(key, "disk_free_mb"))
        facts->disk_free_mb = helper_count(value, 0);
    else if (str_equal(key, "memory_free_mb"))
        facts->memory_free_mb = helper_count(value, 0);
    else if (str_equal(key, "load1"))
        facts->load1 = strtod(value, NULL);
    else if (str_equal(key, "cpus"))
        facts->cpus = (int)helper_number(value, 0, INT_MAX, 0);
    else if (str_equal(key, "job"))
        take_job(facts, value);
}
