#include "net/openssh_argv.h"

#include "base/shell_quote.h"

#include <string.h>

/* Of each ssh that makes a connection. curve25519 leads: the key exchange is most of
 * the cost of connecting, and ssh's own first choice takes three times as long. */
static const char *const options[] = {
    "-T",
    "-oBatchMode=yes",
    "-oLogLevel=ERROR",
    "-oPreferredAuthentications=publickey",
    "-oGlobalKnownHostsFile=/dev/null",
    "-oKnownHostsCommand=none",
    "-oUpdateHostKeys=no",
    "-oVerifyHostKeyDNS=no",
    "-oCheckHostIP=no",
    "-oNoHostAuthenticationForLocalhost=no",
    "-oServerAliveInterval=5",
    "-oServerAliveCountMax=3",
    "-oConnectionAttempts=1",
    "-oKexAlgorithms=^curve25519-sha256,curve25519-sha256@libssh.org",
    "-oForwardAgent=no",
    "-oForwardX11=no",
    "-oClearAllForwardings=yes",
    "-oTunnel=no",
    "-oPermitLocalCommand=no",
    "-oRemoteCommand=none",
    "-oAddKeysToAgent=no",
    "-oEscapeChar=none",
};

static void argv_begin(struct openssh_argv *argv)
{
    argv->text = str_on(argv->buffer, sizeof argv->buffer);
    argv->count = 0;
    argv->words[argv->count++] = "ssh";
}

static void word_add(struct openssh_argv *argv, const char *word)
{
    if (argv->count < OPENSSH_WORDS_MAX)
        argv->words[argv->count++] = word;
    argv->words[argv->count] = NULL;
}

/* A word that is made between this and word_end(). */
static char *word_begin(struct openssh_argv *argv)
{
    return argv->text.at + argv->text.length;
}

static void word_end(struct openssh_argv *argv, char *word)
{
    str_add_bytes(&argv->text, "", 1);
    word_add(argv, word);
}

static bool argv_end(const struct openssh_argv *argv, struct err *err)
{
    if (argv->text.cut || argv->count == OPENSSH_WORDS_MAX)
        return err_set(err, ERR_CONFIG, "the command line of ssh is too long");
    return true;
}

/* ssh expands `%` in paths; a `$`, a quote or a backslash could not be written. */
static bool path_add(struct str *out, const char *path, struct err *err)
{
    if (strpbrk(path, "\"\\$\n"))
        return err_set(err, ERR_CONFIG,
                       "%s: a path with a quote, backslash or dollar sign cannot be "
                       "given to ssh",
                       path);
    for (; *path; path++) {
        str_add(out, *path == '%' ? "%" : "");
        str_add_char(out, *path);
    }
    return true;
}

/* "KEY="PATH" "PATH"", where the second may be missing. */
static bool paths_add(struct openssh_argv *argv, const char *key, const char *first,
                      const char *second, struct err *err)
{
    char *word = word_begin(argv);
    str_addf(&argv->text, "%s=\"", key);
    if (!path_add(&argv->text, first, err))
        return false;
    if (*second) {
        str_add(&argv->text, "\" \"");
        if (!path_add(&argv->text, second, err))
            return false;
    }
    str_add(&argv->text, "\"");
    word_end(argv, word);
    return true;
}

/* A word of a command line that begins with a dash would be an option. */
static bool is_operand(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-";
    return *text && *text != '-' && text[strspn(text, allowed)] == '\0';
}

static bool operand_check(const char *text, const char *what, struct err *err)
{
    return is_operand(text) ||
           err_set(err, ERR_CONFIG, "\"%s\" is no %s that can be given to ssh", text,
                   what);
}

static void number_add(struct openssh_argv *argv, const char *key, int number)
{
    char *word = word_begin(argv);
    str_addf(&argv->text, "%s%d", key, number);
    word_end(argv, word);
}

/* With a key file no other key is offered: ssh would offer all of the agent's before
 * it, and a host hangs up after six (sshd_config, MaxAuthTries). */
static bool keys_add(struct openssh_argv *argv, const struct ssh_identity *identity,
                     struct err *err)
{
    if (!identity->agent)
        word_add(argv, "-oIdentityAgent=none");
    if (*identity->key_file) {
        word_add(argv, "-oIdentitiesOnly=yes");
        return paths_add(argv, "-oIdentityFile", identity->key_file, "", err);
    }
    if (!*identity->config_file)
        word_add(argv, "-oIdentityFile=none");
    return true;
}

static bool connecting_add(struct openssh_argv *argv,
                           const struct ssh_identity *identity, struct err *err)
{
    word_add(argv, "-F");
    word_add(argv, *identity->config_file ? identity->config_file : "none");
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        word_add(argv, options[i]);
    number_add(argv, "-oConnectTimeout=", (identity->connect_timeout_ms + 999) / 1000);
    return keys_add(argv, identity, err);
}

static bool strict_add(struct openssh_argv *argv, const struct ssh_identity *identity,
                       struct err *err)
{
    word_add(argv, "-oStrictHostKeyChecking=yes");
    return paths_add(argv, "-oUserKnownHostsFile", identity->known_hosts,
                     identity->trusted_hosts, err);
}

/* ---- through another host ---- */

/* "[USER@]HOST[:PORT]", as the settings let it through, in its parts. */
struct jump {
    char user[SSH_NAME_MAX], host[SETTING_TEXT_MAX];
    char port[8];
};

