#include "app/engine.h"

#include "app/diary.h"
#include "app/resume_run.h"
#include "base/asset.h"
#include "base/memory.h"
#include "base/str.h"
#include "net/engine_socket.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct moment engine_now(struct engine *engine)
{
    if (!engine->turn_begun) {
        engine->turn_begun = true;
        engine->now = clock_now();
    }
    return engine->now;
}

/* ---- the journal ---- */

static void hear_journal_failure(struct engine *engine, const struct err *err)
{
    struct event event = {.type = EV_JOURNAL_FAILED, .host = -1, .step = -1};

    event.failure.code = err->code;
    event.failure.text = err->text;
    event.now = engine_now(engine);
    core_step(engine->core, &event, engine->effects);
}

/* A new run gets a journal of its own before anything of it is written; one that was
 * cut off goes on with the one that it has. */
static bool follow_run(struct engine *engine, struct err *err)
{
    const struct run *run = &engine->core->model.run;

    if (engine->journalled == run->number)
        return true;
    engine->journalled = run->number;
    if (run->resumed)
        return resume_journal(engine, err);
    return journal_begin(&engine->journal, engine->environment->state, run->id, err);
}

static bool write_records(struct engine *engine, struct err *err)
{
    const struct model *model = &engine->core->model;
    struct record record;

    for (size_t i = 0; i < engine->effects->count; i++) {
        if (record_of_effect(model, &engine->effects->items[i], &record) &&
            !journal_add(&engine->journal, &record, err))
            return false;
    }
    return journal_sync(&engine->journal, err);
}

static bool write_event(struct engine *engine, const struct event *event,
                        struct err *err)
{
    struct record record;

    return follow_run(engine, err) &&
           (!record_of_event(&engine->core->model, event, &record) ||
            journal_add(&engine->journal, &record, err));
}

static bool journal_serves(const struct engine *engine)
{
    return engine->keeps_journal && !engine->core->model.journal_lost;
}

/* ---- the turn ---- */

static void perform(struct engine *engine, bool changes_allowed)
{
    struct effects *effects = engine->effects;

    for (size_t i = 0; i < effects->count; i++) {
        if (!changes_allowed && effect_changes_world(effects->items[i].type))
            continue;
        diary_effect(&engine->environment->log, &engine->core->model,
                     &effects->items[i]);
        net_perform(engine->net, &effects->items[i]);
    }
    effects->count = 0;
}

/* What core asked for in this turn: recorded first, then performed. */
static void settle(struct engine *engine)
{
    struct err err;

    if (engine->effects->count == 0)
        return;
    if (!journal_serves(engine) || write_records(engine, &err)) {
        perform(engine, true);
    } else {
        perform(engine, false);
        hear_journal_failure(engine, &err);
        perform(engine, true);
    }
}

static void take(void *context, struct event *event)
{
    struct engine *engine = context;
    struct err err;

    event->now = engine_now(engine);
    diary_event(&engine->environment->log, &engine->core->model, event);
    core_step(engine->core, event, engine->effects);
    if (journal_serves(engine) && !write_event(engine, event, &err)) {
        perform(engine, false);
        hear_journal_failure(engine, &err);
    }
}

void engine_take(struct engine *engine, struct event *event)
{
    take(engine, event);
}

static void tick(uv_timer_t *timer)
{
    struct event event = {.type = EV_TICK, .host = -1, .step = -1};

    take(timer->data, &event);
}

void engine_want(struct engine *engine, const struct intent *intent)
{
    struct event event = {.type = EV_INTENT, .host = -1, .step = -1, .intent = *intent};

    take(engine, &event);
}

