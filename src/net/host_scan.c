#include "net/host_scan.h"

#include "base/memory.h"
#include "net/child.h"
#include "net/known_hosts.h"
#include "net/known_line.h"
#include "net/openssh_argv.h"
#include "net/openssh_verdict.h"
#include "net/ssh_shared.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const types[HOST_SCAN_KEYS_MAX] = {
    "ssh-ed25519",         "ecdsa-sha2-nistp256",       "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521", "rsa-sha2-512,rsa-sha2-256",
};

struct host_scan {
    uv_loop_t *loop;
    const struct ssh_target *target;
    const struct ssh_identity *identity;
    void (*on_end)(void *context, const struct host_key *keys, int count,
                   const struct err *err);
    void *context;

    uv_timer_t begin; /* on a later turn; and the limit of each meeting */
    struct child *child;
    int type; /* of `types`, being asked for */
    char scratch[SSH_CONTROL_PATH_MAX];
    char said[OPENSSH_SAID_MAX];
    size_t said_length;
    struct host_key keys[HOST_SCAN_KEYS_MAX];
    int count;
    struct err err; /* of the newest meeting that gave no key */
};

static void meet_next(struct host_scan *scan);

static void key_take(struct host_scan *scan)
{
    struct known_hosts met = {0};
    struct known_line line;
    struct err err;

    if (!known_hosts_add(&met, scan->scratch, &err))
        return;
    struct known_cursor cursor =
        known_cursor_on(met.files[0].text, met.files[0].length);
    if (known_line_next(&cursor, &line)) {
        struct host_key *key = &scan->keys[scan->count++];
        memcpy(key->blob, line.blob, line.blob_length);
        key->length = line.blob_length;
    }
    known_hosts_close(&met);
}

static void meeting_end(struct host_scan *scan)
{
    enum ssh_fault fault;
    int before = scan->count;

    uv_timer_stop(&scan->begin);
    child_free(scan->child);
    scan->child = NULL;
    scan->said[scan->said_length] = '\0';
    key_take(scan);
    unlink(scan->scratch);
    if (scan->count == before && scan->err.code == ERR_NONE)
        openssh_verdict(scan->said, scan->identity, scan->target, &fault, &scan->err);
    /* Who cannot be reached for one type cannot be reached for another. */
    bool is_away = scan->count == 0 && scan->err.code != ERR_PROTOCOL;
    scan->type = is_away ? HOST_SCAN_KEYS_MAX : scan->type + 1;
    meet_next(scan);
}

static void on_change(void *context)
{
    struct host_scan *scan = context;
    const char *bytes;
    size_t length;
    int status;

    for (int is_error = 0; is_error < 2; is_error++) {
        if (!child_output(scan->child, is_error, &bytes, &length))
            continue;
        size_t room = sizeof scan->said - 1 - scan->said_length;
        size_t kept = length < room ? length : room;
        memcpy(scan->said + scan->said_length, bytes, kept);
        scan->said_length += kept;
        child_took(scan->child, is_error);
    }
    if (child_has_ended(scan->child, &status))
        meeting_end(scan);
}

static void on_late(uv_timer_t *timer)
{
    struct host_scan *scan = timer->data;
    err_set(&scan->err, ERR_TIMEOUT, "no key within %d ms",
            scan->identity->connect_timeout_ms);
    meeting_end(scan);
}

static bool meet(struct host_scan *scan, struct err *err)
{
    struct openssh_argv argv;

    scan->said_length = 0;
    if (!ssh_shared_control_path(scan->identity->shared, scan->scratch, err) ||
        !openssh_argv_scan(&argv, scan->target, scan->identity, types[scan->type],
                           scan->scratch, err))
        return false;
    scan->child = child_new(scan->loop, argv.words, on_change, scan, err);
    if (!scan->child)
        return err_wrap(err, "to meet a host (the package openssh-client)");
    child_input(scan->child, "", 0, false);
    uv_timer_start(&scan->begin, on_late, (uint64_t)scan->identity->connect_timeout_ms,
                   0);
    return true;
}

static void meet_next(struct host_scan *scan)
{
    struct err *err = &scan->err;
    if (scan->type < HOST_SCAN_KEYS_MAX) {
        if (scan->count > 0)
            *err = (struct err){0};
        if (meet(scan, err))
            return;
    }
    if (scan->count > 0)
        *err = (struct err){0};
    scan->on_end(scan->context, scan->keys, scan->count, err);
}

static void on_begin(uv_timer_t *timer)
{
    meet_next(timer->data);
}

struct host_scan *host_scan_new(uv_loop_t *loop, const struct ssh_target *target,
                                const struct ssh_identity *identity,
                                void (*on_end)(void *context,
                                               const struct host_key *keys, int count,
                                               const struct err *err),
                                void *context)
{
    struct host_scan *scan = memory_new(sizeof *scan);
    scan->loop = loop;
    scan->target = target;
    scan->identity = identity;
    scan->on_end = on_end;
    scan->context = context;
    uv_timer_init(loop, &scan->begin);
    scan->begin.data = scan;
    uv_timer_start(&scan->begin, on_begin, 0, 0);
    return scan;
}

static void on_closed(uv_handle_t *timer)
{
    free(timer->data);
}

void host_scan_free(struct host_scan *scan)
{
    if (scan->child)
        child_free(scan->child);
    if (scan->scratch[0] != '\0')
        unlink(scan->scratch);
    uv_close((uv_handle_t *)&scan->begin, on_closed);
}
