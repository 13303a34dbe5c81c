#include "lib/good_site.h"

#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct settings *read_settings(const char *more)
{
    char text[4096];
    struct err err = {.text = ""};
    struct settings *settings = malloc(sizeof *settings);
    assert_non_null(settings);
    snprintf(text, sizeof text,
             "[environment]\napp = shop\n[app]\nrepository = /srv/git/shop\n%s",
             more != NULL ? more : "");
    if (!settings_read_text(settings, "shop.ini", text, strlen(text), &err))
        fail_msg("%s", err.text);
    return settings;
}

struct haproxy_site *good_site_new(const char *version, const char *more)
{
    struct err err = {.text = ""};
    struct haproxy_site *site = calloc(1, sizeof *site);
    assert_non_null(site);
    site->settings = read_settings(more);
    if (!haproxy_version_read(version, &site->version, &err))
        fail_msg("%s", err.text);
    site->live_share = SHARE_BLUE;
    haproxy_site_add(site, COLOUR_GREEN, "web-green-2", "10.0.0.22");
    haproxy_site_add(site, COLOUR_BLUE, "web-blue-1", "10.0.0.11");
    haproxy_site_add(site, COLOUR_GREEN, "web-green-1", "10.0.0.21");
    haproxy_site_add(site, COLOUR_BLUE, "web-blue-2", "10.0.0.12");
    return site;
}

void good_site_free(struct haproxy_site *site)
{
    free((void *)site->settings);
    free(site);
}
