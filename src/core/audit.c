#include "core/audit.h"

#include "base/printable.h"
#include "base/str.h"

#include <string.h>

enum { WORD_MAX = 512, TIME_LENGTH = 20 /* 2026-11-23T18:26:22Z */ };

static int digit(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* A value as it was before it became one word: "%20" is a blank again, "-" is nothing.
 */
static void decode(const char *word, char *buffer, size_t size)
{
    char bytes[WORD_MAX];
    struct str out = str_on(bytes, sizeof bytes);

    if (str_equal(word, "-"))
        word = "";
    for (; *word != '\0'; word++) {
        int high = *word == '%' ? digit(word[1]) : -1;
        int low = high >= 0 ? digit(word[2]) : -1;
        if (low >= 0) {
            str_add_char(&out, (char)(high * 16 + low));
            word += 2;
        } else {
            str_add_char(&out, *word);
        }
    }
    printable_text(bytes, out.length, buffer, size);
}

static void take_word(struct audit_entry *entry, char *word)
{
    const struct {
        const char *key;
        char *buffer;
        size_t size;
    } fields[] = {
        {"who", entry->who, sizeof entry->who},
        {"run", entry->run, sizeof entry->run},
        {"verb", entry->verb, sizeof entry->verb},
        {"from", entry->from, sizeof entry->from},
        {"to", entry->to, sizeof entry->to},
        {"outcome", entry->outcome, sizeof entry->outcome},
    };
    char *value = strchr(word, '=');

    if (value == NULL)
        return;
    *value++ = '\0';
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (str_equal(word, fields[i].key))
            decode(value, fields[i].buffer, fields[i].size);
    }
}

bool audit_read(const char *line, struct audit_entry *entry)
{
    char word[WORD_MAX];

    *entry = (struct audit_entry){0};
    size_t length = strcspn(line, " ");
    if (length != TIME_LENGTH || line[10] != 'T' || line[TIME_LENGTH - 1] != 'Z')
        return false;
    str_copy_bytes(entry->time, sizeof entry->time, line, length);
    for (line += length; *line == ' '; line += length) {
        line++;
        length = strcspn(line, " ");
        if (str_copy_bytes(word, sizeof word, line, length))
            take_word(entry, word);
    }
    return entry->verb[0] != '\0' && entry->outcome[0] != '\0';
}

static bool add_share(struct str *out, const char *share)
{
    enum colour live;
    long long number;

    if (!str_to_long(share, SHARE_BLUE, SHARE_GREEN, &number))
        return false;
    if (share_live((int)number, &live))
        str_add(out, colour_name(live));
    else
        str_addf(out, "%lld %% green", number);
    return true;
}

/* Its `to` is whether the page is up. */
static bool is_of_page(const struct audit_entry *entry)
{
    return str_equal(entry->verb, "maintenance");
}

void audit_way(const struct audit_entry *entry, char *buffer, size_t size)
{
    struct str out = str_on(buffer, size);
    if (is_of_page(entry)) {
        str_addf(&out, "page %s", str_equal(entry->to, "1") ? "up" : "down");
        return;
    }
    if (str_equal(entry->from, entry->to))
        return;
    bool is_told = add_share(&out, entry->from);
    str_add(&out, " → ");
    if (!add_share(&out, entry->to) || !is_told)
        str_clear(&out);
}
