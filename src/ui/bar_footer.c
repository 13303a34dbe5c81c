#include "ui/bar.h"

#include "base/str.h"
#include "base/utf8.h"
#include "ui/wish.h"

#include <string.h>

enum { KEYS_MAX = 64, GAP = 2 };

/* What to do next, when nothing else is to be said. */
static void write_hint(const struct model *model, const struct view *view,
                       struct str *out)
{
    const struct run *run = &model->run;
    enum colour live;
    struct why why = {0};

    if (run_is_gate(run->state) && view->presence.holder[0] != '\0')
        str_addf(out, "The run waits for the answer of %s; w takes the say.",
                 view->presence.holder);
    else if (run_is_gate(run->state))
        str_add(out, intent_is_allowed(model, INTENT_CONTINUE, &why)
                         ? "The run waits for your answer."
                         : "The run waits; it cannot go on until that is mended.");
    else if (run_is_open(run->state))
        str_addf(out, "%s: %s", run_kind_name(run->kind), run_state_words(run->state));
    else if (model->fleet.listed_ms == 0 || balancers_sampled_ms(model) == 0)
        str_add(out, "Waiting for the API, the hosts and HAProxy to answer.");
    else if (intent_is_allowed(model, INTENT_RESUME, &why))
        str_add(out, "A run was cut off: u says where it would go on, and asks.");
    else if (intent_is_allowed(model, INTENT_DEPLOY, &why) &&
             share_live(model_share(model), &live))
        str_addf(out, "No run is open. d brings a release to %s.",
                 colour_name_upper(colour_other(live)));
    else if (why.count > 0)
        str_addf(out, "No run can begin: %s", why.lines[0]);
}

static void draw_message(const struct model *model, const struct view *view,
                         struct area area)
{
    const char *message = view_message(view, model->now);
    if (prompt_is_open(&view->prompt)) {
        prompt_draw(&view->prompt, area);
        return;
    }
    if (message[0] != '\0') {
        area_field(area, 0, 1, area.cols - 2, view->message_style, message);
        return;
    }
    char buffer[RUN_REASON_MAX];
    struct str hint = str_on(buffer, sizeof buffer);
    write_hint(model, view, &hint);
    area_field(area, 0, 1, area.cols - 2,
               run_is_gate(model->run.state) ? STYLE_GATE : STYLE_DIM, buffer);
}

struct footer_key {
    const struct binding *binding;
    bool on;
};

static int footer_width(const struct footer_key *keys, int count)
{
    int width = 1;
    for (int i = 0; i < count; i++)
        width += (int)utf8_text_width(keys[i].binding->key) + 1 +
                 (int)utf8_text_width(keys[i].binding->label) + GAP;
    return width - GAP;
}

/* A key that hardly ever does anything is shown when it does. */
static bool is_worth_a_place(const struct model *model, const struct binding *binding)
{
    return binding->action != ACTION_RESUME || model->recall.remains.run[0] != '\0';
}

static int gather(const struct model *model, const struct view *view,
                  struct footer_key keys[KEYS_MAX])
{
    size_t count;
    int gathered = 0;
    struct why why;
    const struct binding *all = bindings(&count);
    for (size_t i = 0; i < count && gathered < KEYS_MAX; i++) {
        if (all[i].label == NULL || !(all[i].where & 1u << view->screen) ||
            !is_worth_a_place(model, &all[i]))
            continue;
        keys[gathered].binding = &all[i];
        keys[gathered++].on = wish_is_allowed(model, view, &all[i], &why);
    }
    return gathered;
}

/* The last two, help and quit, always stay. */
static int drop_least_needed(struct footer_key keys[KEYS_MAX], int count, int width)
{
    enum { STAY = 2 };
    while (count > STAY && footer_width(keys, count) > width) {
        memmove(&keys[count - STAY - 1], &keys[count - STAY], STAY * sizeof *keys);
        count--;
    }
    return count;
}

/* Where there is no room for all keys, those that are off are left out first. */
static int drop_surplus(struct footer_key keys[KEYS_MAX], int count, int width)
{
    if (footer_width(keys, count) <= width)
        return count;
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (keys[i].on)
            keys[kept++] = keys[i];
    }
    return drop_least_needed(keys, kept, width);
}

static void draw_keys(const struct model *model, const struct view *view,
                      struct area area)
{
    struct footer_key keys[KEYS_MAX] = {0};
    int count = gather(model, view, keys);
    count = drop_surplus(keys, count, area.cols - 1);

    int col = 1;
    for (int i = 0; i < count; i++) {
        bool on = keys[i].on;
        col = area_text(area, 0, col, on ? STYLE_KEY : STYLE_KEY_OFF,
                        keys[i].binding->key);
        col = area_text(area, 0, col + 1, on ? STYLE_TEXT : STYLE_KEY_OFF,
                        keys[i].binding->label);
        col += GAP;
    }
}

void bar_draw_footer(const struct model *model, const struct view *view,
                     struct area area)
{
    draw_message(model, view, area_part(area, 0, 0, 1, area.cols));
    draw_keys(model, view, area_part(area, 1, 0, 1, area.cols));
}
