/*
 * What the preload list means: how long it says anything, when one may take another's place, and what an entry asks of
 * the field that a site sends. Pure; the list itself is preload_list.h.
 *
 * An entry of a bulk policy came by hstspreload.org and goes by it: who may, is said by the field alone. It is scanned,
 * and taken off when it fails for a month ("pruning"); and whoever asks for its removal gets it when the field says no
 * preload. All others (google, custom, test, public suffixes) are kept by hand.
 */
#ifndef HSTS_PRELOAD_JUDGE_H
#define HSTS_PRELOAD_JUDGE_H

#include "hsts/preload_list.h"
#include "hsts/preload_rules.h"
#include "hsts/wish.h"

/* Chromium believes its own list for 70 days after it was built (IsBuildTimely); so long is ours the present one. */
#define PRELOAD_TRUST_S ((int64_t)70 * 86400)
/* The list has more than a hundred thousand entries: what has fewer than this is none, or the half of one. */
#define PRELOAD_ENTRIES_COUNT_MIN 10000u
/* Names are taken off in the hundreds at a time: one that lost more than a tenth since the last time lost its end. */
#define PRELOAD_KEPT_PERCENT_MIN 90u

/* Nobody confirmed it for so long that browsers would not go by it either. */
bool preload_is_old(const struct preload_list *list, int64_t now_s);
/*
 * Whether a list with so many entries may take the place of the present one (NULL: there is none) unasked. If not,
 * ERR_CONFLICT with the numbers.
 */
NODISCARD bool preload_may_replace(const struct preload_list *present, uint32_t entries_count, struct err *err);

enum preload_terms {
    PRELOAD_BY_HAND, /* no field takes it off */
    PRELOAD_LEGACY,  /* not pruned; removed for whoever asks when preload is gone */
    PRELOAD_18_WEEKS,
    PRELOAD_1_YEAR,
};
enum preload_terms preload_terms_of(struct str policy);
/* Whether the field of this wish keeps an entry of these terms where it is. `with_subnames`: as the entry has it. */
bool preload_is_kept_by(enum preload_terms terms, bool with_subnames, const struct hsts_wish *wish);

#endif
