#include "app/app.h"
#include "app/engine.h"
#include "app/engine_client.h"
#include "app/recollect.h"
#include "app/resume_run.h"
#include "app/takeover.h"
#include "base/memory.h"
#include "ui/report.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REPORT_TEXT_MAX = 64 * 1024 };

/* A run without a screen: wants it, reports it, ends with it. */
struct headless {
    struct engine *engine;
    const struct app_options *options;
    struct report report;
    struct intent intent;
    int64_t begun_ms;
    bool answered; /* the gate of a takeover was, by --finish or --revert */
    bool refused;  /* a gate was, because nobody is there to answer it */
    uv_signal_t interrupt, end;
    uint32_t first; /* number of the run that was wanted */
    enum exit_code code;
    char text[REPORT_TEXT_MAX];
};

static void print_news(struct headless *headless)
{
    struct str out = str_on(headless->text, sizeof headless->text);

    report_turn(&headless->report, &headless->engine->core->model, &out);
    if (out.length > 0) {
        fputs(headless->text, stdout);
        fflush(stdout);
    }
}

static void end_with(struct headless *headless, enum exit_code code)
{
    headless->code = code;
    engine_stop(headless->engine);
}

/* What nobody confirms does not last: for who leaves a run that has switched. */
static void tell_fuse(const struct model *model)
{
    if (fuse_is_ours(model))
        printf("the switch is not confirmed: the load balancer takes it back within "
               "%lld s, unless somebody takes over and finishes\n",
               (long long)fuse_left_ms(model) / 1000 + 1);
}

/* Out of the run, as an operator would who must go: a switch that is not confirmed is
 * taken back. */
static void leave(struct headless *headless)
{
    struct engine *engine = headless->engine;
    struct intent intent = {.kind = INTENT_ABORT};
    struct why why;

    if (engine->core->model.run.fused &&
        intent_is_allowed(&engine->core->model, INTENT_ROLLBACK, &why))
        intent.kind = INTENT_ROLLBACK;
    engine_want(engine, &intent);
}

/* Nobody is there to answer a gate. Before the switch nothing has changed; after it the
 * traffic is taken back at once, or else the load balancer does so by itself. */
static void refuse_gate(struct headless *headless)
{
    const struct model *model = &headless->engine->core->model;

    printf(
        "a gate waits for an answer and nobody is there: use --yes, or the console\n");
    headless->refused = true;
    leave(headless);
    print_news(headless);
    if (!run_is_gate(model->run.state))
        return;
    tell_fuse(model);
    end_with(headless, EXIT_GATE);
}

static void print_reasons(const char *what, const struct why *why)
{
    for (int i = 0; i < why->count; i++)
        printf("%s: %s\n", what, why->lines[i]);
}

/* The operator said before what is to become of the switch that is taken over. */
static void answer_inherited(struct headless *headless)
{
    const struct model *model = &headless->engine->core->model;
    struct intent intent = takeover_answer(headless->options);
    struct why why;

    if (!headless->answered && intent_is_allowed(model, intent.kind, &why)) {
        headless->answered = true;
        engine_want(headless->engine, &intent);
        return;
    }
    if (headless->answered)
        printf("%s: %s\n", intent_name(intent.kind), model->run.reason);
    else
        print_reasons(intent_name(intent.kind), &why);
    tell_fuse(model);
    takeover_print_next(model);
    end_with(headless, EXIT_GATE);
}

static void answer_gate(struct headless *headless)
{
    const struct run *run = &headless->engine->core->model.run;

    if (run->kind == RUN_TAKEOVER && takeover_has_answer(headless->options))
        answer_inherited(headless);
    else if (!headless->options->yes)
        refuse_gate(headless);
}

/* What a run before this one left behind. */
static void print_recall(const struct recall *recall)
{
    for (int i = 0; i < recall->count; i++)
        printf("before: %s\n", recall->lines[i]);
}

/* What goes on is said before the yes. False: not now, or not at all. */
static bool may_resume(struct headless *headless, struct why *why)
{
    const struct model *model = &headless->engine->core->model;

    switch (resume_may_begin(model, headless->begun_ms, why)) {
    case RESUME_WAITS:
        return false;
    case RESUME_REFUSED:
        print_recall(&model->recall);
        print_reasons("resume", why);
        end_with(headless, lease_is_foreign(model) ? EXIT_BUSY : EXIT_FAILED);
        return false;
    case RESUME_GOES:
        break;
    }
    print_recall(&model->recall);
    resume_print(model);
    if (headless->options->yes)
        return true;
    printf("nothing was done: use --yes, or the console\n");
    end_with(headless, EXIT_GATE);
    return false;
}

/* Says what is wanted, once it is known whether it may be. */
static void begin(struct headless *headless)
{
    const struct model *model = &headless->engine->core->model;
    struct why why;

    if (headless->intent.kind == INTENT_TAKEOVER) {
        switch (takeover_look(model, headless->options, headless->begun_ms, &why)) {
        case TAKEOVER_WAITS:
            return;
        case TAKEOVER_REFUSED:
            print_reasons("takeover", &why);
            end_with(headless, EXIT_BUSY);
            return;
        case TAKEOVER_GOES:
            break;
        }
    }
    if (headless->intent.kind != INTENT_RESUME)
        print_recall(&model->recall);
    else if (!may_resume(headless, &why))
        return;
    engine_want(headless->engine, &headless->intent);
    headless->first = model->run.number;
    if (headless->first > 0)
        return;
    intent_is_allowed(model, headless->intent.kind, &why);
    print_reasons(intent_name(headless->intent.kind), &why);
    end_with(headless, EXIT_FAILED);
}

