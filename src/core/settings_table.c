#include "core/settings_table.h"

#include <assert.h>

static const char *const address_words[] = {"private", "public", NULL};
static const char *const method_words[] = {"HEAD", "GET", NULL};
static const char *const become_words[] = {"sudo", "none", NULL};
static const char *const transport_words[] = {"auto", "libssh2", "openssh", NULL};
static const char *const guard_words[] = {"watch", "ask", "rollback", NULL};
static const char *const contract_policy_words[] = {"ask", "auto", "never", NULL};
static const char *const looks_words[] = {"no", "yes", "auto", NULL};
static const char *const mode_words[] = {"adopted", "managed", NULL};
static const char *const balance_words[] = {"roundrobin", "leastconn", "random", NULL};

/* clang-format off */
#define FIELD(field)         .offset = offsetof(struct settings, field)
#define TEXT(field, kind_)   FIELD(field), .type = SETTING_TEXT, .kind = TEXT_##kind_
#define COUNT(field, a, z)   FIELD(field), .type = SETTING_NUMBER, .least = a, .most = z
#define SECONDS(field, a, z) COUNT(field, a, z), .unit = "seconds"
#define CHOICE(field, words) FIELD(field), .type = SETTING_CHOICE, .choices = words
#define YES_NO(field)        FIELD(field), .type = SETTING_YES_NO
#define DEFAULT(value)       .fallback = value
#define REQUIRED(value)      .fallback = "", .example = value
#define SECRET               .secret = true
#define OPTIONAL             .optional = true
#define HELP(words)          .help = words

