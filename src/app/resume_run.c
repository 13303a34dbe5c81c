#include "app/resume_run.h"

#include "core/balancers.h"
#include "core/resume.h"
#include "net/journal_read.h"

#include <stdio.h>

bool resume_journal(struct engine *engine, struct err *err)
{
    const char *state = engine->environment->state;
    const char *run = engine->core->model.run.id;
    char path[PATH_TEXT_MAX];
    struct journal_text text;

    if (!journal_path(state, run, path, err) || !journal_read(path, &text, err))
        return false;
    bool ok =
        journal_resume(&engine->journal, path, text.length, (int64_t)text.count, err);
    journal_text_free(&text);
    return ok;
}

/* Whoever has not answered by then does not answer. */
enum { ANSWER_LIMIT_MS = 45000 };

static bool is_told(const struct model *model)
{
    return balancers_asked_ms(model) > 0 && balancers_all_tell(model);
}

enum resume_word resume_may_begin(const struct model *model, int64_t begun_ms,
                                  struct why *why)
{
    bool has_run = model->recall.remains.run[0] != '\0';
    bool waits = model->now.mono_ms - begun_ms < ANSWER_LIMIT_MS;

    if (has_run && !is_told(model) && waits)
        return RESUME_WAITS;
    return intent_is_allowed(model, INTENT_RESUME, why) ? RESUME_GOES : RESUME_REFUSED;
}

void resume_print(const struct model *model)
{
    struct why why;

    resume_explain(model, &why);
    for (int i = 0; i < why.count; i++)
        printf("%s%s\n", i + 1 == why.count ? "resume " : "found: ", why.lines[i]);
}
