/*
 * The simulator: random worlds, each made of a seed, and what must be true in all of
 * them (the face of each `check_` below says which rule).
 *
 *     simulate                     as many worlds as ./check has time for
 *     simulate --worlds 4000       more
 *     simulate --seed 4711         this world again, with its trace
 *
 * A world is one life of core: some runs, an operator who wants anything at any time,
 * a network that is slow or breaks, hosts and a load balancer that fail, a journal that
 * cannot be written, somebody else who moves the traffic.
 */

#include "lib/story.h"

#include "core/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS_PER_WORLD = 60, TURNS_PER_WORLD = 60000, NONCES_MAX = 128 };

struct simulation {
    struct story *story;
    uint64_t seed, random;
    int trouble; /* one act of fate in so many turns; 0: none */
    bool journal_may_fail;
    bool several; /* load balancers */

    struct switch_request asked[NONCES_MAX]; /* each change that was asked for, once */
    bool made[NONCES_MAX];
    int asked_count;
    uint32_t shown_run;    /* number of the newest run that showed its haproxy.cfg */
    uint32_t verified_run; /* number of the newest run that passed verify */
    int way_back;          /* the share before the run that a rollback takes back */
    enum run_state state;  /* that was seen last */
    int idle_turns;        /* in which no time passed */
    const char *broken;    /* the rule that does not hold; NULL: all do */
    long entered[RUN_STATE_COUNT]; /* how often each state was */
};

static uint64_t any(struct simulation *simulation, uint64_t limit)
{
    return story_random(&simulation->random, limit);
}

static bool one_in(struct simulation *simulation, uint64_t number)
{
    return any(simulation, number) == 0;
}

static void check(struct simulation *simulation, bool holds, const char *rule)
{
    if (!holds && simulation->broken == NULL)
        simulation->broken = rule;
}

/* ---- what must be true of an effect ---- */

static struct switch_request *find_asked(struct simulation *simulation,
                                         const char *nonce)
{
    for (int i = 0; i < simulation->asked_count; i++) {
        if (str_equal(simulation->asked[i].nonce, nonce))
            return &simulation->asked[i];
    }
    return NULL;
}

static void check_pair(struct simulation *simulation, const struct run *run)
{
    for (int i = 0; i < simulation->asked_count; i++) {
        const struct switch_request *asked = &simulation->asked[i];
        bool same = asked->epoch == run->epoch && asked->seq == run->change.seq;
        check(simulation, !same || !simulation->made[i],
              "no two changes carry the same (epoch, seq)");
    }
}

static void check_switch(struct simulation *simulation, const struct model *model)
{
    const struct run *run = &model->run;
    const struct change *change = &run->change;
    struct switch_request *asked = find_asked(simulation, change->nonce);

    check(simulation,
          change->kind != CHANGE_INSTALL || simulation->shown_run == run->number,
          "no haproxy.cfg is installed that no gate showed");
    check(simulation, change->kind != CHANGE_INSTALL || model->config_managed,
          "a file of the operator's own is never written");
    check(simulation,
          change->kind != CHANGE_SWITCH || simulation->verified_run == run->number,
          "traffic goes only to what passed verify in this run");
    check(simulation,
          change->kind != CHANGE_SWITCH || !simulation->story->journal_lost ||
              run->kind == RUN_ROLLBACK,
          "without a journal no new release gets traffic");
    check(simulation,
          change->kind != CHANGE_SWITCH || run->kind == RUN_DEPLOY ||
              run->past_contract || !contract_closes_colour(model, run->target) ||
              asked != NULL,
          "no way back past a contract without the words");
    check(simulation, model->hold.state == HOLD_OURS || asked != NULL,
          "no change is begun without the lease");
    check(simulation, !run->returns || run->share_after == simulation->way_back,
          "a rollback from the watch goes back, not forward");
    if (asked != NULL) {
        check(simulation,
              asked->epoch == run->epoch && asked->seq == change->seq &&
                  asked->from == change->from && asked->to == change->to,
              "a nonce is asked again with the same change");
        return;
    }
    check_pair(simulation, run);
    if (simulation->asked_count == NONCES_MAX)
        return;
    asked = &simulation->asked[simulation->asked_count++];
    *asked = (struct switch_request){.epoch = run->epoch,
                                     .seq = change->seq,
                                     .from = change->from,
                                     .to = change->to};
    str_copy(asked->nonce, sizeof asked->nonce, change->nonce);
}

