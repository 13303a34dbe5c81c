#include "core/receipt_json.h"

#include "base/clock.h"

enum { BODY_VERSION = 1 };

static void put_colour(const struct receipt *receipt, struct json_out *json,
                       enum colour colour)
{
    json_object_open(json, colour_name(colour));
    json_put_integer(json, "requests", receipt->requests[colour]);
    json_put_integer(json, "app_5xx", receipt->app_5xx[colour]);
    json_put_integer(json, "client_4xx", receipt->client_4xx[colour]);
    json_object_close(json);
}

static void put_moment(struct json_out *json, const char *key, int64_t moment_us)
{
    if (moment_us == TIMING_NOT_SEEN)
        json_put_null(json, key);
    else
        json_put_integer(json, key, moment_us);
}

void receipt_put_timing(const struct receipt *receipt, struct json_out *json)
{
    const struct switch_timing *timing = &receipt->timing;

    if (timing->resolution_ms == 0) {
        json_put_null(json, "timing");
        return;
    }
    json_object_open(json, "timing");
    put_moment(json, "first_new_us", timing->first_new_us);
    put_moment(json, "last_old_us", timing->last_old_us);
    json_put_integer(json, "resolution_ms", timing->resolution_ms);
    json_object_close(json);
}

void receipt_put_json(const struct receipt *receipt, struct json_out *json,
                      const char *key)
{
    json_object_open(json, key);
    json_put_string(json, "verdict", receipt_verdict_name(receipt->verdict));
    json_put_string(json, "reason", receipt->reason);
    json_put_string(json, "from", colour_name(receipt->from));
    json_put_string(json, "to", colour_name(receipt->to));
    json_put_integer(json, "failed", receipt->failed);
    put_colour(receipt, json, COLOUR_BLUE);
    put_colour(receipt, json, COLOUR_GREEN);
    json_put_integer(json, "retries", receipt->retries);
    json_put_integer(json, "redispatches", receipt->redispatches);
    json_put_integer(json, "client_aborts", receipt->client_aborts);
    json_put_integer(json, "server_aborts", receipt->server_aborts);
    json_put_integer(json, "own_requests", receipt->own_requests);
    json_put_integer(json, "old_sessions", receipt->old_sessions);
    json_put_integer(json, "switch_us", receipt->switch_us);
    receipt_put_timing(receipt, json);
    json_put_integer(json, "window_ms", receipt->end_ms - receipt->begin_ms);
    json_put_integer(json, "worker_pid", receipt->pid);
    json_object_close(json);
}

void receipt_write_body(const struct run *run, struct str *out)
{
    struct json_out json = json_out_on(out);
    char begun[CLOCK_STAMP_SIZE];

    clock_iso_utc(run->begun_wall_ms, begun);
    json_object_open(&json, NULL);
    json_put_integer(&json, "version", BODY_VERSION);
    json_put_string(&json, "run", run->id);
    json_put_string(&json, "kind", run_kind_name(run->kind));
    json_put_string(&json, "ref", run->ref);
    json_put_string(&json, "sha", run->sha);
    json_put_string(&json, "begun", begun);
    json_put_string(&json, "ended", run_state_name(run->state));
    json_put_integer(&json, "share_before", run->share_before);
    json_put_integer(&json, "share_after", run->share_after);
    receipt_put_json(&run->receipt, &json, "receipt");
    json_object_close(&json);
    str_add_char(out, '\n');
}
