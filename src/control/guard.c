/* What a promise forbids. */
#include "control/guard.h"

#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "os/clock.h"
#include "store/members.h"

#define REASON_SIZE_MAX 1000

static bool covers(const struct certificate_facts *facts, struct str name)
{
    struct str wanted = name_in_certificate(name);
    for (size_t i = 0; i < facts->names_count; i++)
        if (str_eq(facts->names[i], wanted) ||
            (name_kind(name) != NAME_IP && cert_name_matches(facts->names[i], wanted)))
            return true;
    return false;
}

static bool check_one(struct core *core, struct str id, struct str name, struct err *err)
{
    const struct certificate *certificate = certificates_get(core->certificates, id, err);
    const struct certificate_facts *facts =
        certificate ? certificates_facts(core->certificates, certificate, err) : NULL;
    if (!facts) {
        if (err)
            err->code = ERR_SYSTEM;
        return false;
    }
    int64_t now_s = clock_wall_s();
    if (!covers(facts, name)) {
        (void)err_set(err, ERR_CONFLICT, "the certificate does not cover %.*s, browsers would refuse it",
                      STR_ARG(name));
        return err_fix(err, "give the site a certificate with the name %.*s in it", STR_ARG(name));
    }
    if (now_s >= facts->not_after_s || now_s < facts->not_before_s) {
        (void)err_set(err, ERR_CONFLICT, "the certificate of %.*s is %s, browsers would refuse it", STR_ARG(name),
                      now_s < facts->not_before_s ? "not valid yet" : "expired");
        return err_fix(err, "give the site a valid certificate first, and check this machine's clock");
    }
    return true;
}

bool guard_certificate(struct core *core, const struct site *site, struct str name, struct err *err)
{
    if (!site_has_certificate(site)) {
        (void)err_set(err, ERR_CONFLICT, "%.*s has no certificate", STR_ARG(site->name));
        return err_fix(err, "give it one first: upload it, or use the local CA");
    }
    return (!site->ecdsa.size || check_one(core, site->ecdsa, name, err)) &&
           (!site->rsa.size || check_one(core, site->rsa, name, err));
}

/* "www.example.org" is below "example.org", and below "*.example.org" as far as we can know. */
static bool is_below(struct str name, struct str above)
{
    if (name_kind(above) == NAME_IP || name_kind(name) == NAME_IP)
        return false;
    if (str_starts(above, STR("*.")))
        above = str_after(above, 2);
    return name.size > above.size && str_ends(name, above) && name.data[name.size - above.size - 1] == '.';
}

static bool is_any_below(const struct site *site, struct str above)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (is_below(site_name(site, i), above))
            return true;
    return false;
}

static bool is_site_below(const struct site *site, const struct site *above)
{
    for (size_t i = 0; i < site_names_count(above); i++)
        if (is_any_below(site, site_name(above, i)))
            return true;
    return false;
}

/* 0 when it binds nobody any more. */
static int64_t until_of(const struct core *core, const struct promise *promise)
{
    return promise_binds(promise, core_now_s(core)) ? promise_bound_until(promise, core_latest_s(core)) : 0;
}

int64_t guard_bound_until(const struct core *core, const struct site *site)
{
    const struct state *state = &core->state;
    int64_t until_s = until_of(core, &site->promise);
    for (size_t i = 0; i < state->sites_count; i++) {
        const struct site *other = state->sites[i];
        int64_t other_s = other->promise.include_subdomains ? until_of(core, &other->promise) : 0;
        if (other_s > until_s && is_site_below(site, other))
            until_s = other_s;
    }
    for (size_t i = 0; i < state->tombstones_count; i++) {
        const struct tombstone *gone = &state->tombstones[i];
        int64_t gone_s = gone->promise.include_subdomains ? until_of(core, &gone->promise) : 0;
        if (gone_s > until_s && is_any_below(site, str_from(gone->name)))
            until_s = gone_s;
    }
    return until_s;
}

static bool check_below(struct core *core, const struct site *above, const struct site *site, struct err *err)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        for (size_t k = 0; k < site_names_count(above); k++)
            if (is_below(site_name(site, i), site_name(above, k)) &&
                !guard_certificate(core, site, site_name(site, i), err))
                return err_context(err, "with includeSubDomains browsers would insist on HTTPS for %.*s, too",
                                   STR_ARG(str_part(site_name(site, i), 0, 100)));
    return true;
}

bool guard_subdomains(struct core *core, const struct site *site, struct err *err)
{
    if (!check_below(core, site, site, err))
        return false;
    for (size_t i = 0; i < core->state.sites_count; i++)
        if (!str_eq(core->state.sites[i]->name, site->name) && !check_below(core, site, core->state.sites[i], err))
            return false;
    return true;
}

static bool has_name(const struct site *site, struct str name)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (str_eq(site_name(site, i), name))
            return true;
    return false;
}

static bool certificates_changed(const struct site *before, const struct site *after)
{
    return !str_eq(before->ecdsa, after->ecdsa) || !str_eq(before->rsa, after->rsa);
}

