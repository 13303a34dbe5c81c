#ifndef BGC_APP_ATTACHMENT_H
#define BGC_APP_ATTACHMENT_H

/*
 * From `bgconsole` to an engine: the one that runs, or else one that is started.
 *
 * Who only looks on attaches to the engine that runs, too; where none runs it gets a
 * private one, so that looking on never keeps others from working.
 */

#include "app/app.h"
#include "app/hello.h"
#include "net/paths.h"
#include "net/wire.h"

#include <sys/types.h>

struct attachment {
    struct wire wire;
    struct hello own;    /* who and what we are; its size is still to be filled in */
    struct hello engine; /* its greeting */
    pid_t child;         /* the engine, where we have started it; else 0 */
    char state[PATH_TEXT_MAX];
};

/* Says on standard error what is wrong. */
enum exit_code attachment_open(struct attachment *attachment,
                               const struct app_options *options);

void attachment_close(struct attachment *attachment);

#endif
