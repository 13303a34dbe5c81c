#include "app/inquiry.h"

#include "net/balancer_client.h"

#include <stdio.h>

/* ---- the load balancers ---- */

static void add_balancer(struct inquiry *inquiry, const struct droplet *droplet)
{
    const struct settings *settings = &inquiry->environment.settings;
    const char *address = settings->address == ADDRESS_PRIVATE
                              ? droplet->private_address
                              : droplet->public_address;

    if (droplet->role != ROLE_BALANCER || address[0] == '\0' ||
        inquiry->count == FLEET_BALANCERS_MAX)
        return;
    struct ssh_target *target = &inquiry->targets[inquiry->count++];
    target->port = (int)settings->ssh_port;
    str_copy(target->name, sizeof target->name, droplet->name);
    str_copy(target->address, sizeof target->address, address);
    str_copy(target->user, sizeof target->user, settings->user);
}

static void on_event(void *context, struct event *event)
{
    struct inquiry *inquiry = context;

    uv_stop(&inquiry->loop);
    if (event->type != EV_FLEET_LISTED) {
        err_set(&inquiry->err, event->failure.code, "%s", event->failure.text);
        return;
    }
    for (size_t i = 0; i < event->fleet.count; i++)
        add_balancer(inquiry, &event->fleet.droplets[i]);
    if (inquiry->count == 0)
        err_set(&inquiry->err, ERR_REFUSED, "no load balancer carries the tag %s",
                inquiry->environment.settings.tag_balancer);
}

static bool open_rooms(struct inquiry *inquiry)
{
    const struct settings *settings = &inquiry->environment.settings;
    struct sink sink = {.take = on_event, .context = inquiry};

    ssh_shared_init(&inquiry->shared, &inquiry->environment.log);
    inquiry->identity =
        ssh_identity_of(settings, inquiry->environment.trusted_hosts, &inquiry->shared);
    uv_loop_init(&inquiry->loop);
    fair_queue_init(&inquiry->queue, &inquiry->loop);
    inquiry->http = http_new(&inquiry->loop, "bgconsole/" BGC_VERSION, &inquiry->err);
    if (inquiry->http == NULL)
        return false;
    inquiry->api = digitalocean_new(&inquiry->loop, inquiry->http, settings,
                                    inquiry->environment.token, sink, &inquiry->err);
    return inquiry->api != NULL;
}

enum exit_code inquiry_open(struct inquiry *inquiry, const struct app_options *options)
{
    static const struct ticket no_ticket = {0};

    *inquiry = (struct inquiry){0};
    enum exit_code code = environment_open(&inquiry->environment, options);
    if (code != EXIT_OK) {
        environment_close(&inquiry->environment);
        return code;
    }
    if (open_rooms(inquiry)) {
        digitalocean_list(inquiry->api, no_ticket);
        uv_run(&inquiry->loop, UV_RUN_DEFAULT);
    }
    if (inquiry->count > 0)
        return EXIT_OK;
    fprintf(stderr, "bgconsole: %s\n", inquiry->err.text);
    code = inquiry->api == NULL ? EXIT_CONFIG : EXIT_UNREACHABLE;
    inquiry_close(inquiry);
    return code;
}

void inquiry_close(struct inquiry *inquiry)
{
    balancer_reader_free(inquiry->reader);
    if (inquiry->api != NULL)
        digitalocean_close(inquiry->api);
    if (inquiry->http != NULL)
        http_close(inquiry->http);
    fair_queue_close(&inquiry->queue);
    uv_run(&inquiry->loop, UV_RUN_DEFAULT);
    digitalocean_free(inquiry->api);
    http_free(inquiry->http);
    uv_loop_close(&inquiry->loop);
    ssh_shared_close(&inquiry->shared);
    environment_close(&inquiry->environment);
}

/* ---- a question ---- */

/* One line of ours for one of theirs, whatever is in it. */
static void on_line(void *context, const char *key, const char *value)
{
    struct inquiry *inquiry = context;

    if (!str_equal(key, inquiry->wanted))
        return;
    for (; *value != '\0'; value++)
        str_add_char(inquiry->out, *value == '\n' ? ' ' : *value);
    str_add_char(inquiry->out, '\n');
}

static void on_bytes(void *context, const char *bytes, size_t length)
{
    struct inquiry *inquiry = context;

    str_add_bytes(inquiry->out, bytes, length);
}

static void on_end(void *context, const struct err *err)
{
    struct inquiry *inquiry = context;

    inquiry->err = *err;
    inquiry->ended = true;
    uv_stop(&inquiry->loop);
}

static void ask_current(struct inquiry *inquiry, const char *verb, const char *key,
                        const char *value)
{
    const struct balancer_reader_taker taker = {on_line, on_bytes, on_end, inquiry};
    const struct environment *environment = &inquiry->environment;

    if (inquiry->reader == NULL)
        inquiry->reader = balancer_reader_new(
            &inquiry->loop, &inquiry->queue, &inquiry->targets[inquiry->current],
            &inquiry->identity, environment->name,
            balancer_command(environment->settings.become));
    str_clear(inquiry->out);
    inquiry->ended = false;
    balancer_reader_ask(inquiry->reader, verb, key, value, &taker);
    while (!inquiry->ended)
        uv_run(&inquiry->loop, UV_RUN_DEFAULT);
}

bool inquiry_ask(struct inquiry *inquiry, const char *verb, const char *key,
                 const char *value, const char *wanted, struct str *out)
{
    inquiry->wanted = wanted;
    inquiry->out = out;
    ask_current(inquiry, verb, key, value);
    while (inquiry->err.code != ERR_NONE && inquiry->err.code != ERR_REFUSED &&
           inquiry->current + 1 < inquiry->count) {
        balancer_reader_free(inquiry->reader);
        inquiry->reader = NULL;
        inquiry->current++;
        ask_current(inquiry, verb, key, value);
    }
    return inquiry->err.code == ERR_NONE;
}
