#include "ui/style.h"

const char *style_name(enum style style)
{
    static const char *const names[] = {
#define X(style, name) [style] = name,
        STYLES(X)
#undef X
    };
    return style < STYLE_COUNT ? names[style] : "text";
}
