#include "ui/term.h"

void term_close(struct term *term)
{
    if (term != NULL)
        term->ops->close(term);
}
