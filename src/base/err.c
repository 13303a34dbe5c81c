#include "base/err.h"

#include "base/printable.h"
#include "base/str.h"

#include <stdarg.h>
#include <string.h>

/* Foreign words often stand in an error (a banner, a host's answer), so each text goes
 * through the border here, once, and nobody has to think of it. */
static void text_take(struct err *err, const struct str *words)
{
    printable_text(words->at, words->length, err->text, sizeof err->text);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    char buffer[2 * ERR_TEXT_MAX];
    struct str words = str_on(buffer, sizeof buffer);
    va_list arguments;
    va_start(arguments, format);
    str_addv(&words, format, arguments);
    va_end(arguments);
    err->code = code;
    text_take(err, &words);
    return false;
}

bool err_set_errno(struct err *err, enum err_code code, int error_number,
                   const char *format, ...)
{
    char buffer[2 * ERR_TEXT_MAX];
    struct str words = str_on(buffer, sizeof buffer);
    va_list arguments;
    va_start(arguments, format);
    str_addv(&words, format, arguments);
    va_end(arguments);
    char system_words[128];
    str_addf(&words, ": %s",
             strerror_r(error_number, system_words, sizeof system_words));
    err->code = code;
    text_take(err, &words);
    return false;
}

bool err_wrap(struct err *err, const char *format, ...)
{
    char buffer[2 * ERR_TEXT_MAX];
    struct str words = str_on(buffer, sizeof buffer);
    va_list arguments;
    va_start(arguments, format);
    str_addv(&words, format, arguments);
    va_end(arguments);
    str_addf(&words, ": %s", err->text);
    text_take(err, &words);
    return false;
}

const char *err_code_name(enum err_code code)
{
    static const char *const names[] = {
#define X(value, name, help) [value] = name,
        ERR_CODES(X)
#undef X
    };
    return (unsigned)code < ERR_CODE_COUNT ? names[code] : "unknown";
}
