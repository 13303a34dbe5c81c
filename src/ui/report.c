#include "ui/report.h"

#include "ui/age.h"
#include "ui/config_text.h"
#include "ui/report_balancer.h"
#include "ui/report_line.h"

#include <string.h>

void report_init(struct report *report, bool verbose)
{
    *report = (struct report){.verbose = verbose};
}

static const char *host_name(const struct model *model, int host)
{
    if (host < 0 || host >= model->fleet.count)
        return "console";
    return model->fleet.hosts[host].droplet.name;
}

/* ---- a new run ---- */

/* Its stages are told afresh; transcript and load balancer go on. */
static void take_run(struct report *report, const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    if (run->state == RUN_NONE || run->number == report->run)
        return;
    *report = (struct report){
        .verbose = report->verbose,
        .run = run->number,
        .printed = report->printed,
        .fuse = model->balancers[0].fuse.state,
    };
    report_say(out, model, "run", "begin", "%u: %s %s%s(%s)", (unsigned)run->number,
               run_kind_name(run->kind), run->ref, run->ref[0] != '\0' ? " " : "",
               run->id);
}

/* ---- stages that went well ---- */

static int64_t stage_end_ms(const struct run *run, enum stage stage)
{
    for (int next = (int)stage + 1; next < STAGE_COUNT; next++) {
        if (run->stage_ms[next] > 0)
            return run->stage_ms[next];
    }
    return run->entered_ms;
}

static void write_preflight(const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    const struct preflight *preflight = &run->preflight;
    if (preflight->checks[CHECK_FLEET].state != CHECK_SKIPPED)
        str_add(out, preflight->checks[CHECK_FLEET].text);
    else
        str_addf(out, "lease %s", preflight->checks[CHECK_LEASE].text);
    if (run->sha[0] != '\0' && run->kind == RUN_DEPLOY)
        str_addf(out, "; %s = %.7s", run->ref, run->sha);
    if (run->target_known && run->kind != RUN_TAKEOVER)
        str_addf(out, "; goes to %s", colour_name_upper(run->target));
    for (int i = 0; i < CHECK_COUNT; i++) {
        if (preflight->checks[i].state == CHECK_WARN)
            str_addf(out, "; warning: %s", preflight->checks[i].text);
    }
}

static void write_stage(const struct model *model, enum stage stage, struct str *out)
{
    const struct run *run = &model->run;
    char buffer[400];
    age_brief(stage_end_ms(run, stage) - run->stage_ms[stage], buffer);
    switch (stage) {
    case STAGE_PREFLIGHT:
        write_preflight(model, out);
        break;
    case STAGE_DEPLOY:
        str_addf(out, "%d hosts, %d steps, %s", run->rollout.count,
                 run->rollout.step_count, buffer);
        break;
    case STAGE_CONFIGURE:
        config_text_stage(model, out);
        break;
    case STAGE_VERIFY:
        str_addf(out, "%d hosts healthy, %.7s, UP in HAProxy, %s", run->rollout.count,
                 run->sha, buffer);
        break;
    case STAGE_SWITCH:
        str_addf(out, "green share %d to %d in %.1f ms: %s has the traffic",
                 run->share_before, run->share_after,
                 (double)run->receipt.switch_us / 1000, colour_name_upper(run->target));
        break;
    case STAGE_WATCH:
        receipt_sentence(&run->receipt, buffer, sizeof buffer);
        str_add(out, buffer);
        break;
    default:
        str_addf(out, "%s", run_state_words(run->state));
        break;
    }
}

/* A switch of a part of the traffic is told step by step, and what is no switch
 * at the end. */
static bool is_told_apart(const struct run *run, enum stage stage)
{
    return run->kind == RUN_MAINTENANCE || run->kind == RUN_MEND ||
           (stage == STAGE_SWITCH && run->share_after != share_of(run->target));
}

/* A rollback during the watch leaves stages that were never entered. */
static bool went_well(const struct run *run, enum stage stage)
{
    return run->stage_ms[stage] > 0 && !is_told_apart(run, stage) &&
           run_stage_look(run, stage) == STAGE_DONE_OK;
}

/* What the guard saw, where the run's reason still tells it: at the finish gate, or on
 * the way back. */
static bool guard_speaks(const struct run *run)
{
    return (run->state == RUN_FINISH_GATE ||
            (run->state == RUN_REVERTING && run->tripped)) &&
           run->reason[0] != '\0';
}

/* Only a stage that nothing speaks against is called ok. */
static const char *stage_word(const struct run *run, enum stage stage)
{
    if (stage != STAGE_WATCH)
        return "ok";
    if (run->tripped || guard_speaks(run))
        return "guard";
    return run->receipt.verdict == RECEIPT_CLEAN ? "ok" : "warn";
}

static void tell_stages(struct report *report, const struct model *model,
                        struct str *out)
{
    for (int i = 0; i < STAGE_FINISH; i++) {
        enum stage stage = (enum stage)i;
        char buffer[900];
        struct str words = str_on(buffer, sizeof buffer);
        if (report->told[i] || !went_well(&model->run, stage))
            continue;
        report->told[i] = true;
        if (stage == STAGE_WATCH && guard_speaks(&model->run))
            str_addf(&words, "%s; receipt ", model->run.reason);
        write_stage(model, stage, &words);
        report_say(out, model, stage_name(stage), stage_word(&model->run, stage), "%s",
                   buffer);
    }
}

