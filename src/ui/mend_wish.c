#include "ui/mend_wish.h"

#include "base/str.h"
#include "core/drift.h"
#include "ui/binding.h"

#include <stdio.h>
#include <string.h>

bool mend_is_on(const struct model *model, const struct view *view, struct why *why)
{
    struct drift drift;

    if (!intent_is_allowed(model, INTENT_MEND, why))
        return false;
    drift_look(model, &drift);
    const struct finding *finding =
        &drift.findings[list_selected(&view->drift, drift.count)];
    return mend_is_allowed(model, &finding->mend, why);
}

/* What is to be typed: the colour that gets the traffic, the share, or the server. */
static void write_word(const struct mend *mend, struct str *out)
{
    const char *slash = strchr(mend->server, '/');
    enum colour live;

    if (mend->kind == MEND_SERVER)
        str_add(out, slash != NULL ? slash + 1 : mend->server);
    else if (share_live(mend->share, &live))
        str_add(out, colour_name(live));
    else
        str_addf(out, "%d", mend->share);
}

static void write_question(const struct mend *mend, struct str *out)
{
    switch (mend->kind) {
    case MEND_MAP:
        str_addf(out, "Write share %d to HAProxy's map and file?", mend->share);
        break;
    case MEND_SERVER:
        str_addf(out, "Set %s to ready?", mend->server);
        break;
    case MEND_CONFIG:
        str_add(out, "Put back the haproxy.cfg that HAProxy runs with?");
        break;
    case MEND_RENDER:
        str_add(out, "Render haproxy.cfg anew? The difference is shown first.");
        break;
    default:
        str_addf(out, "Note HAProxy's worker %lld as known?",
                 (long long)mend->worker_pid);
        break;
    }
}

static void ask_typed(const struct mend *mend, struct prompt *prompt)
{
    char word[PROMPT_MUST_MAX], label[PROMPT_LABEL_MAX];
    struct str out = str_on(word, sizeof word);

    write_word(mend, &out);
    snprintf(label, sizeof label,
             mend->kind == MEND_SERVER ? "PRODUCTION's traffic reaches it: type %s"
                                       : "PRODUCTION's traffic goes there: type %s",
             word);
    prompt_open(prompt, PROMPT_WORD, ACTION_MEND, label);
    prompt_demand(prompt, word);
}

void mend_ask(const struct model *model, struct view *view)
{
    struct drift drift;
    char label[PROMPT_LABEL_MAX];
    struct str question = str_on(label, sizeof label);

    drift_look(model, &drift);
    view->mend = drift.findings[list_selected(&view->drift, drift.count)].mend;
    if (view->mend.moves_traffic && model->settings->production) {
        ask_typed(&view->mend, &view->prompt);
        return;
    }
    write_question(&view->mend, &question);
    prompt_open(&view->prompt, PROMPT_CONFIRM, ACTION_MEND, label);
}