static bool is_self_signed(struct core *core, struct str id)
{
    struct cert *cert;
    if (!id.size || !certificates_open(core->certificates, id, &cert, NULL))
        return false;
    uint32_t faults = cert_check(cert, NULL, 0, clock_wall_s());
    cert_free(cert);
    return faults >> CERT_FAULT_SELF_SIGNED & 1;
}

/*
 * How many browsers take the certificate: all, those that were made to trust the local CA, or those that somebody told
 * to by hand. A bound browser lets nobody click through to a lower one.
 */
static int trust_rank(struct core *core, const struct site *site)
{
    if (is_self_signed(core, site->ecdsa) || is_self_signed(core, site->rsa))
        return 0;
    return site->source == SITE_SOURCE_LOCAL_CA ? 1 : 2;
}

static bool loses_trust(struct core *core, const struct site *before, const struct site *after, struct str name,
                        struct err *ret)
{
    if (trust_rank(core, after) >= trust_rank(core, before))
        return false;
    return !err_set(ret, ERR_CONFLICT, "%.*s would get a certificate that browsers do not trust unasked (%s)",
                    STR_ARG(name), trust_rank(core, after) ? "of the local CA" : "self-signed");
}

/* What this name would lose, as a sentence; false when it loses nothing. */
static bool loses(struct core *core, const struct site *before, const struct site *after, struct str name,
                  struct err *ret)
{
    if (!after || !has_name(after, name))
        return !err_set(ret, ERR_CONFLICT, "%.*s would not be served any more", STR_ARG(name));
    if (!site_has_certificate(before))
        return false; /* nothing left to lose */
    if (!site_has_certificate(after))
        return !err_set(ret, ERR_CONFLICT, "%.*s would lose its certificate", STR_ARG(name));
    /* A name that was not covered before loses nothing by staying uncovered. */
    if (!certificates_changed(before, after) || !guard_certificate(core, before, name, NULL))
        return false;
    return !guard_certificate(core, after, name, ret) || loses_trust(core, before, after, name, ret);
}

static bool read_override(const struct site *site, const json_t *override, struct str *ret_reason, struct err *err)
{
    static const char *const members[] = {"typed_name", "reason", NULL};
    struct str typed = {NULL, 0}, reason = {NULL, 0};
    struct name name;
    if (!members_only(override, "override.", members, err) ||
        !members_str(override, "override.", "typed_name", 4096, &typed, err) ||
        !members_str(override, "override.", "reason", REASON_SIZE_MAX, &reason, err) ||
        !name_read(typed, "override.typed_name", &name, err))
        return false;
    if (!str_eq(name_str(&name), site->name))
        return err_field(err, "override.typed_name", "the typed name is not %.*s", STR_ARG(site->name));
    if (str_trim(reason).size == 0)
        return err_field(err, "override.reason", "a reason is needed");
    *ret_reason = reason;
    return true;
}

static bool refuse(const struct site *site, int64_t until_s, struct err *err)
{
    struct tm utc;
    char text[sizeof err->text], date[40] = "";
    time_t until = (time_t)until_s;
    if (gmtime_r(&until, &utc))
        (void)strftime(date, sizeof date, "%Y-%m-%d %H:%M UTC", &utc);
    if (!err)
        return false;
    (void)snprintf(text, sizeof text, "%s, but browsers were told to accept nothing but HTTPS until %s", err->text,
                   date);
    (void)err_set(err, ERR_CONFLICT, "%s", text);
    return err_fix(err,
                   "release browsers first (hsts max-age 0) and wait until then, or force it: "
                   "\"override\": {\"typed_name\": \"%.*s\", \"reason\": \"…\"}",
                   STR_ARG(str_part(site->name, 0, 100)));
}

static bool bury_leavers(struct core *core, const struct site *before, const struct site *after, struct str reason,
                         struct state *changed, struct err *err)
{
    for (size_t i = 0; i < site_names_count(before); i++) {
        struct str name = site_name(before, i);
        if (after && has_name(after, name))
            continue;
        if (!state_bury(changed, name, &before->promise, clock_wall_s(), reason, err))
            return false;
    }
    log_warning("%.*s was changed against its promise to browsers (bound until %lld): %.*s", STR_ARG(before->name),
                (long long)guard_bound_until(core, before), STR_ARG(reason));
    return true;
}

bool guard_change(struct core *core, const struct site *before, const struct site *after, const json_t *override,
                  struct state *changed, struct err *err)
{
    struct err loss = {0};
    struct str reason = {NULL, 0};
    bool lost = false;
    int64_t until_s = guard_bound_until(core, before);
    if (until_s == 0)
        return true;
    for (size_t i = 0; !lost && i < site_names_count(before); i++)
        lost = loses(core, before, after, site_name(before, i), &loss);
    if (!lost)
        return true;
    if (!override) {
        if (err)
            *err = loss;
        return refuse(before, until_s, err);
    }
    return read_override(before, override, &reason, err) && bury_leavers(core, before, after, reason, changed, err);
}
