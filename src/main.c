/*
 * The roof: the command line, fatal signals, the exit code.
 */

#include "app/app.h"
#include "base/str.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum exit_code command_fn(const struct app_options *options);

struct command {
    const char *name;
    const char *options; /* and its operand, that it takes beside --config and --log */
    const char *help;
    command_fn *run;
};

/* clang-format off */
static const struct command commands[] = {
    {"console",   "[--read-only] [--no-colour]",        "the console; also without any command; attaches to the engine",  app_console},
    {"detach",    "",                                   "all terminals leave the engine; a run goes on",      app_detach},
    {"engine",    "[status | stop] [--json]",           "the process that runs go on in: who is attached; or end it", app_engine},
    {"once",      "",                                   "print the dashboard as text (LINES, COLUMNS)",       app_once},
    {"status",    "[--json]",                           "print what is true now",                             app_status},
    {"history",   "[COUNT] [--json]",                   "print the newest runs that the load balancer remembers", app_history},
    {"receipt",   "RUN [--json]",                       "print what HAProxy counted through that run",       app_receipt},
    {"audit",     "[--json]",                           "print who changed what, and what came of it",       app_audit},
    {"card",      "",                                   "print the shell lines that switch or go back by hand, now", app_card},
    {"run",       "[--ref REF] --yes [--wait-lease] [--without LB] [--accept-no-traffic] [--past-contract] [--verbose]",
                                                        "deploy, verify, switch, watch, finish",              app_run},
    {"switch",    "--yes [--wait-lease] [--without LB] [--accept-no-traffic] [--past-contract] [--verbose]",
                                                        "send the traffic to the idle colour as it is",       app_switch},
    {"rollback",  "--yes [--wait-lease] [--without LB] [--accept-no-traffic] [--past-contract] [--verbose]",
                                                        "send the traffic back to the other colour",          app_rollback},
    {"resume",    "[--yes] [--wait-lease] [--without LB] [--accept-no-traffic] [--verbose]",
                                                        "go on with the run that was cut off; without --yes only tell", app_resume},
    {"takeover",  "--yes --from USER [--finish | --revert]",
                                                        "take the lease from USER; finish or take back an unconfirmed switch", app_takeover},
    {"maintenance", "on|off [--yes]",                   "put the maintenance page up, or take it down",       app_maintenance},
    {"bootstrap", "",                                   "make hosts and load balancer ready for the console", app_bootstrap},
    {"contract",  "--yes [--wait-lease] [--verbose]",   "run the contract migration of the live release; it closes the way back", app_contract},
    {"trust",     "HOST [--fingerprint SHA256:...] [--forget] | --list",
                                                        "show a host's keys, and add them once they are compared", app_trust},
    {"configure", "--yes [--verbose]",                  "bring haproxy.cfg up to date, where it is managed",  app_configure},
    {"config",    "[render | diff | lint] [--show-secrets]",
                                                        "print the settings; or haproxy.cfg as they would have it", app_config},
    {"recipe",    "list | show NAME | new NAME [--from BASE] | lint [DIRECTORY]",
                                                        "print, copy or look through the steps of a deployment", app_recipe},
};

static const struct {
    const char *name, *help;
    void (*print)(void);
} texts[] = {
    {"example",    "an ini file with every setting and its default", app_print_example},
    {"keys",       "the keys of the console",                        app_print_keys},
    {"exit-codes", "what the exit status means",                     app_print_exit_codes},
    {"machine",    "all that a run can do, as a table",              app_print_machine},
};
/* clang-format on */

enum { COMMANDS = sizeof commands / sizeof commands[0] };
enum { TEXTS = sizeof texts / sizeof texts[0] };

