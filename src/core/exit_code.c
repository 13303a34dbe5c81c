#include "core/exit_code.h"

#include "base/str.h"

static const struct {
    int number;
    const char *help;
} codes[] = {
#define X(name, number, help) {number, help},
    EXIT_CODES(X)
#undef X
};

/* Nobody answered a gate, or its guard said no under --yes. */
static enum exit_code code_of_gate(const struct run *run, enum exit_code evidence)
{
    return run->cause == IN_NO ? evidence : EXIT_GATE;
}

static enum exit_code code_of_stop(const struct run *run)
{
    if (run->cause == IN_LEASE_LOST ||
        run->preflight.checks[CHECK_LEASE].state == CHECK_BAD)
        return EXIT_BUSY;
    if (run->before == RUN_PLAN_GATE)
        return code_of_gate(run, EXIT_PREFLIGHT);
    if (run->before == RUN_CONFIG_GATE)
        return code_of_gate(run, EXIT_CONFIGURE);
    if (run->before == RUN_SWITCH_GATE)
        return code_of_gate(run, EXIT_VERIFY);
    switch (run->stage) {
    case STAGE_PREFLIGHT:
        return EXIT_PREFLIGHT;
    case STAGE_DEPLOY:
        return EXIT_DEPLOY;
    case STAGE_CONFIGURE:
        return EXIT_CONFIGURE;
    case STAGE_VERIFY:
        return EXIT_VERIFY;
    default:
        return EXIT_SWITCH;
    }
}

/* Why the traffic is where it was before the run. */
static enum exit_code code_of_reverted(const struct run *run)
{
    if (run->tripped)
        return EXIT_GUARD;
    if (run->before != RUN_REVERTING || run->undone_by == IN_LATE)
        return EXIT_GATE;
    if (run->undone_by != IN_NO)
        return EXIT_ABORTED;
    return run->receipt.verdict == RECEIPT_UNPROVEN ? EXIT_UNPROVEN : EXIT_GUARD;
}

static enum exit_code code_of_unconfirmed(const struct run *run)
{
    if (run->cause == IN_LEASE_LOST)
        return EXIT_BUSY;
    bool speaks_against = run->tripped || run->receipt.verdict == RECEIPT_FAILED;
    return code_of_gate(run, speaks_against ? EXIT_GUARD : EXIT_UNPROVEN);
}

/* Begun, and not known to have ended well. */
static bool contract_is_open(const struct run *run)
{
    return run->contract.state == CONTRACT_BEGUN ||
           run->contract.state == CONTRACT_FAILED;
}

static enum exit_code code_of_done(const struct run *run)
{
    if (run->returns)
        return EXIT_GUARD; /* back where it began */
    return run->before == RUN_HANDING_OVER && !rollout_all_ok(&run->rollout)
               ? EXIT_HAND_OVER
               : EXIT_OK;
}

enum exit_code exit_code_of_run(const struct run *run)
{
    if (run->state > RUN_DONE && hook_failed(run) != NULL)
        return EXIT_HOOK;
    if (run->state > RUN_DONE && contract_is_open(run))
        return EXIT_CONTRACT;
    switch (run->state) {
    case RUN_NONE:
        return EXIT_OK;
    case RUN_DONE:
        return code_of_done(run);
    case RUN_STOPPED:
        return code_of_stop(run);
    case RUN_ABORTED:
        return EXIT_ABORTED;
    case RUN_RETURNED:
        return EXIT_GUARD;
    case RUN_REVERTED:
        return code_of_reverted(run);
    case RUN_UNCONFIRMED:
        return code_of_unconfirmed(run);
    case RUN_UNKNOWN:
        if (run->recalled)
            return code_of_stop(run);
        return run->stage == STAGE_DEPLOY      ? EXIT_DEPLOY
               : run->stage == STAGE_CONFIGURE ? EXIT_CONFIGURE
                                               : EXIT_UNKNOWN;
    default:
        return EXIT_FAILED;
    }
}

void exit_code_write_table(struct str *out)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        str_addf(out, "%3d  %s\n", codes[i].number, codes[i].help);
}
