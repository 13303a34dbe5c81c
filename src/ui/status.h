#ifndef BGC_UI_STATUS_H
#define BGC_UI_STATUS_H

/*
 * What is true now, for `bgconsole status`: as text for people and as JSON for
 * programs. Both say the same.
 */

#include "base/str.h"
#include "core/model.h"

#include <stdbool.h>

/* Whether everything that should answer did, and nothing is wrong: the exit code of
 * `status` depends on it. */
bool status_is_well(const struct model *model);

void status_write_text(const struct model *model, struct str *out);

/* What HAProxy counted through the run's switch, one line each; nothing when the run
 * has no receipt. */
void status_write_receipt(const struct run *run, struct str *out);

/*
 * One object:
 *   app, environment, production
 *   live            "blue" | "green" | "split" | "unknown"
 *   green_share     0..100, null: unknown
 *   live_for_s      null: unknown
 *   balancer        {host, haproxy, sampled_age_s, runtime_share, disk_share, trouble}
 *   maintenance     bool
 *   lease           {state, ours, who, where, since_s, left_s, run, stage, epoch}
 *   fuse            {state, to, left_s, run, held}; to and left_s null: none
 *   rollback        {ready, to, release, up, total, reasons[]}
 *   pools           {blue, green}: {release, agrees, requests_per_s, errors_percent,
 *                   response_ms, hosts[]: {name, address, ssh, release, health,
 *                   health_reason, health_ms, haproxy, ready, trouble}}
 *   drift[]         {kind, level: "bad"|"warning"|"note", subject, text,
 *                   mend: "none"|"map"|"server"|"config"|"render"|"noted", mend_text}
 *   drift_not_listed  findings that found no room
 *   run             null, or {id, kind, state, stage, ref, sha, target, canary, reason,
 *                   advice, receipt, timing, own_requests}
 *     canary        null: all at once; {step, steps, percent}, percent on the target
 *     timing        null: not told; {first_new_us, last_old_us, resolution_ms}
 *     own_requests  null: no receipt
 *   alarms[]        {level: "bad"|"warn", text}
 *   well            bool
 */
void status_write_json(const struct model *model, struct str *out);

#endif
