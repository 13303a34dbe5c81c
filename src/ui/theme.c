#include "ui/theme.h"

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, NONE = LOOK_DEFAULT };

enum { B = LOOK_BOLD, U = LOOK_UNDERLINE, R = LOOK_REVERSE };

struct theme_row {
    struct look rich;  /* 256 colours */
    struct look plain; /* 8 colours */
    uint8_t mono;      /* attributes without any colour */
};

/* clang-format off */
static const struct theme_row rows[STYLE_COUNT] = {
    /*                   256: fore  back  attr   8: fore   back     attr    0: attr */
    [STYLE_TEXT]       = {{ NONE, NONE, 0 },     { NONE,    NONE,   0 },     0     },
    [STYLE_DIM]        = {{  245, NONE, 0 },     { NONE,    NONE,   0 },     0     },
    [STYLE_TITLE]      = {{ NONE, NONE, B },     { NONE,    NONE,   B },     B     },
    [STYLE_FRAME]      = {{  240, NONE, 0 },     { NONE,    NONE,   0 },     0     },
    [STYLE_BLUE]       = {{   75, NONE, B },     { BLUE,    NONE,   B },     B     },
    [STYLE_GREEN]      = {{   78, NONE, B },     { GREEN,   NONE,   B },     B     },
    [STYLE_LIVE]       = {{  231, NONE, B },     { WHITE,   NONE,   B },     B     },
    [STYLE_OK]         = {{  114, NONE, 0 },     { GREEN,   NONE,   0 },     0     },
    [STYLE_WARN]       = {{  221, NONE, 0 },     { YELLOW,  NONE,   B },     B     },
    [STYLE_BAD]        = {{  210, NONE, B },     { RED,     NONE,   B },     B     },
    [STYLE_BANNER]     = {{  231,  238, B },     { WHITE,   BLUE,   B },     R     },
    [STYLE_PRODUCTION] = {{  231,  124, B },     { WHITE,   RED,    B },     R | B },
    [STYLE_SELECTED]   = {{ NONE,  237, 0 },     { NONE,    NONE,   R },     R     },
    [STYLE_KEY]        = {{  117, NONE, B },     { CYAN,    NONE,   B },     B     },
    [STYLE_KEY_OFF]    = {{  241, NONE, 0 },     { NONE,    NONE,   0 },     0     },
    [STYLE_GATE]       = {{  222, NONE, B },     { YELLOW,  NONE,   B },     B     },
    [STYLE_INPUT]      = {{  231,  236, 0 },     { NONE,    NONE,   U },     U     },
    [STYLE_MATCH]      = {{   16,  221, 0 },     { BLACK,   YELLOW, 0 },     R     },
    [STYLE_HOST_1]     = {{  180, NONE, 0 },     { YELLOW,  NONE,   0 },     0     },
    [STYLE_HOST_2]     = {{  110, NONE, 0 },     { CYAN,    NONE,   0 },     0     },
    [STYLE_HOST_3]     = {{  139, NONE, 0 },     { MAGENTA, NONE,   0 },     0     },
    [STYLE_HOST_4]     = {{  108, NONE, 0 },     { GREEN,   NONE,   0 },     0     },
};
/* clang-format on */

struct look theme_look(enum style style, int colours)
{
    const struct theme_row *row = &rows[style < STYLE_COUNT ? style : STYLE_TEXT];
    if (colours >= 256)
        return row->rich;
    if (colours >= 8)
        return row->plain;
    return (struct look){LOOK_DEFAULT, LOOK_DEFAULT, row->mono};
}

uint32_t theme_rgb(int colour)
{
    static const uint32_t system[16] = {
        0x1c1c1c, 0xcd3131, 0x3fa45b, 0xc4a000, 0x4f8fe0, 0xa06ab4, 0x2aa1b3, 0xd0d0d0,
        0x666666, 0xf14c4c, 0x5fd787, 0xf5d76e, 0x79b8ff, 0xd3a6e0, 0x5fd7e0, 0xffffff};
    static const uint32_t levels[6] = {0, 95, 135, 175, 215, 255};

    if (colour < 16)
        return system[colour < 0 ? 7 : colour];
    if (colour < 232) {
        int cube = colour - 16;
        return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
    }
    uint32_t grey = (uint32_t)(8 + 10 * ((colour > 255 ? 255 : colour) - 232));
    return grey << 16 | grey << 8 | grey;
}
