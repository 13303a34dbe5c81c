/* Keys become intents; what is dangerous asks, what is off says why. */

#include "lib/test.h"
#include "lib/world.h"

#include "base/str.h"
#include "ui/binding.h"
#include "ui/canvas_text.h"
#include "ui/ui.h"

#include <string.h>

enum { ROWS = 24, COLS = 80 };

struct session {
    struct world *world;
    struct view view;
    struct intent intent;
    enum ui_answer answer; /* to the last key */
};

static struct session begin(enum situation situation)
{
    struct session session = {.world = world_new(situation)};
    view_init(&session.view, ROWS, COLS);
    session.view.gate_seen = ui_gate_shown(&session.world->model, &session.view);
    return session;
}

static void end(struct session *session)
{
    world_free(session->world);
}

/* Types `bytes`, with a picture after each key. */
static void type(struct session *session, const char *bytes)
{
    struct keys keys;
    struct key key;
    keys_init(&keys);
    keys_feed(&keys, bytes, strlen(bytes), 0);
    session->intent = (struct intent){0};
    session->answer = UI_NOTHING;
    while (keys_next(&keys, KEYS_ESCAPE_MS, &key)) {
        session->answer =
            ui_key(&session->world->model, &session->view, key, &session->intent);
        session->view.gate_seen = ui_gate_shown(&session->world->model, &session->view);
    }
}

static void expect_intent(const struct session *session, enum intent_kind kind)
{
    assert_int_equal(session->answer, UI_INTENT);
    assert_int_equal(session->intent.kind, kind);
}

static void expect_message(const struct session *session, const char *part)
{
    assert_int_equal(session->answer, UI_CHANGED);
    assert_non_null(strstr(session->view.message, part));
}

static void deploy_asks_for_the_reference(void **state)
{
    (void)state;
    struct session session = begin(WORLD_IDLE);
    type(&session, "d");
    assert_true(prompt_is_open(&session.view.prompt));
    assert_string_equal(session.view.prompt.text, "main");
    type(&session, "release-3\r");
    expect_intent(&session, INTENT_DEPLOY);
    assert_string_equal(session.intent.ref, "release-3");
    type(&session, "d\x1b");
    assert_int_equal(session.answer, UI_CHANGED);
    assert_int_equal(session.intent.kind, INTENT_NONE);
    end(&session);
}

static void a_gate_is_answered_with_its_number(void **state)
{
    (void)state;
    struct session session = begin(WORLD_PLAN_GATE);
    type(&session, "\r");
    expect_intent(&session, INTENT_CONTINUE);
    assert_int_equal(session.intent.gate, session.world->model.run.gate);
    end(&session);
}

static void the_switch_in_production_wants_the_colour(void **state)
{
    (void)state;
    struct session session = begin(WORLD_SWITCH_GATE);
    type(&session, "\r");
    assert_int_equal(session.answer, UI_CHANGED);
    type(&session, "blue\r");
    assert_int_equal(session.answer, UI_CHANGED);
    type(&session, "\x15"
                   "green\r");
    expect_intent(&session, INTENT_CONTINUE);
    assert_int_equal(session.intent.gate, session.world->model.run.gate);
    type(&session, "sgreen\r");
    expect_intent(&session, INTENT_CONTINUE);
    end(&session);
}

/* The gate closed and another opened while the colour was typed. */
static void the_answer_is_for_the_gate_that_was_shown(void **state)
{
    (void)state;
    struct session session = begin(WORLD_SWITCH_GATE);
    int shown = session.world->model.run.gate;
    type(&session, "sgree");
    session.world->model.run.gate++;
    type(&session, "n\r");
    expect_intent(&session, INTENT_CONTINUE);
    assert_int_equal(session.intent.gate, shown);
    end(&session);
}

static void elsewhere_enter_is_enough(void **state)
{
    (void)state;
    struct session session = begin(WORLD_STAGING);
    type(&session, "\r");
    expect_intent(&session, INTENT_CONTINUE);
    type(&session, "s");
    expect_intent(&session, INTENT_CONTINUE);
    end(&session);
}

