#include "net/bootstrap.h"
#include "app/app.h"
#include "app/environment.h"
#include "base/memory.h"
#include "base/str.h"
#include "net/digitalocean.h"
#include "net/ssh_shared.h"

#include <stdio.h>
#include <stdlib.h>

/* Lists the Droplets, then makes each of them ready, and says what was done. */
struct preparation {
    uv_loop_t loop;
    struct environment *environment;
    struct ssh_identity identity;
    struct ssh_shared shared;
    struct fair_queue queue;
    struct http *http;
    struct digitalocean *api;
    struct bootstrap *bootstrap;
    struct bootstrap_host *hosts;
    int *lacks; /* of each host: what it is not ready without */
    int count, ended, failed;
    bool listed;
};

static void on_line(void *context, int host, enum bootstrap_word word,
                    const char *sentence)
{
    static const char *const words[BOOTSTRAP_WORDS] = {
        [BOOTSTRAP_DID] = "",
        [BOOTSTRAP_THERE] = "there already: ",
        [BOOTSTRAP_SKIPPED] = "left out: ",
        [BOOTSTRAP_COULD_NOT] = "COULD NOT ",
        [BOOTSTRAP_TO_DO] = "  what you can do: ",
    };
    struct preparation *preparation = context;

    printf("%s: %s%s\n", preparation->hosts[host].target.name, words[word], sentence);
    fflush(stdout);
    if (word == BOOTSTRAP_COULD_NOT)
        preparation->lacks[host]++;
}

static void on_end(void *context, int host, const struct err *err)
{
    struct preparation *preparation = context;

    const char *name = preparation->hosts[host].target.name;

    if (err->code == ERR_NONE && preparation->lacks[host] == 0) {
        printf("%s: ready\n", name);
    } else {
        preparation->failed++;
        printf("%s: FAILED: %s\n", name,
               err->code != ERR_NONE
                   ? err->text
                   : "not ready: do what is said above, then bootstrap again");
    }
    fflush(stdout);
    if (++preparation->ended == preparation->count)
        uv_stop(&preparation->loop);
}

static void choose_hosts(struct preparation *preparation,
                         const struct droplet *droplets, size_t count)
{
    const struct settings *settings = &preparation->environment->settings;

    preparation->hosts = memory_new((count + 1) * sizeof *preparation->hosts);
    preparation->lacks = memory_new((count + 1) * sizeof *preparation->lacks);
    for (size_t i = 0; i < count; i++) {
        struct bootstrap_host *host = &preparation->hosts[preparation->count];
        const char *address = settings->address == ADDRESS_PRIVATE
                                  ? droplets[i].private_address
                                  : droplets[i].public_address;
        if (address[0] == '\0') {
            printf("%s: left out: it has no such address\n", droplets[i].name);
            continue;
        }
        host->role = droplets[i].role;
        host->target.port = (int)settings->ssh_port;
        str_copy(host->target.name, sizeof host->target.name, droplets[i].name);
        str_copy(host->target.address, sizeof host->target.address, address);
        str_copy(host->target.user, sizeof host->target.user, settings->bootstrap_user);
        preparation->count++;
    }
}

static void take(void *context, struct event *event)
{
    struct preparation *preparation = context;

    uv_stop(&preparation->loop);
    if (event->type == EV_FLEET_LISTED) {
        preparation->listed = true;
        choose_hosts(preparation, event->fleet.droplets, event->fleet.count);
    } else {
        fprintf(stderr, "bgconsole: %s\n", event->failure.text);
    }
}

static void prepare_hosts(struct preparation *preparation)
{
    const struct bootstrap_listener listener = {
        .on_line = on_line, .on_end = on_end, .context = preparation};

    preparation->bootstrap = bootstrap_new(
        &preparation->loop, &preparation->queue, &preparation->environment->settings,
        &preparation->identity, preparation->hosts, preparation->count, &listener);
    uv_run(&preparation->loop, UV_RUN_DEFAULT);
    bootstrap_free(preparation->bootstrap);
}

static enum exit_code prepare(struct preparation *preparation)
{
    static const struct ticket no_ticket = {0};

    digitalocean_list(preparation->api, no_ticket);
    uv_run(&preparation->loop, UV_RUN_DEFAULT);
    if (!preparation->listed)
        return EXIT_UNREACHABLE;
    if (preparation->count == 0) {
        fprintf(stderr, "bgconsole: no Droplet carries our tags\n");
        return EXIT_FAILED;
    }
    prepare_hosts(preparation);
    printf("%d hosts ready, %d failed\n", preparation->count - preparation->failed,
           preparation->failed);
    return preparation->failed == 0 ? EXIT_OK : EXIT_FAILED;
}

static bool open_rooms(struct preparation *preparation, struct err *err)
{
    struct environment *environment = preparation->environment;
    struct sink sink = {.take = take, .context = preparation};

    ssh_shared_init(&preparation->shared, &environment->log);
    preparation->identity = ssh_identity_of(
        &environment->settings, environment->trusted_hosts, &preparation->shared);
    uv_loop_init(&preparation->loop);
    fair_queue_init(&preparation->queue, &preparation->loop);
    preparation->http = http_new(&preparation->loop, "bgconsole/" BGC_VERSION, err);
    if (preparation->http == NULL)
        return false;
    preparation->api =
        digitalocean_new(&preparation->loop, preparation->http, &environment->settings,
                         environment->token, sink, err);
    return preparation->api != NULL;
}

static void close_rooms(struct preparation *preparation)
{
    if (preparation->api != NULL)
        digitalocean_close(preparation->api);
    if (preparation->http != NULL)
        http_close(preparation->http);
    fair_queue_close(&preparation->queue);
    uv_run(&preparation->loop, UV_RUN_DEFAULT);
    digitalocean_free(preparation->api);
    http_free(preparation->http);
    uv_loop_close(&preparation->loop);
    ssh_shared_close(&preparation->shared);
    free(preparation->hosts);
    free(preparation->lacks);
}

enum exit_code app_bootstrap(const struct app_options *options)
{
    struct environment *environment = memory_new(sizeof *environment);
    struct preparation preparation = {.environment = environment};
    struct err err;
    enum exit_code code = environment_open(environment, options);

    if (code == EXIT_OK) {
        if (open_rooms(&preparation, &err)) {
            code = prepare(&preparation);
        } else {
            fprintf(stderr, "bgconsole: %s\n", err.text);
            code = EXIT_CONFIG;
        }
        close_rooms(&preparation);
    }
    environment_close(environment);
    free(environment);
    return code;
}
