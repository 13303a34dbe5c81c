#include "net/key_file.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <libssh2.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Enough for the head of an OpenSSH key: magic, cipher, derivation, public key. */
enum { HEAD_MAX = 1024 };

struct head {
    char text[HEAD_MAX + 1];
    size_t length;
};

const char *key_library_version(void)
{
    return libssh2_version(0);
}

bool key_type_usable(const char *type)
{
    if (str_equal(type, "ssh-rsa"))
        return libssh2_version(0x010b00) != NULL;
    return str_equal(type, "ssh-ed25519") || str_equal(type, "ecdsa-sha2-nistp256") ||
           str_equal(type, "ecdsa-sha2-nistp384") ||
           str_equal(type, "ecdsa-sha2-nistp521");
}

static bool head_read(struct head *head, const char *path, struct err *err)
{
    struct stat status;
    bool done = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "key %s", path);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        err_set(err, ERR_IO, "key %s: is not a file", path);
        goto out;
    }
    if (status.st_size > KEY_FILE_MAX) {
        err_set(err, ERR_IO, "key %s: is larger than any key", path);
        goto out;
    }
    if (status.st_uid == geteuid() && (status.st_mode & 077) != 0) {
        err_set(err, ERR_AUTH, "key %s: others can read it; chmod 600 it", path);
        goto out;
    }
    ssize_t got = read(fd, head->text, HEAD_MAX);
    if (got < 0) {
        err_set_errno(err, ERR_IO, errno, "key %s", path);
        goto out;
    }
    head->length = (size_t)got;
    head->text[got] = '\0';
    done = true;
out:
    close(fd);
    return done;
}

/* PROTOCOL.key of OpenSSH: "openssh-key-v1\0", string cipher, string kdf, string
 * options, 32-bit count, string public key. */
static bool openssh_look(const char *base64, char ret_type[SSH_KEY_TYPE_MAX],
                         bool *ret_encrypted)
{
    static const char magic[] = "openssh-key-v1";
    char digits[HEAD_MAX];
    unsigned char bytes[HEAD_MAX];
    const unsigned char *cipher, *kdf, *options, *key;
    size_t cipher_length, kdf_length, options_length, key_length;
    size_t count = 0, length, position = sizeof magic;

    for (; *base64 && *base64 != '-'; base64++) {
        if (*base64 != '\n' && *base64 != '\r')
            digits[count++] = *base64;
    }
    if (!ssh_key_from_base64(digits, count - count % 4, bytes, sizeof bytes, &length))
        return false;
    if (length < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0 ||
        !ssh_key_string(bytes, length, &position, &cipher, &cipher_length) ||
        !ssh_key_string(bytes, length, &position, &kdf, &kdf_length) ||
        !ssh_key_string(bytes, length, &position, &options, &options_length))
        return false;
    *ret_encrypted = !(cipher_length == 4 && memcmp(cipher, "none", 4) == 0);
    position += 4;
    /* A long public key reaches beyond the head; its type is at its beginning. */
    if (!ssh_key_string(bytes, length, &position, &key, &key_length)) {
        key = bytes + position + 4;
        key_length = position + 4 < length ? length - position - 4 : 0;
    }
    return ssh_key_type(key, key_length, ret_type);
}

static bool head_look(const struct head *head, char ret_type[SSH_KEY_TYPE_MAX],
                      bool *ret_encrypted)
{
    static const char openssh[] = "-----BEGIN OPENSSH PRIVATE KEY-----";

    ret_type[0] = '\0';
    *ret_encrypted = strstr(head->text, "ENCRYPTED") != NULL;
    const char *begin = strstr(head->text, openssh);
    if (begin)
        return openssh_look(begin + sizeof openssh - 1, ret_type, ret_encrypted);
    if (strstr(head->text, "-----BEGIN RSA PRIVATE KEY-----"))
        str_copy(ret_type, SSH_KEY_TYPE_MAX, "ssh-rsa");
    return strstr(head->text, "-----BEGIN ") != NULL;
}

bool key_file_look(const char *path, char ret_type[SSH_KEY_TYPE_MAX], struct err *err)
{
    struct head head;
    bool encrypted = false;

    if (!head_read(&head, path, err))
        return false;
    bool known = head_look(&head, ret_type, &encrypted);
    explicit_bzero(&head, sizeof head);
    if (!known)
        return err_set(err, ERR_AUTH, "key %s: is not a private key", path);
    bool is_usable = ret_type[0] == '\0' || key_type_usable(ret_type);
    if (!is_usable && str_equal(ret_type, "ssh-rsa"))
        return err_set(
            err, ERR_AUTH,
            "key %s: is RSA, and libssh2 %s cannot use RSA keys with today's "
            "servers; use an ed25519 key or transport = openssh",
            path, key_library_version());
    if (!is_usable)
        return err_set(
            err, ERR_AUTH,
            "key %s: is %s, which libssh2 %s cannot use; use an ed25519 key or "
            "transport = openssh",
            path, ret_type, key_library_version());
    if (encrypted)
        return err_set(err, ERR_AUTH,
                       "key %s: is encrypted; load it into your agent (ssh-add %s)",
                       path, path);
    return true;
}
