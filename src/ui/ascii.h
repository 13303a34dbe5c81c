#ifndef BGC_UI_ASCII_H
#define BGC_UI_ASCII_H

/*
 * The picture for terminals without Unicode: one ASCII character for each cell.
 *
 * Screens draw with one set of glyphs; a terminal that cannot show them asks
 * here when it blits. The width never changes, so nothing moves.
 */

#include <stdint.h>

/* '?' for what has no likeness. ASCII stays as it is. */
char ascii_of(uint32_t character);

#endif
