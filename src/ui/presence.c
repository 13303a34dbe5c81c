#include "ui/presence.h"

bool presence_has_say(const struct presence *presence, struct why *why)
{
    if (presence->looks_on)
        why_add(why, "this console only looks on");
    else if (presence->holder[0] != '\0')
        why_add(why, "%s has the say: w takes it", presence->holder);
    return !presence->looks_on && presence->holder[0] == '\0';
}

int presence_rows(const struct presence *presence)
{
    return (presence->line[0] != '\0') + (presence->notice[0] != '\0');
}

void presence_draw(const struct presence *presence, struct area area)
{
    int row = 0;

    if (presence->line[0] != '\0')
        area_field(area, row++, 1, area.cols - 2, STYLE_DIM, presence->line);
    if (presence->notice[0] != '\0') {
        area_text(area, row, 1, STYLE_WARN, "⚠");
        area_field(area, row, 3, area.cols - 4, STYLE_WARN, presence->notice);
    }
}
