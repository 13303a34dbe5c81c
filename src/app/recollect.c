#include "app/recollect.h"

#include "base/memory.h"
#include "net/journal_read.h"

#include <stdlib.h>

static void tell(struct engine *engine, const char *run, const char *sentence)
{
    struct event event = {.type = EV_RECALLED,
                          .host = -1,
                          .step = -1,
                          .recalled = {.run = run, .line = sentence}};

    engine_take(engine, &event);
}

/* What is known of it, where it did not end by itself. */
static void tell_remains(struct engine *engine, const struct journal_text *text)
{
    struct remains *remains = memory_new(sizeof *remains);
    struct event event = {
        .type = EV_RECALLED, .host = -1, .step = -1, .recalled = {.remains = remains}};

    if (remains_read(text->records, text->count, &engine->environment->recipe,
                     remains) &&
        !remains->ended)
        engine_take(engine, &event);
    free(remains);
}

static bool tell_run(struct engine *engine, const char *run, struct err *err)
{
    char path[PATH_TEXT_MAX];
    char lines[RECALL_LINES][RECALL_LINE_MAX];
    struct journal_text text;

    if (!journal_path(engine->environment->state, run, path, err) ||
        !journal_read(path, &text, err))
        return false;
    int count = record_recall(text.records, text.count, lines);
    for (int i = 0; i < count; i++)
        tell(engine, run, lines[i]);
    tell_remains(engine, &text);
    journal_text_free(&text);
    return true;
}

void recollect(struct engine *engine)
{
    struct run_name *runs = NULL;
    size_t count = 0;
    struct err err;

    bool ok = journal_runs(engine->environment->state, &runs, &count, &err) &&
              (count == 0 || tell_run(engine, runs[0].id, &err));
    if (!ok)
        tell(engine, "", err.text);
    free(runs);
}
