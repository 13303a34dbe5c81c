#include "ui/term_family.h"

#include "base/str.h"

#include <stddef.h>

struct family {
    const char *prefix;
    const char *standins[TERM_STANDINS_MAX];
};

/* clang-format off */
static const struct family families[] = {
    { "xterm",     { "xterm-256color", "xterm", "vt100" } }, /* -kitty, -ghostty, -direct */
    { "alacritty", { "xterm-256color", "xterm", "vt100" } },
    { "contour",   { "xterm-256color", "xterm", "vt100" } },
    { "foot",      { "xterm-256color", "xterm", "vt100" } },
    { "ghostty",   { "xterm-256color", "xterm", "vt100" } },
    { "gnome",     { "xterm-256color", "xterm", "vt100" } },
    { "iterm",     { "xterm-256color", "xterm", "vt100" } },
    { "kitty",     { "xterm-256color", "xterm", "vt100" } },
    { "konsole",   { "xterm-256color", "xterm", "vt100" } },
    { "mintty",    { "xterm-256color", "xterm", "vt100" } },
    { "ms-terminal", { "xterm-256color", "xterm", "vt100" } },
    { "putty",     { "xterm-256color", "xterm", "vt100" } },
    { "rio",       { "xterm-256color", "xterm", "vt100" } },
    { "rxvt",      { "rxvt", "xterm", "vt100" } },
    { "screen",    { "screen-256color", "screen", "vt100" } },
    { "st-",       { "xterm-256color", "xterm", "vt100" } },
    { "tmux",      { "screen-256color", "screen", "vt100" } },
    { "vt",        { "vt100" } },                             /* vt220, vte, .. */
    { "wezterm",   { "xterm-256color", "xterm", "vt100" } },
};
/* clang-format on */

const char *const *term_standins(const char *name)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (str_starts(name, families[i].prefix))
            return families[i].standins;
    }
    return NULL;
}
