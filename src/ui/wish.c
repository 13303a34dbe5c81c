#include "ui/wish.h"

#include "base/str.h"
#include "ui/mend_wish.h"

#include <stdio.h>

/* How an action asks before it becomes an intent. */
static void open_prompt(struct view *view, enum prompt_kind kind, enum action action,
                        const char *label)
{
    prompt_open(&view->prompt, kind, (int)action, label);
}

static enum ui_answer make(enum intent_kind kind, struct intent *ret_intent)
{
    *ret_intent = (struct intent){.kind = kind};
    return UI_INTENT;
}

/* The colour that the traffic would go to. */
static enum colour rollback_target(const struct model *model)
{
    enum colour live;
    if (share_live(model_share(model), &live))
        return colour_other(live);
    return colour_other(model->run.target);
}

static enum ui_answer ask_ref(const struct model *model, struct view *view)
{
    char label[PROMPT_LABEL_MAX];
    enum colour live;
    bool known = share_live(model_share(model), &live);
    snprintf(label, sizeof label, "Deploy which branch, tag or commit%s%s?",
             known ? " to " : "", known ? colour_name_upper(colour_other(live)) : "");
    open_prompt(view, PROMPT_TEXT, ACTION_DEPLOY, label);
    prompt_prefill(&view->prompt, model->settings->branch);
    return UI_CHANGED;
}

/* In production the colour's name must be typed, elsewhere Enter is enough. */
static void ask_colour(const struct model *model, struct view *view, enum action action,
                       enum colour colour)
{
    char label[PROMPT_LABEL_MAX];
    bool typed = model->settings->production;
    snprintf(label, sizeof label, typed ? "%s %s to %s: type %s" : "%s %s to %s?",
             typed ? "PRODUCTION's traffic" : "Send", typed ? "goes" : "the traffic",
             colour_name_upper(colour), colour_name(colour));
    open_prompt(view, typed ? PROMPT_WORD : PROMPT_CONFIRM, action, label);
    if (typed)
        prompt_demand(&view->prompt, colour_name(colour));
}

static enum ui_answer ask_rollback(const struct model *model, struct view *view)
{
    ask_colour(model, view, ACTION_ROLLBACK, rollback_target(model));
    return UI_CHANGED;
}

static enum ui_answer ask_shift(const struct model *model, struct view *view)
{
    enum colour live;
    if (share_live(model_share(model), &live))
        ask_colour(model, view, ACTION_SWITCH, colour_other(live));
    return UI_CHANGED;
}

static enum ui_answer ask_resume(const struct model *model, struct view *view)
{
    const struct remains *remains = &model->recall.remains;
    char label[PROMPT_LABEL_MAX];

    snprintf(label, sizeof label, "Go on with the %s that was cut off?",
             run_kind_name(remains->kind));
    open_prompt(view, PROMPT_CONFIRM, ACTION_RESUME, label);
    return UI_CHANGED;
}

/* Who holds the lease, as a word to type; empty: nobody does. */
static const char *holder_of(const struct model *model)
{
    return lease_is_foreign(model) ? model->balancer.lease.who : "";
}

/* Nobody takes a console away from a colleague without having read the name. */
static enum ui_answer ask_takeover(const struct model *model, struct view *view)
{
    char label[PROMPT_LABEL_MAX];
    const char *holder = holder_of(model);
    if (holder[0] == '\0') {
        open_prompt(view, PROMPT_CONFIRM, ACTION_TAKEOVER,
                    "Take over the unconfirmed switch?");
        return UI_CHANGED;
    }
    snprintf(label, sizeof label, "Take over: type %s", holder);
    open_prompt(view, PROMPT_WORD, ACTION_TAKEOVER, label);
    prompt_demand(&view->prompt, holder);
    return UI_CHANGED;
}

static enum ui_answer takeover_answered(const struct model *model, struct view *view,
                                        struct intent *ret_intent)
{
    if (str_equal(view->prompt.must, holder_of(model)))
        return make(INTENT_TAKEOVER, ret_intent);
    view_say(view, model->now, STYLE_WARN,
             "the lease has another holder now: look, and press the key again");
    return UI_CHANGED;
}

static enum ui_answer ask_maintenance(const struct model *model, struct view *view)
{
    static const char word[] = "maintenance";
    if (model->balancer.maintenance) {
        open_prompt(view, PROMPT_CONFIRM, ACTION_MAINTENANCE,
                    "Take the maintenance page down?");
    } else {
        open_prompt(view, PROMPT_WORD, ACTION_MAINTENANCE,
                    "Put the maintenance page up: type maintenance");
        prompt_demand(&view->prompt, word);
    }
    return UI_CHANGED;
}

/* What was asked for is done, whatever became of the page meanwhile. */
static enum ui_answer maintenance_answered(const struct view *view,
                                           struct intent *ret_intent)
{
    make(INTENT_MAINTENANCE, ret_intent);
    ret_intent->on = view->prompt.must[0] != '\0';
    return UI_INTENT;
}

static bool is_part_way(enum run_state state)
{
    return state == RUN_HOLDING || state == RUN_STEP_GATE;
}

