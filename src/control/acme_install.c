/* Judge, keep, put in place. */
#include "control/acme_install.h"

#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "control/acme_site.h"
#include "control/commit.h"
#include "control/conserve.h"
#include "control/notify.h"
#include "control/observe.h"
#include "control/record.h"

/* A certificate that begins later than that is looked at once a day: clocks are set right sooner. */
#define BEGINS_WAIT_S_MAX 86400

static bool fail(struct acme_failure *ret, const char *problem, bool permanent, const char *words, const char *fix)
{
    *ret = (struct acme_failure){.permanent = permanent};
    (void)snprintf(ret->problem, sizeof ret->problem, "%s", problem);
    (void)snprintf(ret->words, sizeof ret->words, "%s", words);
    (void)snprintf(ret->fix, sizeof ret->fix, "%s", fix);
    return false;
}

static bool fail_internal(struct acme_failure *ret, const struct err *err)
{
    char words[sizeof ret->words];
    (void)snprintf(words, sizeof words, "The new certificate could not be put into service: %.400s.", err->text);
    return fail(ret, "internal", false, words, err->fix);
}

static bool is_sound(const struct cert *cert, const struct site *site, int64_t now_s, struct acme_failure *ret)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    char words[sizeof ret->words];
    for (size_t i = 0; i < site_names_count(site); i++)
        names[i] = name_in_certificate(site_name(site, i));
    uint32_t faults = cert_check(cert, names, site_names_count(site), now_s);
    for (unsigned fault = 0; fault < CERT_FAULT_COUNT; fault++) {
        bool refuses = cert_fault_weight((enum cert_fault)fault) == CERT_REFUSAL || fault == CERT_FAULT_EXPIRED ||
                       fault == CERT_FAULT_NAME;
        if (!(faults >> fault & 1) || !refuses)
            continue;
        (void)snprintf(words, sizeof words,
                       "The authority handed out a certificate that is no good: %.300s The one in service stays.",
                       cert_fault_text((enum cert_fault)fault));
        ret->try_other_ca = true;
        (void)fail(ret, "wrong_chain", false, words, "");
        ret->try_other_ca = true;
        return false;
    }
    return true;
}

/* Else whatever comes is better: than none, or than one that has ended. */
static bool present_holds(struct acme *acme, const struct site *site)
{
    struct str id = site->ecdsa.size ? site->ecdsa : site->rsa;
    const struct certificate *present = id.size ? certificates_get(acme->core->certificates, id, NULL) : NULL;
    const struct certificate_facts *facts =
        present ? certificates_facts(acme->core->certificates, present, NULL) : NULL;
    return facts && facts->not_after_s > acme->core->read_clock(acme->core).wall_s;
}

/*
 * An authority whose clock is ahead of ours, or ours behind: the one in service stays until the new one begins, which
 * is then had from the same order.
 */
static bool has_begun(struct acme *acme, const struct site *site, const struct cert *cert, struct acme_failure *ret)
{
    int64_t begins_s = cert_not_before_s(cert), now_s = acme->core->read_clock(acme->core).wall_s;
    char words[sizeof ret->words], begins[32] = "later";
    time_t moment = (time_t)begins_s;
    struct tm utc;
    if (begins_s <= now_s || !present_holds(acme, site))
        return true;
    if (gmtime_r(&moment, &utc))
        (void)strftime(begins, sizeof begins, "%Y-%m-%d %H:%M:%S UTC", &utc);
    (void)snprintf(words, sizeof words,
                   "The authority handed out a certificate that begins only on %s, which is not reached yet by this "
                   "machine's clock. The one in service stays until then.",
                   begins);
    (void)fail(ret, cert_fault_id(CERT_FAULT_NOT_YET_VALID), false, words,
               "See that this machine's clock is right (timedatectl).");
    ret->retry_s = begins_s - now_s < BEGINS_WAIT_S_MAX ? begins_s : now_s + BEGINS_WAIT_S_MAX;
    return false;
}

/* One that browsers do not trust takes no place of one that they do, also where no promise binds them. */
static bool is_trusted_as_well(struct acme *acme, const struct site *site, const struct site *after,
                               struct acme_failure *ret)
{
    char words[sizeof ret->words];
    if (!present_holds(acme, site))
        return true;
    const char *loss = conserve_issuer_loss(acme->core, site, after);
    if (!loss)
        return true;
    (void)snprintf(words, sizeof words,
                   "The authority handed out a certificate %s, which browsers do not trust. The one in service stays.",
                   loss);
    (void)fail(
        ret, cert_fault_id(CERT_FAULT_UNKNOWN_ISSUER), true, words,
        "Update the roots of this machine (ca-certificates), declare the root when every visitor has it (strictgate "
        "trust --declare-file ROOT), or name another authority for the site.");
    ret->try_other_ca = true;
    return false;
}