/* What a colour does when it becomes live or idle, it is told when the switch is
 * confirmed, and at no other time. */
static bool is_of_role(const struct model *model, const struct effect *effect)
{
    enum recipe_when when = model->recipe->steps[effect->step].when;
    return when == RECIPE_WHEN_ON_LIVE || when == RECIPE_WHEN_ON_IDLE;
}

/* What closes the way back is written down first, and begins only where the switch is
 * confirmed and the target has it all. */
static void check_contract(struct simulation *simulation, const struct model *model)
{
    enum fuse_state fuse = balancers_fuse(model)->state;

    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct contract *contract =
            &scene_balancer_of(&simulation->story->scene, model->balancers[i].host)
                 ->contract;
        check(simulation,
              contract->state == CONTRACT_BEGUN &&
                  str_equal(contract->run, model->run.id),
              "no contract begins that the load balancer has not written down");
    }
    check(simulation, fuse != FUSE_ARMED && fuse != FUSE_HELD,
          "no contract begins while the switch may be taken back");
    check(simulation, !simulation->story->journal_lost,
          "without a journal no contract begins");
}

/* By what core can know: HAProxy's own word may be as old as evidence may be. */
static void check_job(struct simulation *simulation, const struct model *model,
                      const struct effect *effect)
{
    enum colour colour;
    bool known = role_colour(model->fleet.hosts[effect->host].droplet.role, &colour);

    if (model->recipe->steps[effect->step].when == RECIPE_WHEN_MIGRATE_CONTRACT) {
        check_contract(simulation, model);
        return;
    }
    check(simulation, !hook_is_awaited(model),
          "no step begins before its hook has ended");
    check(simulation,
          is_of_role(model, effect) == (model->run.state == RUN_HANDING_OVER),
          "a colour is told its new role when the switch is confirmed");
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct balancer *balancer = &model->balancers[i];
        check(simulation,
              is_of_role(model, effect) ||
                  (known && !share_reaches(balancer->runtime_share, colour) &&
                   evidence_is_fresh(model, balancer->sampled_ms)),
              "no step begins on a host that gets traffic");
    }
    check(simulation, !simulation->story->journal_lost,
          "without a journal no step begins");
}

/* A run is finished when each load balancer that takes part has confirmed it. */
static void check_done(struct simulation *simulation, const struct model *model)
{
    for (int i = balancers_next(model, -1); i >= 0; i = balancers_next(model, i)) {
        const struct scene_balancer *balancer =
            scene_balancer_of(&simulation->story->scene, model->balancers[i].host);
        check(simulation,
              !model->run.fused || balancer->epoch > model->run.epoch ||
                  balancer->fuse.state != FUSE_ARMED,
              "a run is finished only when every load balancer said so");
    }
}

static void on_effect(void *context, const struct effect *effect)
{
    struct simulation *simulation = context;
    const struct model *model = &simulation->story->core.model;

    if (effect->type == FX_NOTE)
        simulation->entered[effect->state]++;
    if (effect->type == FX_NOTE && effect->state == RUN_SWITCH_GATE)
        simulation->verified_run = model->run.number;
    if (effect->type == FX_NOTE && effect->state == RUN_DONE)
        check_done(simulation, model);
    if (effect->type == FX_NOTE && effect->state == RUN_CONFIG_GATE)
        simulation->shown_run = model->run.number;
    if (effect->type == FX_NOTE && effect->state == RUN_RETURNED)
        simulation->way_back = model->run.share_before;
    if (effect->type == FX_CHANGE)
        check_switch(simulation, model);
    if (effect->type == FX_JOB_START)
        check_job(simulation, model, effect);
    if (effect->type == FX_JOB_CANCEL)
        check(simulation, !simulation->story->journal_lost,
              "without a journal no job is ended");
}

/* ---- what must be true after each turn ---- */

