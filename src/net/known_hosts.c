#include "net/known_hosts.h"

#include "base/memory.h"
#include "base/str.h"
#include "net/known_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_whole(int fd, char *text, size_t length, size_t *ret_length)
{
    size_t have = 0;
    while (have < length) {
        ssize_t got = read(fd, text + have, length - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        have += (size_t)got;
    }
    *ret_length = have;
    return true;
}

bool known_hosts_add(struct known_hosts *hosts, const char *path, struct err *err)
{
    struct stat status;
    bool done = false;

    if (path[0] == '\0')
        return true;
    struct known_file *file = &hosts->files[hosts->count++];
    *file = (struct known_file){.path = path};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s", path);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        err_set(err, ERR_IO, "%s: is not a file", path);
        goto out;
    }
    if (status.st_size > KNOWN_HOSTS_MAX) {
        err_set(err, ERR_LIMIT, "%s: is larger than %d bytes", path, KNOWN_HOSTS_MAX);
        goto out;
    }
    file->text = memory_new((size_t)status.st_size + 1);
    if (!read_whole(fd, file->text, (size_t)status.st_size, &file->length)) {
        err_set_errno(err, ERR_IO, errno, "%s", path);
        known_hosts_close(hosts);
        goto out;
    }
    done = true;
out:
    close(fd);
    return done;
}

void known_hosts_close(struct known_hosts *hosts)
{
    for (int i = 0; i < hosts->count; i++)
        free(hosts->files[i].text);
    *hosts = (struct known_hosts){0};
}

static void types_add(struct known_types *types, const char *type)
{
    for (int i = 0; i < types->count; i++) {
        if (str_equal(types->names[i], type))
            return;
    }
    if (types->count < KNOWN_TYPES_MAX)
        str_copy(types->names[types->count++], SSH_KEY_TYPE_MAX, type);
}

static void types_of_file(const struct known_file *file, const char *name,
                          struct known_types *types)
{
    struct known_cursor cursor = known_cursor_on(file->text, file->length);
    struct known_line line;

    while (known_line_next(&cursor, &line)) {
        if (line.mark == KNOWN_MARK_NONE && known_line_names(&line, name))
            types_add(types, line.type);
    }
}

void known_hosts_types(const struct known_hosts *hosts, const char *address, int port,
                       struct known_types *ret_types)
{
    char name[KNOWN_NAME_MAX];

    *ret_types = (struct known_types){0};
    known_name(address, port, name);
    for (int i = 0; i < hosts->count; i++)
        types_of_file(&hosts->files[i], name, ret_types);
}

/* Takes what a line that names the host says of the key. A revocation is final; a match
 * beats a difference; of several differences the one of the same type tells most. */
static void answer_take(struct known_answer *answer, const char *path,
                        const struct known_line *line, const unsigned char *blob,
                        size_t length)
{
    bool same_key =
        line->blob_length == length && memcmp(line->blob, blob, length) == 0;
    enum known_verdict verdict;

    if (line->mark == KNOWN_MARK_AUTHORITY) {
        answer->authority_line = line->number;
        return;
    }
    if (line->mark == KNOWN_MARK_REVOKED) {
        if (!same_key)
            return;
        verdict = KNOWN_REVOKED;
    } else {
        verdict = same_key ? KNOWN_MATCH : KNOWN_CHANGED;
    }

    bool same_type = str_equal(line->type, answer->shown_type);
    bool decides = verdict == KNOWN_REVOKED ||
                   (verdict == KNOWN_MATCH && answer->verdict != KNOWN_REVOKED) ||
                   answer->verdict == KNOWN_UNKNOWN ||
                   (answer->verdict == KNOWN_CHANGED && same_type &&
                    !str_equal(answer->known_type, answer->shown_type));
    if (!decides)
        return;
    answer->verdict = verdict;
    answer->path = path;
    answer->line = line->number;
    str_copy(answer->known_type, sizeof answer->known_type, line->type);
    ssh_key_fingerprint(line->blob, line->blob_length, answer->known_print);
}

static void answer_from_file(struct known_answer *answer, const struct known_file *file,
                             const char *name, const unsigned char *blob, size_t length)
{
    struct known_cursor cursor = known_cursor_on(file->text, file->length);
    struct known_line line;

    while (known_line_next(&cursor, &line)) {
        if (known_line_names(&line, name))
            answer_take(answer, file->path, &line, blob, length);
    }
    if (cursor.bad_lines > 0 && answer->bad_lines == 0) {
        answer->first_bad_path = file->path;
        answer->first_bad_line = cursor.first_bad_line;
    }
    answer->bad_lines += cursor.bad_lines;
}

void known_hosts_judge(const struct known_hosts *hosts, const char *address, int port,
                       const unsigned char *blob, size_t length,
                       struct known_answer *ret_answer)
{
    char name[KNOWN_NAME_MAX];
    struct known_answer answer = {.verdict = KNOWN_UNKNOWN};

    if (!ssh_key_type(blob, length, answer.shown_type))
        str_copy(answer.shown_type, sizeof answer.shown_type, "malformed");
    ssh_key_fingerprint(blob, length, answer.shown_print);
    known_name(address, port, name);
    for (int i = 0; i < hosts->count; i++)
        answer_from_file(&answer, &hosts->files[i], name, blob, length);
    *ret_answer = answer;
}

static bool refuse_unknown(const struct known_answer *answer,
                           const struct known_hosts *hosts, const char *address,
                           struct err *err)
{
    char buffer[ERR_TEXT_MAX];
    struct str words = str_on(buffer, sizeof buffer);

    str_addf(&words, "the host is not in %s",
             hosts->count > 0 ? hosts->files[0].path : "any file");
    str_addf(&words, "; it showed %s %s. ", answer->shown_type, answer->shown_print);
    if (answer->authority_line)
        str_addf(&words,
                 "(Line %d names it by @cert-authority, which libssh2 cannot use.) ",
                 answer->authority_line);
    if (answer->bad_lines)
        str_addf(&words, "(%d lines cannot be read, the first is %s:%d.) ",
                 answer->bad_lines, answer->first_bad_path, answer->first_bad_line);
    str_addf(&words,
             "Compare with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the "
             "host's own console; is it the same, `bgconsole trust %s`",
             address);
    return err_set(err, ERR_HOST_KEY, "%s", buffer);
}

bool known_answer_accept(const struct known_answer *answer,
                         const struct known_hosts *hosts, const char *address,
                         struct err *err)
{
    switch (answer->verdict) {
    case KNOWN_MATCH:
        return true;
    case KNOWN_UNKNOWN:
        return refuse_unknown(answer, hosts, address, err);
    case KNOWN_REVOKED:
        return err_set(
            err, ERR_HOST_KEY,
            "the host showed %s %s, which %s:%d marks @revoked: somebody may "
            "hold its private key; nothing goes on with it",
            answer->shown_type, answer->shown_print, answer->path, answer->line);
    case KNOWN_CHANGED:
        break;
    }
    return err_set(
        err, ERR_HOST_KEY,
        "HOST KEY CHANGED: %s:%d knows it by %s %s, it showed %s %s; nothing "
        "goes on until you have found out why; if the host was rebuilt, "
        "remove that line",
        answer->path, answer->line, answer->known_type, answer->known_print,
        answer->shown_type, answer->shown_print);
}
