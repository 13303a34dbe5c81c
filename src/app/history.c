#include "app/app.h"
#include "app/inquiry.h"
#include "base/json_out.h"
#include "base/memory.h"
#include "core/audit.h"
#include "core/receipt_json.h"
#include "net/receipt_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Not more than the load balancer's two files of an audit hold. */
enum {
    LINES_MAX_BYTES = 1024 * 1024,
    RUNS_MAX = 100, /* of so many a load balancer keeps the receipts */
    RUNS_USUALLY = 20,
    LOCAL_TIME_MAX = 40,
    WAY_MAX = 80
};

/* What a command prints is made in one piece. */
struct pages {
    char *lines, *text;
    struct str got, out;
};

static void pages_init(struct pages *pages)
{
    pages->lines = memory_new(LINES_MAX_BYTES);
    pages->text = memory_new(2 * LINES_MAX_BYTES);
    pages->got = str_on(pages->lines, LINES_MAX_BYTES);
    pages->out = str_on(pages->text, 2 * LINES_MAX_BYTES);
}

static void pages_close(struct pages *pages)
{
    free(pages->lines);
    free(pages->text);
}

/* "2026-11-23T18:26:22Z" in the operator's zone; as it is where it is no time. */
static void local_time(const char *iso, char buffer[LOCAL_TIME_MAX])
{
    struct tm utc = {0}, local;

    str_copy(buffer, LOCAL_TIME_MAX, iso);
    if (strptime(iso, "%Y-%m-%dT%H:%M:%S", &utc) == NULL)
        return;
    time_t seconds = timegm(&utc);
    if (localtime_r(&seconds, &local) != NULL)
        strftime(buffer, LOCAL_TIME_MAX, "%Y-%m-%d %H:%M:%S", &local);
}

/* Cuts the next line off `*rest`; NULL: there is none. */
static char *next_line(char **rest)
{
    char *line = strsep(rest, "\n");

    return line != NULL && (*line != '\0' || *rest != NULL) ? line : NULL;
}

/* Opens, does, prints, closes: what all commands here have in common. */
typedef bool tell_fn(struct inquiry *inquiry, const struct app_options *options,
                     struct pages *pages);

static enum exit_code inquire(const struct app_options *options, tell_fn *tell)
{
    struct inquiry *inquiry = memory_new(sizeof *inquiry);
    struct pages pages;
    enum exit_code code = inquiry_open(inquiry, options);

    if (code == EXIT_OK) {
        pages_init(&pages);
        if (tell(inquiry, options, &pages)) {
            fputs(pages.text, stdout);
        } else {
            fprintf(stderr, "bgconsole: %s\n", inquiry->err.text);
            code = inquiry->err.code == ERR_REFUSED ? EXIT_FAILED : EXIT_UNREACHABLE;
        }
        pages_close(&pages);
        inquiry_close(inquiry);
    }
    free(inquiry);
    return code;
}

/* ---- audit ---- */

static void put_entry(struct json_out *json, const struct audit_entry *entry)
{
    json_object_open(json, NULL);
    json_put_string(json, "time", entry->time);
    json_put_string(json, "who", entry->who);
    json_put_string(json, "run", entry->run);
    json_put_string(json, "verb", entry->verb);
    json_put_string(json, "from", entry->from);
    json_put_string(json, "to", entry->to);
    json_put_string(json, "outcome", entry->outcome);
    json_object_close(json);
}

static void print_entry(struct str *out, const struct audit_entry *entry)
{
    char time[LOCAL_TIME_MAX], way[WAY_MAX];

    local_time(entry->time, time);
    audit_way(entry, way, sizeof way);
    str_addf(out, "%s  %-8s  %s%s%s  by %s%s%s\n", time, entry->verb, entry->outcome,
             way[0] != '\0' ? "  " : "", way, entry->who,
             entry->run[0] != '\0' ? "  run " : "", entry->run);
}

static bool tell_audit(struct inquiry *inquiry, const struct app_options *options,
                       struct pages *pages)
{
    struct json_out json = json_out_on(&pages->out);
    char *rest = pages->lines;
    struct audit_entry entry;

    if (!inquiry_ask(inquiry, "audit", NULL, NULL, "audit", &pages->got))
        return false;
    if (options->json)
        json_array_open(&json, NULL);
    for (char *line; (line = next_line(&rest)) != NULL;) {
        if (!audit_read(line, &entry))
            continue;
        if (options->json)
            put_entry(&json, &entry);
        else
            print_entry(&pages->out, &entry);
    }
    if (options->json) {
        json_array_close(&json);
        str_add_char(&pages->out, '\n');
    } else if (pages->out.length == 0) {
        str_add(&pages->out, "no change was made here yet\n");
    }
    return true;
}

