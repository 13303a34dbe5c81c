#include "net/health_check.h"

#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    BODY_MAX = 64 * 1024,
    URL_MAX = 448,
    HOST_MAX = 224,
    EXPLAIN_LEAST_MS = 50, /* with less left of the budget nothing more is asked */
    HEADER_RELEASE = 0,
};

struct health_checks {
    struct http *http;
    const struct settings *settings;
    struct checking *open;
};

/* One check on its way. */
struct checking {
    struct checking *next;
    struct health_checks *checks;
    struct health_check check;
    char url[URL_MAX];
    char name[HTTP_HEADER_LINE_MAX]; /* kept for the GET that explains */
    char header[HTTP_HEADER_LINE_MAX];
    struct probe_result result;
};

static void checking_end(struct checking *checking)
{
    struct checking **link = &checking->checks->open;

    while (*link != checking)
        link = &(*link)->next;
    *link = checking->next;
    free(checking);
}

static void give_result(struct checking *checking)
{
    const struct health_check *check = &checking->check;

    check->on_result(check->context, check, &checking->result);
    checking_end(checking);
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

static void show_body(struct checking *checking, const struct http_answer *answer)
{
    size_t length = answer->length; /* without the newlines that end most bodies */
    while (length > 0 && strchr(" \r\n", answer->body[length - 1]) != NULL)
        length--;
    printable_text(answer->body, length, checking->result.detail,
                   sizeof checking->result.detail);
}

static void judge(struct checking *checking, const struct http_answer *answer)
{
    const struct settings *settings = checking->checks->settings;
    struct probe_result *result = &checking->result;

    result->status = answer->status;
    result->elapsed_ms = answer->elapsed_ms;
    str_copy(result->release, sizeof result->release, answer->headers[HEADER_RELEASE]);
    if (answer->err.code != ERR_NONE) {
        result->reason = reason_of(answer);
        str_copy(result->detail, sizeof result->detail, answer->err.text);
        return;
    }
    show_body(checking, answer);
    if (answer->status != settings->health_status)
        result->reason = PROBE_STATUS;
    else if (!body_has_text(answer, settings->health_body))
        result->reason = PROBE_BODY;
    else
        result->reason = PROBE_OK;
}

static void ask(struct checking *checking, enum http_method method, int budget_ms,
                void (*on_answer)(void *context, const struct http_answer *answer))
{
    const struct settings *settings = checking->checks->settings;
    bool wants_release = settings->release_header[0] != '\0';
    struct http_request request = {
        .method = method,
        .url = checking->url,
        .host = checking->name,
        .header = checking->header,
        .connect_timeout_ms = budget_ms,
        .timeout_ms = budget_ms,
        .body_max = BODY_MAX,
        .body_may_be_cut = true,
        .direct = true,
        .fresh = true,
        .headers = {[HEADER_RELEASE] = wants_release ? settings->release_header : NULL},
        .on_answer = on_answer,
        .context = checking,
    };

    http_ask(checking->checks->http, &request);
}

/* The answer to the GET that only explains a HEAD's status. */
static void on_explained(void *context, const struct http_answer *answer)
{
    struct checking *checking = context;

    checking->result.elapsed_ms += answer->elapsed_ms;
    if (answer->err.code == ERR_NONE)
        show_body(checking, answer);
    give_result(checking);
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
    struct checking *checking = context;
    const struct settings *settings = checking->checks->settings;

    judge(checking, answer);
    int left_ms = budget_of(settings) - checking->result.elapsed_ms;
    if (checking->result.reason == PROBE_STATUS && method_of(settings) == HTTP_HEAD &&
        left_ms >= EXPLAIN_LEAST_MS)
        ask(checking, HTTP_GET, left_ms, on_explained);
    else
        give_result(checking);
}

/* What is no IPv4 address goes between brackets, where a URL may only have IPv6: so a
 * name is refused and never looked up. */
static void write_url(const struct settings *settings, const char *address,
                      char url[URL_MAX])
{
    const char *port = strrchr(address, ':');
    size_t length = port != NULL ? (size_t)(port - address) : strlen(address);
    bool bracketed = length >= 2 && address[0] == '[' && address[length - 1] == ']';
    struct in_addr binary;
    char host[HOST_MAX];
    struct str out = str_on(url, URL_MAX);

    str_copy_bytes(host, sizeof host, address + bracketed, length - 2u * bracketed);
    bool v4 = inet_pton(AF_INET, host, &binary) == 1;
    str_addf(&out, v4 ? "http://%s" : "http://[%s]", host);
    str_addf(&out, "%s%s", port != NULL ? port : "", settings->health_path);
}

struct health_checks *health_checks_new(struct http *http,
                                        const struct settings *settings)
{
    struct health_checks *checks = memory_new(sizeof *checks);

    checks->http = http;
    checks->settings = settings;
    return checks;
}

void health_checks_ask(struct health_checks *checks, const struct health_check *check)
{
    const struct settings *settings = checks->settings;
    struct checking *checking = memory_new(sizeof *checking);

    checking->checks = checks;
    checking->check = *check;
    checking->check.address = checking->check.name = checking->check.header = NULL;
    if (check->name != NULL)
        str_copy(checking->name, sizeof checking->name, check->name);
    if (check->header != NULL)
        str_copy(checking->header, sizeof checking->header, check->header);
    checking->next = checks->open;
    checks->open = checking;
    write_url(settings, check->address, checking->url);
    ask(checking, method_of(settings), budget_of(settings), on_answer);
}

void health_checks_free(struct health_checks *checks)
{
    if (checks == NULL)
        return;
    while (checks->open != NULL)
        checking_end(checks->open);
    free(checks);
}
