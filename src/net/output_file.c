#include "net/output_file.h"

#include "base/str.h"
#include "core/run.h"
#include "net/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 200 };

void output_file_init(struct output_file *file)
{
    *file = (struct output_file){.fd = -1};
}

static void write_name(const char *host, const char *step, char name[NAME_MAX_BYTES])
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-";
    struct str out = str_on(name, NAME_MAX_BYTES);

    str_addf(&out, "%s-%s", host, step);
    for (char *at = name; *at != '\0'; at++)
        if (strchr(plain, *at) == NULL && (*at != '.' || at == name))
            *at = '_';
    str_add(&out, ".log");
}

static bool open_in(struct output_file *file, int directory, const char *name,
                    struct err *err)
{
    static const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    struct stat status;

    file->fd = openat(directory, name, flags, 0600);
    if (file->fd < 0 || fstat(file->fd, &status) != 0) {
        err_set_errno(err, ERR_IO, errno, "%s", name);
        output_file_close(file);
        return false;
    }
    file->length = status.st_size;
    return true;
}

bool output_file_open(struct output_file *file, const char *state, const char *run,
                      const char *host, const char *step, struct err *err)
{
    char path[PATH_TEXT_MAX], below[RUN_ID_MAX + sizeof "runs/"];
    char name[NAME_MAX_BYTES];

    output_file_init(file);
    snprintf(below, sizeof below, "runs/%s", run);
    if (!path_join(state, below, path, err))
        return false;
    int directory = path_open_private(path, err);
    if (directory < 0)
        return false;
    write_name(host, step, name);
    bool ok = open_in(file, directory, name, err);
    close(directory);
    return ok;
}

static bool append(struct output_file *file, const char *bytes, size_t length,
                   struct err *err)
{
    ssize_t written = write(file->fd, bytes, length);

    if (written == (ssize_t)length) {
        file->length += written;
        return true;
    }
    err_set_errno(err, ERR_IO, written < 0 ? errno : ENOSPC, "a host's output file");
    output_file_close(file);
    return false;
}

bool output_file_add(struct output_file *file, const char *bytes, size_t length,
                     struct err *err)
{
    static const char end[] = "\n[bgconsole: 64 MiB are full; the rest is not kept]\n";

    *err = (struct err){.code = ERR_NONE};
    if (file->fd < 0)
        return false;
    if (file->length + (int64_t)length <= OUTPUT_FILE_MAX)
        return append(file, bytes, length, err);
    if (append(file, end, sizeof end - 1, err))
        output_file_close(file);
    return err_set(err, ERR_LIMIT,
                   "a host's output file is full; the rest is not kept");
}

void output_file_close(struct output_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    output_file_init(file);
}