static bool jump_read(const char *text, struct jump *ret_jump, struct err *err)
{
    const char *at = strchr(text, '@');
    *ret_jump = (struct jump){.port = "22"};
    if (at)
        str_copy_bytes(ret_jump->user, sizeof ret_jump->user, text,
                       (size_t)(at - text));
    text = at ? at + 1 : text;
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    if (length > 2 && text[0] == '[' && text[length - 1] == ']')
        str_copy_bytes(ret_jump->host, sizeof ret_jump->host, text + 1, length - 2);
    else
        str_copy_bytes(ret_jump->host, sizeof ret_jump->host, text, length);
    if (colon)
        str_copy(ret_jump->port, sizeof ret_jump->port, colon + 1);
    return (!at || operand_check(ret_jump->user, "user", err)) &&
           operand_check(ret_jump->host, "host", err);
}

/* ssh gives a ProxyCommand to a shell, after it has expanded `%`. */
static void proxy_word_add(struct str *out, const char *word)
{
    char buffer[2048];
    struct str doubled = str_on(buffer, sizeof buffer);
    for (; *word; word++) {
        str_add(&doubled, *word == '%' ? "%" : "");
        str_add_char(&doubled, *word);
    }
    str_add_char(out, ' ');
    shell_quote(out, buffer);
    out->cut = out->cut || doubled.cut;
}

/* Not ProxyJump: the ssh that it starts knows nothing of these options, would ask
 * somebody for a password, and would believe other files about who the jump host is. */
static bool jump_add(struct openssh_argv *argv, const struct ssh_identity *identity,
                     const char *said, struct err *err)
{
    struct openssh_argv inner;
    struct jump jump;

    if (!*identity->jump)
        return true;
    argv_begin(&inner);
    if (!jump_read(identity->jump, &jump, err) ||
        !connecting_add(&inner, identity, err) || !strict_add(&inner, identity, err))
        return false;
    word_add(&inner, "-oControlPath=none");
    word_add(&inner, "-oProxyCommand=none");
    if (*said) {
        word_add(&inner, "-E");
        word_add(&inner, said);
    }
    if (*jump.user) {
        word_add(&inner, "-l");
        word_add(&inner, jump.user);
    }
    word_add(&inner, "-p");
    word_add(&inner, jump.port);
    if (!argv_end(&inner, err))
        return false;

    char *word = word_begin(argv);
    str_add(&argv->text, "-oProxyCommand=exec");
    for (int i = 0; i < inner.count; i++)
        proxy_word_add(&argv->text, inner.words[i]);
    str_add(&argv->text, " -W '[%h]:%p' --");
    proxy_word_add(&argv->text, jump.host);
    word_end(argv, word);
    return true;
}

/* ---- the command lines ---- */

static bool target_add(struct openssh_argv *argv, const struct ssh_target *target,
                       struct err *err)
{
    if (!operand_check(target->user, "user", err) ||
        !operand_check(target->address, "host", err))
        return false;
    word_add(argv, "-l");
    word_add(argv, target->user);
    number_add(argv, "-p", target->port);
    word_add(argv, "--");
    word_add(argv, target->address);
    return true;
}

bool openssh_argv_master(struct openssh_argv *argv, const struct ssh_target *target,
                         const struct ssh_identity *identity, const char *control,
                         const char *said, struct err *err)
{
    argv_begin(argv);
    if (!connecting_add(argv, identity, err) || !strict_add(argv, identity, err) ||
        !jump_add(argv, identity, said, err))
        return false;
    word_add(argv, "-N");
    word_add(argv, "-oControlMaster=yes");
    word_add(argv, "-oControlPersist=10");
    return paths_add(argv, "-oControlPath", control, "", err) &&
           target_add(argv, target, err) && argv_end(argv, err);
}

bool openssh_argv_command(struct openssh_argv *argv, const struct ssh_target *target,
                          const char *control, const char *said, const char *command,
                          struct err *err)
{
    argv_begin(argv);
    word_add(argv, "-F");
    word_add(argv, "none");
    word_add(argv, "-T");
    word_add(argv, "-E");
    word_add(argv, said);
    word_add(argv, "-oLogLevel=ERROR");
    word_add(argv, "-oBatchMode=yes");
    word_add(argv, "-oEscapeChar=none");
    word_add(argv, "-oControlMaster=no");
    word_add(argv, "-oProxyCommand=false"); /* were the master gone, it would connect */
    if (!paths_add(argv, "-oControlPath", control, "", err) ||
        !target_add(argv, target, err))
        return false;
    word_add(argv, command);
    return argv_end(argv, err);
}

bool openssh_argv_scan(struct openssh_argv *argv, const struct ssh_target *target,
                       const struct ssh_identity *identity, const char *type,
                       const char *scratch, struct err *err)
{
    argv_begin(argv);
    word_add(argv, "-oPreferredAuthentications=none"); /* the first one counts */
    word_add(argv, "-oStrictHostKeyChecking=accept-new");
    word_add(argv, "-oHashKnownHosts=no");
    word_add(argv, "-oControlPath=none");
    char *word = word_begin(argv);
    str_addf(&argv->text, "-oHostKeyAlgorithms=%s", type);
    word_end(argv, word);
    return paths_add(argv, "-oUserKnownHostsFile", scratch, "", err) &&
           connecting_add(argv, identity, err) && jump_add(argv, identity, "", err) &&
           target_add(argv, target, err) && argv_end(argv, err);
}
