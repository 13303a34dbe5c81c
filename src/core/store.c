#include "core/store.h"

#include "base/str.h"

#include <stddef.h>
#include <string.h>

static const char *const names[STORE_COUNT] = {
#define X(store, name, help) [store] = name,
    STORES(X)
#undef X
};

/* clang-format off */
static const struct {
    const char *scheme;
    bool has_port;     /* a default one, which bgc-host knows */
    bool has_database; /* a number behind the port */
} protocols[] = {
    {"redis://",      true,  true},
    {"memcached://",  true,  false},
    {"postgresql://", true,  false},
    {"mysql://",      true,  false},
    {"tcp://",        false, false},
};
/* clang-format on */

const char *store_name(enum store_name store)
{
    return names[store];
}

enum store_name store_from_name(const char *name)
{
    enum store_name store = 0;

    while (store < STORE_COUNT && !str_equal(names[store], name))
        store++;
    return store;
}

/* Behind the scheme; NULL: it is none of ours. */
static const char *after_scheme(const char *url, size_t *ret_protocol)
{
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        if (!str_starts(url, protocols[i].scheme))
            continue;
        *ret_protocol = i;
        return url + strlen(protocols[i].scheme);
    }
    return NULL;
}

/* The bytes of a host name, an IPv4 address, or an IPv6 address in brackets. */
static size_t host_length(const char *text)
{
    if (text[0] == '[') {
        size_t inner = strspn(text + 1, "0123456789abcdefABCDEF:.");
        return inner > 1 && text[1 + inner] == ']' ? inner + 2 : 0;
    }
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789.-_");
}

bool store_url_is_good(const char *url)
{
    enum { PORT_DIGITS = 5, DATABASE_DIGITS = 4 };
    char digits[PORT_DIGITS + 1];
    size_t protocol = 0, length;
    long long number;
    const char *rest = after_scheme(url, &protocol);

    if (rest == NULL || (length = host_length(rest)) == 0)
        return false;
    rest += length;
    if (*rest != ':' && !protocols[protocol].has_port)
        return false;
    if (*rest == ':') {
        length = strspn(++rest, "0123456789");
        if (!str_copy_bytes(digits, sizeof digits, rest, length) ||
            !str_to_long(digits, 1, 65535, &number))
            return false;
        rest += length;
    }
    if (*rest == '/' && protocols[protocol].has_database) {
        length = strspn(++rest, "0123456789");
        if (length < 1 || length > DATABASE_DIGITS)
            return false;
        rest += length;
    }
    return *rest == '\0';
}

bool store_is_local(const char *url)
{
    static const char *const hosts[] = {"localhost", "127.", "[::1]"};
    size_t protocol = 0;
    const char *host = after_scheme(url, &protocol);

    for (size_t i = 0; host != NULL && i < sizeof hosts / sizeof *hosts; i++) {
        if (str_starts(host, hosts[i]))
            return true;
    }
    return false;
}
