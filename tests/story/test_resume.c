/*
 * A run that was cut off goes on.
 *
 * In each plot the engine is killed before every record of the journal and before every
 * effect that changes something, one life for each; core is thrown away, and another
 * one goes on with what the records say, in the same world. What was on its way arrives
 * or is lost; the journal keeps all that was written, or what reached the disk; the
 * fuse has fired meanwhile, or not.
 *
 * Afterwards the run has ended as check_end() allows it, and what it says is true. On
 * the way no step is begun twice, no two changes carry one pair, and no traffic goes to
 * what did not pass verify in the engine that sends it there.
 */

#include "lib/story.h"

#include "core/remains.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_MAX = 1024, CHANGES_MAX = 32, HOUR_MS = 3600 * 1000 };

/* What there is besides. */
enum with {
    WITH_NOTHING,
    WITH_TWO,  /* load balancers */
    WITH_LATER /* steps: warm-up, on-live, the contract migration */
};

/* What happens, and how it may end. */
struct plot {
    const char *name;
    enum intent_kind wish;
    bool by_policy;         /* --yes; else an operator says yes at each gate */
    const char *canary;     /* [run] canary */
    enum run_state undo_at; /* there the operator wants `undo` */
    enum intent_kind undo;
    int fails_at; /* a step that fails on a host of green; -1: none */
    bool manages; /* haproxy.cfg, and it differs */
    enum with with;
    bool briefly;           /* only the first ways of a cut are tried */
    enum run_state ends[5]; /* the first one where nobody cuts it off */
};

/* How the engine dies, and what the world does meanwhile. */
struct cut {
    long point;      /* of all that is recorded and done, before this one; -1: never */
    bool arrives;    /* what was on its way */
    bool power_lost; /* what had not reached the disk is not in the journal */
    int64_t away_ms; /* until somebody resumes */
    long again;      /* the point of the second engine before which it dies; -1 */
};

struct life {
    const struct plot *plot;
    struct cut cut;
    struct story *story;
    long points;      /* so far */
    int64_t looks_ms; /* when the operator looks next */
    int engine;       /* the first one is 0 */
    int verified;     /* gates before a switch that opened in this engine */
    char run[RUN_ID_MAX];
    struct change asked[CHANGES_MAX];
    int64_t asked_epochs[CHANGES_MAX];
    int asked_count;
    int count, synced; /* records written, and on the disk */
    struct record records[RECORDS_MAX];
};

static void blame(const struct life *life, const char *rule)
{
    fprintf(stderr, "%s", life->story->trace.at);
    fail_msg("%s, cut off before %ld%s%s, away %lld ms: %s", life->plot->name,
             life->cut.point, life->cut.arrives ? ", what was sent arrives" : "",
             life->cut.power_lost ? ", power lost" : "", (long long)life->cut.away_ms,
             rule);
}

static void check(const struct life *life, bool holds, const char *rule)
{
    if (!holds)
        blame(life, rule);
}

/* ---- on the way ---- */

static bool is_cut_here(struct life *life)
{
    const long cuts[] = {life->cut.point, life->cut.again, -1};

    if (life->points++ == cuts[life->engine])
        life->story->is_cut = true;
    return life->story->is_cut;
}

static void on_record(void *context, const struct record *record)
{
    struct life *life = context;

    if (record->run[0] == '\0' || is_cut_here(life))
        return;
    check(life, life->count < RECORDS_MAX, "the journal is no endless one");
    life->records[life->count++] = *record;
}

/* Below the lease it is a mere question for an outcome. */
static void check_change(struct life *life, const struct run *run)
{
    const struct change *change = &run->change;

    if (run->epoch < life->story->core.model.hold.epoch)
        return;
    for (int i = 0; i < life->asked_count; i++) {
        bool same =
            life->asked_epochs[i] == run->epoch && life->asked[i].seq == change->seq;
        bool again = str_equal(life->asked[i].nonce, change->nonce);
        check(life, same == again, "a pair belongs to one change");
        if (again)
            return;
    }
    check(life,
          change->kind != CHANGE_SWITCH || life->verified > 0 ||
              run->state == RUN_SPLIT,
          "traffic goes only to what passed verify in this engine");
    assert_in_range(life->asked_count, 0, CHANGES_MAX - 1);
    life->asked_epochs[life->asked_count] = run->epoch;
    life->asked[life->asked_count++] = *change;
}

