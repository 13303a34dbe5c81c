#ifndef BGC_UI_REPORT_BALANCER_H
#define BGC_UI_REPORT_BALANCER_H

/*
 * What the load balancer adds to a report: whether it answers, who holds the lease, how
 * far the traffic has come, what became of the fuse.
 */

#include "ui/report.h"

void report_balancer(struct report *report, const struct model *model, struct str *out);

#endif