static void a_gate_that_nobody_saw_takes_no_yes(void **state)
{
    (void)state;
    struct session session = begin(WORLD_STAGING);
    session.view.gate_seen = 0;
    type(&session, "\r");
    expect_message(&session, "look");

    type(&session, "l");
    type(&session, "\r"); /* the log hides the gate */
    expect_message(&session, "look");
    assert_int_equal(session.view.screen, SCREEN_DASHBOARD);
    type(&session, "\r");
    expect_intent(&session, INTENT_CONTINUE);
    end(&session);
}

static void a_small_terminal_takes_no_orders(void **state)
{
    (void)state;
    struct session session = begin(WORLD_STAGING);
    view_resize(&session.view, ROWS - 1, COLS);
    type(&session, "\rsdraf");
    assert_int_equal(session.answer, UI_NOTHING);
    assert_int_equal(session.intent.kind, INTENT_NONE);
    type(&session, "q");
    assert_int_equal(session.answer, UI_QUIT);
    end(&session);
}

/* The same keys, while a colleague has the say. */
static void only_who_has_the_say_answers(void **state)
{
    (void)state;
    struct session session = begin(WORLD_STAGING);
    strcpy(session.view.presence.holder, "ann@desk");
    type(&session, "\r");
    expect_message(&session, "ann@desk has the say: w takes it");
    type(&session, "a");
    expect_message(&session, "ann@desk has the say");
    assert_false(prompt_is_open(&session.view.prompt));
    type(&session, "R");
    expect_intent(&session, INTENT_REFRESH);
    type(&session, "w");
    assert_int_equal(session.answer, UI_SAY);
    session.view.presence.holder[0] = '\0';
    type(&session, "\r");
    expect_intent(&session, INTENT_CONTINUE);
    type(&session, "w");
    expect_message(&session, "has the say already");
    end(&session);
}

/* A colleague takes the say while the word is being typed. */
static void an_answer_counts_only_with_the_say(void **state)
{
    (void)state;
    struct session session = begin(WORLD_STAGING);
    type(&session, "a");
    assert_true(prompt_is_open(&session.view.prompt));
    strcpy(session.view.presence.holder, "ben@train");
    type(&session, "\r");
    expect_message(&session, "ben@train has the say");
    assert_int_equal(session.intent.kind, INTENT_NONE);
    end(&session);
}

static void who_looks_on_never_has_the_say(void **state)
{
    (void)state;
    struct session session = begin(WORLD_STAGING);
    session.view.presence.looks_on = true;
    type(&session, "\r");
    expect_message(&session, "only looks on");
    type(&session, "w");
    expect_message(&session, "only looks on");
    end(&session);
}

static void who_else_is_there_is_in_the_header(void **state)
{
    (void)state;
    struct session session = begin(WORLD_IDLE);
    char buffer[16384];
    struct str text = str_on(buffer, sizeof buffer);
    struct canvas canvas;
    assert_true(canvas_init(&canvas, ROWS, COLS));
    strcpy(session.view.presence.line,
           "2 terminals: you have the say, ben@train looks on");
    strcpy(session.view.presence.notice, "this engine is another build");
    ui_draw(&session.world->model, &session.view, &canvas);
    canvas_write_text(&canvas, true, &text);
    assert_non_null(
        strstr(buffer, "\n 2 terminals: you have the say, ben@train looks on"));
    assert_non_null(strstr(buffer, "\n ⚠ this engine is another build"));
    assert_non_null(strstr(buffer, "q quit"));
    canvas_close(&canvas);
    end(&session);
}

static void rollback_asks_first(void **state)
{
    (void)state;
    struct session session = begin(WORLD_WATCHING);
    type(&session, "r\r");
    assert_true(prompt_is_open(&session.view.prompt));
    type(&session, "blue\r");
    expect_intent(&session, INTENT_ROLLBACK);
    end(&session);
}

