#include "base/escape.h"

#include <string.h>

enum { BEL = 0x07, CAN = 0x18, SUB = 0x1A, ESC = 0x1B };

/* ECMA-48 5.4: parameter and intermediate bytes, then a final one. A byte that cannot
 * stand here ends the sequence and is not part of it. */
static size_t control_end(const unsigned char *at, size_t length, size_t i)
{
    while (i < length && at[i] >= 0x20 && at[i] <= 0x3F)
        i++;
    return i < length && at[i] >= 0x40 && at[i] <= 0x7E ? i + 1 : i;
}

/* ECMA-48 5.6: up to ST. Terminals also let BEL end an OSC, CAN and SUB end any, and
 * another ESC begin anew. */
static size_t string_end(const unsigned char *at, size_t length, size_t i,
                         bool bel_ends)
{
    for (; i < length; i++) {
        if ((at[i] == BEL && bel_ends) || at[i] == CAN || at[i] == SUB)
            return i + 1;
        if (at[i] == ESC)
            return i + 1 < length && at[i + 1] == '\\' ? i + 2 : i;
        if (at[i] == 0xC2 && i + 1 < length && at[i + 1] == 0x9C)
            return i + 2;
    }
    return length;
}

/* ECMA-35 13.2: ESC, intermediate bytes, a final one. */
static size_t plain_end(const unsigned char *at, size_t length, size_t i)
{
    while (i < length && at[i] >= 0x20 && at[i] <= 0x2F)
        i++;
    return i < length && at[i] >= 0x30 && at[i] <= 0x7E ? i + 1 : i;
}

/* The 7-bit letter that stands for what begins at `at`: '[' for CSI, and so on; 0 for
 * nothing. */
static unsigned char introducer(const unsigned char *at, size_t length)
{
    if (length < 2)
        return 0;
    if (at[0] == ESC)
        return at[1] >= 0x20 && at[1] <= 0x7E ? at[1] : 0;
    bool is_c1 = at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F;
    unsigned char letter = (unsigned char)(at[1] - 0x40);
    return is_c1 && strchr("[]PX^_", letter) != NULL ? letter : 0;
}

size_t escape_length(const char *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)bytes;
    if (length > ESCAPE_MAX)
        length = ESCAPE_MAX;
    switch (introducer(at, length)) {
    case 0:
        return 0;
    case '[':
        return control_end(at, length, 2);
    case ']':
        return string_end(at, length, 2, true);
    case 'P':
    case 'X':
    case '^':
    case '_':
        return string_end(at, length, 2, false);
    default:
        return plain_end(at, length, 1);
    }
}

bool escape_erases_line(const char *sequence, size_t length)
{
    if (introducer((const unsigned char *)sequence, length) != '[')
        return false;
    const char *parameters = sequence + 2;
    size_t rest = length - 2;
    return (rest == 1 && parameters[0] == 'K') ||
           (rest == 2 && (parameters[0] == '0' || parameters[0] == '2') &&
            parameters[1] == 'K');
}
