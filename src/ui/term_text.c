#include "ui/canvas_text.h"
#include "ui/term.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct text_term {
    struct term term;
    int fd, rows, cols;
    char *buffer; /* owned; of `size` bytes */
    size_t size;
};

static struct text_term *text_term_of(struct term *term)
{
    return (struct text_term *)term;
}

/* A reader that went away is not our trouble: the rest is dropped. */
static void write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        length -= (size_t)written;
    }
}

static void blit(struct term *term, const struct canvas *canvas)
{
    struct text_term *text = text_term_of(term);
    struct str out = str_on(text->buffer, text->size);
    canvas_write_text(canvas, term->unicode, &out);
    write_all(text->fd, out.at, out.length);
}

static void size(struct term *term, int *ret_rows, int *ret_cols)
{
    *ret_rows = text_term_of(term)->rows;
    *ret_cols = text_term_of(term)->cols;
}

static void nothing(struct term *term)
{
    (void)term;
}

static void close_text(struct term *term)
{
    free(text_term_of(term)->buffer);
    free(term);
}

static const struct term_ops text_ops = {
    .name = "text",
    .blit = blit,
    .size = size,
    .spoil = nothing,
    .leave = nothing,
    .enter = nothing,
    .close = close_text,
};

struct term *term_text_open(int fd, int rows, int cols, struct err *err)
{
    struct text_term *text = calloc(1, sizeof *text);
    if (text != NULL) {
        text->size = canvas_text_size(rows, cols);
        text->buffer = malloc(text->size);
    }
    if (text == NULL || text->buffer == NULL) {
        free(text);
        err_set_errno(err, ERR_IO, ENOMEM, "text of %d x %d", cols, rows);
        return NULL;
    }
    text->term = (struct term){
        .ops = &text_ops,
        .key_fd = -1,
        .unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
    };
    text->fd = fd;
    text->rows = rows;
    text->cols = cols;
    return &text->term;
}
