/* Numbers and policies. */
#include "hsts/preload_judge.h"

bool preload_is_old(const struct preload_list *list, int64_t now_s)
{
    return now_s - list->origin.confirmed_s > PRELOAD_TRUST_S;
}

bool preload_may_replace(const struct preload_list *present, uint32_t entries_count, struct err *err)
{
    if (entries_count < PRELOAD_ENTRIES_COUNT_MIN) {
        (void)err_set(err, ERR_CONFLICT, "the list has only %u entries; the browsers' has more than a hundred thousand",
                      entries_count);
        return err_fix(err, "see that it is the whole of it; --force takes it as it is");
    }
    if (!present || (uint64_t)entries_count * 100 >= (uint64_t)present->entries_count * PRELOAD_KEPT_PERCENT_MIN)
        return true;
    (void)err_set(err, ERR_CONFLICT, "the list has %u entries, and the one that is here has %u", entries_count,
                  present->entries_count);
    return err_fix(err, "see that it is the whole of it; --force takes it as it is");
}

enum preload_terms preload_terms_of(struct str policy)
{
    if (str_eq(policy, STR("bulk-1-year")))
        return PRELOAD_1_YEAR;
    if (str_eq(policy, STR("bulk-18-weeks")))
        return PRELOAD_18_WEEKS;
    return str_eq(policy, STR("bulk-legacy")) ? PRELOAD_LEGACY : PRELOAD_BY_HAND;
}

bool preload_is_kept_by(enum preload_terms terms, bool with_subnames, const struct hsts_wish *wish)
{
    static const uint32_t least_s[] = {
        [PRELOAD_LEGACY] = 0, [PRELOAD_18_WEEKS] = PRELOAD_18_WEEKS_S, [PRELOAD_1_YEAR] = PRELOAD_1_YEAR_S};
    bool sends = wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
    if (terms == PRELOAD_BY_HAND)
        return true;
    return sends && wish->preload && wish->max_age_s >= least_s[terms] && (wish->include_subdomains || !with_subnames);
}