static void check_job(struct life *life, const struct effect *effect)
{
    const struct model *model = &life->story->core.model;
    enum colour colour;

    check(life,
          effect->step > STEP_ACTIVATE ||
              (role_colour(model->fleet.hosts[effect->host].droplet.role, &colour) &&
               !share_reaches(life->story->scene.balancers[0].share, colour)),
          "no step begins on a host that gets traffic");
}

static void on_effect(void *context, const struct effect *effect)
{
    struct life *life = context;
    const struct run *run = &life->story->core.model.run;

    life->synced = life->count;
    if (effect_changes_world(effect->type) && is_cut_here(life))
        return;
    if (effect->type == FX_NOTE &&
        (effect->state == RUN_SWITCH_GATE || effect->state == RUN_STEP_GATE))
        life->verified++;
    if (effect->type == FX_CHANGE)
        check_change(life, run);
    if (effect->type == FX_JOB_START)
        check_job(life, effect);
}

/* ---- a life ---- */

static struct policy policy_of(const struct plot *plot)
{
    return (struct policy){.yes = plot->by_policy};
}

static void set_scene(const struct plot *plot, struct story *story)
{
    str_copy(story->settings.canary, sizeof story->settings.canary, plot->canary);
    story->settings.canary_hold_s = 5;
    story->scene.hosts[GREEN_2].fails_at = plot->fails_at;
    story->scene.hosts[GREEN_1].step_ms = 1300;
    story->settings.config_mode = plot->manages ? CONFIG_MANAGED : CONFIG_ADOPTED;
    story->core.model.config_managed = plot->manages;
    if (plot->with == WITH_TWO)
        scene_add_balancer(&story->scene);
    if (plot->with == WITH_LATER) {
        scene_add_step(&story->scene, "warm-up", RECIPE_WHEN_WARM_UP);
        scene_add_step(&story->scene, "on-live", RECIPE_WHEN_ON_LIVE);
        scene_add_contract(&story->scene);
    }
    if (plot->manages)
        scene_edit_config(&story->scene.balancers[0]);
}

/* What an operator does who looks on. */
static void act(struct life *life)
{
    enum { LOOK_EVERY_MS = 700 };
    struct story *story = life->story;
    const struct plot *plot = life->plot;
    const struct run *run = &story->core.model.run;

    if (story->now.mono_ms < life->looks_ms)
        return;
    life->looks_ms = story->now.mono_ms + LOOK_EVERY_MS;
    if (plot->undo != INTENT_NONE && run->state == plot->undo_at)
        story_want(story, plot->undo);
    else if (!plot->by_policy && run_is_gate(run->state))
        story_want(story, INTENT_CONTINUE);
}

static bool goes_on(const struct story *story)
{
    return !story->is_cut &&
           (story->core.model.run.number == 0 || core_is_busy(&story->core));
}

static void live_on(struct life *life)
{
    struct story *story = life->story;
    int64_t end_ms = story->now.mono_ms + HOUR_MS;

    while (goes_on(story)) {
        act(life);
        if (story->is_cut)
            return;
        story_step(story);
        check(life, story->now.mono_ms < end_ms, "a run ends");
    }
}

static void live(struct life *life)
{
    struct story *story = life->story;

    story->on_record = on_record;
    story->on_effect = on_effect;
    story->context = life;
    story_pass(story, 1000);
    if (!story->is_cut)
        story_want(story, life->plot->wish);
    live_on(life);
}

static bool recall(struct life *life)
{
    struct remains remains;
    int count = life->cut.power_lost ? life->synced : life->count;
    struct event event = {
        .type = EV_RECALLED, .host = -1, .step = -1, .recalled.remains = &remains};

    if (!remains_read(life->records, (size_t)count, &life->story->scene.recipe,
                      &remains) ||
        remains.ended)
        return false;
    str_copy(life->run, sizeof life->run, remains.run);
    life->count = count;
    story_take(life->story, &event);
    return true;
}

/* False: the journal knows of nothing to go on with. */
static bool live_again(struct life *life)
{
    struct story *story = life->story;

    life->engine++;
    life->points = 0;
    life->verified = 0;
    story_restart(story, policy_of(life->plot), life->cut.arrives);
    if (!recall(life))
        return false;
    story_pass(story, life->cut.away_ms);
    if (!story->is_cut)
        story_want(story, INTENT_RESUME);
    check(life, str_equal(story->core.model.run.id, life->run), "it keeps its id");
    live_on(life);
    return true;
}

