/* The clients of the load that come over TLS: like client.h, each asks for the first
 * page, one request at a time, but libcurl speaks for them. Every second one speaks
 * HTTP/2, and these share connections, as a browser's requests do. The certificate must
 * be of the CA that was given; one that is not is FAILURE_CONNECT.
 *
 * A request that meets a kept connection which the other side has just ended is sent
 * again by libcurl, as browsers do (RFC 9110, 9.2.2). */
#ifndef LAB_LOAD_SECURE_H
#define LAB_LOAD_SECURE_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "report.h"

enum { SECURE_HTTP1, SECURE_HTTP2, SECURE_PROTOCOLS };

struct secure_client {
    CURLM *multi; /* not owned */
    CURL *easy;
    struct curl_slist *connect_to;
    enum kind kind; /* KIND_PAGE or KIND_HTTP2 */
    bool busy;
    uint64_t due_us;
    struct answer answer;
    struct report *report; /* not owned */
};

struct secure {
    CURLM *multis[SECURE_PROTOCOLS]; /* each with connections of its own */
    struct secure_client *clients;
    unsigned long count;
    unsigned long next; /* they take turns */
    unsigned long busy; /* how many wait for an answer */
};

/* COUNT clients of TARGETS, in turn. CA is the path of a PEM file; REPORT must outlive
 * them. False where libcurl or the memory refuses; secure_close() is due all the same.
 */
bool secure_init(struct secure *s, unsigned long count, const char *ca,
                 const struct sockaddr_in *targets, unsigned target_count,
                 struct report *report);

/* Sends the request that was due at DUE_US; false where all clients are busy. */
bool secure_ask(struct secure *s, uint64_t due_us);

/* Moves all connections on, and counts what has come. Never waits. */
void secure_turn(struct secure *s, uint64_t now_us);

void secure_close(struct secure *s);

#endif
