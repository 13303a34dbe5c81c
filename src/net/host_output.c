#include "net/host_output.h"

#include "base/memory.h"
#include "base/str.h"

#include <stdlib.h>

/* The file that a host writes to now. */
struct host_log {
    struct output_file file;
    char run[RUN_ID_MAX];
    int step;
    bool opened; /* or tried: it is tried once */
};

struct host_output {
    const char *state;
    const struct recipe *recipe;
    struct host_log logs[FLEET_HOSTS_MAX];
};

struct host_output *host_output_new(const char *state, const struct recipe *recipe)
{
    struct host_output *output = memory_new(sizeof *output);

    output->state = state;
    output->recipe = recipe;
    for (int i = 0; i < FLEET_HOSTS_MAX; i++)
        output_file_init(&output->logs[i].file);
    return output;
}

static bool turn_to(struct host_output *output, struct host_log *log, const char *name,
                    const char *run, int step, struct err *err)
{
    if (log->opened && log->step == step && str_equal(log->run, run))
        return true;
    output_file_close(&log->file);
    log->opened = true;
    log->step = step;
    str_copy(log->run, sizeof log->run, run);
    return output_file_open(&log->file, output->state, run, name,
                            output->recipe->steps[step].name, err);
}

bool host_output_take(struct host_output *output, int host, const char *name,
                      const char *run, int step, int64_t offset, const char *bytes,
                      size_t length, struct err *err)
{
    struct host_log *log = &output->logs[host];

    err->code = ERR_NONE;
    if (!turn_to(output, log, name, run, step, err))
        return false;
    if (log->file.fd < 0)
        return true;
    int64_t known = log->file.length - offset;
    if (known >= (int64_t)length)
        return true;
    if (known > 0) {
        bytes += known;
        length -= (size_t)known;
    }
    return output_file_add(&log->file, bytes, length, err) || err->code == ERR_NONE;
}

void host_output_free(struct host_output *output)
{
    if (output == NULL)
        return;
    for (int i = 0; i < FLEET_HOSTS_MAX; i++)
        output_file_close(&output->logs[i].file);
    free(output);
}