/* ---- afterwards ---- */

static bool is_allowed_end(const struct plot *plot, enum run_state state)
{
    for (size_t i = 0; i < LENGTH_OF(plot->ends); i++) {
        if (plot->ends[i] != RUN_NONE && plot->ends[i] == state)
            return true;
    }
    return false;
}

static bool host_is_untouched(const struct scene_host *host)
{
    return host->job.run[0] == '\0' && str_equal(host->sha, SCENE_OLD_SHA);
}

static void check_hosts(const struct life *life, bool brought)
{
    const struct scene *scene = &life->story->scene;

    for (int i = GREEN_1; i <= GREEN_2; i++) {
        const struct scene_host *host = &scene->hosts[i];
        for (int step = 0; step < SCENE_STEPS; step++)
            check(life, host->begun[step] <= 1, "no step is begun twice");
        check(life, !brought || str_equal(host->sha, SCENE_NEW_SHA),
              "what is live has the new release");
    }
    for (int i = BLUE_1; i <= BLUE_2; i++)
        check(life, host_is_untouched(&scene->hosts[i]),
              "the live colour is left alone");
}

static void check_balancer(const struct life *life, int place, enum run_state end,
                           bool done)
{
    const struct scene_balancer *balancer = &life->story->scene.balancers[place];

    check(life, balancer->share == balancer->disk_share, "disk and HAProxy agree");
    check(life,
          end == RUN_UNKNOWN || balancer->share == (done ? SHARE_GREEN : SHARE_BLUE),
          "the traffic is where the run says");
    check(life, balancer->fuse.state == FUSE_NONE || balancer->fuse.state == FUSE_FIRED,
          "no switch waits to be confirmed");
    check(life, !scene_lease_is_held(balancer), "the lease is given back");
}

/* What the world must be like where a run says that it ended so. */
static void check_world(const struct life *life, enum run_state end)
{
    bool is_back = life->plot->wish == INTENT_ROLLBACK;
    bool moves =
        life->plot->wish != INTENT_CONFIGURE && life->plot->wish != INTENT_MAINTENANCE;
    bool done = end == RUN_DONE && moves;

    for (int i = 0; i <= (life->plot->with == WITH_TWO); i++)
        check_balancer(life, i, end, done);
    check_hosts(life, done && !is_back && life->plot->wish == INTENT_DEPLOY);
}

static void check_end(const struct life *life)
{
    const struct run *run = &life->story->core.model.run;
    bool fused_out = life->cut.away_ms > life->story->settings.fuse_s * 1000 &&
                     run->state == RUN_REVERTED && life->plot->wish != INTENT_ROLLBACK;

    if (!fused_out && !is_allowed_end(life->plot, run->state)) {
        fprintf(stderr, "ended as \"%s\"\n", run_state_name(run->state));
        blame(life, "it ends as it may");
    }
    check(life, run->reason[0] != '\0', "it says why");
    check_world(life, run->state);
}

/* How many points the life had; `ret_end`: how it ended, RUN_NONE: nothing was left to
 * go on with. */
static long tell(const struct plot *plot, struct cut cut, struct story *story,
                 enum run_state *ret_end)
{
    struct life *life = calloc(1, sizeof *life);

    assert_non_null(life);
    life->plot = plot;
    life->cut = cut;
    life->story = story;
    story_begin(story, policy_of(plot));
    set_scene(plot, story);
    live(life);
    long points = life->points;
    bool has_end = true;
    while (has_end && life->story->is_cut)
        has_end = live_again(life);
    if (has_end)
        check_end(life);
    *ret_end = story->core.model.run.state;
    free(life);
    return points;
}

