#ifndef BGC_CORE_STAGE_H
#define BGC_CORE_STAGE_H

/*
 * The stages of a run, in their order.
 */

/* clang-format off */
#define STAGES(X)                                                          \
    X(STAGE_PREFLIGHT, "preflight") X(STAGE_DEPLOY, "deploy")              \
    X(STAGE_CONFIGURE, "configure") X(STAGE_VERIFY, "verify")              \
    X(STAGE_SWITCH,    "switch")    X(STAGE_WATCH,  "watch")               \
    X(STAGE_FINISH,    "finish")
/* clang-format on */

enum stage {
#define X(stage, name) stage,
    STAGES(X)
#undef X
        STAGE_COUNT
};

const char *stage_name(enum stage stage);

#endif
