#ifndef BGC_CORE_SETTINGS_H
#define BGC_CORE_SETTINGS_H

/*
 * What an environment's ini file says, checked.
 *
 * One table has a row for each key: section, name, type, range, default, help.
 * Reading, `bgconsole config`, and bgconsole.ini.example are made from it. The file
 * itself is read by the caller (base/file.h): nothing here opens anything.
 */

#include "base/err.h"
#include "base/ini.h"
#include "base/str.h"
#include "core/recipe_variable.h"
#include "core/store.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SETTINGS_FILE_MAX = 256 * 1024, /* bytes of an ini file at the most */
    SETTING_TEXT_MAX = 192,         /* bytes of a text value, its NUL included */
    SETTINGS_MAX = 112,              /* rows of the table at the most */
};

enum address_kind { ADDRESS_PRIVATE, ADDRESS_PUBLIC };
enum probe_method { PROBE_HEAD, PROBE_GET };
enum become_kind { BECOME_SUDO, BECOME_NONE };
enum transport { TRANSPORT_AUTO, TRANSPORT_LIBSSH2, TRANSPORT_OPENSSH };
enum guard_policy { GUARD_WATCH, GUARD_ASK, GUARD_ROLL_BACK };
enum contract_policy { CONTRACT_ASK, CONTRACT_AUTO, CONTRACT_NEVER };
enum looks { LOOKS_OTHER, LOOKS_PRODUCTION, LOOKS_BY_NAME };
enum config_mode { CONFIG_ADOPTED, CONFIG_MANAGED };
enum balance { BALANCE_ROUND_ROBIN, BALANCE_LEAST_CONNECTIONS, BALANCE_RANDOM };