static bool is_allowed(struct acme *acme, const struct site *site, const struct site *after, struct acme_failure *ret)
{
    struct guard_result results[GUARD_COUNT_MAX];
    char words[sizeof ret->words];
    if (conserve_evaluate(acme->core, site, after, results) == 0)
        return true;
    (void)snprintf(words, sizeof words, "The new certificate was not put into service: %s.", results[0].why);
    return fail(ret, results[0].id, true, words, results[0].fix);
}

/* What nobody pressed is written down as well: browsers get another certificate. */
static bool commit(struct acme *acme, const struct site *before, struct site *after, const struct ca *ca,
                   const struct cert *cert, struct err *err)
{
    struct core *core = acme->core;
    struct state changed;
    struct record record;
    struct buf about;
    struct jsonout out = {.out = &about};
    bool renews = before->source == SITE_SOURCE_ACME;
    if (!state_copy(&core->state, &changed, err))
        return false;
    state_replace(&changed, after);
    buf_init(&about, RECORD_SIZE_MAX);
    jsonout_object(&out, NULL);
    jsonout_str(&out, "ca", ca->name);
    jsonout_str(&out, "fingerprint_sha256", cert_fingerprint_sha256(cert));
    jsonout_time(&out, "not_after", cert_not_after_s(cert));
    jsonout_object_end(&out);
    record_init(&record, STR("strictgate"), renews ? STR("certificate.renew") : STR("certificate.obtain"), before->name,
                core->read_clock(core).wall_s);
    record.entry.after = buf_str(&about);
    const struct commit_notes notes = {.records = &record.entry, .records_count = 1};
    bool fine = commit_state(core, &changed, &notes, err);
    if (fine)
        notify_event(
            core, &(const struct notify_event){.kind = renews ? NOTIFY_RENEWED : NOTIFY_OBTAINED, .site = after->name});
    record_fini(&record);
    buf_fini(&about);
    return fine;
}

static bool place(struct acme *acme, const struct site *site, const struct ca *ca, const struct cert *cert,
                  struct acme_failure *ret)
{
    struct core *core = acme->core;
    struct err err = {0};
    const struct certificate *kept = certificates_add(core->certificates, cert, &err);
    if (!kept)
        return fail_internal(ret, &err);
    enum cert_side side = cert_side_of(key_kind(cert_key(cert)));
    if (site->source == SITE_SOURCE_ACME && str_eq(site_certificate(site, side), str_from(kept->id)))
        return true; /* control ended between this and writing down that it was done */
    struct site *after = site_copy(site);
    struct str sides[CERT_SIDES_COUNT] = {{NULL, 0}};
    sides[side] = str_from(kept->id);
    bool fine = after && site_set_certificates(after, SITE_SOURCE_ACME, sides[CERT_SIDE_ECDSA], sides[CERT_SIDE_RSA]);
    if (!fine)
        (void)fail_internal(ret, (err_memory(&err), &err));
    fine = fine && has_begun(acme, site, cert, ret) && is_trusted_as_well(acme, site, after, ret) &&
           is_allowed(acme, site, after, ret);
    if (fine && !commit(acme, site, after, ca, cert, &err))
        fine = fail_internal(ret, &err);
    if (fine && site->rsa.size && !after->rsa.size)
        log_warning("%.*s: the RSA certificate went out of service with the new ECDSA one: clients that take RSA only "
                    "are turned away",
                    STR_ARG(site->name));
    site_unref(after);
    return fine;
}

enum acme_installed acme_install(struct acme *acme, const struct site *site, const struct ca *ca, struct str chain_pem,
                                 struct str key, struct acme_failure *ret_failure)
{
    struct core *core = acme->core;
    struct err err = {0};
    enum acme_installed end = ACME_INSTALL_BAD;
    struct cert *cert = cert_load(chain_pem, key, NULL, &err);
    if (!cert) {
        (void)fail_internal(ret_failure, &err);
        return end;
    }
    struct site *held = site_ref((struct site *)(uintptr_t)site); /* the commit lets go of it */
    if (is_sound(cert, held, core->read_clock(core).wall_s, ret_failure))
        end = place(acme, held, ca, cert, ret_failure) ? ACME_INSTALLED : ACME_INSTALL_BARRED;
    if (end == ACME_INSTALLED)
        observe_want(core, held->name);
    site_unref(held);
    cert_free(cert);
    return end;
}
