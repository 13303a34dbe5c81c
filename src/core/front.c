#include "core/front.h"

#include "base/str.h"
#include "core/settings.h"

#include <string.h>

static const char *const state_names[] = {
    [FRONT_UNKNOWN] = "not known",
    [FRONT_OK] = "ok",
    [FRONT_BAD] = "bad",
};

void front_begin(struct front *front, const char *address, const char *name)
{
    *front = (struct front){.asked_ms = 0};
    str_copy(front->address, sizeof front->address, address);
    str_copy(front->name, sizeof front->name, name);
}

static bool is_redirect(const struct probe_result *result)
{
    return result->reason == PROBE_STATUS && result->status >= 300 &&
           result->status < 400;
}

/* Only an answer by HTTP comes from the application, or from HAProxy in its stead. */
static bool says_something(const struct probe_result *result)
{
    return result->status != 0 && !is_redirect(result);
}

void front_take(struct front *front, const struct probe_result *result, int64_t now_ms,
                int rise, int fall)
{
    front->asked_ms = now_ms;
    front->last = *result;
    front->out_of_reach = !says_something(result);
    if (!front->out_of_reach)
        health_take(&front->health, result, now_ms, rise, fall);
}

enum front_state front_state(const struct front *front)
{
    if (front->asked_ms == 0 || front->out_of_reach)
        return FRONT_UNKNOWN;
    switch (front->health.state) {
    case HEALTH_OK:
        return FRONT_OK;
    case HEALTH_SICK: /* on its way back it is neither */
        return front->last.reason == PROBE_OK ? FRONT_UNKNOWN : FRONT_BAD;
    default:
        return FRONT_UNKNOWN;
    }
}

const char *front_state_name(enum front_state state)
{
    return state_names[state];
}

void front_sentence(const struct front *front, const struct settings *settings,
                    char *buffer, size_t size)
{
    char request[FRONT_SENTENCE_MAX], result[FRONT_SENTENCE_MAX];
    struct str asked = str_on(request, sizeof request);
    struct str out = str_on(buffer, size);
    bool head =
        settings->health_method == PROBE_HEAD && settings->health_body[0] == '\0';

    str_addf(&asked, "%s http://%s%s", head ? "HEAD" : "GET", front->address,
             settings->health_path);
    if (front->name[0] != '\0')
        str_addf(&asked, " as %s", front->name);
    if (front->asked_ms == 0) {
        str_addf(&out, "%s: not asked yet", request);
        return;
    }
    health_sentence(&front->last, request, (int)settings->health_status, result,
                    sizeof result);
    if (is_redirect(&front->last))
        str_addf(&out,
                 "not known: %s; a redirect says nothing of the app: let [haproxy] "
                 "check_address name a port that answers without it",
                 result);
    else if (front->out_of_reach)
        str_addf(&out,
                 "not known: %s; the frontend cannot be asked from here (a firewall?)",
                 result);
    else
        str_add(&out, result);
}

/* An IPv6 address goes between brackets. */
bool front_address(const struct settings *settings, const char *balancer_address,
                   char *buffer, size_t size)
{
    const char *port = strrchr(settings->check_address, ':');
    struct str out = str_on(buffer, size);

    if (port == NULL)
        return false;
    if (balancer_address[0] == '\0')
        str_add(&out, settings->check_address);
    else
        str_addf(&out, strchr(balancer_address, ':') != NULL ? "[%s]%s" : "%s%s",
                 balancer_address, port);
    return !out.cut;
}
