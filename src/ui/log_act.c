#include "ui/log_act.h"

enum { FAR = 1 << 20 };

int action_rows(enum action action, int page)
{
    switch (action) {
    case ACTION_UP:
        return -1;
    case ACTION_DOWN:
        return 1;
    case ACTION_PAGE_UP:
        return page > 1 ? 1 - page : -1;
    case ACTION_PAGE_DOWN:
        return page > 1 ? page - 1 : 1;
    case ACTION_TOP:
        return -FAR;
    case ACTION_BOTTOM:
        return FAR;
    default:
        return 0;
    }
}

static void toggle_pause(const struct model *model, struct log_pane *pane)
{
    if (pane->paused)
        log_pane_follow(pane);
    else
        log_pane_pause(pane, &model->transcript);
}

static void next_match(const struct model *model, struct view *view, bool up)
{
    if (view->log.search[0] == '\0')
        view_say(view, model->now, STYLE_TEXT, "nothing is searched yet: press /");
    else if (!log_pane_next_match(&view->log, &model->transcript, up))
        view_say(view, model->now, STYLE_TEXT, "no %s match for \"%s\"",
                 up ? "older" : "newer", view->log.search);
}

bool log_act(const struct model *model, struct view *view, enum action action, int page)
{
    struct log_pane *pane = &view->log;
    switch (action) {
    case ACTION_LEFT:
        pane->column -= pane->column < LOG_PANE_SHIFT ? pane->column : LOG_PANE_SHIFT;
        return true;
    case ACTION_RIGHT:
        if (pane->column + LOG_PANE_SHIFT < TRANSCRIPT_LINE_MAX)
            pane->column += LOG_PANE_SHIFT;
        return true;
    case ACTION_PAUSE:
        toggle_pause(model, pane);
        return true;
    case ACTION_NEXT_HOST:
        log_pane_next_host(pane, &model->transcript, &model->fleet);
        return true;
    case ACTION_ALL_HOSTS:
        log_pane_choose(pane, LOG_PANE_ALL);
        return true;
    case ACTION_MATCH_OLDER:
        next_match(model, view, true);
        return true;
    case ACTION_MATCH_NEWER:
        next_match(model, view, false);
        return true;
    default:
        break;
    }
    int by = action_rows(action, page);
    if (by != 0)
        log_pane_scroll(pane, &model->transcript, by, page);
    return by != 0;
}
