#include "core/preflight_check.h"

#include "core/configure.h"

/* What has been rendered for this run; the words say what is still missing. */
static bool is_rendered(const struct model *model)
{
    return model->configure.world != 0 &&
           model->configure.since_ms >= model->run.begun_ms;
}

static struct check check_managed(const struct model *model)
{
    const struct configure *configure = &model->configure;

    if (!is_rendered(model))
        return check_say(CHECK_PENDING, "waiting for what haproxy.cfg is made from");
    if (configure->render_trouble[0] != '\0')
        return check_say(CHECK_BAD, "haproxy.cfg cannot be written: %s",
                         configure->render_trouble);
    return check_say(CHECK_OK, "ours: %d servers, for HAProxy %s",
                     configure->site.server_count, model->balancers[0].haproxy_version);
}

static const struct lint_finding *first_of(const struct configure *configure,
                                           enum lint_kind kind)
{
    for (int i = 0; i < configure->finding_count; i++) {
        if (configure->findings[i].kind == kind)
            return &configure->findings[i];
    }
    return NULL;
}

/* Without the missing lines a switch moves nothing, or cannot be proved; the others
 * have risks of their own, which the operator may take. */
static struct check weigh_findings(const struct configure *configure)
{
    static const char advice[] = "`bgconsole config lint` prints them, ready to paste";
    int missing = configure_count(configure, LINT_MISSING);
    int advised = configure_count(configure, LINT_ADVICE);
    const struct lint_finding *danger = first_of(configure, LINT_DANGER);

    if (missing > 0)
        return check_say(CHECK_BAD,
                         "haproxy.cfg lacks %d line%s that a switch needs, the first "
                         "in %s: %s",
                         missing, missing > 1 ? "s" : "",
                         first_of(configure, LINT_MISSING)->place, advice);
    if (danger != NULL)
        return check_say(CHECK_WARN, "haproxy.cfg, line %d: %s: %s", danger->line,
                         danger->text, danger->why);
    if (advised > 0)
        return check_say(CHECK_WARN, "haproxy.cfg could be safer by %d line%s: %s",
                         advised, advised > 1 ? "s" : "", advice);
    return check_say(CHECK_OK, "your own, and nothing is missing in it");
}

/* One that cannot be looked at is no reason to stop: what matters of it is seen at the
 * switch, too. */
static struct check check_adopted(const struct model *model)
{
    const struct configure *configure = &model->configure;

    if (configure->read_trouble[0] != '\0')
        return check_say(CHECK_WARN, "haproxy.cfg was not looked at: %s",
                         configure->read_trouble);
    if (configure->read_ms > 0 && configure->render_trouble[0] != '\0')
        return check_say(CHECK_WARN, "haproxy.cfg was not looked at: %s",
                         configure->render_trouble);
    if (!configure->linted || !is_rendered(model))
        return check_say(CHECK_PENDING, "reading haproxy.cfg of %s",
                         balancer_name(model));
    return weigh_findings(configure);
}

struct check check_config(const struct model *model)
{
    if (model->balancers[0].status_trouble[0] != '\0' &&
        model->balancers[0].asked_ms >= model->run.begun_ms)
        return check_say(CHECK_SKIPPED, "not known without bgc-lb's answer");
    return model->config_managed ? check_managed(model) : check_adopted(model);
}
