#ifndef BGC_APP_EPITAPH_H
#define BGC_APP_EPITAPH_H

/*
 * What a terminal says when its engine has ended without a word: how, as far as can be
 * known, where its traces are, and what to do.
 */

#include "app/attachment.h"

/* Prints it on standard error. `why` is what the terminal itself saw; may be "". */
void epitaph_print(const struct attachment *attachment, const char *why);

#endif
