#include "app/engine_answer.h"

#include "base/json_out.h"

static const struct run *run_of(const struct terminals *terminals)
{
    return &terminals->engine->core->model.run;
}

/* ---- status ---- */

static const char *word_of(const struct terminals *terminals,
                           const struct terminal *terminal)
{
    return terminal == terminals->say  ? "has the say"
           : terminal->hello.read_only ? "looks on"
                                       : "may take the say";
}

static void write_text(const struct terminals *terminals, int64_t now_ms,
                       struct str *out)
{
    const struct run *run = run_of(terminals);
    char since[CLOCK_STAMP_SIZE];

    clock_time_local(terminals->begun.wall_ms, since);
    str_addf(out, "engine     pid %d, version %s, since %s\n", terminals->own.pid,
             terminals->own.version, since);
    str_addf(out, "environment %s\n", terminals->engine->core->model.env);
    if (run_is_open(run->state))
        str_addf(out, "run        %s, %s: %s\n", run->id, run_kind_name(run->kind),
                 run_state_words(run->state));
    else
        str_add(out, "run        none is open\n");
    for (int i = 0; i < terminals->count; i++) {
        const struct terminal *terminal = terminals->items[i];
        if (!terminal_is_attached(terminal))
            continue;
        str_addf(out, "terminal   %s, %d x %d, %s", terminal->hello.who,
                 terminal->canvas.cols, terminal->canvas.rows,
                 word_of(terminals, terminal));
        if (terminal->suspended)
            str_add(out, ", stopped");
        else if (terminal_lag_ms(terminal, now_ms) >= 1000)
            str_addf(out, ", lags %lld s",
                     (long long)terminal_lag_ms(terminal, now_ms) / 1000);
        str_add(out, "\n");
    }
}

static void write_terminals_json(const struct terminals *terminals, int64_t now_ms,
                                 struct json_out *json)
{
    json_array_open(json, "terminals");
    for (int i = 0; i < terminals->count; i++) {
        const struct terminal *terminal = terminals->items[i];
        if (!terminal_is_attached(terminal))
            continue;
        json_object_open(json, NULL);
        json_put_string(json, "who", terminal->hello.who);
        json_put_integer(json, "rows", terminal->canvas.rows);
        json_put_integer(json, "cols", terminal->canvas.cols);
        json_put_bool(json, "say", terminal == terminals->say);
        json_put_bool(json, "read_only", terminal->hello.read_only);
        json_put_bool(json, "stopped", terminal->suspended);
        json_put_integer(json, "lag_ms", terminal_lag_ms(terminal, now_ms));
        json_object_close(json);
    }
    json_array_close(json);
}

static void write_json(const struct terminals *terminals, int64_t now_ms,
                       struct str *out)
{
    const struct run *run = run_of(terminals);
    struct json_out json = json_out_on(out);
    char since[CLOCK_STAMP_SIZE];

    clock_iso_utc(terminals->begun.wall_ms, since);
    json_object_open(&json, NULL);
    json_put_string(&json, "environment", terminals->engine->core->model.env);
    json_put_integer(&json, "pid", terminals->own.pid);
    json_put_string(&json, "version", terminals->own.version);
    json_put_string(&json, "build", terminals->own.build);
    json_put_string(&json, "since", since);
    if (run_is_open(run->state)) {
        json_object_open(&json, "run");
        json_put_string(&json, "id", run->id);
        json_put_string(&json, "kind", run_kind_name(run->kind));
        json_put_string(&json, "state", run_state_name(run->state));
        json_object_close(&json);
    } else {
        json_put_null(&json, "run");
    }
    write_terminals_json(terminals, now_ms, &json);
    json_object_close(&json);
    str_add(out, "\n");
}

static enum exit_code tell_status(struct terminals *terminals,
                                  const struct terminal *asker, struct str *out)
{
    int64_t now_ms = engine_now(terminals->engine).mono_ms;

    if (asker->hello.json)
        write_json(terminals, now_ms, out);
    else
        write_text(terminals, now_ms, out);
    return EXIT_OK;
}

/* ---- stop, detach ---- */

static int let_all_leave(struct terminals *terminals)
{
    int count = terminals_attached(terminals);

    for (int i = terminals->count - 1; i >= 0; i--) {
        if (terminal_is_attached(terminals->items[i]))
            terminal_leave(terminals->items[i]);
    }
    return count;
}

static enum exit_code stop(struct terminals *terminals, const struct terminal *asker,
                           struct str *out)
{
    const struct run *run = run_of(terminals);

    if (core_is_busy_with_run(terminals->engine->core)) {
        str_addf(out,
                 "bgconsole: run %s is open (%s): end it first, by the key a in the "
                 "console; or leave it to itself: kill %d\n",
                 run->id, run_state_words(run->state), terminals->own.pid);
        return EXIT_BUSY;
    }
    str_copy(terminals->stopped_by, sizeof terminals->stopped_by, asker->hello.who);
    let_all_leave(terminals); /* nobody begins anything meanwhile */
    str_addf(out, "the engine (pid %d) ends\n", terminals->own.pid);
    return EXIT_OK;
}

static enum exit_code yield(struct terminals *terminals, const struct terminal *asker,
                            struct str *out)
{
    return terminals_attached(terminals) == 0 ? stop(terminals, asker, out) : EXIT_BUSY;
}

static enum exit_code detach(struct terminals *terminals, struct str *out)
{
    int count = let_all_leave(terminals);

    str_addf(out, "%d terminal%s detached\n", count, count == 1 ? "" : "s");
    engine_write_farewell(terminals, out);
    return EXIT_OK;
}

enum exit_code engine_answer(struct terminals *terminals, const struct terminal *asker,
                             struct str *out)
{
    const char *ask = asker->hello.ask;

    if (str_equal(ask, "status"))
        return tell_status(terminals, asker, out);
    if (str_equal(ask, "stop"))
        return stop(terminals, asker, out);
    if (str_equal(ask, "yield"))
        return yield(terminals, asker, out);
    if (str_equal(ask, "detach"))
        return detach(terminals, out);
    str_addf(out, "bgconsole: this engine does not know \"%s\"\n", ask);
    return EXIT_USAGE;
}

void engine_write_farewell(const struct terminals *terminals, struct str *out)
{
    const struct run *run = run_of(terminals);

    if (run_is_open(run->state))
        str_addf(
            out,
            "run %s goes on without this terminal (%s); bgconsole shows it again\n",
            run->id, run_state_words(run->state));
}
