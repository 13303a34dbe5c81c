#ifndef BGC_UI_THEME_H
#define BGC_UI_THEME_H

/*
 * How a style looks: one table for 256, 8 and 0 colours.
 *
 * The only room that knows colours. It never decides what is shown: a picture
 * without colours carries the same words and glyphs.
 */

#include "ui/style.h"

#include <stdint.h>

enum { LOOK_DEFAULT = -1 }; /* the terminal's own foreground or background */

enum look_attribute {
    LOOK_BOLD = 1,
    LOOK_UNDERLINE = 2,
    LOOK_REVERSE = 4,
};

struct look {
    int16_t foreground; /* index into xterm's 256 colours, or LOOK_DEFAULT */
    int16_t background;
    uint8_t attributes; /* enum look_attribute, or-ed */
};

/* `colours` as a terminal has them: 256 and more, 8 and more, or none. */
struct look theme_look(enum style style, int colours);

/* 0xRRGGBB of one of xterm's 256 colours, for pictures. */
uint32_t theme_rgb(int colour);

#endif
