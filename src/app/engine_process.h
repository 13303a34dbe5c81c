#ifndef BGC_APP_ENGINE_PROCESS_H
#define BGC_APP_ENGINE_PROCESS_H

/*
 * The engine as a process of its own: forked, in a session of its own, so that whatever
 * ends a terminal does not end it. In lists of processes its name is bgc-engine.
 *
 * A shared one holds the environment's lock, keeps the journal and listens for
 * terminals. A private one only looks on: it holds nothing, changes nothing, and ends
 * with the one terminal that started it.
 *
 * SIGTERM ends it at once: a run that is open is left as it is, its journal tells the
 * next start. SIGHUP does nothing. What is written to its standard error, of a crash
 * for example, goes to STATE/engine.log.
 */

#include "app/engine_client.h"

#include <sys/types.h>

struct engine_process {
    pid_t pid;
    int fd; /* connected to it, as its first terminal; the caller's */
};

/* Starts one and waits until it can be talked to. Else returns the code to exit with,
 * and why in `words`, lines to print: EXIT_BUSY where somebody else holds the
 * environment. */
enum exit_code engine_process_start(struct environment *environment, bool shared,
                                    struct engine_process *ret_process,
                                    char words[ENGINE_WORDS_MAX]);

#endif
