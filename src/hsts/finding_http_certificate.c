/*
 * How long the certificate is valid, and whether it looks as if it were renewed in time: programs that renew do so when
 * a third of the life is left, for certificates of a year a month before the end. Who is later than that has a program
 * that does not work, or none. And what of the chain need not be there.
 */
#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"

#define DAY_S                 INT64_C(86400)
#define HOUR_S                INT64_C(3600)
#define ISSUER_SHOWN_SIZE_MAX 80

/* What is left at most for each: a share of the life, and so many days. */
static const struct {
    enum finding_code code;
    int64_t part;
    int64_t days;
} ends[] = {
    {FINDING_CERTIFICATE_ENDS, 12, 7}, /* HAProxy renews in the last twelfth: hardly time to mend what fails */
    {FINDING_CERTIFICATE_LATE, 4, 21}, /* a week after programs begin to try */
    {FINDING_CERTIFICATE_DUE, 3, 30},
};

static enum finding_code end_of(int64_t life_s, int64_t left_s)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        int64_t share_s = life_s / ends[i].part, days_s = ends[i].days * DAY_S;
        if (left_s <= (share_s < days_s ? share_s : days_s))
            return ends[i].code;
    }
    return FINDING_CERTIFICATE_FRESH;
}

static void check_end(const struct site_certificate *certificate, int64_t now_s, struct findings *ret)
{
    char room[GUARD_DATE_SIZE];
    int64_t life_s = guard_span_s(certificate->not_before_s, certificate->not_after_s),
            left_s = guard_span_s(now_s, certificate->not_after_s);
    enum finding_code code = end_of(life_s, left_s);
    struct str date = guard_date(certificate->not_after_s, room),
               issuer = guard_clip(certificate->issuer, ISSUER_SHOWN_SIZE_MAX);
    if (left_s < 2 * DAY_S)
        finding_add(ret, code, "it ends on %.*s, in %lld hours; issued by %.*s", STR_ARG(date),
                    (long long)(left_s / HOUR_S), STR_ARG(issuer));
    else
        finding_add(ret, code, "it ends on %.*s, in %lld of %lld days; issued by %.*s", STR_ARG(date),
                    (long long)(left_s / DAY_S), (long long)(life_s / DAY_S), STR_ARG(issuer));
}

void finding_http_certificate(const struct finding_seen *seen, struct findings *ret)
{
    const struct site_certificate *certificate = &seen->site->certificate;
    if (!certificate->is_known)
        return;
    check_end(certificate, seen->now_s, ret);
    if (certificate->is_too_long)
        finding_add(ret, FINDING_CERTIFICATE_TOO_LONG, "it is valid for %lld days",
                    (long long)(guard_span_s(certificate->not_before_s, certificate->not_after_s) / DAY_S));
    if (certificate->sends_root)
        finding_add(ret, FINDING_CHAIN_ROOT, "%s", "");
    if (certificate->strays_count)
        finding_add(ret, FINDING_CHAIN_STRAYS, "%zu", certificate->strays_count);
}
