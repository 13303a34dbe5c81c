#include "app/app.h"
#include "app/environment.h"
#include "base/memory.h"
#include "base/str.h"
#include "net/digitalocean.h"
#include "net/host_scan.h"
#include "net/known_hosts.h"
#include "net/known_line.h"
#include "net/ssh_shared.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* First contact with a host: its keys are shown, and added when somebody has compared
 * them. */
struct first_contact {
    uv_loop_t loop;
    struct environment *environment;
    const struct app_options *options;
    struct ssh_shared shared;
    struct ssh_identity identity;
    struct ssh_target target;
    char name[KNOWN_NAME_MAX]; /* in known_hosts */

    struct host_key keys[HOST_SCAN_KEYS_MAX];
    int count;
    struct err err;
};

static enum exit_code complain(const struct err *err, enum exit_code code)
{
    fprintf(stderr, "bgconsole: %s\n", err->text);
    return code;
}

/* ---- which host is meant ---- */

static void target_set(struct first_contact *contact, const char *name,
                       const char *address, long long port)
{
    struct ssh_target *target = &contact->target;

    str_copy(target->name, sizeof target->name, name);
    str_copy(target->address, sizeof target->address, address);
    str_copy(target->user, sizeof target->user, contact->environment->settings.user);
    target->port = (int)port;
    known_name(target->address, target->port, contact->name);
}

/* "HOST", "HOST:PORT" or "[HOST]:PORT". */
static bool split_port(const char *text, char host[SSH_ADDRESS_MAX], long long *port)
{
    const char *colon = strrchr(text, ':');
    bool bracketed = text[0] == '[';
    bool has_port =
        colon != NULL && (bracketed ? colon[-1] == ']' : strchr(text, ':') == colon);
    size_t length = has_port ? (size_t)(colon - text) : strlen(text);

    if (has_port && !str_to_long(colon + 1, 1, 65535, port))
        return false;
    if (bracketed && (length < 2 || text[length - 1] != ']'))
        return false;
    return str_copy_bytes(host, SSH_ADDRESS_MAX, text + bracketed,
                          length - 2 * (size_t)bracketed);
}

static bool is_address(const char *text)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, text, bytes) == 1 ||
           inet_pton(AF_INET6, text, bytes) == 1;
}

/* The jump host itself is met without going through it. */
static bool is_jump(struct first_contact *contact, const char *host)
{
    const char *jump = contact->identity.jump;
    const char *at = strchr(jump, '@');
    char jump_host[SSH_ADDRESS_MAX];
    long long port = 22;

    if (jump[0] == '\0' || !split_port(at != NULL ? at + 1 : jump, jump_host, &port) ||
        !str_equal(host, jump_host))
        return false;
    target_set(contact, host, host, port);
    contact->identity.jump = "";
    return true;
}

static void on_listed(void *context, struct event *event)
{
    struct first_contact *contact = context;
    const struct settings *settings = &contact->environment->settings;

    uv_stop(&contact->loop);
    if (event->type != EV_FLEET_LISTED) {
        err_set(&contact->err, event->failure.code, "%s", event->failure.text);
        return;
    }
    err_set(&contact->err, ERR_USAGE,
            "%s: no Droplet with our tags has this name, and it is no address",
            contact->options->operand);
    for (size_t i = 0; i < event->fleet.count; i++) {
        const struct droplet *droplet = &event->fleet.droplets[i];
        const char *address = settings->address == ADDRESS_PRIVATE
                                  ? droplet->private_address
                                  : droplet->public_address;
        if (!str_equal(droplet->name, contact->options->operand) || address[0] == '\0')
            continue;
        target_set(contact, droplet->name, address, settings->ssh_port);
        contact->err = (struct err){0};
    }
}

static bool find_droplet(struct first_contact *contact)
{
    struct environment *environment = contact->environment;
    const struct sink sink = {.take = on_listed, .context = contact};
    static const struct ticket no_ticket = {0};
    struct digitalocean *api = NULL;

    if (!secret_read(&environment->settings, environment->token, &contact->err))
        return false;
    struct http *http =
        http_new(&contact->loop, "bgconsole/" BGC_VERSION, &contact->err);
    if (http != NULL)
        api = digitalocean_new(&contact->loop, http, &environment->settings,
                               environment->token, sink, &contact->err);
    if (api != NULL) {
        digitalocean_list(api, no_ticket);
        uv_run(&contact->loop, UV_RUN_DEFAULT);
        digitalocean_close(api);
    }
    if (http != NULL)
        http_close(http);
    uv_run(&contact->loop, UV_RUN_DEFAULT);
    digitalocean_free(api);
    http_free(http);
    return contact->err.code == ERR_NONE;
}

