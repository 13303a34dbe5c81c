#include "core/share.h"

#include <string.h>

static const struct {
    const char *name;
    const char *upper;
    int share;
} colours[COLOUR_COUNT] = {
    [COLOUR_BLUE] = {"blue", "BLUE", SHARE_BLUE},
    [COLOUR_GREEN] = {"green", "GREEN", SHARE_GREEN},
};

const char *colour_name(enum colour colour)
{
    return colours[colour].name;
}

const char *colour_name_upper(enum colour colour)
{
    return colours[colour].upper;
}

bool colour_from_name(const char *name, enum colour *ret_colour)
{
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        if (strcmp(name, colours[colour].name) == 0) {
            *ret_colour = colour;
            return true;
        }
    }
    return false;
}

enum colour colour_other(enum colour colour)
{
    return colour == COLOUR_BLUE ? COLOUR_GREEN : COLOUR_BLUE;
}

int share_of(enum colour colour)
{
    return colours[colour].share;
}

bool share_is_valid(long long share)
{
    return share >= SHARE_BLUE && share <= SHARE_GREEN;
}

bool share_live(int share, enum colour *ret_live)
{
    if (share == SHARE_BLUE)
        *ret_live = COLOUR_BLUE;
    else if (share == SHARE_GREEN)
        *ret_live = COLOUR_GREEN;
    else
        return false;
    return true;
}

bool share_reaches(int share, enum colour colour)
{
    return !share_is_valid(share) || share != share_of(colour_other(colour));
}
