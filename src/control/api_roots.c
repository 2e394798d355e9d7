/* /v1/private-roots: roots that the operator says are installed on all clients, so that guards may rely on them. */
#include "control/api_routes.h"
#include "control/record.h"
#include "control/watch.h"
#include "crypto/root.h"
#include "os/clock.h"
#include "store/jsonout.h"
#include "store/members.h"

static bool write_root(void *context, const struct store_root *root)
{
    struct jsonout *out = context;
    jsonout_object(out, NULL);
    jsonout_str(out, "fingerprint_sha256", root->fingerprint);
    jsonout_str(out, "subject", root->subject);
    jsonout_time(out, "not_after", root->not_after_s);
    jsonout_time(out, "declared", root->declared_s);
    jsonout_str(out, "certificate_pem", root->pem);
    jsonout_object_end(out);
    return buf_ok(out->out);
}

void api_roots_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    (void)request;
    jsonout_object(&out, NULL);
    jsonout_array(&out, "roots");
    bool fine = store_roots(core->store, write_root, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

static bool save(struct core *core, const struct api_request *request, const struct store_root *root, struct err *err)
{
    struct record record;
    bool declares = root->pem.size > 0;
    record_init(&record, request->context.actor, declares ? STR("root.declare") : STR("root.withdraw"), STR(""),
                root->declared_s);
    record.entry.reason = root->fingerprint;
    bool fine = store_put_root(core->store, root, &record.entry, err);
    record_fini(&record);
    if (fine)
        watch_doubt(core->watch);
    return fine;
}

static bool declare(struct core *core, const struct api_request *request, struct str pem, struct err *err)
{
    struct arena arena;
    struct root root;
    int64_t now_s = clock_wall_s();
    arena_init(&arena, 4 * CERT_FILE_SIZE_MAX);
    bool fine = root_read(pem, now_s, &arena, &root, err);
    if (fine) {
        const struct store_root row = {.fingerprint = str_from(root.fingerprint),
                                       .subject = root.subject,
                                       .pem = root.pem,
                                       .not_after_s = root.not_after_s,
                                       .declared_s = now_s};
        fine = save(core, request, &row, err);
    }
    arena_fini(&arena);
    return fine;
}

static bool withdraw(struct core *core, const struct api_request *request, struct str fingerprint, struct err *err)
{
    const struct store_root row = {.fingerprint = fingerprint, .declared_s = clock_wall_s()};
    return save(core, request, &row, err);
}

void api_roots_declare(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"certificate_pem", "withdraw", NULL};
    struct err err = {0};
    struct str pem = {NULL, 0}, fingerprint = {NULL, 0};
    bool fine = members_only(request->json, "", members, &err) &&
                members_str(request->json, "", "certificate_pem", CERT_FILE_SIZE_MAX, &pem, &err) &&
                members_str(request->json, "", "withdraw", CERT_FINGERPRINT_SIZE, &fingerprint, &err);
    if (fine && (pem.size > 0) == (fingerprint.size > 0))
        fine = err_field(&err, "certificate_pem", "give either the root, or the fingerprint of one to withdraw");
    fine = fine && (pem.size ? declare(core, request, pem, &err) : withdraw(core, request, fingerprint, &err));
    if (fine)
        api_roots_get(core, request, reply);
    else
        api_fail(reply, &err);
}
