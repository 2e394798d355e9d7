/* /v1/sites/NAME/drawer and /v1/sites/NAME/certificates/switch: certificates that are kept ready, and their hour. */
#include "control/api_fetch.h"
#include "control/api_routes.h"
#include "control/certificate_request.h"
#include "control/findings.h"
#include "store/members.h"

/* Takes the certificate into the drawer of the copy, in the place of its kind; one of the other kind stays. */
static bool put(struct core *core, const struct cert *cert, struct site *site, struct err *err)
{
    const struct certificate *certificate = certificates_add(core->certificates, cert, err);
    if (!certificate)
        return false;
    bool is_rsa = key_kind(cert_key(cert)) == KEY_RSA, keeps = site->drawer.source == SITE_SOURCE_FILE;
    struct str id = str_from(certificate->id), none = {NULL, 0};
    struct str ecdsa = is_rsa ? (keeps ? site->drawer.ecdsa : none) : id;
    struct str rsa = is_rsa ? id : (keeps ? site->drawer.rsa : none);
    return site_set_drawer(site, SITE_SOURCE_FILE, ecdsa, rsa) || err_memory(err);
}

/* What no client would take is not worth keeping; what else is wrong is told. */
static bool put_all(struct core *core, const struct intake *intake, struct site *site, struct err *err)
{
    for (size_t i = 0; i < intake->count; i++)
        if (!findings_allow(intake->certs[i], site, "", "certificate_pem", err) ||
            !put(core, intake->certs[i], site, err))
            return false;
    return true;
}

static bool fill(struct core *core, const struct site *before, const json_t *json, struct site **ret, struct err *err)
{
    struct intake intake;
    struct site *after = site_copy(before);
    if (!after)
        return err_memory(err);
    bool fine = certificate_intake(core, before, json, "", &intake, err) && put_all(core, &intake, after, err);
    intake_fini(&intake);
    if (fine)
        *ret = after;
    else
        site_unref(after);
    return fine;
}

void api_drawer_put(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct site *before = state_find(&core->state, request->name), *after = NULL;
    if (!before) {
        api_no_site(request->name, reply);
        return;
    }
    if (!members_only(request->json, "", intake_members, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (api_fetch_first(core, before, request, reply))
        return;
    if (!fill(core, before, request->json, &after, &err)) {
        api_fail(reply, &err);
        return;
    }
    api_site_replace(core, request, STR("certificate.backup"), before, after, NULL, reply);
    if (reply->generation)
        certificate_requests_done(core, after);
    site_unref(after);
}

void api_drawer_empty(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct site *before = state_find(&core->state, request->name);
    struct site *after = before ? site_copy(before) : NULL;
    if (!before) {
        api_no_site(request->name, reply);
        return;
    }
    if (after && site_set_drawer(after, SITE_SOURCE_NONE, STR(""), STR(""))) {
        api_site_replace(core, request, STR("certificate.backup.remove"), before, after, NULL, reply);
    } else {
        (void)err_memory(&err);
        api_fail(reply, &err);
    }
    site_unref(after);
}

void api_certificate_switch(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"override", "replace_working", NULL};
    struct err err = {0};
    struct site *before = state_find(&core->state, request->name);
    if (!before) {
        api_no_site(request->name, reply);
        return;
    }
    if (before->drawer.source == SITE_SOURCE_NONE) {
        (void)err_set(&err, ERR_CONFLICT, "there is nothing in the drawer of %.*s", STR_ARG(before->name));
        (void)err_fix(&err, "put a certificate there: strictgate cert backup %.*s FILE --key FILE",
                      STR_ARG(before->name));
    }
    struct site *after = NULL;
    if (!err.code && (!request->json || members_only(request->json, "", members, &err)) && !(after = site_copy(before)))
        (void)err_memory(&err);
    if (err.code) {
        api_fail(reply, &err);
        return;
    }
    site_switch(after);
    api_site_replace(core, request, STR("certificate.switch"), before, after,
                     request->json ? json_object_get(request->json, "override") : NULL, reply);
    site_unref(after);
}
