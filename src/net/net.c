#include "net/net.h"

#include "base/memory.h"
#include "base/str.h"
#include "core/receipt_json.h"
#include "net/balancer_watch.h"
#include "net/digitalocean.h"
#include "net/haproxy.h"
#include "net/health_check.h"
#include "net/hooks.h"
#include "net/host_client.h"
#include "net/host_output.h"
#include "net/probe.h"
#include "net/ssh_shared.h"

#include <stdlib.h>

/* The connections to one host, made for the address that it had then. */
struct line {
    char address[HOST_ADDRESS_MAX];
    struct host_client *host;
    struct balancer_client *balancer;
    struct balancer_watch *watch;
};

struct net {
    uv_loop_t *loop;
    const struct settings *settings;
    const struct model *model;
    struct sink sink;
    struct ssh_identity identity;
    struct ssh_shared shared; /* by all lines */
    struct fair_queue queue;
    struct http *http;
    struct digitalocean *api;
    struct probe *probe;
    struct health_checks *front; /* through the load balancer */
    struct haproxy *haproxy;     /* the local socket, NULL: none in the settings */
    struct host_output *output;
    struct hooks *hooks;
    struct line lines[FLEET_HOSTS_MAX];
};

static void line_drop(struct line *line)
{
    if (line->host != NULL)
        host_client_free(line->host);
    if (line->balancer != NULL)
        balancer_client_free(line->balancer);
    if (line->watch != NULL)
        balancer_watch_free(line->watch);
    *line = (struct line){0};
}

static void keep_output(void *context, int host, const char *run, int step,
                        int64_t offset, const char *bytes, size_t length)
{
    struct net *net = context;
    struct err err;

    if (net->output != NULL)
        host_output_take(net->output, host, net->model->fleet.hosts[host].droplet.name,
                         run, step, offset, bytes, length, &err);
}

/* The line to a host, begun anew where its address is another one than before. */
static struct line *line_to(struct net *net, int host)
{
    struct line *line = &net->lines[host];
    const char *address = net->model->fleet.hosts[host].address;

    if (!str_equal(line->address, address)) {
        line_drop(line);
        str_copy(line->address, sizeof line->address, address);
    }
    return line;
}

static struct ssh_target target_of(const struct net *net, int host)
{
    const struct host *it = &net->model->fleet.hosts[host];
    struct ssh_target target = {.port = (int)net->settings->ssh_port};

    str_copy(target.name, sizeof target.name, it->droplet.name);
    str_copy(target.address, sizeof target.address, it->address);
    str_copy(target.user, sizeof target.user, net->settings->user);
    return target;
}

static struct host_client *host_of(struct net *net, int host)
{
    struct line *line = line_to(net, host);

    if (line->host == NULL) {
        struct ssh_target target = target_of(net, host);
        struct host_client_options options = {
            .target = &target,
            .identity = &net->identity,
            .env = net->model->env,
            .host = host,
            .sink = net->sink,
            .output = {.take = keep_output, .context = net},
        };
        line->host = host_client_new(net->loop, &net->queue, &options);
    }
    return line->host;
}

static struct balancer_options balancer_options_of(struct net *net, int host,
                                                   const struct ssh_target *target)
{
    return (struct balancer_options){
        .target = target,
        .identity = &net->identity,
        .env = net->model->env,
        .become = net->settings->become,
        .host = host,
        .sink = net->sink,
    };
}

static struct balancer_client *balancer_of(struct net *net, int host)
{
    struct line *line = line_to(net, host);

    if (line->balancer == NULL) {
        struct ssh_target target = target_of(net, host);
        struct balancer_options options = balancer_options_of(net, host, &target);
        line->balancer = balancer_client_new(net->loop, &net->queue, &options);
    }
    return line->balancer;
}

static void watch(struct net *net, const struct effect *effect)
{
    if (effect->host < 0) {
        haproxy_watch(net->haproxy, effect->ticket, effect->host);
        return;
    }
    struct line *line = line_to(net, effect->host);
    if (line->watch == NULL) {
        struct ssh_target target = target_of(net, effect->host);
        struct balancer_options options =
            balancer_options_of(net, effect->host, &target);
        line->watch =
            balancer_watch_new(net->loop, &net->queue, &options, net->settings);
    }
    balancer_watch_begin(line->watch, effect->ticket);
}

static void on_front_result(void *context, const struct health_check *check,
                            const struct probe_result *result)
{
    const struct net *net = context;
    struct event event = {.type = EV_FRONT_PROBED,
                          .ticket = check->ticket,
                          .host = -1,
                          .step = -1,
                          .probe = result};

    net->sink.take(net->sink.context, &event);
}

static void probe_front(struct net *net, struct ticket ticket)
{
    const struct front *front = &net->model->front;
    const char *secret = net->settings->preview_secret;
    char header[SETTING_TEXT_MAX + 32] = "";
    struct str line = str_on(header, sizeof header);

    if (net->model->run.stage < STAGE_WATCH && secret[0] != '\0')
        str_addf(&line, "X-Bgconsole-Preview: %s", secret);
    health_checks_ask(net->front, &(struct health_check){.ticket = ticket,
                                                         .subject = -1,
                                                         .address = front->address,
                                                         .name = front->name,
                                                         .header = header,
                                                         .on_result = on_front_result,
                                                         .context = net});
}

