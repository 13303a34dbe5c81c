#ifndef BGC_NET_HELPER_TEXT_H
#define BGC_NET_HELPER_TEXT_H

/*
 * What is said to bgc-host and bgc-lb, and what they say: docs/remote-helpers.md.
 * Pure: bytes in, values out.
 *
 *     helper_request_begin(&request, "start", env);
 *     helper_request_add(&request, "run", run);
 *     helper_request_end(&request, script, script_length);
 *
 *     while (length) {
 *         size_t taken = helper_answer_take(&answer, bytes, length, &item);
 *         ... item.type ...
 *     }
 */

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HELPER_LINE_MAX = 4096,
    HELPER_LINES_MAX = 512,
    HELPER_BODY_MAX = 256 * 1024,
    HELPER_BLOCK_MAX = 8 * 1024 * 1024,
    /* Enough for a request without a body and with some tens of lines. */
    HELPER_REQUEST_SIZE = 64 * 1024,
};

/* ---- asking ---- */

struct helper_request {
    struct str text;
    int lines;
    bool too_large; /* something did not fit: it must not be sent */
};

/* Begins a request in `buffer`. `env` NULL: the verb needs none. */
void helper_request_begin(struct helper_request *request, char *buffer, size_t size,
                          const char *verb, const char *env);

/* The same behind `program`, which the other side reads first. */
void helper_request_begin_behind(struct helper_request *request, char *buffer,
                                 size_t size, const char *program,
                                 size_t program_length, const char *verb,
                                 const char *env);
void helper_request_add(struct helper_request *request, const char *key,
                        const char *value);
void helper_request_number(struct helper_request *request, const char *key,
                           int64_t value);

/* Ends it, with a body where `body` is not NULL. False: it is larger than a helper
 * takes or than its buffer. Errors: ERR_LIMIT. */
bool helper_request_end(struct helper_request *request, const char *body,
                        size_t body_length, struct err *err);

/* ---- answered ---- */

enum helper_item_type {
    HELPER_NOTHING, /* all bytes were taken, no item is complete */
    HELPER_LINE,    /* key=value */
    HELPER_BLOCK,   /* some bytes of a block; the line before it announced it */
    HELPER_END,     /* `end=`: value says how. Nothing may follow */
    HELPER_BAD,     /* not the protocol; `value` says what. Nothing more is taken */
};

/* Pointers are good until the next call. */
struct helper_item {
    enum helper_item_type type;
    const char *key; /* HELPER_LINE, HELPER_BLOCK: "log", "sample", "receipt", "file" */
    const char *value; /* decoded: any bytes but NUL, not printable yet */
    const char *bytes; /* HELPER_BLOCK: this piece */
    size_t length;     /* of the piece */
    int64_t offset;    /* HELPER_BLOCK: of the piece's first byte: LOG's own offset for
                          `log`, from the block's beginning for `sample` */
    bool is_last;      /* HELPER_BLOCK: the block ends with this piece */
};

struct helper_answer {
    char line[HELPER_LINE_MAX + 1];
    size_t length;
    bool ended, bad;
    char block_key[8];    /* "log", "sample", ... while in a block */
    size_t block_left;    /* raw bytes that still belong to it */
    int64_t block_offset; /* of the next one */
    bool newline_due;     /* after a block */
};

void helper_answer_init(struct helper_answer *answer);

/* Takes some of `bytes` and says in `item` what they complete, at most one item.
 * Returns how many were taken, at least one where `length` > 0: call again with the
 * rest. */
size_t helper_answer_take(struct helper_answer *answer, const char *bytes,
                          size_t length, struct helper_item *item);

#endif
