#ifndef BGC_CORE_SETTINGS_TABLE_H
#define BGC_CORE_SETTINGS_TABLE_H

/*
 * The table of all settings: one row a key. For the settings_*.c rooms.
 */

#include "core/settings.h"
#include "core/settings_text.h"

enum setting_type { SETTING_TEXT, SETTING_NUMBER, SETTING_CHOICE, SETTING_YES_NO };

struct setting {
    const char *section;
    const char *key;
    size_t offset; /* of the field in struct settings */
    enum setting_type type;
    enum text_kind kind;        /* of a text */
    long long least;            /* of a number */
    long long most;             /* of a number */
    const char *unit;           /* of a number: "seconds"; NULL: it only counts */
    const char *const *choices; /* words by the enum's value, NULL at the end */
    const char *fallback;       /* the default, as a file would say it */
    const char *example;        /* no default: must be set, for instance to this */
    bool secret;                /* never shown or repeated */
    bool optional;              /* of a text: may be empty, though its default is not */
    const char *help;
};

const struct setting *setting_at(size_t row);
size_t setting_count(void);

/* The row of a key, -1: no such key. */
int setting_find(const char *section, const char *key);

/* Puts `value` into its field. False: it is not what the row wants, and nothing is
 * changed. An empty text is good where the default is empty, or the row says so. */
bool setting_put(const struct setting *row, struct settings *settings,
                 const char *value);

/* The field's value as a file would say it. */
void setting_get(const struct setting *row, const struct settings *settings,
                 char value[SETTING_TEXT_MAX]);

/* What the row wants, for "expected ...": "a whole number from 1 to 100". */
void setting_expected(const struct setting *row, struct str *out);

#endif
