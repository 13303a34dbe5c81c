#include "core/transcript.h"

#include "base/str.h"

#include <stddef.h>

void transcript_init(struct transcript *transcript)
{
    transcript->next = 0;
}

void transcript_add(struct transcript *transcript, int64_t wall_ms, int host, int step,
                    enum line_kind kind, const char *text)
{
    struct transcript_line *line =
        &transcript->lines[transcript->next % TRANSCRIPT_LINES];

    line->wall_ms = wall_ms;
    line->host = (int16_t)host;
    line->step = (int8_t)step;
    line->kind = (uint8_t)kind;
    str_copy(line->text, sizeof line->text, text);
    transcript->next++;
}

int64_t transcript_first(const struct transcript *transcript)
{
    return transcript->next > TRANSCRIPT_LINES ? transcript->next - TRANSCRIPT_LINES
                                               : 0;
}

const struct transcript_line *transcript_at(const struct transcript *transcript,
                                            int64_t number)
{
    if (number < transcript_first(transcript) || number >= transcript->next)
        return NULL;
    return &transcript->lines[number % TRANSCRIPT_LINES];
}

static void reverse(int64_t *numbers, int count)
{
    for (int i = 0; i < count / 2; i++) {
        int64_t number = numbers[i];
        numbers[i] = numbers[count - 1 - i];
        numbers[count - 1 - i] = number;
    }
}

int transcript_tail(const struct transcript *transcript, int host, int count,
                    int64_t *ret_numbers)
{
    int found = 0;

    for (int64_t number = transcript->next - 1;
         found < count && number >= transcript_first(transcript); number--) {
        if (transcript_at(transcript, number)->host == host)
            ret_numbers[found++] = number;
    }
    reverse(ret_numbers, found);
    return found;
}
