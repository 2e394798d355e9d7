/* Sites in the API's JSON: what is stored, and what is found out when somebody asks. */
#include "control/api_site_json.h"

#include <stdio.h>

#include "control/acme_state.h"
#include "control/acme_wish.h"
#include "control/api.h"
#include "control/api_hsts.h"
#include "control/api_warnings.h"
#include "control/certificate_request.h"
#include "control/findings.h"
#include "control/intake.h"
#include "control/renew.h"
#include "control/reports.h"
#include "os/clock.h"
#include "store/members.h"

static const char *const own_members[] = {"certificate_beside", "local_ca", "certificate", "override", NULL};

static void strip(json_t *object, const char *const *members)
{
    for (size_t i = 0; members[i]; i++)
        (void)json_object_del(object, members[i]);
}

json_t *api_site_strip(const json_t *json)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)json);
    if (json_is_object(copy)) {
        strip(copy, own_members);
        strip(copy, intake_members);
    }
    return copy;
}

static const struct certificate_facts *facts_of(struct core *core, struct str id)
{
    const struct certificate *certificate = id.size ? certificates_get(core->certificates, id, NULL) : NULL;
    return certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
}

static void write_id(struct jsonout *out, const char *key, struct str id)
{
    if (id.size)
        jsonout_str(out, key, id);
    else
        jsonout_null(out, key);
}

/* The facts are those of the ECDSA certificate, which nearly all clients get, else of the RSA one. */
static void write_certificate(struct core *core, const struct site *site, struct jsonout *out)
{
    const struct certificate_facts *facts = facts_of(core, site->ecdsa.size ? site->ecdsa : site->rsa);
    const struct certificate_facts *rsa = facts_of(core, site->rsa);
    jsonout_object(out, "certificate");
    jsonout_str(out, "source", str_from(site_source_name(site->source)));
    write_id(out, "ecdsa", site->ecdsa);
    write_id(out, "rsa", site->rsa);
    if (facts) {
        bool rsa_ends_first = rsa && rsa->not_after_s < facts->not_after_s;
        jsonout_time(out, "not_before", facts->not_before_s);
        jsonout_time(out, "not_after", rsa_ends_first ? rsa->not_after_s : facts->not_after_s);
        jsonout_array(out, "names");
        for (size_t i = 0; i < facts->names_count; i++)
            jsonout_str(out, NULL, facts->names[i]);
        jsonout_array_end(out);
        jsonout_str(out, "issuer", facts->issuer);
        jsonout_str(out, "fingerprint_sha256", facts->fingerprint_sha256);
    }
    acme_state_write(core, site, out);
    jsonout_object_end(out);
}

/* Those of its names that the browsers' preload list binds. */
static void write_preloaded(struct core *core, const struct site *site, struct jsonout *out)
{
    jsonout_array(out, "preloaded");
    for (size_t i = 0; i < site_names_count(site); i++)
        api_preload_write(core, site_name(site, i), true, out);
    jsonout_array_end(out);
}

void api_site_write(struct core *core, const struct site *site, struct jsonout *out)
{
    site_write_members(site, out);
    write_certificate(core, site, out);
    api_hsts_write(core, site, "hsts", out);
    jsonout_u64(out, "slot", site->slot);
    jsonout_time(out, "created", site->created_s);
    write_preloaded(core, site, out);
    jsonout_array(out, "warnings");
    api_warn_of_certificate(core, site, out);
    reports_warn(core, site, out);
    jsonout_array_end(out);
}

/* The hash of what is stored: two states of a site have the same tag only if they are the same. */
void api_site_etag(const struct site *site, char ret[static API_ETAG_SIZE])
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, API_REPLY_SIZE_MAX);
    site_write_stored(site, &out);
    (void)snprintf(ret, API_ETAG_SIZE, "\"%016llx\"", (unsigned long long)str_hash(buf_str(&text)));
    buf_fini(&text);
}

/* Into the place of its kind of key; `ecdsa` and `rsa` are those of this request so far. */
static bool add_cert(struct core *core, const struct cert *cert, const struct site *site, const char *path,
                     const char *member, struct str *ecdsa, struct str *rsa, struct err *err)
{
    struct str *place = key_kind(cert_key(cert)) == KEY_RSA ? rsa : ecdsa;
    if (!findings_allow(cert, site, path, member, err))
        return false;
    if (place->size)
        return members_error(err, path, member, "both certificates are of the same kind");
    const struct certificate *certificate = certificates_add(core->certificates, cert, err);
    if (certificate)
        *place = str_from(certificate->id);
    return certificate != NULL;
}

/* With `beside` a certificate for the other kind of key stays, as far as the site's are files as well. */
static bool put_certs(struct core *core, const struct intake *intake, const char *path, bool beside, struct site *site,
                      struct err *err)
{
    struct str ecdsa = {NULL, 0}, rsa = {NULL, 0};
    for (size_t i = 0; i < intake->count; i++)
        if (!add_cert(core, intake->certs[i], site, path, intake->member, &ecdsa, &rsa, err))
            return false;
    if (beside && site->source == SITE_SOURCE_FILE) {
        ecdsa = ecdsa.size ? ecdsa : site->ecdsa;
        rsa = rsa.size ? rsa : site->rsa;
    }
    return site_set_certificates(site, SITE_SOURCE_FILE, ecdsa, rsa) || err_memory(err);
}

static bool take_certs(struct core *core, const json_t *json, const char *path, struct site *site, struct err *err)
{
    struct intake intake;
    bool beside = false;
    if (!members_bool(json, path, "certificate_beside", &beside, err))
        return false;
    bool fine =
        certificate_intake(core, site, json, path, &intake, err) && put_certs(core, &intake, path, beside, site, err);
    intake_fini(&intake);
    return fine;
}

bool api_site_certificates(struct core *core, const json_t *json, const char *path, struct site *site, bool *ret_given,
                           struct err *err)
{
    const json_t *certificate = json_object_get(json, "certificate");
    bool uploaded = intake_is_given(json);
    bool local_ca = false;
    if (!members_bool(json, path, "local_ca", &local_ca, err))
        return false;
    if (certificate && !json_is_null(certificate))
        return members_error(err, path, "certificate", "only null is possible here, which takes the certificate away");
    if (uploaded + local_ca + (certificate != NULL) > 1)
        return members_error(
            err, path, uploaded ? "certificate_pem" : "certificate",
            "give one of certificate_pem with key_pem, certificate_files, local_ca, and \"certificate\": "
            "null");
    *ret_given = uploaded || local_ca || certificate;
    if (*ret_given && !json_object_get(json, "acme"))
        site->automatic = (struct site_auto){.wanted = false}; /* who gives one looks after it */
    if (uploaded)
        return take_certs(core, json, path, site, err);
    if (local_ca)
        return renew_issue(core, site, err);
    if (certificate)
        return site_set_certificates(site, SITE_SOURCE_NONE, (struct str){NULL, 0}, (struct str){NULL, 0}) ||
               err_memory(err);
    return true;
}

bool api_site_read(struct core *core, const json_t *json, const char *path, struct site **ret, struct err *err)
{
    struct site *site;
    bool given;
    json_t *plain = api_site_strip(json);
    bool fine = plain ? site_read(plain, path, ROUTE_FROM_OPERATOR, &site, err) : err_memory(err);
    json_decref(plain);
    if (!fine)
        return false;
    site->created_s = clock_wall_s();
    if (!api_site_certificates(core, json, path, site, &given, err) || !acme_wish_check(core, site, path, err)) {
        site_unref(site);
        return false;
    }
    *ret = site;
    return true;
}
