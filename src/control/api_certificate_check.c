/* POST /v1/certificates/check: what is wrong with a certificate, before anybody is served it. Nothing is kept. */
#include "codec/name.h"
#include "control/api_fetch.h"
#include "control/api_routes.h"
#include "control/api_warnings.h"
#include "control/certificate_report.h"
#include "control/certificate_request.h"
#include "control/conserve.h"
#include "control/findings.h"
#include "control/promises.h"
#include "control/record.h"
#include "os/clock.h"
#include "store/members.h"

/* The site of the request into *ret, which stays when there is none. */
static bool find_site(struct core *core, const json_t *json, const struct site **ret, struct err *err)
{
    struct str typed = {NULL, 0};
    struct name name;
    if (!members_str(json, "", "site", API_TYPED_NAME_SIZE_MAX, &typed, err))
        return false;
    if (!typed.data)
        return true;
    if (!name_read(typed, "site", &name, err))
        return false;
    *ret = state_find(&core->state, name_str(&name));
    if (*ret)
        return true;
    (void)err_field(err, "site", "there is no site %.*s", STR_ARG(name_str(&name)));
    return err_fix(err, "\"strictgate site list\" lists them");
}

/* What browsers were promised, whether the certificate lasts that long, and whether it would be let in. */
static void write_site(struct core *core, const struct site *site, const struct cert *cert, struct jsonout *out)
{
    struct guard_result refusal;
    int64_t until_s = promises_binding(core, site, LEDGER_ANY).until_s, now_s = clock_wall_s();
    jsonout_object(out, "site");
    jsonout_str(out, "name", site->name);
    jsonout_array(out, "names");
    for (size_t i = 0; i < site_names_count(site); i++)
        jsonout_str(out, NULL, site_name(site, i));
    jsonout_array_end(out);
    if (until_s) {
        jsonout_time(out, "bound_until", until_s);
        jsonout_i64(out, "bound_days_left", api_days_left(until_s, now_s));
        if (cert)
            jsonout_bool(out, "outlasts_promise", cert_not_after_s(cert) >= until_s);
    } else {
        jsonout_null(out, "bound_until");
    }
    if (cert)
        record_write_guards(&refusal, conserve_refuses(core, site, cert, &refusal), "guards", out);
    jsonout_object_end(out);
}

static bool write_opened(struct core *core, const struct cert *cert, const struct site *site, struct jsonout *out,
                         struct err *err)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    struct findings_roots roots;
    struct cert_report report;
    if (!findings_roots(core, &roots, err))
        return false;
    const struct cert_view view = {.names = names,
                                   .names_count = site ? findings_names(site, names) : 0,
                                   .trust = roots.trust,
                                   .local_marks = roots.local_marks,
                                   .now_s = clock_wall_s()};
    cert_report_make(cert, &view, &report);
    certificate_report_write(cert, &report, roots.owners, out);
    trust_free(roots.trust);
    return true;
}

static bool answer(struct core *core, const struct site *site, const struct intake *intake, struct err *why,
                   struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    if (intake->count > 1) {
        (void)err_field(why, "certificate_pem", "one certificate at a time is checked");
        return false;
    }
    if (intake->count == 0 && !certificate_report_is_fault(intake->fault))
        return false;
    jsonout_object(&out, NULL);
    bool fine = true;
    if (intake->count)
        fine = write_opened(core, intake->certs[0], site, &out, why);
    else
        certificate_report_write_closed(intake->fault, why, &out);
    if (site)
        write_site(core, site, intake->count ? intake->certs[0] : NULL, &out);
    jsonout_object_end(&out);
    return fine;
}

void api_certificate_check(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {INTAKE_MEMBERS, "site", NULL};
    struct err err = {0};
    const struct site *site = NULL;
    struct intake intake;
    if (!members_only(request->json, "", members, &err) || !find_site(core, request->json, &site, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (api_fetch_first(core, site, request, reply))
        return;
    if (!certificate_intake(core, site, request->json, "", &intake, &err) &&
        intake.count) /* one of two was opened: it is not what was asked about */
        intake_fini(&intake);
    if (!answer(core, site, &intake, &err, reply))
        api_fail(reply, &err);
    intake_fini(&intake);
}
