#ifndef BGC_APP_PARTING_H
#define BGC_APP_PARTING_H

/*
 * What a run that is over still owes the load balancer when its operator leaves: the
 * receipt is kept there and the lease given back, so that nobody waits for it to end by
 * itself. Never waits for a run that is open.
 */

struct engine;

/* Waits until that is done, at most 10 s; says on standard output where it is not. */
void parting_wait(struct engine *engine);

#endif
