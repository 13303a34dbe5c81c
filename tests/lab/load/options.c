#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum {
    CLIENTS_DEFAULT = 128,
    CLIENTS_MAX = 4096, /* of each kind */
    RATE_MAX = 100000,
};

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

static bool words_parse(struct options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"rate", required_argument, NULL, 'r'},
        {"report", required_argument, NULL, 'o'},
        {"clients", required_argument, NULL, 'c'},
        {"connection-per-request", no_argument, NULL, 'p'},
        {"long", required_argument, NULL, 'l'},
        {"upgrade", required_argument, NULL, 'u'},
        {"tls", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        bool understood = true;
        if (option == 'r')
            understood = number_parse(optarg, RATE_MAX, &o->rate);
        else if (option == 'c')
            understood = number_parse(optarg, CLIENTS_MAX, &o->clients);
        else if (option == 'l')
            understood = number_parse(optarg, CLIENTS_MAX, &o->long_count);
        else if (option == 'u')
            understood = number_parse(optarg, CLIENTS_MAX, &o->tunnels);
        else if (option == 'o')
            o->report_path = optarg;
        else if (option == 't')
            o->ca = optarg;
        else if (option == 'p')
            o->connection_per_request = true;
        else
            understood = false;
        if (!understood)
            return false;
    }
    for (; optind < argc; optind++) {
        if (o->target_count == OPTIONS_TARGETS_MAX ||
            !target_parse(argv[optind], &o->targets[o->target_count]))
            return false;
        o->target_count++;
    }
    /* What is held comes without TLS. */
    if (o->ca && (o->long_count > 0 || o->tunnels > 0 || o->connection_per_request))
        return false;
    return o->rate > 0 && o->report_path && o->target_count > 0;
}

bool options_parse(struct options *o, int argc, char **argv)
{
    *o = (struct options){.clients = CLIENTS_DEFAULT};
    if (words_parse(o, argc, argv))
        return true;
    fprintf(stderr,
            "usage: load --rate RPS --report PATH [--clients N] "
            "[--connection-per-request]\n"
            "            [--long N] [--upgrade N] [--tls CA] ADDRESS:PORT ...\n");
    return false;
}
