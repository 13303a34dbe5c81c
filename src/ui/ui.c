#include "ui/ui.h"

#include "ui/bar.h"
#include "ui/consent.h"
#include "ui/screen.h"
#include "ui/wish.h"

/* ---- the picture ---- */

static bool is_small(int rows, int cols)
{
    return rows < UI_ROWS_LEAST || cols < UI_COLS_LEAST;
}

/* Too small to work in: what is live stays in sight. */
static void draw_small(const struct model *model, const struct view *view,
                       struct area area)
{
    area_textf(area, 0, 0,
               model->settings->production ? STYLE_PRODUCTION : STYLE_BANNER, " %s %s ",
               model->settings->app, model->settings->environment);
    int col = area_text(area, 1, 0, STYLE_DIM, "live ");
    bar_draw_live(model, area, 1, col);
    if (balancers_maintain(model))
        area_text(area, 2, 0, STYLE_BAD, "MAINTENANCE page is up (503)");
    else if (run_is_open(model->run.state))
        area_textf(area, 2, 0, STYLE_TITLE, "run: %s",
                   run_state_words(model->run.state));
    area_textf(area, 3, 0, STYLE_WARN, "%d x %d is too small:", area.cols, area.rows);
    area_textf(area, 4, 0, STYLE_WARN, "%d x %d are needed", UI_COLS_LEAST,
               UI_ROWS_LEAST);
    area_text(area, 5, 0, STYLE_DIM, "q quits");
    if (prompt_is_open(&view->prompt))
        prompt_draw(&view->prompt, area_part(area, area.rows - 1, 0, 1, area.cols));
}

static int body_rows(const struct view *view, const struct alarms *alarms, int rows)
{
    return rows - bar_header_rows(view, alarms, rows) - BAR_FOOTER_ROWS;
}

void ui_draw(const struct model *model, const struct view *view, struct canvas *canvas)
{
    struct area all = canvas_area(canvas);
    canvas_clear(canvas);
    if (is_small(all.rows, all.cols)) {
        draw_small(model, view, all);
        return;
    }
    struct alarms alarms;
    alarms_look(&alarms, model);
    int header = bar_header_rows(view, &alarms, all.rows);
    int body = body_rows(view, &alarms, all.rows);
    bar_draw_header(model, view, &alarms, area_part(all, 0, 0, header, all.cols));
    screen_of(view->screen)
        ->draw(model, view, area_part(all, header, 0, body, all.cols));
    consent_draw(model, &view->prompt, area_part(all, header, 0, body, all.cols));
    bar_draw_footer(model, view,
                    area_part(all, header + body, 0, BAR_FOOTER_ROWS, all.cols));
}

int ui_gate_shown(const struct model *model, const struct view *view)
{
    bool seen =
        !is_small(view->rows, view->cols) && screen_of(view->screen)->shows_gate;
    return seen ? model->run.gate : 0;
}

/* ---- the keys ---- */

static enum ui_answer go_to(struct view *view, enum screen_name screen)
{
    if (screen == SCREEN_HELP && view->screen != SCREEN_HELP)
        view->back = view->screen;
    view->screen = screen;
    return UI_CHANGED;
}

/* Esc undoes one thing at a time: the search, the pause, the host, the screen. */
static enum ui_answer go_back(struct view *view)
{
    struct log_pane *log = &view->log;
    if (view->screen == SCREEN_HELP)
        view->screen = view->back;
    else if (view->screen == SCREEN_CARD)
        view->screen = SCREEN_DASHBOARD;
    else if (log->search[0] != '\0')
        log->search[0] = '\0';
    else if (log->paused || log->column > 0) {
        log->column = 0;
        log_pane_follow(log);
    } else if (log->host != LOG_PANE_ALL)
        log_pane_choose(log, LOG_PANE_ALL);
    else
        view->screen = SCREEN_DASHBOARD;
    return UI_CHANGED;
}