static void abort_asks_and_leaving_does_not(void **state)
{
    (void)state;
    struct session session = begin(WORLD_DEPLOYING);
    type(&session, "a");
    assert_int_equal(session.answer, UI_CHANGED);
    type(&session, "\r");
    expect_intent(&session, INTENT_ABORT);
    end(&session);

    session = begin(WORLD_DEPLOYING);
    type(&session, "q");
    assert_int_equal(session.answer, UI_QUIT);
    end(&session);
}

static void a_switch_without_a_deploy_wants_the_colour(void **state)
{
    (void)state;
    struct session session = begin(WORLD_IDLE);
    type(&session, "s\r");
    assert_int_equal(session.answer, UI_CHANGED);
    type(&session, "green\r");
    expect_intent(&session, INTENT_SHIFT);
    end(&session);
}

static void a_takeover_wants_the_name_of_the_holder(void **state)
{
    (void)state;
    struct session session = begin(WORLD_FOREIGN_LEASE);
    type(&session, "T\r");
    assert_int_equal(session.answer, UI_CHANGED);
    type(&session, "bob\r");
    assert_int_equal(session.answer, UI_CHANGED);
    type(&session, "\x15"
                   "ann\r");
    expect_intent(&session, INTENT_TAKEOVER);
    end(&session);

    session = begin(WORLD_FUSE_ORPHAN); /* nobody loses a console */
    type(&session, "T\r");
    expect_intent(&session, INTENT_TAKEOVER);
    end(&session);
}

/* Another colleague took over while the name was typed. */
static void a_takeover_is_from_the_holder_that_was_named(void **state)
{
    (void)state;
    struct session session = begin(WORLD_FOREIGN_LEASE);
    struct lease *lease = &session.world->model.balancers[0].lease;
    type(&session, "Tan");
    str_copy(lease->who, sizeof lease->who, "bob");
    type(&session, "n\r");
    expect_message(&session, "another holder");
    end(&session);
}

static void the_maintenance_page_goes_up_by_its_word(void **state)
{
    (void)state;
    struct session session = begin(WORLD_IDLE);
    type(&session, "M\r");
    assert_int_equal(session.answer, UI_CHANGED);
    type(&session, "maintenance\r");
    expect_intent(&session, INTENT_MAINTENANCE);
    assert_true(session.intent.on);
    end(&session);

    session = begin(WORLD_MAINTENANCE);
    type(&session, "M\r");
    expect_intent(&session, INTENT_MAINTENANCE);
    assert_false(session.intent.on);
    end(&session);
}

static void a_way_back_past_a_contract_wants_the_words(void **state)
{
    (void)state;
    struct session session = begin(WORLD_IDLE);
    struct contract *contract = &session.world->model.balancers[0].contract;
    contract->state = CONTRACT_DONE;
    str_copy(contract->release, sizeof contract->release, "4e2b9d0");
    type(&session, "r\r");
    assert_int_equal(session.intent.kind, INTENT_NONE);
    assert_true(session.view.prompt.mistyped);
    type(&session, "past the contract\r");
    expect_intent(&session, INTENT_ROLLBACK);
    assert_true(session.intent.past_contract);
    end(&session);

    session = begin(WORLD_IDLE);
    type(&session, "r\r");
    assert_false(session.intent.past_contract);
    end(&session);
}

static void a_canary_gate_is_answered_or_taken_back(void **state)
{
    (void)state;
    struct session session = begin(WORLD_CANARY_GATE);
    type(&session, "\r");
    expect_intent(&session, INTENT_CONTINUE);
    assert_int_equal(session.intent.gate, session.world->model.run.gate);
    type(&session, "a");
    assert_non_null(strstr(session.view.prompt.label, "goes back"));
    type(&session, "\r");
    expect_intent(&session, INTENT_ABORT);
    type(&session, "rblue\r");
    expect_intent(&session, INTENT_ROLLBACK);
    end(&session);
}

