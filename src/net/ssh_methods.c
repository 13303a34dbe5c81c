#include "net/ssh_methods.h"

#include "base/str.h"
#include "net/key_file.h"

#include <string.h>

/* Best first, newer ones than the linked libssh2 knows as well. curve25519 leads: the
 * key exchange is most of the cost of connecting. No SHA-1, CBC or RC4, which libssh2
 * would offer by itself. */
static const char key_exchanges[] =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"
    "ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group16-sha512,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256";
static const char ciphers[] =
    "aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr";
static const char macs[] =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
    "hmac-sha2-256,hmac-sha2-512";

/* The signatures that prove a key of each type, best first. An RSA key signs with SHA-2
 * only (RFC 8332). */
/* clang-format off */
static const struct {
    const char *key_type;
    const char *signatures;
} host_keys[] = {
    {"ssh-ed25519",         "ssh-ed25519"},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
    {"ssh-rsa",             "rsa-sha2-512,rsa-sha2-256"},
};
/* clang-format on */

static bool is_known(const struct known_types *known, const char *type)
{
    for (int i = 0; i < known->count; i++) {
        if (str_equal(known->names[i], type))
            return true;
    }
    return false;
}

/* A host known by nothing is asked for anything: its key is shown, never accepted. */
static void host_key_list(const struct known_types *known, struct str *list)
{
    for (size_t i = 0; i < sizeof host_keys / sizeof host_keys[0]; i++) {
        if (known->count && !is_known(known, host_keys[i].key_type))
            continue;
        str_addf(list, "%s%s", list->length ? "," : "", host_keys[i].signatures);
    }
}

static void type_list(const struct known_types *known, struct str *list)
{
    for (int i = 0; i < known->count; i++)
        str_addf(list, "%s%s", i ? ", " : "", known->names[i]);
}

static bool types_unusable(const struct known_types *known, struct err *err)
{
    char buffer[256];
    struct str list = str_on(buffer, sizeof buffer);
    type_list(known, &list);
    return err_set(
        err, ERR_HOST_KEY,
        "known_hosts has only its %s key, which libssh2 %s cannot verify; add "
        "the host's ed25519 key as well",
        buffer, key_library_version());
}

static bool is_supported(const char **names, int count, const char *name, size_t length)
{
    for (int i = 0; i < count; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return true;
    }
    return false;
}

/* Sets those of `wanted` that the linked libssh2 supports; false: none of them. It
 * would drop the others itself, but 1.10 does so by a memcpy onto itself. */
static bool prefer(LIBSSH2_SESSION *session, int method, const char *wanted)
{
    char buffer[512];
    struct str list = str_on(buffer, sizeof buffer);
    const char **supported = NULL;

    int count = libssh2_session_supported_algs(session, method, &supported);
    if (count <= 0)
        return false;
    while (*wanted) {
        size_t length = strcspn(wanted, ",");
        if (is_supported(supported, count, wanted, length)) {
            str_add(&list, list.length ? "," : "");
            str_add_bytes(&list, wanted, length);
        }
        wanted += length + (wanted[length] == ',' ? 1 : 0);
    }
    libssh2_free(session, (void *)supported);
    return list.length && libssh2_session_method_pref(session, method, buffer) == 0;
}

bool ssh_methods_set(LIBSSH2_SESSION *session, const struct known_types *known,
                     struct err *err)
{
    char buffer[256];
    struct str list = str_on(buffer, sizeof buffer);
    const struct {
        int method;
        const char *names;
    } preferences[] = {
        {LIBSSH2_METHOD_KEX, key_exchanges}, {LIBSSH2_METHOD_CRYPT_CS, ciphers},
        {LIBSSH2_METHOD_CRYPT_SC, ciphers},  {LIBSSH2_METHOD_MAC_CS, macs},
        {LIBSSH2_METHOD_MAC_SC, macs},
    };

    host_key_list(known, &list);
    if (!prefer(session, LIBSSH2_METHOD_HOSTKEY, buffer))
        return types_unusable(known, err);
    for (size_t i = 0; i < sizeof preferences / sizeof preferences[0]; i++) {
        if (!prefer(session, preferences[i].method, preferences[i].names))
            return err_set(err, ERR_PROTOCOL, "libssh2 %s knows none of %s",
                           key_library_version(), preferences[i].names);
    }
    return true;
}

bool ssh_methods_refused(const struct known_types *known, struct err *err)
{
    char buffer[256];
    struct str list = str_on(buffer, sizeof buffer);
    type_list(known, &list);
    return err_set(
        err, ERR_PROTOCOL,
        "no common method. libssh2 %s needs from the host: an ed25519 or ECDSA "
        "host key%s%s%s, a cipher aes*-ctr, a MAC hmac-sha2-256 or -512, key "
        "exchange by curve25519, ECDH or group14-sha256",
        key_library_version(), known->count ? " (known_hosts has " : "", buffer,
        known->count ? ")" : "");
}
