#include "answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void answer_init(struct answer *a)
{
    *a = (struct answer){.state = ANSWER_HEAD};
}

/* Copies the value of the header NAME into VALUE, "" where it is missing. */
static void header_value(const char *head, const char *name, char *value, size_t size)
{
    size_t length = strlen(name);

    value[0] = '\0';
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) != 0 || line[length] != ':')
            continue;
        const char *start = line + length + 1;
        start += strspn(start, " \t");
        snprintf(value, size, "%.*s", (int)strcspn(start, "\r"), start);
        return;
    }
}

static void head_parse(struct answer *a)
{
    char value[ANSWER_NAME_MAX];
    char *end;

    a->state = ANSWER_BROKEN;
    if (strncmp(a->head, "HTTP/1.", 7) != 0 || strlen(a->head) < 12)
        return;
    a->status = (int)strtol(a->head + 9, NULL, 10);
    if (a->status < 100 || a->status > 599)
        return;
    header_value(a->head, "transfer-encoding", value, sizeof(value));
    if (value[0])
        return;
    header_value(a->head, "connection", value, sizeof(value));
    a->last = strcasecmp(value, "close") == 0 || strncmp(a->head, "HTTP/1.0", 8) == 0;
    header_value(a->head, "content-length", value, sizeof(value));
    a->has_length = value[0] != '\0';
    if (a->has_length) {
        a->content_length = strtoul(value, &end, 10);
        if (*end)
            return;
    }
    header_value(a->head, "x-host", a->host, sizeof(a->host));
    header_value(a->head, "x-release", a->release, sizeof(a->release));
    a->state = a->status == 101 ? ANSWER_DONE : ANSWER_BODY;
}

static void body_feed(struct answer *a, const char *bytes, size_t length)
{
    if (a->body_length < ANSWER_BODY_KEPT) {
        size_t room = ANSWER_BODY_KEPT - a->body_length;
        memcpy(a->body + a->body_length, bytes, length < room ? length : room);
    }
    a->body_length += length;
    if (!a->has_length)
        return;
    if (a->body_length > a->content_length)
        a->state = ANSWER_BROKEN;
    else if (a->body_length == a->content_length)
        a->state = ANSWER_DONE;
}

void answer_feed(struct answer *a, const char *bytes, size_t length)
{
    if (a->state == ANSWER_BODY) {
        body_feed(a, bytes, length);
        return;
    }
    if (a->state != ANSWER_HEAD || length > ANSWER_HEAD_MAX - a->head_length) {
        a->state = ANSWER_BROKEN;
        return;
    }
    memcpy(a->head + a->head_length, bytes, length);
    a->head_length += length;
    a->head[a->head_length] = '\0';
    char *end = strstr(a->head, "\r\n\r\n");
    if (!end)
        return;
    const char *rest = end + 4;
    size_t rest_length = a->head_length - (size_t)(rest - a->head);
    end[2] = '\0';
    head_parse(a);
    if (a->state == ANSWER_BODY)
        body_feed(a, rest, rest_length);
    else if (rest_length > 0)
        a->state = ANSWER_BROKEN;
}

void answer_end(struct answer *a)
{
    if (a->state == ANSWER_DONE)
        return;
    a->state = a->state == ANSWER_BODY && !a->has_length ? ANSWER_DONE : ANSWER_BROKEN;
}

bool answer_body_is_right(const struct answer *a)
{
    char wanted[ANSWER_BODY_KEPT];

    snprintf(wanted, sizeof(wanted), "hello from release %s on %s\n", a->release,
             a->host);
    return strcmp(a->body, wanted) == 0;
}
