#include "core/canary.h"

#include "base/str.h"
#include "core/model.h"

static const char *skip_blanks(const char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int canary_read(const char *text, int *percents)
{
    int count = 0;

    text = skip_blanks(text);
    while (*text != '\0') {
        int percent = 0;
        if (count == CANARY_STEPS_MAX || !is_digit(*text))
            return -1;
        while (is_digit(*text) && percent < 100)
            percent = 10 * percent + (*text++ - '0');
        if (percent < 1 || percent > 99 ||
            (count > 0 && percent <= percents[count - 1]))
            return -1;
        percents[count++] = percent;
        text = skip_blanks(text);
        if (*text == '\0')
            return count;
        if (*text++ != ',')
            return -1;
        text = skip_blanks(text);
        if (*text == '\0')
            return -1;
    }
    return count;
}

int canary_next_share(const struct model *model)
{
    const struct run *run = &model->run;
    int percents[CANARY_STEPS_MAX];
    int count =
        run->kind == RUN_ROLLBACK ? 0 : canary_read(model->settings->canary, percents);
    int percent = run->canary_step < count ? percents[run->canary_step] : 100;

    return run->target == COLOUR_GREEN ? percent : 100 - percent;
}

bool canary_has_more(const struct model *model)
{
    return model->run.share_after != share_of(model->run.target);
}
