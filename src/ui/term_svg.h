#ifndef BGC_UI_TERM_SVG_H
#define BGC_UI_TERM_SVG_H

/*
 * A canvas as an SVG picture, in the theme's colours: for the README and for
 * looking at golden screens.
 */

#include "base/str.h"
#include "ui/canvas.h"

/* Bytes that a canvas of that size needs at the most. */
size_t svg_size(int rows, int cols);

void svg_write(const struct canvas *canvas, struct str *out);

#endif
