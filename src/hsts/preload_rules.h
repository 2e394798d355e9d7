/*
 * The rules of Chromium's preload list, as hstspreload.org applies them: from what was seen of a domain to findings in
 * the checker's own order, with its codes. Pure, total and deterministic: whatever was seen has findings, and the same
 * ones each time. It decides what the checker would say, not whether being listed is wise (docs/guide/preload.md).
 *
 * Source: the library github.com/chromium/hstspreload (June 2025) and the web application in front of it.
 */
#ifndef HSTS_PRELOAD_RULES_H
#define HSTS_PRELOAD_RULES_H

#include "hsts/preload_code.h"
#include "hsts/preload_seen.h"

#define PRELOAD_1_YEAR_S   31536000u
#define PRELOAD_18_WEEKS_S 10886400u
#define PRELOAD_10_YEARS_S 315360000u

/* What the domain was, or would be, listed under. */
enum preload_policy {
    PRELOAD_POLICY_BULK_1_YEAR, /* every submission since October 2017 */
    PRELOAD_POLICY_BULK_18_WEEKS,
};

/* More than the rules ever find: each code once or twice, and a few unknown directives. */
#define PRELOAD_FINDINGS_COUNT_MAX 64
#define PRELOAD_DETAIL_SIZE        320

struct preload_finding {
    enum preload_code code;
    char detail[PRELOAD_DETAIL_SIZE]; /* what was seen, a sentence's end without a full stop; empty: the code says it */
};

struct preload_findings {
    struct preload_finding items[PRELOAD_FINDINGS_COUNT_MAX];
    size_t count;
    size_t omitted_count; /* further unknown directives */
};

/* What the checker says of a domain that is to be listed ("preloadabledomain"). */
void preload_rules_domain(const struct preload_seen *seen, enum preload_policy policy, struct preload_findings *ret);
/* What it says of one that is to be removed ("removabledomain"): looks at https, https_why and https_fields alone. */
void preload_rules_removal(const struct preload_seen *seen, struct preload_findings *ret);
/* The same of one value of the field ("preloadableheader", "removableheader"). */
void preload_rules_field(struct str value, enum preload_policy policy, struct preload_findings *ret);
void preload_rules_removal_field(struct str value, struct preload_findings *ret);

/* One look, judged for one of both questions. */
struct preload_verdict {
    struct str field; /* of the first answer over HTTPS, a view of what was seen; data NULL: none, or several */
    struct preload_findings findings;
};
/* `removal`: whether it may leave the list, by any policy; else whether it would be listed under this one. */
void preload_rules_judge(const struct preload_seen *seen, enum preload_policy policy, bool removal,
                         struct preload_verdict *ret);
/* The field alone. */
struct str preload_seen_field(const struct preload_seen *seen);

/* "bulk-1-year" */
const char *preload_policy_name(enum preload_policy policy);

/* Of the command line of the original: 0 nothing found, 1 errors, 2 warnings only. */
int preload_rules_exit_status(const struct preload_findings *findings);

#endif
