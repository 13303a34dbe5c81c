#include "core/health.h"

#include "base/str.h"

static const struct {
    const char *name;
    const char *help;
} reasons[PROBE_REASON_COUNT] = {
#define X(reason, name, help) [reason] = {name, help},
    PROBE_REASONS(X)
#undef X
};

static const char *const state_names[] = {
    [HEALTH_UNKNOWN] = "unknown",
    [HEALTH_OK] = "ok",
    [HEALTH_SICK] = "sick",
};

const char *probe_reason_name(enum probe_reason reason)
{
    return reasons[reason].name;
}

const char *probe_reason_help(enum probe_reason reason)
{
    return reasons[reason].help;
}

const char *health_state_name(enum health_state state)
{
    return state_names[state];
}

static void remember(struct health *health, const struct probe_result *result,
                     int64_t now_ms)
{
    bool bad = result->reason != PROBE_OK;

    health->good_streak = bad ? 0 : health->good_streak + 1;
    health->bad_streak = bad ? health->bad_streak + 1 : 0;
    health->history = health->history << 1 | (uint32_t)bad;
    if (health->history_count < HEALTH_HISTORY)
        health->history_count++;
    health->checked_ms = now_ms;
    health->last = *result;
}

bool health_take(struct health *health, const struct probe_result *result,
                 int64_t now_ms, int rise, int fall)
{
    enum health_state verdict = health->state;

    remember(health, result, now_ms);
    if (health->good_streak > 0 && health->good_streak >= rise)
        verdict = HEALTH_OK;
    if (health->bad_streak > 0 && health->bad_streak >= fall)
        verdict = HEALTH_SICK;
    if (verdict == health->state)
        return false;
    health->state = verdict;
    health->since_ms = now_ms;
    return true;
}

void health_reset(struct health *health)
{
    *health = (struct health){.state = HEALTH_UNKNOWN};
}

void health_sentence(const struct probe_result *result, const char *request,
                     int expected_status, char *buffer, unsigned size)
{
    struct str out = str_on(buffer, size);

    str_addf(&out, "%s: ", request);
    switch (result->reason) {
    case PROBE_OK:
        str_addf(&out, "%d in %d ms", result->status, result->elapsed_ms);
        return;
    case PROBE_STATUS:
        str_addf(&out, "%d (expected %d)", result->status, expected_status);
        break;
    case PROBE_TIMEOUT:
        str_addf(&out, "%s, %d ms", probe_reason_help(result->reason),
                 result->elapsed_ms);
        break;
    case PROBE_RELEASE:
        str_addf(&out, "%s: %s", probe_reason_help(result->reason),
                 result->release[0] != '\0' ? result->release : "none named");
        break;
    default:
        str_add(&out, probe_reason_help(result->reason));
        break;
    }
    if (result->detail[0] != '\0')
        str_addf(&out, ": %s", result->detail);
}
