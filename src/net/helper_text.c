#include "net/helper_text.h"

#include <stdio.h>
#include <string.h>

/* ---- asking ---- */

static void add_encoded(struct str *text, const char *value)
{
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        if (c == '%' || c < 0x20 || c == 0x7f)
            str_addf(text, "%%%02X", c);
        else
            str_add_char(text, *value);
    }
}

void helper_request_begin(struct helper_request *request, char *buffer, size_t size,
                          const char *verb, const char *env)
{
    helper_request_begin_behind(request, buffer, size, "", 0, verb, env);
}

void helper_request_begin_behind(struct helper_request *request, char *buffer,
                                 size_t size, const char *program,
                                 size_t program_length, const char *verb,
                                 const char *env)
{
    *request = (struct helper_request){.text = str_on(buffer, size)};
    str_add_bytes(&request->text, program, program_length);
    str_add(&request->text, "bgc 1\n");
    request->lines = 1;
    helper_request_add(request, "verb", verb);
    if (env)
        helper_request_add(request, "env", env);
}

void helper_request_add(struct helper_request *request, const char *key,
                        const char *value)
{
    size_t before = request->text.length;
    str_addf(&request->text, "%s=", key);
    add_encoded(&request->text, value);
    if (request->text.length - before > HELPER_LINE_MAX ||
        ++request->lines > HELPER_LINES_MAX)
        request->too_large = true;
    str_add_char(&request->text, '\n');
}

void helper_request_number(struct helper_request *request, const char *key,
                           int64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)value);
    helper_request_add(request, key, digits);
}

bool helper_request_end(struct helper_request *request, const char *body,
                        size_t body_length, struct err *err)
{
    if (body)
        helper_request_number(request, "body", (int64_t)body_length);
    str_add_char(&request->text, '\n');
    if (body)
        str_add_bytes(&request->text, body, body_length);
    if (request->too_large || request->text.cut || body_length > HELPER_BODY_MAX)
        return err_set(err, ERR_LIMIT,
                       "the request has more than %d lines, a line of more than %d "
                       "bytes, or more than %d bytes behind it",
                       HELPER_LINES_MAX, HELPER_LINE_MAX, HELPER_BODY_MAX);
    return true;
}

/* ---- answered ---- */

void helper_answer_init(struct helper_answer *answer)
{
    *answer = (struct helper_answer){0};
}

static const char not_a_line[] =
    "a line is not key=value; do the login files of this user print something?";

static size_t bad(struct helper_answer *answer, struct helper_item *item,
                  const char *words, size_t taken)
{
    answer->bad = true;
    *item = (struct helper_item){.type = HELPER_BAD, .value = words};
    return taken;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* In place. False: a percent without two digits, or a NUL. */
static bool decode(char *value)
{
    char *to = value;
    for (const char *from = value; *from; from++, to++) {
        *to = *from;
        if (*from != '%')
            continue;
        int high = digit_of(from[1]);
        int low = high < 0 ? -1 : digit_of(from[2]);
        if (low < 0 || high * 16 + low == 0)
            return false;
        *to = (char)(high * 16 + low);
        from += 2;
    }
    *to = '\0';
    return true;
}

static bool is_key(const char *key)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    return *key && key[strspn(key, allowed)] == '\0';
}

/* "OFFSET LENGTH" of `log`, "LENGTH" of `sample`. */
static bool block_begin(struct helper_answer *answer, const char *key, char *value)
{
    long long offset = 0, length;
    char *space = strchr(value, ' ');
    if (str_equal(key, "log")) {
        if (!space)
            return false;
        *space = '\0';
        if (!str_to_long(value, 0, INT64_MAX - HELPER_BLOCK_MAX, &offset))
            return false;
        value = space + 1;
    }
    if (!str_to_long(value, 0, HELPER_BLOCK_MAX, &length))
        return false;
    str_copy(answer->block_key, sizeof answer->block_key, key);
    answer->block_left = (size_t)length;
    answer->block_offset = offset;
    answer->newline_due = true;
    return true;
}

/* What announces raw bytes. */
static bool is_block(const char *key)
{
    return str_equal(key, "log") || str_equal(key, "sample") ||
           str_equal(key, "receipt") || str_equal(key, "file");
}

static size_t line_end(struct helper_answer *answer, struct helper_item *item,
                       size_t taken)
{
    char *value;

    answer->line[answer->length] = '\0';
    if (memchr(answer->line, '\0', answer->length))
        return bad(answer, item, "a line holds a NUL", taken);
    answer->length = 0;
    value = strchr(answer->line, '=');
    if (!value)
        return bad(answer, item, not_a_line, taken);
    *value++ = '\0';
    if (!is_key(answer->line) || !decode(value))
        return bad(answer, item, not_a_line, taken);
    *item =
        (struct helper_item){.type = HELPER_LINE, .key = answer->line, .value = value};
    if (str_equal(answer->line, "end")) {
        answer->ended = true;
        item->type = HELPER_END;
    } else if (is_block(answer->line)) {
        if (!block_begin(answer, answer->line, value))
            return bad(answer, item, "a block has no valid length", taken);
        /* An empty block is one empty piece; others come with their bytes. */
        item->type = answer->block_left ? HELPER_NOTHING : HELPER_BLOCK;
        item->key = answer->block_key;
        item->offset = answer->block_offset;
        item->is_last = true;
    }
    return taken;
}

static size_t block_take(struct helper_answer *answer, const char *bytes, size_t length,
                         struct helper_item *item)
{
    size_t taken = length < answer->block_left ? length : answer->block_left;
    *item = (struct helper_item){
        .type = HELPER_BLOCK,
        .key = answer->block_key,
        .bytes = bytes,
        .length = taken,
        .offset = answer->block_offset,
        .is_last = taken == answer->block_left,
    };
    answer->block_left -= taken;
    answer->block_offset += (int64_t)taken;
    return taken;
}

static size_t line_take(struct helper_answer *answer, const char *bytes, size_t length,
                        struct helper_item *item)
{
    const char *newline = memchr(bytes, '\n', length);
    size_t taken = newline ? (size_t)(newline - bytes) : length;
    if (taken > HELPER_LINE_MAX - answer->length)
        return bad(answer, item, "a line is longer than allowed", length);
    memcpy(answer->line + answer->length, bytes, taken);
    answer->length += taken;
    return newline ? line_end(answer, item, taken + 1) : taken;
}

size_t helper_answer_take(struct helper_answer *answer, const char *bytes,
                          size_t length, struct helper_item *item)
{
    *item = (struct helper_item){.type = HELPER_NOTHING};
    if (length == 0 || answer->bad)
        return length;
    if (answer->ended)
        return bad(answer, item, "something follows the end", length);
    if (answer->block_left)
        return block_take(answer, bytes, length, item);
    if (answer->newline_due) {
        answer->newline_due = false;
        return *bytes == '\n'
                   ? 1
                   : bad(answer, item, "a block is longer than told", length);
    }
    return line_take(answer, bytes, length, item);
}
