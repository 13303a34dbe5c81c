#include "net/hook_files.h"

#include "base/str.h"
#include "net/paths.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse_name(const char *path, struct err *err)
{
    char stages[200] = "";
    struct str list = str_on(stages, sizeof stages);

    for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
        str_addf(&list, "%s%s", stage > 0 ? ", " : "", stage_name(stage));
    return err_set(err, ERR_CONFIG,
                   "hook %s: no stage of this name, so it would never run; the stages "
                   "are %s",
                   path, stages);
}

/* Who can write it can do as the operator. */
static bool is_safe(const struct stat *status)
{
    return (status->st_uid == geteuid() || status->st_uid == 0) &&
           (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static bool check_file(const char *path, struct err *err)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return err_set_errno(err, ERR_CONFIG, errno, "hook %s", path);
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_CONFIG, "hook %s: this is no file", path);
    if (!is_safe(&status))
        return err_set(err, ERR_CONFIG,
                       "hook %s: others can write it (mode %04o): read it, then `chmod "
                       "go-w` it; it must be yours or root's",
                       path, (unsigned)status.st_mode & 07777);
    if (access(path, X_OK) != 0)
        return err_set(err, ERR_CONFIG,
                       "hook %s: it cannot be run: `chmod +x` it, or take it away",
                       path);
    return true;
}

static bool check_directory(const char *path, struct err *err)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return err_set_errno(err, ERR_CONFIG, errno, "[hooks] directory = %s", path);
    if (!is_safe(&status))
        return err_set(err, ERR_CONFIG,
                       "[hooks] directory = %s: others can write there (mode %04o): "
                       "`chmod go-w` it; it must be yours or root's",
                       path, (unsigned)status.st_mode & 07777);
    return true;
}

static bool look_at(const char *directory, const char *name,
                    bool there[STAGE_COUNT][HOOK_WHENS], struct err *err)
{
    char path[PATH_TEXT_MAX];
    enum stage stage;
    enum hook_when when;

    if (!str_starts(name, "pre-") && !str_starts(name, "post-"))
        return true;
    if (!path_join(directory, name, path, err))
        return false;
    if (!hook_from_name(name, &stage, &when))
        return refuse_name(path, err);
    if (!check_file(path, err))
        return false;
    there[stage][when] = true;
    return true;
}

bool hook_files_look(const char *directory, bool there[STAGE_COUNT][HOOK_WHENS],
                     struct err *err)
{
    const struct dirent *entry;
    bool ok = true;

    memset(there, 0, sizeof(bool) * STAGE_COUNT * HOOK_WHENS);
    if (directory[0] == '\0')
        return true;
    if (!check_directory(directory, err))
        return false;
    DIR *all = opendir(directory);
    if (all == NULL)
        return err_set_errno(err, ERR_CONFIG, errno, "[hooks] directory = %s",
                             directory);
    while (ok && (entry = readdir(all)) != NULL)
        ok = look_at(directory, entry->d_name, there, err);
    closedir(all);
    return ok;
}
