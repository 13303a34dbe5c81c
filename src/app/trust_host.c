#include "app/trust_host.h"

#include "base/str.h"
#include "net/digitalocean.h"

#include <arpa/inet.h>
#include <string.h>

/* Who looks for it, until the API has answered. */
struct search {
    uv_loop_t *loop;
    struct environment *environment;
    const char *words;
    struct ssh_target *target;
    struct err *err;
    bool found;
};

static void target_set(const struct search *search, const char *name,
                       const char *address, long long port)
{
    struct ssh_target *target = search->target;

    *target = (struct ssh_target){.port = (int)port};
    str_copy(target->name, sizeof target->name, name);
    str_copy(target->address, sizeof target->address, address);
    str_copy(target->user, sizeof target->user, search->environment->settings.user);
}

/* "HOST", "HOST:PORT" or "[HOST]:PORT". */
static bool split_port(const char *text, char host[SSH_ADDRESS_MAX], long long *port)
{
    const char *colon = strrchr(text, ':');
    bool bracketed = text[0] == '[';
    bool has_port =
        colon != NULL && (bracketed ? colon[-1] == ']' : strchr(text, ':') == colon);
    size_t length = has_port ? (size_t)(colon - text) : strlen(text);

    if (has_port && !str_to_long(colon + 1, 1, 65535, port))
        return false;
    if (bracketed && (length < 2 || text[length - 1] != ']'))
        return false;
    return str_copy_bytes(host, SSH_ADDRESS_MAX, text + bracketed,
                          length - 2 * (size_t)bracketed);
}

static bool is_address(const char *text)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, text, bytes) == 1 ||
           inet_pton(AF_INET6, text, bytes) == 1;
}

static bool is_jump(const struct search *search, const char *host)
{
    const char *jump = search->environment->settings.jump;
    const char *at = strchr(jump, '@');
    char jump_host[SSH_ADDRESS_MAX];
    long long port = 22;

    if (jump[0] == '\0' || !split_port(at != NULL ? at + 1 : jump, jump_host, &port) ||
        !str_equal(host, jump_host))
        return false;
    target_set(search, host, host, port);
    return true;
}

static void on_listed(void *context, struct event *event)
{
    struct search *search = context;
    const struct settings *settings = &search->environment->settings;

    uv_stop(search->loop);
    if (event->type != EV_FLEET_LISTED) {
        err_set(search->err, event->failure.code, "%s", event->failure.text);
        return;
    }
    for (size_t i = 0; i < event->fleet.count; i++) {
        const struct droplet *droplet = &event->fleet.droplets[i];
        const char *address = settings->address == ADDRESS_PRIVATE
                                  ? droplet->private_address
                                  : droplet->public_address;
        if (!str_equal(droplet->name, search->words) || address[0] == '\0')
            continue;
        target_set(search, droplet->name, address, settings->ssh_port);
        search->found = true;
    }
    if (!search->found)
        err_set(search->err, ERR_USAGE,
                "%s: no Droplet with our tags has this name, and it is no address",
                search->words);
}

static bool find_droplet(struct search *search)
{
    struct environment *environment = search->environment;
    const struct sink sink = {.take = on_listed, .context = search};
    static const struct ticket no_ticket = {0};
    struct digitalocean *api = NULL;

    if (!secret_read(&environment->settings, environment->token, search->err))
        return false;
    struct http *http = http_new(search->loop, "bgconsole/" BGC_VERSION, search->err);
    if (http != NULL)
        api = digitalocean_new(search->loop, http, &environment->settings,
                               environment->token, sink, search->err);
    if (api != NULL) {
        digitalocean_list(api, no_ticket);
        uv_run(search->loop, UV_RUN_DEFAULT);
        digitalocean_close(api);
    }
    if (http != NULL)
        http_close(http);
    uv_run(search->loop, UV_RUN_DEFAULT);
    digitalocean_free(api);
    http_free(http);
    return search->found;
}

bool trust_host_find(uv_loop_t *loop, struct environment *environment,
                     const char *words, struct ssh_target *ret_target,
                     bool *ret_is_jump, struct err *err)
{
    struct search search = {loop, environment, words, ret_target, err, false};
    char host[SSH_ADDRESS_MAX];
    long long port = environment->settings.ssh_port;

    *ret_is_jump = false;
    if (!split_port(words, host, &port))
        return err_set(err, ERR_USAGE, "%s: is no host", words);
    *ret_is_jump = is_jump(&search, host);
    if (*ret_is_jump)
        return true;
    if (!is_address(host))
        return find_droplet(&search);
    target_set(&search, host, host, port);
    return true;
}
