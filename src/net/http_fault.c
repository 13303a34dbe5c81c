#include "net/http_fault.h"

#include "base/printable.h"

#include <string.h>

enum { WORDS_MAX = 240 };

/* clang-format off */
static const struct {
    CURLcode curl;
    enum err_code code;
    const char *words;
} faults[] = {
    {CURLE_URL_MALFORMAT,            ERR_CONFIG,   "this is no URL"},
    {CURLE_UNSUPPORTED_PROTOCOL,     ERR_PROTOCOL, "the answer is not HTTP"},
    {CURLE_WEIRD_SERVER_REPLY,       ERR_PROTOCOL, "the answer is not HTTP"},
    {CURLE_HTTP2,                    ERR_PROTOCOL, "the answer is not proper HTTP/2"},
    {CURLE_HTTP2_STREAM,             ERR_PROTOCOL, "the answer is not proper HTTP/2"},
    {CURLE_COULDNT_RESOLVE_HOST,     ERR_RESOLVE,  "the name could not be looked up"},
    {CURLE_COULDNT_RESOLVE_PROXY,    ERR_RESOLVE,  "the proxy's name could not be looked up"},
    {CURLE_COULDNT_CONNECT,          ERR_CONNECT,  "no connection"},
    {CURLE_SSL_CONNECT_ERROR,        ERR_CONNECT,  "TLS failed"},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_CONNECT,  "the TLS certificate cannot be trusted"},
    {CURLE_SSL_CACERT_BADFILE,       ERR_CONNECT,  "the file of trusted certificates cannot be read"},
    {CURLE_GOT_NOTHING,              ERR_LOST,     "the connection ended before an answer"},
    {CURLE_PARTIAL_FILE,             ERR_LOST,     "the connection ended within the answer"},
    {CURLE_SEND_ERROR,               ERR_LOST,     "the connection ended early"},
    {CURLE_RECV_ERROR,               ERR_LOST,     "the connection ended early"},
};
/* clang-format on */

/* How far it came says what was too slow. */
static void set_timeout(CURL *easy, struct err *err)
{
    curl_off_t connected_us = 0, total_us = 0;

    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &total_us);
    err_set(err, ERR_TIMEOUT, "%s within %lld ms",
            connected_us == 0 ? "no connection" : "no whole answer",
            (long long)total_us / 1000);
}

void http_fault(CURL *easy, CURLcode result, const char *words, struct err *err)
{
    const char *said = words[0] != '\0' ? words : curl_easy_strerror(result);
    char shown[WORDS_MAX];

    if (result == CURLE_OPERATION_TIMEDOUT) {
        set_timeout(easy, err);
        return;
    }
    printable_text(said, strlen(said), shown, sizeof shown);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (faults[i].curl == result) {
            err_set(err, faults[i].code, "%s: %s", faults[i].words, shown);
            return;
        }
    err_set(err, ERR_LOST, "%s", shown);
}
