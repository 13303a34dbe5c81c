#include "net/ssh_patience.h"

void ssh_patience_init(struct ssh_patience *patience, uv_loop_t *loop,
                       void (*on_late)(void *context), void *context)
{
    uv_timer_init(loop, &patience->timer);
    patience->timer.data = patience;
    patience->on_late = on_late;
    patience->context = context;
}

static void late_set(struct ssh_patience *patience, uint64_t now)
{
    struct err *late = &patience->late;
    if (patience->wait == SSH_WAIT_PAUSE)
        err_set(late, ERR_TIMEOUT, "the pause is over");
    else if (patience->wait == SSH_WAIT_LOGIN)
        err_set(late, ERR_TIMEOUT, "no connection and login within %d ms",
                patience->limit_ms);
    else if (patience->wait == SSH_WAIT_CLOSING)
        err_set(late, ERR_TIMEOUT, "the host did not close its side");
    else if (patience->limit_ms &&
             now - patience->begun_ms >= (uint64_t)patience->limit_ms)
        err_set(late, ERR_TIMEOUT, "%s: did not end within %d ms", patience->command,
                patience->limit_ms);
    else
        err_set(late, ERR_TIMEOUT, "%s: silent for %d ms", patience->command,
                patience->silence_ms);
}

static uint64_t earlier(uint64_t deadline, uint64_t since, int span_ms)
{
    uint64_t end = since + (uint64_t)span_ms;
    return span_ms > 0 && end < deadline ? end : deadline;
}

static void on_timer(uv_timer_t *timer)
{
    struct ssh_patience *patience = timer->data;
    uint64_t now = uv_now(timer->loop), deadline = UINT64_MAX;

    deadline = earlier(deadline, patience->begun_ms, patience->limit_ms);
    deadline = earlier(deadline, patience->heard_ms, patience->silence_ms);
    if (deadline == UINT64_MAX)
        return;
    if (now < deadline) {
        uv_timer_start(timer, on_timer, deadline - now, 0);
        return;
    }
    late_set(patience, now);
    patience->on_late(patience->context);
}

static void begin(struct ssh_patience *patience, enum ssh_wait wait, int limit_ms,
                  int silence_ms)
{
    patience->wait = wait;
    patience->limit_ms = limit_ms;
    patience->silence_ms = silence_ms;
    patience->begun_ms = patience->heard_ms = uv_now(patience->timer.loop);
    patience->late = (struct err){0};
    uv_timer_stop(&patience->timer);
    if (limit_ms > 0 || silence_ms > 0)
        on_timer(&patience->timer);
}

void ssh_patience_pause(struct ssh_patience *patience, int pause_ms)
{
    begin(patience, SSH_WAIT_PAUSE, pause_ms, 0);
}

void ssh_patience_login(struct ssh_patience *patience, int limit_ms)
{
    begin(patience, SSH_WAIT_LOGIN, limit_ms, 0);
}

void ssh_patience_command(struct ssh_patience *patience,
                          const struct ssh_command *command)
{
    patience->command = command->command;
    begin(patience, SSH_WAIT_COMMAND, command->limit_ms, command->silence_ms);
}

void ssh_patience_closing(struct ssh_patience *patience)
{
    begin(patience, SSH_WAIT_CLOSING, SSH_CLOSING_MS, 0);
}

void ssh_patience_end(struct ssh_patience *patience)
{
    begin(patience, SSH_WAIT_NOTHING, 0, 0);
}

void ssh_patience_heard(struct ssh_patience *patience)
{
    patience->heard_ms = uv_now(patience->timer.loop);
}

void ssh_patience_close(struct ssh_patience *patience, uv_close_cb on_closed)
{
    uv_close((uv_handle_t *)&patience->timer, on_closed);
}
