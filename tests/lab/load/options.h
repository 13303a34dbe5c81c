/* What the load generator is told on its command line. */
#ifndef LAB_LOAD_OPTIONS_H
#define LAB_LOAD_OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>

enum { OPTIONS_TARGETS_MAX = 16 };

struct options {
    unsigned long rate;       /* pages a second */
    unsigned long clients;    /* that ask for them */
    unsigned long long_count; /* long requests at once */
    unsigned long tunnels;    /* upgraded connections at once */
    bool connection_per_request;
    const char *report_path; /* points into argv, as what follows */
    const char *ca;          /* pages come over TLS, by this CA; or NULL */
    struct sockaddr_in targets[OPTIONS_TARGETS_MAX];
    unsigned target_count;
};

/* False where the words are not understood; the usage is then on standard error. */
bool options_parse(struct options *o, int argc, char **argv);

#endif
