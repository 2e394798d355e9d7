/* Keys that wait for their certificates. Which belong together, libcrypto tells by loading both. */
#include "control/certificate_request.h"

#include "base/log.h"
#include "control/record.h"
#include "crypto/csr.h"
#include "os/clock.h"

/* A key of 2048 bits is 1.2 KB. */
#define KEY_SIZE_MAX 65536

static bool count_one(void *context, const struct store_request *request)
{
    (void)request;
    ++*(size_t *)context;
    return true;
}

static bool has_room(struct core *core, const struct site *site, struct err *err)
{
    size_t count = 0;
    if (!store_requests(core->store, site->name, false, count_one, &count, err))
        return false;
    if (count < CERTIFICATE_REQUESTS_COUNT_MAX)
        return true;
    (void)err_set(err, ERR_CONFLICT, "%.*s has %zu requests already", STR_ARG(site->name), count);
    return err_fix(err, "remove those that were never sent: strictgate cert csr %.*s --list", STR_ARG(site->name));
}

static bool make(const struct site *site, const struct key *key, struct str common_name, struct buf *request,
                 struct buf *secret, struct err *err)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    for (size_t i = 0; i < site_names_count(site); i++)
        names[i] = name_in_certificate(site_name(site, i));
    return csr_make(key, common_name, names, site_names_count(site), request, err) && key_to_der(key, secret, err);
}

static bool keep(struct core *core, const struct site *site, struct str der, struct str secret, struct str actor,
                 int64_t *ret_id, struct err *err)
{
    struct record record;
    const struct store_request request = {.site = site->name, .der = der, .key = secret, .made_s = clock_wall_s()};
    record_init(&record, actor, STR("certificate.request"), site->name, request.made_s);
    bool fine = store_put_request(core->store, &request, &record.entry, ret_id, err);
    record_fini(&record);
    return fine;
}

bool certificate_request_make(struct core *core, const struct site *site, enum cert_side side, struct str common_name,
                              struct str actor, int64_t *ret_id, struct err *err)
{
    struct buf request, secret;
    if (!has_room(core, site, err))
        return false;
    struct key *key = key_generate(side == CERT_SIDE_RSA ? KEY_RSA : KEY_ECDSA, err);
    if (!key)
        return false;
    buf_init(&request, CSR_SIZE_MAX);
    buf_init_secret(&secret, KEY_SIZE_MAX);
    bool fine = make(site, key, common_name, &request, &secret, err) &&
                keep(core, site, buf_str(&request), buf_str(&secret), actor, ret_id, err);
    buf_fini(&request);
    buf_fini(&secret);
    key_free(key);
    return fine;
}

bool certificate_request_remove(struct core *core, const struct site *site, int64_t id, struct str actor,
                                struct err *err)
{
    struct record record;
    record_init(&record, actor, STR("certificate.request.remove"), site->name, clock_wall_s());
    bool fine = store_remove_request(core->store, site->name, id, &record.entry, err);
    record_fini(&record);
    if (!fine)
        (void)err_fix(err, "\"strictgate cert csr %.*s --list\" lists them", STR_ARG(site->name));
    return fine;
}

/* What was given without a key, and looks for it among those of the requests. */
struct search {
    const json_t *json;
    const char *path;
    struct intake *ret;
    bool found;
};

static bool try_key(void *context, const struct store_request *request)
{
    struct search *search = context;
    struct intake intake;
    search->found = intake_read_with(search->json, search->path, request->key, &intake, NULL);
    if (search->found)
        *search->ret = intake;
    else
        intake_fini(&intake);
    return !search->found;
}

bool certificate_intake(struct core *core, const struct site *site, const json_t *json, const char *path,
                        struct intake *ret, struct err *err)
{
    struct err why = {0};
    struct search search = {.json = json, .path = path, .ret = ret};
    if (intake_read(json, path, ret, &why))
        return true;
    if (site && ret->count == 0 && ret->fault == CERT_FAULT_NO_KEY &&
        store_requests(core->store, site->name, true, try_key, &search, &why) && search.found)
        return true;
    if (err)
        *err = why;
    return false;
}

/* A certificate that was stored, and the request it came for. */
struct match {
    struct str leaf;
    int64_t id; /* 0: none */
};

static bool try_request(void *context, const struct store_request *request)
{
    struct match *match = context;
    struct csr *csr;
    if (!csr_read(request->der, &csr, NULL))
        return true;
    if (csr_is_of_certificate(csr, match->leaf))
        match->id = request->id;
    csr_free(csr);
    return match->id == 0;
}

static void end_one(struct core *core, const struct site *site, const struct certificate *certificate)
{
    struct err err = {0};
    struct match match = {.leaf = certificate->chain[0]};
    if (store_requests(core->store, site->name, false, try_request, &match, &err) &&
        (match.id == 0 || certificate_request_remove(core, site, match.id, STR("strictgate"), &err)))
        return;
    log_warning("the request of a certificate of %.*s could not be removed: %s", STR_ARG(site->name), err.text);
}

void certificate_requests_done(struct core *core, const struct site *site)
{
    const struct str ids[] = {site->ecdsa, site->rsa, site->drawer.ecdsa, site->drawer.rsa};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const struct certificate *certificate = ids[i].size ? certificates_get(core->certificates, ids[i], NULL) : NULL;
        if (certificate)
            end_one(core, site, certificate);
    }
}
