#include "core/by_hand.h"

#include <inttypes.h>
#include <string.h>

enum { COMMAND_MAX = 512, NONCE_MAX = 64 };

/* An answered status names its helper; one that failed leaves all as it was. */
static bool has_told_status(const struct balancer *balancer)
{
    return balancer->helper_sha256[0] != '\0';
}

/* Above what was recorded, and above the run's own: what still lives is fenced out. */
static int64_t epoch_above(const struct model *model)
{
    const struct balancer *balancer = &model->balancers[0];
    int64_t seen = balancer->epoch;

    if (!has_told_status(balancer))
        return -1;
    if (balancer->lease.epoch > seen)
        seen = balancer->lease.epoch;
    return (model->run.epoch > seen ? model->run.epoch : seen) + 1;
}

struct by_hand by_hand_on(const struct model *model, int host, struct str *out)
{
    bool is_asked = host == model->balancers[0].host;

    return (struct by_hand){
        .model = model,
        .host = host,
        .epoch = is_asked ? epoch_above(model) : -1,
        .out = out,
    };
}

/* What HAProxy allows in a name (configuration manual, 2.4); anything else would be a
 * command of its own there. */
bool by_hand_knows_server(const struct host *host)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.:";
    const char *name = host->server.name;

    return host->in_haproxy && name[0] != '\0' && name[strspn(name, allowed)] == '\0';
}

/* ---- by the helper ---- */

static void add_login(const struct by_hand *hand, struct shell_line *line,
                      const char *user)
{
    const struct settings *settings = hand->model->settings;
    const char *address =
        hand->host >= 0 ? hand->model->fleet.hosts[hand->host].address : "";
    char buffer[COMMAND_MAX];
    struct str login = str_on(buffer, sizeof buffer);

    shell_word(line, "ssh");
    if (settings->key_file[0] != '\0') {
        shell_word(line, "-i");
        shell_word(line, settings->key_file);
    }
    if (settings->known_hosts[0] != '\0') {
        str_addf(&login, "-oUserKnownHostsFile=%s", settings->known_hosts);
        shell_word(line, buffer);
        str_clear(&login);
    }
    shell_word(line, "-p");
    str_addf(&login, "%lld", settings->ssh_port);
    shell_word(line, buffer);
    str_clear(&login);
    if (address[0] != '\0') {
        str_addf(&login, "%s@%s", user, address);
        shell_word(line, buffer);
        return;
    }
    shell_word(line, "-l");
    shell_word(line, user);
    shell_syntax(line, "\"${LB:?set it to the address of the load balancer}\"");
}

static struct shell_line begin_request(const struct by_hand *hand, const char *verb)
{
    struct shell_line line = shell_line_on(hand->out);

    shell_syntax(&line, "printf '%s\\n' 'bgc 1'");
    shell_pair(&line, "verb", verb);
    shell_pair(&line, "env", hand->model->env);
    return line;
}

/* The empty word is the empty line that ends a request. */
static void end_request(const struct by_hand *hand, struct shell_line *line)
{
    const struct settings *settings = hand->model->settings;

    shell_syntax(line, "'' |");
    shell_line_break(line);
    add_login(hand, line, settings->user);
    shell_syntax(line, settings->become == BECOME_SUDO
                           ? "sudo -n /usr/local/sbin/bgc-lb"
                           : "/usr/local/sbin/bgc-lb");
    shell_line_end(line);
}

/* A pair of its own, and a nonce that belongs to it. */
static void add_pair(const struct by_hand *hand, struct shell_line *line, int seq)
{
    char nonce[NONCE_MAX];
    struct str out = str_on(nonce, sizeof nonce);

    if (hand->epoch < 0) {
        shell_syntax(line, "epoch=\"${EPOCH:?set it above epoch and lease_epoch}\"");
        shell_pair_number(line, "seq", seq);
        shell_syntax(line, "nonce=by-hand-$(date +%s)");
        return;
    }
    str_addf(&out, "by-hand-%" PRId64 "-%d", hand->epoch, seq);
    shell_pair_number(line, "epoch", hand->epoch);
    shell_pair_number(line, "seq", seq);
    shell_pair(line, "nonce", nonce);
}

void by_hand_status(const struct by_hand *hand)
{
    struct shell_line line = begin_request(hand, "status");
    end_request(hand, &line);
}

static void add_servers(const struct by_hand *hand, struct shell_line *line,
                        enum colour colour)
{
    const struct fleet *fleet = &hand->model->fleet;
    enum host_role role = role_of_colour(colour);
    char buffer[COMMAND_MAX];

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host *host = &fleet->hosts[i];
        struct str name = str_on(buffer, sizeof buffer);
        if (!by_hand_knows_server(host))
            continue;
        str_addf(&name, "%s/%s", hand->model->settings->backend[host->server.colour],
                 host->server.name);
        shell_pair(line, "server", buffer);
    }
}

void by_hand_switch(const struct by_hand *hand, int seq, int from, int to)
{
    struct shell_line line = begin_request(hand, "switch");

    shell_pair(&line, "run", "by-hand");
    add_pair(hand, &line, seq);
    if (share_is_valid(from))
        shell_pair_number(&line, "from", from);
    else
        shell_syntax(&line, "from=\"${FROM:?set it to disk_share = runtime_share}\"");
    shell_pair_number(&line, "to", to);
    if (share_reaches(to, COLOUR_BLUE))
        add_servers(hand, &line, COLOUR_BLUE);
    if (share_reaches(to, COLOUR_GREEN))
        add_servers(hand, &line, COLOUR_GREEN);
    end_request(hand, &line);
}

void by_hand_end_fuse(const struct by_hand *hand, int seq, const char *verb)
{
    struct shell_line line = begin_request(hand, verb);

    shell_pair(&line, "run", "by-hand");
    add_pair(hand, &line, seq);
    end_request(hand, &line);
}

void by_hand_maintenance(const struct by_hand *hand, int seq, bool on)
{
    struct shell_line line = begin_request(hand, "maintenance");

    shell_pair(&line, "run", "by-hand");
    add_pair(hand, &line, seq);
    shell_pair_number(&line, "on", on ? 1 : 0);
    end_request(hand, &line);
}

void by_hand_login(const struct by_hand *hand)
{
    const struct settings *settings = hand->model->settings;
    struct shell_line line = shell_line_on(hand->out);

    add_login(hand, &line,
              settings->become == BECOME_SUDO ? settings->bootstrap_user
                                              : settings->user);
    shell_line_end(&line);
}
