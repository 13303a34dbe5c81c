#include "core/settings_text.h"

#include "base/str.h"
#include "core/canary.h"
#include "core/settings.h"
#include "core/store.h"

#include <string.h>

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define LETTERS LOWER UPPER

enum { TAG_MAX = 255, USER_MAX = 32, UNIT_MAX = 100, SECRET_MIN = 12 };

static bool made_of(const char *text, const char *first, const char *all)
{
    return *text != '\0' && strchr(first, *text) != NULL &&
           text[strspn(text, all)] == '\0';
}

static bool is_free(const char *text)
{
    (void)text;
    return true;
}

static bool is_name(const char *text)
{
    return made_of(text, LETTERS DIGITS, LETTERS DIGITS "._-");
}

static bool is_user(const char *text)
{
    return made_of(text, LETTERS "_", LETTERS DIGITS "._-") && strlen(text) <= USER_MAX;
}

static bool is_tag(const char *text)
{
    return made_of(text, LETTERS DIGITS ":_-", LETTERS DIGITS ":_-") &&
           strlen(text) <= TAG_MAX;
}

static bool is_haproxy_name(const char *text)
{
    return made_of(text, LETTERS DIGITS "_.:-", LETTERS DIGITS "_.:-");
}

static bool is_variable(const char *text)
{
    return made_of(text, LETTERS "_", LETTERS DIGITS "_");
}

/* Whether some part of the path is "..". */
static bool climbs(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/");
        if (length == 2 && str_starts(path, ".."))
            return true;
        if (path[length] == '\0')
            return false;
        path += length + 1;
    }
}

static bool path_is_plain(const char *text)
{
    return made_of(text, "/" LETTERS DIGITS "._", LETTERS DIGITS "/._+,=%~-") &&
           !climbs(text);
}

static bool is_path(const char *text)
{
    return text[0] == '/' && path_is_plain(text);
}

static bool is_home_path(const char *text)
{
    return is_path(text) || (str_starts(text, "~/") && path_is_plain(text + 2));
}

static bool is_inner_path(const char *text)
{
    return text[0] != '/' && path_is_plain(text);
}

/* "." or a doubled slash would name the release itself, and it is replaced by a link.
 */
static bool is_linked_path(const char *text, size_t length)
{
    char path[SETTING_TEXT_MAX];

    return str_copy_bytes(path, sizeof path, text, length) && is_inner_path(path) &&
           strcmp(path, ".") != 0 && !str_starts(path, "./") &&
           strstr(path, "/./") == NULL && strstr(path, "//") == NULL;
}

static bool is_inner_paths(const char *text)
{
    for (;;) {
        size_t length = strcspn(text, " ");
        if (!is_linked_path(text, length))
            return false;
        if (text[length] == '\0')
            return true;
        text += length + strspn(text + length, " ");
    }
}

static bool is_unit(const char *text)
{
    static const char end[] = ".service";
    size_t length = strlen(text);

    return is_name(text) && length >= sizeof end && length <= UNIT_MAX &&
           strcmp(text + length - (sizeof end - 1), end) == 0;
}

static bool is_visible(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7F)
            return false;
    return true;
}

static bool is_url_path(const char *text)
{
    return text[0] == '/' && is_visible(text);
}

static bool is_loopback(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_starts(host, names[i]))
            continue;
        char after = host[strlen(names[i])];
        if (after == '\0' || after == ':' || after == '/')
            return true;
    }
    return false;
}

/* An `@` would let a loopback name be the user of another host. */
static bool is_api_url(const char *text)
{
    if (!is_visible(text) || strchr(text, '@') != NULL)
        return false;
    if (str_starts(text, "http://"))
        return is_loopback(text + strlen("http://"));
    return str_starts(text, "https://") && text[strlen("https://")] != '\0';
}

/* A leading dash would be an option of git. */
static bool is_repository(const char *text)
{
    return text[0] != '\0' && text[0] != '-' && is_visible(text);
}

/* git check-ref-format, its rules 1 and 3 to 9 as far as these characters reach. */
static bool is_branch(const char *text)
{
    return made_of(text, LETTERS DIGITS "_", LETTERS DIGITS "._/+-") &&
           strstr(text, "..") == NULL && strstr(text, "//") == NULL &&
           strstr(text, "/.") == NULL;
}

static bool is_recipe(const char *text)
{
    return is_name(text) || is_home_path(text);
}

static bool is_header(const char *text)
{
    return made_of(text, LETTERS, LETTERS DIGITS "-_");
}

static bool is_host(const char *text)
{
    return made_of(text, LETTERS DIGITS "[", LETTERS DIGITS ".:-_[]");
}

static bool is_host_port(const char *text)
{
    const char *colon = strrchr(text, ':');
    long long port;
    return is_host(text) && colon != NULL && colon > text &&
           str_to_long(colon + 1, 1, 65535, &port);
}

