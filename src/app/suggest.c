/* Edit distance with swaps (optimal string alignment), three rows at a time. */
#include "app/suggest.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool equal_at(struct str a, size_t i, struct str b, size_t j)
{
    return str_lower_char(a.data[i]) == str_lower_char(b.data[j]);
}

size_t suggest_distance(struct str a, struct str b)
{
    if (a.size > SUGGEST_SIZE_MAX || b.size > SUGGEST_SIZE_MAX)
        return SIZE_MAX;
    size_t rows[3][SUGGEST_SIZE_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t cost = equal_at(a, i - 1, b, j - 1) ? 0 : 1;
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && equal_at(a, i - 1, b, j - 2) && equal_at(a, i - 2, b, j - 1))
                row[j] = least(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a.size % 3][b.size];
}

void suggest_init(struct suggest *suggest, struct str word)
{
    *suggest = (struct suggest){.word = word, .distance = SIZE_MAX};
}

void suggest_offer(struct suggest *suggest, struct str known)
{
    size_t distance = suggest_distance(suggest->word, known);
    if (distance >= suggest->distance || distance > (known.size + 2) / 3)
        return;
    suggest->distance = distance;
    suggest->nearest = known;
}
