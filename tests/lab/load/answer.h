/* An HTTP/1.1 answer as it comes in, byte by byte. Pure: knows no socket and no clock.
 * It understands what the lab's app and HAProxy send: a Content-Length, a body that the
 * end of the connection ends, or a 101 without one. Anything else is ANSWER_BROKEN. */
#ifndef LAB_LOAD_ANSWER_H
#define LAB_LOAD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum { ANSWER_HEAD_MAX = 8192, ANSWER_BODY_KEPT = 512, ANSWER_NAME_MAX = 64 };

enum answer_state { ANSWER_HEAD, ANSWER_BODY, ANSWER_DONE, ANSWER_BROKEN };

struct answer {
    enum answer_state state;
    char head[ANSWER_HEAD_MAX + 1];
    size_t head_length;
    char body[ANSWER_BODY_KEPT + 1]; /* the first bytes of the body */
    size_t body_length;              /* of all of it so far */
    size_t content_length;
    bool has_length;               /* false: the body ends with the connection */
    bool last;                     /* the other side closes after this answer */
    int status;                    /* 100..599, once the head is there */
    char host[ANSWER_NAME_MAX];    /* X-Host; empty: HAProxy itself answered */
    char release[ANSWER_NAME_MAX]; /* X-Release */
};

void answer_init(struct answer *a);

/* Takes LENGTH bytes. Bytes after the end of the answer make it ANSWER_BROKEN: nobody
 * asked for more. */
void answer_feed(struct answer *a, const char *bytes, size_t length);

/* The connection ended. The answer is then DONE or BROKEN. */
void answer_end(struct answer *a);

/* True where the body is the one that the app's first page has for this host and
 * release. */
bool answer_body_is_right(const struct answer *a);

#endif
