/* Faults of the one and of the other, as bits. */
#include "control/worse.h"

#include <stdio.h>

#include "base/log.h"
#include "control/findings.h"
#include "os/clock.h"

#define BIT(fault) (1u << (fault))
/* Nobody takes the issuer's word for it. */
#define UNTRUSTED                                                                                                      \
    (BIT(CERT_FAULT_SELF_SIGNED) | BIT(CERT_FAULT_UNKNOWN_ISSUER) | BIT(CERT_FAULT_MISSING_INTERMEDIATE) |             \
     BIT(CERT_FAULT_CHAIN_INVALID))

/* What turns browsers away, the gravest first, and which faults of the present certificate do so just the same. */
static const struct {
    enum cert_fault fault;
    uint32_t same;
} measures[] = {
    {CERT_FAULT_EXPIRED, 0},
    {CERT_FAULT_NOT_YET_VALID, 0},
    {CERT_FAULT_NAME, 0}, /* compared name by name */
    {CERT_FAULT_SELF_SIGNED, BIT(CERT_FAULT_SELF_SIGNED)},
    {CERT_FAULT_UNKNOWN_ISSUER, UNTRUSTED},
    {CERT_FAULT_MISSING_INTERMEDIATE, UNTRUSTED},
    {CERT_FAULT_CHAIN_INVALID, UNTRUSTED},
    {CERT_FAULT_AUTHORITY, BIT(CERT_FAULT_AUTHORITY)},
    {CERT_FAULT_TOO_LONG, BIT(CERT_FAULT_TOO_LONG) | UNTRUSTED},
};

/* What two certificates are compared by. */
struct comparison {
    const struct findings_roots *roots;
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    size_t names_count;
    int64_t now_s;
};

/* All but the names. */
static uint32_t faults_of(const struct comparison *c, const struct cert *cert)
{
    struct cert_report report;
    uint32_t faults = 0;
    const struct cert_view view = {.trust = c->roots->trust, .local_marks = c->roots->local_marks, .now_s = c->now_s};
    cert_report_make(cert, &view, &report);
    for (size_t i = 0; i < report.count; i++)
        faults |= BIT(report.findings[i].fault);
    return faults;
}

static bool covers(const struct comparison *c, const struct cert *cert, struct str name)
{
    return !(cert_check(cert, &name, 1, c->now_s) & BIT(CERT_FAULT_NAME));
}

static uint32_t compare(const struct comparison *c, const struct cert *present, const struct cert *next)
{
    uint32_t had = faults_of(c, present), has = faults_of(c, next), lost = 0;
    size_t covered_count = 0;
    if (had & (BIT(CERT_FAULT_EXPIRED) | BIT(CERT_FAULT_NOT_YET_VALID)))
        return 0;
    for (size_t i = 0; i < c->names_count; i++) {
        if (!covers(c, present, c->names[i]))
            continue;
        covered_count++;
        if (!covers(c, next, c->names[i]))
            has |= BIT(CERT_FAULT_NAME);
    }
    for (size_t i = 0; covered_count && i < sizeof measures / sizeof *measures; i++)
        if (has & BIT(measures[i].fault) && !(had & measures[i].same))
            lost |= BIT(measures[i].fault);
    return lost;
}

/* What cannot be opened does not work, or will not be served. */
static uint32_t compare_given(struct core *core, const struct comparison *c, struct str present_id,
                              const struct cert *next)
{
    struct cert *present;
    if (!present_id.size || !certificates_open_chain(core->certificates, present_id, &present, NULL))
        return 0;
    uint32_t lost = compare(c, present, next); /* also of the same leaf: its chain may be another one */
    cert_free(present);
    return lost;
}

static uint32_t compare_ids(struct core *core, const struct comparison *c, struct str present_id, struct str next_id)
{
    struct cert *next;
    if (!next_id.size || str_eq(present_id, next_id) ||
        !certificates_open_chain(core->certificates, next_id, &next, NULL))
        return 0;
    uint32_t lost = compare_given(core, c, present_id, next);
    cert_free(next);
    return lost;
}

/* What clients that can take ECDSA get: nearly all of them. */
static struct str for_most(const struct site *site)
{
    return site->ecdsa.size ? site->ecdsa : site->rsa;
}

static void tell(struct worse *ret)
{
    size_t size = 0;
    for (size_t i = sizeof measures / sizeof *measures; i-- > 0;)
        if (ret->faults & BIT(measures[i].fault))
            ret->first = measures[i].fault;
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        if (!(ret->faults & BIT(measures[i].fault)))
            continue;
        int added = snprintf(ret->ids + size, sizeof ret->ids - size, "%s%s", size ? ", " : "",
                             cert_fault_id(measures[i].fault));
        if (added > 0 && (size_t)added < sizeof ret->ids - size)
            size += (size_t)added;
    }
}

/* The caller ends it with trust_free(ret_roots->trust). */
static bool begin(struct core *core, const struct site *site, struct findings_roots *ret_roots, struct comparison *ret)
{
    struct err err = {0};
    if (!findings_roots(core, ret_roots, &err)) {
        log_warning("the new certificate of %.*s is not compared with the present one: %s", STR_ARG(site->name),
                    err.text);
        return false;
    }
    *ret = (struct comparison){.roots = ret_roots, .now_s = core->read_clock(core).wall_s};
    ret->names_count = findings_names(site, ret->names);
    return true;
}

bool worse_than_present(struct core *core, const struct site *before, const struct site *after, struct worse *ret)
{
    struct comparison c;
    struct findings_roots roots;
    *ret = (struct worse){.faults = 0};
    if (!site_has_certificate(before) || !site_has_certificate(after) ||
        (str_eq(before->ecdsa, after->ecdsa) && str_eq(before->rsa, after->rsa)) || !begin(core, after, &roots, &c))
        return false;
    ret->faults = compare_ids(core, &c, for_most(before), for_most(after)) |
                  compare_ids(core, &c, before->rsa, after->rsa); /* for the rest, if there was one for them */
    trust_free(roots.trust);
    if (ret->faults)
        tell(ret);
    return ret->faults != 0;
}

bool worse_if_given(struct core *core, const struct site *site, const struct cert *cert, struct worse *ret)
{
    struct comparison c;
    struct findings_roots roots;
    *ret = (struct worse){.faults = 0};
    if (!site_has_certificate(site) || !begin(core, site, &roots, &c))
        return false;
    bool is_for_rest = cert_side_of(key_kind(cert_key(cert))) == CERT_SIDE_RSA && site->rsa.size;
    ret->faults = compare_given(core, &c, is_for_rest ? site->rsa : for_most(site), cert);
    trust_free(roots.trust);
    if (ret->faults)
        tell(ret);
    return ret->faults != 0;
}
