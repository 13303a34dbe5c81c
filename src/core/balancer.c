#include "core/balancer.h"

void balancer_init(struct balancer *balancer, int host)
{
    *balancer = (struct balancer){
        .host = host,
        .runtime_share = SHARE_UNKNOWN,
        .disk_share = SHARE_UNKNOWN,
    };
}
