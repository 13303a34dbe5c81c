#include "app/epitaph.h"

#include "net/journal_read.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* A process that has closed its socket is gone in a moment, unless it dumps core. */
enum { WAITS = 50, WAIT_MS = 100 };

/* Only who has started the engine is told how it ended (wait(2)). */
static void print_status(pid_t child)
{
    int status = 0;
    pid_t ended = 0;

    for (int i = 0; child > 0 && ended == 0 && i < WAITS; i++) {
        ended = waitpid(child, &status, WNOHANG);
        if (ended == 0)
            poll(NULL, 0, WAIT_MS);
    }
    if (child <= 0 || ended != child)
        return;
    if (WIFSIGNALED(status))
        fprintf(stderr, " by signal %d (%s)", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else
        fprintf(stderr, " with exit code %d", WEXITSTATUS(status));
}

/* The newest journal is the one of the run that was open, if there was one. */
static void print_journal(const char *state)
{
    char path[PATH_TEXT_MAX];
    struct run_name *runs = NULL;
    size_t count = 0;
    struct err err;

    if (journal_runs(state, &runs, &count, &err) && count > 0 &&
        journal_path(state, runs[0].id, path, &err))
        fprintf(stderr, "bgconsole: the journal of its newest run: %s\n", path);
    free(runs);
}

void epitaph_print(const struct attachment *attachment, const char *why)
{
    fprintf(stderr, "bgconsole: the engine (pid %d) has ended", attachment->engine.pid);
    print_status(attachment->child);
    fprintf(stderr, "%s%s\n", why[0] != '\0' ? ": " : "", why);
    print_journal(attachment->state);
    fprintf(stderr,
            "bgconsole: what it said at last, if anything: %s/engine.log\n"
            "bgconsole: start bgconsole again: it tells what became of the run\n",
            attachment->state);
}
