#ifndef BGC_BASE_PRINTABLE_H
#define BGC_BASE_PRINTABLE_H

/*
 * The border: foreign text made safe to show.
 *
 * All that comes from outside (hosts' output, names of Droplets, HAProxy's
 * texts, API messages, banners) passes here once, before anything may show it.
 * Out comes one line of strict UTF-8 that cannot move a cursor, hide text or
 * turn its direction: escape sequences are swallowed whole, invalid bytes become
 * U+FFFD, tabs become spaces, other controls and treacherous characters become
 * visible (`<U+202E>`), and what follows a carriage return writes over the line.
 */

#include <stdbool.h>
#include <stddef.h>

enum { PRINTABLE_LINE_MAX = 4096 }; /* bytes of one shown line, its NUL included */

/* Makes `bytes` (any bytes) printable in `buffer`, of which it fills PRINTABLE_LINE_MAX
 * at the most. Newlines become spaces; what is too long ends in "...". Returns the
 * length. */
size_t printable_text(const char *bytes, size_t length, char *buffer, size_t size);

/* Cuts a stream of bytes into printable lines. A sequence split over two reads is
 * still one sequence. */
struct printable_stream {
    char line[PRINTABLE_LINE_MAX]; /* the raw line so far */
    size_t length;                 /* of it */
    bool overflowed;               /* the rest of this line is dropped */
};

void printable_stream_init(struct printable_stream *stream);

/* Takes some of `bytes`; when a line is complete, writes it to `line` (printable,
 * NUL-terminated), sets `*ret_complete`, and returns. Returns the bytes taken: call
 * again with the rest. */
size_t printable_stream_take(struct printable_stream *stream, const char *bytes,
                             size_t length, char line[PRINTABLE_LINE_MAX],
                             bool *ret_complete);

/* What is left without a newline at the end of the stream. False: nothing was left. */
bool printable_stream_rest(struct printable_stream *stream,
                           char line[PRINTABLE_LINE_MAX]);

#endif
