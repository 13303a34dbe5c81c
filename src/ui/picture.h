#ifndef BGC_UI_PICTURE_H
#define BGC_UI_PICTURE_H

/*
 * A canvas as bytes, for a terminal in another process: the whole of it, or only what
 * changed since the picture before.
 *
 *     picture = kind rows:2 cols:2 cursor_row:2 cursor_col:2 part...
 *     part    = number [style cell...]      number: cells * 4 + what, seven bits a byte
 *         what 0    so many cells stay as they are
 *         what 1    so many cells, each as the one cell that follows
 *         what 2    so many cells, which follow
 *     cell    = character in UTF-8, 0 for the tail of a wide one; each mark after 0x01
 *
 * Numbers of two bytes have the low one first; a hidden cursor is 0xffff. Cells are
 * counted row by row; those after the last part stay as they are. Styles go as numbers
 * and their names once before, so that two builds with other styles understand each
 * other. Colours are the terminal's business.
 *
 * Pure. Reading trusts nothing: whatever the bytes are, the canvas stays one that a
 * terminal may blit.
 */

#include "base/err.h"
#include "base/str.h"
#include "ui/canvas.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PICTURE_STYLES_MAX = 64, PICTURE_STYLES_TEXT_MAX = 1024 };

/* What the other side's numbers of styles mean here. */
struct picture_styles {
    int count;
    uint8_t of[PICTURE_STYLES_MAX]; /* enum style; one that is unknown here is plain */
};

/* Our own styles by name, in order, with blanks between. */
void picture_write_styles(struct str *out);

/* Reads that text of the other side. */
void picture_read_styles(const char *text, struct picture_styles *ret_styles);

/* How many bytes the largest picture of this size can have. */
size_t picture_size_max(int rows, int cols);

/* Writes what makes `shown` into `canvas`, or the whole where `shown` is NULL or of
 * another size. `bytes` has room for picture_size_max(). Returns the length, 0: both
 * are the same. */
size_t picture_write(const struct canvas *canvas, const struct canvas *shown,
                     uint8_t *bytes);

/* Brings `canvas` to what the picture says; a whole one may give it a new size. False:
 * the bytes are no picture (ERR_PROTOCOL), and a part of it may have been taken. */
bool picture_read(struct canvas *canvas, const struct picture_styles *styles,
                  const uint8_t *bytes, size_t length, struct err *err);

#endif
