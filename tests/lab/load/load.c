/* load: asks for the first page at a fixed rate and counts the answers; beside it holds
 * so many long requests and upgraded connections as it is told.
 *
 * The rate is that of the world and not of the server: request n is due at start +
 * n/RPS, whatever became of those before it, and how long it took is counted from then.
 * So a stall shows as long answers for all who came meanwhile, and not as one.
 *
 * Told to end (TERM, INT), it sends nothing more, waits for what is under way, and then
 * writes the last report: nothing that was sent is left uncounted. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "client.h"
#include "options.h"
#include "report.h"
#include "secure.h"
#include "tunnel.h"

enum {
    TICK_MS = 1,
    REPORT_EVERY_MS = 1000,
    LATE_MAX_US = 2000000, /* a request that could not begin by then is skipped */
    END_WITHIN_MS = CLIENT_TIMEOUT_MS + CLIENT_LONG_S * 1000 + 1000,
};

struct load {
    uv_loop_t loop;
    uv_timer_t tick;
    uv_timer_t report_timer;
    uv_timer_t end_timer; /* the last moment for what is under way at the end */
    uv_signal_t terminate;
    uv_signal_t interrupt;
    struct report report;
    struct options options;
    struct client *clients;
    struct client *long_clients;
    struct tunnel *tunnels;
    struct secure secure;      /* in place of the clients, where pages come over TLS */
    unsigned long next_client; /* they take turns */
    uint64_t next_request;     /* the number of the next one that is due */
};

static uint64_t due_us(const struct load *load, uint64_t request)
{
    return load->report.started_us + request * 1000000 / load->options.rate;
}

static struct client *client_free_find(struct load *load)
{
    for (unsigned long i = 0; i < load->options.clients; i++) {
        struct client *c = &load->clients[load->next_client];
        load->next_client = (load->next_client + 1) % load->options.clients;
        if (client_is_free(c))
            return c;
    }
    return NULL;
}

static bool page_ask(struct load *load, uint64_t due)
{
    if (load->options.ca)
        return secure_ask(&load->secure, due);
    struct client *c = client_free_find(load);
    if (c)
        client_ask(c, due);
    return c;
}

/* Sends all that is due, as far as there are free clients. */
static void requests_send(struct load *load)
{
    uint64_t now = clock_us();

    for (; !load->report.ending && due_us(load, load->next_request) <= now;
         load->next_request++) {
        uint64_t due = due_us(load, load->next_request);
        if (now - due > LATE_MAX_US) {
            load->report.skipped++;
            continue;
        }
        if (!page_ask(load, due))
            return;
    }
}

static void client_is_free_again(struct client *c)
{
    requests_send(c->owner);
}

/* The next long request follows at once; after a failure, at the next look. */
static void long_again(struct client *c)
{
    struct load *load = c->owner;
    if (!load->report.ending && c->state == CLIENT_IDLE && c->answer.status == 200)
        client_ask(c, clock_us());
}

static void long_requests_ask(struct load *load)
{
    for (unsigned long i = 0; i < load->options.long_count; i++) {
        struct client *c = &load->long_clients[i];
        if (client_is_free(c))
            client_ask(c, clock_us());
    }
}

static void report_due(uv_timer_t *timer)
{
    struct load *load = timer->data;
    if (!report_write(&load->report, load->options.report_path, clock_us()))
        fprintf(stderr, "load: %s: %s\n", load->options.report_path, strerror(errno));
    if (!load->report.ending)
        long_requests_ask(load);
}

static bool all_is_answered(const struct load *load)
{
    if (load->secure.busy > 0)
        return false;
    for (unsigned long i = 0; i < load->options.clients; i++) {
        if (!client_is_free(&load->clients[i]))
            return false;
    }
    for (unsigned long i = 0; i < load->options.long_count; i++) {
        if (!client_is_free(&load->long_clients[i]))
            return false;
    }
    for (unsigned long i = 0; i < load->options.tunnels; i++) {
        if (!tunnel_is_over(&load->tunnels[i]))
            return false;
    }
    return true;
}

