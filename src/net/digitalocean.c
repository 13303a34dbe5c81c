#include "net/digitalocean.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/api_page.h"

#include <stdlib.h>
#include <string.h>

enum {
    LISTING_LIMIT_MS = 120000,
    PAGES_MAX = 100, /* of one tag */
    READS_MAX = 3,   /* of one tag whose count did not agree */
    DROPLETS_MAX = 2 * FLEET_HOSTS_MAX,
};

struct digitalocean {
    struct api_access access;
    const struct settings *settings;
    struct sink sink;
    struct listing *open;
};

/* One question of core's, from its first page to its last. */
struct listing {
    struct listing *next;
    struct digitalocean *api;
    struct ticket ticket;
    uint64_t deadline_ms;
    struct api_page page;

    enum host_role role; /* whose tag is read */
    int number;          /* of the page that is read, from 1 */
    int reads;           /* of this tag so far */
    size_t tag_begin;    /* index of the tag's first Droplet */

    size_t count;
    struct droplet *droplets; /* DROPLETS_MAX of them */
};

static const char *tag_of(const struct settings *settings, enum host_role role)
{
    switch (role) {
    case ROLE_BLUE:
        return settings->tag_blue;
    case ROLE_GREEN:
        return settings->tag_green;
    default:
        return settings->tag_balancer;
    }
}

static void on_closed(uv_handle_t *handle)
{
    struct listing *listing = handle->data;

    free(listing->droplets);
    free(listing);
}

/* Takes the listing out; it frees itself when the loop has let go. */
static void listing_end(struct listing *listing)
{
    struct listing **link = &listing->api->open;

    while (*link != listing)
        link = &(*link)->next;
    *link = listing->next;
    api_page_close(&listing->page, on_closed);
}

static void send_event(struct listing *listing, struct event *event)
{
    const struct sink *sink = &listing->api->sink;

    event->ticket = listing->ticket;
    event->host = -1;
    sink->take(sink->context, event);
    listing_end(listing);
}

static void fail(struct listing *listing, const struct err *err)
{
    struct event event = {.type = EV_FLEET_FAILED,
                          .failure = {.code = err->code, .text = err->text}};

    send_event(listing, &event);
}

static void finish(struct listing *listing)
{
    struct event event = {
        .type = EV_FLEET_LISTED,
        .fleet = {.droplets = listing->droplets,
                  .count = listing->count,
                  .limit_remaining = listing->page.limit_remaining,
                  .limit_total = listing->page.limit_total},
    };

    send_event(listing, &event);
}

static void ask_page(struct listing *listing, int number)
{
    listing->number = number;
    api_page_ask(&listing->page, listing->role,
                 tag_of(listing->api->settings, listing->role), number,
                 listing->deadline_ms);
}

static const struct droplet *find_droplet(const struct listing *listing, int64_t id)
{
    for (size_t i = 0; i < listing->count; i++)
        if (listing->droplets[i].id == id)
            return &listing->droplets[i];
    return NULL;
}

static bool add_droplet(struct listing *listing, const struct droplet *droplet,
                        struct err *err)
{
    const struct settings *settings = listing->api->settings;
    const struct droplet *known = find_droplet(listing, droplet->id);

    if (known != NULL && known->role != droplet->role)
        return err_set(err, ERR_CONFIG,
                       "Droplet %s (id %lld) has the tags %s and %s: a host belongs to "
                       "one of them; remove the other tag",
                       droplet->name, (long long)droplet->id,
                       tag_of(settings, known->role), tag_of(settings, droplet->role));
    if (known != NULL)
        return true;
    if (listing->count == DROPLETS_MAX)
        return err_set(err, ERR_LIMIT, "more than %d Droplets", DROPLETS_MAX);
    listing->droplets[listing->count++] = *droplet;
    return true;
}

/* The page after this one, 0: this was the last. Told by the link, or by the total
 * where there is none. */