/* No step is called ok without its rc. */
static void check_steps(struct simulation *simulation)
{
    const struct run *run = &simulation->story->core.model.run;

    for (int i = 0; i < run->rollout.count; i++) {
        const struct target *target = &run->rollout.targets[i];
        const struct scene_job *job = &simulation->story->scene.hosts[target->host].job;
        for (int step = 0; step < RECIPE_STEPS_MAX; step++) {
            if (target->jobs[step].state != JOB_OK)
                continue;
            bool ended_well = job->step == step && !job->runs && job->rc == 0;
            check(simulation,
                  str_equal(job->run, run->id) &&
                      (job->step > step || job->step == STEP_DIAGNOSE || ended_well),
                  "no step is called ok without its rc");
        }
    }
}

/* A run that says that the traffic was not changed has not changed it, and will not. */
static void check_words(struct simulation *simulation)
{
    const struct run *run = &simulation->story->core.model.run;

    if (run->state != RUN_STOPPED && run->state != RUN_ABORTED)
        return;
    check(simulation, run->reason[0] != '\0' && run->advice[0] != '\0',
          "a run that ends says why, and what to do");
    for (int i = 0; i < SCENE_BALANCERS; i++) {
        const struct scene_balancer *balancer = &simulation->story->scene.balancers[i];
        check(simulation,
              run->change.kind != CHANGE_SWITCH || run->change.nonce[0] == '\0' ||
                  !str_equal(run->change.nonce, balancer->nonce) ||
                  balancer->share != run->share_after ||
                  run->share_after == run->share_before,
              "\"the traffic was not changed\" is true");
    }
}

static int answers_on_their_way(const struct story *story)
{
    int count = 0;

    for (int i = 0; i < story->cue_count; i++)
        count += story->cues[i].type != CUE_SAMPLE;
    return count;
}

/* An open run is never stuck: something is to come, and no state lasts for ever. */
static void check_progress(struct simulation *simulation, int64_t before_ms)
{
    enum { STATE_LIMIT_MS = 2 * 3600 * 1000, IDLE_TURNS_MAX = 2000 };
    const struct story *story = simulation->story;
    const struct run *run = &story->core.model.run;

    simulation->idle_turns =
        story->now.mono_ms == before_ms ? simulation->idle_turns + 1 : 0;
    check(simulation, simulation->idle_turns < IDLE_TURNS_MAX,
          "core does not wake for nothing");
    if (!run_is_open(run->state))
        return;
    check(simulation,
          core_deadline(&story->core) < INT64_MAX || answers_on_their_way(story) > 0,
          "an open run has a deadline or an answer to wait for");
    check(simulation, story->now.mono_ms - run->entered_ms < STATE_LIMIT_MS,
          "an open run leaves each state");
}

static void note_changes(struct simulation *simulation)
{
    for (int i = 0; i < SCENE_BALANCERS; i++) {
        const struct scene_balancer *balancer = &simulation->story->scene.balancers[i];
        struct switch_request *asked = find_asked(simulation, balancer->nonce);
        if (asked != NULL)
            simulation->made[asked - simulation->asked] = true;
    }
}

static void check_turn(struct simulation *simulation, int64_t before_ms)
{
    note_changes(simulation);
    check_steps(simulation);
    check_words(simulation);
    check_progress(simulation, before_ms);
}

/* ---- fate ---- */

static void spoil_host(struct simulation *simulation, struct scene_host *host)
{
    switch (any(simulation, 6)) {
    case 0:
        host->reachable = !host->reachable;
        break;
    case 1:
        host->healthy = !host->healthy;
        break;
    case 2:
        host->fails_at = (int)any(simulation, STEP_CONTRACT + 2) - 1;
        break;
    case 3:
        host->stays_in_job = !host->stays_in_job;
        break;
    case 4:
        host->listed = one_in(simulation, 4) ? !host->listed : true;
        break;
    default:
        host->step_ms = 1 + (int64_t)any(simulation, 60000);
        break;
    }
}

static void restart_worker(struct scene_balancer *balancer)
{
    balancer->worker_pid++;
    memset(balancer->counted, 0, sizeof balancer->counted);
}