static enum exit_code code_at_end(const struct headless *headless)
{
    const struct run *run = &headless->engine->core->model.run;

    if (headless->refused)
        return EXIT_GATE;
    if (run->kind == RUN_TAKEOVER)
        return takeover_code(run, headless->options);
    return exit_code_of_run(run);
}

static void on_turn(void *context)
{
    struct headless *headless = context;
    const struct model *model = &headless->engine->core->model;

    if (headless->first == 0)
        begin(headless);
    print_news(headless);
    if (headless->first == 0)
        return;
    if (run_is_gate(model->run.state)) {
        answer_gate(headless);
    } else if (!core_is_busy(headless->engine->core)) {
        if (model->run.kind == RUN_TAKEOVER)
            takeover_print_next(model);
        end_with(headless, code_at_end(headless));
    }
}

/* The first signal leaves; the run says how it ends. Before there
 * is a run, it ends at once. */
static void on_signal(uv_signal_t *signal, int number)
{
    struct headless *headless = signal->data;

    (void)number;
    uv_signal_stop(signal);
    engine_now(headless->engine);
    if (headless->first == 0)
        end_with(headless, EXIT_ABORTED);
    else
        leave(headless);
}

static void run_until_end(struct headless *headless)
{
    struct engine *engine = headless->engine;

    report_init(&headless->report, headless->options->verbose);
    uv_signal_init(&engine->loop, &headless->interrupt);
    uv_signal_init(&engine->loop, &headless->end);
    headless->interrupt.data = headless;
    headless->end.data = headless;
    uv_signal_start(&headless->interrupt, on_signal, SIGINT);
    uv_signal_start(&headless->end, on_signal, SIGTERM);
    engine->on_turn = on_turn;
    engine->context = headless;
    headless->begun_ms = engine_now(engine).mono_ms;
    engine_pulse(engine);
    engine_run(engine);
    uv_close((uv_handle_t *)&headless->interrupt, NULL);
    uv_close((uv_handle_t *)&headless->end, NULL);
}

static enum exit_code run_headless(const struct app_options *options,
                                   struct intent intent)
{
    struct environment *environment = memory_new(sizeof *environment);
    struct headless *headless = memory_new(sizeof *headless);
    struct engine engine;
    struct policy policy = {.yes = options->yes && !takeover_has_answer(options),
                            .accept_no_traffic = options->accept_no_traffic,
                            .without = options->without,
                            .wait_lease = options->wait_lease};

    headless->engine = &engine;
    headless->options = options;
    headless->intent = intent;
    headless->intent.past_contract = options->past_contract;
    headless->code = EXIT_FAILED;
    enum exit_code code = EXIT_OK;
    if (options->ref != NULL &&
        !str_copy(headless->intent.ref, sizeof headless->intent.ref, options->ref)) {
        fprintf(stderr, "bgconsole: --ref: too long\n");
        code = EXIT_USAGE;
    }
    if (code == EXIT_OK)
        code = environment_open(environment, options);
    if (code == EXIT_OK) {
        engine_client_make_room(environment);
        code = engine_open(&engine, environment, policy, true);
    }
    if (code == EXIT_OK) {
        recollect(&engine);
        run_until_end(headless);
        engine_close(&engine);
        code = headless->code;
    }
    environment_close(environment);
    free(environment);
    free(headless);
    return code;
}

enum exit_code app_run(const struct app_options *options)
{
    return run_headless(options, (struct intent){.kind = INTENT_DEPLOY});
}

enum exit_code app_switch(const struct app_options *options)
{
    return run_headless(options, (struct intent){.kind = INTENT_SHIFT});
}

enum exit_code app_configure(const struct app_options *options)
{
    return run_headless(options, (struct intent){.kind = INTENT_CONFIGURE});
}

enum exit_code app_contract(const struct app_options *options)
{
    return run_headless(options, (struct intent){.kind = INTENT_CONTRACT});
}

enum exit_code app_resume(const struct app_options *options)
{
    return run_headless(options, (struct intent){.kind = INTENT_RESUME});
}

enum exit_code app_rollback(const struct app_options *options)
{
    return run_headless(options, (struct intent){.kind = INTENT_ROLLBACK});
}

enum exit_code app_takeover(const struct app_options *options)
{
    if (!options->yes || options->from == NULL ||
        (options->finish && options->revert)) {
        fputs("bgconsole: takeover: needs --yes and --from with the user who holds the "
              "lease (bgconsole status tells), and at most one of --finish and "
              "--revert\n",
              stderr);
        return EXIT_USAGE;
    }
    return run_headless(options, (struct intent){.kind = INTENT_TAKEOVER});
}

enum exit_code app_maintenance(const struct app_options *options)
{
    const char *word = options->operand != NULL ? options->operand : "nothing";
    bool on = str_equal(word, "on");

    if (!on && !str_equal(word, "off")) {
        fprintf(stderr, "bgconsole: maintenance: on or off, not %s\n", word);
        return EXIT_USAGE;
    }
    if (on && !options->yes) {
        fputs("bgconsole: maintenance: every request would be answered with the "
              "maintenance page (503): use --yes\n",
              stderr);
        return EXIT_USAGE;
    }
    return run_headless(options, (struct intent){.kind = INTENT_MAINTENANCE, .on = on});
}
