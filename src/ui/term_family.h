#ifndef BGC_UI_TERM_FAMILY_H
#define BGC_UI_TERM_FAMILY_H

/*
 * Which terminal description stands in for one that this machine does not have.
 *
 * Servers seldom carry the descriptions of new terminals (ncurses-term); most of
 * those speak xterm well enough.
 */

enum { TERM_STANDINS_MAX = 4 };

/* What to try for the unknown TERM `name`, best first, ended by NULL; NULL when we do
 * not know what it is. */
const char *const *term_standins(const char *name);

#endif