struct settings {
    /* [environment] */
    char app[SETTING_TEXT_MAX];         /* the application */
    char environment[SETTING_TEXT_MAX]; /* "production" */
    /* [digitalocean] */
    char api_url[SETTING_TEXT_MAX];
    char token_command[SETTING_TEXT_MAX]; /* words without a shell; prints the token */
    char token_file[SETTING_TEXT_MAX];
    char token_variable[SETTING_TEXT_MAX]; /* name of an environment variable */
    long long poll_s;
    /* [fleet] */
    char tag_blue[SETTING_TEXT_MAX];
    char tag_green[SETTING_TEXT_MAX];
    char tag_balancer[SETTING_TEXT_MAX];
    enum address_kind address;
    /* [ssh] */
    char user[SETTING_TEXT_MAX];           /* runs the app and the helpers */
    char bootstrap_user[SETTING_TEXT_MAX]; /* only for `bgconsole bootstrap` */
    long long ssh_port;
    char key_file[SETTING_TEXT_MAX]; /* empty: the agent alone */
    bool agent;
    char known_hosts[SETTING_TEXT_MAX];
    enum become_kind become; /* how bgc-lb gets root on a load balancer */
    long long connect_timeout_s;
    enum transport transport;          /* how SSH is spoken */
    char jump[SETTING_TEXT_MAX];       /* a host in front of all others; empty: none */
    char ssh_config[SETTING_TEXT_MAX]; /* for `openssh`; empty: none is read */
    /* [app] */
    char repository[SETTING_TEXT_MAX];
    char branch[SETTING_TEXT_MAX];
    char directory[SETTING_TEXT_MAX]; /* empty in the file: /opt/<app> */
    char recipe[SETTING_TEXT_MAX]; /* a name that we carry, or a directory with '/' */
    long long port;
    long long workers;
    char psgi[SETTING_TEXT_MAX];
    long long keep_releases;
    char linked[SETTING_TEXT_MAX];     /* paths below shared/, blanks between */
    char unit[SETTING_TEXT_MAX];       /* systemd's name of the app; empty: none */
    char unit_start[SETTING_TEXT_MAX]; /* what it runs; empty: the unit is not ours */
    char git_credentials[SETTING_TEXT_MAX]; /* a file of ours; empty: none */
    /* [health] */
    enum probe_method health_method;
    char health_path[SETTING_TEXT_MAX];
    long long health_status;
    char health_body[SETTING_TEXT_MAX]; /* must be in the body; empty: not looked at */
    char release_header[SETTING_TEXT_MAX]; /* names the release; empty: not looked at */
    long long health_tries;
    long long health_delay_s;
    long long health_timeout_s; /* for the whole check */
    long long health_rise;      /* good ones in a row before a host is healthy */
    long long health_fall;      /* bad ones in a row before it is not */
    /* [haproxy] */
    char socket[SETTING_TEXT_MAX];       /* a local stats socket; empty: over SSH */
    char stats_socket[SETTING_TEXT_MAX]; /* on the load balancer, for its helper */
    char master_socket[SETTING_TEXT_MAX];
    char map_file[SETTING_TEXT_MAX];
    char map_key[SETTING_TEXT_MAX];
    char frontend[SETTING_TEXT_MAX];
    char backend[2][SETTING_TEXT_MAX];    /* by enum colour */
    char check_address[SETTING_TEXT_MAX]; /* of the frontend, seen from the balancer */
    char check_host[SETTING_TEXT_MAX];
    long long sample_ms;
    /* [config] */
    enum config_mode config_mode; /* whether haproxy.cfg is ours to write */
    char bind[SETTING_TEXT_MAX];
    char certificates[SETTING_TEXT_MAX]; /* a directory; empty: no TLS */
    char tls_bind[SETTING_TEXT_MAX];
    long long hsts_s;                       /* 0: the header is not sent */
    char preview_host[SETTING_TEXT_MAX];    /* empty: no preview */
    char preview_sources[SETTING_TEXT_MAX]; /* addresses and networks with blanks
                                               between */
    char preview_secret[SETTING_TEXT_MAX];
    char maintenance_map[SETTING_TEXT_MAX]; /* empty: no maintenance */
    char maintenance_page[SETTING_TEXT_MAX];
    char stats_bind[SETTING_TEXT_MAX];
    char stats_password[SETTING_TEXT_MAX]; /* empty: none asked */
    long long maxconn;
    enum balance balance;
    char error_files[SETTING_TEXT_MAX]; /* a directory; empty: those of HAProxy */
    char server_state_file[SETTING_TEXT_MAX];
    char log_target[SETTING_TEXT_MAX];
    bool drop_privileges; /* HAProxy leaves root behind */
    /* [shared] */
    char store[STORE_COUNT][SETTING_TEXT_MAX];  /* URLs by enum store_name */
    char store_password_file[SETTING_TEXT_MAX]; /* on the hosts; empty: none is asked */
    /* [hooks] */
    char hook_directory[SETTING_TEXT_MAX]; /* empty: there are none */
    long long hook_limit_s;                /* for each */
    /* [run] */
    enum contract_policy contract; /* who says yes to the contract migration */
    long long parallel;            /* hosts at once */
    long long drain_s; /* how long a deploy waits for the idle colour's last clients */
    long long watch_s; /* the guard window */
    enum guard_policy guard;
    long long guard_errors_percent; /* failed of all requests, above this it trips */
    long long fuse_s;               /* an unconfirmed switch is taken back after this */
    char canary[SETTING_TEXT_MAX];  /* percents before all of it: "5, 25, 50" */
    long long canary_hold_s;        /* between two steps */
    bool canary_ask;                /* a gate before each further step */
    long long guard_worse_points;   /* failed above the baseline by more; 0: never */
    long long guard_latency_percent; /* of the baseline's response time; 0: never */
    long long min_up;                /* servers of the target that must be up */
    long long baseline_s; /* how long the old colour is measured before a switch */
    long long gate_limit_s;
    long long evidence_s; /* evidence older than this is no evidence */
    /* [screen] */
    enum looks looks; /* as the file says */
    bool production;  /* looks like production: red banner, typed confirmations */
    /* [recipe]: what it is for its recipe to know */
    int recipe_value_count;
    struct recipe_value recipe_values[RECIPE_VARIABLES_MAX];
};

/* All defaults, as the table says. */
void settings_init(struct settings *settings);

/* Reads the text of an ini file called `name` over the defaults. Unknown and duplicate
 * keys, wrong types, values out of range and missing required keys are errors that name
 * file, line, key and what was expected. On failure `settings` is not to be used. */
bool settings_read_text(struct settings *settings, const char *name, const char *text,
                        size_t length, struct err *err);

/* Writes the example ini: each section, key, default, range and help, from the table.
 */
void settings_write_example(struct str *out);

/* The settings as they hold: "section.key = value" for each row, defaults marked. */
void settings_write_effective(const struct settings *settings, struct str *out);

/* "<app>-<environment>" in lower case, other characters as '-': the environment's name
 * in paths and on hosts (docs/remote-helpers.md). */
void settings_env_name(const struct settings *settings, char *buffer, size_t size);

#endif
