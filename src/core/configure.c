#include "core/configure.h"

#include "base/printable.h"
#include "base/str.h"
#include "core/config_veil.h"
#include "core/model.h"

#include <string.h>

void configure_begin(struct configure *configure, int64_t now_ms)
{
    configure->since_ms = now_ms;
    configure->read_ms = 0;
    configure->read_trouble[0] = '\0';
    configure->world = 0;
    configure->render_trouble[0] = '\0';
    configure->compared = configure->linted = configure->checked = false;
    configure->check_trouble[0] = '\0';
    configure->finding_count = 0;
    configure->difference[0] = '\0';
}

void configure_take(struct configure *configure, int64_t now_ms, const char *sha256,
                    const char *text, size_t length)
{
    configure->compared = configure->linted = configure->checked = false;
    configure->check_trouble[0] = '\0';
    configure->read_ms = 0;
    if (length >= sizeof configure->present || memchr(text, '\0', length) != NULL) {
        str_copy(configure->read_trouble, sizeof configure->read_trouble,
                 "haproxy.cfg is no text, or larger than 256 KiB");
        return;
    }
    memcpy(configure->present, text, length);
    configure->present[length] = '\0';
    str_copy(configure->sha256, sizeof configure->sha256, sha256);
    configure->read_trouble[0] = '\0';
    configure->read_ms = now_ms;
}

/* ---- what it is rendered from ---- */

/* FNV-1a: it tells one fleet from another, and nobody tries to cheat it. */
static uint64_t mix(uint64_t world, const char *text)
{
    enum { END = 0xff };

    for (; *text != '\0'; text++)
        world = (world ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (world ^ END) * UINT64_C(1099511628211);
}

/* Never 0. */
static uint64_t world_of(const struct model *model)
{
    const struct fleet *fleet = &model->fleet;
    uint64_t world =
        mix(UINT64_C(14695981039346656037), model->balancers[0].haproxy_version);

    world ^= (uint64_t)(model_share(model) + 2);
    for (int i = 0; i < fleet->count; i++) {
        const struct host *host = &fleet->hosts[i];
        enum colour colour;
        if (host->gone || !role_colour(host->droplet.role, &colour))
            continue;
        world =
            mix(mix(world + (unsigned)colour + 1, host->droplet.name), host->address);
        world += host->two_roles;
    }
    return world | 1;
}

static bool is_known(const struct model *model)
{
    const struct balancer *balancer = &model->balancers[0];
    int64_t since_ms = model->configure.since_ms;

    return model->fleet.listed_ms > 0 && model->fleet.listed_ms >= since_ms &&
           balancer->asked_ms > 0 && balancer->asked_ms >= since_ms &&
           balancer->status_trouble[0] == '\0' && share_is_valid(model_share(model));
}

bool configure_is_current(const struct model *model, struct why *why)
{
    if (model->configure.world == world_of(model))
        return true;
    why_add(why, "the Droplets, the share or HAProxy's version have changed since "
                 "haproxy.cfg was rendered: say no, and begin anew");
    return false;
}

/* ---- the rendering ---- */

static void render(struct model *model, int share)
{
    struct configure *configure = &model->configure;
    struct str out = str_on(configure->wanted, sizeof configure->wanted);
    struct err err = {.text = ""};
    bool ok = haproxy_site_from(model->settings, &model->fleet, share,
                                model->balancers[0].haproxy_version, &configure->site,
                                &err) &&
              haproxy_config_render(&configure->site, &out, &err);

    str_copy(configure->render_trouble, sizeof configure->render_trouble,
             ok ? "" : err.text);
}

static void render_anew(struct model *model)
{
    struct configure *configure = &model->configure;

    configure->world = world_of(model);
    configure->compared = configure->linted = configure->checked = false;
    configure->check_trouble[0] = '\0';
    render(model, model_share(model));
}

/* ---- the comparison ---- */

/* What an emptied map means was right when the file was written. */
static bool is_the_same_of_another_day(struct model *model)
{
    struct configure *configure = &model->configure;
    enum colour live;

    if (!share_live(model_share(model), &live))
        return false;
    render(model, share_of(colour_other(live)));
    bool same = configure->render_trouble[0] == '\0' &&
                str_equal(configure->present, configure->wanted);
    render(model, share_of(live));
    return same;
}

/* A line of the difference, without what is secret or would upset a terminal. */
static void add_line(const struct diff_line *line, struct str *out)
{
    static const char marks[] = {
        [DIFF_SAME] = ' ', [DIFF_REMOVED] = '-', [DIFF_ADDED] = '+'};
    char veiled[PRINTABLE_LINE_MAX], shown[PRINTABLE_LINE_MAX];
    struct str text = str_on(veiled, sizeof veiled);

    config_veil(line->text, (size_t)line->length, &text);
    printable_text(veiled, text.length, shown, sizeof shown);
    str_addf(out, "%c%s\n", marks[line->kind], shown);
}

static void write_difference(struct configure *configure)
{
    struct str out = str_on(configure->difference, sizeof configure->difference);
    struct diff_line line;

    line_diff_init(&configure->diff, configure->present, configure->wanted);
    configure->added = configure->diff.added;
    configure->removed = configure->diff.removed;
    while (line_diff_next(&configure->diff, &line)) {
        if (line.begins_hunk)
            str_addf(&out, "@ line %d\n",
                     line.new_number > 0 ? line.new_number : line.old_number);
        add_line(&line, &out);
    }
    configure->difference_cut = out.cut || line_diff_is_cut(&configure->diff);
}

static void compare(struct model *model)
{
    struct configure *configure = &model->configure;

    configure->differs = !str_equal(configure->present, configure->wanted) &&
                         !is_the_same_of_another_day(model);
    configure->difference[0] = '\0';
    configure->added = configure->removed = 0;
    if (configure->differs)
        write_difference(configure);
    configure->compared = true;
}

/* A share of another day is told to who asks for it, but is no warning for a run: each
 * switch would bring it back. */
static void lint(struct configure *configure, bool of_the_day)
{
    int live_share = configure->site.live_share;

    if (!of_the_day)
        configure->site.live_share = SHARE_UNKNOWN;
    configure->finding_count =
        config_lint(&configure->site, configure->present, configure->wanted,
                    configure->findings, LINT_FINDINGS_MAX);
    configure->site.live_share = live_share;
    configure->linted = true;
}

void configure_follow(struct model *model, bool both)
{
    struct configure *configure = &model->configure;

    if (is_known(model) && configure->world != world_of(model))
        render_anew(model);
    if (configure->world == 0 || configure->render_trouble[0] != '\0' ||
        configure->read_ms == 0)
        return;
    if (!configure->compared && (both || model->config_managed))
        compare(model);
    if (!configure->linted && (both || !model->config_managed))
        lint(configure, both);
}

int configure_count(const struct configure *configure, enum lint_kind kind)
{
    int count = 0;

    for (int i = 0; i < configure->finding_count; i++)
        count += configure->findings[i].kind == kind;
    return count;
}
