#ifndef BGC_CORE_CONFIG_LINE_H
#define BGC_CORE_CONFIG_LINE_H

/*
 * Reads a haproxy.cfg line by line, as HAProxy splits it (configuration.txt 2.1, 2.2):
 * sections, words, quotes and comments. What a line means is the caller's question.
 *
 *     struct config_reader reader = {.text = text};
 *     while (config_line_next(&reader, &line))
 */

#include <stdbool.h>

enum { CONFIG_LINE_MAX = 2048, CONFIG_NAME_MAX = 128 };

enum config_section {
    SECTION_NONE, /* before the first one, and those that are none of ours */
    SECTION_GLOBAL,
    SECTION_DEFAULTS,
    SECTION_FRONTEND,
    SECTION_BACKEND,
    SECTION_LISTEN,
};

struct config_line {
    int number; /* from 1 */
    enum config_section section;
    char name[CONFIG_NAME_MAX]; /* of the section; may be empty */
    bool begins_section;
    const char *raw; /* as it stands in the text, without the blanks around it */
    int raw_length;
    char words[CONFIG_LINE_MAX]; /* one blank between two, without quotes; cut where it
                                    is longer */
};

struct config_reader {
    const char *text; /* what is still to be read */
    int number;
    enum config_section section;
    char name[CONFIG_NAME_MAX];
};

/* The next line that has a word; false: there is no more. */
bool config_line_next(struct config_reader *reader, struct config_line *ret_line);

#endif
