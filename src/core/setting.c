#include "core/settings_table.h"

#include <string.h>

static const char *const yes_no_words[] = {"no", "yes", NULL};

static bool choice_from_word(const char *const *words, const char *word,
                             int *ret_choice)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (str_equal(words[i], word)) {
            *ret_choice = i;
            return true;
        }
    }
    return false;
}

static bool text_is_good(const struct setting *row, const char *value)
{
    if (value[0] == '\0')
        return row->optional || (row->fallback[0] == '\0' && row->example == NULL);
    return text_kind_accepts(row->kind, value) && strlen(value) < SETTING_TEXT_MAX;
}

bool setting_put(const struct setting *row, struct settings *settings,
                 const char *value)
{
    void *field = (char *)settings + row->offset;
    int choice;
    switch (row->type) {
    case SETTING_TEXT:
        return text_is_good(row, value) && str_copy(field, SETTING_TEXT_MAX, value);
    case SETTING_NUMBER:
        return str_to_long(value, row->least, row->most, field);
    case SETTING_CHOICE:
        return choice_from_word(row->choices, value, field);
    case SETTING_YES_NO:
        if (!choice_from_word(yes_no_words, value, &choice))
            return false;
        *(bool *)field = choice == 1;
        return true;
    }
    return false;
}

void setting_get(const struct setting *row, const struct settings *settings,
                 char value[SETTING_TEXT_MAX])
{
    const void *field = (const char *)settings + row->offset;
    struct str out = str_on(value, SETTING_TEXT_MAX);
    switch (row->type) {
    case SETTING_TEXT:
        str_add(&out, field);
        break;
    case SETTING_NUMBER:
        str_addf(&out, "%lld", *(const long long *)field);
        break;
    case SETTING_CHOICE:
        str_add(&out, row->choices[*(const int *)field]);
        break;
    case SETTING_YES_NO:
        str_add(&out, yes_no_words[*(const bool *)field]);
        break;
    }
}

static void add_words(struct str *out, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (i > 0)
            str_add(out, words[i + 1] == NULL ? " or " : ", ");
        str_add(out, words[i]);
    }
}

void setting_expected(const struct setting *row, struct str *out)
{
    switch (row->type) {
    case SETTING_TEXT:
        str_add(out, text_kind_expected(row->kind));
        break;
    case SETTING_NUMBER:
        str_add(out, "a whole number ");
        if (row->unit != NULL)
            str_addf(out, "of %s ", row->unit);
        str_addf(out, "from %lld to %lld", row->least, row->most);
        break;
    case SETTING_CHOICE:
        add_words(out, row->choices);
        break;
    case SETTING_YES_NO:
        add_words(out, yes_no_words);
        break;
    }
}
