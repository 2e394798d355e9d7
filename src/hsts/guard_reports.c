/*
 * Browsers say of themselves that HTTPS does not work for them: the nearest there is to asking those who are shut out.
 * Reports can be forged, so reporters weigh (a network is one, once a day), not reports.
 */
#include "hsts/guard_reports.h"

#include <inttypes.h>

/* Of a type, and of what it means: both are texts of ours. */
#define TEXT_SIZE_MAX 120

enum guard_finding guard_reports(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_reports *reports = &c->facts->reports;
    bool is_many = reports->reporters >= GUARD_REPORTERS_COUNT_MIN;
    struct str type = guard_clip(reports->type, TEXT_SIZE_MAX), words = guard_clip(reports->words, TEXT_SIZE_MAX);
    ret->evidence_s = c->facts->wall_s;
    if (reports->count == 0 && !reports->wanted)
        return guard_pass(ret, "Browsers are not asked to report when they cannot get in.");
    if (reports->count == 0)
        return guard_pass(ret, "No browser reported a fault of TLS since this rung began.");
    if (is_many)
        guard_why(
            ret,
            "On one day since this rung began, browsers of at least %" PRIu64 " networks reported that they could "
            "not get in over HTTPS, most often %.*s: the browser %.*s. A longer promise shuts them out for longer.",
            reports->reporters, STR_ARG(type), STR_ARG(words));
    else
        guard_why(ret,
                  "Since this rung began, browsers of a few networks reported that they could not get in over HTTPS, "
                  "most often %.*s: the browser %.*s.",
                  STR_ARG(type), STR_ARG(words));
    return guard_fix(
        ret, is_many ? GUARD_FAULT : GUARD_REMARK,
        "%.*s All that was reported is in the site's evidence (strictgate evidence). It stays for this rung: "
        "once it is mended, override this guard.",
        STR_ARG(reports->help));
}
