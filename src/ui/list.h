#ifndef BGC_UI_LIST_H
#define BGC_UI_LIST_H

/*
 * Selection and scroll over anything that has a count.
 *
 * The rows may grow, shrink or vanish between two keys; whoever draws asks
 * list_top() with the count of that moment and gets a window that holds the
 * selected row.
 */

struct list {
    int selected;
    int top; /* first row shown, as far as the selection allows it */
};

/* Moves the selection by `by` rows within `count`, with `page` rows visible. */
void list_move(struct list *list, int by, int count, int page);

/* The selected row, within `count`; -1 when there is none. */
int list_selected(const struct list *list, int count);

/* The first row to draw. */
int list_top(const struct list *list, int count, int page);

#endif
