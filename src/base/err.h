#ifndef BGC_BASE_ERR_H
#define BGC_BASE_ERR_H

/*
 * What went wrong: a code for the program, a sentence for the operator.
 *
 * A function that can fail returns bool and takes `struct err *err` last.
 * Where the error is made, err_set() says what happened to what. On its way
 * up each caller may put its own words before it with err_wrap(), so that the
 * operator reads a chain: "web-green-2: ssh: connect 10.0.0.22:22: refused".
 *
 * An error never holds a secret, and its text is always printable.
 */

#include <stdbool.h>

/* clang-format off */
#define ERR_CODES(X)                                             \
    X(ERR_NONE,      "none",      "nothing went wrong")          \
    X(ERR_USAGE,     "usage",     "the command line is not understood") \
    X(ERR_CONFIG,    "config",    "a setting is missing or wrong") \
    X(ERR_IO,        "io",        "a file or descriptor failed") \
    X(ERR_RESOLVE,   "resolve",   "a host name could not be looked up") \
    X(ERR_CONNECT,   "connect",   "no connection could be made") \
    X(ERR_LOST,      "lost",      "a connection ended early")    \
    X(ERR_TIMEOUT,   "timeout",   "a deadline passed")           \
    X(ERR_HOST_KEY,  "host_key",  "a host key is unknown, changed or revoked") \
    X(ERR_AUTH,      "auth",      "the other side refused who we are") \
    X(ERR_REFUSED,   "refused",   "the other side understood and said no") \
    X(ERR_PROTOCOL,  "protocol",  "an answer was not what it should be") \
    X(ERR_LIMIT,     "limit",     "something was larger than allowed") \
    X(ERR_BUSY,      "busy",      "somebody else is using it")
/* clang-format on */

enum err_code {
#define X(code, name, help) code,
    ERR_CODES(X)
#undef X
        ERR_CODE_COUNT
};

enum { ERR_TEXT_MAX = 512 };

struct err {
    enum err_code code;      /* ERR_NONE: no error */
    char text[ERR_TEXT_MAX]; /* one line, NUL-terminated, cut with "..." */
};

/* Makes `err` say `format`, and forgets what it said. Returns false, always, so that a
 * caller can write `return err_set(...)`. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set(), with the system's words for `error_number` after a colon. */
bool err_set_errno(struct err *err, enum err_code code, int error_number,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts `format` and ": " before what `err` says. The code stays. Returns false. */
bool err_wrap(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The word for a code, as journal and JSON write it. */
const char *err_code_name(enum err_code code);

#endif