static void put_receipt(struct net *net, int host)
{
    char *text = memory_new(RECEIPT_BODY_MAX);
    struct str body = str_on(text, RECEIPT_BODY_MAX);

    receipt_write_body(&net->model->run, &body);
    balancer_client_put_receipt(balancer_of(net, host), net->model->run.id, text);
    free(text);
}

void net_perform(struct net *net, const struct effect *effect)
{
    const struct model *model = net->model;
    int host = effect->host;

    switch (effect->type) {
    case FX_LIST_FLEET:
        digitalocean_list(net->api, effect->ticket);
        break;
    case FX_WATCH_BALANCER:
        watch(net, effect);
        break;
    case FX_ASK_BALANCER:
        balancer_client_status(balancer_of(net, host), effect->ticket);
        break;
    case FX_ACQUIRE:
        balancer_client_acquire(balancer_of(net, host), effect->ticket, model);
        break;
    case FX_RENEW:
        balancer_client_renew(balancer_of(net, host), effect->ticket, model);
        break;
    case FX_RELEASE:
        balancer_client_release(balancer_of(net, host), effect->ticket, model);
        break;
    case FX_CHANGE:
        balancer_client_change(balancer_of(net, host), effect->ticket, model);
        break;
    case FX_EXTEND:
        balancer_client_extend(balancer_of(net, host), effect->ticket, model);
        break;
    case FX_PUBLISH:
        balancer_client_publish(balancer_of(net, host), model->run.id, effect->note);
        break;
    case FX_PUT_RECEIPT:
        put_receipt(net, host);
        break;
    case FX_ASK_EVENTS:
        balancer_client_events(balancer_of(net, host), effect->ticket, effect->offset);
        break;
    case FX_ASK_CONFIG:
        balancer_client_config(balancer_of(net, host), effect->ticket);
        break;
    case FX_CHECK_CONFIG:
        balancer_client_check_config(balancer_of(net, host), effect->ticket, model);
        break;
    case FX_ASK_HOST:
        host_client_ask(host_of(net, host), effect->ticket);
        break;
    case FX_ASK_SHARED:
        host_client_shared(host_of(net, host), effect->ticket, net->settings);
        break;
    case FX_RESOLVE:
        host_client_resolve(host_of(net, host), effect->ticket,
                            net->settings->repository, model->run.ref);
        break;
    case FX_PROBE:
        probe_host(net->probe, effect->ticket, host, model->fleet.hosts[host].address);
        break;
    case FX_PROBE_FRONT:
        probe_front(net, effect->ticket);
        break;
    case FX_JOB_START:
        host_client_start(host_of(net, host), effect->ticket, model, effect->step);
        break;
    case FX_JOB_FOLLOW:
        host_client_follow(host_of(net, host), effect->ticket, model, effect->step,
                           effect->offset);
        break;
    case FX_JOB_CANCEL:
        host_client_cancel(host_of(net, host), effect->ticket, model, effect->step);
        break;
    case FX_HOOK:
        hooks_run(net->hooks, effect->ticket, effect->stage, effect->when, model);
        break;
    case FX_NOTE:
        break;
    }
}

static bool open_rooms(struct net *net, const struct net_options *options,
                       struct err *err)
{
    const struct settings *settings = net->settings;

    net->http = http_new(net->loop, "bgconsole/" BGC_VERSION, err);
    if (net->http == NULL)
        return false;
    net->api = digitalocean_new(net->loop, net->http, settings, options->token,
                                net->sink, err);
    if (net->api == NULL)
        return false;
    net->hooks = hooks_new(net->loop, settings, net->sink);
    net->probe = probe_new(net->http, settings, net->sink);
    net->front = health_checks_new(net->http, settings);
    if (settings->socket[0] == '\0')
        return true;
    net->haproxy = haproxy_new(net->loop, settings, net->sink, err);
    return net->haproxy != NULL;
}

struct net *net_new(uv_loop_t *loop, const struct net_options *options, struct err *err)
{
    const struct settings *settings = options->settings;
    struct net *net = memory_new(sizeof *net);

    net->loop = loop;
    net->settings = settings;
    net->model = options->model;
    net->sink = options->sink;
    ssh_shared_init(&net->shared, options->log);
    net->identity = ssh_identity_of(settings, options->trusted_hosts, &net->shared);
    fair_queue_init(&net->queue, loop);
    if (options->state != NULL)
        net->output = host_output_new(options->state, options->model->recipe);
    if (open_rooms(net, options, err))
        return net;
    net_close(net);
    uv_run(loop, UV_RUN_DEFAULT);
    net_free(net);
    return NULL;
}

void net_close(struct net *net)
{
    for (int i = 0; i < FLEET_HOSTS_MAX; i++)
        line_drop(&net->lines[i]);
    fair_queue_close(&net->queue);
    if (net->hooks != NULL)
        hooks_close(net->hooks);
    if (net->haproxy != NULL)
        haproxy_close(net->haproxy);
    if (net->api != NULL)
        digitalocean_close(net->api);
    if (net->http != NULL)
        http_close(net->http);
}

void net_free(struct net *net)
{
    if (net->haproxy != NULL)
        haproxy_free(net->haproxy);
    if (net->probe != NULL)
        probe_free(net->probe);
    if (net->front != NULL)
        health_checks_free(net->front);
    if (net->api != NULL)
        digitalocean_free(net->api);
    if (net->http != NULL)
        http_free(net->http);
    ssh_shared_close(&net->shared);
    host_output_free(net->output);
    if (net->hooks != NULL)
        hooks_free(net->hooks);
    free(net);
}