static void print_usage(FILE *out)
{
    fprintf(out,
            "usage: bgconsole [--config FILE] [--log FILE] [COMMAND [OPTION]...]\n\n");
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-11s %s\n%14s%s\n", commands[i].name, commands[i].options, "",
                commands[i].help);
    fprintf(out, "  help        [TOPIC]\n");
    for (int i = 0; i < TEXTS; i++)
        fprintf(out, "%14s%-11s%s\n", "", texts[i].name, texts[i].help);
    fprintf(out, "\nThe settings are in the file of --config, of BGCONSOLE_CONFIG, in "
                 "./bgconsole.ini, or\nin ~/.config/bgconsole/bgconsole.ini.\n");
}

static enum exit_code print_help(const char *topic)
{
    if (topic == NULL) {
        print_usage(stdout);
        return EXIT_OK;
    }
    for (int i = 0; i < TEXTS; i++) {
        if (str_equal(topic, texts[i].name)) {
            texts[i].print();
            return EXIT_OK;
        }
    }
    fprintf(stderr, "bgconsole: help: no topic %s\n", topic);
    return EXIT_USAGE;
}

enum option_code {
    OPTION_CONFIG = 1000,
    OPTION_LOG,
    OPTION_REF,
    OPTION_YES,
    OPTION_WITHOUT,
    OPTION_ACCEPT,
    OPTION_PAST_CONTRACT,
    OPTION_JSON,
    OPTION_ONCE,
    OPTION_VERBOSE,
    OPTION_WAIT_LEASE,
    OPTION_FROM,
    OPTION_FINISH,
    OPTION_REVERT,
    OPTION_READ_ONLY,
    OPTION_NO_COLOUR,
    OPTION_SHOW_SECRETS,
    OPTION_FINGERPRINT,
    OPTION_FORGET,
    OPTION_LIST,
    OPTION_HELP,
    OPTION_VERSION,
};

