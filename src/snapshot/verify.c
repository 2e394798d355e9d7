/*
 * One function per table, each linear in the table: lengths are bounded by the rules, so that a hostile blob cannot
 * make the check itself expensive.
 */
#include "snapshot/verify.h"

#include <inttypes.h>

#include "snapshot/counters.h"
#include "snapshot/limits.h"
#include "snapshot/rules.h"

/* Ends a check: "snapshot: route 3: its prefix does not begin with '/'". */
static bool refuse(struct err *err, const char *row, size_t index, const char *what, const char *wrong)
{
    return err_set(err, ERR_INPUT, "snapshot: %s %zu: its %s %s", row, index, what, wrong);
}

static bool has_ref(const struct snapshot *s, struct snap_ref ref)
{
    return ref.offset <= s->header->size && ref.size <= s->header->size - ref.offset;
}

static bool has_range(uint32_t first, uint32_t count, struct snap_table table)
{
    return first <= table.count && count <= table.count - first;
}

static bool has_index(uint32_t index, struct snap_table table)
{
    return index == SNAPSHOT_NONE || index < table.count;
}

/* A rule over a reference: out of range is wrong before any byte is looked at. */
typedef const char *rule_fn(struct str value);

static const char *check_ref(const struct snapshot *s, struct snap_ref ref, rule_fn *rule)
{
    if (!has_ref(s, ref))
        return "is out of range";
    return rule ? rule(snapshot_str(s, ref)) : NULL;
}

/* The same for what may be left out. */
static const char *check_optional(const struct snapshot *s, struct snap_ref ref, rule_fn *rule)
{
    return check_ref(s, ref, ref.size ? rule : NULL);
}

static const char *check_name(const struct snapshot *s, struct snap_ref ref, bool wildcard_allowed)
{
    return has_ref(s, ref) ? snapshot_rule_name(snapshot_str(s, ref), wildcard_allowed) : "is out of range";
}

static bool verify_header(const struct snap_header *header, struct err *err)
{
    uint32_t count = header->names.count;
    if (header->generation == 0)
        return err_set(err, ERR_INPUT, "snapshot: generation 0");
    if (header->made_s < 0 || header->made_s > SNAP_TIME_S_MAX)
        return err_set(err, ERR_INPUT, "snapshot: made at no moment between 1970 and 9999");
    if (header->tls_profile > SNAP_TLS_MODERN)
        return err_set(err, ERR_INPUT, "snapshot: unknown TLS profile %" PRIu32, header->tls_profile);
    if (count == 0 || (count & (count - 1)) || header->names_mask != count - 1)
        return err_set(err, ERR_INPUT, "snapshot: the table of names has no size of a power of two");
    if (header->tickets.count > SNAP_TICKETS_COUNT_MAX)
        return err_set(err, ERR_INPUT, "snapshot: too many ticket keys");
    if (!has_index(header->reports_site, header->sites))
        return err_set(err, ERR_INPUT, "snapshot: the site for reports is out of range");
    return snapshot_limits_check(&header->limits, err) || err_context(err, "snapshot");
}

static bool verify_names(const struct snapshot *s, struct err *err)
{
    size_t empty_count = 0;
    for (size_t i = 0; i < s->header->names.count; i++) {
        const struct snap_name *name = &s->names[i];
        if (name->site == SNAPSHOT_NONE) {
            empty_count++;
            continue;
        }
        if (name->site >= s->header->sites.count)
            return refuse(err, "name", i, "site", "is out of range");
        const char *wrong = check_name(s, name->name, true);
        if (wrong)
            return refuse(err, "name", i, "text", wrong);
        if (name->hash != str_hash(snapshot_str(s, name->name)))
            return refuse(err, "name", i, "hash", "is not that of its text");
    }
    if (empty_count == 0) /* a search for an unknown name would never end */
        return err_set(err, ERR_INPUT, "snapshot: the table of names has no empty place");
    return true;
}

/* The longest prefix wins because it is tried first. */
static bool verify_route_order(const struct snapshot *s, const struct snap_site *site, size_t index, struct err *err)
{
    size_t last = SIZE_MAX;
    for (uint32_t i = 0; i < site->routes_count; i++) {
        struct str prefix = snapshot_str(s, s->routes[site->routes_first + i].prefix);
        if (snapshot_prefix_stem(prefix).size > last)
            return refuse(err, "site", index, "routes", "are not sorted by length");
        last = snapshot_prefix_stem(prefix).size;
    }
    return true;
}

static const char *check_reports(const struct snapshot *s, const struct snap_reports *reports)
{
    const struct snap_ref fields[] = {reports->nel, reports->report_to, reports->endpoints, reports->csp};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *wrong = check_optional(s, fields[i], snapshot_rule_text);
        if (wrong)
            return wrong;
    }
    return check_optional(s, reports->token, snapshot_rule_token);
}

