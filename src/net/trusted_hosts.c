#include "net/trusted_hosts.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "net/known_hosts.h"
#include "net/known_line.h"
#include "net/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool write_whole(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return fsync(fd) == 0;
}

/* Beside it, onto the disk, over it, and the directory as well. */
static bool replace_in(int directory, const char *name, const char *bytes,
                       size_t length)
{
    static const char beside[] = "known_hosts.new";
    int fd = openat(directory, beside,
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && write_whole(fd, bytes, length);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (ok && renameat(directory, beside, directory, name) == 0)
        return fsync(directory) == 0;
    errno = ok ? errno : reason;
    return false;
}

static bool replace(const char *path, const struct str *text, struct err *err)
{
    char above[PATH_TEXT_MAX];
    str_copy(above, sizeof above, path);
    char *slash = strrchr(above, '/');
    *slash = '\0';

    int directory = path_open_private(above, err);
    if (directory < 0)
        return false;
    bool ok = replace_in(directory, slash + 1, text->at, text->length);
    if (!ok)
        err_set_errno(err, ERR_IO, errno, "%s", path);
    close(directory);
    return ok;
}

/* What the file says now, in a buffer with room for more. NULL: it cannot be read. */
static char *text_read(const char *path, struct str *ret_text, struct err *err)
{
    enum { ROOM = 64 * 1024 };
    struct known_hosts hosts = {0};
    if (!known_hosts_add(&hosts, path, err))
        return NULL;
    size_t size = hosts.files[0].length + ROOM;
    char *buffer = memory_new(size);
    *ret_text = str_on(buffer, size);
    if (hosts.files[0].text)
        str_add_bytes(ret_text, hosts.files[0].text, hosts.files[0].length);
    known_hosts_close(&hosts);
    return buffer;
}

static void line_add(struct str *text, const char *name, const struct host_key *key)
{
    unsigned char digits[SSH_KEY_BLOB_MAX / 3 * 4 + 8];
    char type[SSH_KEY_TYPE_MAX];

    if (!ssh_key_type(key->blob, key->length, type))
        return;
    EVP_EncodeBlock(digits, key->blob, (int)key->length);
    str_addf(text, "%s %s %s\n", name, type, (const char *)digits);
}

bool trusted_hosts_add(const char *path, const char *name, const struct host_key *keys,
                       int count, struct err *err)
{
    struct str text;
    char *buffer = text_read(path, &text, err);

    if (!buffer)
        return false;
    if (text.length > 0 && text.at[text.length - 1] != '\n')
        str_add(&text, "\n");
    for (int i = 0; i < count; i++)
        line_add(&text, name, &keys[i]);
    bool ok = text.cut ? err_set(err, ERR_LIMIT, "%s: these keys are too long", path)
                       : replace(path, &text, err);
    free(buffer);
    return ok;
}

/* Whether a line of the file names the host; one that cannot be read names nobody. */
static bool names_host(const char *begin, size_t length, const char *name)
{
    struct known_cursor cursor = known_cursor_on(begin, length);
    struct known_line line;
    return known_line_next(&cursor, &line) && known_line_names(&line, name);
}

bool trusted_hosts_forget(const char *path, const char *name, int *ret_count,
                          struct err *err)
{
    struct str text, kept;
    char *buffer = text_read(path, &text, err);

    if (!buffer)
        return false;
    char *other = memory_new(text.size);
    kept = str_on(other, text.size);
    *ret_count = 0;
    for (const char *at = text.at; *at;) {
        size_t length = strcspn(at, "\n") + (strchr(at, '\n') ? 1 : 0);
        if (names_host(at, length, name))
            ++*ret_count;
        else
            str_add_bytes(&kept, at, length);
        at += length;
    }
    bool ok = *ret_count == 0 || replace(path, &kept, err);
    free(other);
    free(buffer);
    return ok;
}
