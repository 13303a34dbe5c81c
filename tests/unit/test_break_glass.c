#include "core/break_glass.h"

#include "lib/good_model.h"
#include "lib/test.h"

#include <string.h>

struct card {
    struct good_model *good;
    char *text;
    struct str out;
};

static int setup(void **state)
{
    struct card *card = calloc(1, sizeof *card);
    card->good = good_model_new();
    card->text = malloc(BREAK_GLASS_TEXT_MAX);
    card->out = str_on(card->text, BREAK_GLASS_TEXT_MAX);
    struct model *model = &card->good->model;
    str_copy(model->env, sizeof model->env, "my-perl-app-production");
    model->run = (struct run){0};
    for (int i = 0; i < model->fleet.count; i++) {
        struct host *host = &model->fleet.hosts[i];
        str_copy(host->server.name, sizeof host->server.name, host->droplet.name);
    }
    *state = card;
    return 0;
}

static int teardown(void **state)
{
    struct card *card = *state;
    free(card->good);
    free(card->text);
    free(card);
    return 0;
}

/* The judge of every card is a shell, which reads it and runs nothing. */
static void write_card(struct card *card)
{
    str_clear(&card->out);
    break_glass_write(&card->good->model, &card->out);
    assert_false(card->out.cut);
    FILE *shell = popen("sh -n", "w");
    assert_non_null(shell);
    assert_true(fputs(card->text, shell) >= 0);
    assert_int_equal(pclose(shell), 0);
}

static void has(const struct card *card, const char *words)
{
    if (strstr(card->text, words) == NULL)
        fail_msg("no '%s' in:\n%s", words, card->text);
}

static void lacks(const struct card *card, const char *words)
{
    if (strstr(card->text, words) != NULL)
        fail_msg("'%s' in:\n%s", words, card->text);
}

static void test_one_colour_is_live(void **state)
{
    struct card *card = *state;
    struct balancer *balancer = &card->good->model.balancers[0];

    write_card(card);
    has(card, "LOAD BALANCER lb-1, 10.0.0.5\n");
    has(card, "Running in HAProxy: all to BLUE (0).");
    has(card, "The last change there: epoch 3, seq 7.");
    has(card, "GREEN: 2 of 2 hosts are ready");
    has(card, "SWITCH: all traffic to GREEN\n");
    lacks(card, "SWITCH: all traffic to BLUE\n");
    has(card, "verb=switch env=my-perl-app-production run=by-hand");
    has(card, "epoch=4 seq=1 nonce=by-hand-4-1");
    has(card, "from=0 to=100");
    has(card, "server=green_backend/web-green-1");
    lacks(card, "server=blue_backend/web-blue-1 server=green");
    has(card, "BACK: to the share of now: all to BLUE (0)\n");
    has(card, "epoch=4 seq=3 nonce=by-hand-4-3");
    has(card, "from=100 to=0");
    has(card, "deploy@10.0.0.5");
    has(card, "sudo -n /usr/local/sbin/bgc-lb\n");
    has(card, "'green_share 100' > /etc/haproxy/bgconsole/traffic.map.new");
    has(card, "'set map /etc/haproxy/bgconsole/traffic.map green_share 100;'");
    has(card, "'set server blue_backend/web-blue-1 state maint;'");
    has(card, "'set server green_backend/web-green-2 state ready;'");
    lacks(card, "KEEP");
    has(card, "verb=maintenance");
    has(card, "on=1");
    has(card, "nonce=by-hand-4-7");
    has(card, "epoch 3, seq 7");
    lacks(card, "${");

    balancer->runtime_share = balancer->disk_share = SHARE_GREEN;
    write_card(card);
    has(card, "SWITCH: all traffic to BLUE\n");
    has(card, "from=100 to=0");
    has(card, "server=blue_backend/web-blue-1");
}

static void test_split_traffic_has_two_ways_out(void **state)
{
    struct card *card = *state;
    struct balancer *balancer = &card->good->model.balancers[0];

    balancer->runtime_share = balancer->disk_share = 25;
    write_card(card);
    has(card, "split, 25 % to GREEN");
    has(card, "The traffic is split: 2 and 3 end that");
    has(card, "SWITCH: all traffic to GREEN\n");
    has(card, "SWITCH: all traffic to BLUE\n");
    has(card, "from=25 to=100");
    has(card, "from=25 to=0");
    has(card, "from=\"${FROM:?");
}

static void test_unknown_is_never_guessed(void **state)
{
    struct card *card = *state;
    struct balancer *balancer = &card->good->model.balancers[0];

    balancer->sampled = false;
    balancer->helper_sha256[0] = '\0';
    str_copy(balancer->trouble, sizeof balancer->trouble, "lb-1: no route");
    write_card(card);
    has(card, "Running in HAProxy: not known.");
    has(card, "HAProxy does not tell: lb-1: no route");
    has(card, "GREEN: 2 hosts; how they are is not known now.");
    has(card, "Which colour is live is not known");
    has(card, "epoch=\"${EPOCH:?");
    has(card, "from=\"${FROM:?");
    lacks(card, "from=0 to");
    lacks(card, "BACK:");
    has(card, "deploy@10.0.0.5");
}