static void a_key_that_is_off_says_why(void **state)
{
    (void)state;
    struct session session = begin(WORLD_IDLE);
    type(&session, "f");
    expect_message(&session, "finish: ");
    type(&session, "T");
    expect_message(&session, "take over: nobody else holds the lease");
    type(&session, "\r");
    expect_message(&session, "continue: ");
    type(&session, "j");
    assert_string_equal(session.view.message, "");
    end(&session);

    session = begin(WORLD_FOREIGN_LEASE);
    type(&session, "s");
    expect_message(&session, "switch: ann@ws1 holds the lease");
    end(&session);
    session = begin(WORLD_DEPLOYING);
    type(&session, "M");
    expect_message(&session, "maintenance: run 1 is open");
    end(&session);
}

static void a_mend_asks_first(void **state)
{
    (void)state;
    struct session session = begin(WORLD_DRIFT);
    type(&session, "Djj\r"); /* the worker that was replaced */
    assert_int_equal(session.view.prompt.kind, PROMPT_CONFIRM);
    assert_string_equal(session.view.prompt.label,
                        "Note HAProxy's worker 4711 as known?");
    type(&session, "\x1b");
    assert_int_equal(session.intent.kind, INTENT_NONE);
    type(&session, "\r\r");
    expect_intent(&session, INTENT_MEND);
    assert_int_equal(session.intent.mend.kind, MEND_NOTED);
    assert_int_equal(session.intent.mend.worker_pid, 4711);
    end(&session);
}

static void a_drift_without_a_mend_says_why(void **state)
{
    (void)state;
    struct session session = begin(WORLD_DRIFT);
    type(&session, "DG\r");
    expect_message(&session, "mend: no key mends it: nothing to do");
    session.world->model.balancers[0].old_workers = 0; /* the selected one is gone */
    type(&session, "\r");
    expect_message(&session, "mend: no key mends it: d deploys one release");
    end(&session);
    session = begin(WORLD_IDLE);
    type(&session, "D\r");
    expect_message(&session, "mend: nothing drifts");
    end(&session);
}

/* Enter on this screen is for the drift; the gate is answered where it is seen. */
static void enter_on_the_drift_screen_answers_no_gate(void **state)
{
    (void)state;
    struct session session = begin(WORLD_PLAN_GATE);
    type(&session, "D\r");
    expect_message(&session, "mend: nothing drifts");
    assert_int_equal(session.intent.kind, INTENT_NONE);
    end(&session);
}

static void a_paste_does_nothing_outside_a_prompt(void **state)
{
    (void)state;
    struct session session = begin(WORLD_STAGING);
    type(&session, "\x1b[200~sdra\rq\x1b[201~");
    assert_int_equal(session.answer, UI_NOTHING);
    assert_false(prompt_is_open(&session.view.prompt));
    end(&session);
}

static void escape_undoes_one_thing_at_a_time(void **state)
{
    (void)state;
    struct session session = begin(WORLD_DEPLOYING);
    struct view *view = &session.view;
    type(&session, "l");
    assert_int_equal(view->screen, SCREEN_LOG);
    type(&session, "hh");
    type(&session, "/Plack\r");
    assert_true(view->log.paused);
    type(&session, "?");
    assert_int_equal(view->screen, SCREEN_HELP);
    type(&session, "\x1b");
    assert_int_equal(view->screen, SCREEN_LOG);
    type(&session, "\x1b");
    assert_string_equal(view->log.search, "");
    assert_true(view->log.paused);
    type(&session, "\x1b");
    assert_false(view->log.paused);
    assert_int_not_equal(view->log.host, LOG_PANE_ALL);
    type(&session, "\x1b");
    assert_int_equal(view->log.host, LOG_PANE_ALL);
    type(&session, "\x1b");
    assert_int_equal(view->screen, SCREEN_DASHBOARD);
    end(&session);
}

