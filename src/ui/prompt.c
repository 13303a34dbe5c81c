#include "ui/prompt.h"

#include "base/str.h"
#include "base/utf8.h"

#include <string.h>
#include <strings.h>

void prompt_open(struct prompt *prompt, enum prompt_kind kind, int purpose,
                 const char *label)
{
    *prompt = (struct prompt){.kind = kind, .purpose = purpose};
    str_copy(prompt->label, sizeof prompt->label, label);
}

void prompt_prefill(struct prompt *prompt, const char *text)
{
    str_copy(prompt->text, sizeof prompt->text, text);
    prompt->length = prompt->cursor = strlen(prompt->text);
    prompt->offered = prompt->length > 0;
}

void prompt_demand(struct prompt *prompt, const char *word)
{
    str_copy(prompt->must, sizeof prompt->must, word);
}

void prompt_close(struct prompt *prompt)
{
    prompt->kind = PROMPT_CLOSED;
}

bool prompt_is_open(const struct prompt *prompt)
{
    return prompt->kind != PROMPT_CLOSED;
}

/* Where the character before `at` begins. */
static size_t step_back(const struct prompt *prompt, size_t at)
{
    while (at > 0) {
        at--;
        if (((unsigned char)prompt->text[at] & 0xc0) != 0x80)
            break;
    }
    return at;
}

static size_t step_on(const struct prompt *prompt, size_t at)
{
    uint32_t character;
    if (at >= prompt->length)
        return prompt->length;
    return at + utf8_decode(prompt->text + at, prompt->length - at, &character);
}

static void erase(struct prompt *prompt, size_t from, size_t to)
{
    memmove(prompt->text + from, prompt->text + to, prompt->length - to + 1);
    prompt->length -= to - from;
    prompt->cursor = from;
}

static void insert(struct prompt *prompt, uint32_t character)
{
    char bytes[UTF8_BYTES_MAX];
    size_t size = utf8_encode(character, bytes);
    if (prompt->length + size >= sizeof prompt->text)
        return;
    char *at = prompt->text + prompt->cursor;
    memmove(at + size, at, prompt->length - prompt->cursor + 1);
    memcpy(at, bytes, size);
    prompt->length += size;
    prompt->cursor += size;
}

/* The editing keys of a shell's line. */
static void take_control(struct prompt *prompt, uint32_t letter)
{
    if (letter == 'a')
        prompt->cursor = 0;
    else if (letter == 'e')
        prompt->cursor = prompt->length;
    else if (letter == 'u')
        erase(prompt, 0, prompt->cursor);
    else if (letter == 'k')
        erase(prompt, prompt->cursor, prompt->length);
    else if (letter == 'w') {
        size_t from = prompt->cursor;
        while (from > 0 && prompt->text[from - 1] == ' ')
            from--;
        while (from > 0 && prompt->text[from - 1] != ' ')
            from--;
        erase(prompt, from, prompt->cursor);
    }
}

static enum prompt_answer accept(struct prompt *prompt)
{
    if (prompt->kind == PROMPT_WORD && strcasecmp(prompt->text, prompt->must) != 0) {
        prompt->mistyped = true;
        return PROMPT_EDITING;
    }
    prompt_close(prompt);
    return PROMPT_ACCEPTED;
}

static enum prompt_answer cancel(struct prompt *prompt)
{
    prompt_close(prompt);
    return PROMPT_CANCELLED;
}

static bool is_letter(struct key key)
{
    return key.sym == KEYSYM_TEXT && !key.ctrl && !key.alt;
}

static void edit(struct prompt *prompt, struct key key)
{
    if (prompt->offered && is_letter(key))
        erase(prompt, 0, prompt->length);
    prompt->offered = false;
    switch (key.sym) {
    case KEYSYM_BACKSPACE:
        erase(prompt, step_back(prompt, prompt->cursor), prompt->cursor);
        break;
    case KEYSYM_DELETE:
        erase(prompt, prompt->cursor, step_on(prompt, prompt->cursor));
        break;
    case KEYSYM_LEFT:
        prompt->cursor = step_back(prompt, prompt->cursor);
        break;
    case KEYSYM_RIGHT:
        prompt->cursor = step_on(prompt, prompt->cursor);
        break;
    case KEYSYM_HOME:
        prompt->cursor = 0;
        break;
    case KEYSYM_END:
        prompt->cursor = prompt->length;
        break;
    case KEYSYM_TEXT:
        if (key.ctrl)
            take_control(prompt, key.character);
        else if (!key.alt)
            insert(prompt, key.character);
        break;
    default:
        break;
    }
}

enum prompt_answer prompt_key(struct prompt *prompt, struct key key)
{
    prompt->mistyped = false;
    if (key.sym == KEYSYM_ENTER && !key.pasted)
        return accept(prompt);
    if (key.sym == KEYSYM_ESCAPE ||
        (key.sym == KEYSYM_TEXT && key.ctrl && key.character == 'c'))
        return cancel(prompt);
    if (prompt->kind != PROMPT_CONFIRM)
        edit(prompt, key);
    else if (key.sym == KEYSYM_TEXT && !key.pasted && key.character == 'n')
        return cancel(prompt);
    return PROMPT_EDITING;
}

/* The part of the text that fits into `width` cells with the cursor in it. */
static const char *visible(const struct prompt *prompt, int width, int *ret_cursor)
{
    const char *from = prompt->text;
    char before[PROMPT_TEXT_MAX];
    str_copy_bytes(before, sizeof before, prompt->text, prompt->cursor);
    int cursor = (int)utf8_text_width(before);
    while (cursor >= width && *from != '\0') {
        uint32_t character;
        from += utf8_decode(from, strlen(from), &character);
        cursor -= utf8_width(character);
    }
    *ret_cursor = cursor;
    return from;
}

void prompt_draw(const struct prompt *prompt, struct area area)
{
    const char *keys = prompt->kind == PROMPT_CONFIRM ? "Enter yes · Esc no "
                                                      : "Enter ok · Esc cancel ";
    if (prompt->mistyped)
        keys = "✘ wrong word · Esc ";
    int keys_width = (int)utf8_text_width(keys);

    area_fill(area, 0, 0, 1, area.cols, STYLE_INPUT, ' ');
    int col = area_text(area, 0, 1, STYLE_INPUT, prompt->label) + 1;
    int width = area.cols - col - keys_width - 1;
    if (width < 8) { /* the question matters more than the keys */
        keys_width = 0;
        width = area.cols - col;
    }
    int cursor;
    const char *text = visible(prompt, width, &cursor);
    struct area field = area_part(area, 0, col, 1, width);
    area_text(field, 0, 0, prompt->offered ? STYLE_SELECTED : STYLE_INPUT, text);
    if (keys_width > 0)
        area_text(area, 0, area.cols - keys_width,
                  prompt->mistyped ? STYLE_BAD : STYLE_INPUT, keys);
    if (prompt->kind != PROMPT_CONFIRM)
        area_cursor(field, 0, cursor);
}
