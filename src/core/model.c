#include "core/model.h"

int model_share(const struct model *model)
{
    return model->balancer.sampled ? model->balancer.runtime_share : SHARE_UNKNOWN;
}
