#include "net/openssh_verdict.h"

#include "base/str.h"

#include <string.h>

enum { PART_MAX = 160 };

/* The words of OpenSSH 9.2, the first that fits from the top. Its sentences come from
 * sshconnect.c, sshconnect2.c, packet.c, kex.c and misc.c; a line of a jump host's
 * names that host. */
/* clang-format off */
static const struct {
    const char *needle;
    enum err_code code;
    enum ssh_fault fault;
    const char *words; /* NULL: a sentence of its own, below */
} rows[] = {
    {"HOST IDENTIFICATION HAS CHANGED",   ERR_HOST_KEY, SSH_FAULT_FINAL, NULL},
    {"is marked as revoked",              ERR_HOST_KEY, SSH_FAULT_FINAL,
        "the host showed a key that known_hosts marks @revoked: somebody may hold its "
        "private key; nothing goes on with it"},
    {"host key is known for",             ERR_HOST_KEY, SSH_FAULT_FINAL, NULL},
    {"Host key verification failed",      ERR_HOST_KEY, SSH_FAULT_FINAL,
        "the host's key was not accepted"},
    {"Too many authentication failures",  ERR_AUTH,     SSH_FAULT_FINAL,
        "the host takes no more tries: your agent has too many keys; set [ssh] key_file"},
    {"Permission denied",                 ERR_AUTH,     SSH_FAULT_FINAL, NULL},
    {"no matching host key type found",   ERR_PROTOCOL, SSH_FAULT_FINAL,
        "the host has no key of a type that ssh accepts; make it an ed25519 key "
        "(ssh-keygen -A there)"},
    {"no matching MAC found",             ERR_PROTOCOL, SSH_FAULT_FINAL,
        "the host and ssh have no MAC in common; see MACs in its sshd_config"},
    {"no matching cipher found",          ERR_PROTOCOL, SSH_FAULT_FINAL,
        "the host and ssh have no cipher in common; see Ciphers in its sshd_config"},
    {"no matching key exchange method",   ERR_PROTOCOL, SSH_FAULT_FINAL,
        "the host and ssh have no key exchange in common; see KexAlgorithms in its "
        "sshd_config"},
    {"stdio forwarding failed",           ERR_CONNECT,  SSH_FAULT_FINAL,
        "the jump host answers, but the host cannot be reached from there"},
    {"Could not resolve hostname",        ERR_RESOLVE,  SSH_FAULT_FINAL, "no such host"},
    {"Connection refused",                ERR_CONNECT,  SSH_FAULT_FINAL,
        "refused: no sshd listens there"},
    {"Connection timed out",              ERR_CONNECT,  SSH_FAULT_FINAL,
        "no answer: is the host up, does a firewall stand between?"},
    {"timed out",                         ERR_TIMEOUT,  SSH_FAULT_FINAL,
        "no connection and login in time"},
    {"No route to host",                  ERR_CONNECT,  SSH_FAULT_FINAL, "no way there"},
    {"Network is unreachable",            ERR_CONNECT,  SSH_FAULT_FINAL, "no way there"},
    {"Bad configuration option",          ERR_CONFIG,   SSH_FAULT_FINAL,
        "[ssh] ssh_config cannot be read"},
    {"terminating,",                      ERR_CONFIG,   SSH_FAULT_FINAL,
        "[ssh] ssh_config cannot be read"},
    {"kex_exchange_identification: ",     ERR_LOST,     SSH_FAULT_BUSY,
        "it hung up before a word (too many log in there at once: see MaxStartups in its "
        "sshd_config; or it is not an sshd)"},
};
/* clang-format on */

/* The line around `at`. */
static void line_at(const char *said, const char *at, char line[PART_MAX])
{
    while (at > said && at[-1] != '\n')
        at--;
    str_copy_bytes(line, PART_MAX, at, strcspn(at, "\r\n"));
}

