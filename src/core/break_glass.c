#include "core/break_glass.h"

#include "core/by_hand.h"

#include <inttypes.h>

/* The order of the card's changes, if they are made one after the other: each line has
 * a pair above the one before it. */
enum order {
    ORDER_SWITCH = 1,
    ORDER_OTHER_WAY,
    ORDER_BACK,
    ORDER_REVERT,
    ORDER_FINISH,
    ORDER_PAGE_UP,
    ORDER_PAGE_DOWN,
};

enum { SHARE_WORDS_MAX = 80 };

/* One card, for one load balancer. */
struct card {
    const struct model *model;
    struct by_hand hand;
    struct str *out;
    bool is_told; /* HAProxy tells of itself now */
    int share;    /* what HAProxy does, SHARE_UNKNOWN */
    int disk;     /* what a reload would make of it, SHARE_UNKNOWN */
    int section;
};

static void section(struct card *card, const char *title)
{
    str_addf(card->out, "\n# %d. %s\n", ++card->section, title);
}

static const char *share_words(int share, char words[SHARE_WORDS_MAX])
{
    struct str out = str_on(words, SHARE_WORDS_MAX);
    enum colour live;

    if (!share_is_valid(share))
        str_add(&out, "not known");
    else if (share_live(share, &live))
        str_addf(&out, "all to %s (%d)", colour_name_upper(live), share);
    else
        str_addf(&out, "split, %d %% to GREEN", share);
    return words;
}

/* ---- what is true ---- */

static void write_pool(struct card *card, enum colour colour)
{
    const struct fleet *fleet = &card->model->fleet;
    enum host_role role = role_of_colour(colour);
    int hosts = 0, ready = 0, known = 0;

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host *host = &fleet->hosts[i];
        bool is_known = by_hand_knows_server(host);
        hosts++;
        known += is_known;
        ready += is_known && server_is_ready(&host->server);
    }
    str_addf(card->out, "# %s: ", colour_name_upper(colour));
    if (!card->is_told)
        str_addf(card->out, "%d hosts; how they are is not known now.\n", hosts);
    else if (known < hosts)
        str_addf(card->out,
                 "%d of %d hosts are ready in HAProxy; %d it does not name.\n", ready,
                 hosts, hosts - known);
    else
        str_addf(card->out, "%d of %d hosts are ready in HAProxy.\n", ready, hosts);
}

static void write_run(struct card *card)
{
    const struct run *run = &card->model->run;
    char words[SHARE_WORDS_MAX];

    if (!run_is_open(run->state))
        return;
    str_addf(card->out, "# Run %s is open: %s.\n", run->id,
             run_state_words(run->state));
    if (run->target_known)
        str_addf(card->out, "# Before it the share was: %s.\n",
                 share_words(run->share_before, words));
    str_add(card->out,
            "# Its console may act too, until the helper made a change from here.\n");
}

static void write_truth(struct card *card)
{
    const struct balancer *balancer = &card->model->balancers[0];
    char words[SHARE_WORDS_MAX];

    str_addf(card->out, "# Running in HAProxy: %s.\n", share_words(card->share, words));
    str_addf(card->out, "# On its disk, for a reload: %s.\n",
             share_words(card->disk, words));
    if (!balancer->sampled && balancer->trouble[0] != '\0')
        str_addf(card->out, "# HAProxy does not tell: %s\n", balancer->trouble);
    if (balancer->status_trouble[0] != '\0')
        str_addf(card->out, "# The helper: %s\n", balancer->status_trouble);
    if (card->hand.epoch >= 0 && balancer->epoch == 0)
        str_add(card->out, "# No change was recorded there yet.\n");
    else if (card->hand.epoch >= 0)
        str_addf(card->out,
                 "# The last change there: epoch %" PRId64 ", seq %" PRId64 ".\n",
                 balancer->epoch, balancer->seq);
    else
        str_add(card->out,
                "# The epoch of the last change is not known: line 1 tells it.\n");
    if (balancer->maintenance)
        str_add(card->out, "# The maintenance page is up: every request gets 503.\n");
    write_pool(card, COLOUR_BLUE);
    write_pool(card, COLOUR_GREEN);
    write_run(card);
}

