#include "ui/consent.h"

#include "core/resume.h"
#include "ui/age.h"
#include "ui/binding.h"
#include "ui/labelled.h"
#include "ui/lease_words.h"
#include "ui/panel.h"

enum { TEXT_ROWS = 2, WORDS_MAX = 400 };

static int draw_holder(const struct model *model, struct area area)
{
    const struct lease *lease = balancers_lease(model);
    char words[WORDS_MAX], age[AGE_SIZE];
    struct str out = str_on(words, sizeof words);

    if (!lease_is_foreign(model))
        return labelled_text(area, 0, "holder", STYLE_TEXT, TEXT_ROWS,
                             "nobody any more");
    str_addf(&out, "%s on %s, run %s", lease->who, lease->where, lease->run);
    if (lease->stage[0] != '\0')
        str_addf(&out, " at %s", lease->stage);
    if (lease->since_ms > 0) {
        age_text(model->now.mono_ms - lease->since_ms, age);
        str_addf(&out, ", since %s", age);
    }
    return labelled_text(area, 0, "holder", STYLE_TITLE, TEXT_ROWS, words);
}

static int draw_takeover(const struct model *model, struct area area)
{
    char words[WORDS_MAX];
    struct str out = str_on(words, sizeof words);
    int row = draw_holder(model, area);

    if (fuse_is_orphan(model)) {
        fuse_write_orphan(model, &out);
        str_add(&out, ", ");
        fuse_write_run(model, &out);
        row = labelled_text(area, row, "fuse", STYLE_WARN, TEXT_ROWS, words);
    }
    str_clear(&out);
    if (lease_is_foreign(model))
        str_add(&out, "that console becomes read-only and begins no further step");
    if (fuse_is_orphan(model))
        str_addf(&out, "%sthe switch is yours: you finish it, or take it back",
                 out.length > 0 ? "; " : "");
    return labelled_text(area, row, "then", STYLE_TITLE, TEXT_ROWS, words);
}

static int draw_maintenance(const struct model *model, struct area area)
{
    bool up = balancers_maintain(model);
    return labelled_text(area, 0, "then", STYLE_TITLE, TEXT_ROWS,
                         up ? "the requests go to the colours again, as the share says"
                            : "every request is answered with the maintenance page "
                              "(503) until M takes it down; no colour gets traffic");
}

/* Where it stood; what is unknown of its steps stands among the alarms. */
static int draw_resume(const struct model *model, struct area area)
{
    static const char *const names[] = {"found", "then"};
    const struct recall *recall = &model->recall;
    struct why why;

    int row = labelled_text(area, 0, "cut off", STYLE_TITLE, TEXT_ROWS,
                            recall->count > 0 ? recall->lines[0] : recall->remains.run);
    resume_explain(model, &why);
    for (int i = 0; i < why.count; i++)
        row = labelled_text(area, row, names[i + 1 == why.count], STYLE_TITLE,
                            TEXT_ROWS + 1, why.lines[i]);
    return row;
}

static const char *title_of(enum action action)
{
    switch (action) {
    case ACTION_TAKEOVER:
        return "? TAKE OVER";
    case ACTION_RESUME:
        return "? RESUME";
    default:
        return "? MAINTENANCE";
    }
}

static int draw_words(const struct model *model, enum action action, struct area area)
{
    switch (action) {
    case ACTION_RESUME:
        return draw_resume(model, area);
    case ACTION_TAKEOVER:
        return draw_takeover(model, area);
    case ACTION_MAINTENANCE:
        return draw_maintenance(model, area);
    default:
        return 0;
    }
}

void consent_draw(const struct model *model, const struct prompt *prompt,
                  struct area area)
{
    enum action action = (enum action)prompt->purpose;
    int rows =
        prompt_is_open(prompt) ? draw_words(model, action, area_nowhere(area.cols)) : 0;

    if (rows == 0 || rows + 1 > area.rows)
        return;
    struct area below = area_part(area, area.rows - rows - 1, 0, rows + 1, area.cols);
    area_fill(below, 0, 0, below.rows, below.cols, STYLE_TEXT, ' ');
    struct area body = panel_draw(below, STYLE_GATE, title_of(action), STYLE_DIM, "");
    draw_words(model, action, body);
}