static bool is_jump(const char *text)
{
    char user[USER_MAX + 2];
    const char *at = strchr(text, '@');
    if (at != NULL) {
        str_copy_bytes(user, sizeof user, text, (size_t)(at - text));
        if (!is_user(user))
            return false;
        text = at + 1;
    }
    return is_host(text) && (strchr(text, ':') == NULL || is_host_port(text));
}

static bool is_bind(const char *text)
{
    long long port;
    if (text[0] == '*')
        text++;
    if (text[0] == ':')
        return str_to_long(text + 1, 1, 65535, &port);
    return is_host_port(text);
}

/* An address, IPv4 or IPv6, with or without the length of a network. */
static bool is_source(const char *text, size_t length)
{
    size_t address = strspn(text, DIGITS "abcdefABCDEF.:");
    if (address == 0 || strcspn(text, ".:") >= address)
        return false;
    if (text[address] == '/')
        address += 1 + strspn(text + address + 1, DIGITS);
    return address == length && text[address - 1] != '/';
}

static bool is_sources(const char *text)
{
    for (;;) {
        size_t length = strcspn(text, " ");
        if (!is_source(text, length))
            return false;
        if (text[length] == '\0')
            return true;
        text += length + strspn(text + length, " ");
    }
}

static bool is_percents(const char *text)
{
    int percents[CANARY_STEPS_MAX];
    return canary_read(text, percents) > 0;
}

static bool is_log(const char *text)
{
    return is_path(text) || is_host_port(text);
}

static bool is_secret(const char *text)
{
    return made_of(text, LETTERS DIGITS, LETTERS DIGITS "._+=-") &&
           strlen(text) >= SECRET_MIN && strpbrk(text, LETTERS) != NULL &&
           strpbrk(text, DIGITS) != NULL;
}

/* clang-format off */
static const struct {
    bool (*accepts)(const char *text);
    const char *expected;
} kinds[TEXT_KIND_COUNT] = {
    [TEXT_FREE]         = {is_free,         "a text"},
    [TEXT_COMMAND]      = {is_free,         "a command and its arguments, without a shell"},
    [TEXT_NAME]         = {is_name,         "letters, digits, dots, dashes and underscores, a letter or digit first"},
    [TEXT_USER]         = {is_user,         "a user's name"},
    [TEXT_TAG]          = {is_tag,          "a tag: letters, digits, colons, dashes and underscores"},
    [TEXT_HAPROXY_NAME] = {is_haproxy_name, "letters, digits, dots, colons, dashes and underscores"},
    [TEXT_VARIABLE]     = {is_variable,     "the name of an environment variable"},
    [TEXT_PATH]         = {is_path,         "an absolute path"},
    [TEXT_HOME_PATH]    = {is_home_path,    "an absolute path, or one that begins with ~/"},
    [TEXT_INNER_PATH]   = {is_inner_path,   "a path inside the release"},
    [TEXT_INNER_PATHS]  = {is_inner_paths,  "paths with blanks between, as .env config/secrets.yml uploads/"},
    [TEXT_UNIT]         = {is_unit,         "a systemd service, as my-perl-app.service"},
    [TEXT_URL_PATH]     = {is_url_path,     "a path that begins with /"},
    [TEXT_API_URL]      = {is_api_url,      "an https URL (http is for loopback alone)"},
    [TEXT_REPOSITORY]   = {is_repository,   "a URL or path that git can fetch from"},
    [TEXT_BRANCH]       = {is_branch,       "a branch"},
    [TEXT_RECIPE]       = {is_recipe,       "a recipe's name, or the absolute path of a directory"},
    [TEXT_HEADER]       = {is_header,       "an HTTP header's name"},
    [TEXT_HOST]         = {is_host,         "a host name or an address"},
    [TEXT_PERCENTS]     = {is_percents,     "growing percents from 1 to 99, at most 8, with commas between"},
    [TEXT_HOST_PORT]    = {is_host_port,    "host:port"},
    [TEXT_JUMP]         = {is_jump,         "host, user@host or user@host:port"},
    [TEXT_BIND]         = {is_bind,         "host:port, or :port for all addresses"},
    [TEXT_SOURCES]      = {is_sources,      "addresses or networks with blanks between, as 203.0.113.7 10.0.0.0/8"},
    [TEXT_LOG]          = {is_log,          "an absolute path, or host:port"},
    [TEXT_STORE]        = {store_url_is_good, "redis://, memcached://, postgresql://, mysql:// or tcp:// with host:port"},
    [TEXT_SECRET]       = {is_secret,       "at least 12 letters and digits, both, and dots, dashes, underscores, + or = among them"},
};
/* clang-format on */

bool text_kind_accepts(enum text_kind kind, const char *text)
{
    return kinds[kind].accepts(text);
}

const char *text_kind_expected(enum text_kind kind)
{
    return kinds[kind].expected;
}
