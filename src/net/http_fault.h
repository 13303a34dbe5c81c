#ifndef BGC_NET_HTTP_FAULT_H
#define BGC_NET_HTTP_FAULT_H

/*
 * What libcurl's result codes mean to an operator.
 */

#include "base/err.h"

#include <curl/curl.h>

/* Makes `err` of a transfer that ended with `result`, which is not CURLE_OK. `words`
 * are those of CURLOPT_ERRORBUFFER; they may be empty and need not be printable. */
void http_fault(CURL *easy, CURLcode result, const char *words, struct err *err);

#endif
