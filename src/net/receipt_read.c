#include "net/receipt_read.h"

#include "base/printable.h"
#include "base/str.h"

#include <jansson.h>
#include <string.h>

static void take_text(const json_t *object, const char *key, char *buffer, size_t size)
{
    const json_t *value = json_object_get(object, key);
    const char *text = json_is_string(value) ? json_string_value(value) : "";

    printable_text(text, json_string_length(value), buffer, size);
}

static int64_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void take_colour(const json_t *json, struct receipt *receipt, enum colour colour)
{
    const json_t *object = json_object_get(json, colour_name(colour));

    receipt->requests[colour] = number_of(object, "requests");
    receipt->app_5xx[colour] = number_of(object, "app_5xx");
    receipt->client_4xx[colour] = number_of(object, "client_4xx");
}

static bool take_verdict(const json_t *json, struct receipt *receipt)
{
    char name[32];

    take_text(json, "verdict", name, sizeof name);
    for (int i = RECEIPT_OPEN; i <= RECEIPT_UNPROVEN; i++) {
        receipt->verdict = (enum receipt_verdict)i;
        if (str_equal(name, receipt_verdict_name(receipt->verdict)))
            return true;
    }
    return false;
}

static int64_t moment_of(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    return json_is_integer(value) ? json_integer_value(value) : TIMING_NOT_SEEN;
}

static void take_timing(const json_t *json, struct switch_timing *timing)
{
    timing->first_new_us = moment_of(json, "first_new_us");
    timing->last_old_us = moment_of(json, "last_old_us");
    timing->resolution_ms = number_of(json, "resolution_ms");
}

static bool take_receipt(const json_t *json, struct receipt *receipt)
{
    char from[8], to[8];

    take_text(json, "reason", receipt->reason, sizeof receipt->reason);
    take_text(json, "from", from, sizeof from);
    take_text(json, "to", to, sizeof to);
    receipt->failed = number_of(json, "failed");
    take_colour(json, receipt, COLOUR_BLUE);
    take_colour(json, receipt, COLOUR_GREEN);
    receipt->retries = number_of(json, "retries");
    receipt->redispatches = number_of(json, "redispatches");
    receipt->client_aborts = number_of(json, "client_aborts");
    receipt->server_aborts = number_of(json, "server_aborts");
    receipt->own_requests = number_of(json, "own_requests");
    receipt->old_sessions = number_of(json, "old_sessions");
    receipt->switch_us = number_of(json, "switch_us");
    take_timing(json_object_get(json, "timing"), &receipt->timing);
    receipt->end_ms = number_of(json, "window_ms");
    receipt->pid = number_of(json, "worker_pid");
    return take_verdict(json, receipt) && colour_from_name(from, &receipt->from) &&
           colour_from_name(to, &receipt->to);
}

bool receipt_read(const char *text, size_t length, struct kept_receipt *kept,
                  struct err *err)
{
    json_error_t why;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);

    *kept = (struct kept_receipt){0};
    take_text(json, "run", kept->run, sizeof kept->run);
    take_text(json, "kind", kept->kind, sizeof kept->kind);
    take_text(json, "ref", kept->ref, sizeof kept->ref);
    take_text(json, "sha", kept->sha, sizeof kept->sha);
    take_text(json, "begun", kept->begun, sizeof kept->begun);
    take_text(json, "ended", kept->ended, sizeof kept->ended);
    bool is_whole = take_receipt(json_object_get(json, "receipt"), &kept->receipt);
    json_decref(json);
    return is_whole
               ? true
               : err_set(
                     err, ERR_PROTOCOL,
                     "this is no receipt of bgconsole's, or one of a later version");
}
