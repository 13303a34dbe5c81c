#ifndef BGC_UI_WATCH_PANEL_H
#define BGC_UI_WATCH_PANEL_H

/*
 * The guard window: how much of it is left, both colours side by side against the
 * baseline, and what the guard makes of it so far.
 *
 *     guard       ███████░░░░░░░░░░░░░░░░░  00:42 left · goes back by itself in 02:42
 *                    req/s    failed   app 5xx      ms
 *     ● GREEN          398    0.00 %    0.03 %   14 ms   116 % of the baseline's time
 *     ○ BLUE             0    0.00 %    0.00 %       –
 *     baseline         412    0.02 %    0.10 %   12 ms   BLUE, 60 s before the switch
 *     so far      ✔ clean: requests came, and no limit is passed
 *                 3/3 up · probes ok 3/3 · frontend ok
 */

#include "core/baseline.h"
#include "core/guard_window.h"
#include "core/model.h"
#include "ui/canvas.h"

struct watch {
    const struct baseline *baseline;
    const struct guard_window *window;
    int64_t fuse_ms; /* mono time at which the balancer goes back, 0: no fuse burns */
};

/* Draws from row 0 and returns the row after it. */
int watch_panel_draw(const struct model *model, const struct watch *watch,
                     struct area area);

#endif
