#include "core/model.h"

#include "base/str.h"

void recall_add(struct recall *recall, const char *sentence)
{
    if (recall->count < RECALL_LINES)
        recall->count++;
    str_copy(recall->lines[recall->count - 1], RECALL_LINE_MAX, sentence);
}

int model_share(const struct model *model)
{
    return model->balancers[0].sampled ? model->balancers[0].runtime_share
                                       : SHARE_UNKNOWN;
}
