#include "ui/config_text.h"

#include "core/config_veil.h"

#include <string.h>

const char *config_text_trouble(const struct model *model, bool of_file)
{
    const struct configure *configure = &model->configure;
    const struct balancer *balancer = &model->balancers[model->configure.place];

    if (configure->render_trouble[0] != '\0')
        return configure->render_trouble;
    if (of_file && configure->read_trouble[0] != '\0')
        return configure->read_trouble;
    if (model->fleet.trouble[0] != '\0')
        return model->fleet.trouble;
    if (balancer->trouble[0] != '\0')
        return balancer->trouble;
    if (balancer->status_trouble[0] != '\0')
        return balancer->status_trouble;
    bool known =
        of_file ? configure->compared && configure->linted : configure->world != 0;
    return known ? "" : "the load balancer did not answer in time";
}

void config_text_render(const struct model *model, bool shows_secrets, struct str *out)
{
    const char *line = model->configure.wanted;

    if (shows_secrets) {
        str_add(out, line);
        return;
    }
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        config_veil(line, length, out);
        str_add_char(out, '\n');
        line += length + (line[length] == '\n');
    }
}

void config_text_diff(const struct model *model, struct str *out)
{
    const struct configure *configure = &model->configure;

    if (!configure->differs) {
        str_add(out, "haproxy.cfg is as it should be\n");
        return;
    }
    str_add(out, configure->difference);
    if (configure->difference_cut)
        str_add(out, "@ and more, which finds no room here\n");
    str_addf(out, "+%d -%d lines\n", configure->added, configure->removed);
}

void config_text_stage(const struct model *model, struct str *out)
{
    const struct configure *configure = &model->configure;

    if (configure->differs)
        str_addf(out, "haproxy.cfg installed, +%d -%d lines, worker %lld",
                 configure->added, configure->removed,
                 (long long)model->balancers[model->configure.place].worker_pid);
    else
        str_add(out, "haproxy.cfg is as it should be");
}

static void add_finding(const struct lint_finding *finding, struct str *out)
{
    char number[64] = "";
    struct str where = str_on(number, sizeof number);

    if (finding->kind == LINT_DANGER)
        str_addf(&where, ", line %d", finding->line);
    else if (finding->line > 0)
        str_addf(&where, ", in place of line %d", finding->line);
    str_addf(out, "# %s: %s%s: %s\n", lint_kind_name(finding->kind), finding->place,
             number, finding->why);
    if (finding->kind == LINT_DANGER)
        str_add(out, "# ");
    str_add(out, "    ");
    config_veil(finding->text, strlen(finding->text), out);
    str_add_char(out, '\n');
}

void config_text_lint(const struct model *model, struct str *out)
{
    const struct configure *configure = &model->configure;

    for (int i = 0; i < configure->finding_count; i++)
        add_finding(&configure->findings[i], out);
    str_addf(out, "# haproxy.cfg: %d missing, %d advised, %d dangers\n",
             configure_count(configure, LINT_MISSING),
             configure_count(configure, LINT_ADVICE),
             configure_count(configure, LINT_DANGER));
}
