#include "base/shell_quote.h"

#include <string.h>

/* None of these means anything to a shell, wherever in a word it stands. */
static const char harmless[] = "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789"
                               "%+,-./:=@_";

void shell_quote(struct str *out, const char *text)
{
    if (text[0] != '\0' && text[strspn(text, harmless)] == '\0') {
        str_add(out, text);
        return;
    }
    str_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            str_add(out, "'\\''");
        else
            str_add_char(out, *text);
    }
    str_add_char(out, '\'');
}
