#ifndef BGC_UI_LABELLED_H
#define BGC_UI_LABELLED_H

/*
 * Rows of a panel with a name in front: "receipt     clean: 1,204 requests ...".
 */

#include "ui/canvas.h"

enum { LABELLED_COL = 13 }; /* where what the name stands for begins */

/* The name alone. */
void labelled_name(struct area area, int row, const char *name);

/* With a text over `most` rows; returns the row after it. */
int labelled_text(struct area area, int row, const char *name, enum style style,
                  int most, const char *text);

#endif
