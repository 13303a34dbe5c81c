#ifndef BGC_APP_APP_H
#define BGC_APP_APP_H

/*
 * The stairs: the only rooms that see both wings.
 *
 * main.c reads the command line and comes in here, once. Each function below is
 * a whole command: it reads the settings, does its work, says on standard output
 * what came of it and on standard error what went wrong, and returns the exit
 * code.
 */

#include "core/exit_code.h"

#include <stdbool.h>

struct app_options {
    const char *config;   /* path of the ini file; NULL: looked for */
    const char *ref;      /* run: what to deploy; NULL: the settings' branch */
    const char *operand;  /* the word behind the command's name; NULL: none */
    const char *argument; /* recipe: the name or directory behind the operand */
    const char *log;      /* path of a debug log; NULL: none */
    const char *from;     /* takeover: the user who holds the lease; recipe new:
                             the recipe to begin with */
    const char
        *fingerprint;    /* trust: the right one, "SHA256:..."; NULL: somebody types */
    bool list, forget;   /* trust: what was trusted; take a host away again */
    bool finish, revert; /* takeover: what becomes of an unconfirmed switch */
    bool wait_lease;     /* a run waits while somebody else holds the lease */
    bool yes;            /* gates are answered by their guards */
    const char *without; /* the load balancer that a run may leave out; NULL: none */
    bool accept_no_traffic; /* finish where no request came */
    bool past_contract;     /* also to a release that the data may not fit any more */
    bool json;
    bool verbose;
    bool read_only; /* look on: no lock, no changes */
    bool no_colour;
    bool show_secrets; /* config render: with the passwords */
};

enum exit_code app_console(const struct app_options *options);
enum exit_code app_detach(const struct app_options *options); /* all terminals leave */
enum exit_code app_engine(const struct app_options *options); /* status, or stop */
enum exit_code app_once(const struct app_options *options); /* the dashboard as text */
enum exit_code app_status(const struct app_options *options);
enum exit_code app_history(const struct app_options *options);
enum exit_code app_receipt(const struct app_options *options); /* of `operand` */
enum exit_code app_audit(const struct app_options *options);
enum exit_code app_card(const struct app_options *options); /* what to do by hand */
enum exit_code app_run(const struct app_options *options);
enum exit_code app_switch(const struct app_options *options);
enum exit_code app_rollback(const struct app_options *options);
enum exit_code app_resume(const struct app_options *options);
enum exit_code app_takeover(const struct app_options *options);
enum exit_code app_maintenance(const struct app_options *options);
enum exit_code app_bootstrap(const struct app_options *options);
enum exit_code app_contract(const struct app_options *options);
enum exit_code app_trust(const struct app_options *options); /* of `operand` */
enum exit_code app_configure(const struct app_options *options);

/* The effective settings; with an operand haproxy.cfg as they would have it, what that
 * would change in the load balancer's, or what the operator's own lacks. */
enum exit_code app_config(const struct app_options *options);

/* `operand` is list, show, new or lint; `argument` the recipe, or its directory. */
enum exit_code app_recipe(const struct app_options *options);

/* Texts that are made from tables; they need no settings. */
void app_print_example(void);
void app_print_keys(void);
void app_print_exit_codes(void);
void app_print_machine(void);

/* From a signal handler: gives the terminal back. Async-signal-safe. */
void app_rescue(void);

#endif
