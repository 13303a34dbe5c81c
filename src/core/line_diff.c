#include "core/line_diff.h"

#include <string.h>

/*
 * The shortest script by the greedy algorithm of E. W. Myers, "An O(ND) Difference
 * Algorithm and Its Variations" (1986), section 4. For each number of edits d it keeps
 * how far one comes on each diagonal k = x - y; `trail` holds these rows for the way
 * back, which bounds d.
 */

enum { ROW = 2 * LINE_DIFF_EDITS_MAX + 1 };

struct search {
    const struct line_diff *diff;
    int before;               /* lines that both texts begin with */
    int old_count, new_count; /* lines between common beginning and end */
    short trail[LINE_DIFF_EDITS_MAX + 1][ROW];
};

static void split(struct diff_text *lines, const char *text)
{
    lines->text = text;
    lines->count = 0;
    lines->cut = false;
    const char *at = text;
    while (*at != '\0') {
        if (lines->count == LINE_DIFF_LINES_MAX) {
            lines->cut = true;
            break;
        }
        lines->starts[lines->count++] = (int)(at - text);
        const char *end = strchr(at, '\n');
        at = end != NULL ? end + 1 : at + strlen(at);
    }
    lines->starts[lines->count] = (int)(at - text);
}

static int line_length(const struct diff_text *lines, int line)
{
    int length = lines->starts[line + 1] - lines->starts[line];
    return length > 0 && lines->text[lines->starts[line + 1] - 1] == '\n' ? length - 1
                                                                          : length;
}

static bool same(const struct line_diff *diff, int old_line, int new_line)
{
    const struct diff_text *a = &diff->old_text, *b = &diff->new_text;
    int length = line_length(a, old_line);
    return length == line_length(b, new_line) &&
           memcmp(a->text + a->starts[old_line], b->text + b->starts[new_line],
                  (size_t)length) == 0;
}

static void step(struct line_diff *diff, enum diff_kind kind, int times)
{
    for (int i = 0; i < times; i++)
        diff->steps[diff->step_count++] = (unsigned char)kind;
    diff->added += kind == DIFF_ADDED ? times : 0;
    diff->removed += kind == DIFF_REMOVED ? times : 0;
}

/* From where the diagonal k is reached with d edits: from above by a line that comes
 * (k + 1), or from the left by one that goes (k - 1). */
static bool comes_by_adding(const short *row, int d, int k)
{
    const short *middle = row + LINE_DIFF_EDITS_MAX;
    return k == -d || (k != d && middle[k - 1] < middle[k + 1]);
}

static int walk_diagonal(const struct search *search, int x, int k)
{
    while (x < search->old_count && x - k < search->new_count &&
           same(search->diff, search->before + x, search->before + x - k))
        x++;
    return x;
}

/* Returns the least number of edits, -1: more than LINE_DIFF_EDITS_MAX. */
static int search_edits(struct search *search)
{
    short row[ROW] = {0};
    short *middle = row + LINE_DIFF_EDITS_MAX;
    for (int d = 0; d < LINE_DIFF_EDITS_MAX; d++) {
        memcpy(search->trail[d], row, sizeof row);
        for (int k = -d; k <= d; k += 2) {
            int x = d == 0                       ? 0
                    : comes_by_adding(row, d, k) ? middle[k + 1]
                                                 : middle[k - 1] + 1;
            if (x <= search->old_count && x - k <= search->new_count && x >= 0)
                x = walk_diagonal(search, x, k);
            middle[k] = (short)x;
            if (x >= search->old_count && x - k >= search->new_count)
                return d;
        }
    }
    return -1;
}

/* The edits, the last one first: each a kind and the matching lines behind it. */
struct edit {
    enum diff_kind kind;
    int same_after;
};

