#include "net/host_facts.h"

#include "base/printable.h"
#include "base/str.h"
#include "net/helper_value.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void host_facts_begin(struct host_facts *facts, int64_t now_ms)
{
    *facts = (struct host_facts){.at_ms = now_ms};
}

/* "NAME SHA ok|partial KB|-", newest first. */
static void take_release(struct host_facts *facts, const char *value)
{
    struct host_release release = {.size_mb = -1};
    char name[HOST_RELEASE_MAX], state[16], size_kb[16];
    long long kb;
    int words = sscanf(value, "%63s %*s %15s %15s", name, state, size_kb);

    facts->release_count++;
    if (words < 2)
        return;
    helper_words(name, release.name, sizeof release.name);
    release.whole = str_equal(state, "ok");
    if (words == 3 && str_to_long(size_kb, 0, INT_MAX, &kb))
        release.size_mb = (int)((kb + 1023) / 1024);
    if (facts->release_count <= HOST_RELEASES_SHOWN)
        facts->releases[facts->release_count - 1] = release;
    if (release.whole && facts->previous[0] == '\0' &&
        !str_equal(release.name, facts->current))
        str_copy(facts->previous, sizeof facts->previous, release.name);
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
    else if (str_equal(key, "trouble"))
        helper_words(value, facts->trouble, sizeof facts->trouble);
    else if (str_equal(key, "job"))
        take_job(facts, value);
}
