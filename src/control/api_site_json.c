/* Sites in the API's JSON: what is stored, and what is found out when somebody asks. */
#include "control/api_site_json.h"

#include <stdio.h>

#include "control/api.h"
#include "control/api_hsts.h"
#include "control/api_warnings.h"
#include "control/renew.h"
#include "os/clock.h"
#include "store/members.h"

/* One ECDSA and one RSA certificate. */
#define PAIRS_COUNT_MAX 2

static const char *const own_members[] = {"certificate_pem", "key_pem", "local_ca", "certificate", "override", NULL};

json_t *api_site_strip(const json_t *json)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)json);
    for (size_t i = 0; copy && own_members[i]; i++)
        if (json_is_object(copy))
            (void)json_object_del(copy, own_members[i]);
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
    jsonout_object_end(out);
}

void api_site_write(struct core *core, const struct site *site, struct jsonout *out)
{
    site_write_members(site, out);
    write_certificate(core, site, out);
    api_hsts_write(core, site, "hsts", out);
    jsonout_u64(out, "slot", site->slot);
    jsonout_time(out, "created", site->created_s);
    jsonout_array(out, "warnings");
    api_warn_of_certificate(core, site, out);
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

/* A string, or a list of strings. */
static bool read_texts(const json_t *json, const char *path, const char *name, struct str texts[PAIRS_COUNT_MAX],
                       size_t *ret_count, struct err *err)
{
    const json_t *value = json_object_get(json, name);
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    if (count == 0 || count > PAIRS_COUNT_MAX)
        return members_error(err, path, name, "give one certificate, or one ECDSA and one RSA certificate");
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_is_array(value) ? json_array_get(value, i) : value;
        if (!json_is_string(text) || json_string_length(text) > CERT_FILE_SIZE_MAX)
            return members_error(err, path, name, "PEM text of at most 1 MiB is needed here");
        texts[i] = str_make(json_string_value(text), json_string_length(text));
    }
    *ret_count = count;
    return true;
}

static bool check_faults(const struct cert *cert, const struct site *site, const char *path, struct err *err)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    for (size_t i = 0; i < site_names_count(site); i++)
        names[i] = name_in_certificate(site_name(site, i));
    uint32_t faults = cert_check(cert, names, site_names_count(site), clock_wall_s());
    for (unsigned fault = 0; fault < CERT_FAULT_COUNT; fault++)
        if (faults >> fault & 1 && cert_fault_refuses((enum cert_fault)fault))
            return members_error(err, path, "certificate_pem", "%s", cert_fault_text((enum cert_fault)fault));
    return true;
}

static bool add_pair(struct core *core, struct str cert_pem, struct str key_pem, const struct site *site,
                     const char *path, struct str *ecdsa, struct str *rsa, struct err *err)
{
    struct err why = {0};
    enum cert_fault fault = CERT_FAULT_NONE;
    struct cert *cert = cert_load(cert_pem, key_pem, &fault, &why);
    if (!cert) {
        bool key = fault == CERT_FAULT_NO_KEY || fault == CERT_FAULT_KEY_ENCRYPTED ||
                   fault == CERT_FAULT_KEY_UNREADABLE || fault == CERT_FAULT_KEY_MISMATCH;
        (void)members_error(err, path, key ? "key_pem" : "certificate_pem", "%s", why.text);
        return err_fix(err, "%s", why.fix);
    }
    struct str *place = key_kind(cert_key(cert)) == KEY_RSA ? rsa : ecdsa;
    const struct certificate *certificate = NULL;
    bool fine = check_faults(cert, site, path, err);
    if (fine && place->size)
        fine = members_error(err, path, "certificate_pem", "both certificates are of the same kind");
    if (fine && (certificate = certificates_add(core->certificates, cert, err)))
        *place = str_from(certificate->id);
    cert_free(cert);
    return fine && certificate;
}

static bool read_pairs(struct core *core, const json_t *json, const char *path, struct site *site, struct err *err)
{
    struct str certs[PAIRS_COUNT_MAX], keys[PAIRS_COUNT_MAX], ecdsa = {NULL, 0}, rsa = {NULL, 0};
    size_t certs_count, keys_count;
    if (!read_texts(json, path, "certificate_pem", certs, &certs_count, err) ||
        !read_texts(json, path, "key_pem", keys, &keys_count, err))
        return false;
    if (certs_count != keys_count)
        return members_error(err, path, "key_pem", "there are %zu certificates and %zu keys", certs_count, keys_count);
    for (size_t i = 0; i < certs_count; i++)
        if (!add_pair(core, certs[i], keys[i], site, path, &ecdsa, &rsa, err))
            return false;
    return site_set_certificates(site, SITE_SOURCE_FILE, ecdsa, rsa) || err_memory(err);
}

bool api_site_certificates(struct core *core, const json_t *json, const char *path, struct site *site, bool *ret_given,
                           struct err *err)
{
    const json_t *certificate = json_object_get(json, "certificate");
    bool uploaded = json_object_get(json, "certificate_pem") || json_object_get(json, "key_pem");
    bool local_ca = false;
    if (!members_bool(json, path, "local_ca", &local_ca, err))
        return false;
    if (certificate && !json_is_null(certificate))
        return members_error(err, path, "certificate", "only null is possible here, which takes the certificate away");
    if (uploaded + local_ca + (certificate != NULL) > 1)
        return members_error(err, path, uploaded ? "certificate_pem" : "certificate",
                             "give one of certificate_pem with key_pem, local_ca, and \"certificate\": null");
    *ret_given = uploaded || local_ca || certificate;
    if (uploaded)
        return read_pairs(core, json, path, site, err);
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
    if (!api_site_certificates(core, json, path, site, &given, err)) {
        site_unref(site);
        return false;
    }
    *ret = site;
    return true;
}