static struct scene_balancer *any_balancer(struct simulation *simulation)
{
    int count = simulation->several ? SCENE_BALANCERS : 1;

    return &simulation->story->scene.balancers[any(simulation, (uint64_t)count)];
}

static void spoil_balancer(struct simulation *simulation)
{
    static const int shares[] = {0, 100, 0, 100, 50};
    struct scene_balancer *balancer = any_balancer(simulation);

    switch (any(simulation, 15)) {
    case 14:
        if (!simulation->several)
            break;
        if (balancer->has_power)
            scene_die(balancer);
        else
            scene_boot(balancer);
        break;
    case 10:
        scene_edit_config(balancer);
        break;
    case 11:
        balancer->reload_fails = !balancer->reload_fails;
        break;
    case 12:
        balancer->config_refused = one_in(simulation, 2);
        balancer->config_unreadable = one_in(simulation, 3);
        break;
    case 8:
        balancer->way_back_is_dead = one_in(simulation, 2);
        break;
    case 9:
        scene_acquire(balancer, "bobs-run", "bob", balancer->epoch, true);
        break;
    case 0:
        balancer->reachable = !balancer->reachable;
        break;
    case 1:
        balancer->counters_come = !balancer->counters_come;
        break;
    case 2:
    case 3:
        balancer->fate = (enum switch_fate)any(simulation, SWITCH_FATE_COUNT);
        balancer->fate_count = (int)any(simulation, 4) - 1;
        break;
    case 4:
        scene_move_share(balancer, shares[any(simulation, 5)]);
        break;
    case 5:
        balancer->errors_percent[any(simulation, 2)] = (int)any(simulation, 3) * 20;
        break;
    case 6:
        balancer->requests_per_s = one_in(simulation, 3) ? 0 : 100;
        break;
    case 7:
        balancer->intent_open = one_in(simulation, 4);
        break;
    default:
        restart_worker(balancer);
        break;
    }
}

static void mend_balancer(struct scene_balancer *balancer)
{
    scene_boot(balancer);
    balancer->intent_open = false;
    balancer->reachable = balancer->counters_come = true;
    balancer->fate_count = 0;
    balancer->way_back_is_dead = false;
    balancer->reload_fails = balancer->config_refused = false;
    balancer->config_unreadable = false;
    scene_release(balancer, "bobs-run", balancer->holder.epoch);
    balancer->errors_percent[0] = balancer->errors_percent[1] = 0;
    if (balancer->share != SHARE_BLUE && balancer->share != SHARE_GREEN)
        scene_move_share(balancer, SHARE_BLUE);
}

/* Everything is mended; the traffic stays where it is, and on one colour. */
static void mend(struct simulation *simulation)
{
    struct scene *scene = &simulation->story->scene;

    for (int i = 0; i < SCENE_HOSTS; i++) {
        struct scene_host *host = &scene->hosts[i];
        host->reachable = host->healthy = true;
        host->listed = i != LB_2 || simulation->several;
        host->fails_at = -1;
        host->stays_in_job = false;
    }
    scene->api_up = scene->ref_known = true;
    scene->release_is_sick = false;
    memset(scene->store_down, 0, sizeof scene->store_down);
    memset(scene->hook_fails, 0, sizeof scene->hook_fails);
    for (int i = 0; i < SCENE_BALANCERS; i++)
        mend_balancer(&scene->balancers[i]);
    if (scene->balancers[0].share != scene->balancers[1].share)
        scene_move_share(&scene->balancers[1], scene->balancers[0].share);
}

static struct scene_host *any_host(struct simulation *simulation)
{
    int count = simulation->several ? SCENE_HOSTS : LB_2;

    return &simulation->story->scene.hosts[any(simulation, (uint64_t)count)];
}

/* The stores, and the operator's own hooks. */
static void spoil_surroundings(struct simulation *simulation)
{
    struct scene *scene = &simulation->story->scene;
    uint64_t stage = any(simulation, STAGE_COUNT), when = any(simulation, HOOK_WHENS);

    scene->store_down[STORE_SESSIONS] = one_in(simulation, 3);
    scene->hook_fails[stage][when] = one_in(simulation, 3);
    scene->hook_ms = 1 + (int64_t)any(simulation, 20000);
}