static void last_line(const char *said, char line[PART_MAX])
{
    size_t length = strlen(said);
    while (length > 0 && (said[length - 1] == '\n' || said[length - 1] == '\r'))
        length--;
    if (length > 0)
        line_at(said, said + length - 1, line);
    else
        str_copy(line, PART_MAX, "it said nothing");
}

/* What stands between two words; "" where they do not. */
static const char *between(const char *said, const char *before, const char *ends,
                           char part[PART_MAX])
{
    const char *at = strstr(said, before);
    part[0] = '\0';
    if (at) {
        at += strlen(before);
        str_copy_bytes(part, PART_MAX, at, strcspn(at, ends));
    }
    return part;
}

/* "Offending ED25519 key in FILE:LINE", "The fingerprint for the ED25519 key sent by
 * the remote host is\nSHA256:...". */
static void say_changed(const char *said, struct err *err)
{
    char known[PART_MAX], where[PART_MAX], type[PART_MAX], print[PART_MAX];
    const char *offending = strstr(said, "Offending ");

    between(said, "Offending ", " ", known);
    between(offending ? offending : "", " key in ", "\r\n", where);
    between(said, "The fingerprint for the ", " ", type);
    between(said, "SHA256:", ". \r\n", print);
    err_set(err, ERR_HOST_KEY,
            "HOST KEY CHANGED: %s knows it by another %s key, it showed %s SHA256:%s; "
            "nothing goes on until you have found out why; if the host was rebuilt, "
            "remove that line",
            where, known, type, print);
}

/* "No ED25519 host key is known for NAME and you have requested strict checking." */
static void say_unknown(const char *said, const struct ssh_identity *identity,
                        struct err *err)
{
    char name[PART_MAX];
    between(said, "host key is known for ", " \r\n", name);
    err_set(
        err, ERR_HOST_KEY,
        "the host is not in %s. `bgconsole trust %s` shows its key and adds it, once "
        "you have compared it with `ssh-keygen -lf "
        "/etc/ssh/ssh_host_ed25519_key.pub` on the host's own console",
        identity->known_hosts, name);
}

/* "USER@HOST: Permission denied (publickey)." Where a key could not even be read, an
 * earlier line says so. */
static void say_denied(const char *said, const char *line,
                       const struct ssh_target *target, struct err *err)
{
    char key[PART_MAX] = "";
    const char *load = strstr(said, "Load key ");
    if (!load)
        load = strstr(said, "UNPROTECTED PRIVATE KEY FILE")
                   ? strstr(said, "Permissions ")
                   : NULL;
    if (load)
        line_at(said, load, key);
    err_set(
        err, ERR_AUTH,
        "no key was accepted (%s%s%s); put your public key where the logins of %s look "
        "for it (`bgconsole bootstrap` does), or see [ssh] key_file and agent",
        key, *key ? "; " : "", line, target->user);
}

void openssh_verdict(const char *said, const struct ssh_identity *identity,
                     const struct ssh_target *target, enum ssh_fault *ret_fault,
                     struct err *ret_err)
{
    char line[PART_MAX];
    size_t i = 0;

    *ret_fault = SSH_FAULT_FINAL;
    while (i < sizeof rows / sizeof rows[0] && !strstr(said, rows[i].needle))
        i++;
    if (i == sizeof rows / sizeof rows[0]) {
        last_line(said, line);
        err_set(ret_err, ERR_LOST, "ssh made no connection (%s)", line);
        return;
    }
    *ret_fault = rows[i].fault;
    line_at(said, strstr(said, rows[i].needle), line);
    if (rows[i].words)
        err_set(ret_err, rows[i].code, "%s (%s)", rows[i].words, line);
    else if (rows[i].code == ERR_AUTH)
        say_denied(said, line, target, ret_err);
    else if (strstr(rows[i].needle, "CHANGED"))
        say_changed(said, ret_err);
    else
        say_unknown(said, identity, ret_err);
}
