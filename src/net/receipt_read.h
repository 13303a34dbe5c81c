#ifndef BGC_NET_RECEIPT_READ_H
#define BGC_NET_RECEIPT_READ_H

/*
 * Reads a kept receipt back: the body that core/receipt_json.h wrote. Pure.
 */

#include "base/err.h"
#include "core/receipt.h"

#include <stdbool.h>
#include <stddef.h>

/* All texts printable. */
struct kept_receipt {
    char run[132];
    char kind[16]; /* "deploy" */
    char ref[128];
    char sha[48];
    char begun[32]; /* UTC, ISO 8601 */
    char ended[32]; /* the run's last state */
    struct receipt receipt;
};

/* What is missing is 0 or "", so that receipts of other versions can be read. Errors:
 * ERR_PROTOCOL. */
bool receipt_read(const char *text, size_t length, struct kept_receipt *kept,
                  struct err *err);

#endif
