/* Where a run goes on: every state, every finding, and what the load balancer tells. */

#include "core/resume.h"

#include "core/run_table.h"
#include "lib/good_model.h"
#include "lib/scratch.h"
#include "lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int setup(void **state)
{
    struct good_model *good = good_model_new();
    struct remains *remains = &good->model.recall.remains;

    *remains = (struct remains){.run = "20261123T182622Z-7f3a",
                                .kind = RUN_DEPLOY,
                                .state = RUN_WATCHING,
                                .target_known = true,
                                .target = COLOUR_GREEN,
                                .epoch = 7,
                                .switched = true,
                                .share_before = SHARE_BLUE,
                                .share_after = SHARE_GREEN,
                                .made_epoch = 7};
    good->model.run.state = RUN_NONE;
    good->model.balancers[0].epoch = 7;
    good->model.balancers[0].lease = (struct lease){.state = LEASE_HELD, .epoch = 7};
    str_copy(good->model.balancers[0].lease.run, LEASE_RUN_MAX, remains->run);
    *state = good;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static struct remains cut_off(enum run_kind kind, enum run_state state)
{
    return (struct remains){.run = "r", .kind = kind, .state = state};
}

/* ---- the table ---- */

/* Whether a run of this kind can be in this state at all. */
static bool is_possible(enum run_kind kind, enum run_state state)
{
    struct run run = {.kind = kind, .configures = true, .state = state};
    enum stage stage = run_stage(state);

    if (state == RUN_CONTRACT_GATE || state == RUN_CONTRACTING)
        return kind == RUN_DEPLOY || kind == RUN_CONTRACT;
    if (kind == RUN_CONTRACT)
        return stage == STAGE_PREFLIGHT;
    if (run_is_errand(&run))
        return stage == STAGE_PREFLIGHT || state == RUN_CHANGING;
    if (state == RUN_CHANGING)
        return false;
    if (kind == RUN_TAKEOVER && stage == STAGE_FINISH)
        return true;
    return run_stage_look(&run, stage) != STAGE_NOT_PART;
}

static void test_every_open_state_has_a_way(void **state)
{
    (void)state;
    for (enum run_kind kind = 0; kind < RUN_KIND_COUNT; kind++) {
        for (enum run_state at = 0; at < RUN_STATE_COUNT; at++) {
            struct remains remains = cut_off(kind, at);
            if (!run_is_open(at) || !is_possible(kind, at))
                continue;
            for (enum resume_finding found = FOUND_ANY + 1;
                 found < RESUME_FINDING_COUNT; found++) {
                struct resumption way = resume_choose(&remains, found);
                if (way.to == RUN_NONE)
                    fail_msg("a %s cut off at \"%s\" has no way where %s",
                             run_kind_name(kind), run_state_name(at),
                             resume_finding_words(found));
                assert_true(way.why[0] != '\0');
                assert_int_equal(way.first[0] != '\0', run_is_open(way.to));
            }
        }
    }
}

static void test_nothing_to_go_on_with(void **state)
{
    struct remains ended = cut_off(RUN_DEPLOY, RUN_WATCHING);
    struct remains none = cut_off(RUN_DEPLOY, RUN_WATCHING);

    (void)state;
    ended.ended = true;
    none.run[0] = '\0';
    assert_int_equal(resume_choose(&ended, FOUND_WAITING).to, RUN_NONE);
    assert_int_equal(resume_choose(&none, FOUND_WAITING).to, RUN_NONE);
    for (enum run_state at = RUN_DONE; at < RUN_STATE_COUNT; at++) {
        struct remains remains = cut_off(RUN_DEPLOY, at);
        assert_int_equal(resume_choose(&remains, FOUND_BEFORE).to, RUN_NONE);
    }
}

/* What several load balancers can come to, and what follows a finished switch. */
static void test_ways_of_the_later_stages(void **state)
{
    static const struct {
        enum run_kind kind;
        enum run_state at;
        enum resume_finding found;
        enum run_state to;
    } ways[] = {
        {RUN_DEPLOY, RUN_BALANCER_GATE, FOUND_BEFORE, RUN_PREFLIGHT},
        {RUN_DEPLOY, RUN_WARMING_UP, FOUND_BEFORE, RUN_VERIFYING},
        {RUN_DEPLOY, RUN_SWITCHING, FOUND_SPLIT, RUN_SPLIT},
        {RUN_SHIFT, RUN_SPLIT, FOUND_SPLIT, RUN_SPLIT},
        {RUN_SHIFT, RUN_SPLIT, FOUND_BEFORE, RUN_REVERTED},
        {RUN_DEPLOY, RUN_SPLIT, FOUND_ELSEWHERE, RUN_UNKNOWN},
        {RUN_DEPLOY, RUN_REVERTING, FOUND_SPLIT, RUN_REVERTING},
        {RUN_DEPLOY, RUN_HANDING_OVER, FOUND_STANDING, RUN_DONE},
        {RUN_DEPLOY, RUN_CONTRACT_GATE, FOUND_STANDING, RUN_CONTRACT_GATE},
        {RUN_DEPLOY, RUN_CONTRACT_GATE, FOUND_SUCCESSOR, RUN_DONE},
        {RUN_CONTRACT, RUN_CONTRACT_GATE, FOUND_STANDING, RUN_PREFLIGHT},
        {RUN_DEPLOY, RUN_CONTRACTING, FOUND_STANDING, RUN_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(ways); i++) {
        struct remains remains = cut_off(ways[i].kind, ways[i].at);
        assert_string_equal(run_state_name(resume_choose(&remains, ways[i].found).to),
                            run_state_name(ways[i].to));
    }
}

/* No way leads to a switch, nor to its confirmation, but through evidence of now. */
static void test_no_way_leads_past_the_evidence(void **state)
{
    (void)state;
    for (enum run_state at = RUN_PREFLIGHT; at < RUN_DONE; at++) {
        for (enum resume_finding found = 0; found < RESUME_FINDING_COUNT; found++) {
            struct remains remains = cut_off(RUN_DEPLOY, at);
            enum run_state to = resume_choose(&remains, found).to;
            assert_int_not_equal(to, RUN_FINISHING);
            assert_int_not_equal(to, RUN_SWITCH_GATE);
            assert_int_not_equal(to, RUN_FINISH_GATE);
            assert_int_not_equal(to, RUN_INSTALLING);
        }
    }
}

/* ---- what is found ---- */

static void assert_found(const struct good_model *good, enum resume_finding found)
{
    assert_string_equal(resume_finding_words(resume_find(&good->model)),
                        resume_finding_words(found));
}

static void arm(struct good_model *good, enum fuse_state fuse)
{
    good->model.balancers[0].fuse.state = fuse;
    str_copy(good->model.balancers[0].fuse.run, LEASE_RUN_MAX,
             good->model.recall.remains.run);
}

static void test_findings(void **state)
{
    struct good_model *good = *state;
    struct balancer *balancer = &good->model.balancers[0];

    balancer->runtime_share = SHARE_GREEN;
    assert_found(good, FOUND_STANDING);
    balancer->runtime_share = SHARE_BLUE;
    assert_found(good, FOUND_BEFORE);
    balancer->runtime_share = 50;
    assert_found(good, FOUND_ELSEWHERE);
    arm(good, FUSE_FIRED);
    assert_found(good, FOUND_TAKEN);
    arm(good, FUSE_ARMED);
    assert_found(good, FOUND_WAITING);
    arm(good, FUSE_HELD);
    assert_found(good, FOUND_WAITING);
    str_copy(balancer->fuse.run, LEASE_RUN_MAX, "another-run");
    assert_found(good, FOUND_ELSEWHERE);
    balancer->epoch = 6;
    assert_found(good, FOUND_REPLACED);
    str_copy(balancer->lease.run, LEASE_RUN_MAX, "another-run");
    assert_found(good, FOUND_REPLACED); /* of an epoch that is no later one */
    balancer->lease.epoch = 8;
    assert_found(good, FOUND_SUCCESSOR);
}

/* Before the switch: the colour that is not the target must have it all. */
static void test_findings_before_the_switch(void **state)
{
    struct good_model *good = *state;
    struct remains *remains = &good->model.recall.remains;

    remains->switched = false;
    remains->made_epoch = 0;
    good->model.balancers[0].runtime_share = SHARE_BLUE;
    assert_found(good, FOUND_BEFORE);
    good->model.balancers[0].runtime_share = 5;
    assert_found(good, FOUND_ELSEWHERE);
    remains->target_known = false;
    assert_found(good, FOUND_BEFORE);
}

static void test_words(void **state)
{
    struct good_model *good = *state;
    struct why why;

    good->model.balancers[0].runtime_share = SHARE_GREEN;
    arm(good, FUSE_ARMED);
    resume_explain(&good->model, &why);
    assert_int_equal(why.count, 2);
    assert_string_equal(why.lines[0], "the switch waits to be confirmed");
    assert_string_equal(why.lines[1],
                        "goes on at \"watching\", first: the guard window, from "
                        "its beginning; what was seen before is no evidence now");
    arm(good, FUSE_FIRED);
    resume_explain(&good->model, &why);
    assert_string_equal(why.lines[1],
                        "ends as \"reverted\": nobody confirmed it in time, "
                        "and the load balancer took it back");
    good->model.recall.remains.state = RUN_PLAN_GATE;
    resume_explain(&good->model, &why);
    assert_int_equal(why.count, 1);
}

/* ---- the docs ---- */

/* The part of docs/run-machine.md that is made from the table; GENERATE=1 writes it. */
static void test_docs(void **state)
{
    static const char path[] = "docs/resume.md";
    static const char head[] =
        "# Resume\n"
        "\n"
        "A run whose engine died (power, `kill -9`) can be gone on with: `bgconsole "
        "resume`.\n"
        "Where it goes on is one table, `src/core/resume.c`; this page is made from "
        "it.\n"
        "\n"
        "The journal says where the run was cut off, the load balancer and the hosts "
        "say what is true, and reality wins.\n"
        "The lease is taken under a new epoch first: from then on nothing that was "
        "sent before the cut can change anything, and only what is told after that "
        "counts.\n"
        "The run keeps its id and its journal; a record `resume` says who goes on with "
        "it.\n"
        "\n"
        "- A step whose `rc` is known stays as it is. One that was begun is asked of "
        "its host: it runs, and is followed; it ended, and its `rc` counts; its end is "
        "unknown, and is shown so. No step that was begun is begun again.\n"
        "- A change that was asked for is asked for again with its nonce and its old "
        "pair: the load balancer tells its recorded outcome, or refuses the pair, and "
        "then it never came.\n"
        "- Answers to gates, probes and the guard window are void: each way leads "
        "through evidence that is made anew.\n"
        "- Where preflight does not get through (the lease is somebody else's, a host "
        "does not answer), the run stands as it was cut off and can be resumed "
        "later.\n"
        "\n"
        "The first row that fits is taken.\n"
        "\n";
    enum { PAGE_MAX = 16 * 1024 };
    char *page = malloc(PAGE_MAX), *committed = malloc(PAGE_MAX);
    struct str out = str_on(page, PAGE_MAX);

    (void)state;
    str_add(&out, head);
    resume_write_table(&out);
    assert_false(out.cut);
    if (getenv("GENERATE") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(page, file);
        fclose(file);
    }
    scratch_read(path, committed, PAGE_MAX);
    assert_string_equal(committed, page);
    free(page);
    free(committed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_open_state_has_a_way),
        cmocka_unit_test(test_nothing_to_go_on_with),
        cmocka_unit_test(test_ways_of_the_later_stages),
        cmocka_unit_test(test_no_way_leads_past_the_evidence),
        cmocka_unit_test_setup_teardown(test_findings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_findings_before_the_switch, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_words, setup, teardown),
        cmocka_unit_test(test_docs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
