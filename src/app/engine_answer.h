#ifndef BGC_APP_ENGINE_ANSWER_H
#define BGC_APP_ENGINE_ANSWER_H

/*
 * What an engine says of itself: to `bgconsole engine status` and its like, and to
 * those who leave it.
 */

#include "app/terminals.h"

enum { ENGINE_ANSWER_MAX = 16 * 1024 };

/* Does what `asker` asks for, writes what it is to print, and returns its exit code:
 *     status    who is attached, and what runs
 *     stop      all leave; it ends, once the lease is given back; not during a run
 *     yield     the same; not while anybody is attached either
 *     detach    all leave
 */
enum exit_code engine_answer(struct terminals *terminals, const struct terminal *asker,
                             struct str *out);

/* What is to be known by somebody who leaves an engine that goes on; may be "". */
void engine_write_farewell(const struct terminals *terminals, struct str *out);

#endif