static void arm_deadline(struct engine *engine)
{
    int64_t deadline_ms = core_deadline(engine->core);
    int64_t wait_ms = deadline_ms - clock_now().mono_ms;

    if (deadline_ms == INT64_MAX)
        uv_timer_stop(&engine->deadline);
    else
        uv_timer_start(&engine->deadline, tick, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void end_turn(uv_prepare_t *prepare)
{
    struct engine *engine = prepare->data;

    if (!engine->turn_begun)
        return;
    settle(engine);
    if (engine->on_turn != NULL)
        engine->on_turn(engine->context);
    settle(engine); /* what the watcher wanted */
    uv_update_time(&engine->loop);
    arm_deadline(engine);
    engine->turn_begun = false;
}

/* ---- the life ---- */

static void carry_digests(struct model *model)
{
    static const char *const helpers[2] = {"remote/bgc-host", "remote/bgc-lb"};

    for (int i = 0; i < 2; i++) {
        const struct asset *helper = asset_find(helpers[i]);
        if (helper != NULL)
            str_copy(model->helper_sha256[i], sizeof model->helper_sha256[i],
                     helper->sha256);
    }
}

/* How others see who holds the lease. */
static void introduce(struct model *model)
{
    char host[256] = "";
    const struct passwd *user = getpwuid(geteuid());

    gethostname(host, sizeof host - 1);
    str_copy(model->who, sizeof model->who, user != NULL ? user->pw_name : "uid");
    str_copy(model->where, sizeof model->where, host[0] != '\0' ? host : "unknown");
}

static void open_handles(struct engine *engine)
{
    uv_loop_init(&engine->loop);
    uv_prepare_init(&engine->loop, &engine->turn_end);
    uv_timer_init(&engine->loop, &engine->deadline);
    uv_timer_init(&engine->loop, &engine->pulse);
    engine->turn_end.data = engine;
    engine->deadline.data = engine;
    engine->pulse.data = engine;
    uv_prepare_start(&engine->turn_end, end_turn);
}

static bool open_rooms(struct engine *engine, struct err *err)
{
    struct environment *environment = engine->environment;
    struct net_options options = {
        .settings = &environment->settings,
        .model = &engine->core->model,
        .token = environment->token,
        .state = engine->keeps_journal ? environment->state : NULL,
        .trusted_hosts = environment->trusted_hosts,
        .log = &environment->log,
        .sink = {.take = take, .context = engine},
    };

    if (engine->keeps_journal &&
        !engine_lock_take(&engine->lock, environment->state, clock_now(), err))
        return false;
    engine->net = net_new(&engine->loop, &options, err);
    return engine->net != NULL;
}

/* Who is told that the environment is held can often go in where it is. */
static void tell_of_engine(const char *state)
{
    struct err err;
    int fd = engine_socket_connect(state, &err);

    if (fd < 0)
        return;
    close(fd);
    fputs(
        "bgconsole: it has an engine: bgconsole attaches to it, bgconsole engine stop "
        "ends it\n",
        stderr);
}

enum exit_code engine_open(struct engine *engine, struct environment *environment,
                           struct policy policy, bool keeps_journal)
{
    struct err err;
    uint32_t salt;
    int refused = uv_random(NULL, NULL, &salt, sizeof salt, 0, NULL);

    if (refused != 0) {
        fprintf(stderr, "bgconsole: no random numbers: %s\n", uv_strerror(refused));
        return EXIT_CONFIG;
    }

    *engine =
        (struct engine){.environment = environment, .keeps_journal = keeps_journal};
    engine->core = memory_new(sizeof *engine->core);
    engine->effects = memory_new(sizeof *engine->effects);
    journal_init(&engine->journal);
    engine_lock_init(&engine->lock);
    core_init(engine->core, &environment->settings, &environment->recipe, policy, salt);
    carry_digests(&engine->core->model);
    memcpy(engine->core->model.hook_there, environment->hook_there,
           sizeof environment->hook_there);
    introduce(&engine->core->model);
    open_handles(engine);
    if (!open_rooms(engine, &err)) {
        fprintf(stderr, "bgconsole: %s\n", err.text);
        if (err.code == ERR_BUSY)
            tell_of_engine(environment->state);
        engine_close(engine);
        return err.code == ERR_BUSY ? EXIT_BUSY : EXIT_CONFIG;
    }
    struct event first = {.type = EV_TICK, .host = -1, .step = -1};
    take(engine, &first);
    return EXIT_OK;
}

void engine_pulse(struct engine *engine)
{
    uv_timer_start(&engine->pulse, tick, 1000, 1000);
}

void engine_run(struct engine *engine)
{
    uv_run(&engine->loop, UV_RUN_DEFAULT);
}

void engine_stop(struct engine *engine)
{
    uv_stop(&engine->loop);
}

void engine_close(struct engine *engine)
{
    engine->on_turn = NULL;
    uv_close((uv_handle_t *)&engine->turn_end, NULL);
    uv_close((uv_handle_t *)&engine->deadline, NULL);
    uv_close((uv_handle_t *)&engine->pulse, NULL);
    if (engine->net != NULL)
        net_close(engine->net);
    uv_run(&engine->loop, UV_RUN_DEFAULT);
    if (engine->net != NULL)
        net_free(engine->net);
    uv_loop_close(&engine->loop);
    journal_close(&engine->journal);
    engine_lock_release(&engine->lock);
    free(engine->effects);
    free(engine->core);
}
