#include "base/ini.h"

#include "base/utf8.h"

#include <ini.h>
#include <stdint.h>
#include <string.h>

/* libinih tells no line numbers, but asks for each line just before it hands over what
 * stands there: whoever gives it the lines knows where it is. */
struct reading {
    const char *name;
    const char *text;
    size_t left;
    int line;
    ini_take_fn *take;
    void *context;
    struct err *err;
    bool failed;
};

static bool fail(struct reading *reading, const char *what)
{
    reading->failed = true;
    return err_set(reading->err, ERR_CONFIG, "%s:%d: %s", reading->name, reading->line,
                   what);
}

static bool bytes_are_plain(const char *line, size_t length)
{
    while (length > 0) {
        uint32_t character;
        size_t taken = utf8_decode(line, length, &character);
        if ((taken == 1 && character == UTF8_BAD) ||
            (character < 0x20 && character != '\t') || character == 0x7F)
            return false;
        line += taken;
        length -= taken;
    }
    return true;
}

static size_t name_length(const char *at)
{
    return strspn(at,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
}

/* libinih takes a `;` after a space for a comment. */
static bool has_comment(const char *value)
{
    for (const char *at = strchr(value, ';'); at != NULL; at = strchr(at + 1, ';'))
        if (at > value && (at[-1] == ' ' || at[-1] == '\t'))
            return true;
    return false;
}

static bool section_is_good(struct reading *reading, const char *line)
{
    size_t length = name_length(line + 1);
    const char *after = line + 1 + length;
    if (length == 0 || *after != ']')
        return fail(reading, "expected `[section]`");
    if (after[1 + strspn(after + 1, " \t")] != '\0')
        return fail(reading, "a section stands alone on its line");
    if (length > INI_NAME_MAX)
        return fail(reading, "the section's name is too long");
    return true;
}

static bool key_is_good(struct reading *reading, const char *line)
{
    size_t length = name_length(line);
    const char *equals = line + length + strspn(line + length, " \t");
    if (length == 0 || *equals != '=')
        return fail(reading, "expected `key = value`, `[section]` or `; comment`");
    if (length > INI_NAME_MAX)
        return fail(reading, "the key's name is too long");
    if (has_comment(equals + 1))
        return fail(reading, "a comment needs a line of its own");
    return true;
}

/* Whether libinih will read `line` as it stands. */
static bool line_is_good(struct reading *reading, const char *line)
{
    switch (line[0]) {
    case '\0':
    case ';':
    case '#':
        return true;
    case '[':
        return section_is_good(reading, line);
    case ' ':
    case '\t':
        if (line[strspn(line, " \t")] == '\0')
            return true;
        return fail(reading, "the line is indented; begin it at the first column");
    default:
        return key_is_good(reading, line);
    }
}

/* libinih's fgets(): the next line, or NULL at the end and after the first failure. */
static char *next_line(char *buffer, int size, void *stream)
{
    struct reading *reading = stream;
    if (reading->failed || reading->left == 0)
        return NULL;
    reading->line++;
    const char *end = memchr(reading->text, '\n', reading->left);
    size_t length = end != NULL ? (size_t)(end - reading->text) : reading->left;
    size_t taken = end != NULL ? length + 1 : length;
    if (length > INI_LINE_MAX || length + 2 > (size_t)size) {
        fail(reading, "the line has more than 190 bytes");
        return NULL;
    }
    if (length > 0 && reading->text[length - 1] == '\r') {
        fail(reading,
             "the line ends in a carriage return; save the file with Unix line ends");
        return NULL;
    }
    if (!bytes_are_plain(reading->text, length)) {
        fail(reading, "the line has a control character or is not UTF-8");
        return NULL;
    }
    memcpy(buffer, reading->text, length);
    buffer[length] = '\0';
    if (!line_is_good(reading, buffer))
        return NULL;
    buffer[length] = '\n';
    buffer[length + 1] = '\0';
    reading->text += taken;
    reading->left -= taken;
    return buffer;
}

static int take_entry(void *user, const char *section, const char *key,
                      const char *value)
{
    struct reading *reading = user;
    struct ini_entry entry = {.file = reading->name,
                              .line = reading->line,
                              .section = section,
                              .key = key,
                              .value = value};
    if (!reading->take(reading->context, &entry, reading->err))
        reading->failed = true;
    return !reading->failed;
}

bool ini_read_text(const char *name, const char *text, size_t length, ini_take_fn *take,
                   void *context, struct err *err)
{
    struct reading reading = {.name = name,
                              .text = text,
                              .left = length,
                              .take = take,
                              .context = context,
                              .err = err};
    int result = ini_parse_stream(next_line, &reading, take_entry, &reading);
    if (result != 0 && !reading.failed)
        fail(&reading, "libinih cannot read this line");
    return !reading.failed;
}