static bool verify_site(const struct snapshot *s, const struct snap_site *site, size_t index, struct err *err)
{
    const struct snap_header *header = s->header;
    const char *wrong;
    if ((wrong = check_name(s, site->name, false)))
        return refuse(err, "site", index, "name", wrong);
    if ((wrong = check_optional(s, site->hsts, snapshot_rule_hsts)))
        return refuse(err, "site", index, "Strict-Transport-Security value", wrong);
    if (site->hsts.size && snapshot_name_is_ip(snapshot_str(s, site->name)))
        return refuse(err, "site", index, "Strict-Transport-Security value", "is given for an IP address");
    if ((wrong = snapshot_rule_hsts_cap(snapshot_str(s, site->hsts), site->hsts_cap_s)))
        return refuse(err, "site", index, "cap of the max-age", wrong);
    if ((wrong = check_ref(s, site->error_page, NULL)))
        return refuse(err, "site", index, "error page", wrong);
    if ((wrong = check_reports(s, &site->reports)))
        return refuse(err, "site", index, "text about reports", wrong);
    if (site->slot >= COUNTERS_SITES_MAX)
        return refuse(err, "site", index, "slot", "is out of range");
    if (site->flags & ~(uint32_t)SNAP_SITE_FLAGS_ALL)
        return refuse(err, "site", index, "flags", "are unknown");
    if (site->redirect > SNAP_REDIRECT_PERMANENT)
        return refuse(err, "site", index, "redirect", "is unknown");
    if (site->https_port > UINT16_MAX)
        return refuse(err, "site", index, "port", "is out of range");
    if (!has_index(site->certificate_ecdsa, header->certificates) ||
        !has_index(site->certificate_rsa, header->certificates))
        return refuse(err, "site", index, "certificate", "is out of range");
    if (site->routes_count > SNAP_ROUTES_PER_SITE_MAX ||
        !has_range(site->routes_first, site->routes_count, header->routes))
        return refuse(err, "site", index, "routes", "are out of range");
    return verify_route_order(s, site, index, err);
}

static bool verify_route_kind(const struct snapshot *s, const struct snap_route *route, size_t index, struct err *err)
{
    const char *wrong;
    if (route->kind == SNAP_ROUTE_PROXY)
        return route->group < s->header->groups.count || refuse(err, "route", index, "group", "is out of range");
    if (route->group != SNAPSHOT_NONE)
        return refuse(err, "route", index, "group", "is given for a route that is no proxy");
    if (route->kind == SNAP_ROUTE_FIXED) {
        wrong = snapshot_rule_fixed(route->status, snapshot_str(s, route->body));
        return !wrong || refuse(err, "route", index, "status", wrong);
    }
    if (route->kind != SNAP_ROUTE_FILES)
        return refuse(err, "route", index, "kind", "is unknown");
    wrong = snapshot_rule_folder(snapshot_str(s, route->root));
    return !wrong || refuse(err, "route", index, "root", wrong);
}

static bool verify_route(const struct snapshot *s, const struct snap_route *route, size_t index, struct err *err)
{
    const char *wrong;
    if ((wrong = check_ref(s, route->prefix, snapshot_rule_prefix)))
        return refuse(err, "route", index, "prefix", wrong);
    if ((wrong = check_optional(s, route->root, snapshot_rule_folder)))
        return refuse(err, "route", index, "root", wrong);
    if ((wrong = check_ref(s, route->index, snapshot_rule_index)))
        return refuse(err, "route", index, "index", wrong);
    if ((wrong = check_ref(s, route->body, NULL)))
        return refuse(err, "route", index, "body", wrong);
    if ((wrong = check_ref(s, route->content_type, snapshot_rule_text)))
        return refuse(err, "route", index, "content type", wrong);
    if (route->strip_prefix > 1)
        return refuse(err, "route", index, "strip_prefix", "is neither 0 nor 1");
    return verify_route_kind(s, route, index, err);
}

static bool is_timeout(uint32_t value_ms)
{
    return value_ms > 0 && value_ms <= SNAP_TIMEOUT_MS_MAX;
}

static bool verify_health(const struct snapshot *s, const struct snap_group *group, size_t index, struct err *err)
{
    const char *wrong;
    if ((wrong = check_optional(s, group->health_path, snapshot_rule_target)))
        return refuse(err, "group", index, "health path", wrong);
    if ((wrong = check_ref(s, group->health_host, snapshot_rule_text)))
        return refuse(err, "group", index, "health host", wrong);
    if (group->health_interval_ms == 0)
        return true;
    if (group->health_path.size == 0)
        return refuse(err, "group", index, "health path", "is empty");
    if (group->health_interval_ms < SNAP_HEALTH_INTERVAL_MS_MIN || !is_timeout(group->health_interval_ms) ||
        !is_timeout(group->health_timeout_ms))
        return refuse(err, "group", index, "health times", "are out of range");
    return true;
}

static bool verify_group(const struct snapshot *s, const struct snap_group *group, size_t index, struct err *err)
{
    if (group->balance > SNAP_BALANCE_ROUND_ROBIN)
        return refuse(err, "group", index, "balance", "is unknown");
    if (group->upstreams_count == 0 || group->upstreams_count > SNAP_UPSTREAMS_PER_GROUP_MAX ||
        !has_range(group->upstreams_first, group->upstreams_count, s->header->upstreams))
        return refuse(err, "group", index, "upstreams", "are out of range");
    if (!is_timeout(group->connect_timeout_ms) || !is_timeout(group->first_byte_timeout_ms) ||
        !is_timeout(group->idle_timeout_ms))
        return refuse(err, "group", index, "timeouts", "are out of range");
    return verify_health(s, group, index, err);
}

