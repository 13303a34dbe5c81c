#include "net/host_facts.h"

#include "base/printable.h"
#include "base/str.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

void host_facts_begin(struct host_facts *facts, int64_t now_ms)
{
    *facts = (struct host_facts){.at_ms = now_ms};
}

static void take_text(char *buffer, size_t size, const char *value)
{
    printable_text(value, strlen(value), buffer, size);
}

static int64_t number_of(const char *value, int64_t most)
{
    long long number;
    return str_to_long(value, 0, most, &number) ? number : 0;
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
    take_text(state, sizeof state, last + 1);
    if (*facts->previous || !str_equal(state, "ok") || str_equal(name, facts->current))
        return;
    take_text(facts->previous, sizeof facts->previous, name);
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
        take_text(facts->helper_sha256, sizeof facts->helper_sha256, value);
    else if (str_equal(key, "current"))
        take_text(facts->current, sizeof facts->current, value);
    else if (str_equal(key, "revision"))
        take_text(facts->revision, sizeof facts->revision, value);
    else if (str_equal(key, "release"))
        take_release(facts, value);
    else if (str_equal(key, "disk_free_mb"))
        facts->disk_free_mb = number_of(value, INT64_MAX);
    else if (str_equal(key, "memory_free_mb"))
        facts->memory_free_mb = number_of(value, INT64_MAX);
    else if (str_equal(key, "load1"))
        facts->load1 = strtod(value, NULL);
    else if (str_equal(key, "cpus"))
        facts->cpus = (int)number_of(value, INT_MAX);
    else if (str_equal(key, "job"))
        take_job(facts, value);
}
