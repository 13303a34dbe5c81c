#include "net/published.h"

#include "base/printable.h"
#include "base/str.h"
#include "net/helper_value.h"

#include <string.h>

enum { NUMBER_DIGITS_MAX = 16 };

/* The word at `*at`, which then stands behind the space that ended it. */
static bool take_word(const char **at, char *buffer, size_t size)
{
    const char *space = strchr(*at, ' ');

    if (space == NULL || space == *at)
        return false;
    printable_text(*at, (size_t)(space - *at), buffer, size);
    *at = space + 1;
    return true;
}

bool published_read(const char *line, struct published *published)
{
    char digits[NUMBER_DIGITS_MAX];

    if (!take_word(&line, digits, sizeof digits) ||
        !take_word(&line, published->utc, sizeof published->utc) ||
        !take_word(&line, published->run, sizeof published->run))
        return false;
    published->number = helper_count(digits, 0);
    helper_words(line, published->text, sizeof published->text);
    return published->number > 0;
}
