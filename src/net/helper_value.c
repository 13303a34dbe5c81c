#include "net/helper_value.h"

#include "base/printable.h"
#include "base/str.h"

#include <string.h>

static const int64_t number_max = 999999999999999;

int64_t helper_number(const char *value, int64_t least, int64_t most, int64_t otherwise)
{
    long long number;

    if (least < -number_max)
        least = -number_max;
    if (most > number_max)
        most = number_max;
    return str_to_long(value, least, most, &number) ? number : otherwise;
}

int64_t helper_count(const char *value, int64_t otherwise)
{
    return helper_number(value, 0, number_max, otherwise);
}

void helper_words(const char *value, char *buffer, size_t size)
{
    printable_text(value, strlen(value), buffer, size);
}

void helper_words_add(const char *value, char *list, size_t size)
{
    static const char between[] = "; ";
    size_t length = strlen(list);

    if (length == 0) {
        helper_words(value, list, size);
        return;
    }
    /* At least a letter and the dots of what is cut. */
    if (length + sizeof between + 4 > size)
        return;
    str_copy(list + length, size - length, between);
    length += strlen(between);
    helper_words(value, list + length, size - length);
}
