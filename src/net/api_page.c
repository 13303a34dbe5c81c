#include "net/api_page.h"

#include "base/str.h"

#include <curl/curl.h>
#include <string.h>

enum {
    CONNECT_LIMIT_MS = 5000,
    TRY_LIMIT_MS = 15000,
    BYTES_MAX = 16 * 1024 * 1024,
    TRIES_MAX = 4,
    RETRY_FIRST_MS = 500,
    RETRY_CAP_MS = 10000, /* a longer rest is not waited for */
    REST_MAX_S = 3600,
    URL_MAX = 512,
};

enum wanted_header { HEADER_LIMIT, HEADER_REMAINING, HEADER_RETRY_AFTER };

static void ask(uv_timer_t *timer);

static void end(struct api_page *page, const struct err *err)
{
    page->on_end(page->context, err);
}

static void end_with(struct api_page *page, struct err *err)
{
    err_wrap(err, "%s", page->request);
    end(page, err);
}

/* Begins another try, where that has a point. `least_ms`: what the API asked for. */
static bool try_again(struct api_page *page, int64_t least_ms)
{
    int wait_ms = backoff_next_ms(&page->backoff);

    if (++page->tries >= TRIES_MAX || least_ms > RETRY_CAP_MS)
        return false;
    if (wait_ms < least_ms)
        wait_ms = (int)least_ms;
    if (uv_now(page->access->loop) + (uint64_t)wait_ms + TRY_LIMIT_MS >
        page->deadline_ms)
        return false;
    uv_timer_start(&page->timer, ask, (uint64_t)wait_ms, 0);
    return true;
}

static void take_page(struct api_page *page, const struct http_answer *answer)
{
    struct err err = {.code = ERR_NONE};

    if (digitalocean_json_page(answer->body, answer->length, page->role,
                               &page->droplets, &err))
        end(page, &err);
    else
        end_with(page, &err);
}

/* A header's number, or -1. */
static int header_number(const struct http_answer *answer, enum wanted_header header)
{
    long long number;

    return str_to_long(answer->headers[header], 0, INT32_MAX, &number) ? (int)number
                                                                       : -1;
}

static bool status_may_pass(int status)
{
    return status == 429 || status == 500 || (status >= 502 && status <= 504);
}

static void take_refusal(struct api_page *page, const struct http_answer *answer)
{
    struct api_access *access = page->access;
    int rest_s = header_number(answer, HEADER_RETRY_AFTER);
    struct err err;

    if (rest_s > REST_MAX_S)
        rest_s = REST_MAX_S;
    if (status_may_pass(answer->status) && try_again(page, (int64_t)rest_s * 1000))
        return;
    if (answer->status == 429 && rest_s > 0)
        access->rest_until_ms = uv_now(access->loop) + (uint64_t)rest_s * 1000;
    digitalocean_json_refusal(page->request, answer->status, answer->body,
                              answer->length, &err);
    end(page, &err);
}

static bool fault_may_pass(enum err_code code)
{
    return code == ERR_LOST || code == ERR_TIMEOUT || code == ERR_CONNECT ||
           code == ERR_RESOLVE;
}

static void on_answer(void *context, const struct http_answer *answer)
{
    struct api_page *page = context;
    struct err err = answer->err;

    if (err.code != ERR_NONE) {
        if (!fault_may_pass(err.code) || !try_again(page, 0))
            end_with(page, &err);
        return;
    }
    page->limit_total = header_number(answer, HEADER_LIMIT);
    page->limit_remaining = header_number(answer, HEADER_REMAINING);
    if (answer->status == 200)
        take_page(page, answer);
    else
        take_refusal(page, answer);
}

static bool api_rests(const struct api_access *access, struct err *err)
{
    uint64_t now_ms = uv_now(access->loop);

    if (now_ms >= access->rest_until_ms)
        return false;
    err_set(
        err, ERR_REFUSED,
        "the token's rate limit is used up; the API asked for a rest of %llu s more",
        (unsigned long long)(access->rest_until_ms - now_ms + 999) / 1000);
    return true;
}

static void ask(uv_timer_t *timer)
{
    struct api_page *page = timer->data;
    const struct api_access *access = page->access;
    const char *path = page->request + strlen("GET ");
    size_t base_length = strlen(access->url);
    char url[URL_MAX];
    struct str out = str_on(url, sizeof url);
    struct err err;

    if (api_rests(access, &err)) {
        end_with(page, &err);
        return;
    }
    if (base_length > 0 && access->url[base_length - 1] == '/')
        base_length--;
    str_add_bytes(&out, access->url, base_length);
    str_add(&out, path);

    struct http_request request = {
        .method = HTTP_GET,
        .url = url,
        .bearer = access->token,
        .connect_timeout_ms = CONNECT_LIMIT_MS,
        .timeout_ms = TRY_LIMIT_MS,
        .body_max = BYTES_MAX,
        .headers = {[HEADER_LIMIT] = "ratelimit-limit",
                    [HEADER_REMAINING] = "ratelimit-remaining",
                    [HEADER_RETRY_AFTER] = "retry-after"},
        .on_answer = on_answer,
        .context = page,
    };
    http_ask(access->http, &request);
}

void api_page_init(struct api_page *page, struct api_access *access,
                   void (*on_end)(void *context, const struct err *err), void *context)
{
    *page = (struct api_page){.access = access,
                              .limit_total = -1,
                              .limit_remaining = -1,
                              .on_end = on_end,
                              .context = context};
    backoff_init(&page->backoff, RETRY_FIRST_MS, RETRY_CAP_MS, uv_hrtime());
    uv_timer_init(access->loop, &page->timer);
    page->timer.data = page;
}

void api_page_ask(struct api_page *page, enum host_role role, const char *tag,
                  int number, uint64_t deadline_ms)
{
    char *escaped = curl_easy_escape(NULL, tag, 0);
    struct str request = str_on(page->request, sizeof page->request);

    str_addf(&request, "GET /v2/droplets?tag_name=%s&per_page=%d&page=%d",
             escaped != NULL ? escaped : "", API_PAGE_DROPLETS, number);
    curl_free(escaped);
    page->role = role;
    page->tries = 0;
    page->deadline_ms = deadline_ms;
    backoff_reset(&page->backoff);
    uv_timer_start(&page->timer, ask, 0, 0);
}

void api_page_close(struct api_page *page, uv_close_cb on_closed)
{
    page->timer.data = page->context;
    uv_close((uv_handle_t *)&page->timer, on_closed);
}