static void write_script(struct line_diff *diff, const struct search *search, int edits)
{
    struct edit way[LINE_DIFF_EDITS_MAX];
    int x = search->old_count, y = search->new_count;
    for (int d = edits; d > 0; d--) {
        const short *row = search->trail[d];
        int k = x - y;
        bool adding = comes_by_adding(row, d, k);
        int from_x = row[LINE_DIFF_EDITS_MAX + (adding ? k + 1 : k - 1)];
        int after_x = adding ? from_x : from_x + 1;
        way[d - 1] = (struct edit){adding ? DIFF_ADDED : DIFF_REMOVED, x - after_x};
        y = from_x - (adding ? k + 1 : k - 1);
        x = from_x;
    }
    step(diff, DIFF_SAME, x);
    for (int d = 0; d < edits; d++) {
        step(diff, way[d].kind, 1);
        step(diff, DIFF_SAME, way[d].same_after);
    }
}

static void compare(struct line_diff *diff)
{
    struct search search = {.diff = diff};
    int old_count = diff->old_text.count, new_count = diff->new_text.count, after = 0;
    while (search.before < old_count && search.before < new_count &&
           same(diff, search.before, search.before))
        search.before++;
    while (after < old_count - search.before && after < new_count - search.before &&
           same(diff, old_count - 1 - after, new_count - 1 - after))
        after++;
    search.old_count = old_count - search.before - after;
    search.new_count = new_count - search.before - after;

    step(diff, DIFF_SAME, search.before);
    int edits = search_edits(&search);
    if (edits >= 0) {
        write_script(diff, &search, edits);
    } else {
        step(diff, DIFF_REMOVED, search.old_count);
        step(diff, DIFF_ADDED, search.new_count);
    }
    step(diff, DIFF_SAME, after);
}

void line_diff_init(struct line_diff *diff, const char *old_text, const char *new_text)
{
    split(&diff->old_text, old_text);
    split(&diff->new_text, new_text);
    diff->added = diff->removed = diff->step_count = 0;
    compare(diff);
    line_diff_rewind(diff);
}

bool line_diff_is_empty(const struct line_diff *diff)
{
    return diff->added == 0 && diff->removed == 0;
}

bool line_diff_is_cut(const struct line_diff *diff)
{
    return diff->old_text.cut || diff->new_text.cut;
}

void line_diff_rewind(struct line_diff *diff)
{
    diff->step = diff->old_at = diff->new_at = 0;
    diff->told = -1;
}

/* A line that stays is shown only near one that does not. */
static bool is_near_a_change(const struct line_diff *diff, int at)
{
    int from = at > LINE_DIFF_CONTEXT ? at - LINE_DIFF_CONTEXT : 0;
    for (int i = from; i <= at + LINE_DIFF_CONTEXT && i < diff->step_count; i++)
        if (diff->steps[i] != DIFF_SAME)
            return true;
    return false;
}

static struct diff_line line_at(const struct line_diff *diff, enum diff_kind kind)
{
    bool is_new = kind == DIFF_ADDED;
    const struct diff_text *lines = is_new ? &diff->new_text : &diff->old_text;
    int line = is_new ? diff->new_at : diff->old_at;
    return (struct diff_line){
        .kind = kind,
        .text = lines->text + lines->starts[line],
        .length = line_length(lines, line),
        .old_number = is_new ? 0 : diff->old_at + 1,
        .new_number = kind == DIFF_REMOVED ? 0 : diff->new_at + 1,
        .begins_hunk = diff->told != diff->step,
    };
}

bool line_diff_next(struct line_diff *diff, struct diff_line *ret_line)
{
    while (diff->step < diff->step_count) {
        enum diff_kind kind = diff->steps[diff->step];
        bool shown = is_near_a_change(diff, diff->step);
        if (shown)
            *ret_line = line_at(diff, kind);
        diff->step++;
        diff->old_at += kind != DIFF_ADDED;
        diff->new_at += kind != DIFF_REMOVED;
        if (shown) {
            diff->told = diff->step;
            return true;
        }
    }
    return false;
}
