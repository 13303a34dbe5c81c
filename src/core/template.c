#include "core/template.h"

#include <string.h>

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz0123456789_."

struct rendering {
    const char *file;
    int line;
    template_value_fn *value;
    const void *context;
    int depth;  /* of the @when@ that are open */
    int hidden; /* the depth at which one did not hold, 0: all do */
    struct str *out;
    struct err *err;
};

/* A piece of the template, without a NUL. */
struct piece {
    const char *at;
    size_t length;
};

static struct piece trimmed(struct piece piece)
{
    while (piece.length > 0 && *piece.at == ' ')
        piece = (struct piece){piece.at + 1, piece.length - 1};
    return piece;
}

static bool refuse(const struct rendering *rendering, const char *what,
                   const char *name)
{
    return err_set(rendering->err, ERR_CONFIG, "%s:%d: %s%s", rendering->file,
                   rendering->line, what, name);
}

/* Whether `piece` begins with a placeholder that has `word` before its name ("when ",
 * or nothing); its whole length, its name. */
static size_t placeholder_at(struct piece piece, const char *word,
                             char name[TEMPLATE_NAME_MAX])
{
    size_t before = 1 + strlen(word), length = 0;
    if (piece.length < before || piece.at[0] != '@' ||
        memcmp(piece.at + 1, word, before - 1) != 0)
        return 0;
    while (before + length < piece.length &&
           memchr(NAME_BYTES, piece.at[before + length], sizeof NAME_BYTES - 1) != NULL)
        length++;
    if (length == 0 || length >= TEMPLATE_NAME_MAX || before + length >= piece.length ||
        piece.at[before + length] != '@')
        return 0;
    memcpy(name, piece.at + before, length);
    name[length] = '\0';
    return before + length + 1;
}

static bool ask(const struct rendering *rendering, const char *name, size_t nth,
                struct str *value, bool *ret_there)
{
    str_clear(value);
    enum template_answer answer =
        rendering->value(rendering->context, name, nth, value);
    if (answer == TEMPLATE_UNKNOWN)
        return refuse(rendering, "there is no such placeholder: ", name);
    if (value->cut)
        return refuse(rendering, "the value is too long: ", name);
    *ret_there = answer == TEMPLATE_VALUE;
    return true;
}

static bool open_when(struct rendering *rendering, const char *name)
{
    char buffer[TEMPLATE_VALUE_MAX];
    struct str value = str_on(buffer, sizeof buffer);
    bool there;
    if (rendering->depth == TEMPLATE_DEPTH_MAX)
        return refuse(rendering, "too many @when@ within each other: ", name);
    if (!ask(rendering, name, 0, &value, &there))
        return false;
    rendering->depth++;
    bool holds = there && value.length > 0 && !str_equal(buffer, "no") &&
                 !str_equal(buffer, "0");
    if (!holds && rendering->hidden == 0)
        rendering->hidden = rendering->depth;
    return true;
}

static bool close_when(struct rendering *rendering)
{
    if (rendering->depth == 0)
        return refuse(rendering, "@end@ without its @when@", "");
    if (rendering->hidden == rendering->depth)
        rendering->hidden = 0;
    rendering->depth--;
    return true;
}

static bool render_alone(const struct rendering *rendering, struct piece indent,
                         const char *name)
{
    char buffer[TEMPLATE_VALUE_MAX];
    struct str value = str_on(buffer, sizeof buffer);
    for (size_t nth = 0;; nth++) {
        bool there;
        if (!ask(rendering, name, nth, &value, &there))
            return false;
        if (!there)
            return true;
        str_add_bytes(rendering->out, indent.at, indent.length);
        str_add(rendering->out, buffer);
        str_add_char(rendering->out, '\n');
    }
}

static bool render_within(const struct rendering *rendering, const char *name)
{
    char buffer[TEMPLATE_VALUE_MAX];
    struct str value = str_on(buffer, sizeof buffer);
    bool there;
    if (!ask(rendering, name, 0, &value, &there))
        return false;
    if (!there || value.length == 0)
        return refuse(rendering, "this must have a value: ", name);
    str_add(rendering->out, buffer);
    return true;
}

static bool render_text(const struct rendering *rendering, struct piece line)
{
    char name[TEMPLATE_NAME_MAX];
    for (size_t i = 0; i < line.length;) {
        struct piece rest = {line.at + i, line.length - i};
        size_t taken = placeholder_at(rest, "", name);
        if (taken == 0)
            str_add_char(rendering->out, line.at[i++]);
        else if (!render_within(rendering, name))
            return false;
        i += taken;
    }
    str_add_char(rendering->out, '\n');
    return true;
}

static bool render_line(struct rendering *rendering, struct piece line)
{
    char name[TEMPLATE_NAME_MAX];
    struct piece words = trimmed(line);
    struct piece indent = {line.at, line.length - words.length};
    if (line.length >= 2 && memcmp(line.at, "##", 2) == 0)
        return true;
    if (placeholder_at(words, "when ", name) == words.length && words.length > 0)
        return open_when(rendering, name);
    if (words.length == 5 && memcmp(words.at, "@end@", 5) == 0)
        return close_when(rendering);
    if (rendering->hidden > 0)
        return true;
    if (placeholder_at(words, "", name) == words.length && words.length > 0)
        return render_alone(rendering, indent, name);
    return render_text(rendering, line);
}

bool template_render(const char *file, const char *text, size_t length,
                     template_value_fn *value, const void *context, struct str *out,
                     struct err *err)
{
    struct rendering rendering = {
        .file = file, .value = value, .context = context, .out = out, .err = err};
    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        struct piece line = {text + at,
                             end != NULL ? (size_t)(end - text) - at : length - at};
        rendering.line++;
        if (!render_line(&rendering, line))
            return false;
        at += line.length + 1;
    }
    if (rendering.depth > 0)
        return refuse(&rendering, "@end@ is missing", "");
    if (out->cut)
        return err_set(err, ERR_LIMIT, "%s: the rendering is longer than %zu bytes",
                       file, out->size - 1);
    return true;
}
