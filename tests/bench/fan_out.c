/* Runs one command on many hosts of loopback by a transport, as a run does it: for
 * tests/bench/fan-out-bench.
 *
 *     fan_out TRANSPORT PARALLEL KEY KNOWN_HOSTS USER COMMAND PORT...
 */

#include "base/memory.h"
#include "base/str.h"
#include "net/fair_queue.h"
#include "net/ssh.h"
#include "net/ssh_shared.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct fan_out {
    uv_loop_t loop;
    struct fair_queue queue;
    struct ssh_shared shared;
    struct ssh_identity identity;
    const char *user, *command;
    char **ports;
    int count, next, ended, failed;
    size_t bytes;
};

struct host {
    struct fan_out *fan_out;
    struct ssh *ssh;
};

static void begin_next(struct fan_out *fan_out);

static void on_output(void *context, bool is_error, const char *bytes, size_t length)
{
    struct host *host = context;
    (void)bytes;
    if (!is_error)
        host->fan_out->bytes += length;
}

static void on_end(void *context, int exit_status, const struct err *err)
{
    struct host *host = context;
    struct fan_out *fan_out = host->fan_out;

    if (err->code != ERR_NONE || exit_status != 0) {
        fprintf(stderr, "%s (exit status %d)\n", err->text, exit_status);
        fan_out->failed++;
    }
    ssh_free(host->ssh);
    free(host);
    if (++fan_out->ended == fan_out->count)
        fair_queue_close(&fan_out->queue);
    else
        begin_next(fan_out);
}

static void begin_next(struct fan_out *fan_out)
{
    struct ssh_target target = {.name = "host", .address = "127.0.0.1"};
    struct host *host;

    if (fan_out->next == fan_out->count)
        return;
    target.port = atoi(fan_out->ports[fan_out->next++]);
    str_copy(target.user, sizeof target.user, fan_out->user);
    host = memory_new(sizeof *host);
    host->fan_out = fan_out;
    host->ssh = ssh_new(&fan_out->loop, &fan_out->queue, &target, &fan_out->identity);
    const struct ssh_command command = {.command = fan_out->command,
                                        .on_output = on_output,
                                        .on_end = on_end,
                                        .context = host};
    ssh_run(host->ssh, &command);
}

int main(int count, char **words)
{
    static struct fan_out fan_out;

    if (count < 8)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&fan_out.loop);
    fair_queue_init(&fan_out.queue, &fan_out.loop);
    ssh_shared_init(&fan_out.shared, NULL);
    fan_out.identity = (struct ssh_identity){
        .key_file = words[3],
        .known_hosts = words[4],
        .trusted_hosts = "",
        .connect_timeout_ms = 30000,
        .transport =
            str_equal(words[1], "openssh") ? TRANSPORT_OPENSSH : TRANSPORT_LIBSSH2,
        .jump = "",
        .config_file = "",
        .shared = &fan_out.shared,
    };
    fan_out.user = words[5];
    fan_out.command = words[6];
    fan_out.ports = words + 7;
    fan_out.count = count - 7;
    for (int i = 0; i < atoi(words[2]); i++)
        begin_next(&fan_out);
    uv_run(&fan_out.loop, UV_RUN_DEFAULT);
    ssh_shared_close(&fan_out.shared);
    printf("%zu\n", fan_out.bytes);
    return fan_out.failed > 0;
}