static void end_now(uv_timer_t *timer)
{
    struct load *load = timer->data;

    report_due(&load->report_timer);
    for (unsigned long i = 0; i < load->options.clients; i++)
        client_close(&load->clients[i]);
    for (unsigned long i = 0; i < load->options.long_count; i++)
        client_close(&load->long_clients[i]);
    for (unsigned long i = 0; i < load->options.tunnels; i++)
        tunnel_close(&load->tunnels[i]);
    uv_close((uv_handle_t *)&load->tick, NULL);
    uv_close((uv_handle_t *)&load->report_timer, NULL);
    uv_close((uv_handle_t *)&load->end_timer, NULL);
    uv_close((uv_handle_t *)&load->terminate, NULL);
    uv_close((uv_handle_t *)&load->interrupt, NULL);
}

static void tick(uv_timer_t *timer)
{
    struct load *load = timer->data;

    if (load->options.ca)
        secure_turn(&load->secure, clock_us());
    if (!load->report.ending)
        requests_send(load);
    else if (all_is_answered(load))
        end_now(&load->end_timer);
}

static void told_to_end(uv_signal_t *handle, int signal_number)
{
    struct load *load = handle->data;
    (void)signal_number;
    if (load->report.ending)
        return;
    load->report.ending = true;
    for (unsigned long i = 0; i < load->options.tunnels; i++)
        tunnel_end(&load->tunnels[i]);
    uv_timer_start(&load->end_timer, end_now, END_WITHIN_MS, 0);
}

static bool clients_new(struct load *load)
{
    load->clients = calloc(load->options.clients, sizeof(*load->clients));
    load->long_clients =
        calloc(load->options.long_count + 1, sizeof(*load->long_clients));
    load->tunnels = calloc(load->options.tunnels + 1, sizeof(*load->tunnels));
    if (load->options.ca &&
        !secure_init(&load->secure, load->options.clients, load->options.ca,
                     load->options.targets, load->options.target_count, &load->report))
        return false;
    return load->clients && load->long_clients && load->tunnels;
}

static void clients_free(struct load *load)
{
    if (load->options.ca)
        secure_close(&load->secure);
    free(load->clients);
    free(load->long_clients);
    free(load->tunnels);
}

/* The targets take turns. */
static const struct sockaddr_in *target_of(const struct load *load, unsigned long i)
{
    return &load->options.targets[i % load->options.target_count];
}

static void clients_start(struct load *load)
{
    for (unsigned long i = 0; i < load->options.clients; i++) {
        struct client *c = &load->clients[i];
        client_init(c, &load->loop, target_of(load, i), &load->report, KIND_PAGE,
                    load->options.connection_per_request);
        c->on_free = client_is_free_again;
        c->owner = load;
    }
    for (unsigned long i = 0; i < load->options.long_count; i++) {
        struct client *c = &load->long_clients[i];
        client_init(c, &load->loop, target_of(load, i), &load->report, KIND_LONG,
                    load->options.connection_per_request);
        c->on_free = long_again;
        c->owner = load;
    }
    for (unsigned long i = 0; i < load->options.tunnels; i++) {
        struct tunnel *t = &load->tunnels[i];
        tunnel_init(t, &load->loop, target_of(load, i), &load->report);
        tunnel_open(t);
    }
    long_requests_ask(load);
}

static void loop_init(struct load *load)
{
    uv_loop_init(&load->loop);
    uv_timer_init(&load->loop, &load->tick);
    uv_timer_init(&load->loop, &load->report_timer);
    uv_timer_init(&load->loop, &load->end_timer);
    uv_signal_init(&load->loop, &load->terminate);
    uv_signal_init(&load->loop, &load->interrupt);
    load->tick.data = load->report_timer.data = load->end_timer.data = load;
    load->terminate.data = load->interrupt.data = load;
    uv_signal_start(&load->terminate, told_to_end, SIGTERM);
    uv_signal_start(&load->interrupt, told_to_end, SIGINT);
    uv_timer_start(&load->tick, tick, 0, TICK_MS);
    uv_timer_start(&load->report_timer, report_due, REPORT_EVERY_MS, REPORT_EVERY_MS);
}

int main(int argc, char **argv)
{
    struct load load = {0};

    if (!options_parse(&load.options, argc, argv))
        return 2;
    if (!clients_new(&load)) {
        fprintf(stderr, "load: no memory for so many clients\n");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    loop_init(&load);
    report_init(&load.report, clock_us());
    clients_start(&load);
    uv_run(&load.loop, UV_RUN_DEFAULT);
    uv_loop_close(&load.loop);
    clients_free(&load);
    return 0;
}
