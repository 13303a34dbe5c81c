#ifndef BGC_UI_PROMPT_H
#define BGC_UI_PROMPT_H

/*
 * A question in the bottom line: a text to type, a word that must be typed, or
 * a mere yes or no. It is state, never a loop: the run moves on behind it.
 *
 *     [ what is asked: typed text_            Enter yes · Esc no ]
 *
 * What the answer is for is the owner's number; the prompt does not look at it.
 */

#include "ui/canvas.h"
#include "ui/keys.h"

#include <stdbool.h>
#include <stddef.h>

enum { PROMPT_TEXT_MAX = 128, PROMPT_LABEL_MAX = 200, PROMPT_MUST_MAX = 128 };

enum prompt_kind {
    PROMPT_CLOSED,
    PROMPT_TEXT,    /* any text */
    PROMPT_WORD,    /* `must`, letter by letter but for its case */
    PROMPT_CONFIRM, /* Enter is yes */
};

struct prompt {
    enum prompt_kind kind;
    int purpose; /* the owner's */
    int gate;    /* the owner's: number of the gate that is answered, 0: none */
    char label[PROMPT_LABEL_MAX];
    char must[PROMPT_MUST_MAX];
    char text[PROMPT_TEXT_MAX];
    size_t length; /* of `text` in bytes */
    size_t cursor; /* byte offset, always between two characters */
    bool offered;  /* `text` is as it was prefilled: what is typed takes its place */
    bool mistyped; /* Enter came with another word than `must` */
};

enum prompt_answer { PROMPT_EDITING, PROMPT_ACCEPTED, PROMPT_CANCELLED };

void prompt_open(struct prompt *prompt, enum prompt_kind kind, int purpose,
                 const char *label);

/* What stands in it when it opens: Enter takes it, a letter takes its place, any other
 * key begins to edit it. */
void prompt_prefill(struct prompt *prompt, const char *text);

/* Only this word is accepted. */
void prompt_demand(struct prompt *prompt, const char *word);

void prompt_close(struct prompt *prompt);
bool prompt_is_open(const struct prompt *prompt);

/* Takes a key. `text` stays readable until the prompt is opened again. A paste is text
 * like any other, and never an Enter. */
enum prompt_answer prompt_key(struct prompt *prompt, struct key key);

/* Draws into row 0 of `area` and shows the cursor. */
void prompt_draw(const struct prompt *prompt, struct area area);

#endif