static const struct setting rows[] = {
    {"environment", "app", TEXT(app, NAME), REQUIRED("my-perl-app"),
        HELP("The application")},
    {"environment", "name", TEXT(environment, NAME), DEFAULT("production"),
        HELP("The environment; app and name together name it on hosts and in paths")},

    {"digitalocean", "api_url", TEXT(api_url, API_URL), DEFAULT("https://api.digitalocean.com"),
        HELP("Where the API is")},
    {"digitalocean", "token_command", TEXT(token_command, COMMAND), DEFAULT(""),
        HELP("Prints the API token; asked first")},
    {"digitalocean", "token_file", TEXT(token_file, HOME_PATH), DEFAULT(""),
        HELP("Holds the API token, readable by you alone (0600); asked second")},
    {"digitalocean", "token_variable", TEXT(token_variable, VARIABLE), DEFAULT("DIGITALOCEAN_TOKEN"),
        HELP("The environment variable with the API token; asked last")},
    {"digitalocean", "poll", SECONDS(poll_s, 5, 3600), DEFAULT("15"),
        HELP("How often the Droplets are listed; the API allows 5,000 requests an hour")},

    {"fleet", "blue_tag", TEXT(tag_blue, TAG), DEFAULT("env:blue"),
        HELP("The tag of the blue Droplets")},
    {"fleet", "green_tag", TEXT(tag_green, TAG), DEFAULT("env:green"),
        HELP("The tag of the green Droplets")},
    {"fleet", "balancer_tag", TEXT(tag_balancer, TAG), DEFAULT("role:loadbalancer"),
        HELP("The tag of the Droplets with HAProxy")},
    {"fleet", "address", CHOICE(address, address_words), DEFAULT("private"),
        HELP("Which of their addresses the console uses")},

    {"ssh", "user", TEXT(user, USER), DEFAULT("deploy"),
        HELP("Runs the application and the helpers")},
    {"ssh", "bootstrap_user", TEXT(bootstrap_user, USER), DEFAULT("root"),
        HELP("Logs in for `bgconsole bootstrap` alone")},
    {"ssh", "port", COUNT(ssh_port, 1, 65535), DEFAULT("22"),
        HELP("The port of all hosts")},
    {"ssh", "key_file", TEXT(key_file, HOME_PATH), DEFAULT(""),
        HELP("The private key; empty: the agent's keys alone")},
    {"ssh", "agent", YES_NO(agent), DEFAULT("yes"),
        HELP("Whether the agent's keys are tried")},
    {"ssh", "known_hosts", TEXT(known_hosts, HOME_PATH), DEFAULT("~/.ssh/known_hosts"),
        HELP("The hosts' keys; an unknown or changed key is always refused")},
    {"ssh", "become", CHOICE(become, become_words), DEFAULT("sudo"),
        HELP("How bgc-lb gets root on a load balancer; none: the user is root there")},
    {"ssh", "connect_timeout", SECONDS(connect_timeout_s, 1, 300), DEFAULT("10"),
        HELP("For connecting and logging in")},
    {"ssh", "transport", CHOICE(transport, transport_words), DEFAULT("auto"),
        HELP("Who speaks SSH; auto: libssh2, and the system's ssh where that cannot")},
    {"ssh", "jump", TEXT(jump, JUMP), DEFAULT(""),
        HELP("A host to go through to all others, by openssh; empty: none")},
    {"ssh", "ssh_config", TEXT(ssh_config, HOME_PATH), DEFAULT(""),
        HELP("What the system's ssh reads besides (ProxyJump, certificates, security keys); empty: nothing")},

    {"app", "repository", TEXT(repository, REPOSITORY), REQUIRED("https://git.example.com/my-perl-app.git"),
        HELP("What the hosts fetch releases from")},
    {"app", "branch", TEXT(branch, BRANCH), DEFAULT("main"),
        HELP("Deployed when no reference is named")},
    {"app", "directory", TEXT(directory, PATH), DEFAULT(""),
        HELP("Where the application lives on its hosts; empty: /opt/<app>")},
    {"app", "recipe", TEXT(recipe, RECIPE), DEFAULT("perl-starman"),
        HELP("The steps of a deployment")},
    {"app", "port", COUNT(port, 1, 65535), DEFAULT("8080"),
        HELP("Where the application listens")},
    {"app", "workers", COUNT(workers, 1, 1024), DEFAULT("4"),
        HELP("Its worker processes on each host")},
    {"app", "psgi", TEXT(psgi, INNER_PATH), DEFAULT("app.psgi"),
        HELP("The PSGI file")},
    {"app", "keep_releases", COUNT(keep_releases, 2, 100), DEFAULT("5"),
        HELP("Releases that stay on a host; the current and the previous one always do")},
    {"app", "linked", TEXT(linked, INNER_PATHS), DEFAULT(""),
        HELP("What each release links to in shared/linked: files, and directories with a / at their end")},
    {"app", "unit", TEXT(unit, UNIT), DEFAULT(""),
        HELP("The systemd unit of the application, where it is run by one; bgc-unit restarts it")},
    {"app", "unit_start", TEXT(unit_start, COMMAND), DEFAULT(""),
        HELP("What that unit runs, in the current release; empty: the unit is your own")},
    {"app", "git_credentials", TEXT(git_credentials, HOME_PATH), DEFAULT(""),
        HELP("Your file (0600) with https://USER:TOKEN@HOST, which bootstrap gives to the hosts")},

    {"health", "method", CHOICE(health_method, method_words), DEFAULT("HEAD"),
        HELP("How a host is asked")},
    {"health", "path", TEXT(health_path, URL_PATH), DEFAULT("/health"),
        HELP("What it is asked for")},
    {"health", "status", COUNT(health_status, 100, 599), DEFAULT("200"),
        HELP("The HTTP status of a healthy host")},
    {"health", "body", TEXT(health_body, FREE), DEFAULT(""),
        HELP("Must stand in the answer's body (method = GET); empty: not looked at")},
    {"health", "release_header", TEXT(release_header, HEADER), DEFAULT(""),
        HELP("The answer's header that names the release; empty: not looked at")},
    {"health", "tries", COUNT(health_tries, 1, 100), DEFAULT("5"),
        HELP("How often verify asks a host before it gives up")},
    {"health", "delay", SECONDS(health_delay_s, 0, 600), DEFAULT("10"),
        HELP("Between two questions")},
    {"health", "timeout", SECONDS(health_timeout_s, 1, 300), DEFAULT("5"),
        HELP("For one whole check, connection included")},
    {"health", "rise", COUNT(health_rise, 1, 100), DEFAULT("2"),
        HELP("Good answers in a row that make a host healthy")},
    {"health", "fall", COUNT(health_fall, 1, 100), DEFAULT("3"),
        HELP("Bad answers in a row that make it unhealthy")},

    {"haproxy", "socket", TEXT(socket, PATH), DEFAULT(""),
        HELP("A stats socket on this machine; empty: the load balancers are read over SSH")},
    {"haproxy", "stats_socket", TEXT(stats_socket, PATH), DEFAULT("/run/haproxy/admin.sock"),
        HELP("The stats socket on a load balancer")},
    {"haproxy", "master_socket", TEXT(master_socket, PATH), DEFAULT("/run/haproxy-master.sock"),
        HELP("The master's socket on a load balancer")},
    {"haproxy", "map_file", TEXT(map_file, PATH), DEFAULT("/etc/haproxy/bgconsole/traffic.map"),
        HELP("The map with the green share")},
    {"haproxy", "map_key", TEXT(map_key, HAPROXY_NAME), DEFAULT("green_share"),
        HELP("Its only key")},
    {"haproxy", "frontend", TEXT(frontend, HAPROXY_NAME), DEFAULT("www"),
        HELP("The frontend with the application's traffic")},
    {"haproxy", "blue_backend", TEXT(backend[0], HAPROXY_NAME), DEFAULT("blue_backend"),
        HELP("The backend of the blue hosts")},
    {"haproxy", "green_backend", TEXT(backend[1], HAPROXY_NAME), DEFAULT("green_backend"),
        HELP("The backend of the green hosts")},
    {"haproxy", "check_address", TEXT(check_address, HOST_PORT), DEFAULT("127.0.0.1:80"),
        HELP("The frontend, seen from the load balancer itself")},
    {"haproxy", "check_host", TEXT(check_host, HOST), DEFAULT(""),
        HELP("The Host header of the check after a switch; empty: the check's address")},
    {"haproxy", "sample", COUNT(sample_ms, 200, 60000), .unit = "milliseconds", DEFAULT("1000"),
        HELP("How often HAProxy's counters are read")},

    {"config", "mode", CHOICE(config_mode, mode_words), DEFAULT("adopted"),
        HELP("Whether the console writes haproxy.cfg, or only says what yours lacks")},
    {"config", "bind", TEXT(bind, BIND), DEFAULT(":80"),
        HELP("Where HAProxy listens for HTTP")},
    {"config", "certificates", TEXT(certificates, PATH), DEFAULT(""),
        HELP("The directory of the certificates with their keys (PEM); empty: no TLS")},
    {"config", "tls_bind", TEXT(tls_bind, BIND), DEFAULT(":443"),
        HELP("Where it listens for HTTPS; HTTP is then sent there")},
    {"config", "hsts", SECONDS(hsts_s, 0, 63072000), DEFAULT("0"),
        HELP("How long browsers insist on HTTPS (Strict-Transport-Security); 0: not sent")},
    {"config", "preview_host", TEXT(preview_host, HOST), DEFAULT(""),
        HELP("The host name that shows the idle colour; empty: no preview")},
    {"config", "preview_sources", TEXT(preview_sources, SOURCES), DEFAULT(""),
        HELP("Who may see it, beside the load balancer itself")},
    {"config", "preview_secret", TEXT(preview_secret, SECRET), DEFAULT(""), SECRET,
        HELP("Lets in, too, who sends it in the header X-Bgconsole-Preview; empty: nobody")},
    {"config", "maintenance_map", TEXT(maintenance_map, PATH), DEFAULT("/etc/haproxy/bgconsole/maintenance.map"), OPTIONAL,
        HELP("The map that says whether the page is up; empty: no maintenance")},
    {"config", "maintenance_page", TEXT(maintenance_page, PATH), DEFAULT("/etc/haproxy/bgconsole/maintenance.html"), OPTIONAL,
        HELP("The page that everybody gets, with status 503, while it is")},
    {"config", "stats_bind", TEXT(stats_bind, BIND), DEFAULT("127.0.0.1:8404"),
        HELP("Where HAProxy's own statistics page is")},
    {"config", "stats_password", TEXT(stats_password, SECRET), DEFAULT(""), SECRET,
        HELP("Its password, for the user bgconsole; empty: none is asked, on loopback alone")},
    {"config", "maxconn", COUNT(maxconn, 100, 1000000), DEFAULT("4000"),
        HELP("Connections at once")},
    {"config", "balance", CHOICE(balance, balance_words), DEFAULT("roundrobin"),
        HELP("How requests are shared among the hosts of a colour")},
    {"config", "error_files", TEXT(error_files, PATH), DEFAULT("/etc/haproxy/errors"), OPTIONAL,
        HELP("The directory of 400.http, 403, 408, 500, 502, 503, 504; empty: HAProxy's own")},
    {"config", "server_state_file", TEXT(server_state_file, PATH), DEFAULT("/var/lib/haproxy/servers.state"),
        HELP("What a reload keeps of the checks")},
    {"config", "log_target", TEXT(log_target, LOG), DEFAULT("/dev/log"),
        HELP("Where HAProxy logs to")},
    {"config", "drop_privileges", YES_NO(drop_privileges), DEFAULT("yes"),
        HELP("Whether HAProxy leaves root behind (chroot, user, group); no: where it never had it")},

    {"run", "parallel", COUNT(parallel, 1, 200), DEFAULT("20"),
        HELP("Hosts that are deployed at the same time")},
    {"run", "drain", SECONDS(drain_s, 0, 86400), DEFAULT("30"),
        HELP("How long a deploy waits for the last clients of the idle colour; 0: they may be cut")},
    {"run", "watch", SECONDS(watch_s, 1, 86400), DEFAULT("60"),
        HELP("The guard window after a switch")},
    {"run", "guard", CHOICE(guard, guard_words), DEFAULT("ask"),
        HELP("What happens when it sees errors: go on watching, ask, or roll back at once")},
    {"run", "guard_errors", COUNT(guard_errors_percent, 0, 100), .unit = "percent", DEFAULT("5"),
        HELP("Failed requests and the app's 5xx above which the guard trips")},
    {"run", "fuse", SECONDS(fuse_s, 5, 86400), DEFAULT("60"),
        HELP("When the load balancer takes a switch back by itself, unless the console lives and you confirm")},
    {"run", "canary", TEXT(canary, PERCENTS), DEFAULT(""),
        HELP("Percents of the requests that go to the new colour first; empty: all of them at once")},
    {"run", "canary_hold", SECONDS(canary_hold_s, 1, 86400), DEFAULT("60"),
        HELP("How long each of these steps is watched")},
    {"run", "canary_ask", YES_NO(canary_ask), DEFAULT("yes"),
        HELP("Whether each further step is a question, or follows where nothing bad was seen")},
    {"run", "guard_worse", COUNT(guard_worse_points, 0, 100), .unit = "percentage points", DEFAULT("2"),
        HELP("Failed requests above those of the old colour's baseline at which the guard trips; 0: never")},
    {"run", "guard_latency", COUNT(guard_latency_percent, 0, 10000), .unit = "percent", DEFAULT("300"),
        HELP("Response time against the baseline's above which the guard trips; 0: never")},
    {"run", "min_up", COUNT(min_up, 1, 200), DEFAULT("1"),
        HELP("Servers of the new colour that must be up; with fewer the guard trips")},
    {"run", "baseline", SECONDS(baseline_s, 5, 110), DEFAULT("60"),
        HELP("How long the old colour is measured before a switch, for the guard to compare with")},
    {"run", "gate_limit", SECONDS(gate_limit_s, 10, 86400), DEFAULT("1800"),
        HELP("How long a gate waits for its answer; then the run stops")},
    {"run", "evidence", SECONDS(evidence_s, 5, 3600), DEFAULT("60"),
        HELP("How old a gate's evidence may be")},

    {"run", "contract", CHOICE(contract, contract_policy_words), DEFAULT("ask"),
        HELP("The contract migration after a finish: you are asked; auto: also --yes runs it; never: left to `bgconsole contract`")},

    {"shared", "sessions", TEXT(store[STORE_SESSIONS], STORE), DEFAULT(""),
        HELP("Where the sessions are; preflight has every host ask it; empty: nobody does")},
    {"shared", "cache", TEXT(store[STORE_CACHE], STORE), DEFAULT(""),
        HELP("The cache that all hosts use")},
    {"shared", "database", TEXT(store[STORE_DATABASE], STORE), DEFAULT(""),
        HELP("The database")},
    {"shared", "queue", TEXT(store[STORE_QUEUE], STORE), DEFAULT(""),
        HELP("Where queue workers get their work")},
    {"shared", "password_file", TEXT(store_password_file, PATH), DEFAULT(""),
        HELP("On the hosts, readable by the user of [ssh] alone (0600): the password of the Redis stores; empty: none is asked")},

    {"hooks", "directory", TEXT(hook_directory, HOME_PATH), DEFAULT(""),
        HELP("Your own programs pre-STAGE and post-STAGE, run beside the console; empty: none")},
    {"hooks", "limit", SECONDS(hook_limit_s, 1, 3600), DEFAULT("30"),
        HELP("How long one may take; then it is ended, and counts as failed")},

    {"screen", "production", CHOICE(looks, looks_words), DEFAULT("auto"),
        HELP("Whether it looks like production; auto: when the environment's name is production")},
};
/* clang-format on */

static_assert(sizeof rows / sizeof *rows <= SETTINGS_MAX, "SETTINGS_MAX is too small");
static_assert(sizeof(enum guard_policy) == sizeof(int), "choices are stored as int");

const struct setting *setting_at(size_t row)
{
    return &rows[row];
}

size_t setting_count(void)
{
    return sizeof rows / sizeof *rows;
}

int setting_find(const char *section, const char *key)
{
    for (size_t i = 0; i < setting_count(); i++)
        if (str_equal(rows[i].section, section) && str_equal(rows[i].key, key))
            return (int)i;
    return -1;
}
