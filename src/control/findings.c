/* Roots, names, reports. */
#include "control/findings.h"

#include "base/log.h"
#include "control/certificate_report.h"
#include "control/roots.h"
#include "os/clock.h"
#include "store/members.h"

/* Above TRUST_MARK_SYSTEM. */
enum { MARK_DECLARED = 1, MARK_LOCAL };

/* All roots of all clients, as PEM. */
#define ROOTS_SIZE_MAX ((size_t)4 << 20)

static bool add_roots(struct core *core, struct trust *trust, struct err *err)
{
    struct buf declared, local;
    buf_init(&declared, ROOTS_SIZE_MAX);
    buf_init(&local, ROOTS_SIZE_MAX);
    bool fine = roots_declared(core, &declared, err) && roots_private(core, ROOTS_LOCAL_FOLDER, &local, err) &&
                trust_add_pem(trust, buf_str(&declared), MARK_DECLARED, err) &&
                trust_add_pem(trust, buf_str(&local), MARK_LOCAL, err) &&
                trust_add_system(trust, &core->system_roots, err);
    buf_fini(&declared);
    buf_fini(&local);
    return fine;
}

bool findings_roots(struct core *core, struct findings_roots *ret, struct err *err)
{
    static const char *const owners[] = {
        [TRUST_MARK_SYSTEM] = "browsers", [MARK_DECLARED] = "declared", [MARK_LOCAL] = "this machine"};
    struct trust *trust;
    if (!trust_new(&trust, err))
        return false;
    if (!add_roots(core, trust, err)) {
        trust_free(trust);
        return false;
    }
    *ret = (struct findings_roots){.trust = trust, .local_marks = 1u << MARK_LOCAL, .owners = owners};
    return true;
}

size_t findings_names(const struct site *site, struct str names[static SITE_ALIASES_COUNT_MAX + 1])
{
    for (size_t i = 0; i < site_names_count(site); i++)
        names[i] = name_in_certificate(site_name(site, i));
    return site_names_count(site);
}

static void write_side(struct core *core, const struct site *site, struct str id, const struct findings_roots *roots,
                       struct jsonout *out)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    struct cert_report report;
    struct cert *cert;
    struct err err = {0};
    if (!id.size)
        return;
    if (!certificates_open_chain(core->certificates, id, &cert, &err)) {
        log_warning("%s", err.text);
        return;
    }
    const struct cert_view view = {.names = names,
                                   .names_count = findings_names(site, names),
                                   .trust = roots->trust,
                                   .local_marks = roots->local_marks,
                                   .now_s = clock_wall_s()};
    cert_report_make(cert, &view, &report);
    for (size_t i = 0; i < report.count; i++)
        certificate_report_write_finding(report.findings[i].fault, report.findings[i].text, report.findings[i].fix,
                                         out);
    cert_free(cert);
}

void findings_write_site(struct core *core, const struct site *site, struct jsonout *out)
{
    struct findings_roots roots = {.trust = NULL};
    struct err err = {0};
    if (!findings_roots(core, &roots, &err))
        log_warning("the issuer of the certificate of %.*s is not judged: %s", STR_ARG(site->name), err.text);
    jsonout_array(out, "findings");
    write_side(core, site, site->ecdsa, &roots, out);
    write_side(core, site, site->rsa, &roots, out);
    jsonout_array_end(out);
    trust_free(roots.trust);
}

bool findings_allow(const struct cert *cert, const struct site *site, const char *path, const char *member,
                    struct err *err)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    struct cert_report report;
    const struct cert_view view = {.names = names, .names_count = findings_names(site, names), .now_s = clock_wall_s()};
    cert_report_make(cert, &view, &report);
    if (report.weight < CERT_REFUSAL)
        return true;
    (void)members_error(err, path, member, "%s", report.findings[0].text);
    return err_fix(err, "%s", report.findings[0].fix);
}
