#include "ui/binding.h"

#include "base/str.h"
#include "ui/ui.h"

enum {
    ANY = EVERYWHERE,
    LOGS = 1 << SCREEN_DASHBOARD | 1 << SCREEN_LOG,
    HOSTS = LOGS | 1 << SCREEN_RUN,
    LISTS = EVERYWHERE,
    DASHBOARD = 1 << SCREEN_DASHBOARD,
    DRIFT = 1 << SCREEN_DRIFT,
    GATES = EVERYWHERE & ~DRIFT,
};

/* The first row of an action names it in the help; rows without help are other keys for
 * the same. */
/* clang-format off */
static const struct binding table[] = {
/*    key          where      action              intent           label        help */
    { "Enter",     GATES,     ACTION_CONTINUE,    INTENT_CONTINUE, "continue",  "answer the open gate with yes" },
    { "Enter",     DRIFT,     ACTION_MEND,        INTENT_MEND,     "mend",      "on the drift screen: mend the selected drift; asks first" },
    { "d",         ANY,       ACTION_DEPLOY,      INTENT_DEPLOY,   "deploy",    "bring a release to the idle colour; asks which" },
    { "s",         ANY,       ACTION_SWITCH,      INTENT_SHIFT,    "switch",    "answer the switch gate; without a run: to the idle colour as it is" },
    { "r",         ANY,       ACTION_ROLLBACK,    INTENT_ROLLBACK, "roll back", "send the traffic back to the other colour; asks first" },
    { "a",         ANY,       ACTION_ABORT,       INTENT_ABORT,    "abort",     "end the run; asks first" },
    { "f",         ANY,       ACTION_FINISH,      INTENT_FINISH,   "finish",    "confirm the switch for good, before its time if need be" },
    { "u",         ANY,       ACTION_RESUME,      INTENT_RESUME,   "resume",    "go on with the run that was cut off; says what is found, and asks" },
    { "T",         ANY,       ACTION_TAKEOVER,    INTENT_TAKEOVER, "take over", "take the lease and an unconfirmed switch from who holds them" },
    { "M",         ANY,       ACTION_MAINTENANCE, INTENT_MAINTENANCE, "maintenance", "put the maintenance page up, or take it down; asks first" },
    { "C",         ANY,       ACTION_CONTRACT,    INTENT_CONTRACT, "contract",  "run the contract migration of the live release; its gate asks" },
    { "1",         ANY,       ACTION_DASHBOARD,   INTENT_NONE,     NULL,        "dashboard: both colours, the run, the log" },
    { "2",         ANY,       ACTION_RUN,         INTENT_NONE,     NULL,        "run: its checks, hosts, evidence, receipt" },
    { "3",         ANY,       ACTION_LOG,         INTENT_NONE,     NULL,        "log: what the hosts print, on the whole screen" },
    { "l",         ANY,       ACTION_LOG,         INTENT_NONE,     "log",       NULL },
    { "!",         ANY,       ACTION_CARD,        INTENT_NONE,     NULL,        "break glass: the shell lines that switch or go back by hand" },
    { "D",         ANY,       ACTION_DRIFT,       INTENT_NONE,     NULL,        "drift: what disagrees, what it means, and what mends it" },
    { "/",         ANY,       ACTION_SEARCH,      INTENT_NONE,     "find",      "search the log; small letters match both cases" },
    { "R",         ANY,       ACTION_REFRESH,     INTENT_REFRESH,  "refresh",   "ask the API, the hosts and HAProxy again" },
    { "?",         ANY,       ACTION_HELP,        INTENT_NONE,     "help",      "this page" },
    { "F1",        ANY,       ACTION_HELP,        INTENT_NONE,     NULL,        NULL },
    { "q",         ANY,       ACTION_QUIT,        INTENT_NONE,     "quit",      "leave; a run goes on without this terminal" },
    { "Ctrl-C",    ANY,       ACTION_QUIT,        INTENT_NONE,     NULL,        NULL },
    { "Esc",       ANY,       ACTION_BACK,        INTENT_NONE,     NULL,        "back to the dashboard; ends a search and a pause first" },
    { "Tab",       DASHBOARD, ACTION_FOCUS_NEXT,  INTENT_NONE,     NULL,        "let the arrow keys move the log, the blue or the green hosts" },
    { "Shift-Tab", DASHBOARD, ACTION_FOCUS_BEFORE, INTENT_NONE,    NULL,        "the same, the other way round" },
    { "Up",        LISTS,     ACTION_UP,          INTENT_NONE,     NULL,        "move up, one row" },
    { "k",         LISTS,     ACTION_UP,          INTENT_NONE,     NULL,        NULL },
    { "Down",      LISTS,     ACTION_DOWN,        INTENT_NONE,     NULL,        "move down, one row" },
    { "j",         LISTS,     ACTION_DOWN,        INTENT_NONE,     NULL,        NULL },
    { "PgUp",      LISTS,     ACTION_PAGE_UP,     INTENT_NONE,     NULL,        "move up, one page" },
    { "Ctrl-B",    LISTS,     ACTION_PAGE_UP,     INTENT_NONE,     NULL,        NULL },
    { "PgDn",      LISTS,     ACTION_PAGE_DOWN,   INTENT_NONE,     NULL,        "move down, one page" },
    { "Ctrl-F",    LISTS,     ACTION_PAGE_DOWN,   INTENT_NONE,     NULL,        NULL },
    { "Home",      LISTS,     ACTION_TOP,         INTENT_NONE,     NULL,        "to the oldest line, the first row" },
    { "g",         LISTS,     ACTION_TOP,         INTENT_NONE,     NULL,        NULL },
    { "End",       LISTS,     ACTION_BOTTOM,      INTENT_NONE,     NULL,        "to the newest line, which follows; the last row" },
    { "G",         LISTS,     ACTION_BOTTOM,      INTENT_NONE,     NULL,        NULL },
    { "Left",      LOGS,      ACTION_LEFT,        INTENT_NONE,     NULL,        "move over long lines of the log, to the left" },
    { "Right",     LOGS,      ACTION_RIGHT,       INTENT_NONE,     NULL,        "move over long lines of the log, to the right" },
    { "p",         LOGS,      ACTION_PAUSE,       INTENT_NONE,     NULL,        "hold the log still, or follow it again" },
    { "Space",     LOGS,      ACTION_PAUSE,       INTENT_NONE,     NULL,        NULL },
    { "h",         HOSTS,     ACTION_NEXT_HOST,   INTENT_NONE,     NULL,        "the log of the selected or the next host alone; at last of all" },
    { "H",         LOGS,      ACTION_ALL_HOSTS,   INTENT_NONE,     NULL,        "the log of all hosts" },
    { "n",         LOGS,      ACTION_MATCH_OLDER, INTENT_NONE,     NULL,        "next match, upwards" },
    { "N",         LOGS,      ACTION_MATCH_NEWER, INTENT_NONE,     NULL,        "next match, downwards" },
    { "w",         ANY,       ACTION_SAY,         INTENT_NONE,     NULL,        "take the say: where several terminals are attached, one begins runs and answers gates" },
    { "Ctrl-L",    ANY,       ACTION_REPAINT,     INTENT_NONE,     NULL,        "paint the whole screen anew" },
    { "Ctrl-Z",    ANY,       ACTION_SUSPEND,     INTENT_NONE,     NULL,        "stop the console, as the shell does; `fg` comes back" },
};
/* clang-format on */

const struct binding *bindings(size_t *ret_count)
{
    *ret_count = sizeof table / sizeof *table;
    return table;
}

const struct binding *binding_find(const char *key, enum screen_name screen)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if ((table[i].where & 1u << screen) && str_equal(table[i].key, key))
            return &table[i];
    }
    return NULL;
}

/* "Up, k": the key of this row and those of the rows for the same that follow it. */
static void write_key_names(size_t row, struct str *out)
{
    str_add(out, table[row].key);
    for (size_t i = row + 1; i < sizeof table / sizeof *table; i++) {
        if (table[i].help != NULL || table[i].action != table[row].action)
            break;
        str_addf(out, ", %s", table[i].key);
    }
}

void ui_write_keys(struct str *out)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char buffer[64];
        struct str names = str_on(buffer, sizeof buffer);
        if (table[i].help == NULL)
            continue;
        write_key_names(i, &names);
        str_addf(out, "%-16s %s\n", buffer, table[i].help);
    }
}
