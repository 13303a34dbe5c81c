#ifndef BGC_UI_PICTURE_PARTS_H
#define BGC_UI_PICTURE_PARTS_H

/*
 * The bytes that a picture is made of, for the two rooms that write and read it
 * (ui/picture.h draws them).
 */

#include <stdbool.h>
#include <stdint.h>

enum { PICTURE_WHOLE = 'W', PICTURE_CHANGES = 'C' }; /* its kind */
enum { PART_STAYS, PART_SAME, PART_CELLS };          /* what a part tells */
enum { PICTURE_HEAD_SIZE = 9, PICTURE_CURSOR_HIDDEN = 0xffff };
enum { CELL_TAIL = 0, CELL_MARK = 1 };          /* instead of a character */
enum { NUMBER_BITS = 7, NUMBER_BYTES_MAX = 3 }; /* of a part's number */

/* Nothing that steers a terminal is a character of a cell. */
static inline bool picture_steers(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character <= 0x9f);
}

#endif