static bool find_host(struct first_contact *contact)
{
    const struct settings *settings = &contact->environment->settings;
    char host[SSH_ADDRESS_MAX];
    long long port = settings->ssh_port;

    if (!split_port(contact->options->operand, host, &port))
        return err_set(&contact->err, ERR_USAGE, "%s: is no host",
                       contact->options->operand);
    if (is_jump(contact, host))
        return true;
    if (!is_address(host))
        return find_droplet(contact);
    target_set(contact, host, host, port);
    return true;
}

/* ---- what it shows, and what we know ---- */

static void on_scanned(void *context, const struct host_key *keys, int count,
                       const struct err *err)
{
    struct first_contact *contact = context;

    memcpy(contact->keys, keys, (size_t)count * sizeof *keys);
    contact->count = count;
    contact->err = *err;
    uv_stop(&contact->loop);
}

static bool meet(struct first_contact *contact)
{
    struct host_scan *scan = host_scan_new(&contact->loop, &contact->target,
                                           &contact->identity, on_scanned, contact);
    uv_run(&contact->loop, UV_RUN_DEFAULT);
    host_scan_free(scan);
    uv_run(&contact->loop, UV_RUN_DEFAULT);
    if (contact->count == 0)
        err_wrap(&contact->err, "%s (%s)", contact->target.name, contact->name);
    return contact->count > 0;
}

/* The worst of what the files say of its keys. A key that is known already speaks for
 * the host; one of another type beside it is no change. */
static enum known_verdict judge(struct first_contact *contact)
{
    struct known_hosts known = {0};
    enum known_verdict worst = KNOWN_UNKNOWN;
    struct known_answer answer;
    bool is_known = false;

    if (!known_hosts_add(&known, contact->identity.known_hosts, &contact->err) ||
        !known_hosts_add(&known, contact->identity.trusted_hosts, &contact->err)) {
        known_hosts_close(&known);
        return KNOWN_REVOKED;
    }
    for (int i = 0; i < contact->count; i++) {
        const struct ssh_target *target = &contact->target;
        known_hosts_judge(&known, target->address, target->port, contact->keys[i].blob,
                          contact->keys[i].length, &answer);
        is_known = is_known || answer.verdict == KNOWN_MATCH;
        bool is_worse = answer.verdict == KNOWN_REVOKED ||
                        (answer.verdict == KNOWN_CHANGED && worst != KNOWN_REVOKED);
        if (!is_worse)
            continue;
        worst = answer.verdict;
        known_answer_accept(&answer, &known, target->address, &contact->err);
    }
    known_hosts_close(&known);
    return is_known && worst != KNOWN_REVOKED ? KNOWN_MATCH : worst;
}

static void show_key(const struct host_key *key)
{
    char type[SSH_KEY_TYPE_MAX], print[SSH_FINGERPRINT_SIZE];

    if (!ssh_key_type(key->blob, key->length, type))
        return;
    ssh_key_fingerprint(key->blob, key->length, print);
    printf("  %-20s %s\n", type, print);
}

/* ---- who decides ---- */

static bool ask(const struct first_contact *contact)
{
    char line[SSH_NAME_MAX + 2] = "";

    printf("\nCompare one of them with what the host says of itself, on its own "
           "console:\n  for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "
           "$key; done\n\nAre they the same? Type the name %s to trust it: ",
           contact->target.name);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL)
        printf("\n");
    line[strcspn(line, "\r\n")] = '\0';
    return str_equal(line, contact->target.name);
}

/* Keeps the one key with that fingerprint. */
static bool choose(struct first_contact *contact, const char *wanted)
{
    char print[SSH_FINGERPRINT_SIZE];

    for (int i = 0; i < contact->count; i++) {
        ssh_key_fingerprint(contact->keys[i].blob, contact->keys[i].length, print);
        if (!str_equal(print, wanted))
            continue;
        contact->keys[0] = contact->keys[i];
        contact->count = 1;
        return true;
    }
    return false;
}

