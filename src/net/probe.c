#include "net/probe.h"

#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    BODY_MAX = 64 * 1024,
    URL_MAX = 320,
    EXPLAIN_LEAST_MS = 50, /* with less left of the budget nothing more is asked */
    HEADER_RELEASE = 0,
};

struct probe {
    struct http *http;
    const struct settings *settings;
    struct sink sink;
    struct probing *open;
};

/* One check on its way. */
struct probing {
    struct probing *next;
    struct probe *probe;
    struct ticket ticket;
    int host;
    char url[URL_MAX];
    struct probe_result result;
};

static void probing_end(struct probing *probing)
{
    struct probing **link = &probing->probe->open;

    while (*link != probing)
        link = &(*link)->next;
    *link = probing->next;
    free(probing);
}

static void send_result(struct probing *probing)
{
    const struct probe *probe = probing->probe;
    struct event event = {.type = EV_PROBED,
                          .ticket = probing->ticket,
                          .host = probing->host,
                          .probe = &probing->result};

    probe->sink.take(probe->sink.context, &event);
    probing_end(probing);
}

static enum probe_reason reason_of(const struct http_answer *answer)
{
    switch (answer->err.code) {
    case ERR_CONFIG:
    case ERR_RESOLVE:
        return PROBE_RESOLVE;
    case ERR_CONNECT:
        return answer->system_error == ECONNREFUSED ? PROBE_REFUSED : PROBE_UNREACHABLE;
    case ERR_TIMEOUT:
        return PROBE_TIMEOUT;
    case ERR_LOST:
        return PROBE_RESET;
    default:
        return PROBE_PROTOCOL;
    }
}

static bool body_has_text(const struct http_answer *answer, const char *text)
{
    return memmem(answer->body, answer->length, text, strlen(text)) != NULL;
}

static void show_body(struct probing *probing, const struct http_answer *answer)
{
    size_t length = answer->length; /* without the newlines that end most bodies */
    while (length > 0 && strchr(" \r\n", answer->body[length - 1]) != NULL)
        length--;
    printable_text(answer->body, length, probing->result.detail,
                   sizeof probing->result.detail);
}

static void judge(struct probing *probing, const struct http_answer *answer)
{
    const struct settings *settings = probing->probe->settings;
    struct probe_result *result = &probing->result;

    result->status = answer->status;
    result->elapsed_ms = answer->elapsed_ms;
    str_copy(result->release, sizeof result->release, answer->headers[HEADER_RELEASE]);
    if (answer->err.code != ERR_NONE) {
        result->reason = reason_of(answer);
        str_copy(result->detail, sizeof result->detail, answer->err.text);
        return;
    }
    show_body(probing, answer);
    if (answer->status != settings->health_status)
        result->reason = PROBE_STATUS;
    else if (!body_has_text(answer, settings->health_body))
        result->reason = PROBE_BODY;
    else
        result->reason = PROBE_OK;
}

static void ask(struct probing *probing, enum http_method method, int budget_ms,
                void (*on_answer)(void *context, const struct http_answer *answer))
{
    const struct settings *settings = probing->probe->settings;
    bool wants_release = settings->release_header[0] != '\0';
    struct http_request request = {
        .method = method,
        .url = probing->url,
        .connect_timeout_ms = budget_ms,
        .timeout_ms = budget_ms,
        .body_max = BODY_MAX,
        .body_may_be_cut = true,
        .direct = true,
        .fresh = true,
        .headers = {[HEADER_RELEASE] = wants_release ? settings->release_header : NULL},
        .on_answer = on_answer,
        .context = probing,
    };

    http_ask(probing->probe->http, &request);
}

/* The answer to the GET that only explains a HEAD's status. */
static void on_explained(void *context, const struct http_answer *answer)
{
    struct probing *probing = context;

    probing->result.elapsed_ms += answer->elapsed_ms;
    if (answer->err.code == ERR_NONE)
        show_body(probing, answer);
    send_result(probing);
}

static int budget_of(const struct settings *settings)
{
    return (int)settings->health_timeout_s * 1000;
}

static enum http_method method_of(const struct settings *settings)
{
    bool head =
        settings->health_method == PROBE_HEAD && settings->health_body[0] == '\0';

    return head ? HTTP_HEAD : HTTP_GET;
}

static void on_answer(void *context, const struct http_answer *answer)
{
    struct probing *probing = context;
    const struct settings *settings = probing->probe->settings;

    judge(probing, answer);
    int left_ms = budget_of(settings) - probing->result.elapsed_ms;
    if (probing->result.reason == PROBE_STATUS && method_of(settings) == HTTP_HEAD &&
        left_ms >= EXPLAIN_LEAST_MS)
        ask(probing, HTTP_GET, left_ms, on_explained);
    else
        send_result(probing);
}

/* What is no IPv4 address goes between brackets, where a URL may only have IPv6: so a
 * name is refused and never looked up. */
static void write_url(const struct settings *settings, const char *address,
                      char url[URL_MAX])
{
    struct in_addr binary;
    bool v4 = inet_pton(AF_INET, address, &binary) == 1;
    struct str out = str_on(url, URL_MAX);

    str_addf(&out, v4 ? "http://%s" : "http://[%s]", address);
    str_addf(&out, ":%lld%s", settings->port, settings->health_path);
}

struct probe *probe_new(struct http *http, const struct settings *settings,
                        struct sink sink)
{
    struct probe *probe = memory_new(sizeof *probe);

    probe->http = http;
    probe->settings = settings;
    probe->sink = sink;
    return probe;
}

void probe_host(struct probe *probe, struct ticket ticket, int host,
                const char *address)
{
    struct probing *probing = memory_new(sizeof *probing);

    probing->probe = probe;
    probing->ticket = ticket;
    probing->host = host;
    probing->next = probe->open;
    probe->open = probing;
    write_url(probe->settings, address, probing->url);
    ask(probing, method_of(probe->settings), budget_of(probe->settings), on_answer);
}

void probe_free(struct probe *probe)
{
    if (probe == NULL)
        return;
    while (probe->open != NULL)
        probing_end(probe->open);
    free(probe);
}
