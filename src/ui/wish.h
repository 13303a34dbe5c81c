#ifndef BGC_UI_WISH_H
#define BGC_UI_WISH_H

/*
 * From a key to an intent: is it allowed, must it be confirmed or typed, what
 * was answered.
 *
 * Reversible things are one key. What moves live traffic asks first, in
 * production for the colour's name.
 */

#include "core/why.h"
#include "ui/binding.h"
#include "ui/ui.h"

/* The intent of a key in this moment: the same key answers a gate, or begins a run. */
enum intent_kind wish_intent(const struct model *model, const struct binding *binding);

/* Whether a key is on: reasons in `why` where it is not. */
bool wish_is_allowed(const struct model *model, const struct view *view,
                     const struct binding *binding, struct why *why);

/* Takes an action that carries an intent, or ACTION_QUIT. A prompt may open; a key that
 * is off says why in the message line. */
enum ui_answer wish_begin(const struct model *model, struct view *view,
                          const struct binding *binding, struct intent *ret_intent);

/* Takes the answer of the prompt that wish_begin() opened. */
enum ui_answer wish_answered(const struct model *model, struct view *view,
                             struct intent *ret_intent);

#endif
