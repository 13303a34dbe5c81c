#include "lib/heard.h"

#include "base/str.h"
#include "lib/test.h"

#include <string.h>

static void take_listing(struct heard *heard)
{
    size_t count = heard->event.fleet.count;

    assert_true(count <= HEARD_DROPLETS_MAX);
    memcpy(heard->droplets, heard->event.fleet.droplets,
           count * sizeof *heard->droplets);
    heard->event.fleet.droplets = heard->droplets;
}

static void take_sample(struct heard *heard)
{
    heard->sample = *heard->event.sample;
    assert_true(heard->sample.server_count <= HEARD_ROWS_MAX);
    memcpy(heard->rows, heard->sample.servers,
           heard->sample.server_count * sizeof *heard->rows);
    heard->sample.servers = heard->rows;
    heard->event.sample = &heard->sample;
}

static void take(void *context, struct event *event)
{
    struct heard *heard = context;

    heard->count++;
    heard->event = *event;
    switch (event->type) {
    case EV_FLEET_LISTED:
        take_listing(heard);
        break;
    case EV_SAMPLE:
        take_sample(heard);
        break;
    case EV_PROBED:
        heard->probe = *event->probe;
        heard->event.probe = &heard->probe;
        break;
    case EV_FLEET_FAILED:
    case EV_SAMPLE_FAILED:
        str_copy(heard->text, sizeof heard->text, event->failure.text);
        heard->event.failure.text = heard->text;
        break;
    default:
        fail_msg("an event that nobody here can send: %d", (int)event->type);
    }
}

struct sink heard_sink(struct heard *heard)
{
    memset(heard, 0, sizeof *heard);
    return (struct sink){.take = take, .context = heard};
}