/* From anywhere, and back by Esc; it scrolls no further than its last line. */
static void the_card_is_one_key_away(void **state)
{
    (void)state;
    struct session session = begin(WORLD_DEPLOYING);
    struct view *view = &session.view;
    type(&session, "l!");
    assert_int_equal(view->screen, SCREEN_CARD);
    type(&session, "k");
    assert_int_equal(view->card_top, 0);
    type(&session, "G");
    int last = view->card_top;
    assert_true(last > 0);
    type(&session, "j");
    assert_int_equal(view->card_top, last);
    type(&session, "g");
    assert_int_equal(view->card_top, 0);
    type(&session, "\x1b");
    assert_int_equal(view->screen, SCREEN_DASHBOARD);
    end(&session);
}

static void the_key_table_is_whole(void **state)
{
    (void)state;
    size_t count;
    const struct binding *all = bindings(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            bool same =
                (all[i].where & all[j].where) != 0 && str_equal(all[i].key, all[j].key);
            assert_false(same);
        }
        if (all[i].help == NULL) { /* another key for the row before */
            assert_true(i > 0);
            assert_int_equal(all[i].action, all[i - 1].action);
        }
        if (all[i].intent != INTENT_NONE) /* its refusal begins with its label */
            assert_non_null(all[i].label);
    }
}

/* Any keys in any situation: no crash, and each picture is whole. */
static void survives_any_keys(void **state)
{
    (void)state;
    uint32_t seed = 11;
    struct canvas canvas;
    assert_true(canvas_init(&canvas, ROWS, COLS));
    for (int s = 0; s < SITUATION_COUNT; s++) {
        struct session session = begin((enum situation)s);
        for (int i = 0; i < 300; i++) {
            static const char *const likely[] = {
                "\t", "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x1b[C", "\x1b",  "\r",
                "1",  "2",      "3",      "?",       "h",       "/",      "Plack", "n",
                "N",  "g",      "G",      "p",       "d",       "\x1b[D", "s",     "r",
                "a",  "f",      "T",      "M",       "R",       "D",      "漢"};
            seed = seed * 1664525 + 1013904223;
            type(&session, likely[(seed >> 8) % LENGTH_OF(likely)]);
            ui_draw(&session.world->model, &session.view, &canvas);
        }
        end(&session);
    }
    canvas_close(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deploy_asks_for_the_reference),
        cmocka_unit_test(a_gate_is_answered_with_its_number),
        cmocka_unit_test(the_switch_in_production_wants_the_colour),
        cmocka_unit_test(the_answer_is_for_the_gate_that_was_shown),
        cmocka_unit_test(elsewhere_enter_is_enough),
        cmocka_unit_test(a_gate_that_nobody_saw_takes_no_yes),
        cmocka_unit_test(a_small_terminal_takes_no_orders),
        cmocka_unit_test(only_who_has_the_say_answers),
        cmocka_unit_test(an_answer_counts_only_with_the_say),
        cmocka_unit_test(who_looks_on_never_has_the_say),
        cmocka_unit_test(who_else_is_there_is_in_the_header),
        cmocka_unit_test(rollback_asks_first),
        cmocka_unit_test(abort_asks_and_leaving_does_not),
        cmocka_unit_test(a_switch_without_a_deploy_wants_the_colour),
        cmocka_unit_test(a_takeover_wants_the_name_of_the_holder),
        cmocka_unit_test(a_takeover_is_from_the_holder_that_was_named),
        cmocka_unit_test(the_maintenance_page_goes_up_by_its_word),
        cmocka_unit_test(a_way_back_past_a_contract_wants_the_words),
        cmocka_unit_test(a_canary_gate_is_answered_or_taken_back),
        cmocka_unit_test(a_key_that_is_off_says_why),
        cmocka_unit_test(a_mend_asks_first),
        cmocka_unit_test(a_drift_without_a_mend_says_why),
        cmocka_unit_test(enter_on_the_drift_screen_answers_no_gate),
        cmocka_unit_test(a_paste_does_nothing_outside_a_prompt),
        cmocka_unit_test(escape_undoes_one_thing_at_a_time),
        cmocka_unit_test(the_card_is_one_key_away),
        cmocka_unit_test(the_key_table_is_whole),
        cmocka_unit_test(survives_any_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