static bool verify_upstream(const struct snapshot *s, const struct snap_upstream *u, size_t index, struct err *err)
{
    const char *wrong;
    if ((wrong = check_ref(s, u->label, snapshot_rule_text)))
        return refuse(err, "upstream", index, "label", wrong);
    if ((wrong = check_optional(s, u->address, snapshot_rule_address)))
        return refuse(err, "upstream", index, "address", wrong);
    if (u->address.offset % 8)
        return refuse(err, "upstream", index, "address", "is not aligned");
    if ((wrong = check_ref(s, u->tls_roots, NULL)))
        return refuse(err, "upstream", index, "roots", wrong);
    if (u->flags & ~(uint32_t)SNAP_UPSTREAM_FLAGS_ALL)
        return refuse(err, "upstream", index, "flags", "are unknown");
    if ((wrong = check_ref(s, u->tls_name, NULL)) ||
        (wrong = snapshot_rule_tls_name(snapshot_str(s, u->tls_name), u->flags)))
        return refuse(err, "upstream", index, "TLS name", wrong);
    if (u->weight == 0 || u->weight > SNAP_WEIGHT_MAX)
        return refuse(err, "upstream", index, "weight", "is out of range");
    if (u->slot >= COUNTERS_UPSTREAMS_MAX)
        return refuse(err, "upstream", index, "slot", "is out of range");
    return true;
}

static bool verify_certificate(const struct snapshot *s, const struct snap_certificate *certificate, size_t index,
                               struct err *err)
{
    const char *wrong;
    if (certificate->identity == 0)
        return refuse(err, "certificate", index, "identity", "is 0");
    if ((wrong = check_ref(s, certificate->chain, snapshot_rule_chain)))
        return refuse(err, "certificate", index, "chain", wrong);
    if ((wrong = check_ref(s, certificate->key, NULL)))
        return refuse(err, "certificate", index, "key", wrong);
    if (certificate->key.size == 0 || certificate->key.size > SNAP_DER_SIZE_MAX)
        return refuse(err, "certificate", index, "key", "is empty or larger than 64 KiB");
    return true;
}

/* Strictly ascending by token: they are searched by halves. */
static bool verify_challenge(const struct snapshot *s, const struct snap_challenge *challenge, size_t index,
                             struct err *err)
{
    const char *wrong;
    if ((wrong = check_ref(s, challenge->token, snapshot_rule_token)))
        return refuse(err, "challenge", index, "token", wrong);
    if ((wrong = check_ref(s, challenge->content, snapshot_rule_text)))
        return refuse(err, "challenge", index, "content", wrong);
    if (index > 0 && snapshot_token_order(snapshot_str(s, challenge[-1].token), snapshot_str(s, challenge->token)) >= 0)
        return refuse(err, "challenge", index, "token", "is out of order");
    return true;
}

/* Sorted as the others are. */
static bool verify_alpn_challenge(const struct snapshot *s, const struct snap_alpn_challenge *challenge, size_t index,
                                  struct err *err)
{
    const char *wrong = check_name(s, challenge->name, false);
    if (wrong)
        return refuse(err, "challenge by TLS", index, "name", wrong);
    if (challenge->certificate >= s->header->certificates.count)
        return refuse(err, "challenge by TLS", index, "certificate", "is out of range");
    if (index > 0 && snapshot_token_order(snapshot_str(s, challenge[-1].name), snapshot_str(s, challenge->name)) >= 0)
        return refuse(err, "challenge by TLS", index, "name", "is out of order");
    return true;
}

/* In this order: what a check of one table reads of another (a site its routes' prefixes) has been checked before. */
bool snapshot_verify(const struct snapshot *s, struct err *err)
{
    const struct snap_header *header = s->header;
    if (!verify_header(header, err) || !verify_names(s, err))
        return false;
    for (size_t i = 0; i < header->routes.count; i++)
        if (!verify_route(s, &s->routes[i], i, err))
            return false;
    for (size_t i = 0; i < header->sites.count; i++)
        if (!verify_site(s, &s->sites[i], i, err))
            return false;
    for (size_t i = 0; i < header->groups.count; i++)
        if (!verify_group(s, &s->groups[i], i, err))
            return false;
    for (size_t i = 0; i < header->upstreams.count; i++)
        if (!verify_upstream(s, &s->upstreams[i], i, err))
            return false;
    for (size_t i = 0; i < header->certificates.count; i++)
        if (!verify_certificate(s, &s->certificates[i], i, err))
            return false;
    for (size_t i = 0; i < header->challenges.count; i++)
        if (!verify_challenge(s, &s->challenges[i], i, err))
            return false;
    for (size_t i = 0; i < header->alpn_challenges.count; i++)
        if (!verify_alpn_challenge(s, &s->alpn_challenges[i], i, err))
            return false;
    return true;
}
