#ifndef BGC_CORE_EXIT_CODE_H
#define BGC_CORE_EXIT_CODE_H

/*
 * How the program ends, as a number for scripts: one table, printed by
 * `bgconsole help exit-codes` and in the manual.
 */

#include "core/run.h"

/* clang-format off */
#define EXIT_CODES(X)                                                                        \
    X(EXIT_OK,            0, "done; for status: everything is well")                         \
    X(EXIT_FAILED,        1, "something failed that has no code of its own; standard error says what") \
    X(EXIT_USAGE,         2, "the command line is not understood")                           \
    X(EXIT_CONFIG,        3, "the ini file, the token, or a key file is missing or wrong")   \
    X(EXIT_PREFLIGHT,    10, "stopped at preflight; nothing was changed")                    \
    X(EXIT_DEPLOY,       11, "stopped at deploy: a host failed; the traffic was not changed") \
    X(EXIT_VERIFY,       12, "stopped at verify: the new release is not healthy; the traffic was not changed") \
    X(EXIT_SWITCH,       13, "the load balancer refused the switch; the traffic was not changed") \
    X(EXIT_GUARD,        14, "the guard window saw errors; see the receipt")                 \
    X(EXIT_UNPROVEN,     15, "switched, but without traffic, or too little, there is no verdict") \
    X(EXIT_UNKNOWN,      16, "it is not known whether the switch happened; see status")      \
    X(EXIT_ABORTED,      17, "ended by the operator")                                        \
    X(EXIT_GATE,         18, "a gate was not answered: use --yes, or the console")           \
    X(EXIT_BUSY,         19, "another console holds this environment")                       \
    X(EXIT_UNREACHABLE,  20, "status: the API, the load balancer or a host does not answer") \
    X(EXIT_TERMINAL,     21, "this terminal cannot show the console")                        \
    X(EXIT_CONFIGURE,    22, "stopped at configure: haproxy.cfg is not installed, or nobody knows; the traffic was not changed") \
    X(EXIT_CONTRACT,     23, "the release is live, but its contract migration did not end well; the way back is not known") \
    X(EXIT_HOOK,         24, "a pre hook failed, and stopped the run")
/* clang-format on */

enum exit_code {
#define X(name, number, help) name = number,
    EXIT_CODES(X)
#undef X
};

/* The code for a run that ended. */
enum exit_code exit_code_of_run(const struct run *run);

/* The table as text, one line a code. */
struct str;
void exit_code_write_table(struct str *out);

#endif
