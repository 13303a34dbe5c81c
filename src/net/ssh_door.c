#include "net/ssh_door.h"

#include <stddef.h>

static void line_up(struct ssh_door *door, struct ssh_visitor *visitor)
{
    struct ssh_visitor **at = &door->first;
    while (*at)
        at = &(*at)->next;
    *at = visitor;
    visitor->next = NULL;
    visitor->waits = true;
}

static void give_up(struct ssh_door *door, struct ssh_visitor *visitor)
{
    struct ssh_visitor **at = &door->first;
    while (*at != visitor)
        at = &(*at)->next;
    *at = visitor->next;
    visitor->waits = false;
}

bool ssh_door_enter(struct ssh_door *door, struct ssh_visitor *visitor)
{
    if (visitor->inside)
        return true;
    if (visitor->waits)
        return false;
    if (door->inside == SSH_DOOR_WIDTH) {
        line_up(door, visitor);
        return false;
    }
    door->inside++;
    visitor->inside = true;
    return true;
}

void ssh_door_leave(struct ssh_door *door, struct ssh_visitor *visitor)
{
    if (visitor->waits)
        give_up(door, visitor);
    if (!visitor->inside)
        return;
    visitor->inside = false;
    door->inside--;

    struct ssh_visitor *next = door->first;
    if (!next)
        return;
    give_up(door, next);
    door->inside++;
    next->inside = true;
    next->on_turn(next->context);
}
