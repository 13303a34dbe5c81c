/* `bgconsole config`: the settings, and haproxy.cfg as they would have it. */
#include "app/app.h"
#include "app/environment.h"
#include "app/glance.h"
#include "base/memory.h"
#include "core/haproxy_config.h"
#include "ui/config_text.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_MAX = 2 * HAPROXY_CONFIG_MAX };

static enum exit_code print_settings(const struct app_options *options)
{
    struct environment *environment = memory_new(sizeof *environment);
    enum exit_code code = environment_read_settings(environment, options);

    if (code == EXIT_OK) {
        char *text = memory_new(TEXT_MAX);
        struct str out = str_on(text, TEXT_MAX);
        settings_write_effective(&environment->settings, &out);
        fputs(text, stdout);
        free(text);
    }
    environment_close(environment);
    free(environment);
    return code;
}

typedef void write_fn(const struct model *model, const struct app_options *options,
                      struct str *out);

static enum exit_code print_text(const struct model *model,
                                 const struct app_options *options, bool of_file,
                                 write_fn *write)
{
    const char *trouble = config_text_trouble(model, of_file);

    if (trouble[0] != '\0') {
        fprintf(stderr, "bgconsole: haproxy.cfg: %s\n", trouble);
        return model->configure.render_trouble[0] != '\0' ? EXIT_CONFIG
                                                          : EXIT_UNREACHABLE;
    }
    char *text = memory_new(TEXT_MAX);
    struct str out = str_on(text, TEXT_MAX);
    write(model, options, &out);
    fputs(text, stdout);
    free(text);
    return EXIT_OK;
}

static void write_render(const struct model *model, const struct app_options *options,
                         struct str *out)
{
    config_text_render(model, options->show_secrets, out);
}

static void write_diff(const struct model *model, const struct app_options *options,
                       struct str *out)
{
    (void)options;
    config_text_diff(model, out);
}

static void write_lint(const struct model *model, const struct app_options *options,
                       struct str *out)
{
    (void)options;
    config_text_lint(model, out);
}

static enum exit_code print_render(const struct model *model,
                                   const struct app_options *options)
{
    return print_text(model, options, false, write_render);
}

static enum exit_code print_diff(const struct model *model,
                                 const struct app_options *options)
{
    return print_text(model, options, true, write_diff);
}

/* What is missing would stop a run at preflight. */
static enum exit_code print_lint(const struct model *model,
                                 const struct app_options *options)
{
    enum exit_code code = print_text(model, options, true, write_lint);

    if (code == EXIT_OK && configure_count(&model->configure, LINT_MISSING) > 0)
        return EXIT_PREFLIGHT;
    return code;
}

enum exit_code app_config(const struct app_options *options)
{
    static const struct {
        const char *name;
        glance_fn *show;
    } texts[] = {{"render", print_render}, {"diff", print_diff}, {"lint", print_lint}};
    static const struct glance_wish wish = {.of_balancer = true, .of_config = true};

    if (options->operand == NULL)
        return print_settings(options);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (str_equal(options->operand, texts[i].name))
            return glance_and(texts[i].show, wish, options);
    }
    fprintf(stderr, "bgconsole: config: render, diff or lint, not %s\n",
            options->operand);
    return EXIT_USAGE;
}
