#include "secure.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SECURE_TIMEOUT_MS = 10000, SECURE_STREAMS_MAX = 32 };

#define SECURE_HOST "www.example.com"

/* The value of the header NAME, where LINE is one. */
static void header_keep(const char *line, size_t length, const char *name, char *value)
{
    size_t name_length = strlen(name);

    if (length <= name_length || strncasecmp(line, name, name_length) != 0 ||
        line[name_length] != ':')
        return;
    line += name_length + 1;
    length -= name_length + 1;
    while (length > 0 && (*line == ' ' || *line == '\t'))
        line++, length--;
    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
        length--;
    snprintf(value, ANSWER_NAME_MAX, "%.*s", (int)length, line);
}

static size_t header_came(char *line, size_t size, size_t count, void *owner)
{
    struct secure_client *c = owner;

    header_keep(line, size * count, "x-host", c->answer.host);
    header_keep(line, size * count, "x-release", c->answer.release);
    return size * count;
}

static size_t body_came(char *bytes, size_t size, size_t count, void *owner)
{
    struct answer *a = &((struct secure_client *)owner)->answer;
    size_t length = size * count;

    if (a->body_length < ANSWER_BODY_KEPT) {
        size_t room = ANSWER_BODY_KEPT - a->body_length;
        memcpy(a->body + a->body_length, bytes, length < room ? length : room);
    }
    a->body_length += length;
    return length;
}

static bool client_init_one(struct secure_client *c, const char *ca,
                            const struct sockaddr_in *target, struct report *report,
                            enum kind kind)
{
    char address[INET_ADDRSTRLEN], way[128];
    unsigned port = ntohs(target->sin_port);

    c->report = report;
    c->kind = kind;
    c->easy = curl_easy_init();
    inet_ntop(AF_INET, &target->sin_addr, address, sizeof(address));
    snprintf(way, sizeof(way), SECURE_HOST ":443:%s:%u", address, port);
    c->connect_to = curl_slist_append(NULL, way);
    if (!c->easy || !c->connect_to)
        return false;
    curl_easy_setopt(c->easy, CURLOPT_URL, "https://" SECURE_HOST "/");
    curl_easy_setopt(c->easy, CURLOPT_CONNECT_TO, c->connect_to);
    curl_easy_setopt(c->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(c->easy, CURLOPT_CAINFO, ca);
    curl_easy_setopt(c->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)SECURE_TIMEOUT_MS);
    curl_easy_setopt(c->easy, CURLOPT_HTTP_VERSION,
                     kind == KIND_HTTP2 ? (long)CURL_HTTP_VERSION_2TLS
                                        : (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c->easy, CURLOPT_PIPEWAIT, kind == KIND_HTTP2 ? 1L : 0L);
    curl_easy_setopt(c->easy, CURLOPT_HEADERFUNCTION, header_came);
    curl_easy_setopt(c->easy, CURLOPT_HEADERDATA, c);
    curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, body_came);
    curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
    return true;
}

bool secure_init(struct secure *s, unsigned long count, const char *ca,
                 const struct sockaddr_in *targets, unsigned target_count,
                 struct report *report)
{
    *s = (struct secure){0};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        return false;
    s->clients = calloc(count, sizeof(*s->clients));
    if (!s->clients)
        return false;
    for (int protocol = 0; protocol < SECURE_PROTOCOLS; protocol++) {
        CURLM *multi = s->multis[protocol] = curl_multi_init();
        if (!multi)
            return false;
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)count);
        curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS,
                          (long)SECURE_STREAMS_MAX);
    }
    s->count = count;
    for (unsigned long i = 0; i < count; i++) {
        struct secure_client *c = &s->clients[i];
        enum kind kind = i % 2 ? KIND_HTTP2 : KIND_PAGE;
        c->multi = s->multis[kind == KIND_HTTP2 ? SECURE_HTTP2 : SECURE_HTTP1];
        if (!client_init_one(c, ca, &targets[i / 2 % target_count], report, kind))
            return false;
    }
    return true;
}

bool secure_ask(struct secure *s, uint64_t due_us)
{
    for (unsigned long i = 0; i < s->count; i++) {
        struct secure_client *c = &s->clients[s->next];
        s->next = (s->next + 1) % s->count;
        if (c->busy)
            continue;
        c->busy = true;
        c->due_us = due_us;
        answer_init(&c->answer);
        report_sent(c->report, c->kind);
        s->busy++;
        curl_multi_add_handle(c->multi, c->easy);
        return true;
    }
    return false;
}

static enum failure failure_of(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return FAILURE_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return FAILURE_TIMEOUT;
    default:
        return FAILURE_RESET;
    }
}

/* A client that was to speak HTTP/2 and did not is not what was asked for. */
static bool spoke_right(const struct secure_client *c)
{
    long version = 0;

    curl_easy_getinfo(c->easy, CURLINFO_HTTP_VERSION, &version);
    return (version == CURL_HTTP_VERSION_2_0) == (c->kind == KIND_HTTP2);
}

static void answered(struct secure_client *c, CURLcode code, uint64_t now_us)
{
    long status = 0;

    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status < 100 || status > 599) {
        report_failure(c->report, c->kind, failure_of(code));
        return;
    }
    c->answer.status = (int)status;
    bool good = report_answer(c->report, c->kind, &c->answer);
    if (good && !spoke_right(c)) {
        report_failure(c->report, c->kind, FAILURE_PROTOCOL);
        good = false;
    }
    if (good)
        report_good(c->report, c->kind);
    report_page_took(c->report, c->due_us, now_us, good);
}

static void multi_turn(struct secure *s, CURLM *multi, uint64_t now_us)
{
    int running, left;
    CURLMsg *message;

    curl_multi_perform(multi, &running);
    while ((message = curl_multi_info_read(multi, &left))) {
        struct secure_client *c = NULL;
        CURLcode code = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&c);
        curl_multi_remove_handle(multi, c->easy); /* MESSAGE is gone with it */
        answered(c, code, now_us);
        c->busy = false;
        s->busy--;
    }
}

void secure_turn(struct secure *s, uint64_t now_us)
{
    for (int protocol = 0; protocol < SECURE_PROTOCOLS; protocol++)
        multi_turn(s, s->multis[protocol], now_us);
}

void secure_close(struct secure *s)
{
    for (unsigned long i = 0; i < s->count; i++) {
        struct secure_client *c = &s->clients[i];
        if (c->busy)
            curl_multi_remove_handle(c->multi, c->easy);
        curl_easy_cleanup(c->easy);
        curl_slist_free_all(c->connect_to);
    }
    for (int protocol = 0; protocol < SECURE_PROTOCOLS; protocol++)
        curl_multi_cleanup(s->multis[protocol]);
    free(s->clients);
    curl_global_cleanup();
}
