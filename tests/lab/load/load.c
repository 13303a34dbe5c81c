/* load: asks for the first page at a fixed rate and counts the answers.
 *
 * The rate is that of the world and not of the server: request n is due at start +
 * n/RPS, whatever became of those before it, and how long it took is counted from then.
 * So a stall shows as long answers for all who came meanwhile, and not as one. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "client.h"
#include "report.h"

enum {
    CLIENTS_MAX = 4096,
    TARGETS_MAX = 16,
    RATE_MAX = 100000,
    TICK_MS = 1,
    REPORT_EVERY_MS = 1000,
    LATE_MAX_US = 2000000, /* a request that could not begin by then is skipped */
};

struct load {
    uv_loop_t loop;
    uv_timer_t tick;
    uv_timer_t report_timer;
    uv_signal_t terminate;
    uv_signal_t interrupt;
    struct report report;
    const char *report_path;
    unsigned long rate;
    unsigned long client_count;
    bool connection_per_request;
    bool ending; /* nothing more is sent */
    struct client *clients;
    unsigned long next_client; /* they take turns */
    uint64_t next_request;     /* the number of the next one that is due */
    struct sockaddr_in targets[TARGETS_MAX];
    unsigned target_count;
};

static uint64_t due_us(const struct load *load, uint64_t request)
{
    return load->report.started_us + request * 1000000 / load->rate;
}

static struct client *client_free_find(struct load *load)
{
    for (unsigned long i = 0; i < load->client_count; i++) {
        struct client *c = &load->clients[load->next_client];
        load->next_client = (load->next_client + 1) % load->client_count;
        if (client_is_free(c))
            return c;
    }
    return NULL;
}

/* Sends all that is due, as far as there are free clients. */
static void requests_send(void *owner)
{
    struct load *load = owner;
    uint64_t now = clock_us();
    struct client *c;

    for (; !load->ending && due_us(load, load->next_request) <= now;
         load->next_request++) {
        uint64_t due = due_us(load, load->next_request);
        if (now - due > LATE_MAX_US) {
            load->report.skipped++;
            continue;
        }
        c = client_free_find(load);
        if (!c)
            return;
        client_ask(c, due);
    }
}

static void tick(uv_timer_t *timer)
{
    requests_send(timer->data);
}

static void report_due(uv_timer_t *timer)
{
    struct load *load = timer->data;
    if (!report_write(&load->report, load->report_path, clock_us()))
        fprintf(stderr, "load: %s: %s\n", load->report_path, strerror(errno));
}

static void told_to_end(uv_signal_t *handle, int signal_number)
{
    struct load *load = handle->data;
    (void)signal_number;
    if (load->ending)
        return;
    load->ending = true;
    report_due(&load->report_timer);
    for (unsigned long i = 0; i < load->client_count; i++)
        client_close(&load->clients[i]);
    uv_close((uv_handle_t *)&load->tick, NULL);
    uv_close((uv_handle_t *)&load->report_timer, NULL);
    uv_close((uv_handle_t *)&load->terminate, NULL);
    uv_close((uv_handle_t *)&load->interrupt, NULL);
}

static bool number_parse(const char *text, unsigned long max, unsigned long *ret)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*end || end == text || value < 1 || value > max)
        return false;
    *ret = value;
    return true;
}

/* ADDRESS:PORT, numbers only. */
static bool target_parse(const char *text, struct sockaddr_in *ret)
{
    char address[64];
    unsigned long port;
    const char *colon = strrchr(text, ':');

    if (!colon || (size_t)(colon - text) >= sizeof(address))
        return false;
    snprintf(address, sizeof(address), "%.*s", (int)(colon - text), text);
    return number_parse(colon + 1, 65535, &port) &&
           uv_ip4_addr(address, (int)port, ret) == 0;
}

static int usage(void)
{
    fprintf(stderr, "usage: load --rate RPS --report PATH [--clients N] "
                    "[--connection-per-request] ADDRESS:PORT ...\n");
    return 2;
}

static bool arguments_parse(struct load *load, int argc, char **argv)
{
    static const struct option options[] = {
        {"rate", required_argument, NULL, 'r'},
        {"report", required_argument, NULL, 'o'},
        {"clients", required_argument, NULL, 'c'},
        {"connection-per-request", no_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'r' && number_parse(optarg, RATE_MAX, &load->rate))
            continue;
        if (option == 'c' && number_parse(optarg, CLIENTS_MAX, &load->client_count))
            continue;
        if (option == 'o')
            load->report_path = optarg;
        else if (option == 'p')
            load->connection_per_request = true;
        else
            return false;
    }
    for (; optind < argc; optind++) {
        if (load->target_count == TARGETS_MAX ||
            !target_parse(argv[optind], &load->targets[load->target_count]))
            return false;
        load->target_count++;
    }
    return load->rate > 0 && load->report_path && load->target_count > 0;
}

static void clients_init(struct load *load)
{
    for (unsigned long i = 0; i < load->client_count; i++) {
        struct client *c = &load->clients[i];
        client_init(c, &load->loop, &load->targets[i % load->target_count],
                    &load->report);
        c->on_free = requests_send;
        c->owner = load;
        c->connection_per_request = load->connection_per_request;
    }
}

static void loop_init(struct load *load)
{
    uv_loop_init(&load->loop);
    uv_timer_init(&load->loop, &load->tick);
    uv_timer_init(&load->loop, &load->report_timer);
    uv_signal_init(&load->loop, &load->terminate);
    uv_signal_init(&load->loop, &load->interrupt);
    load->tick.data = load->report_timer.data = load;
    load->terminate.data = load->interrupt.data = load;
    uv_signal_start(&load->terminate, told_to_end, SIGTERM);
    uv_signal_start(&load->interrupt, told_to_end, SIGINT);
    uv_timer_start(&load->tick, tick, 0, TICK_MS);
    uv_timer_start(&load->report_timer, report_due, REPORT_EVERY_MS, REPORT_EVERY_MS);
}

int main(int argc, char **argv)
{
    struct load load = {.client_count = 128};

    if (!arguments_parse(&load, argc, argv))
        return usage();
    load.clients = calloc(load.client_count, sizeof(*load.clients));
    if (!load.clients) {
        fprintf(stderr, "load: no memory for %lu clients\n", load.client_count);
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    loop_init(&load);
    clients_init(&load);
    report_init(&load.report, clock_us());
    uv_run(&load.loop, UV_RUN_DEFAULT);
    uv_loop_close(&load.loop);
    free(load.clients);
    return 0;
}
