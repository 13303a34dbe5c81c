/* What drifts between Droplets, HAProxy's servers, and what the hosts have. */

#include "core/drift_look.h"

#include "base/str.h"
#include "core/preflight_check.h"

/* Bits of srv_admin_state (management.txt 9.3, `show servers state`): what `set server`
 * sets and takes back; and that haproxy.cfg says `disabled`, which stays with a server
 * that was made ready since. */
enum { FORCED_MAINT = 0x01, DISABLED_IN_FILE = 0x04, FORCED_DRAIN = 0x08 };

static const char *tag_of(const struct model *model, enum colour colour)
{
    return colour == COLOUR_BLUE ? model->settings->tag_blue
                                 : model->settings->tag_green;
}

static const char *backend_of(const struct model *model, enum colour colour)
{
    return model->settings->backend[colour];
}

static int next_of(const struct model *model, enum colour colour, int after)
{
    return fleet_next(&model->fleet, role_of_colour(colour), after);
}

void drift_of_other_backend(const struct model *model, enum colour colour,
                            struct drift *drift)
{
    for (int i = next_of(model, colour, -1); i >= 0; i = next_of(model, colour, i)) {
        const struct host *host = &model->fleet.hosts[i];
        if (!host->in_other_backend)
            continue;
        mend_by_rendering(
            drift_add(drift, DRIFT_OTHER_BACKEND, host->droplet.name,
                      "tagged %s, and a server of %s too", tag_of(model, colour),
                      backend_of(model, colour_other(colour))),
            model, "take \"server %s\" out of %s in haproxy.cfg, and reload HAProxy",
            host->droplet.name, backend_of(model, colour_other(colour)));
    }
}

void drift_of_two_tags(const struct model *model, struct drift *drift)
{
    for (int i = 0; i < model->fleet.count; i++) {
        const struct host *host = &model->fleet.hosts[i];
        if (host->gone || !host->two_roles)
            continue;
        mend_say(drift_add(drift, DRIFT_TWO_TAGS, host->droplet.name,
                           "tagged with more than one of %s, %s and %s",
                           model->settings->tag_blue, model->settings->tag_green,
                           model->settings->tag_balancer),
                 "take the wrong tag off: doctl compute droplet untag %s "
                 "--tag-name TAG",
                 host->droplet.name);
    }
}

static void mend_by_server(struct mend *mend, const struct model *model,
                           const struct server_row *server)
{
    struct str name = str_on(mend->server, sizeof mend->server);

    mend->kind = MEND_SERVER;
    mend->moves_traffic =
        share_reaches(model->balancers[0].runtime_share, server->colour);
    str_addf(&name, "%s/%s", backend_of(model, server->colour), server->name);
    mend_say(mend, "sets %s to ready; %s", mend->server,
             mend->moves_traffic ? "once its checks pass it gets live traffic"
                                 : "its colour has no traffic now");
}

void drift_of_server_set(const struct model *model, enum colour colour,
                         struct drift *drift)
{
    for (int i = next_of(model, colour, -1); i >= 0; i = next_of(model, colour, i)) {
        const struct host *host = &model->fleet.hosts[i];
        const struct server_row *server = &host->server;
        int state = server->admin_state & ~DISABLED_IN_FILE;
        if (!host->in_haproxy || state == 0)
            continue;
        bool by_hand = (state & ~(FORCED_MAINT | FORCED_DRAIN)) == 0;
        struct mend *mend = drift_add(
            drift, DRIFT_SERVER_SET, host->droplet.name,
            "%s, %s: %s/%s (admin state 0x%02x)", server->status,
            by_hand ? "set by hand" : "by what it tracks, or its name",
            backend_of(model, colour), server->name, (unsigned)server->admin_state);
        if (by_hand)
            mend_by_server(mend, model, server);
        else
            mend_say(
                mend,
                "not a matter of `set server`: look for \"track\" or \"resolvers\" "
                "at this server in haproxy.cfg");
    }
}

/* One that is switched off, or not there yet, is not missed. */
static bool is_missed(const struct host *host)
{
    return host->droplet.status == DROPLET_ACTIVE && host->address[0] != '\0' &&
           !host->in_haproxy && !host->in_other_backend;
}