static void act_of_fate(struct simulation *simulation)
{
    struct story *story = simulation->story;
    struct scene *scene = &story->scene;

    switch (any(simulation, 9)) {
    case 8:
        spoil_surroundings(simulation);
        break;
    case 0:
    case 1:
    case 2:
        spoil_host(simulation, any_host(simulation));
        break;
    case 3:
    case 4:
        spoil_balancer(simulation);
        break;
    case 5:
        scene->api_up = !scene->api_up;
        scene->release_is_sick = one_in(simulation, 3);
        scene->ref_known = !one_in(simulation, 5);
        break;
    case 6:
        story->journal_fails |= simulation->journal_may_fail && one_in(simulation, 60);
        break;
    default:
        mend(simulation);
        break;
    }
}

static void act_of_operator(struct simulation *simulation)
{
    static const enum intent_kind wishes[] = {
        INTENT_DEPLOY,   INTENT_DEPLOY,      INTENT_SHIFT,     INTENT_ROLLBACK,
        INTENT_TAKEOVER, INTENT_MAINTENANCE, INTENT_CONFIGURE, INTENT_CONTRACT,
        INTENT_CONTINUE, INTENT_CONTINUE,    INTENT_ABORT,     INTENT_FINISH,
        INTENT_REFRESH};
    const struct run *run = &simulation->story->core.model.run;
    struct intent intent = {.gate = run->gate,
                            .on = one_in(simulation, 2),
                            .past_contract = one_in(simulation, 2)};

    intent.kind = run_is_open(run->state)
                      ? wishes[any(simulation, sizeof wishes / sizeof *wishes)]
                      : wishes[any(simulation, 8)];
    if (run_is_gate(run->state) && !one_in(simulation, 8))
        intent.kind = INTENT_CONTINUE;
    if (one_in(simulation, 16))
        intent.gate--;
    story_intend(simulation->story, &intent);
}

/* ---- a world ---- */

static void choose_world(struct simulation *simulation)
{
    static const int troubles[] = {0, 400, 100, 30, 10};
    struct story *story = simulation->story;
    struct settings *settings = &story->settings;

    simulation->several = one_in(simulation, 3);
    if (simulation->several)
        scene_add_balancer(&story->scene);
    story->core.policy.without = one_in(simulation, 2) ? "lb-2" : NULL;
    simulation->trouble = troubles[any(simulation, 5)];
    simulation->journal_may_fail = one_in(simulation, 4);
    story->core.policy.yes = one_in(simulation, 2);
    story->core.policy.accept_no_traffic = one_in(simulation, 4);
    story->random = simulation->random;
    story->core.model.wait_lease = one_in(simulation, 4);
    /* Rendering is most of the time of such a world. */
    story->core.model.config_managed = one_in(simulation, 8);
    settings->guard = (enum guard_policy)any(simulation, 3);
    str_copy(settings->canary, sizeof settings->canary,
             one_in(simulation, 2) ? "5, 50" : "");
    settings->canary_hold_s = 2 + (long long)any(simulation, 20);
    settings->canary_ask = one_in(simulation, 2);
    settings->fuse_s = 5 + (long long)any(simulation, 60);
    settings->watch_s = 5 + (long long)any(simulation, 30);
    settings->health_delay_s = (long long)any(simulation, 10);
    settings->gate_limit_s = 30 + (long long)any(simulation, 100);
    settings->evidence_s = 10 + (long long)any(simulation, 60);
    settings->sample_ms = 1000 + (long long)any(simulation, 4000);
    settings->parallel = 1 + (long long)any(simulation, 2);
    if (one_in(simulation, 2))
        scene_add_step(&story->scene, "warm-up", RECIPE_WHEN_WARM_UP);
    if (one_in(simulation, 2)) {
        scene_add_step(&story->scene, "on-live", RECIPE_WHEN_ON_LIVE);
        scene_add_step(&story->scene, "on-idle", RECIPE_WHEN_ON_IDLE);
    }
}

