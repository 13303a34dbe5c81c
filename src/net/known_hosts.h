#ifndef BGC_NET_KNOWN_HOSTS_H
#define BGC_NET_KNOWN_HOSTS_H

/*
 * Which keys a host is known by: a strict reader of OpenSSH's known_hosts.
 *
 * Our own, because libssh2's stops at the first bad line, knows no markers and
 * no patterns, lets an entry for port 22 vouch for every port, and calls a host
 * unknown when only another type of its key is known.
 *
 * Read as sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT" says: plain and hashed names,
 * several names in a line, `*`, `?` and `!`, `[host]:port`, @revoked. A
 * @cert-authority line vouches for nobody here. Lines that cannot be read are
 * passed over and counted. Several files count as one. None is ever written here.
 *
 * All but known_hosts_add() is pure.
 */

#include "base/err.h"
#include "net/ssh_key.h"

#include <stdbool.h>
#include <stddef.h>

enum { KNOWN_TYPES_MAX = 8, KNOWN_FILES_MAX = 2, KNOWN_HOSTS_MAX = 8 * 1024 * 1024 };

struct known_file {
    char *text; /* owned; NULL: there is no file */
    size_t length;
    const char *path; /* for messages; kept */
};

struct known_hosts {
    int count;
    struct known_file files[KNOWN_FILES_MAX];
};

/* The types of key that a host is known by, each once, in the order of the files. */
struct known_types {
    int count;
    char names[KNOWN_TYPES_MAX][SSH_KEY_TYPE_MAX];
};

enum known_verdict {
    KNOWN_MATCH,   /* this very key is in the file */
    KNOWN_CHANGED, /* the host is in the file, with other keys only */
    KNOWN_UNKNOWN, /* the host is not in the file */
    KNOWN_REVOKED, /* this very key is marked @revoked */
};

/* A verdict and what it stands on. */
struct known_answer {
    enum known_verdict verdict;
    const char *path;                       /* of the file that decided; NULL: none */
    int line;                               /* in it, that decided; 0: none */
    char known_type[SSH_KEY_TYPE_MAX];      /* of that line's key */
    char known_print[SSH_FINGERPRINT_SIZE]; /* of that line's key */
    char shown_type[SSH_KEY_TYPE_MAX];      /* of the key that the host showed */
    char shown_print[SSH_FINGERPRINT_SIZE]; /* of it */
    int bad_lines;                          /* passed over, in all files */
    const char *first_bad_path;             /* where the first of them is */
    int first_bad_line;
    int authority_line; /* a @cert-authority line that names the host, 0: none */
};

/* Reads one more file, at `path` (kept). One that does not exist knows nobody and is no
 * error; so is "". Errors: ERR_IO, ERR_LIMIT. */
bool known_hosts_add(struct known_hosts *hosts, const char *path, struct err *err);
void known_hosts_close(struct known_hosts *hosts);

/* What `address` at `port` is known by. Handed to the key exchange, so that a host
 * known by one type cannot be asked for another, which would be unknown. */
void known_hosts_types(const struct known_hosts *hosts, const char *address, int port,
                       struct known_types *ret_types);

/* Judges the key that the host showed. */
void known_hosts_judge(const struct known_hosts *hosts, const char *address, int port,
                       const unsigned char *blob, size_t length,
                       struct known_answer *ret_answer);

/* True for KNOWN_MATCH. Else false with ERR_HOST_KEY: what was found where, both
 * fingerprints, and what to do. */
bool known_answer_accept(const struct known_answer *answer,
                         const struct known_hosts *hosts, const char *address,
                         struct err *err);

#endif
