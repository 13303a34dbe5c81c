#include "core/by_hand.h"

enum { COMMAND_MAX = 512 };

/* One connection, one line, the whole answer, and not longer than 5 s. Its words are
 * the socket and HAProxy's commands, as they are. */
static const char *const perl[] = {
    "perl -MIO::Socket::UNIX -e 'alarm 5; $cli = IO::Socket::UNIX->new(shift)'",
    "-e 'or die \"no HAProxy there: $!\\n\"; print $cli \"@ARGV\\n\";'",
    "-e 'shutdown $cli, 1; print while <$cli>'",
};

static struct shell_line begin_haproxy(const struct by_hand *hand)
{
    struct shell_line line = shell_line_on(hand->out);

    for (size_t i = 0; i < sizeof perl / sizeof *perl; i++) {
        if (i > 0)
            shell_line_break(&line);
        shell_syntax(&line, perl[i]);
    }
    shell_line_break(&line);
    shell_word(&line, hand->model->settings->stats_socket);
    return line;
}

static void add_show_map(const struct by_hand *hand, struct shell_line *line)
{
    char buffer[COMMAND_MAX];
    struct str command = str_on(buffer, sizeof buffer);

    str_addf(&command, "show map %s", hand->model->settings->map_file);
    shell_word(line, buffer);
}

void by_hand_look_disk(const struct by_hand *hand)
{
    struct shell_line line = shell_line_on(hand->out);

    shell_word(&line, "cat");
    shell_word(&line, hand->model->settings->map_file);
    shell_line_end(&line);
}

void by_hand_look_runtime(const struct by_hand *hand)
{
    struct shell_line line = begin_haproxy(hand);

    add_show_map(hand, &line);
    shell_line_end(&line);
}

/* A file that is whole at every moment: HAProxy may start from it at any time. */
void by_hand_set_disk(const struct by_hand *hand, int share)
{
    const struct settings *settings = hand->model->settings;
    char new_file[COMMAND_MAX], entry[COMMAND_MAX];
    struct str path = str_on(new_file, sizeof new_file);
    struct str out = str_on(entry, sizeof entry);
    struct shell_line line = shell_line_on(hand->out);

    str_addf(&path, "%s.new", settings->map_file);
    str_addf(&out, "%s %d", settings->map_key, share);
    shell_syntax(&line, "printf '%s\\n'");
    shell_word(&line, entry);
    shell_syntax(&line, ">");
    shell_word(&line, new_file);
    shell_syntax(&line, "&&");
    shell_line_break(&line);
    shell_syntax(&line, "chmod 644");
    shell_word(&line, new_file);
    shell_syntax(&line, "&&");
    shell_line_break(&line);
    shell_word(&line, "sync");
    shell_word(&line, new_file);
    shell_syntax(&line, "&&");
    shell_line_break(&line);
    shell_word(&line, "mv");
    shell_word(&line, new_file);
    shell_word(&line, settings->map_file);
    shell_line_end(&line);
}

/* An entry that is not there cannot be set, only added. */
void by_hand_set_runtime(const struct by_hand *hand, int share)
{
    const struct balancer *balancer = &hand->model->balancers[0];
    const struct settings *settings = hand->model->settings;
    bool is_gone =
        hand->host == balancer->host && balancer->sampled && balancer->map_entries == 0;
    char buffer[COMMAND_MAX];
    struct str command = str_on(buffer, sizeof buffer);
    struct shell_line line = begin_haproxy(hand);

    str_addf(&command, "%s map %s %s %d;", is_gone ? "add" : "set", settings->map_file,
             settings->map_key, share);
    shell_word(&line, buffer);
    add_show_map(hand, &line);
    shell_line_end(&line);
}

int by_hand_set_servers(const struct by_hand *hand, enum colour colour,
                        const char *state)
{
    const struct fleet *fleet = &hand->model->fleet;
    enum host_role role = role_of_colour(colour);
    struct shell_line line;
    char buffer[COMMAND_MAX];
    int count = 0;

    for (int i = fleet_next(fleet, role, -1); i >= 0; i = fleet_next(fleet, role, i)) {
        const struct host *host = &fleet->hosts[i];
        struct str command = str_on(buffer, sizeof buffer);
        if (!by_hand_knows_server(host))
            continue;
        if (count++ == 0)
            line = begin_haproxy(hand);
        str_addf(&command, "set server %s/%s state %s;",
                 hand->model->settings->backend[host->server.colour], host->server.name,
                 state);
        shell_word(&line, buffer);
    }
    if (count > 0)
        shell_line_end(&line);
    return count;
}
