#include "core/model.h"

#include "base/str.h"

void recall_add(struct recall *recall, const char *sentence)
{
    if (recall->count < RECALL_LINES)
        recall->count++;
    str_copy(recall->lines[recall->count - 1], RECALL_LINE_MAX, sentence);
}
