#ifndef BGC_NET_COMMAND_H
#define BGC_NET_COMMAND_H

/*
 * Runs a program on this machine and reads what it prints, without a shell.
 *
 * Waits for it, so it is for the time before the loop begins. Standard input is
 * empty. The program gets a process group of its own, which is killed as a whole at
 * the deadline.
 */

#include "base/err.h"

#include <stddef.h>

enum { COMMAND_WORDS_MAX = 32 };

/* Runs the words of `line`, separated by blanks and nothing else. `output` gets what
 * it printed, with a NUL behind. Fails when it cannot be run, prints more than `size`
 * - 1 bytes, ends with another status than 0 (the last line of its standard error is in
 * `err`), or does not end within `limit_ms`. */
bool command_read(const char *line, int limit_ms, char *output, size_t size,
                  struct err *err);

#endif
