#ifndef BGC_CORE_SHARE_H
#define BGC_CORE_SHARE_H

/*
 * Colours, and the one integer that says where the traffic goes.
 *
 * The green share is the percent of requests that go to green: 0 = blue is
 * live, 100 = green is live, between = split and both are live.
 */

#include <stdbool.h>

enum colour { COLOUR_BLUE, COLOUR_GREEN, COLOUR_COUNT };

enum { SHARE_UNKNOWN = -1, SHARE_BLUE = 0, SHARE_GREEN = 100 };

const char *colour_name(enum colour colour);       /* "blue", "green" */
const char *colour_name_upper(enum colour colour); /* "BLUE", "GREEN" */
bool colour_from_name(const char *name, enum colour *ret_colour);
enum colour colour_other(enum colour colour);

/* The share at which `colour` has all the traffic. */
int share_of(enum colour colour);

bool share_is_valid(long long share); /* 0..100 */

/* The one live colour; false when the share is unknown or split. */
bool share_live(int share, enum colour *ret_live);

/* Whether `colour` gets any traffic; an unknown share says true, the careful answer. */
bool share_reaches(int share, enum colour colour);

#endif
