#include "net/digitalocean_json.h"

#include "base/printable.h"
#include "base/str.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <string.h>

enum { WORDS_MAX = 160, URL_MAX = 1024, PAGE_NUMBER_MAX = 100000 };

static void words_of(const json_t *object, const char *key, char *buffer, size_t size)
{
    const json_t *value = json_object_get(object, key);
    const char *text = json_is_string(value) ? json_string_value(value) : "";

    printable_text(text, json_string_length(value), buffer, size);
}

static bool read_status(const json_t *json, struct droplet *droplet, struct err *err)
{
    static const char *const names[] = {
        [DROPLET_NEW] = "new",
        [DROPLET_ACTIVE] = "active",
        [DROPLET_OFF] = "off",
        [DROPLET_ARCHIVE] = "archive",
    };
    char word[WORDS_MAX];

    words_of(json, "status", word, sizeof word);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_equal(word, names[i])) {
            droplet->status = (enum droplet_status)i;
            return true;
        }
    return err_set(err, ERR_PROTOCOL, "Droplet %s: its status \"%s\" is unknown",
                   droplet->name, word);
}

/* Takes the first address of each kind; addresses of an earlier call stay. */
static bool read_addresses(const json_t *networks, const char *version, int family,
                           struct droplet *droplet, struct err *err)
{
    const json_t *network;
    size_t i;

    json_array_foreach(json_object_get(networks, version), i, network)
    {
        char kind[WORDS_MAX], address[WORDS_MAX];
        unsigned char binary[sizeof(struct in6_addr)];
        words_of(network, "type", kind, sizeof kind);
        words_of(network, "ip_address", address, sizeof address);
        if (inet_pton(family, address, binary) != 1)
            return err_set(err, ERR_PROTOCOL, "Droplet %s: \"%s\" is no address",
                           droplet->name, address);
        char *place = str_equal(kind, "private") ? droplet->private_address
                                                 : droplet->public_address;
        if (place[0] == '\0')
            str_copy(place, HOST_ADDRESS_MAX, address);
    }
    return true;
}

static bool read_droplet(const json_t *json, enum host_role role,
                         struct droplet *droplet, struct err *err)
{
    const json_t *id = json_object_get(json, "id");
    const json_t *networks = json_object_get(json, "networks");

    *droplet = (struct droplet){.role = role};
    words_of(json, "name", droplet->name, sizeof droplet->name);
    if (!json_is_integer(id) || json_integer_value(id) <= 0)
        return err_set(err, ERR_PROTOCOL, "Droplet \"%s\" has no id", droplet->name);
    if (droplet->name[0] == '\0')
        return err_set(err, ERR_PROTOCOL, "Droplet %lld has no name",
                       (long long)json_integer_value(id));
    droplet->id = json_integer_value(id);
    return read_status(json, droplet, err) &&
           read_addresses(networks, "v4", AF_INET, droplet, err) &&
           read_addresses(networks, "v6", AF_INET6, droplet, err);
}

/* The number behind `page=` in a URL's query, 0: none. */
static int page_of_url(const char *url)
{
    const char *query = strchr(url, '?');
    const char *at = query;

    while (at != NULL) {
        int number = 0;
        at++;
        if (str_starts(at, "page=")) {
            for (at += strlen("page="); *at >= '0' && *at <= '9'; at++)
                if (number < PAGE_NUMBER_MAX)
                    number = number * 10 + (*at - '0');
            return number;
        }
        at = strchr(at, '&');
    }
    return 0;
}

static bool read_next(const json_t *document, struct droplet_page *page,
                      struct err *err)
{
    const json_t *pages = json_object_get(json_object_get(document, "links"), "pages");
    const json_t *next = json_object_get(pages, "next");
    char url[URL_MAX];

    page->next = 0;
    if (next == NULL || json_is_null(next))
        return true;
    words_of(pages, "next", url, sizeof url);
    page->next = page_of_url(url);
    return page->next > 0 ? true
                          : err_set(err, ERR_PROTOCOL,
                                    "links.pages.next \"%s\" names no page", url);
}

static bool read_page(const json_t *document, enum host_role role,
                      struct droplet_page *page, struct err *err)
{
    const json_t *droplets = json_object_get(document, "droplets");
    const json_t *total = json_object_get(json_object_get(document, "meta"), "total");
    const json_t *droplet;
    size_t i;

    if (!json_is_array(droplets))
        return err_set(err, ERR_PROTOCOL, "the answer has no list of droplets");
    if (json_array_size(droplets) > API_PAGE_DROPLETS)
        return err_set(err, ERR_LIMIT, "more than %d Droplets in one page",
                       API_PAGE_DROPLETS);
    page->count = json_array_size(droplets);
    page->total = json_is_integer(total) ? json_integer_value(total) : -1;
    json_array_foreach(droplets, i, droplet)
    {
        if (!read_droplet(droplet, role, &page->droplets[i], err))
            return false;
    }
    return read_next(document, page, err);
}

bool digitalocean_json_page(const char *text, size_t length, enum host_role role,
                            struct droplet_page *ret_page, struct err *err)
{
    json_error_t why;
    json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);

    if (document == NULL) {
        char words[WORDS_MAX];
        printable_text(why.text, strlen(why.text), words, sizeof words);
        return err_set(err, ERR_PROTOCOL, "the answer is not JSON: line %d: %s",
                       why.line, words);
    }
    bool ok = read_page(document, role, ret_page, err);
    json_decref(document);
    return ok;
}

static const char *advice(int status)
{
    if (status == 401)
        return "the token is not valid: check token_command, token_file or the "
               "environment variable";
    if (status == 403)
        return "the token may not do this: it needs the scope droplet:read";
    if (status == 404)
        return "check api_url";
    if (status == 429)
        return "all consoles and CI share the token's limit: poll less often (poll_s)";
    if (status >= 500)
        return "the API has trouble: see status.digitalocean.com; the hosts are asked "
               "all the same";
    if (status >= 300 && status < 400)
        return "redirects are not followed: check api_url";
    return NULL;
}

static enum err_code code_of(int status)
{
    if (status == 401 || status == 403)
        return ERR_AUTH;
    return status >= 500 ? ERR_PROTOCOL : ERR_REFUSED;
}

void digitalocean_json_refusal(const char *request, int status, const char *text,
                               size_t length, struct err *err)
{
    char line[ERR_TEXT_MAX], id[WORDS_MAX], message[WORDS_MAX], request_id[WORDS_MAX];
    struct str sentence = str_on(line, sizeof line);
    json_t *document = json_loadb(text, length, 0, NULL);

    words_of(document, "id", id, sizeof id);
    words_of(document, "message", message, sizeof message);
    words_of(document, "request_id", request_id, sizeof request_id);
    json_decref(document);

    str_addf(&sentence, "%s: %d", request, status);
    if (id[0] != '\0')
        str_addf(&sentence, " %s", id);
    if (message[0] != '\0')
        str_addf(&sentence, ": %s", message);
    if (request_id[0] != '\0')
        str_addf(&sentence, " (request %s)", request_id);
    if (advice(status) != NULL)
        str_addf(&sentence, "; %s", advice(status));
    err_set(err, code_of(status), "%s", line);
}
