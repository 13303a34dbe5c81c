#ifndef BGC_NET_DIGITALOCEAN_H
#define BGC_NET_DIGITALOCEAN_H

/*
 * The DigitalOcean API: lists the Droplets of our three tags.
 *
 * GET /v2/droplets?tag_name=TAG&per_page=200&page=N, tag by tag and page by page,
 * one request at a time. Droplets are known by id, so a list that shifts between two
 * pages gives none twice; where the count does not agree with meta.total the tag is
 * read again. Either the whole listing arrives or a failure: nobody ever sees half
 * of it. What may pass by itself is tried again (net/api_page).
 *
 * It only reads: nothing is ever made, changed or destroyed by this room. The token
 * goes to the host of `digitalocean.api_url` alone, by https (by http only within
 * this machine), and never into a message.
 */

#include "net/http.h"
#include "net/net.h"

struct digitalocean;

/* `http` and `settings` are kept, `token` is copied. Fails where the token would
 * travel in clear. */
struct digitalocean *digitalocean_new(uv_loop_t *loop, struct http *http,
                                      const struct settings *settings,
                                      const char *token, struct sink sink,
                                      struct err *err);

/* Answered by EV_FLEET_LISTED or EV_FLEET_FAILED with this ticket. A Droplet that
 * carries two of our tags is a failure that names it. Bounds: 100 pages a tag, 16 MiB
 * a page, 2 minutes in all. */
void digitalocean_list(struct digitalocean *api, struct ticket ticket);

/* Ends open listings without an answer; before http_close(). The loop must run before
 * digitalocean_free(), which wipes the token. */
void digitalocean_close(struct digitalocean *api);
void digitalocean_free(struct digitalocean *api);

#endif
