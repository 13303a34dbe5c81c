#include "net/command.h"

#include "base/clock.h"
#include "base/printable.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 512, STDERR_MAX = 1024, WORDS_MAX = 160 };

extern char **environ;

/* A pipe's end that is read until the program closes it. */
struct stream {
    int fd;
    char *buffer;
    size_t size; /* the NUL included */
    size_t length;
    bool overflowed;
};

struct command {
    char line[LINE_MAX_BYTES];
    char *words[COMMAND_WORDS_MAX + 1];
    pid_t pid;
    struct stream out, error;
};

static bool split(struct command *command, const char *line, struct err *err)
{
    int count = 0;
    char *rest = command->line;

    if (!str_copy(command->line, sizeof command->line, line))
        return err_set(err, ERR_CONFIG, "this command is longer than %d bytes",
                       LINE_MAX_BYTES - 1);
    for (char *word; (word = strsep(&rest, " \t")) != NULL;) {
        if (word[0] == '\0')
            continue;
        if (count == COMMAND_WORDS_MAX)
            return err_set(err, ERR_CONFIG, "this command has more than %d words",
                           COMMAND_WORDS_MAX);
        command->words[count++] = word;
    }
    return count > 0 ? true : err_set(err, ERR_CONFIG, "this command has no words");
}

static int spawn(struct command *command, int out, int error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    int result = posix_spawnp(&command->pid, command->words[0], &actions, &attributes,
                              command->words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

static bool start(struct command *command, struct err *err)
{
    int out[2], error[2];

    if (pipe2(out, O_CLOEXEC) != 0)
        return err_set_errno(err, ERR_IO, errno, "pipe");
    if (pipe2(error, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return err_set_errno(err, ERR_IO, errno, "pipe");
    }
    int result = spawn(command, out[1], error[1]);
    close(out[1]);
    close(error[1]);
    command->out.fd = out[0];
    command->error.fd = error[0];
    if (result == 0)
        return true;
    close(out[0]);
    close(error[0]);
    return err_set_errno(err, ERR_CONFIG, result, "it cannot be run");
}

/* Reads once. False: the stream has ended. */
static bool stream_read(struct stream *stream)
{
    char extra[256];
    size_t room = stream->size - 1 - stream->length;
    ssize_t count = read(stream->fd, room > 0 ? stream->buffer + stream->length : extra,
                         room > 0 ? room : sizeof extra);

    if (count < 0 && errno == EINTR)
        return true;
    if (count <= 0)
        return false;
    if (room > 0)
        stream->length += (size_t)count;
    else
        stream->overflowed = true;
    stream->buffer[stream->length] = '\0';
    return true;
}

/* Reads both streams to their ends; false: not within the deadline. */
static bool drain(struct command *command, int limit_ms)
{
    int64_t deadline_ms = clock_now().mono_ms + limit_ms;
    struct pollfd polls[] = {{.fd = command->out.fd, .events = POLLIN},
                             {.fd = command->error.fd, .events = POLLIN}};
    struct stream *const streams[] = {&command->out, &command->error};

    while (polls[0].fd >= 0 || polls[1].fd >= 0) {
        int64_t left_ms = deadline_ms - clock_now().mono_ms;
        int ready = left_ms > 0 ? poll(polls, 2, (int)left_ms) : 0;
        if (ready == 0)
            return false;
        for (int i = 0; i < 2 && ready > 0; i++)
            if (polls[i].fd >= 0 && polls[i].revents != 0 && !stream_read(streams[i]))
                polls[i].fd = -1; /* poll() passes it over */
    }
    return true;
}

static int wait_for(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

static void last_line(struct stream *stream, char *buffer, size_t size)
{
    while (stream->length > 0 && stream->buffer[stream->length - 1] == '\n')
        stream->buffer[--stream->length] = '\0';
    const char *newline = strrchr(stream->buffer, '\n');
    const char *line = newline != NULL ? newline + 1 : stream->buffer;
    printable_text(line, strlen(line), buffer, size);
}

static bool judge(struct command *command, int status, struct err *err)
{
    char words[WORDS_MAX];

    last_line(&command->error, words, sizeof words);
    const char *colon = words[0] != '\0' ? ": " : "";
    if (WIFSIGNALED(status))
        return err_set(err, ERR_REFUSED, "killed by signal %d%s%s", WTERMSIG(status),
                       colon, words);
    if (WEXITSTATUS(status) != 0)
        return err_set(err, ERR_REFUSED, "ended with status %d%s%s",
                       WEXITSTATUS(status), colon, words);
    if (command->out.overflowed)
        return err_set(err, ERR_LIMIT, "printed more than %zu bytes",
                       command->out.size - 1);
    return true;
}

bool command_read(const char *line, int limit_ms, char *output, size_t size,
                  struct err *err)
{
    char said[STDERR_MAX] = "";
    struct command command = {.out = {.buffer = output, .size = size},
                              .error = {.buffer = said, .size = sizeof said}};

    output[0] = '\0';
    if (!split(&command, line, err) || !start(&command, err))
        return false;
    bool in_time = drain(&command, limit_ms);
    if (!in_time)
        kill(-command.pid, SIGKILL);
    close(command.out.fd);
    close(command.error.fd);
    int status = wait_for(command.pid);
    if (!in_time)
        return err_set(err, ERR_TIMEOUT, "did not end within %d s; it was killed",
                       limit_ms / 1000);
    return judge(&command, status, err);
}