enum exit_code app_audit(const struct app_options *options)
{
    return inquire(options, tell_audit);
}

/* ---- receipt ---- */

static bool ask_receipt(struct inquiry *inquiry, const char *run,
                        struct kept_receipt *kept)
{
    char *body = memory_new(RECEIPT_BODY_MAX + 1);
    struct str got = str_on(body, RECEIPT_BODY_MAX + 1);
    bool is_read = inquiry_ask(inquiry, "receipt", "run", run, "", &got) &&
                   receipt_read(body, got.length, kept, &inquiry->err);

    free(body);
    return is_read;
}

static void print_receipt(struct str *out, const struct kept_receipt *kept)
{
    const struct receipt *receipt = &kept->receipt;
    char time[LOCAL_TIME_MAX], sentence[400];

    local_time(kept->begun, time);
    receipt_sentence(receipt, sentence, sizeof sentence);
    str_addf(out, "run %s: %s %s, begun %s, %s\n", kept->run, kept->kind, kept->ref,
             time, kept->ended);
    str_addf(out, "%s → %s: %s\n", colour_name(receipt->from), colour_name(receipt->to),
             sentence);
    if (receipt->reason[0] != '\0')
        str_addf(out, "why: %s\n", receipt->reason);
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++)
        str_addf(out, "%-6s %10lld requests %8lld app 5xx %8lld 4xx\n",
                 colour_name(colour), (long long)receipt->requests[colour],
                 (long long)receipt->app_5xx[colour],
                 (long long)receipt->client_4xx[colour]);
    str_addf(
        out,
        "retries %lld, redispatches %lld, aborted by clients %lld, by servers %lld\n",
        (long long)receipt->retries, (long long)receipt->redispatches,
        (long long)receipt->client_aborts, (long long)receipt->server_aborts);
    str_addf(out,
             "the change took %lld µs; sessions on %s at the end: %lld; our own "
             "requests: %lld\n",
             (long long)receipt->switch_us, colour_name(receipt->from),
             (long long)receipt->old_sessions, (long long)receipt->own_requests);
    receipt_timing_sentence(receipt, sentence, sizeof sentence);
    if (sentence[0] != '\0')
        str_addf(out, "%s\n", sentence);
}

/* As JSON it is written anew, so that nothing is printed that only looks like one. */
static void put_kept(struct json_out *json, const struct kept_receipt *kept)
{
    json_object_open(json, NULL);
    json_put_string(json, "run", kept->run);
    json_put_string(json, "kind", kept->kind);
    json_put_string(json, "ref", kept->ref);
    json_put_string(json, "sha", kept->sha);
    json_put_string(json, "begun", kept->begun);
    json_put_string(json, "ended", kept->ended);
    receipt_put_json(&kept->receipt, json, "receipt");
    json_object_close(json);
}

static bool tell_receipt(struct inquiry *inquiry, const struct app_options *options,
                         struct pages *pages)
{
    struct json_out json = json_out_on(&pages->out);
    struct kept_receipt kept;

    if (!ask_receipt(inquiry, options->operand, &kept))
        return false;
    if (!options->json) {
        print_receipt(&pages->out, &kept);
        return true;
    }
    put_kept(&json, &kept);
    str_add_char(&pages->out, '\n');
    return true;
}

enum exit_code app_receipt(const struct app_options *options)
{
    if (options->operand == NULL) {
        fprintf(stderr,
                "bgconsole: receipt: of which run? bgconsole history tells them\n");
        return EXIT_USAGE;
    }
    return inquire(options, tell_receipt);
}

/* ---- history ---- */

/* One run, from its first change to its last. */
struct past_run {
    struct audit_entry first, last;
    struct kept_receipt kept;
    bool has_receipt;
};

struct past {
    struct past_run runs[RUNS_MAX]; /* the oldest first */
    int count;
    int wanted; /* older ones give way, 1 to RUNS_MAX */
};

static struct past_run *run_of(struct past *past, const struct audit_entry *entry)
{
    for (int i = 0; i < past->count; i++) {
        if (str_equal(past->runs[i].first.run, entry->run))
            return &past->runs[i];
    }
    if (past->count == past->wanted)
        memmove(past->runs, past->runs + 1,
                (size_t)(past->wanted - 1) * sizeof *past->runs);
    else
        past->count++;
    struct past_run *run = &past->runs[past->count - 1];
    *run = (struct past_run){.first = *entry};
    return run;
}

