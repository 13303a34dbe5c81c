#include "core/intent.h"

static const struct {
    const char *name, *help;
} intents[INTENT_COUNT] = {
#define X(kind, name, help) [kind] = {name, help},
    INTENTS(X)
#undef X
};

const char *intent_name(enum intent_kind kind)
{
    return intents[kind].name;
}

const char *intent_help(enum intent_kind kind)
{
    return intents[kind].help;
}
