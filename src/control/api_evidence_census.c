#include "control/api_evidence_census.h"

#include "control/census.h"
#include "http/agent.h"

/* Of methods and classes those that there are. */
static void write_some(struct jsonout *out, const char *what, const char *word, uint64_t count)
{
    if (!count)
        return;
    jsonout_object(out, NULL);
    jsonout_str(out, what, str_from(word));
    jsonout_u64(out, "count", count);
    jsonout_object_end(out);
}

static void write_methods(struct jsonout *out, const struct census_counts *census)
{
    jsonout_array(out, "methods");
    for (int i = 0; i < CENSUS_METHODS_COUNT; i++)
        write_some(out, "method", census_method((enum census_field)i), census->counts[i]);
    jsonout_array_end(out);
}

static void write_classes(struct jsonout *out, const char *key, const uint64_t *counts)
{
    jsonout_array(out, key);
    for (int i = 0; i < HTTP_AGENTS_COUNT; i++)
        write_some(out, "class", http_agent_name((enum http_agent)i), counts[i]);
    jsonout_array_end(out);
}

static void write_counts(struct jsonout *out, const char *key, const struct census_counts *census)
{
    uint64_t requests = census_requests(census), unsafe = census_unsafe(census);
    jsonout_object(out, key);
    jsonout_u64(out, "requests", requests);
    jsonout_u64(out, "redirected", census->counts[CENSUS_REDIRECTED]);
    jsonout_u64(out, "refused", census->counts[CENSUS_REFUSED]);
    jsonout_u64(out, "safe", requests - unsafe);
    jsonout_u64(out, "unsafe", unsafe);
    write_methods(out, census);
    jsonout_u64(out, "in_clear", census->counts[CENSUS_IN_CLEAR]);
    jsonout_u64(out, "basic", census->counts[CENSUS_BASIC]);
    jsonout_u64(out, "authorization", census->counts[CENSUS_AUTHORIZATION]);
    jsonout_u64(out, "cookies", census->counts[CENSUS_COOKIES]);
    jsonout_u64(out, "bodies", census->counts[CENSUS_CONTENT]);
    jsonout_u64(out, "forms", census->counts[CENSUS_FORMS]);
    jsonout_u64(out, "browsers", census->counts[CENSUS_BROWSERS]);
    write_classes(out, "classes", &census->counts[CENSUS_CLASS]);
    write_classes(out, "authorization_classes", &census->counts[CENSUS_SENDER]);
    jsonout_object_end(out);
}

static bool write_rung(struct jsonout *out, const struct core *core, const struct site *site, struct err *err)
{
    struct census_counts rung;
    bool is_known = site->hsts.since_s > 0;
    if (is_known && !census_since(core, site, site->hsts.since_s, &rung, err))
        return false;
    if (is_known)
        write_counts(out, "rung", &rung);
    else
        jsonout_null(out, "rung");
    if (is_known)
        jsonout_time(out, "rung_since", site->hsts.since_s);
    else
        jsonout_null(out, "rung_since");
    return true;
}

bool api_evidence_census(struct jsonout *out, const struct core *core, const struct site *site,
                         const struct census_counts *totals, struct err *err)
{
    jsonout_object(out, "census");
    write_counts(out, "totals", totals);
    if (!write_rung(out, core, site, err))
        return false;
    jsonout_str(out, "action", str_from(site_credentials_name(site->credentials)));
    jsonout_object_end(out);
    return true;
}
