#include "app/environment.h"

#include "app/recipe_file.h"
#include "base/file.h"
#include "base/str.h"
#include "core/recipe_manifest.h"
#include "net/crc32c.h"
#include "net/hook_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONFIG_PLACES = 2, CONFIG_SIZE_MAX = 256 * 1024 };

/* Where the ini file is looked for when nobody names it. */
static bool find_config(const struct app_options *options, char path[PATH_TEXT_MAX],
                        struct err *err)
{
    static const char *const places[CONFIG_PLACES] = {
        "bgconsole.ini", "~/.config/bgconsole/bgconsole.ini"};
    const char *named = options->config ? options->config : getenv("BGCONSOLE_CONFIG");

    if (named != NULL && named[0] != '\0')
        return path_expand(named, path, err);
    for (int i = 0; i < CONFIG_PLACES; i++) {
        if (path_expand(places[i], path, err) && access(path, F_OK) == 0)
            return true;
    }
    return err_set(
        err, ERR_CONFIG,
        "no settings: neither --config, nor BGCONSOLE_CONFIG, nor %s, nor %s; "
        "begin with: bgconsole help example > bgconsole.ini",
        places[0], places[1]);
}

static bool expand_setting(char text[SETTING_TEXT_MAX], const char *section,
                           const char *key, struct err *err)
{
    char path[PATH_TEXT_MAX];

    if (!path_expand(text, path, err))
        return err_wrap(err, "[%s] %s", section, key);
    if (!str_copy(text, SETTING_TEXT_MAX, path))
        return err_set(err, ERR_CONFIG, "[%s] %s: the path is too long", section, key);
    return true;
}

static bool read_settings(struct environment *environment,
                          const struct app_options *options, struct err *err)
{
    struct settings *settings = &environment->settings;
    char path[PATH_TEXT_MAX];
    size_t length;

    settings_init(settings);
    if (!find_config(options, path, err))
        return false;
    char *text = file_read(path, CONFIG_SIZE_MAX, &length, err);
    if (text == NULL)
        return false;
    bool ok = settings_read_text(settings, path, text, length, err);
    snprintf(environment->digest, sizeof environment->digest, "%08x",
             crc32c(text, length));
    free(text);
    if (!ok)
        return false;
    settings_env_name(settings, environment->name, sizeof environment->name);
    return expand_setting(settings->key_file, "ssh", "key_file", err) &&
           expand_setting(settings->known_hosts, "ssh", "known_hosts", err) &&
           expand_setting(settings->ssh_config, "ssh", "ssh_config", err) &&
           expand_setting(settings->hook_directory, "hooks", "directory", err) &&
           path_state(environment->name, environment->state, err) &&
           path_join(environment->state, "known_hosts", environment->trusted_hosts,
                     err);
}

static bool open_log(struct environment *environment, const struct app_options *options,
                     struct err *err)
{
    if (options->log != NULL && !log_open(&environment->log, options->log, err))
        return false;
    log_hide(&environment->log, environment->token);
    return true;
}

static enum exit_code answer(bool ok, const struct err *err)
{
    if (ok)
        return EXIT_OK;
    fprintf(stderr, "bgconsole: %s\n", err->text);
    return EXIT_CONFIG;
}

enum exit_code environment_read_settings(struct environment *environment,
                                         const struct app_options *options)
{
    struct err err;

    *environment = (struct environment){0};
    log_init(&environment->log);
    return answer(read_settings(environment, options, &err), &err);
}

enum exit_code environment_open(struct environment *environment,
                                const struct app_options *options)
{
    struct err err;
    enum exit_code code = environment_read_settings(environment, options);

    if (code != EXIT_OK)
        return code;
    return answer(secret_read(&environment->settings, environment->token, &err) &&
                      open_log(environment, options, &err) &&
                      hook_files_look(environment->settings.hook_directory,
                                      environment->hook_there, &err) &&
                      recipe_file_load(&environment->recipe, environment->scripts,
                                       environment->settings.recipe, &err) &&
                      recipe_take_values(
                          &environment->recipe, environment->settings.recipe_values,
                          environment->settings.recipe_value_count, &err),
                  &err);
}

void environment_close(struct environment *environment)
{
    secret_forget(environment->token);
    recipe_file_free(environment->scripts);
    log_close(&environment->log);
}
