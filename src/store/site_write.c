/* Sites as JSON. Stored text leaves defaults out: ten thousand sites are read at every start. */
#include "store/site_names.h"

const char *const site_redirect_names[] = {[SNAP_REDIRECT_OFF] = "off",
                                           [SNAP_REDIRECT_TEMPORARY] = "temporary",
                                           [SNAP_REDIRECT_PERMANENT] = "permanent",
                                           NULL};
const char *const site_credentials_names[] = {
    [SITE_CREDENTIALS_REDIRECT] = "redirect", [SITE_CREDENTIALS_REFUSE] = "refuse", NULL};
const char *const site_reports_names[] = {"off", "on", NULL};
const char *const site_source_names[] = {[SITE_SOURCE_NONE] = "none",
                                         [SITE_SOURCE_FILE] = "file",
                                         [SITE_SOURCE_LOCAL_CA] = "local-ca",
                                         [SITE_SOURCE_ACME] = "acme",
                                         NULL};

const char *site_source_name(enum site_source source)
{
    return site_source_names[source];
}

const char *site_credentials_name(enum site_credentials credentials)
{
    return site_credentials_names[credentials];
}

static void write_aliases(const struct site *site, struct jsonout *out)
{
    jsonout_array(out, "aliases");
    for (size_t i = 0; i < site->aliases_count; i++)
        jsonout_str(out, NULL, site->aliases[i]);
    jsonout_array_end(out);
}

static void write_routes(const struct site *site, enum route_origin form, struct jsonout *out)
{
    jsonout_array(out, "routes");
    for (size_t i = 0; i < site->routes_count; i++)
        route_write(&site->routes[i], form, out);
    jsonout_array_end(out);
}

static void write_ladder(const struct ladder *ladder, struct jsonout *out)
{
    jsonout_array(out, "ladder");
    for (size_t i = 0; i < ladder->count; i++)
        jsonout_u64(out, NULL, ladder->rungs[i]);
    jsonout_array_end(out);
}

void site_write_members(const struct site *site, struct jsonout *out)
{
    jsonout_str(out, "name", site->name);
    write_aliases(site, out);
    write_routes(site, ROUTE_FROM_OPERATOR, out);
    jsonout_str(out, "redirect", str_from(site_redirect_names[site->redirect]));
    jsonout_str(out, "http_credentials", str_from(site_credentials_names[site->credentials]));
    jsonout_bool(out, "canonical", site->canonical);
    jsonout_bool(out, "secure_cookies", site->secure_cookies);
    jsonout_bool(out, "rewrite_location", site->rewrite_location);
    jsonout_str(out, "reports", str_from(site_reports_names[site->reports]));
    jsonout_str(out, "error_page", site->error_page);
    site_auto_write(&site->automatic, out);
    write_ladder(&site->hsts.ladder, out);
}

static void write_set(const char *name, enum site_source source, struct str ecdsa, struct str rsa, struct jsonout *out)
{
    if (source == SITE_SOURCE_NONE)
        return;
    jsonout_object(out, name);
    jsonout_str(out, "source", str_from(site_source_names[source]));
    if (ecdsa.size)
        jsonout_str(out, "ecdsa", ecdsa);
    if (rsa.size)
        jsonout_str(out, "rsa", rsa);
    jsonout_object_end(out);
}

static bool ladders_equal(const struct ladder *a, const struct ladder *b)
{
    return a->count == b->count && memcmp(a->rungs, b->rungs, a->count * sizeof *a->rungs) == 0;
}

/* As with the rest, what is as hsts_wish_init makes it is left out, down to the whole object. */
static void write_hsts(const struct hsts_wish *wish, struct jsonout *out)
{
    struct hsts_wish plain;
    hsts_wish_init(&plain);
    bool own_ladder = !ladders_equal(&wish->ladder, &plain.ladder);
    if (wish->mode == HSTS_OFF && wish->since_s == 0 && !wish->include_subdomains && !own_ladder)
        return;
    jsonout_object(out, "hsts");
    jsonout_str(out, "mode", str_from(hsts_mode_name(wish->mode)));
    if (wish->max_age_s)
        jsonout_u64(out, "max_age", wish->max_age_s);
    if (wish->target_s)
        jsonout_u64(out, "target", wish->target_s);
    if (wish->include_subdomains)
        jsonout_bool(out, "include_subdomains", true);
    if (wish->preload)
        jsonout_bool(out, "preload", true);
    if (wish->since_s)
        jsonout_i64(out, "since", wish->since_s);
    if (own_ladder)
        write_ladder(&wish->ladder, out);
    jsonout_object_end(out);
}

static void write_switches(const struct site *site, struct jsonout *out)
{
    if (site->redirect != SNAP_REDIRECT_TEMPORARY)
        jsonout_str(out, "redirect", str_from(site_redirect_names[site->redirect]));
    if (site->credentials != SITE_CREDENTIALS_REDIRECT)
        jsonout_str(out, "http_credentials", str_from(site_credentials_names[site->credentials]));
    if (site->canonical)
        jsonout_bool(out, "canonical", true);
    if (site->secure_cookies)
        jsonout_bool(out, "secure_cookies", true);
    if (!site->rewrite_location)
        jsonout_bool(out, "rewrite_location", false);
    if (site->reports)
        jsonout_str(out, "reports", STR("on"));
    if (site->reports_over_s)
        jsonout_i64(out, "reports_over", site->reports_over_s);
    if (site->error_page.size)
        jsonout_str(out, "error_page", site->error_page);
}

void site_write_stored(const struct site *site, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "name", site->name);
    if (site->aliases_count)
        write_aliases(site, out);
    write_routes(site, ROUTE_FROM_STATE, out);
    write_switches(site, out);
    write_set("certificate", site->source, site->ecdsa, site->rsa, out);
    write_set("drawer", site->drawer.source, site->drawer.ecdsa, site->drawer.rsa, out);
    site_auto_write(&site->automatic, out);
    write_hsts(&site->hsts, out);
    if (site->slot != SITE_SLOT_NONE)
        jsonout_u64(out, "slot", site->slot);
    jsonout_i64(out, "created", site->created_s);
    jsonout_object_end(out);
}
