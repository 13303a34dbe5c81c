#ifndef BGC_BASE_STR_H
#define BGC_BASE_STR_H

/*
 * Builds a string in a buffer that somebody else owns.
 *
 * `at` is never NULL and always NUL-terminated. What does not fit is cut at a
 * UTF-8 boundary and `cut` says so; nothing after a cut is added, so that a
 * cut string is a true beginning and never has a hole.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
    char *at;      /* the caller's buffer */
    size_t size;   /* of the buffer, the NUL included; at least 1 */
    size_t length; /* bytes before the NUL */
    bool cut;      /* something did not fit */
};

/* An empty string in `buffer`. */
struct str str_on(char *buffer, size_t size);

/* Empty again; `cut` forgotten. */
void str_clear(struct str *s);

void str_add(struct str *s, const char *text);
void str_add_char(struct str *s, char c);
void str_add_bytes(struct str *s, const char *bytes, size_t length);
void str_addf(struct str *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void str_addv(struct str *s, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Copies `text` into `buffer`, cut at a UTF-8 boundary where it is too long. Returns
 * whether all of it fitted. */
bool str_copy(char *buffer, size_t size, const char *text);

/* `text` of `length` bytes without a NUL, as above. */
bool str_copy_bytes(char *buffer, size_t size, const char *text, size_t length);

bool str_equal(const char *a, const char *b);
bool str_starts(const char *text, const char *prefix);

/* A whole decimal number between `least` and `most`, nothing before or after it. */
bool str_to_long(const char *text, long long least, long long most,
                 long long *ret_number);

#endif
