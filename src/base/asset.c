#include "base/asset.h"

#include "base/asset_table.h"

#include <stdlib.h>
#include <string.h>

static int compare_name(const void *name, const void *row)
{
    return strcmp(name, ((const struct asset *)row)->name);
}

const struct asset *asset_find(const char *name)
{
    return bsearch(name, asset_table, asset_table_count, sizeof *asset_table,
                   compare_name);
}

const struct asset *asset_all(size_t *ret_count)
{
    *ret_count = asset_table_count;
    return asset_table;
}
