/* What runs have published, for whoever follows them. */
#include "net/balancer_question.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/helper_value.h"
#include "net/published.h"

#include <string.h>

enum { EVENTS_LIMIT_MS = 15000 };

struct events_question {
    struct balancer_question question; /* first: it is freed as this */
    struct published lines[BALANCER_EVENTS_MAX];
    int count;
    int64_t next_event;
};

static void take_line(struct events_question *asked, const char *value)
{
    struct published line;

    if (!published_read(value, &line))
        return;
    if (asked->count == BALANCER_EVENTS_MAX) {
        asked->count--;
        memmove(asked->lines, asked->lines + 1,
                (size_t)asked->count * sizeof *asked->lines);
    }
    asked->lines[asked->count++] = line;
}

static void on_events_item(void *context, const struct helper_item *item)
{
    struct events_question *asked = context;

    if (item->type != HELPER_LINE)
        return;
    if (str_equal(item->key, "event"))
        take_line(asked, item->value);
    else if (str_equal(item->key, "next_event"))
        asked->next_event = helper_count(item->value, 0);
}

static void on_events_end(void *context, const char *code, const char *message,
                          const struct err *err)
{
    struct events_question *asked = context;
    struct event event = {.type = EV_EVENTS};
    struct err lacking;

    if (!balancer_question_is_ok(&asked->question, EV_EVENTS_FAILED, code, message,
                                 err))
        return;
    if (asked->next_event == 0) {
        err_set(&lacking, ERR_PROTOCOL, "%s: bgc-lb's answer has no next_event",
                asked->question.client->target.name);
        balancer_question_fail(&asked->question, EV_EVENTS_FAILED, &lacking);
        return;
    }
    event.events.lines = asked->lines;
    event.events.count = asked->count;
    event.events.next_event = asked->next_event;
    balancer_question_give(&asked->question, &event);
}

void balancer_client_events(struct balancer_client *client, struct ticket ticket,
                            int64_t from_event)
{
    static const struct balancer_taker taker = {EVENTS_LIMIT_MS, on_events_item,
                                                on_events_end};
    char buffer[256];
    struct helper_request request;
    struct events_question *asked = memory_new(sizeof *asked);

    asked->question.client = client;
    asked->question.ticket = ticket;
    helper_request_begin(&request, buffer, sizeof buffer, "events", client->env);
    if (from_event > 0)
        helper_request_number(&request, "from_event", from_event);
    balancer_question_ask(&asked->question, &request, NULL, &taker);
}
