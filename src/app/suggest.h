/*
 * "Did you mean …?": the known word nearest to one that was mistyped. Pure.
 */
#ifndef APP_SUGGEST_H
#define APP_SUGGEST_H

#include "base/str.h"

/* Longer words are not compared: no key, command or option of ours is that long. */
#define SUGGEST_SIZE_MAX 48

struct suggest {
    struct str word;    /* what was typed */
    struct str nearest; /* best so far; size 0: none is near */
    size_t distance;    /* its number of edits */
};

void suggest_init(struct suggest *suggest, struct str word);
/* Offers one known word; it is kept when it is nearer than the best so far and not farther than a third of its length.
 */
void suggest_offer(struct suggest *suggest, struct str known);
/* Insertions, deletions, replacements and swaps of neighbours that make b of a, without regard to ASCII case. */
size_t suggest_distance(struct str a, struct str b);

#endif