/* ---- gates and what the guard saw ---- */

static void tell_gate(struct report *report, const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    struct why why;
    if (run->gate == 0 || run->gate == report->gate)
        return;
    report->gate = run->gate;
    report_say(out, model, stage_name(run->stage), "gate", "%s",
               run_state_words(run->state));
    if (!intent_is_allowed(model, INTENT_CONTINUE, &why)) {
        for (int i = 0; i < why.count; i++)
            report_more(out, why.lines[i]);
    }
}

/* Whoever answers the gate: what is installed stands in the words of the run. */
static void tell_config(struct report *report, const struct model *model,
                        struct str *out)
{
    enum run_state state = model->run.state;

    if (report->config || (state != RUN_CONFIG_GATE && state != RUN_INSTALLING))
        return;
    report->config = true;
    config_text_diff(model, out);
}

static void tell_guard(struct report *report, const struct model *model,
                       struct str *out)
{
    const struct run *run = &model->run;
    if ((run->state != RUN_WATCHING && run->state != RUN_HOLDING) ||
        str_equal(run->reason, report->reason))
        return;
    str_copy(report->reason, sizeof report->reason, run->reason);
    if (run->reason[0] != '\0')
        report_say(out, model, stage_name(run->stage), "guard", "%s", run->reason);
}

/* ---- the end ---- */

static void tell_tail(const struct model *model, int host, struct str *out)
{
    int64_t numbers[REPORT_TAIL];
    int count = transcript_tail(&model->transcript, host, REPORT_TAIL, numbers);
    if (count > 0)
        str_addf(out, "%28slast lines of %s:\n", "", host_name(model, host));
    for (int i = 0; i < count; i++) {
        const struct transcript_line *line =
            transcript_at(&model->transcript, numbers[i]);
        if (line != NULL)
            str_addf(out, "%28s| %s\n", "", line->text);
    }
}

/* The host whose output says most about why it stopped; -1: none. */
static int telling_host(const struct model *model)
{
    const struct rollout *rollout = &model->run.rollout;
    int bad = rollout_first_bad(rollout);
    if (bad >= 0)
        return rollout->targets[bad].host;
    for (int t = 0; t < rollout->count; t++) {
        int host = rollout->targets[t].host;
        if (model->fleet.hosts[host].health.state == HEALTH_SICK)
            return host;
    }
    return -1;
}

/* A reason a line: the core joins them with "; ". */
static void tell_reasons(const char *reasons, struct str *out)
{
    static const char separator[] = "; ";
    for (const char *at = reasons; *at != '\0';) {
        const char *end = strstr(at, separator);
        size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
        str_addf(out, "%28s%.*s\n", "", (int)length, at);
        at += length + (end != NULL ? strlen(separator) : 0);
    }
}

static const char *ending_word(enum run_state state)
{
    return state == RUN_DONE ? "ok" : state == RUN_REVERTED ? "back" : "stop";
}

static void tell_end(struct report *report, const struct model *model, struct str *out)
{
    const struct run *run = &model->run;
    if (run_is_open(run->state) || run->state == RUN_NONE || report->ended)
        return;
    report->ended = true;
    bool good = run->state == RUN_DONE;
    report_say(out, model, good ? "finish" : stage_name(run->stage),
               ending_word(run->state), "%s",
               run->state == RUN_REVERTED ? run_state_name(run->state)

                                          : run_state_words(run->state));
    tell_reasons(run->reason, out);
    if (!good && telling_host(model) >= 0)
        tell_tail(model, telling_host(model), out);
    if (run->advice[0] != '\0')
        str_addf(out, "%28swhat you can do: %s\n", "", run->advice);
}

/* ---- verbose ---- */

static void tell_jobs(struct report *report, const struct model *model, struct str *out)
{
    const struct rollout *rollout = &model->run.rollout;
    for (int t = 0; t < rollout->count; t++) {
        const struct target *target = &rollout->targets[t];
        for (int s = 0; s < model->recipe->step_count; s++) {
            enum job_state state = target->jobs[s].state;
            if (state == (enum job_state)report->jobs[t][s])
                continue;
            report->jobs[t][s] = (unsigned char)state;
            report_say(out, model, stage_name(model->run.stage), "step", "%s %s: %s",
                       host_name(model, target->host), model->recipe->steps[s].name,
                       job_state_name(state));
        }
    }
}

static void tell_lines(struct report *report, const struct model *model,
                       struct str *out)
{
    const struct transcript *transcript = &model->transcript;
    int64_t first = transcript_first(transcript);
    if (report->printed < first)
        report->printed = first;
    for (; report->printed < transcript->next; report->printed++) {
        const struct transcript_line *line = transcript_at(transcript, report->printed);
        report_say(out, model, "log", "", "%s | %s", host_name(model, line->host),
                   line->text);
    }
}

void report_turn(struct report *report, const struct model *model, struct str *out)
{
    take_run(report, model, out);
    if (report->verbose) {
        tell_jobs(report, model, out);
        tell_lines(report, model, out);
    }
    report_balancer(report, model, out);
    tell_stages(report, model, out);
    tell_guard(report, model, out);
    tell_gate(report, model, out);
    tell_config(report, model, out);
    tell_end(report, model, out);
}
