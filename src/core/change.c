#include "core/change.h"

static const char *const names[CHANGE_KIND_COUNT] = {
#define X(kind, name, help) [kind] = name,
    CHANGES(X)
#undef X
};

const char *change_kind_name(enum change_kind kind)
{
    return names[kind];
}
