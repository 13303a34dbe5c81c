#include "net/haproxy_question.h"

#include "base/printable.h"
#include "base/str.h"

#include <string.h>

enum { WORDS_MAX = 200 };

static bool check_name(const char *name, const char *more, struct err *err)
{
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "0123456789_.:-";
    char words[WORDS_MAX];

    for (const char *at = name; *at != '\0'; at++)
        if (strchr(safe, *at) == NULL && strchr(more, *at) == NULL) {
            printable_text(name, strlen(name), words, sizeof words);
            return err_set(err, ERR_CONFIG,
                           "\"%s\" is no name for HAProxy's socket: use letters, "
                           "digits and _ . : - %s",
                           words, more);
        }
    return name[0] != '\0' ? true
                           : err_set(err, ERR_CONFIG,
                                     "a name for HAProxy's socket is empty; see "
                                     "[haproxy] in the settings");
}

static bool check_names(const struct haproxy_names *names, struct err *err)
{
    return check_name(names->map, "/", err) && check_name(names->key, "", err) &&
           check_name(names->frontend, "", err) &&
           check_name(names->backend[COLOUR_BLUE], "", err) &&
           check_name(names->backend[COLOUR_GREEN], "", err);
}

bool haproxy_question(const struct haproxy_names *names,
                      char question[HAPROXY_QUESTION_MAX], struct err *err)
{
    struct str line = str_on(question, HAPROXY_QUESTION_MAX);

    if (!check_names(names, err))
        return false;
    str_addf(&line, "show info;show map %s", names->map);
    for (int colour = 0; colour < COLOUR_COUNT; colour++)
        str_addf(&line, ";show servers state %s", names->backend[colour]);
    str_addf(&line, ";show stat %s 1 -1", names->frontend);
    for (int colour = 0; colour < COLOUR_COUNT; colour++)
        str_addf(&line, ";show stat %s 6 -1", names->backend[colour]);
    str_add_char(&line, '\n');
    if (line.cut)
        return err_set(err, ERR_CONFIG,
                       "HAProxy's names are too long for one question");
    return true;
}
