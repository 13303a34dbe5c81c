#include "core/config_lint.h"

#include "base/str.h"
#include "core/config_rule.h"
#include "core/haproxy_config.h"

#include <string.h>

struct lint {
    const struct haproxy_site *site;
    const char *theirs;
    const char *ours;
    struct lint_finding *findings;
    int count;
    int max;
};

/* A rule's texts with the site's values in them. */
struct wanted {
    char begins[TEMPLATE_VALUE_MAX];
    char has[TEMPLATE_VALUE_MAX];
};

static void say_place(struct lint_finding *finding, const struct config_line *line)
{
    static const char *const names[] = {
        [SECTION_NONE] = "",
        [SECTION_GLOBAL] = "global",
        [SECTION_DEFAULTS] = "defaults",
        [SECTION_FRONTEND] = "frontend",
        [SECTION_BACKEND] = "backend",
        [SECTION_LISTEN] = "listen",
    };
    struct str place = str_on(finding->place, sizeof finding->place);
    str_add(&place, names[line->section]);
    if (line->name[0] != '\0')
        str_addf(&place, " %s", line->name);
}

/* `shown` is the line to paste, or the dangerous one; `number` is of the operator's. */
static void add_finding(struct lint *lint, enum lint_kind kind, int number,
                        const struct config_line *shown, const char *why)
{
    if (lint->count == lint->max)
        return;
    struct lint_finding *finding = &lint->findings[lint->count++];
    *finding = (struct lint_finding){.kind = kind, .line = number, .why = why};
    str_copy_bytes(finding->text, sizeof finding->text, shown->raw,
                   (size_t)shown->raw_length);
    say_place(finding, shown);
}

/* What has the powers of the console without asking it. */
static const char *why_dangerous(const char *words)
{
    if (str_starts(words, "stats admin"))
        return "whoever reaches the statistics page can take servers out, past the "
               "lease and the audit: take this line away";
    if (!str_starts(words, "stats socket "))
        return NULL;
    const char *where = words + strlen("stats socket ");
    bool is_local = *where == '/' || str_starts(where, "unix@") ||
                    str_starts(where, "abns@") || str_starts(where, "fd@");
    if (!is_local && strstr(words, " level admin") != NULL)
        return "whoever reaches this port can switch the traffic, without a password: "
               "keep the socket a file";
    if (strstr(words, " level user") != NULL)
        return "before HAProxy 3.4 a user may change maps all the same, and so switch "
               "the traffic past the lease: take it away, or let root alone open it";
    return NULL;
}

static void find_dangers(struct lint *lint)
{
    struct config_reader reader = {.text = lint->theirs};
    struct config_line line;
    while (config_line_next(&reader, &line)) {
        const char *why = why_dangerous(line.words);
        if (why != NULL)
            add_finding(lint, LINT_DANGER, line.number, &line, why);
    }
}

static bool is_named(const struct config_line *line, enum config_section section,
                     const char *name)
{
    return (line->section == section || line->section == SECTION_LISTEN) &&
           str_equal(line->name, name);
}

/* Whether what stands there holds for `place`; `colour` is of a backend. */
static bool stands_in(const struct lint *lint, const struct config_line *line,
                      enum config_place place, enum colour colour)
{
    const struct settings *settings = lint->site->settings;
    switch (place) {
    case IN_GLOBAL:
        return line->section == SECTION_GLOBAL;
    case IN_FRONTEND:
        return is_named(line, SECTION_FRONTEND, settings->frontend);
    case IN_DEFAULTS:
    case IN_BACKENDS:
        return line->section == SECTION_DEFAULTS ||
               is_named(line, SECTION_BACKEND, settings->backend[colour]);
    }
    return false;
}

static bool find_line(const struct lint *lint, const char *text,
                      const struct wanted *wanted, enum config_place place,
                      enum colour colour, struct config_line *ret_line)
{
    struct config_reader reader = {.text = text};
    while (config_line_next(&reader, ret_line))
        if (stands_in(lint, ret_line, place, colour) &&
            str_starts(ret_line->words, wanted->begins) &&
            strstr(ret_line->words, wanted->has) != NULL)
            return true;
    return false;
}

/* False: a setting in it is empty, so that nothing is wanted. */
static bool fill_in(const struct haproxy_site *site, const char *text,
                    char filled[TEMPLATE_VALUE_MAX])
{
    struct err err;
    struct str out = str_on(filled, TEMPLATE_VALUE_MAX);
    if (text == NULL)
        return true;
    if (!template_render("rule", text, strlen(text), haproxy_config_value, site, &out,
                         &err))
        return false;
    filled[strcspn(filled, "\n")] = '\0';
    return true;
}

static void apply_rule(struct lint *lint, const struct config_rule *rule)
{
    struct wanted wanted;
    struct config_line found, own;
    bool in_backends = rule->place == IN_DEFAULTS || rule->place == IN_BACKENDS;
    enum colour end = in_backends ? COLOUR_COUNT : COLOUR_BLUE + 1;
    if (!fill_in(lint->site, rule->begins, wanted.begins) ||
        !fill_in(lint->site, rule->has, wanted.has))
        return;
    for (enum colour colour = COLOUR_BLUE; colour < end; colour++) {
        if (!find_line(lint, lint->ours, &wanted, rule->place, colour, &own) ||
            find_line(lint, lint->theirs, &wanted, rule->place, colour, &found))
            continue;
        struct wanted alike = wanted;
        alike.has[0] = '\0';
        bool replaces = rule->once && find_line(lint, lint->theirs, &alike, rule->place,
                                                colour, &found);
        add_finding(lint, rule->kind, replaces ? found.number : 0, &own, rule->why);
        if (own.section == SECTION_DEFAULTS)
            return; /* there one line does for both */
    }
}

/* The share that an emptied map means was right when the file was written; a switch
 * since then has made it the other one. */
static void check_default_share(struct lint *lint)
{
    static const struct wanted any = {"http-request set-var(txn.green) ",
                                      "map_str_int("};
    struct wanted right = any;
    struct config_line found, own;
    enum colour live;
    if (!share_live(lint->site->live_share, &live) ||
        !fill_in(lint->site, "map_str_int(@haproxy.map_file@,@live_share@)", right.has))
        return;
    if (find_line(lint, lint->theirs, &any, IN_FRONTEND, COLOUR_BLUE, &found) &&
        !find_line(lint, lint->theirs, &right, IN_FRONTEND, COLOUR_BLUE, &own) &&
        find_line(lint, lint->ours, &right, IN_FRONTEND, COLOUR_BLUE, &own))
        add_finding(lint, LINT_ADVICE, found.number, &own,
                    "an emptied map would send everybody to the other colour: make the "
                    "line like this");
}

int config_lint(const struct haproxy_site *site, const char *theirs, const char *ours,
                struct lint_finding *findings, int max)
{
    struct lint lint = {
        .site = site, .theirs = theirs, .ours = ours, .findings = findings, .max = max};
    find_dangers(&lint);
    for (size_t i = 0; i < config_rule_count(); i++)
        apply_rule(&lint, config_rule_at(i));
    check_default_share(&lint);
    return lint.count;
}

const char *lint_kind_name(enum lint_kind kind)
{
    static const char *const names[] = {
        [LINT_MISSING] = "missing", [LINT_ADVICE] = "advice", [LINT_DANGER] = "danger"};
    return names[kind];
}
