#ifndef BGC_BASE_JSON_OUT_H
#define BGC_BASE_JSON_OUT_H

/*
 * Writes JSON into a bounded string.
 *
 * The writer keeps the commas; the caller opens and closes in pairs. With a
 * NULL key a value stands in an array. Strings are escaped, and invalid UTF-8
 * becomes U+FFFD, so the result is valid JSON unless `str.cut` is set.
 *
 * No name here may be one of jansson's (json_string, json_null, ...): the program is
 * linked with it, and jansson would call ours.
 */

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 16 };

struct json_out {
    struct str *out;
    int depth;
    bool filled[JSON_DEPTH_MAX]; /* this level has a value already */
};

struct json_out json_out_on(struct str *out);

void json_object_open(struct json_out *json, const char *key);
void json_object_close(struct json_out *json);
void json_array_open(struct json_out *json, const char *key);
void json_array_close(struct json_out *json);
void json_put_string(struct json_out *json, const char *key, const char *value);
void json_put_integer(struct json_out *json, const char *key, int64_t value);
void json_put_real(struct json_out *json, const char *key, double value, int decimals);
void json_put_bool(struct json_out *json, const char *key, bool value);
void json_put_null(struct json_out *json, const char *key);

#endif
