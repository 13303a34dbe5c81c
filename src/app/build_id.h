#ifndef BGC_APP_BUILD_ID_H
#define BGC_APP_BUILD_ID_H

/*
 * Which build this program is: the linker's digest of all that is in it (ld(1),
 * --build-id), read from the running program itself, so that it is right also when the
 * file on the disk was replaced meanwhile.
 */

enum { BUILD_ID_SIZE = 64 + 1 };

/* In hexadecimal; empty where the linker wrote none. */
void build_id(char buffer[BUILD_ID_SIZE]);

#endif
