#ifndef BGC_UI_CANVAS_TEXT_H
#define BGC_UI_CANVAS_TEXT_H

/*
 * A canvas as plain text: one line a row, blanks at the end cut.
 */

#include "base/str.h"
#include "ui/canvas.h"

#include <stdbool.h>

/* Bytes that a canvas of that size needs at the most, the NUL included. */
size_t canvas_text_size(int rows, int cols);

void canvas_write_text(const struct canvas *canvas, bool unicode, struct str *out);

/* As above with a letter for each cell's style ('.' for STYLE_TEXT, 'A' for the next,
 * in the order of STYLES), so that a test sees what the eye sees. */
void canvas_write_styles(const struct canvas *canvas, struct str *out);

#endif
