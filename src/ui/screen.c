#include "ui/screen.h"

const struct screen *screen_of(enum screen_name name)
{
    static const struct screen *const screens[SCREEN_COUNT] = {
        [SCREEN_DASHBOARD] = &screen_dashboard,
        [SCREEN_RUN] = &screen_run,
        [SCREEN_LOG] = &screen_log,
        [SCREEN_CARD] = &screen_card,
        [SCREEN_DRIFT] = &screen_drift,
        [SCREEN_HELP] = &screen_help,
    };
    return screens[name < SCREEN_COUNT ? name : SCREEN_DASHBOARD];
}
