#include "core/mend.h"

#include "base/str.h"

static const struct {
    const char *name, *help;
} kinds[MEND_KIND_COUNT] = {
#define X(kind, name, help) [kind] = {name, help},
    MEND_KINDS(X)
#undef X
};

const char *mend_name(enum mend_kind kind)
{
    return kinds[kind].name;
}

const char *mend_help(enum mend_kind kind)
{
    return kinds[kind].help;
}

bool mend_equal(const struct mend *a, const struct mend *b)
{
    if (a->kind != b->kind || a->host != b->host)
        return false;
    switch (a->kind) {
    case MEND_MAP:
    case MEND_SHARE:
        return a->share == b->share && a->moves_traffic == b->moves_traffic;
    case MEND_SERVER:
        return str_equal(a->server, b->server) && a->moves_traffic == b->moves_traffic;
    case MEND_NOTED:
        return a->worker_pid == b->worker_pid;
    default:
        return true;
    }
}
