#include "net/probe.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/health_check.h"

#include <stdlib.h>

struct probe {
    const struct settings *settings;
    struct health_checks *checks;
    struct sink sink;
};

static void on_result(void *context, const struct health_check *check,
                      const struct probe_result *result)
{
    const struct probe *probe = context;
    struct event event = {.type = EV_PROBED,
                          .ticket = check->ticket,
                          .host = check->subject,
                          .probe = result};

    probe->sink.take(probe->sink.context, &event);
}

struct probe *probe_new(struct http *http, const struct settings *settings,
                        struct sink sink)
{
    struct probe *probe = memory_new(sizeof *probe);

    probe->settings = settings;
    probe->checks = health_checks_new(http, settings);
    probe->sink = sink;
    return probe;
}

void probe_host(struct probe *probe, struct ticket ticket, int host,
                const char *address)
{
    char buffer[HOST_ADDRESS_MAX + 16];
    struct str at = str_on(buffer, sizeof buffer);

    str_addf(&at, "%s:%lld", address, probe->settings->port);
    health_checks_ask(probe->checks, &(struct health_check){.ticket = ticket,
                                                            .subject = host,
                                                            .address = at.at,
                                                            .on_result = on_result,
                                                            .context = probe});
}

void probe_free(struct probe *probe)
{
    if (probe == NULL)
        return;
    health_checks_free(probe->checks);
    free(probe);
}