/* ---- what can be done ---- */

static void write_look(struct card *card)
{
    section(card, "LOOK: changes nothing");
    str_add(card->out, "# What the helper says:\n");
    by_hand_status(&card->hand);
    str_add(card->out,
            "# Log in to the load balancer as root, for all lines below that say\n"
            "# \"as root\": the helper is not needed there.\n");
    by_hand_login(&card->hand);
    str_add(card->out, "# As root: the share on the disk.\n");
    by_hand_look_disk(&card->hand);
    str_add(card->out, "# As root: the share in the running HAProxy.\n");
    by_hand_look_runtime(&card->hand);
}

/* The disk first: a reload in between then loads the new share, not the old one. */
static void write_share_as_root(struct card *card, int share)
{
    str_add(card->out,
            "# As root, first: the disk, so that a reload does not undo it.\n");
    by_hand_set_disk(&card->hand, share);
    str_add(card->out,
            "# As root, then: the running HAProxy; it shows the map after.\n");
    by_hand_set_runtime(&card->hand, share);
}

static void write_change(struct card *card, enum order order, int from, int to)
{
    str_add(card->out,
            "# By the helper, which refuses while a server= is not ready:\n");
    by_hand_switch(&card->hand, (int)order, from, to);
    write_share_as_root(card, to);
}

/* Whether an open run began at this share, and has left it. */
static bool is_way_back(const struct card *card, int share)
{
    const struct run *run = &card->model->run;

    return run_is_open(run->state) && run->target_known && run->share_before == share &&
           card->share != share;
}

static void write_way_to(struct card *card, enum order order, enum colour colour)
{
    char title[SHARE_WORDS_MAX];
    struct str out = str_on(title, sizeof title);

    str_addf(&out, "SWITCH: all traffic to %s", colour_name_upper(colour));
    section(card, title);
    if (is_way_back(card, share_of(colour)))
        str_add(card->out, "# It is the way back: so it was before the run.\n");
    write_change(card, order, card->share, share_of(colour));
}

static void write_switch(struct card *card)
{
    enum colour live;

    if (share_live(card->share, &live)) {
        write_way_to(card, ORDER_SWITCH, colour_other(live));
        return;
    }
    str_add(card->out,
            share_is_valid(card->share)
                ? "\n# The traffic is split: 2 and 3 end that, one way or the other.\n"
                : "\n# Which colour is live is not known: look (1) before 2 or 3.\n");
    write_way_to(card, ORDER_SWITCH, COLOUR_GREEN);
    write_way_to(card, ORDER_OTHER_WAY, COLOUR_BLUE);
}

/* The way back from a switch that is yet to be made; or to the share before the run,
 * where that is not one of the ways that stand above. The helper must be told what it
 * will find: after a switch that is the other colour. */
static void write_back(struct card *card)
{
    const struct run *run = &card->model->run;
    bool in_run = run_is_open(run->state) && run->target_known;
    bool to_before = in_run && !share_is_valid(card->share);
    int back = to_before ? run->share_before : card->share;
    int from = SHARE_UNKNOWN;
    char title[2 * SHARE_WORDS_MAX], words[SHARE_WORDS_MAX];
    struct str out = str_on(title, sizeof title);
    enum colour live;

    if (!share_is_valid(back))
        return;
    if (!to_before && share_live(back, &live))
        from = share_of(colour_other(live));
    str_addf(&out, "BACK: to the share %s: %s", to_before ? "before the run" : "of now",
             share_words(back, words));
    section(card, title);
    if (!to_before)
        str_add(card->out, "# So it is now: these are for after a switch.\n");
    write_change(card, ORDER_BACK, from, back);
}

