#ifndef BGC_NET_CRC32C_H
#define BGC_NET_CRC32C_H

/*
 * CRC-32C (Castagnoli), as in RFC 3720 appendix B.4: tells a line that was written
 * whole from one that was not. No protection against somebody who means harm.
 */

#include <stddef.h>
#include <stdint.h>

/* Of "123456789" it is e3069283. */
uint32_t crc32c(const void *bytes, size_t length);

#endif