static void test_no_load_balancer(void **state)
{
    struct card *card = *state;
    struct model *model = &card->good->model;

    fleet_init(&model->fleet);
    model->balancers[0] = (struct balancer){.host = -1};
    write_card(card);
    has(card, "No load balancer is known: the API has not answered yet");
    has(card, "\"${LB:?");
    has(card, "there is no line");

    str_copy(model->fleet.trouble, sizeof model->fleet.trouble, "API: 401");
    write_card(card);
    has(card, "No load balancer is known: API: 401");
}

static void test_run_says_what_was_before(void **state)
{
    struct card *card = *state;
    struct model *model = &card->good->model;

    model->run.state = RUN_WATCHING;
    model->run.target_known = true;
    model->run.share_before = SHARE_BLUE;
    model->run.epoch = 9;
    str_copy(model->run.id, sizeof model->run.id, "20261123T182622Z-7f3a");
    model->balancers[0].runtime_share = model->balancers[0].disk_share = SHARE_GREEN;
    model->balancers[0].fuse.state = FUSE_ARMED;
    write_card(card);
    has(card, "Run 20261123T182622Z-7f3a is open");
    has(card, "Before it the share was: all to BLUE (0).");
    has(card, "It is the way back");
    has(card, "epoch=10 seq=1");
    has(card, "verb=revert");
    has(card, "verb=finish");

    model->balancers[0].sampled = false;
    write_card(card);
    has(card, "BACK: to the share before the run: all to BLUE (0)\n");
    has(card, "from=\"${FROM:?");
}

static void test_disk_that_disagrees(void **state)
{
    struct card *card = *state;
    struct balancer *balancer = &card->good->model.balancers[0];

    balancer->disk_share = SHARE_GREEN;
    write_card(card);
    has(card, "On its disk, for a reload: all to GREEN (100).");
    has(card, "KEEP: what HAProxy does now");
    has(card, "'green_share 0' >");

    balancer->runtime_share = SHARE_UNKNOWN;
    balancer->map_entries = 0;
    write_card(card);
    has(card, "'add map /etc/haproxy/bgconsole/traffic.map green_share 100;'");
}

/* What comes from outside stays a word, or is left out. */
static void test_values_stay_words(void **state)
{
    struct card *card = *state;
    struct good_model *good = card->good;
    struct host *host = &good->model.fleet.hosts[GOOD_GREEN_1];

    str_copy(host->server.name, sizeof host->server.name, "x;disable frontend www");
    str_copy(good->settings.key_file, SETTING_TEXT_MAX, "/home/o'hara/$(id)/key");
    good->settings.become = BECOME_NONE;
    good->settings.ssh_port = 2222;
    write_card(card);
    lacks(card, "disable frontend");
    has(card, "GREEN: 1 of 2 hosts are ready in HAProxy; 1 it does not name.");
    has(card, "-i '/home/o'\\''hara/$(id)/key'");
    has(card, "-p 2222");
    lacks(card, "sudo");
}

static void test_each_load_balancer_has_its_lines(void **state)
{
    struct card *card = *state;

    good_host(&card->good->model, ROLE_BALANCER, "lb-2", "");
    write_card(card);
    has(card, "LOAD BALANCER lb-1, 10.0.0.5\n");
    has(card, "LOAD BALANCER lb-2, 10.0.0.6\n");
    has(card, "epoch=4 seq=1");
    has(card, "epoch=\"${EPOCH:?"); /* of the one that was not asked */
}

static void test_lines_fit_the_screen(void **state)
{
    struct card *card = *state;

    str_copy(card->good->settings.known_hosts, SETTING_TEXT_MAX,
             "/root/.ssh/known_hosts");
    write_card(card);
    for (const char *at = card->text; *at != '\0'; at += strcspn(at, "\n") + 1) {
        if (strcspn(at, "\n") > 78)
            fail_msg("too wide: %.120s", at);
    }
}

int main(void)
{
#define CARD_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CARD_TEST(test_one_colour_is_live),
        CARD_TEST(test_split_traffic_has_two_ways_out),
        CARD_TEST(test_unknown_is_never_guessed),
        CARD_TEST(test_no_load_balancer),
        CARD_TEST(test_run_says_what_was_before),
        CARD_TEST(test_disk_that_disagrees),
        CARD_TEST(test_values_stay_words),
        CARD_TEST(test_each_load_balancer_has_its_lines),
        CARD_TEST(test_lines_fit_the_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
