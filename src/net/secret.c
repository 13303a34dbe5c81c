#include "net/secret.h"

#include "base/str.h"
#include "net/command.h"
#include "net/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COMMAND_LIMIT_MS = 10000 };

void secret_forget(char token[SECRET_MAX])
{
    explicit_bzero(token, SECRET_MAX);
}

static bool read_command(const struct settings *settings, char token[SECRET_MAX],
                         struct err *err)
{
    if (command_read(settings->token_command, COMMAND_LIMIT_MS, token, SECRET_MAX, err))
        return true;
    return err_wrap(err, "token_command `%s`", settings->token_command);
}

static bool is_ours_alone(int fd, const char *name, const char *path, struct err *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set_errno(err, ERR_IO, errno, "%s %s", name, path);
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_CONFIG, "%s %s: this is no regular file", name, path);
    if (status.st_uid != geteuid())
        return err_set(err, ERR_CONFIG, "%s %s: it belongs to somebody else", name,
                       path);
    if ((status.st_mode & 077) != 0)
        return err_set(err, ERR_CONFIG,
                       "token_file %s: others can use it (mode %04o); `chmod 600` it, "
                       "and think of the token as known",
                       path, (unsigned)status.st_mode & 07777);
    return true;
}

static bool read_file(const char *name, const char *file, char token[SECRET_MAX],
                      struct err *err)
{
    char path[PATH_TEXT_MAX];

    if (!path_expand(file, path, err))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ELOOP)
        return err_set(err, ERR_CONFIG, "%s %s: symbolic links are not followed", name,
                       path);
    if (fd < 0)
        return err_set_errno(err, ERR_IO, errno, "%s %s", name, path);
    bool ok = is_ours_alone(fd, name, path, err);
    if (ok) {
        ssize_t length = read(fd, token, SECRET_MAX - 1);
        token[length > 0 ? length : 0] = '\0';
        if (length < 0)
            ok = err_set_errno(err, ERR_IO, errno, "%s %s", name, path);
        else if (length == SECRET_MAX - 1)
            ok = err_set(err, ERR_CONFIG, "%s %s: this is longer than a token", name,
                         path);
    }
    close(fd);
    return ok;
}

static bool read_variable(const struct settings *settings, char token[SECRET_MAX],
                          struct err *err)
{
    const char *name = settings->token_variable;
    const char *value = name[0] != '\0' ? getenv(name) : NULL;

    if (value == NULL || value[0] == '\0')
        return err_set(err, ERR_CONFIG,
                       "there is no API token: set token_command or token_file in "
                       "[digitalocean], or the environment variable %s",
                       name[0] != '\0' ? name : "that token_variable names");
    if (!str_copy(token, SECRET_MAX, value))
        return err_set(err, ERR_CONFIG, "the token in %s is longer than %d bytes", name,
                       SECRET_MAX - 1);
    return true;
}

static bool read_first_set(const struct settings *settings, char token[SECRET_MAX],
                           struct err *err)
{
    if (settings->token_command[0] != '\0')
        return read_command(settings, token, err);
    if (settings->token_file[0] != '\0')
        return read_file("token_file", settings->token_file, token, err);
    return read_variable(settings, token, err);
}

/* Without the white space around it, and nothing in it that no token has. */
static bool trim(char token[SECRET_MAX], const char *is, struct err *err)
{
    size_t length = strlen(token);
    size_t begin = strspn(token, " \t\r\n");

    while (length > begin && strchr(" \t\r\n", token[length - 1]) != NULL)
        token[--length] = '\0';
    memmove(token, token + begin, length - begin + 1);
    if (token[0] == '\0')
        return err_set(err, ERR_CONFIG, "%s is empty", is);
    for (const char *at = token; *at != '\0'; at++)
        if (*at < 0x21 || *at > 0x7e)
            return err_set(err, ERR_CONFIG,
                           "%s has characters that no token has: is it one "
                           "line, and nothing else?",
                           is);
    return true;
}

/* The value is wiped where it stands as well: unsetenv() only forgets the pointer. */
static void unset_variable(const char *name)
{
    char *value = name[0] != '\0' ? getenv(name) : NULL;

    if (value != NULL)
        explicit_bzero(value, strlen(value));
    if (name[0] != '\0')
        unsetenv(name);
}

bool secret_read(const struct settings *settings, char token[SECRET_MAX],
                 struct err *err)
{
    memset(token, 0, SECRET_MAX);
    bool ok = read_first_set(settings, token, err) && trim(token, "the API token", err);
    unset_variable(settings->token_variable);
    if (!ok)
        secret_forget(token);
    return ok;
}

bool secret_read_file(const char *name, const char *file, char secret[SECRET_MAX],
                      struct err *err)
{
    memset(secret, 0, SECRET_MAX);
    bool ok = read_file(name, file, secret, err) && trim(secret, name, err);
    if (!ok)
        secret_forget(secret);
    return ok;
}
