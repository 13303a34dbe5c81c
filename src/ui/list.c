#include "ui/list.h"

static int clamp(int value, int least, int most)
{
    return value > most ? (most < least ? least : most) : value < least ? least : value;
}

int list_selected(const struct list *list, int count)
{
    return count > 0 ? clamp(list->selected, 0, count - 1) : -1;
}

int list_top(const struct list *list, int count, int page)
{
    if (page < 1)
        return 0;
    int selected = clamp(list->selected, 0, count - 1);
    int top = clamp(list->top, selected - page + 1, selected);
    return clamp(top, 0, count - page);
}

void list_move(struct list *list, int by, int count, int page)
{
    list->selected = clamp(clamp(list->selected, 0, count - 1) + by, 0, count - 1);
    list->top = list_top(list, count, page);
}
