#include "net/http.h"

#include "base/memory.h"
#include "base/printable.h"
#include "base/str.h"
#include "net/curl_loop.h"
#include "net/http_fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BODY_FIRST_SIZE = 4096, USER_AGENT_MAX = 64 };

/* One request on its way. */
struct exchange {
    struct exchange *next;
    struct http *http;
    CURL *easy;
    struct http_request request;
    struct http_answer answer;
    struct curl_slist *lines; /* headers of its own, beside curl's */
    char *body;
    size_t body_size; /* allocated, the NUL included */
    bool too_large;
    char curl_words[CURL_ERROR_SIZE];
};

struct http {
    struct curl_loop curl;
    struct exchange *open;
    char user_agent[USER_AGENT_MAX];
};

const char *http_method_name(enum http_method method)
{
    return method == HTTP_HEAD ? "HEAD" : "GET";
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    struct http_answer *answer = &exchange->answer;
    size_t length = size * count;
    size_t room = exchange->request.body_max - answer->length;
    size_t taken = length < room ? length : room;

    if (answer->length + taken + 1 > exchange->body_size) {
        size_t wanted = exchange->body_size * 2;
        if (wanted < answer->length + taken + 1)
            wanted = answer->length + taken + 1;
        exchange->body = memory_resize(exchange->body, wanted);
        exchange->body_size = wanted;
    }
    memcpy(exchange->body + answer->length, bytes, taken);
    answer->length += taken;
    exchange->body[answer->length] = '\0';
    exchange->too_large = taken < length;
    return taken; /* fewer than given ends the transfer */
}

/* "Name: value" → the value, where the name is wanted. */
static void take_header(struct exchange *exchange, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (colon == NULL)
        return;
    size_t name_length = (size_t)(colon - line);
    const char *value = colon + 1, *end = line + length;
    while (value < end && isspace((unsigned char)*value))
        value++;
    while (end > value && isspace((unsigned char)end[-1]))
        end--;

    for (int i = 0; i < HTTP_HEADERS_MAX; i++) {
        const char *name = exchange->request.headers[i];
        if (name != NULL && strlen(name) == name_length &&
            strncasecmp(name, line, name_length) == 0)
            printable_text(value, (size_t)(end - value), exchange->answer.headers[i],
                           HTTP_HEADER_VALUE_MAX);
    }
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t length = size * count;

    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) /* after a 1xx it begins anew */
        memset(exchange->answer.headers, 0, sizeof exchange->answer.headers);
    else
        take_header(exchange, line, length);
    return length;
}

bool http_url_is_loopback(const char *text)
{
    CURLU *url = curl_url();
    char *host = NULL;
    bool loopback = false;

    if (url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        loopback = str_equal(host, "localhost") || str_equal(host, "[::1]") ||
                   str_starts(host, "127.");
    curl_free(host);
    curl_url_cleanup(url);
    return loopback;
}

static void add_line(struct exchange *exchange, const char *before, const char *text)
{
    char buffer[HTTP_HEADER_LINE_MAX];
    struct str line = str_on(buffer, sizeof buffer);

    if (text == NULL || text[0] == '\0')
        return;
    str_addf(&line, "%s%s", before, text);
    exchange->lines = curl_slist_append(exchange->lines, line.at);
    if (exchange->lines == NULL)
        abort(); /* out of memory, as memory_new() */
}

static void prepare(struct exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    CURL *easy = exchange->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOBODY, request->method == HTTP_HEAD ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, exchange->http->user_agent);

    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (request->bearer != NULL) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, request->bearer);
    }
    add_line(exchange, "Host: ", request->host);
    add_line(exchange, "", request->header);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->lines);
    if (request->direct || http_url_is_loopback(request->url))
        curl_easy_setopt(easy, CURLOPT_PROXY, "");

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)request->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request->fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, request->fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);

    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->curl_words);
}

/* Judges how the transfer ended, and completes the answer. */
static void complete(struct exchange *exchange, CURLcode result)
{
    struct http_answer *answer = &exchange->answer;
    curl_off_t total_us = 0;
    long status = 0, system_error = 0;

    curl_easy_getinfo(exchange->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &system_error);
    answer->elapsed_ms = (int)((total_us + 999) / 1000);
    answer->status = (int)status;
    answer->body = exchange->body;
    answer->cut = exchange->too_large;

    if (exchange->too_large && !exchange->request.body_may_be_cut)
        err_set(&answer->err, ERR_LIMIT, "the answer is larger than %zu bytes",
                exchange->request.body_max);
    else if (result != CURLE_OK && !exchange->too_large)
        http_fault(exchange->easy, result, exchange->curl_words, &answer->err);
    if (result == CURLE_COULDNT_CONNECT)
        answer->system_error = (int)system_error;
}

static void exchange_free(struct exchange *exchange)
{
    curl_easy_cleanup(exchange->easy);
    curl_slist_free_all(exchange->lines);
    free(exchange->body);
    free(exchange);
}

static void on_done(void *context, CURL *easy, CURLcode result)
{
    struct http *http = context;
    char *private = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    struct exchange *exchange = (struct exchange *)(void *)private;
    struct exchange **link = &http->open;
    while (*link != exchange)
        link = &(*link)->next;
    *link = exchange->next;

    complete(exchange, result);
    exchange->request.on_answer(exchange->request.context, &exchange->answer);
    exchange_free(exchange);
}

struct http *http_new(uv_loop_t *loop, const char *user_agent, struct err *err)
{
    struct http *http = memory_new(sizeof *http);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    str_copy(http->user_agent, sizeof http->user_agent, user_agent);
    if (!curl_loop_init(&http->curl, loop, on_done, http, err)) {
        curl_global_cleanup();
        free(http);
        return NULL;
    }
    return http;
}

void http_ask(struct http *http, const struct http_request *request)
{
    struct exchange *exchange = memory_new(sizeof *exchange);

    exchange->http = http;
    exchange->request = *request;
    exchange->body = memory_new(BODY_FIRST_SIZE);
    exchange->body_size = BODY_FIRST_SIZE;
    exchange->easy = curl_easy_init();
    if (exchange->easy == NULL)
        abort(); /* out of memory, as memory_new() */
    prepare(exchange);
    exchange->request.url = NULL; /* curl has its own copy */
    exchange->request.bearer = NULL;
    exchange->request.host = NULL;
    exchange->request.header = NULL;
    exchange->next = http->open;
    http->open = exchange;
    if (!curl_loop_add(&http->curl, exchange->easy))
        abort();
}

void http_close(struct http *http)
{
    while (http->open != NULL) {
        struct exchange *exchange = http->open;
        http->open = exchange->next;
        curl_loop_remove(&http->curl, exchange->easy);
        exchange_free(exchange);
    }
    curl_loop_close(&http->curl);
}

void http_free(struct http *http)
{
    if (http == NULL)
        return;
    curl_global_cleanup();
    free(http);
}