/* Half of them keep state, and some of their operators have hooks. */
static void choose_surroundings(struct simulation *simulation)
{
    struct story *story = simulation->story;
    bool hooks = one_in(simulation, 4);

    if (one_in(simulation, 2))
        scene_add_contract(&story->scene);
    story->settings.contract = (enum contract_policy)any(simulation, 3);
    if (one_in(simulation, 4))
        str_copy(story->settings.store[STORE_SESSIONS], SETTING_TEXT_MAX,
                 "redis://10.0.0.9");
    story->scene.hook_ms = 1 + (int64_t)any(simulation, 5000);
    for (enum stage stage = 0; hooks && stage < STAGE_COUNT; stage++) {
        for (enum hook_when when = 0; when < HOOK_WHENS; when++)
            story->core.model.hook_there[stage][when] = one_in(simulation, 2);
    }
}

static void live(struct simulation *simulation)
{
    struct story *story = simulation->story;
    const struct run *run = &story->core.model.run;

    while (simulation->broken == NULL && story->turns < TURNS_PER_WORLD &&
           (run->number < RUNS_PER_WORLD || run_is_open(run->state))) {
        int64_t before_ms = story->now.mono_ms;
        if (simulation->trouble > 0 &&
            one_in(simulation, (uint64_t)simulation->trouble))
            act_of_fate(simulation);
        if (one_in(simulation, run_is_gate(run->state) ? 10 : 60))
            act_of_operator(simulation);
        check(simulation, story_step(story), "something is always to come");
        check_turn(simulation, before_ms);
    }
}

struct sum {
    long worlds, runs, turns, failed;
    long entered[RUN_STATE_COUNT];
};

static void simulate(struct sum *sum, uint64_t seed, bool tell)
{
    struct simulation simulation = {.seed = seed, .random = seed * 2654435761U + 1};
    struct policy policy = {.yes = false};

    for (int i = 0; i < 8; i++)
        any(&simulation, 2);
    simulation.story = story_new(policy);
    simulation.story->on_effect = on_effect;
    simulation.story->context = &simulation;
    choose_world(&simulation);
    choose_surroundings(&simulation);
    live(&simulation);
    sum->worlds++;
    for (int state = 0; state < RUN_STATE_COUNT; state++)
        sum->entered[state] += simulation.entered[state];
    sum->runs += simulation.story->core.model.run.number;
    sum->turns += (long)simulation.story->turns;
    if (tell)
        fputs(simulation.story->trace.at, stdout);
    if (simulation.broken != NULL) {
        sum->failed++;
        printf("not true: %s\nagain: simulate --seed %llu\n", simulation.broken,
               (unsigned long long)seed);
    }
    free(simulation.story);
}

/* Worlds that never reach a state, or in which hardly a run gets through, prove
 * nothing. */
static void tell_what_was_reached(struct sum *sum)
{
    for (enum run_state state = RUN_PREFLIGHT; state < RUN_STATE_COUNT; state++) {
        printf("%8ld times \"%s\"\n", sum->entered[state], run_state_name(state));
        if (sum->entered[state] == 0 && sum->failed == 0)
            sum->failed++;
    }
    if (sum->entered[RUN_DONE] * 10 < sum->runs && sum->failed == 0)
        sum->failed++;
}

int main(int argc, char **argv)
{
    enum { WORLDS_OF_CHECK = 40, FAILED_MAX = 10 };
    struct sum sum = {0};
    long worlds = WORLDS_OF_CHECK;
    uint64_t first = 1;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--worlds") == 0)
            worlds = strtol(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            first = strtoull(argv[i + 1], NULL, 10), worlds = 1;
    }
    for (uint64_t seed = first; sum.worlds < worlds && sum.failed < FAILED_MAX; seed++)
        simulate(&sum, seed, worlds == 1);
    if (worlds > 1)
        tell_what_was_reached(&sum);
    printf("%ld worlds, %ld runs, %ld turns, seeds %llu to %llu\n", sum.worlds,
           sum.runs, sum.turns, (unsigned long long)first,
           (unsigned long long)first + (unsigned long long)sum.worlds - 1);
    printf("%ld passed, %ld failed\n", sum.worlds - sum.failed, sum.failed);
    return sum.failed > 0;
}
