#ifndef BGC_BASE_ASSET_TABLE_H
#define BGC_BASE_ASSET_TABLE_H

/*
 * What cmake/embed.cmake writes and asset.c reads. For nobody else.
 */

#include "base/asset.h"

extern const struct asset asset_table[]; /* sorted by name; an empty row at its end */
extern const size_t asset_table_count;   /* without the empty row */

#endif