static enum ui_answer ask_abort(const struct model *model, struct view *view)
{
    char label[PROMPT_LABEL_MAX];
    snprintf(label, sizeof label, "End the %s? The traffic %s.",
             run_kind_name(model->run.kind),
             is_part_way(model->run.state) ? "goes back to where it was before the run"
                                           : "stays where it is");
    open_prompt(view, PROMPT_CONFIRM, ACTION_ABORT, label);
    return UI_CHANGED;
}

static enum ui_answer ask_quit(const struct model *model, struct view *view)
{
    if (!run_is_open(model->run.state))
        return UI_QUIT;
    open_prompt(view, PROMPT_CONFIRM, ACTION_QUIT,
                fuse_is_ours(model)
                    ? "Quit? Nobody confirms the switch: it is taken back."
                    : "Quit? Steps on hosts go on, the traffic stays.");
    return UI_CHANGED;
}

/* A yes counts only for the gate that stood on the screen when the key was pressed. */
static enum ui_answer answer_gate(const struct model *model, struct view *view,
                                  struct intent *ret_intent)
{
    if (view->gate_seen != model->run.gate) {
        view->screen = SCREEN_DASHBOARD;
        view_say(view, model->now, STYLE_WARN,
                 "This is the gate that waits: look, and press the key again.");
        return UI_CHANGED;
    }
    if (model->settings->production && model->run.state == RUN_SWITCH_GATE) {
        ask_colour(model, view, ACTION_CONTINUE, model->run.target);
        view->prompt.gate = model->run.gate;
        return UI_CHANGED;
    }
    make(INTENT_CONTINUE, ret_intent);
    ret_intent->gate = model->run.gate;
    return UI_INTENT;
}

static enum ui_answer refuse(const struct model *model, struct view *view,
                             const struct binding *binding, const struct why *why)
{
    view_say(view, model->now, STYLE_WARN, "%s: %s", binding->label,
             why->count > 0 ? why->lines[0] : "not now");
    return UI_CHANGED;
}

enum intent_kind wish_intent(const struct model *model, const struct binding *binding)
{
    if (binding->action == ACTION_SWITCH && model->run.state == RUN_SWITCH_GATE)
        return INTENT_CONTINUE;
    return binding->intent;
}

static bool is_allowed(const struct model *model, const struct view *view,
                       const struct binding *binding, struct why *why)
{
    enum intent_kind intent = wish_intent(model, binding);
    if (binding->action == ACTION_MEND)
        return mend_is_on(model, view, why);
    return intent == INTENT_NONE || intent_is_allowed(model, intent, why);
}

enum ui_answer wish_begin(const struct model *model, struct view *view,
                          const struct binding *binding, struct intent *ret_intent)
{
    struct why why;
    if (!is_allowed(model, view, binding, &why))
        return refuse(model, view, binding, &why);
    switch (binding->action) {
    case ACTION_CONTINUE:
        return answer_gate(model, view, ret_intent);
    case ACTION_SWITCH:
        return wish_intent(model, binding) == INTENT_CONTINUE
                   ? answer_gate(model, view, ret_intent)
                   : ask_shift(model, view);
    case ACTION_DEPLOY:
        return ask_ref(model, view);
    case ACTION_ROLLBACK:
        return ask_rollback(model, view);
    case ACTION_MEND:
        mend_ask(model, view);
        return UI_CHANGED;
    case ACTION_ABORT:
        return ask_abort(model, view);
    case ACTION_RESUME:
        return ask_resume(model, view);
    case ACTION_TAKEOVER:
        return ask_takeover(model, view);
    case ACTION_MAINTENANCE:
        return ask_maintenance(model, view);
    case ACTION_QUIT:
        return ask_quit(model, view);
    case ACTION_REFRESH:
        view_say(view, model->now, STYLE_TEXT, "asking everybody again");
        return make(binding->intent, ret_intent);
    default:
        return make(binding->intent, ret_intent);
    }
}

enum ui_answer wish_answered(const struct model *model, struct view *view,
                             struct intent *ret_intent)
{
    const struct prompt *prompt = &view->prompt;
    switch ((enum action)prompt->purpose) {
    case ACTION_CONTINUE:
        make(INTENT_CONTINUE, ret_intent);
        ret_intent->gate = prompt->gate;
        return UI_INTENT;
    case ACTION_DEPLOY:
        make(INTENT_DEPLOY, ret_intent);
        str_copy(ret_intent->ref, sizeof ret_intent->ref, prompt->text);
        return UI_INTENT;
    case ACTION_SWITCH:
        return make(INTENT_SHIFT, ret_intent);
    case ACTION_RESUME:
        return make(INTENT_RESUME, ret_intent);
    case ACTION_TAKEOVER:
        return takeover_answered(model, view, ret_intent);
    case ACTION_MAINTENANCE:
        return maintenance_answered(view, ret_intent);
    case ACTION_ROLLBACK:
        return make(INTENT_ROLLBACK, ret_intent);
    case ACTION_MEND:
        make(INTENT_MEND, ret_intent);
        ret_intent->mend = view->mend;
        return UI_INTENT;
    case ACTION_ABORT:
        return make(INTENT_ABORT, ret_intent);
    case ACTION_QUIT:
        return UI_QUIT;
    case ACTION_SEARCH:
        if (!log_pane_search(&view->log, &model->transcript, prompt->text))
            view_say(view, model->now, STYLE_TEXT, "\"%s\" is not in the log",
                     prompt->text);
        return UI_CHANGED;
    default:
        return UI_CHANGED;
    }
}