static enum ui_answer open_search(struct view *view)
{
    if (view->screen != SCREEN_DASHBOARD)
        view->screen = SCREEN_LOG;
    prompt_open(&view->prompt, PROMPT_TEXT, ACTION_SEARCH, "Find in the log:");
    prompt_prefill(&view->prompt, view->log.search);
    return UI_CHANGED;
}

/* Taken by a key of its own, so that a yes to what a colleague looks at is never a slip
 * of a finger. */
static enum ui_answer ask_say(const struct model *model, struct view *view)
{
    const struct presence *presence = &view->presence;
    struct why why = {0};
    if (presence_has_say(presence, &why))
        view_say(view, model->now, STYLE_TEXT, "this terminal has the say already");
    else if (!presence->looks_on)
        return UI_SAY;
    else
        view_say(view, model->now, STYLE_WARN, "%s", why.lines[0]);
    return UI_CHANGED;
}

static enum ui_answer act_on_screen(const struct model *model, struct view *view,
                                    enum action action)
{
    struct alarms alarms;
    alarms_look(&alarms, model);
    int rows = body_rows(view, &alarms, view->rows);
    bool taken = screen_of(view->screen)->act(model, view, action, rows, view->cols);
    return taken ? UI_CHANGED : UI_NOTHING;
}

static enum ui_answer act(const struct model *model, struct view *view,
                          const struct binding *binding, struct intent *ret_intent)
{
    switch (binding->action) {
    case ACTION_CONTINUE:
    case ACTION_DEPLOY:
    case ACTION_SWITCH:
    case ACTION_ROLLBACK:
    case ACTION_ABORT:
    case ACTION_FINISH:
    case ACTION_RESUME:
    case ACTION_TAKEOVER:
    case ACTION_MAINTENANCE:
    case ACTION_MEND:
    case ACTION_CONTRACT:
    case ACTION_REFRESH:
    case ACTION_QUIT:
        return wish_begin(model, view, binding, ret_intent);
    case ACTION_DASHBOARD:
        return go_to(view, SCREEN_DASHBOARD);
    case ACTION_RUN:
        return go_to(view, SCREEN_RUN);
    case ACTION_LOG:
        return go_to(view, SCREEN_LOG);
    case ACTION_CARD:
        return go_to(view, SCREEN_CARD);
    case ACTION_DRIFT:
        return go_to(view, SCREEN_DRIFT);
    case ACTION_HELP:
        return go_to(view, SCREEN_HELP);
    case ACTION_BACK:
        return go_back(view);
    case ACTION_SEARCH:
        return open_search(view);
    case ACTION_SAY:
        return ask_say(model, view);
    case ACTION_REPAINT:
        return UI_REPAINT;
    case ACTION_SUSPEND:
        return UI_SUSPEND;
    default:
        return act_on_screen(model, view, binding->action);
    }
}

static enum ui_answer prompt_take(const struct model *model, struct view *view,
                                  struct key key, struct intent *ret_intent)
{
    if (prompt_key(&view->prompt, key) == PROMPT_ACCEPTED)
        return wish_answered(model, view, ret_intent);
    return UI_CHANGED;
}

/* What may be done where one cannot see what one does. */
static bool works_blind(enum action action)
{
    return action == ACTION_QUIT || action == ACTION_REPAINT ||
           action == ACTION_SUSPEND;
}

enum ui_answer ui_key(const struct model *model, struct view *view, struct key key,
                      struct intent *ret_intent)
{
    char name[KEY_NAME_MAX];
    if (prompt_is_open(&view->prompt))
        return prompt_take(model, view, key, ret_intent);
    if (key.pasted)
        return UI_NOTHING;

    bool had_message = view->message[0] != '\0';
    view->message[0] = '\0';
    key_text(key, name);
    const struct binding *binding = binding_find(name, view->screen);
    if (binding == NULL)
        return had_message ? UI_CHANGED : UI_NOTHING;
    if (is_small(view->rows, view->cols) && !works_blind(binding->action))
        return UI_NOTHING;
    enum ui_answer answer = act(model, view, binding, ret_intent);
    return answer == UI_NOTHING && had_message ? UI_CHANGED : answer;
}
