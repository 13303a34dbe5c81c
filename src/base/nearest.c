#include "base/nearest.h"

#include <string.h>

enum { WORD_MAX = 32 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* The optimal string alignment distance, by its usual table of all beginnings. */
int nearest_distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b);
    if (rows > WORD_MAX || columns > WORD_MAX)
        return NEAREST_FAR;
    int steps[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= rows; i++)
        steps[i][0] = (int)i;
    for (size_t j = 0; j <= columns; j++)
        steps[0][j] = (int)j;
    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            int change = steps[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            int drop = least(steps[i - 1][j], steps[i][j - 1]) + 1;
            steps[i][j] = least(change, drop);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                steps[i][j] = least(steps[i][j], steps[i - 2][j - 2] + 1);
        }
    }
    int distance = steps[rows][columns];
    size_t longer = rows > columns ? rows : columns;
    return distance <= (int)(longer + 2) / 3 ? distance : NEAREST_FAR;
}
