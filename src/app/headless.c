#include "app/app.h"
#include "app/engine.h"
#include "app/recollect.h"
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

/* Nobody is there to answer a gate: what the run did stands, and its evidence is told.
 */
static void refuse_gate(struct headless *headless)
{
    static const struct intent abort_run = {.kind = INTENT_ABORT};

    printf(
        "a gate waits for an answer and nobody is there: use --yes, or the console\n");
    engine_want(headless->engine, &abort_run);
    print_news(headless);
    end_with(headless, EXIT_GATE);
}

/* What a run before this one left behind. */
static void print_recall(const struct recall *recall)
{
    for (int i = 0; i < recall->count; i++)
        printf("before: %s\n", recall->lines[i]);
}

/* Nothing was begun; the guard of the wish says why. */
static void refuse_wish(struct headless *headless)
{
    struct why why;

    intent_is_allowed(&headless->engine->core->model, headless->intent.kind, &why);
    for (int i = 0; i < why.count; i++)
        fprintf(stderr, "bgconsole: %s\n", why.lines[i]);
    end_with(headless, EXIT_FAILED);
}

static void on_turn(void *context)
{
    struct headless *headless = context;
    const struct run *run = &headless->engine->core->model.run;

    if (headless->first == 0) {
        print_recall(&headless->engine->core->model.recall);
        engine_want(headless->engine, &headless->intent);
        headless->first = run->number;
        if (run->number == 0)
            refuse_wish(headless);
    }
    print_news(headless);
    if (run_is_gate(run->state) && !headless->options->yes)
        refuse_gate(headless);
    else if (run->number > 0 && !core_is_busy(headless->engine->core))
        end_with(headless, exit_code_of_run(run));
}

/* The first signal aborts as an operator would; the run says how it ends. */
static void on_signal(uv_signal_t *signal, int number)
{
    struct headless *headless = signal->data;
    static const struct intent abort_run = {.kind = INTENT_ABORT};

    (void)number;
    engine_now(headless->engine);
    engine_want(headless->engine, &abort_run);
    uv_signal_stop(signal);
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
    engine_run(engine);
    uv_close((uv_handle_t *)&headless->interrupt, NULL);
    uv_close((uv_handle_t *)&headless->end, NULL);
}

static enum exit_code run_headless(const struct app_options *options,
                                   enum intent_kind kind)
{
    struct environment *environment = memory_new(sizeof *environment);
    struct headless *headless = memory_new(sizeof *headless);
    struct engine engine;
    struct policy policy = {.yes = options->yes,
                            .accept_no_traffic = options->accept_no_traffic};

    headless->engine = &engine;
    headless->options = options;
    headless->intent.kind = kind;
    headless->code = EXIT_FAILED;
    enum exit_code code = EXIT_OK;
    if (options->ref != NULL &&
        !str_copy(headless->intent.ref, sizeof headless->intent.ref, options->ref)) {
        fprintf(stderr, "bgconsole: --ref: too long\n");
        code = EXIT_USAGE;
    }
    if (code == EXIT_OK)
        code = environment_open(environment, options);
    if (code == EXIT_OK)
        code = engine_open(&engine, environment, policy, true);
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
    return run_headless(options, INTENT_DEPLOY);
}

enum exit_code app_configure(const struct app_options *options)
{
    return run_headless(options, INTENT_CONFIGURE);
}

enum exit_code app_rollback(const struct app_options *options)
{
    return run_headless(options, INTENT_ROLLBACK);
}
