/* What a promise forbids. */
#include "control/conserve.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "control/conserve_listed.h"
#include "control/facts.h"
#include "control/findings.h"
#include "control/promises.h"
#include "control/worse.h"
#include "os/clock.h"

enum { KEEP_NAME, KEEP_CERTIFICATE, KEEP_TRUST, KEEP_REDIRECT, KEEP_LISTED, BIND_BELOW, KEEP_WORKING, GUARDS_COUNT };

static const char *const ids[GUARDS_COUNT] = {"keep-name",          "keep-certificate",   "keep-trust",
                                              "keep-redirect",      CONSERVE_KEEP_LISTED, "bind-below",
                                              CONSERVE_KEEP_WORKING};

bool conserve_find(struct str id, bool *ret_overridable)
{
    for (size_t i = 0; i < GUARDS_COUNT; i++)
        if (str_eq(id, str_from(ids[i]))) {
            *ret_overridable = i != KEEP_WORKING; /* it has a word of its own: replace_working */
            return true;
        }
    return false;
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
    const struct certificate *certificate = id.size ? certificates_get(core->certificates, id, NULL) : NULL;
    const struct certificate_facts *facts =
        certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
    return facts && facts->faults >> CERT_FAULT_SELF_SIGNED & 1;
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

/* One change under evaluation. */
struct change {
    struct core *core;
    const struct site *before, *after;
    struct book_binding binding;
    struct guard_result *results;
    size_t count;
    bool is_issuer_judged; /* then: */
    const char
        *issuer_why; /* what keeps browsers from trusting the new issuer; NULL: nothing, or the old one's as well */
};

static bool is_blocked(const struct change *change, unsigned keep)
{
    for (size_t i = 0; i < change->count; i++)
        if (strcmp(change->results[i].id, ids[keep]) == 0)
            return true;
    return false;
}

/* What would be lost becomes a block: "LOSS, but browsers insist on HTTPS for NAME until DATE." */
static void block(struct change *change, unsigned keep, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void block(struct change *change, unsigned keep, const char *format, ...)
{
    struct guard_result *result = &change->results[change->count];
    struct tm utc;
    char date[40] = "", loss[200];
    time_t until = (time_t)change->binding.until_s;
    if (is_blocked(change, keep))
        return; /* one name is enough to say it */
    if (gmtime_r(&until, &utc))
        (void)strftime(date, sizeof date, "%Y-%m-%d %H:%M UTC", &utc);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(loss, sizeof loss, format, args);
    va_end(args);
    *result = (struct guard_result){.id = ids[keep], .verdict = GUARD_BLOCK, .overridable = true};
    (void)snprintf(result->why, sizeof result->why, "%s, but browsers were told to accept nothing but HTTPS until %s",
                   loss, date);
    (void)snprintf(result->fix, sizeof result->fix,
                   "Release browsers first (strictgate hsts release %.*s) and wait until then.",
                   STR_ARG(str_part(change->before->name, 0, 80)));
    change->count++;
}

/*
 * While nobody knows that another follows in time, promises reach as far as the certificate that they were made with.
 * One that was proven to be followed promised past its own end already: there is nothing to compare then.
 */
static bool ends_too_soon(const struct change *change)
{
    int64_t before_s = promises_cap_s(change->core, change->before);
    int64_t after_s = promises_cap_s(change->core, change->after);
    return before_s && after_s && after_s < before_s && after_s < change->binding.until_s;
}

/* What keeps browsers from a root that they have; NULL when nothing does, or it cannot be told. */
static const char *issuer_fault(struct core *core, const struct findings_roots *roots, struct str id)
{
    static const struct {
        enum cert_fault fault;
        const char *words;
    } faults[] = {{CERT_FAULT_MISSING_INTERMEDIATE, "without the intermediate certificate that leads to its root"},
                  {CERT_FAULT_UNKNOWN_ISSUER, "that leads to no public or declared root"},
                  {CERT_FAULT_CHAIN_INVALID, "with a chain that browsers refuse"}};
    struct cert_report report;
    struct cert *cert;
    const struct cert_view view = {.trust = roots->trust, .local_marks = roots->local_marks, .now_s = clock_wall_s()};
    if (!id.size || !certificates_open_chain(core->certificates, id, &cert, NULL))
        return NULL;
    cert_report_make(cert, &view, &report);
    cert_free(cert);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (cert_report_find(&report, faults[i].fault))
            return faults[i].words;
    return NULL;
}

static const char *site_issuer_fault(struct core *core, const struct findings_roots *roots, const struct site *site)
{
    const char *fault = issuer_fault(core, roots, site->ecdsa);
    return fault ? fault : issuer_fault(core, roots, site->rsa);
}

/* Compared with the present certificate: where that one has no known root either, nothing is lost. */
const char *conserve_issuer_loss(struct core *core, const struct site *before, const struct site *after)
{
    struct findings_roots roots;
    struct err err = {0};
    const char *why = NULL;
    if (!findings_roots(core, &roots, &err)) {
        log_warning("the issuer of the new certificate is not judged: %s", err.text);
        return NULL;
    }
    if (!site_issuer_fault(core, &roots, before))
        why = site_issuer_fault(core, &roots, after);
    trust_free(roots.trust);
    return why;
}

/* The same for every name of the change. */
static const char *issuer_is_lost(struct change *change)
{
    if (!change->is_issuer_judged)
        change->issuer_why = conserve_issuer_loss(change->core, change->before, change->after);
    change->is_issuer_judged = true;
    return change->issuer_why;
}

static void check_certificate(struct change *change, struct str name)
{
    struct err err = {0};
    const struct site *before = change->before, *after = change->after;
    if (!site_has_certificate(before))
        return; /* nothing left to lose */
    if (!site_has_certificate(after)) {
        block(change, KEEP_CERTIFICATE, "%.*s would lose its certificate", STR_ARG(str_part(name, 0, 100)));
        return;
    }
    /* A name that was not covered before loses nothing by staying uncovered. */
    if (!certificates_changed(before, after) || !facts_name_is_served(change->core, before, name, NULL))
        return;
    if (!facts_name_is_served(change->core, after, name, &err))
        block(change, KEEP_CERTIFICATE, "%s", err.text);
    else if (trust_rank(change->core, after) < trust_rank(change->core, before))
        block(change, KEEP_TRUST, "%.*s would get a certificate that browsers do not trust unasked (%s)",
              STR_ARG(str_part(name, 0, 80)), trust_rank(change->core, after) ? "of the local CA" : "self-signed");
    else if (issuer_is_lost(change))
        block(change, KEEP_TRUST, "%.*s would get a certificate %s", STR_ARG(str_part(name, 0, 80)),
              change->issuer_why);
    else if (ends_too_soon(change))
        block(change, KEEP_CERTIFICATE, "%.*s would get a certificate that ends sooner than its promise",
              STR_ARG(str_part(name, 0, 80)));
}

static void check_name(struct change *change, struct str name)
{
    if (!change->after || !has_name(change->after, name))
        block(change, KEEP_NAME, "%.*s would not be served any more", STR_ARG(str_part(name, 0, 100)));
    else
        check_certificate(change, name);
}

/* Whether includeSubDomains of the site covers the name already. */
static bool is_below_any(const struct site *site, struct str name)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (facts_is_below(name, site_name(site, i)))
            return true;
    return false;
}

/* Names below it would be bound for the whole rung, and no guard has looked at them. */
static void check_newcomers(struct change *change)
{
    const struct site *before = change->before, *after = change->after;
    bool sends = after && (after->hsts.mode == HSTS_HOLD || after->hsts.mode == HSTS_AUTO);
    if (!sends || !after->hsts.include_subdomains)
        return;
    for (size_t i = 0; i < site_names_count(after); i++) {
        struct str name = site_name(after, i);
        char room[LADDER_TEXT_SIZE];
        if (name_kind(name) == NAME_IP || has_name(before, name) || is_below_any(before, name))
            continue;
        struct guard_result *result = &change->results[change->count++];
        *result = (struct guard_result){.id = ids[BIND_BELOW], .verdict = GUARD_BLOCK, .overridable = true};
        (void)snprintf(result->why, sizeof result->why,
                       "%.*s would begin with includeSubDomains and %.*s, for all names below it at once",
                       STR_ARG(name), STR_ARG(ladder_text(after->hsts.max_age_s, room)));
        (void)snprintf(result->fix, sizeof result->fix,
                       "Leave subdomains out first, add the name, and include them again from the first rung: guards "
                       "look at the names below then.");
        return; /* one name is enough to say it */
    }
}

/*
 * A certificate that does not work takes no place of one that does, also where nobody is bound. Where somebody is, it
 * is a block like the others.
 */
static void refuse_worse(struct change *change, const struct worse *worse)
{
    struct guard_result *result = &change->results[change->count];
    if (change->binding.until_s) {
        block(change, KEEP_TRUST, "%.*s would get a certificate that browsers refuse (%s)",
              STR_ARG(str_part(change->before->name, 0, 60)), worse->ids);
        return;
    }
    *result = (struct guard_result){.id = ids[KEEP_WORKING], .verdict = GUARD_BLOCK, .overridable = false};
    (void)snprintf(result->why, sizeof result->why,
                   "the certificate in service works, and the new one would not (%s): %s", worse->ids,
                   cert_fault_text(worse->first));
    (void)snprintf(result->fix, sizeof result->fix, "%s", cert_fault_fix(worse->first));
    change->count++;
}

/* Only where no other guard of the certificate stands against it. */
static void check_worse(struct change *change)
{
    struct worse worse;
    if (!is_blocked(change, KEEP_CERTIFICATE) && !is_blocked(change, KEEP_TRUST) && change->after &&
        worse_than_present(change->core, change->before, change->after, &worse))
        refuse_worse(change, &worse);
}

bool conserve_refuses(struct core *core, const struct site *site, const struct cert *cert, struct guard_result *ret)
{
    struct worse worse;
    struct change change = {.core = core, .before = site, .results = ret};
    if (!worse_if_given(core, site, cert, &worse))
        return false;
    change.binding = promises_binding(core, site, LEDGER_ANY);
    refuse_worse(&change, &worse);
    return true;
}

size_t conserve_evaluate(struct core *core, const struct site *before, const struct site *after,
                         struct guard_result ret[static GUARD_COUNT_MAX])
{
    int64_t latest_s = core_latest_s(core), over_s = core_over_s(core);
    struct change change = {.core = core, .before = before, .after = after, .results = ret};
    for (size_t i = 0; i < site_names_count(before); i++) {
        change.binding = book_binding(&core->book, site_name(before, i), latest_s, over_s, LEDGER_ANY);
        if (change.binding.until_s)
            check_name(&change, site_name(before, i));
    }
    change.binding = promises_binding(core, before, LEDGER_ANY);
    if (change.binding.until_s && after && before->redirect != SNAP_REDIRECT_OFF &&
        after->redirect == SNAP_REDIRECT_OFF)
        block(&change, KEEP_REDIRECT, "%.*s would not redirect to HTTPS any more", STR_ARG(before->name));
    change.count += conserve_listed(core, before, after, &change.results[change.count]);
    check_worse(&change);
    check_newcomers(&change);
    return change.count;
}
