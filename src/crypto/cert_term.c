/*
 * Terms of validity. The limits of public roots are those of the CA/Browser Forum's Baseline Requirements, section
 * 6.3.2: 398 days since 2020-09-01, then ballot SC-081v3. Browsers hold roots to them that they came with; what an
 * administrator installed is free of them, but for Apple's limit for all (support.apple.com/103769, 825 days).
 */
#include "crypto/cert_report.h"

#define DAY_S 86400
/* Apple's, since 2019-07-01. */
#define PRIVATE_DAYS_MAX 825

static const struct {
    int64_t from_s;
    int days;
} terms[] = {
    {1868227200, 47},  /* 2029-03-15 */
    {1805068800, 100}, /* 2027-03-15 */
    {1773532800, 200}, /* 2026-03-15 */
    {1598918400, 398}, /* 2020-09-01 */
};

int cert_days_max(int64_t not_before_s, bool is_public)
{
    for (size_t i = 0; is_public && i < sizeof terms / sizeof *terms; i++)
        if (not_before_s >= terms[i].from_s)
            return terms[i].days;
    return PRIVATE_DAYS_MAX;
}

bool cert_is_too_long(int64_t not_before_s, int64_t not_after_s, bool is_public)
{
    int64_t days_s = (int64_t)cert_days_max(not_before_s, is_public) * DAY_S;
    return not_after_s >= not_before_s && not_after_s - not_before_s >= days_s;
}