/* clang-format off */
static const struct option long_options[] = {
    {"config",            required_argument, NULL, OPTION_CONFIG},
    {"log",               required_argument, NULL, OPTION_LOG},
    {"ref",               required_argument, NULL, OPTION_REF},
    {"yes",               no_argument,       NULL, OPTION_YES},
    {"without",           required_argument, NULL, OPTION_WITHOUT},
    {"accept-no-traffic", no_argument,       NULL, OPTION_ACCEPT},
    {"past-contract",     no_argument,       NULL, OPTION_PAST_CONTRACT},
    {"json",              no_argument,       NULL, OPTION_JSON},
    {"once",              no_argument,       NULL, OPTION_ONCE},
    {"verbose",           no_argument,       NULL, OPTION_VERBOSE},
    {"wait-lease",        no_argument,       NULL, OPTION_WAIT_LEASE},
    {"from",              required_argument, NULL, OPTION_FROM},
    {"finish",            no_argument,       NULL, OPTION_FINISH},
    {"revert",            no_argument,       NULL, OPTION_REVERT},
    {"read-only",         no_argument,       NULL, OPTION_READ_ONLY},
    {"no-colour",         no_argument,       NULL, OPTION_NO_COLOUR},
    {"no-color",          no_argument,       NULL, OPTION_NO_COLOUR},
    {"show-secrets",      no_argument,       NULL, OPTION_SHOW_SECRETS},
    {"fingerprint",       required_argument, NULL, OPTION_FINGERPRINT},
    {"forget",            no_argument,       NULL, OPTION_FORGET},
    {"list",              no_argument,       NULL, OPTION_LIST},
    {"help",              no_argument,       NULL, OPTION_HELP},
    {"version",           no_argument,       NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};
/* clang-format on */

/* Where the command line leads: a command, or an end at once. */
struct command_line {
    struct app_options options;
    command_fn *run; /* NULL: end with `code` */
    enum exit_code code;
};

static bool take_option(struct command_line *line, int code)
{
    struct app_options *options = &line->options;

    switch (code) {
    case OPTION_CONFIG:
        options->config = optarg;
        return true;
    case OPTION_LOG:
        options->log = optarg;
        return true;
    case OPTION_REF:
        options->ref = optarg;
        return true;
    case OPTION_YES:
        options->yes = true;
        return true;
    case OPTION_WITHOUT:
        options->without = optarg;
        return true;
    case OPTION_ACCEPT:
        options->accept_no_traffic = true;
        return true;
    case OPTION_PAST_CONTRACT:
        options->past_contract = true;
        return true;
    case OPTION_JSON:
        options->json = true;
        return true;
    case OPTION_ONCE:
        line->run = app_once;
        return true;
    case OPTION_VERBOSE:
        options->verbose = true;
        return true;
    case OPTION_WAIT_LEASE:
        options->wait_lease = true;
        return true;
    case OPTION_FROM:
        options->from = optarg;
        return true;
    case OPTION_FINISH:
        options->finish = true;
        return true;
    case OPTION_REVERT:
        options->revert = true;
        return true;
    case OPTION_READ_ONLY:
        options->read_only = true;
        return true;
    case OPTION_NO_COLOUR:
        options->no_colour = true;
        return true;
    case OPTION_SHOW_SECRETS:
        options->show_secrets = true;
        return true;
    case OPTION_FINGERPRINT:
        options->fingerprint = optarg;
        return true;
    case OPTION_FORGET:
        options->forget = true;
        return true;
    case OPTION_LIST:
        options->list = true;
        return true;
    case OPTION_HELP:
        line->run = NULL;
        line->code = print_help(NULL);
        return false;
    case OPTION_VERSION:
        printf("bgconsole " BGC_VERSION "\n");
        line->run = NULL;
        return false;
    default:
        fprintf(stderr, "bgconsole --help tells what there is\n");
        line->run = NULL;
        line->code = EXIT_USAGE;
        return false;
    }
}

/* An operand stands before the options: in capitals, or as a choice of words. */
static bool takes_operand(const struct command *command)
{
    const char *words = command->options;

    return words[0] != '\0' && words[0] != '-' && (words[0] != '[' || words[1] != '-');
}

/* And another one behind it. */
static bool takes_argument(const struct command *command)
{
    return strstr(command->options, " NAME") != NULL;
}

static void take_command(struct command_line *line, int count, char **words)
{
    if (str_equal(words[0], "help") && count <= 2) {
        line->run = NULL;
        line->code = print_help(count > 1 ? words[1] : NULL);
        return;
    }
    line->run = NULL;
    for (int i = 0; i < COMMANDS; i++) {
        const struct command *command = &commands[i];
        if (str_equal(words[0], command->name) &&
            (count == 1 || (count == 2 && takes_operand(command)) ||
             (count == 3 && takes_argument(command))))
            line->run = command->run;
    }
    line->options.operand = count > 1 ? words[1] : NULL;
    line->options.argument = count > 2 ? words[2] : NULL;
    if (line->run == NULL) {
        fprintf(stderr,
                "bgconsole: %s: no such command; bgconsole --help tells what "
                "there is\n",
                words[count > 1 ? 1 : 0]);
        line->code = EXIT_USAGE;
    }
}

static struct command_line read_command_line(int count, char **words)
{
    struct command_line line = {.run = app_console, .code = EXIT_OK};
    int code;

    while ((code = getopt_long(count, words, "", long_options, NULL)) != -1) {
        if (!take_option(&line, code))
            return line;
    }
    if (optind < count)
        take_command(&line, count - optind, words + optind);
    return line;
}

/* The terminal is given back before the signal does what it does. */
static void on_fatal(int number)
{
    app_rescue();
    signal(number, SIG_DFL);
    raise(number);
}

static void arm_signals(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT};

    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        signal(fatal[i], on_fatal);
    signal(SIGPIPE, SIG_IGN);
}

int main(int count, char **words)
{
    struct command_line line = read_command_line(count, words);

    if (line.run == NULL)
        return (int)line.code;
    arm_signals();
    return (int)line.run(&line.options);
}
