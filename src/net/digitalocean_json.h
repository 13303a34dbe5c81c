#ifndef BGC_NET_DIGITALOCEAN_JSON_H
#define BGC_NET_DIGITALOCEAN_JSON_H

/*
 * What the DigitalOcean API says, read: bytes in, values out. Pure.
 *
 * API reference: "List all Droplets", "Links & Pagination", and the error object
 * {id, message, request_id}. All text comes out printable; an address that is no
 * address, a Droplet without an id and a document that is not what the reference
 * says are refused, naming the Droplet where there is one.
 */

#include "base/err.h"
#include "core/fleet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { API_PAGE_DROPLETS = 200, API_PATH_MAX = 256 };

/* One page of a listing. */
struct droplet_page {
    struct droplet droplets[API_PAGE_DROPLETS];
    size_t count;
    int64_t total; /* meta.total, -1: not told */
    int next;      /* page number in links.pages.next, 0: this is the last one */
};

/* Reads a page that was listed for `role`. Of `links.pages.next`, a URL that the server
 * chose, only the page number is taken. */
bool digitalocean_json_page(const char *text, size_t length, enum host_role role,
                            struct droplet_page *ret_page, struct err *err);

/* Makes `err` of an answer with another status than 200: what was asked, the status,
 * the API's own words and request id, and what the operator can do. `text` may be
 * anything, an HTML page of a proxy too. */
void digitalocean_json_refusal(const char *request, int status, const char *text,
                               size_t length, struct err *err);

#endif
