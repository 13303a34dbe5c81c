#include "core/config_veil.h"

#include <string.h>

/* What stands before a secret, which is one word. */
/* clang-format off */
static const struct {
    const char *line;   /* holds this */
    const char *before; /* then this, and the secret behind it */
} secrets[] = {
    {"stats auth ",                   ":"},
    {"req.hdr(X-Bgconsole-Preview) ", "-m str "},
    {"user ",                         "insecure-password "}, /* configuration.txt 3.4 */
    {"user ",                         " password "},
};
/* clang-format on */

static const char *find(const char *at, const char *end, const char *text)
{
    size_t length = strlen(text);
    for (; (size_t)(end - at) >= length; at++)
        if (memcmp(at, text, length) == 0)
            return at + length;
    return NULL;
}

/* Where the secret of the line begins; NULL: it has none. */
static const char *find_secret(const char *line, const char *end)
{
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        const char *at = find(line, end, secrets[i].line);
        if (at != NULL)
            at = find(at, end, secrets[i].before);
        if (at != NULL)
            return at;
    }
    return NULL;
}

void config_veil(const char *line, size_t length, struct str *out)
{
    const char *end = line + length;
    const char *secret = find_secret(line, end);
    if (secret == NULL) {
        str_add_bytes(out, line, length);
        return;
    }
    str_add_bytes(out, line, (size_t)(secret - line));
    str_add(out, "(not shown)");
    while (secret < end && *secret != ' ')
        secret++;
    str_add_bytes(out, secret, (size_t)(end - secret));
}
