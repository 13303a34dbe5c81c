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

/* Nobody sends users to a release that the data may not fit without having read so. */
static void ask_past_contract(const struct model *model, struct view *view,
                              enum action action, enum colour colour)
{
    const struct contract *contract = contract_known(model);
    char label[PROMPT_LABEL_MAX];
    snprintf(label, sizeof label,
             "The contract of %.7s %s, and what %s has may "
             "not fit the data: type %s",
             contract->release,
             contract->state == CONTRACT_DONE ? "has run" : "was begun",
             colour_name_upper(colour), contract_words);
    open_prompt(view, PROMPT_WORD, action, label);
    prompt_demand(&view->prompt, contract_words);
}

static bool is_past_contract(const struct prompt *prompt)
{
    return str_equal(prompt->must, contract_words);
}

static enum ui_answer ask_rollback(const struct model *model, struct view *view)
{
    enum colour colour = rollback_target(model);
    if (contract_closes_colour(model, colour))
        ask_past_contract(model, view, ACTION_ROLLBACK, colour);
    else
        ask_colour(model, view, ACTION_ROLLBACK, colour);
    return UI_CHANGED;
}

static enum ui_answer ask_shift(const struct model *model, struct view *view)
{
    enum colour live;
    if (!share_live(model_share(model), &live))
        return UI_CHANGED;
    if (contract_closes_colour(model, colour_other(live)))
        ask_past_contract(model, view, ACTION_SWITCH, colour_other(live));
    else
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
    return lease_is_foreign(model) ? balancers_lease(model)->who : "";
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
    if (balancers_maintain(model)) {
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

/* What nobody can take back is said with a word, everywhere. */
static void ask_contract_word(const struct model *model, struct view *view)
{
    char label[PROMPT_LABEL_MAX];
    snprintf(label, sizeof label, "It closes the way back to %s: type contract",
             colour_name_upper(colour_other(model->run.target)));
    open_prompt(view, PROMPT_WORD, ACTION_CONTINUE, label);
    prompt_demand(&view->prompt, "contract");
    view->prompt.gate = model->run.gate;
}

/* Nobody leaves a load balancer behind without having read which one. */
static enum ui_answer ask_without(const struct model *model, struct view *view)
{
    char names[PROMPT_MUST_MAX], label[PROMPT_LABEL_MAX];
    struct str out = str_on(names, sizeof names);
    balancers_write_silent(model, &out);
    snprintf(label, sizeof label, "Go on without it: type %s", names);
    open_prompt(view, PROMPT_WORD, ACTION_CONTINUE, label);
    prompt_demand(&view->prompt, names);
    view->prompt.gate = model->run.gate;
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
    if (model->run.state == RUN_BALANCER_GATE)
        return ask_without(model, view);
    if (model->settings->production && model->run.state == RUN_SWITCH_GATE) {
        ask_colour(model, view, ACTION_CONTINUE, model->run.target);
        view->prompt.gate = model->run.gate;
        return UI_CHANGED;
    }
    if (model->run.state == RUN_CONTRACT_GATE) {
        ask_contract_word(model, view);
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

/* Whoever looks may ask for fresh answers. */
static bool is_for_who_has_the_say(enum intent_kind intent)
{
    return intent != INTENT_NONE && intent != INTENT_REFRESH;
}

bool wish_is_allowed(const struct model *model, const struct view *view,
                     const struct binding *binding, struct why *why)
{
    why_clear(why);
    enum intent_kind intent = wish_intent(model, binding);
    if (is_for_who_has_the_say(intent) && !presence_has_say(&view->presence, why))
        return false;
    if (binding->action == ACTION_MEND)
        return mend_is_on(model, view, why);
    return intent == INTENT_NONE || intent_is_allowed(model, intent, why);
}

enum ui_answer wish_begin(const struct model *model, struct view *view,
                          const struct binding *binding, struct intent *ret_intent)
{
    struct why why;
    if (!wish_is_allowed(model, view, binding, &why))
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
        return UI_QUIT;
    case ACTION_REFRESH:
        view_say(view, model->now, STYLE_TEXT, "asking everybody again");
        return make(binding->intent, ret_intent);
    default:
        return make(binding->intent, ret_intent);
    }
}

static enum ui_answer take_answer(const struct model *model, struct view *view,
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
        make(INTENT_SHIFT, ret_intent);
        ret_intent->past_contract = is_past_contract(prompt);
        return UI_INTENT;
    case ACTION_RESUME:
        return make(INTENT_RESUME, ret_intent);
    case ACTION_TAKEOVER:
        return takeover_answered(model, view, ret_intent);
    case ACTION_MAINTENANCE:
        return maintenance_answered(view, ret_intent);
    case ACTION_ROLLBACK:
        make(INTENT_ROLLBACK, ret_intent);
        ret_intent->past_contract = is_past_contract(prompt);
        return UI_INTENT;
    case ACTION_MEND:
        make(INTENT_MEND, ret_intent);
        ret_intent->mend = view->mend;
        return UI_INTENT;
    case ACTION_ABORT:
        return make(INTENT_ABORT, ret_intent);
    case ACTION_SEARCH:
        if (!log_pane_search(&view->log, &model->transcript, prompt->text))
            view_say(view, model->now, STYLE_TEXT, "\"%s\" is not in the log",
                     prompt->text);
        return UI_CHANGED;
    default:
        return UI_CHANGED;
    }
}

enum ui_answer wish_answered(const struct model *model, struct view *view,
                             struct intent *ret_intent)
{
    struct why why = {0};
    struct intent intent = {0};
    enum ui_answer answer = take_answer(model, view, &intent);

    if (answer != UI_INTENT)
        return answer;
    if (presence_has_say(&view->presence, &why)) {
        *ret_intent = intent;
        return UI_INTENT;
    }
    view_say(view, model->now, STYLE_WARN, "%s", why.lines[0]);
    return UI_CHANGED;
}
