#ifndef BGC_CORE_SETTINGS_TEXT_H
#define BGC_CORE_SETTINGS_TEXT_H

/*
 * What a text in the settings may look like.
 *
 * Many of these values reach HAProxy's socket, a remote path or another program's
 * arguments. Each kind lets through only what is harmless there, so that nothing
 * behind the settings needs to quote or to doubt.
 */

#include <stdbool.h>

enum text_kind {
    TEXT_FREE,         /* shown or compared only */
    TEXT_COMMAND,      /* words, run without a shell */
    TEXT_NAME,         /* a directory, a unit: begins with a letter or digit */
    TEXT_USER,         /* a Unix user */
    TEXT_TAG,          /* a DigitalOcean tag (API reference: Tags) */
    TEXT_HAPROXY_NAME, /* a backend, frontend, map key (management.txt 9.3: no `;`) */
    TEXT_VARIABLE,     /* an environment variable's name */
    TEXT_PATH,         /* absolute */
    TEXT_HOME_PATH,    /* absolute, or begins with ~/ */
    TEXT_INNER_PATH,   /* below a directory that somebody else names */
    TEXT_INNER_PATHS,  /* several of them, blanks between; a directory ends with / */
    TEXT_UNIT,         /* a systemd service */
    TEXT_URL_PATH,     /* begins with / */
    TEXT_API_URL,      /* https; http on loopback alone, where a token cannot leak */
    TEXT_REPOSITORY,   /* what git fetches from */
    TEXT_BRANCH,       /* a git reference */
    TEXT_RECIPE,       /* a name that we carry, or a directory */
    TEXT_HEADER,       /* an HTTP header's name */
    TEXT_HOST,         /* a host name or address, for a Host header */
    TEXT_HOST_PORT,    /* host:port */
    TEXT_JUMP,         /* [user@]host[:port], never an option of ssh */
    TEXT_PERCENTS,     /* growing percents with commas between (core/canary.h) */
    TEXT_BIND,         /* host:port where the host may be empty or `*` */
    TEXT_SOURCES,      /* addresses and networks, blanks between */
    TEXT_LOG,          /* a socket's path, or host:port */
    TEXT_STORE,        /* a store that hosts share, as a URL (core/store.h) */
    TEXT_SECRET,       /* long enough, and safe in a configuration without quotes */
    TEXT_KIND_COUNT
};

bool text_kind_accepts(enum text_kind kind, const char *text);

/* For "expected ...": "an absolute path". */
const char *text_kind_expected(enum text_kind kind);

#endif
