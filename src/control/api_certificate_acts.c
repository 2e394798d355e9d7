/* /v1/sites/NAME/certificates/export and /v1/sites/NAME/certificate-requests: what is done about keys. */
#include "control/api_routes.h"
#include "control/certificate_export.h"
#include "control/certificate_request.h"
#include "crypto/csr.h"
#include "crypto/export.h"
#include "store/jsonout.h"
#include "store/members.h"

/* "ecdsa" or "rsa"; absent: *ret stays. */
static bool read_side(const json_t *json, const char *member, enum cert_side *ret, struct err *err)
{
    static const char *const names[] = {"ecdsa", "rsa", NULL};
    uint32_t choice = *ret;
    if (!members_choice(json, "", member, names, &choice, err))
        return false;
    *ret = (enum cert_side)choice;
    return true;
}

void api_certificate_export(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"side", "password", NULL};
    struct err err = {0};
    struct str password = {NULL, 0};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    /* Without a word on it, what nearly all clients get. */
    enum cert_side side = site->ecdsa.size ? CERT_SIDE_ECDSA : CERT_SIDE_RSA;
    if (!members_only(request->json, "", members, &err) || !read_side(request->json, "side", &side, &err) ||
        !members_str(request->json, "", "password", EXPORT_PASSWORD_SIZE_MAX, &password, &err) ||
        !certificate_export(core, site, side, password, request->context.actor, &reply->body, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->content_type = "application/x-pkcs12";
}

static void write_names(const struct csr *csr, struct jsonout *out)
{
    jsonout_array(out, "names");
    for (size_t i = 0; i < csr_names_count(csr); i++)
        jsonout_str(out, NULL, csr_name(csr, i));
    jsonout_array_end(out);
}

static bool write_request(void *context, const struct store_request *request)
{
    struct jsonout *out = context;
    struct csr *csr;
    struct buf pem;
    jsonout_object(out, NULL);
    jsonout_i64(out, "id", request->id);
    jsonout_time(out, "made", request->made_s);
    if (csr_read(request->der, &csr, NULL)) {
        jsonout_str(out, "common_name", csr_common_name(csr));
        write_names(csr, out);
        csr_free(csr);
    }
    buf_init(&pem, 2 * CSR_SIZE_MAX);
    if (csr_to_pem(request->der, &pem))
        jsonout_str(out, "request_pem", buf_str(&pem));
    buf_fini(&pem);
    jsonout_object_end(out);
    return buf_ok(out->out);
}

static void write_requests(struct core *core, const struct site *site, struct api_reply *reply)
{
    struct err err = {0};
    struct jsonout out = {.out = &reply->body};
    jsonout_object(&out, NULL);
    jsonout_array(&out, "requests");
    bool fine = store_requests(core->store, site->name, false, write_request, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

void api_requests_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct site *site = state_find(&core->state, request->name);
    if (site)
        write_requests(core, site, reply);
    else
        api_no_site(request->name, reply);
}

/* All requests of the site are the answer; the new one is the last. */
void api_request_make(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"key", "common_name", NULL};
    struct err err = {0};
    struct str common_name = {NULL, 0};
    enum cert_side side = CERT_SIDE_ECDSA;
    int64_t id;
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!members_only(request->json, "", members, &err) || !read_side(request->json, "key", &side, &err) ||
        !members_str(request->json, "", "common_name", NAME_SIZE_MAX, &common_name, &err) ||
        !certificate_request_make(core, site, side, common_name, request->context.actor, &id, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 201;
    write_requests(core, site, reply);
}

void api_request_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"id", NULL};
    struct err err = {0};
    int64_t id = 0;
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!members_only(request->json, "", members, &err) ||
        !members_i64(request->json, "", "id", 0, INT64_MAX / 2, &id, &err) ||
        !certificate_request_remove(core, site, id, request->context.actor, &err)) {
        api_fail(reply, &err);
        return;
    }
    write_requests(core, site, reply);
}