static int page_after(const struct listing *listing)
{
    const struct droplet_page *page = &listing->page.droplets;

    if (page->count == 0)
        return 0;
    if (page->next > 0)
        return page->next;
    bool more = page->total > (int64_t)listing->number * API_PAGE_DROPLETS;
    return more ? listing->number + 1 : 0;
}

static void begin_next_tag(struct listing *listing)
{
    listing->role++;
    listing->reads = 0;
    listing->tag_begin = listing->count;
    if (listing->role == ROLE_COUNT)
        finish(listing);
    else
        ask_page(listing, 1);
}

/* The list moved under our hands where we have not as many as it says that it has. */
static void end_tag(struct listing *listing)
{
    size_t count = listing->count - listing->tag_begin;
    int64_t total = listing->page.droplets.total;
    struct err err;

    if (total < 0 || total == (int64_t)count) {
        begin_next_tag(listing);
    } else if (++listing->reads < READS_MAX) {
        listing->count = listing->tag_begin;
        ask_page(listing, 1);
    } else {
        err_set(&err, ERR_PROTOCOL,
                "%s: %zu Droplets in the pages, but meta.total is %lld; the list "
                "changes while it is read",
                listing->page.request, count, (long long)total);
        fail(listing, &err);
    }
}

static void go_on(struct listing *listing)
{
    int next = page_after(listing);
    struct err err;

    if (next == 0) {
        end_tag(listing);
    } else if (next <= listing->number || next > PAGES_MAX) {
        err_set(&err, ERR_PROTOCOL,
                "%s: the page after %d would be %d; at most %d are read",
                listing->page.request, listing->number, next, PAGES_MAX);
        fail(listing, &err);
    } else {
        ask_page(listing, next);
    }
}

static void on_page(void *context, const struct err *failure)
{
    struct listing *listing = context;
    const struct droplet_page *page = &listing->page.droplets;
    struct err err;

    if (failure->code != ERR_NONE) {
        fail(listing, failure);
        return;
    }
    for (size_t i = 0; i < page->count; i++)
        if (!add_droplet(listing, &page->droplets[i], &err)) {
            fail(listing, &err);
            return;
        }
    go_on(listing);
}

struct digitalocean *digitalocean_new(uv_loop_t *loop, struct http *http,
                                      const struct settings *settings,
                                      const char *token, struct sink sink,
                                      struct err *err)
{
    bool https = str_starts(settings->api_url, "https://");

    if (!https && !http_url_is_loopback(settings->api_url)) {
        err_set(err, ERR_CONFIG,
                "digitalocean.api_url %s: the token would travel in clear; use https",
                settings->api_url);
        return NULL;
    }
    if (strlen(token) >= API_TOKEN_MAX) {
        err_set(err, ERR_CONFIG, "the token is longer than %d bytes",
                API_TOKEN_MAX - 1);
        return NULL;
    }
    struct digitalocean *api = memory_new(sizeof *api);
    api->access.loop = loop;
    api->access.http = http;
    api->access.url = settings->api_url;
    str_copy(api->access.token, API_TOKEN_MAX, token);
    api->settings = settings;
    api->sink = sink;
    return api;
}

void digitalocean_list(struct digitalocean *api, struct ticket ticket)
{
    struct listing *listing = memory_new(sizeof *listing);

    listing->api = api;
    listing->ticket = ticket;
    listing->deadline_ms = uv_now(api->access.loop) + LISTING_LIMIT_MS;
    listing->droplets = memory_new(DROPLETS_MAX * sizeof *listing->droplets);
    listing->next = api->open;
    api->open = listing;
    api_page_init(&listing->page, &api->access, on_page, listing);
    ask_page(listing, 1);
}

void digitalocean_close(struct digitalocean *api)
{
    while (api->open != NULL)
        listing_end(api->open);
}

void digitalocean_free(struct digitalocean *api)
{
    if (api == NULL)
        return;
    explicit_bzero(api->access.token, API_TOKEN_MAX);
    free(api);
}