static enum exit_code decide(struct first_contact *contact)
{
    const char *wanted = contact->options->fingerprint;
    const char *path = contact->identity.trusted_hosts;

    if (wanted != NULL && !choose(contact, wanted)) {
        fprintf(stderr,
                "bgconsole: none of them is %s; nothing was added. Is this the right "
                "host?\n",
                wanted);
        return EXIT_FAILED;
    }
    if (wanted == NULL && !isatty(STDIN_FILENO)) {
        fprintf(stderr,
                "bgconsole: nothing was added: nobody is there to compare them; "
                "give the right one by --fingerprint SHA256:...\n");
        return EXIT_GATE;
    }
    if (wanted == NULL && !ask(contact)) {
        printf("nothing was added\n");
        return EXIT_ABORTED;
    }
    if (!trusted_hosts_add(path, contact->name, contact->keys, contact->count,
                           &contact->err))
        return complain(&contact->err, EXIT_FAILED);
    printf("%s: %d key%s added to %s\n", contact->target.name, contact->count,
           contact->count == 1 ? "" : "s", path);
    return EXIT_OK;
}

static enum exit_code make_contact(struct first_contact *contact)
{
    if (!meet(contact))
        return complain(&contact->err, EXIT_UNREACHABLE);
    enum known_verdict verdict = judge(contact);
    printf("%s (%s) shows\n", contact->target.name, contact->name);
    for (int i = 0; i < contact->count; i++)
        show_key(&contact->keys[i]);
    fflush(stdout);
    if (verdict == KNOWN_REVOKED || verdict == KNOWN_CHANGED) {
        complain(&contact->err, EXIT_FAILED);
        fprintf(stderr,
                "bgconsole: nothing was added; once you know why: "
                "`bgconsole trust --forget %s`, or `ssh-keygen -R '%s' -f %s`\n",
                contact->options->operand, contact->name,
                contact->identity.known_hosts);
        return EXIT_FAILED;
    }
    if (verdict == KNOWN_MATCH) {
        printf("it is known already; nothing was added\n");
        return EXIT_OK;
    }
    return decide(contact);
}

/* ---- what was trusted before ---- */

static enum exit_code forget(struct first_contact *contact)
{
    int count;

    if (!trusted_hosts_forget(contact->identity.trusted_hosts, contact->name, &count,
                              &contact->err))
        return complain(&contact->err, EXIT_FAILED);
    printf("%s: %d key%s forgotten\n", contact->target.name, count,
           count == 1 ? "" : "s");
    return EXIT_OK;
}

static enum exit_code list(struct first_contact *contact)
{
    struct known_hosts known = {0};
    struct known_line line;
    struct host_key key;

    if (!known_hosts_add(&known, contact->identity.trusted_hosts, &contact->err))
        return complain(&contact->err, EXIT_FAILED);
    struct known_cursor cursor =
        known_cursor_on(known.files[0].text, known.files[0].length);
    while (known_line_next(&cursor, &line)) {
        printf("%.*s\n", (int)line.names_length, line.names);
        memcpy(key.blob, line.blob, line.blob_length);
        key.length = line.blob_length;
        show_key(&key);
    }
    known_hosts_close(&known);
    return EXIT_OK;
}

static enum exit_code trust(struct first_contact *contact)
{
    const struct app_options *options = contact->options;

    if (options->list)
        return list(contact);
    if (options->operand == NULL) {
        fprintf(stderr,
                "bgconsole: trust: which host? A Droplet's name or an address\n");
        return EXIT_USAGE;
    }
    if (!find_host(contact))
        return complain(&contact->err,
                        contact->err.code == ERR_USAGE ? EXIT_USAGE : EXIT_UNREACHABLE);
    return options->forget ? forget(contact) : make_contact(contact);
}

enum exit_code app_trust(const struct app_options *options)
{
    struct environment *environment = memory_new(sizeof *environment);
    struct first_contact contact = {.environment = environment, .options = options};
    enum exit_code code = environment_read_settings(environment, options);

    if (code == EXIT_OK) {
        uv_loop_init(&contact.loop);
        ssh_shared_init(&contact.shared, &environment->log);
        contact.identity = ssh_identity_of(&environment->settings,
                                           environment->trusted_hosts, &contact.shared);
        code = trust(&contact);
        ssh_shared_close(&contact.shared);
        uv_loop_close(&contact.loop);
    }
    environment_close(environment);
    free(environment);
    return code;
}
