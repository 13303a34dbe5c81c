#include "net/bootstrap_request.h"

static bool logs_in_as_root(const struct settings *settings)
{
    return str_equal(settings->bootstrap_user, "root");
}

/* Without root and without sudo only what the user may do himself can be made. */
static bool becomes_root(const struct settings *settings)
{
    return logs_in_as_root(settings) || settings->become == BECOME_SUDO;
}

const char *bootstrap_command(const struct settings *settings)
{
    if (logs_in_as_root(settings) || !becomes_root(settings))
        return "perl -";
    return "sudo -n perl -";
}

static void add_balancer(struct helper_request *request,
                         const struct settings *settings)
{
    const char *check_host = settings->check_host[0] != '\0' ? settings->check_host
                                                             : settings->check_address;
    const struct {
        const char *key, *value;
    } rows[] = {
        {"conf.map", settings->map_file},
        {"conf.key", settings->map_key},
        {"conf.frontend", settings->frontend},
        {"conf.blue_backend", settings->backend[COLOUR_BLUE]},
        {"conf.green_backend", settings->backend[COLOUR_GREEN]},
        {"conf.stats_socket", settings->stats_socket},
        {"conf.master_socket", settings->master_socket},
        {"conf.check_address", settings->check_address},
        {"conf.check_host", check_host},
        {"conf.check_path", settings->health_path},
        {"conf.server_state_file", settings->server_state_file},
        {"conf.maintenance_map", settings->maintenance_map},
        {"conf.maintenance_page", settings->maintenance_page},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].value[0] != '\0')
            helper_request_add(request, rows[i].key, rows[i].value);
    }
}

static void add_host(struct helper_request *request, const struct settings *settings,
                     const char *git_credentials)
{
    const struct {
        const char *key, *value;
    } rows[] = {
        {"conf.app_dir", settings->directory}, {"conf.unit", settings->unit},
        {"unit_start", settings->unit_start},  {"git_repository", settings->repository},
        {"git_credentials", git_credentials},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].value[0] != '\0')
            helper_request_add(request, rows[i].key, rows[i].value);
    }
}

void bootstrap_request_begin(struct helper_request *request, char *buffer, size_t size,
                             const char *program, size_t program_length,
                             const struct settings *settings, enum host_role role,
                             const char *authorized_key, const char *git_credentials)
{
    bool is_balancer = role == ROLE_BALANCER;
    char env[64];

    settings_env_name(settings, env, sizeof env);
    helper_request_begin_behind(request, buffer, size, program, program_length,
                                "bootstrap", env);
    helper_request_add(request, "role", is_balancer ? "lb" : "host");
    helper_request_add(request, "user", settings->user);
    helper_request_add(request, "become", becomes_root(settings) ? "root" : "none");
    if (*authorized_key)
        helper_request_add(request, "authorized_key", authorized_key);
    if (is_balancer)
        add_balancer(request, settings);
    else
        add_host(request, settings, git_credentials);
}
