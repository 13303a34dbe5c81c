#ifndef BGC_UI_STYLE_H
#define BGC_UI_STYLE_H

/*
 * What a cell means, not how it looks: themes turn styles into colours.
 *
 * Colour never carries meaning alone; whoever uses STYLE_BAD also writes a word
 * or a glyph.
 */

/* clang-format off */
#define STYLES(X)                                                             \
    X(STYLE_TEXT,       "text")       X(STYLE_DIM,     "dim")                 \
    X(STYLE_TITLE,      "title")      X(STYLE_FRAME,   "frame")               \
    X(STYLE_BLUE,       "blue")       X(STYLE_GREEN,   "green")               \
    X(STYLE_LIVE,       "live")       X(STYLE_OK,      "ok")                  \
    X(STYLE_WARN,       "warn")       X(STYLE_BAD,     "bad")                 \
    X(STYLE_BANNER,     "banner")     X(STYLE_PRODUCTION, "production")       \
    X(STYLE_SELECTED,   "selected")   X(STYLE_KEY,     "key")                 \
    X(STYLE_KEY_OFF,    "key_off")    X(STYLE_GATE,    "gate")                \
    X(STYLE_INPUT,      "input")      X(STYLE_MATCH,   "match")               \
    X(STYLE_HOST_1,     "host_1")     X(STYLE_HOST_2,  "host_2")              \
    X(STYLE_HOST_3,     "host_3")     X(STYLE_HOST_4,  "host_4")
/* clang-format on */

enum style {
#define X(style, name) style,
    STYLES(X)
#undef X
        STYLE_COUNT
};

const char *style_name(enum style style);

#endif
