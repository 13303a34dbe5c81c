#include "net/public_key.h"

#include "base/str.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES_MAX = 512 };

/* "TYPE BASE64 [COMMENT]", and the key says itself that it is of this type. */
static bool is_key_line(const char *line)
{
    char type[SSH_KEY_TYPE_MAX];
    unsigned char blob[SSH_KEY_BLOB_MAX];
    size_t blob_length, type_length = strcspn(line, " ");
    if (line[type_length] != ' ')
        return false;
    const char *key = line + type_length + 1;
    return ssh_key_from_base64(key, strcspn(key, " "), blob, sizeof blob,
                               &blob_length) &&
           ssh_key_type(blob, blob_length, type) && strlen(type) == type_length &&
           memcmp(type, line, type_length) == 0;
}

bool public_key_read(const char *key_file, char line[PUBLIC_KEY_LINE_MAX],
                     struct err *err)
{
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof path, "%s.pub", key_file);

    FILE *file = fopen(path, "re");
    if (!file)
        return err_set_errno(err, ERR_IO, errno,
                             "%s (`ssh-keygen -y -f %s > %s` makes it)", path, key_file,
                             path);
    bool got = fgets(line, PUBLIC_KEY_LINE_MAX, file) != NULL;
    fclose(file);
    if (got)
        line[strcspn(line, "\r\n")] = '\0';
    if (!got || !is_key_line(line))
        return err_set(err, ERR_CONFIG, "%s: its first line is not a public key", path);
    return true;
}

void public_key_write(const unsigned char *blob, size_t length,
                      char line[PUBLIC_KEY_LINE_MAX])
{
    char type[SSH_KEY_TYPE_MAX];
    unsigned char digits[SSH_KEY_BLOB_MAX / 3 * 4 + 8];
    struct str out = str_on(line, PUBLIC_KEY_LINE_MAX);

    if (length > SSH_KEY_BLOB_MAX || !ssh_key_type(blob, length, type))
        return;
    EVP_EncodeBlock(digits, blob, (int)length);
    str_addf(&out, "%s %s bgconsole", type, (const char *)digits);
}
