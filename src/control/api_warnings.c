/* Warnings about certificates. */
#include "control/api_warnings.h"

#include <stdarg.h>
#include <stdio.h>

#include "control/acme_state.h"
#include "control/certificate_state.h"
#include "control/drawer.h"
#include "control/facts.h"
#include "control/mismatch.h"
#include "control/preload.h"
#include "control/self_check.h"
#include "os/clock.h"

#define DAY_S 86400
/* Certificates of files are warned about when most renewals should have happened. */
#define WARN_DAYS        21
#define WARNING_SIZE_MAX 900

/* NULL when the site has none, or none that can be read. */
static const struct certificate_facts *facts_of(struct core *core, struct str id)
{
    const struct certificate *certificate = id.size ? certificates_get(core->certificates, id, NULL) : NULL;
    return certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
}

const struct certificate_facts *api_first_to_end(struct core *core, const struct site *site)
{
    const struct certificate_facts *ecdsa = facts_of(core, site->ecdsa), *rsa = facts_of(core, site->rsa);
    if (!ecdsa || !rsa)
        return ecdsa ? ecdsa : rsa;
    return ecdsa->not_after_s <= rsa->not_after_s ? ecdsa : rsa;
}

int64_t api_days_left(int64_t not_after_s, int64_t now_s)
{
    int64_t left_s = not_after_s - now_s;
    return left_s >= 0 ? left_s / DAY_S : -((-left_s + DAY_S - 1) / DAY_S);
}

