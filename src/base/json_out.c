#include "base/json_out.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct json_out json_out_on(struct str *out)
{
    return (struct json_out){.out = out};
}

static void add_escaped(struct str *out, const char *text)
{
    size_t length = strlen(text);
    str_add_char(out, '"');
    while (length > 0) {
        uint32_t character;
        size_t taken = utf8_decode(text, length, &character);
        char bytes[UTF8_BYTES_MAX];
        if (character == '"' || character == '\\')
            str_addf(out, "\\%c", (char)character);
        else if (character == '\n')
            str_add(out, "\\n");
        else if (character < 0x20 || character == 0x7F)
            str_addf(out, "\\u%04x", (unsigned)character);
        else
            str_add_bytes(out, bytes, utf8_encode(character, bytes));
        text += taken;
        length -= taken;
    }
    str_add_char(out, '"');
}

/* The comma before a value and its key: what stands before every value. */
static void value_begin(struct json_out *json, const char *key)
{
    if (json->filled[json->depth])
        str_add_char(json->out, ',');
    json->filled[json->depth] = true;
    if (key != NULL) {
        add_escaped(json->out, key);
        str_add_char(json->out, ':');
    }
}

static void level_open(struct json_out *json, const char *key, char bracket)
{
    value_begin(json, key);
    if (json->depth + 1 >= JSON_DEPTH_MAX) {
        json->out->cut = true;
        return;
    }
    str_add_char(json->out, bracket);
    json->filled[++json->depth] = false;
}

static void level_close(struct json_out *json, char bracket)
{
    str_add_char(json->out, bracket);
    if (json->depth > 0)
        json->depth--;
}

void json_object_open(struct json_out *json, const char *key)
{
    level_open(json, key, '{');
}

void json_object_close(struct json_out *json)
{
    level_close(json, '}');
}

void json_array_open(struct json_out *json, const char *key)
{
    level_open(json, key, '[');
}

void json_array_close(struct json_out *json)
{
    level_close(json, ']');
}

void json_put_string(struct json_out *json, const char *key, const char *value)
{
    value_begin(json, key);
    add_escaped(json->out, value);
}

void json_put_integer(struct json_out *json, const char *key, int64_t value)
{
    value_begin(json, key);
    str_addf(json->out, "%lld", (long long)value);
}

/* printf() writes the locale's decimal point, JSON knows one. */
void json_put_real(struct json_out *json, const char *key, double value, int decimals)
{
    if (!isfinite(value)) {
        json_put_null(json, key);
        return;
    }
    char digits[400]; /* DBL_MAX has 309 before its point */
    snprintf(digits, sizeof digits, "%.*f", decimals, value);
    char *comma = strchr(digits, ',');
    if (comma != NULL)
        *comma = '.';
    value_begin(json, key);
    str_add(json->out, digits);
}

void json_put_bool(struct json_out *json, const char *key, bool value)
{
    value_begin(json, key);
    str_add(json->out, value ? "true" : "false");
}

void json_put_null(struct json_out *json, const char *key)
{
    value_begin(json, key);
    str_add(json->out, "null");
}
