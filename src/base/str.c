#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a character is that begins with `lead`; 1 also for what begins none. */
static size_t lead_length(unsigned char lead)
{
    if (lead >= 0xF0)
        return 4;
    if (lead >= 0xE0)
        return 3;
    return lead >= 0xC0 ? 2 : 1;
}

/* `length` without the beginning of a character whose end was cut off. */
static size_t whole_characters(const char *bytes, size_t length)
{
    for (size_t back = 1; back <= 3 && back <= length; back++) {
        unsigned char byte = (unsigned char)bytes[length - back];
        if ((byte & 0xC0) == 0x80)
            continue;
        return lead_length(byte) > back ? length - back : length;
    }
    return length;
}

static void cut_here(struct str *s, size_t length)
{
    s->length = whole_characters(s->at, length);
    s->at[s->length] = '\0';
    s->cut = true;
}

struct str str_on(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct str){.at = buffer, .size = size};
}

void str_clear(struct str *s)
{
    *s = str_on(s->at, s->size);
}

void str_add_bytes(struct str *s, const char *bytes, size_t length)
{
    if (s->cut)
        return;
    size_t room = s->size - 1 - s->length;
    size_t taken = length < room ? length : room;
    memcpy(s->at + s->length, bytes, taken);
    if (taken < length) {
        cut_here(s, s->length + taken);
        return;
    }
    s->length += taken;
    s->at[s->length] = '\0';
}

void str_add(struct str *s, const char *text)
{
    str_add_bytes(s, text, strlen(text));
}

void str_add_char(struct str *s, char c)
{
    str_add_bytes(s, &c, 1);
}

void str_addv(struct str *s, const char *format, va_list arguments)
{
    if (s->cut)
        return;
    size_t room = s->size - s->length;
    int wanted = vsnprintf(s->at + s->length, room, format, arguments);
    if (wanted < 0)
        cut_here(s, s->length);
    else if ((size_t)wanted >= room)
        cut_here(s, s->size - 1);
    else
        s->length += (size_t)wanted;
}

void str_addf(struct str *s, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str_addv(s, format, arguments);
    va_end(arguments);
}

bool str_copy_bytes(char *buffer, size_t size, const char *text, size_t length)
{
    struct str s = str_on(buffer, size);
    str_add_bytes(&s, text, length);
    return !s.cut;
}

bool str_copy(char *buffer, size_t size, const char *text)
{
    return str_copy_bytes(buffer, size, text, strlen(text));
}

bool str_equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

bool str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* strtoll() would also take spaces before the number and a plus. */
bool str_to_long(const char *text, long long least, long long most,
                 long long *ret_number)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    if (digits[0] < '0' || digits[0] > '9')
        return false;
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < least || number > most)
        return false;
    *ret_number = number;
    return true;
}
