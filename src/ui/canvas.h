#ifndef BGC_UI_CANVAS_H
#define BGC_UI_CANVAS_H

/*
 * A grid of cells: all drawing goes here, terminals only blit it.
 *
 * Row 0 is the top, column 0 the left. Drawing outside is cut, never an error.
 * A wide character takes its cell and leaves the next one as its tail.
 */

#include "ui/style.h"

#include <stdbool.h>
#include <stdint.h>

enum { CANVAS_ROWS_MAX = 400, CANVAS_COLS_MAX = 1000, CELL_MARKS_MAX = 2 };

struct cell {
    uint32_t character;             /* 0: the tail of the wide character before it */
    uint32_t marks[CELL_MARKS_MAX]; /* combining, 0: none */
    uint8_t style;                  /* enum style */
};

struct canvas {
    int rows, cols;
    struct cell *cells;         /* rows * cols, owned */
    int cursor_row, cursor_col; /* -1: hidden */
};

/* A part of the canvas with coordinates of its own; drawing is cut at its edges. */
struct area {
    struct canvas *canvas;
    int row, col, rows, cols;
};

bool canvas_init(struct canvas *canvas, int rows, int cols);
void canvas_close(struct canvas *canvas);
void canvas_clear(struct canvas *canvas);

struct area canvas_area(struct canvas *canvas);

/* An area that shows nothing: drawing there tells how far a thing goes. */
struct area area_nowhere(int cols);

struct area area_part(struct area area, int row, int col, int rows, int cols);

/* Writes printable UTF-8 at (row, col); returns the column after it. */
int area_text(struct area area, int row, int col, enum style style, const char *text);
int area_textf(struct area area, int row, int col, enum style style, const char *format,
               ...) __attribute__((format(printf, 5, 6)));

/* As area_text(), in exactly `width` cells: cut with "…", filled with blanks. */
int area_field(struct area area, int row, int col, int width, enum style style,
               const char *text);
int area_field_right(struct area area, int row, int col, int width, enum style style,
                     const char *text);

/* As area_field(), but what is too long loses its beginning: names of hosts differ at
 * their end. */
int area_field_end(struct area area, int row, int col, int width, enum style style,
                   const char *text);

void area_fill(struct area area, int row, int col, int rows, int cols, enum style style,
               uint32_t character);

/* Restyles cells, leaving their characters. */
void area_paint(struct area area, int row, int col, int rows, int cols,
                enum style style);

/* Shows the cursor there. */
void area_cursor(struct area area, int row, int col);

#endif