static void tell_all(const struct plot *plot)
{
    static const struct cut ways[] = {
        {.arrives = true, .away_ms = 3000, .again = -1},
        {.arrives = false, .power_lost = true, .away_ms = 3000, .again = -1},
        {.arrives = true, .away_ms = 300000, .again = -1},
        {.arrives = false, .away_ms = 3000, .again = 11},
        {.arrives = true, .power_lost = true, .away_ms = 3000, .again = 5},
    };
    size_t way_count = plot->briefly ? 2 : LENGTH_OF(ways);
    long ended[RUN_STATE_COUNT] = {0};
    enum run_state end;
    struct story *story = story_new(policy_of(plot));
    long points = tell(plot, (struct cut){.point = -1}, story, &end);

    assert_int_equal(end, plot->ends[0]);
    for (size_t way = 0; way < way_count; way++) {
        struct cut cut = ways[way];
        for (cut.point = 0; cut.point < points; cut.point++) {
            tell(plot, cut, story, &end);
            ended[end]++;
        }
    }
    printf("# %s: %ld points, each cut in %zu ways:", plot->name, points, way_count);
    for (enum run_state state = 0; state < RUN_STATE_COUNT; state++) {
        if (ended[state] > 0)
            printf(" %ld %s,", ended[state],
                   state == RUN_NONE ? "had nothing to go on with"
                                     : run_state_name(state));
    }
    printf("\n");
    free(story);
}

/* clang-format off */
static const struct plot plots[] = {
    {"deploy by policy", INTENT_DEPLOY, true, "", RUN_NONE, INTENT_NONE, -1, false, WITH_NOTHING, false, {RUN_DONE}},
    {"deploy by an operator", INTENT_DEPLOY, false, "", RUN_NONE, INTENT_NONE, -1, false, WITH_NOTHING, true, {RUN_DONE}},
    {"rollback from the watch", INTENT_DEPLOY, false, "", RUN_WATCHING, INTENT_ROLLBACK, -1, false, WITH_NOTHING, true, {RUN_REVERTED}},
    {"canary by an operator", INTENT_DEPLOY, false, "10, 50", RUN_NONE, INTENT_NONE, -1, false, WITH_NOTHING, false, {RUN_DONE}},
    {"canary by policy", INTENT_DEPLOY, true, "10, 50", RUN_NONE, INTENT_NONE, -1, false, WITH_NOTHING, true, {RUN_DONE, RUN_REVERTED}},
    {"canary taken back", INTENT_DEPLOY, false, "10, 50", RUN_HOLDING, INTENT_ROLLBACK, -1, false, WITH_NOTHING, true, {RUN_REVERTED}},
    {"deploy with haproxy.cfg", INTENT_DEPLOY, true, "", RUN_NONE, INTENT_NONE, -1, true, WITH_NOTHING, true, {RUN_DONE}},
    {"haproxy.cfg alone", INTENT_CONFIGURE, true, "", RUN_NONE, INTENT_NONE, -1, true, WITH_NOTHING, true, {RUN_DONE}},
    {"switch as it is", INTENT_SHIFT, true, "", RUN_NONE, INTENT_NONE, -1, false, WITH_NOTHING, true, {RUN_DONE}},
    {"rollback", INTENT_ROLLBACK, false, "", RUN_NONE, INTENT_NONE, -1, false, WITH_NOTHING, true, {RUN_DONE}},
    {"a step fails", INTENT_DEPLOY, true, "", RUN_NONE, INTENT_NONE, STEP_BUILD, false, WITH_NOTHING, true, {RUN_STOPPED}},
    {"aborted in deploy", INTENT_DEPLOY, false, "", RUN_DEPLOYING, INTENT_ABORT, -1, false, WITH_NOTHING, true, {RUN_ABORTED}},
    {"maintenance", INTENT_MAINTENANCE, true, "", RUN_NONE, INTENT_NONE, -1, false, WITH_NOTHING, true, {RUN_DONE, RUN_STOPPED, RUN_UNKNOWN}},
    {"deploy with later steps", INTENT_DEPLOY, false, "", RUN_NONE, INTENT_NONE, -1, false, WITH_LATER, true, {RUN_DONE, RUN_UNKNOWN}},
    {"switch of two", INTENT_SHIFT, false, "", RUN_NONE, INTENT_NONE, -1, false, WITH_TWO, false, {RUN_DONE}},
    {"canary of two by policy", INTENT_DEPLOY, true, "50", RUN_NONE, INTENT_NONE, -1, false, WITH_TWO, true, {RUN_DONE, RUN_REVERTED}},
};
/* clang-format on */

static void test_plot(void **state)
{
    tell_all(*state);
}

int main(void)
{
    struct CMUnitTest tests[LENGTH_OF(plots)];

    for (size_t i = 0; i < LENGTH_OF(plots); i++)
        tests[i] = (struct CMUnitTest){.name = plots[i].name,
                                       .test_func = test_plot,
                                       .initial_state = (void *)&plots[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
