#include "net/known_line.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

enum { SHA1_LENGTH = 20 };

struct word {
    const char *at;
    size_t length;
};

struct known_cursor known_cursor_on(const char *text, size_t length)
{
    return (struct known_cursor){.text = text, .length = length};
}

/* The next word of `rest`, which moves behind it. Empty: there is none. */
static struct word word_take(struct word *rest)
{
    struct word word;
    while (rest->length && (*rest->at == ' ' || *rest->at == '\t')) {
        rest->at++;
        rest->length--;
    }
    word = (struct word){rest->at, 0};
    while (rest->length && *rest->at != ' ' && *rest->at != '\t') {
        rest->at++;
        rest->length--;
        word.length++;
    }
    return word;
}

static bool word_is(struct word word, const char *text)
{
    return word.length == strlen(text) && memcmp(word.at, text, word.length) == 0;
}

static bool line_read(struct word rest, struct known_line *line)
{
    struct word word = word_take(&rest);
    line->mark = KNOWN_MARK_NONE;
    if (word.length && *word.at == '@') {
        if (word_is(word, "@revoked"))
            line->mark = KNOWN_MARK_REVOKED;
        else if (word_is(word, "@cert-authority"))
            line->mark = KNOWN_MARK_AUTHORITY;
        else
            return false;
        word = word_take(&rest);
    }
    line->names = word.at;
    line->names_length = word.length;

    struct word type = word_take(&rest);
    struct word key = word_take(&rest);
    return word.length && type.length &&
           ssh_key_from_base64(key.at, key.length, line->blob, sizeof line->blob,
                               &line->blob_length) &&
           ssh_key_type(line->blob, line->blob_length, line->type) &&
           word_is(type, line->type);
}

static bool is_comment(struct word line)
{
    struct word first = word_take(&line);
    return first.length == 0 || *first.at == '#';
}

bool known_line_next(struct known_cursor *cursor, struct known_line *ret_line)
{
    while (cursor->position < cursor->length) {
        const char *begin = cursor->text + cursor->position;
        size_t left = cursor->length - cursor->position;
        const char *newline = memchr(begin, '\n', left);
        size_t length = newline ? (size_t)(newline - begin) : left;

        cursor->position += length + (newline ? 1 : 0);
        cursor->number++;
        if (length && begin[length - 1] == '\r')
            length--;
        struct word line = {begin, length};
        if (is_comment(line))
            continue;
        if (length <= KNOWN_LINE_MAX && line_read(line, ret_line)) {
            ret_line->number = cursor->number;
            return true;
        }
        if (cursor->bad_lines++ == 0)
            cursor->first_bad_line = cursor->number;
    }
    return false;
}

void known_name(const char *address, int port, char ret_name[KNOWN_NAME_MAX])
{
    if (port == 22)
        snprintf(ret_name, KNOWN_NAME_MAX, "%s", address);
    else
        snprintf(ret_name, KNOWN_NAME_MAX, "[%s]:%d", address, port);
    for (char *c = ret_name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* `*` and `?` as ssh_config(5), PATTERNS. On a mismatch only the last star can help, so
 * the time is bounded by the product of both lengths. */
static bool pattern_matches(struct word pattern, const char *name)
{
    size_t p = 0, after_star = 0;
    const char *resume = NULL;
    while (*name) {
        if (p < pattern.length && pattern.at[p] == '*') {
            after_star = ++p;
            resume = name;
        } else if (p < pattern.length &&
                   (pattern.at[p] == '?' || same_letter(pattern.at[p], *name))) {
            p++;
            name++;
        } else if (resume) {
            p = after_star;
            name = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.at[p] == '*')
        p++;
    return p == pattern.length;
}

/* "|1|SALT|HASH", both base64 of 20 bytes: HASH = HMAC-SHA1(SALT, name). */
static bool hash_matches(struct word hashed, const char *name)
{
    unsigned char salt[SHA1_LENGTH], hash[SHA1_LENGTH], mine[EVP_MAX_MD_SIZE];
    size_t salt_length, hash_length;
    unsigned mine_length = 0;

    if (hashed.length < 4 || memcmp(hashed.at, "|1|", 3) != 0)
        return false;
    const char *salt_at = hashed.at + 3;
    const char *bar = memchr(salt_at, '|', hashed.length - 3);
    if (!bar)
        return false;
    size_t hash_digits = hashed.length - (size_t)(bar + 1 - hashed.at);
    if (!ssh_key_from_base64(salt_at, (size_t)(bar - salt_at), salt, sizeof salt,
                             &salt_length) ||
        !ssh_key_from_base64(bar + 1, hash_digits, hash, sizeof hash, &hash_length))
        return false;
    if (salt_length != SHA1_LENGTH || hash_length != SHA1_LENGTH)
        return false;
    if (!HMAC(EVP_sha1(), salt, SHA1_LENGTH, (const unsigned char *)name, strlen(name),
              mine, &mine_length))
        return false;
    return mine_length == SHA1_LENGTH && memcmp(mine, hash, SHA1_LENGTH) == 0;
}

bool known_line_names(const struct known_line *line, const char *name)
{
    struct word names = {line->names, line->names_length};
    bool named = false;

    if (names.length && *names.at == '|')
        return hash_matches(names, name);
    while (names.length) {
        const char *comma = memchr(names.at, ',', names.length);
        struct word one = {names.at, comma ? (size_t)(comma - names.at) : names.length};
        size_t taken = one.length + (comma ? 1 : 0);
        names.at += taken;
        names.length -= taken;

        bool takes_away = one.length && *one.at == '!';
        if (takes_away) {
            one.at++;
            one.length--;
        }
        if (!one.length || !pattern_matches(one, name))
            continue;
        if (takes_away)
            return false;
        named = true;
    }
    return named;
}