static void write_fuse(struct card *card)
{
    const struct balancer *balancer = &card->model->balancers[0];
    bool told = balancer->asked_ms > 0 && balancer->status_trouble[0] == '\0';
    bool waits =
        balancer->fuse.state == FUSE_ARMED || balancer->fuse.state == FUSE_HELD;

    if (told && !waits)
        return;
    section(card, told ? "FUSE: a switch waits to be confirmed"
                       : "FUSE: only where `status` says fuse=armed or fuse=held");
    str_add(card->out,
            "# An armed fuse goes off at its deadline, also after lines as root.\n"
            "# Back now to the share before the run:\n");
    by_hand_end_fuse(&card->hand, ORDER_REVERT, "revert");
    str_add(card->out, "# Or keep the share as it is, for good:\n");
    by_hand_end_fuse(&card->hand, ORDER_FINISH, "finish");
}

/* Where disk and HAProxy disagree the helper refuses to switch at all. */
static void write_keep(struct card *card)
{
    if (card->share == card->disk || !share_is_valid(card->share))
        return;
    section(card, "KEEP: what HAProxy does now, through a reload");
    str_add(card->out, "# As root: the disk follows; until then the helper refuses.\n");
    by_hand_set_disk(&card->hand, card->share);
}

static void write_servers(struct card *card, const char *state)
{
    for (enum colour colour = 0; colour < COLOUR_COUNT; colour++) {
        if (by_hand_set_servers(&card->hand, colour, state) == 0)
            str_addf(card->out, "# %s: HAProxy told of no server; there is no line.\n",
                     colour_name_upper(colour));
    }
}

/* The helper has a page for it. With no server left HAProxy answers 503 by itself. */
static void write_maintenance(struct card *card)
{
    section(card, "MAINTENANCE: 503 for everybody");
    str_add(card->out, "# By the helper: the page up.\n");
    by_hand_maintenance(&card->hand, ORDER_PAGE_UP, true);
    str_add(card->out, "# By the helper: the page down.\n");
    by_hand_maintenance(&card->hand, ORDER_PAGE_DOWN, false);
    str_add(card->out,
            "# As root: up, by taking all servers out. A reload may undo it.\n");
    write_servers(card, "maint");
    str_add(card->out,
            "# As root: down. It readies also what was drained by hand before.\n");
    write_servers(card, "ready");
}

static void write_card(const struct model *model, int host, struct str *out)
{
    bool is_told = host == model->balancers[0].host && model->balancers[0].sampled;
    struct card card = {
        .model = model,
        .hand = by_hand_on(model, host, out),
        .out = out,
        .is_told = is_told,
        .share = is_told ? model->balancers[0].runtime_share : SHARE_UNKNOWN,
        .disk = is_told ? model->balancers[0].disk_share : SHARE_UNKNOWN,
    };

    write_truth(&card);
    write_look(&card);
    write_switch(&card);
    write_back(&card);
    write_fuse(&card);
    write_keep(&card);
    write_maintenance(&card);
}

void break_glass_write(const struct model *model, struct str *out)
{
    const struct fleet *fleet = &model->fleet;
    int host = fleet_next(fleet, ROLE_BALANCER, -1);

    str_addf(out, "# BREAK-GLASS CARD of %s\n", model->env);
    str_add(out,
            "# Lines to run by hand, as things are at this moment. After a change\n"
            "# look at a new card.\n");
    if (host < 0) {
        str_add(out, "# No load balancer is known: ");
        str_addf(out, "%s\n",
                 fleet->trouble[0] != '\0' ? fleet->trouble
                 : fleet->listed_ms == 0   ? "the API has not answered yet"
                                           : "no Droplet carries its tag");
        write_card(model, -1, out);
    }
    for (; host >= 0; host = fleet_next(fleet, ROLE_BALANCER, host)) {
        str_addf(out, "#\n# LOAD BALANCER %s, %s\n", fleet->hosts[host].droplet.name,
                 fleet->hosts[host].address[0] != '\0' ? fleet->hosts[host].address
                                                       : "address not known");
        write_card(model, host, out);
    }
}
