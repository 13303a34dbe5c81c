#include "app/hello.h"

#include "base/printable.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_BOOL };

struct field {
    const char *key;
    enum field_kind kind;
    size_t at, size;
};

/* clang-format off */
#define TEXT(name)   #name, FIELD_TEXT, offsetof(struct hello, name), sizeof((struct hello *)0)->name
#define NUMBER(name) #name, FIELD_NUMBER, offsetof(struct hello, name), 0
#define BOOL(name)   #name, FIELD_BOOL, offsetof(struct hello, name), 0

static const struct field fields[] = {
    { NUMBER(protocol) }, { TEXT(version) }, { TEXT(build) },   { TEXT(settings) },
    { NUMBER(pid) },      { BOOL(idle) },    { TEXT(styles) },
    { TEXT(ask) },        { BOOL(json) },    { BOOL(read_only) },
    { NUMBER(rows) },     { NUMBER(cols) },  { TEXT(who) },     { TEXT(agent) },
    { TEXT(notice) },
};
/* clang-format on */

enum { FIELDS = sizeof fields / sizeof *fields, NUMBER_MAX = 1 << 30 };

static void write_field(const struct field *field, const void *value, struct str *out)
{
    switch (field->kind) {
    case FIELD_TEXT:
        str_addf(out, "%s=%s\n", field->key, (const char *)value);
        break;
    case FIELD_NUMBER:
        str_addf(out, "%s=%d\n", field->key, *(const int *)value);
        break;
    case FIELD_BOOL:
        str_addf(out, "%s=%d\n", field->key, *(const bool *)value);
        break;
    }
}

void hello_write(const struct hello *hello, struct str *out)
{
    for (int i = 0; i < FIELDS; i++)
        write_field(&fields[i], (const char *)hello + fields[i].at, out);
}

static void read_field(const struct field *field, const char *text, void *value)
{
    long long number = 0;

    if (field->kind == FIELD_TEXT) {
        printable_text(text, strlen(text), value, field->size);
        return;
    }
    if (!str_to_long(text, 0, NUMBER_MAX, &number))
        return;
    if (field->kind == FIELD_NUMBER)
        *(int *)value = (int)number;
    else
        *(bool *)value = number != 0;
}

static void read_line(char *line, struct hello *hello)
{
    char *value = strchr(line, '=');

    if (value == NULL)
        return;
    *value++ = '\0';
    for (int i = 0; i < FIELDS; i++) {
        if (str_equal(fields[i].key, line))
            read_field(&fields[i], value, (char *)hello + fields[i].at);
    }
}

void hello_read(const char *bytes, size_t length, struct hello *ret_hello)
{
    char text[HELLO_TEXT_MAX];
    char *rest = text;

    *ret_hello = (struct hello){0};
    str_copy_bytes(text, sizeof text, bytes, length);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        read_line(line, ret_hello);
}

/* Where the line comes from, as sshd says (ssh(1), SSH_CONNECTION); else this machine.
 */
static void write_origin(struct str *out)
{
    const char *connection = getenv("SSH_CONNECTION");
    char host[256] = "";

    if (connection != NULL && connection[0] != '\0') {
        str_add_bytes(out, connection, strcspn(connection, " "));
        return;
    }
    gethostname(host, sizeof host - 1);
    str_add(out, host[0] != '\0' ? host : "unknown");
}

void hello_introduce(char who[HELLO_WORD_MAX])
{
    static const char devices[] = "/dev/";
    const struct passwd *user = getpwuid(geteuid());
    struct str out = str_on(who, HELLO_WORD_MAX);
    char terminal[64];

    str_addf(&out, "%s@", user != NULL ? user->pw_name : "uid");
    write_origin(&out);
    if (ttyname_r(STDIN_FILENO, terminal, sizeof terminal) == 0)
        str_addf(&out, " %s",
                 terminal + (str_starts(terminal, devices) ? strlen(devices) : 0));
}