static void gather(struct past *past, char *lines)
{
    struct audit_entry entry;

    for (char *line; (line = next_line(&lines)) != NULL;) {
        if (audit_read(line, &entry) && entry.run[0] != '\0')
            run_of(past, &entry)->last = entry;
    }
}

/* Those that a load balancer keeps; of the others there is only the audit. */
static void ask_receipts(struct inquiry *inquiry, struct past *past, struct str *got)
{
    char *rest = got->at;

    if (!inquiry_ask(inquiry, "receipts", NULL, NULL, "run", got))
        return;
    for (char *line; (line = next_line(&rest)) != NULL;) {
        for (int i = 0; i < past->count; i++) {
            struct past_run *run = &past->runs[i];
            if (str_equal(line, run->first.run))
                run->has_receipt = ask_receipt(inquiry, line, &run->kept);
        }
    }
}

/* From where the run found the share to where it left it; or where it had been. */
static void run_way(const struct past_run *run, char *buffer, size_t size)
{
    struct audit_entry whole = run->last;
    struct str out = str_on(buffer, size);

    str_copy(whole.from, sizeof whole.from, run->first.from);
    audit_way(&whole, buffer, size);
    if (buffer[0] != '\0')
        return;
    char there[WAY_MAX];
    audit_way(&run->first, there, sizeof there);
    if (there[0] != '\0')
        str_addf(&out, "%s, and back", there);
    else
        str_add(&out, "no change");
}

static void print_run(struct str *out, const struct past_run *run)
{
    char time[LOCAL_TIME_MAX], way[WAY_MAX], sentence[400] = "no receipt";

    local_time(run->first.time, time);
    run_way(run, way, sizeof way);
    if (run->has_receipt)
        receipt_sentence(&run->kept.receipt, sentence, sizeof sentence);
    str_addf(out, "%s  %s  %s  %s  %s %s  by %s\n    %s\n", time, run->first.run,
             run->has_receipt ? run->kept.kind : "run", way, run->last.verb,
             run->last.outcome, run->first.who, sentence);
}

static void put_run(struct json_out *json, const struct past_run *run)
{
    json_object_open(json, NULL);
    json_put_string(json, "run", run->first.run);
    json_put_string(json, "time", run->first.time);
    json_put_string(json, "who", run->first.who);
    json_put_string(json, "from", run->first.from);
    json_put_string(json, "to", run->last.to);
    json_put_string(json, "last", run->last.verb);
    json_put_string(json, "outcome", run->last.outcome);
    if (run->has_receipt) {
        json_put_string(json, "kind", run->kept.kind);
        receipt_put_json(&run->kept.receipt, json, "receipt");
    } else {
        json_put_null(json, "kind");
        json_put_null(json, "receipt");
    }
    json_object_close(json);
}

static void write_past(const struct past *past, bool as_json, struct str *out)
{
    struct json_out json = json_out_on(out);

    if (as_json)
        json_array_open(&json, NULL);
    for (int i = past->count - 1; i >= 0; i--) {
        if (as_json)
            put_run(&json, &past->runs[i]);
        else
            print_run(out, &past->runs[i]);
    }
    if (as_json) {
        json_array_close(&json);
        str_add_char(out, '\n');
    } else if (past->count == 0) {
        str_add(out, "no run has changed anything here yet\n");
    }
}

/* 0: that is no number of runs that could be had. */
static int runs_wanted(const char *count)
{
    char *end;

    if (count == NULL)
        return RUNS_USUALLY;
    long wanted = strtol(count, &end, 10);
    return *end == '\0' && wanted >= 1 && wanted <= RUNS_MAX ? (int)wanted : 0;
}

static bool tell_history(struct inquiry *inquiry, const struct app_options *options,
                         struct pages *pages)
{
    struct past *past = memory_new(sizeof *past);

    past->wanted = runs_wanted(options->operand);
    bool is_told = inquiry_ask(inquiry, "audit", "last", "1000", "audit", &pages->got);

    if (is_told) {
        gather(past, pages->lines);
        ask_receipts(inquiry, past, &pages->got);
        write_past(past, options->json, &pages->out);
    }
    free(past);
    return is_told;
}

enum exit_code app_history(const struct app_options *options)
{
    if (runs_wanted(options->operand) == 0) {
        fprintf(stderr,
                "bgconsole: history %s: how many runs? 1 to %d; without a number %d\n",
                options->operand, RUNS_MAX, RUNS_USUALLY);
        return EXIT_USAGE;
    }
    return inquire(options, tell_history);
}
