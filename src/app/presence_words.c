#include "app/presence_words.h"

/* From then on others are told that a terminal lags. */
enum { LAG_MS = 3000 };

static void write_state(const struct terminals *terminals,
                        const struct terminal *terminal, int64_t now_ms,
                        struct str *out)
{
    if (terminal->hello.read_only)
        str_add(out, " looks on");
    if (terminal == terminals->say)
        str_add(out, " has the say");
    if (terminal->suspended)
        str_add(out, " (stopped)");
    else if (terminal_lag_ms(terminal, now_ms) >= LAG_MS)
        str_addf(out, " (lags %lld s)",
                 (long long)terminal_lag_ms(terminal, now_ms) / 1000);
}

/* "2 terminals: you, root@desk pts/3 has the say". */
static void write_line(const struct terminals *terminals, const struct terminal *own,
                       int64_t now_ms, struct str *out)
{
    str_addf(out, "%d terminals: you", terminals_attached(terminals));
    if (own == terminals->say)
        str_add(out, " have the say");
    for (int i = 0; i < terminals->count; i++) {
        const struct terminal *other = terminals->items[i];
        if (other == own || !terminal_is_attached(other))
            continue;
        str_addf(out, ", %s", other->hello.who);
        write_state(terminals, other, now_ms, out);
    }
}

/* What the engine is, where it is not what this terminal would have started. */
static void write_notice(const struct terminals *terminals,
                         const struct terminal *terminal, struct str *out)
{
    char since[CLOCK_STAMP_SIZE];
    const struct hello *own = &terminals->own, *theirs = &terminal->hello;

    clock_time_local(terminals->begun.wall_ms, since);
    if (!str_equal(own->build, theirs->build))
        str_addf(out,
                 "this engine is another build (%s, since %s): it ends when the run is "
                 "over and all have left",
                 own->version, since);
    else if (!str_equal(own->settings, theirs->settings))
        str_addf(out,
                 "the settings file was changed after this engine read it (%s); leave, "
                 "and start anew",
                 since);
}

void presence_tell(const struct terminals *terminals, struct terminal *terminal,
                   int64_t now_ms)
{
    struct presence *presence = &terminal->view.presence;
    struct str holder = str_on(presence->holder, sizeof presence->holder);
    struct str line = str_on(presence->line, sizeof presence->line);
    struct str notice = str_on(presence->notice, sizeof presence->notice);

    presence->looks_on = terminal->hello.read_only;
    if (terminals->say != NULL && terminals->say != terminal)
        str_add(&holder, terminals->say->hello.who);
    if (terminals_attached(terminals) > 1)
        write_line(terminals, terminal, now_ms, &line);
    write_notice(terminals, terminal, &notice);
}