void drift_of_server_missing(const struct model *model, enum colour colour,
                             struct drift *drift)
{
    for (int i = next_of(model, colour, -1); i >= 0; i = next_of(model, colour, i)) {
        const struct host *host = &model->fleet.hosts[i];
        if (!is_missed(host))
            continue;
        mend_by_rendering(
            drift_add(drift, DRIFT_SERVER_MISSING, host->droplet.name,
                      "tagged %s, and %s has no server at %s", tag_of(model, colour),
                      backend_of(model, colour), host->address),
            model,
            "add \"server %s %s:%lld check\" to %s in haproxy.cfg, and reload HAProxy",
            host->droplet.name, host->address, model->settings->port,
            backend_of(model, colour));
    }
}

void drift_of_stranger(const struct model *model, enum colour colour,
                       struct drift *drift)
{
    const struct fleet *fleet = &model->fleet;
    bool live = share_reaches(model->balancers[0].runtime_share, colour);

    for (int i = 0; i < fleet->stranger_count; i++) {
        const struct stranger *stranger = &fleet->strangers[i];
        if (stranger->colour != colour)
            continue;
        mend_by_rendering(
            drift_add(drift, DRIFT_STRANGER, stranger->name,
                      "a server of %s at %s, where no Droplet is tagged %s%s",
                      backend_of(model, colour), stranger->address,
                      tag_of(model, colour),
                      live ? ": it gets live traffic while it is up" : ""),
            model,
            "take \"server %s\" out of %s in haproxy.cfg and reload HAProxy, or give "
            "its Droplet the tag",
            stranger->name, backend_of(model, colour));
    }
}

/* Hosts that told nothing are not compared: that they are silent is another alarm. */
static bool has_other_release(const struct host *host, const char *release)
{
    return host->facts.at_ms > 0 && !str_starts(host->facts.revision, release);
}

void drift_of_releases(const struct model *model, enum colour colour,
                       struct drift *drift)
{
    char release[SHA_HEX_SIZE], one[HOST_NAME_MAX_BYTES + 16];
    struct names names;
    bool agree;

    fleet_release(&model->fleet, colour, release, &agree);
    if (release[0] == '\0')
        return;
    names_init(&names);
    for (int i = next_of(model, colour, -1); i >= 0; i = next_of(model, colour, i)) {
        const struct host *host = &model->fleet.hosts[i];
        const char *has = host->facts.revision;
        if (!has_other_release(host, release))
            continue;
        struct str name = str_on(one, sizeof one);
        str_addf(&name, "%s %.7s", host->droplet.name, has[0] != '\0' ? has : "none");
        names_add(&names, one);
    }
    if (names.count == 0)
        return;
    mend_say(drift_add(drift, DRIFT_RELEASES, colour_name(colour),
                       "most of its hosts have %s, but %s", release,
                       names_text(&names)),
             share_reaches(model_share(model), colour)
                 ? "it gets traffic: r sends it to the other colour; then d deploys "
                   "one release to every host of this one"
                 : "d deploys one release to every host of this colour");
}

static void look_at_hosts_helper(const struct model *model, enum colour colour,
                                 struct drift *drift)
{
    const char *ours = model->helper_sha256[0];
    struct names names;

    names_init(&names);
    for (int i = next_of(model, colour, -1); i >= 0; i = next_of(model, colour, i)) {
        const struct host *host = &model->fleet.hosts[i];
        const char *theirs = host->facts.helper_sha256;
        if (theirs[0] != '\0' && !str_equal(theirs, ours))
            names_add(&names, host->droplet.name);
    }
    if (names.count > 0)
        mend_say(drift_add(drift, DRIFT_HELPER, colour_name(colour),
                           "bgc-host is not ours (sha256 %.8s) on %s", ours,
                           names_text(&names)),
                 "`bgconsole bootstrap` installs ours on every host");
}

void drift_of_helper(const struct model *model, struct drift *drift)
{
    const char *theirs = model->balancers[0].helper_sha256;
    const char *ours = model->helper_sha256[1];

    if (theirs[0] != '\0' && !str_equal(theirs, ours))
        mend_say(drift_add(drift, DRIFT_HELPER, balancer_name(model),
                           "bgc-lb is not ours: sha256 %.8s there, %.8s here", theirs,
                           ours),
                 "`bgconsole bootstrap` installs ours");
    for (enum colour colour = COLOUR_BLUE; colour < COLOUR_COUNT; colour++)
        look_at_hosts_helper(model, colour, drift);
}