void api_warn(struct jsonout *out, const char *format, ...)
{
    char text[WARNING_SIZE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    jsonout_str(out, NULL, str_from(text));
}

/* What is wrong with it whatever the site's names and the time. */
static void warn_of_faults(struct core *core, const struct site *site, struct str id, struct jsonout *out)
{
    const struct certificate_facts *facts = facts_of(core, id);
    if (id.size && !facts)
        api_warn(out, "a certificate of %.*s cannot be read: HTTPS does not work with it", STR_ARG(site->name));
    for (unsigned fault = 0; facts && fault < CERT_FAULT_COUNT; fault++) {
        const char *fix = cert_fault_fix((enum cert_fault)fault);
        if (facts->faults >> fault & 1)
            api_warn(out, "%.*s: %s%s%s", STR_ARG(site->name), cert_fault_text((enum cert_fault)fault),
                     fix[0] ? " " : "", fix);
    }
}

static void warn_of_mismatches(struct core *core, const struct site *site, struct jsonout *out)
{
    size_t count;
    char room[MISMATCH_TEXT_SIZE];
    const struct evidence_mismatch *rows = mismatches_of(core->mismatches, site->name, &count);
    for (size_t i = 0; i < count; i++)
        api_warn(out, "%.*s: not the stored certificate is served: %s", STR_ARG(site->name),
                 mismatch_text(&rows[i], room));
}

/* One that is renewed by itself is warned of when its renewal is late. */
static bool ends_too_soon(const struct core *core, const struct site *site, const struct certificate_facts *facts,
                          int64_t now_s)
{
    int64_t renewal_s = certificate_renewal_s(core, site, facts);
    if (!renewal_s)
        return api_days_left(facts->not_after_s, now_s) < WARN_DAYS;
    return now_s >= renewal_s + (facts->not_after_s - renewal_s) / 3;
}

/* False when it is not valid now, so that nothing else matters. */
static bool warn_of_time(const struct core *core, const struct site *site, const struct certificate_facts *facts,
                         struct jsonout *out)
{
    int64_t now_s = clock_wall_s(), days = api_days_left(facts->not_after_s, now_s);
    if (days < 0)
        api_warn(out, "the certificate of %.*s has expired", STR_ARG(site->name));
    else if (now_s < facts->not_before_s)
        api_warn(out, "the certificate of %.*s is not valid yet; is this machine's clock right?", STR_ARG(site->name));
    else if (ends_too_soon(core, site, facts, now_s))
        api_warn(out, "the certificate of %.*s ends in %lld %s", STR_ARG(site->name), (long long)days,
                 days == 1 ? "day" : "days");
    return days >= 0 && now_s >= facts->not_before_s;
}

void api_warn_of_order(struct core *core, const struct site *site, struct jsonout *out)
{
    struct acme_state state;
    acme_state_of(core, site, &state);
    if (!state.wanted || !state.order || !state.order->failure.at_s)
        return;
    const struct acme_order_failure *failure = &state.order->failure;
    char why[WARNING_SIZE_MAX];
    (void)snprintf(why, sizeof why, "%s%s%s", failure->words, failure->fix[0] ? " " : "", failure->fix);
    api_warn(out, "%.*s gets no new certificate: %s", STR_ARG(site->name), why);
}

static void warn_of_rsa(struct core *core, const struct site *site, struct jsonout *out)
{
    if (!certificate_rsa_side_ends(site, facts_of(core, site->rsa)))
        return;
    api_warn(out,
             "%.*s: the automatic certificate will be an ECDSA one and take the place of the RSA one as well; clients "
             "that take RSA only are turned away from then on (rsa_side_ends). To keep them, "
             "get an RSA one instead (strictgate cert auto %.*s --key rsa), or end it (--off) and give both by hand",
             STR_ARG(site->name), STR_ARG(site->name));
}

/* Without a certificate nobody gets there at all. */
static void warn_of_listed(struct core *core, const struct site *site, struct jsonout *out)
{
    for (size_t i = 0; i < site_names_count(site); i++) {
        struct preload_binding binding = preload_find(core->preload, site_name(site, i));
        if (binding.is_bound)
            api_warn(out,
                     binding.include_subdomains
                         ? "browsers accept nothing but HTTPS for %.*s: %.*s is on their preload list with all names "
                           "below it (policy %.*s)"
                         : "browsers accept nothing but HTTPS for %.*s: %.*s is on their preload list (policy %.*s)",
                     STR_ARG(site_name(site, i)), STR_ARG(binding.entry), STR_ARG(binding.policy));
    }
}

void api_warn_of_preload(struct core *core, struct jsonout *out)
{
    const struct preload_list *list = preload_present(core->preload);
    const struct preload_last *last = preload_last(core->preload);
    if (preload_trouble(core->preload)[0])
        api_warn(out, "the preload list cannot be used: %s; fetch it anew: strictgate preload update",
                 preload_trouble(core->preload));
    if (core->state.settings.preload_update_days == 0)
        return; /* nobody asked for a present one */
    if (last->outcome == PRELOAD_REFUSED)
        api_warn(out, "the preload list was not updated: %s", last->err.text);
    if (list && preload_is_old(list, clock_wall_s()))
        api_warn(out, "the preload list is older than 70 days: browsers would not go by it any more");
}

static void warn_of_unseen(const struct site *site, const struct self_check *last, struct jsonout *out)
{
    const char *words = self_check_sight_words(last->sight), *fix = self_check_sight_fix(last->sight);
    if (last->why[0])
        api_warn(out, "%.*s could not be looked at from outside: %s (%s). %s", STR_ARG(site->name), words, last->why,
                 fix);
    else
        api_warn(out, "%.*s could not be looked at from outside: %s. %s", STR_ARG(site->name), words, fix);
}

void api_warn_of_self_check(struct core *core, const struct site *site, struct jsonout *out)
{
    const struct self_check *last = self_check_last(core, site->name);
    if (!last || !self_check_matters(core, site) || !self_check_is_present(core, site))
        return;
    if (last->sight != SELF_CHECK_SEEN) {
        warn_of_unseen(site, last, out);
        return;
    }
    if (last->errors_count == 0)
        return;
    const char *words = preload_code_words(last->first.code), *fix = preload_code_fix(last->first.code);
    if (self_check_is_listed(core, site))
        api_warn(
            out,
            "%.*s is on the browsers' preload list, and its self-check found what takes a domain off after a month "
            "(%s): %s %s",
            STR_ARG(site->name), preload_code_text(last->first.code), words, fix);
    else
        api_warn(out, "%.*s sends preload, but would not be taken into the preload list (%s): %s %s",
                 STR_ARG(site->name), preload_code_text(last->first.code), words, fix);
}

void api_warn_of_certificate(struct core *core, const struct site *site, struct jsonout *out)
{
    drawer_warn(core, site, out);
    if (!site_has_certificate(site)) {
        api_warn(out, "%.*s has no certificate: it is served over plain HTTP only", STR_ARG(site->name));
        warn_of_listed(core, site, out);
        return;
    }
    warn_of_faults(core, site, site->ecdsa, out);
    warn_of_faults(core, site, site->rsa, out);
    warn_of_mismatches(core, site, out);
    warn_of_rsa(core, site, out);
    const struct certificate_facts *facts = api_first_to_end(core, site);
    if (!facts || !warn_of_time(core, site, facts, out))
        return;
    for (size_t i = 0; i < site_names_count(site); i++)
        if (!facts_name_is_served(core, site, site_name(site, i), NULL))
            api_warn(out, "the certificate of %.*s does not cover %.*s", STR_ARG(site->name),
                     STR_ARG(site_name(site, i)));
}
