#include "net/ssh_waiting.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct ssh_waiting_command {
    struct ssh_waiting_command *next;
    struct ssh_command command;
    char input[];
};

bool ssh_waiting_add(struct ssh_waiting *waiting, const struct ssh_command *command)
{
    if (waiting->count == SSH_WAITING_MAX || command->input_length > SSH_INPUT_MAX)
        return false;
    struct ssh_waiting_command *it = memory_new(sizeof *it + command->input_length);
    it->command = *command;
    it->command.input = it->input;
    if (command->input_length)
        memcpy(it->input, command->input, command->input_length);
    if (waiting->tail)
        waiting->tail->next = it;
    else
        waiting->head = it;
    waiting->tail = it;
    waiting->count++;
    return true;
}

const struct ssh_command *ssh_waiting_first(const struct ssh_waiting *waiting)
{
    return waiting->head ? &waiting->head->command : NULL;
}

static struct ssh_waiting_command *take_first(struct ssh_waiting *waiting)
{
    struct ssh_waiting_command *it = waiting->head;
    waiting->head = it->next;
    if (!waiting->head)
        waiting->tail = NULL;
    waiting->count--;
    return it;
}

void ssh_waiting_end(struct ssh_waiting *waiting, int exit_status,
                     const struct err *err)
{
    struct ssh_waiting_command *it = take_first(waiting);
    it->command.on_end(it->command.context, exit_status, err);
    free(it);
}

void ssh_waiting_clear(struct ssh_waiting *waiting)
{
    while (waiting->head)
        free(take_first(waiting));
}
