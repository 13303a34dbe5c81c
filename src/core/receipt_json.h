#ifndef BGC_CORE_RECEIPT_JSON_H
#define BGC_CORE_RECEIPT_JSON_H

/*
 * A receipt as JSON: for a status report, and as it is kept on the load balancer for
 * whoever asks later. One shape for all.
 */

#include "base/json_out.h"
#include "core/run.h"

/* Of what a load balancer keeps: docs/remote-helpers.md, put-receipt. */
enum { RECEIPT_BODY_MAX = 16 * 1024 };

/* An object, under `key` or, where that is NULL, in an array or by itself. */
void receipt_put_json(const struct receipt *receipt, struct json_out *json,
                      const char *key);

/* Under "timing": first_new_us and last_old_us, null where not seen, and resolution_ms;
 * null where nothing was told. */
void receipt_put_timing(const struct receipt *receipt, struct json_out *json);

/* The whole body for put-receipt: the run in a few words, and its receipt. Needs
 * RECEIPT_BODY_MAX bytes at the most. */
void receipt_write_body(const struct run *run, struct str *out);

#endif
