/*
 * POST /v1/sites/NAME/subdomains/transfer: names out of a whole zone, asked of one of its servers (AXFR). The secret of
 * a key that comes with the request is used once and wiped.
 */
#include "control/api_subdomains.h"

#include <stdlib.h>

#include "codec/base64.h"
#include "control/subnames.h"
#include "crypto/wipe.h"
#include "dns/transfer.h"
#include "os/clock.h"
#include "store/members.h"

/* A zone of some hundred thousand records over a slow line. */
#define TRANSFER_LIMIT_MS 300000
#define TEXT_SIZE_MAX     512
/* In Base64; longer than any hash has use for (RFC 2104). */
#define SECRET_TEXT_SIZE_MAX 1024
#define DNS_PORT             53

struct transfer_later {
    struct api_later later;
    struct core *core;
    struct arena arena;
    struct str site, actor;
    struct dns_transfer transfer;
    struct tsig_key key;
    struct buf secret;
    struct subname_intake intake;
    struct inventory_reader *reader;
    bool fine; /* it was transferred; else: */
    struct err err;
};

/* ---- on a thread ---- */

static bool on_record(void *context, const struct dns_transfer_record *record, struct err *err)
{
    struct transfer_later *l = context;
    return inventory_record(l->reader, record->owner, record->type, record->target, err);
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct transfer_later *l = container_of(errand, struct transfer_later, later.errand);
    const struct dns_transfer_to to = {.on_record = on_record, .context = l};
    struct dns_transferred ignored;
    l->fine = dns_transfer(&l->transfer, deadline, clock_wall_s(), &to, &ignored, &l->err) &&
              inventory_end(l->reader, &l->err);
    wipe_bytes(l->secret.data, l->secret.capacity);
}

/* ---- the answer ---- */

/* The site may have gone meanwhile. */
static void write(struct api_later *later, struct api_reply *reply)
{
    struct transfer_later *l = container_of(later, struct transfer_later, later);
    struct subname_taken taken;
    struct inventory_counts counts = inventory_counted(l->reader);
    if (l->fine && !state_find(&l->core->state, l->site)) {
        api_no_site(l->site, reply);
        return;
    }
    if (!l->fine || !subname_intake_store(l->core, l->site, &l->intake, l->actor, &taken, &l->err)) {
        api_fail(reply, &l->err);
        return;
    }
    api_subdomains_taken(&l->intake, &taken, &counts, "transfer", reply);
    subnames_changed(l->core, l->site);
}

static void free_later(struct api_later *later)
{
    struct transfer_later *l = container_of(later, struct transfer_later, later);
    inventory_free(l->reader);
    subname_intake_fini(&l->intake);
    buf_fini(&l->secret);
    arena_fini(&l->arena);
    free(l);
}

/* ---- the question ---- */

static bool read_name(struct str text, const char *field, struct dns_name *ret, struct err *err)
{
    if (text.size && dns_name_from(text, ret))
        return true;
    (void)err_field(err, field, "\"%.*s\" is no name", STR_ARG(str_part(text, 0, 200)));
    return err_fix(err, "give it such as example.org");
}

static bool read_secret(struct str text, struct transfer_later *l, struct err *err)
{
    if (text.size && base64_decode(BASE64_STANDARD, text, &l->secret) && l->secret.size) {
        l->key.secret = buf_str(&l->secret);
        return true;
    }
    (void)err_field(err, "key.secret", "it is no secret in Base64");
    return err_fix(err, "give the one that the server has for this key");
}

static bool read_key(const json_t *json, struct transfer_later *l, struct err *err)
{
    static const char *const members[] = {"name", "algorithm", "secret", NULL};
    const json_t *key = json_object_get(json, "key");
    struct str name = STR(""), algorithm = STR("hmac-sha256"), secret = STR("");
    if (!key || json_is_null(key))
        return true;
    if (!members_only(key, "key.", members, err) || !members_str(key, "key.", "name", TEXT_SIZE_MAX, &name, err) ||
        !members_str(key, "key.", "algorithm", TEXT_SIZE_MAX, &algorithm, err) ||
        !members_str(key, "key.", "secret", SECRET_TEXT_SIZE_MAX, &secret, err) ||
        !read_name(name, "key.name", &l->key.name, err))
        return false;
    if (!tsig_algorithm_from(algorithm, &l->key.algorithm)) {
        (void)err_field(err, "key.algorithm", "\"%.*s\" is not known", STR_ARG(str_part(algorithm, 0, 200)));
        return err_fix(err, "use hmac-sha256 or hmac-sha512");
    }
    l->transfer.key = &l->key;
    return read_secret(secret, l, err);
}

static bool read_server(const json_t *json, struct transfer_later *l, struct err *err)
{
    struct str server = STR("");
    uint32_t port = DNS_PORT;
    if (!members_str(json, "", "server", TEXT_SIZE_MAX, &server, err) ||
        !members_u32(json, "", "port", 1, UINT16_MAX, &port, err))
        return false;
    if (os_address_parse(server, (uint16_t)port, &l->transfer.server))
        return true;
    (void)err_field(err, "server", "\"%.*s\" is no address", STR_ARG(str_part(server, 0, 200)));
    return err_fix(err, "give the IP address of a name server of the zone that lets this machine transfer it");
}

static bool read_request(const struct api_request *request, const struct site *site, struct transfer_later *l,
                         struct err *err)
{
    static const char *const members[] = {"server", "port", "zone", "key", NULL};
    struct str domain, zone;
    if (!subname_domain(site, &domain, err))
        return false;
    zone = domain;
    const struct inventory_to to = subname_intake_to(&l->intake);
    if (!members_only(request->json, "", members, err) ||
        !members_str(request->json, "", "zone", TEXT_SIZE_MAX, &zone, err) ||
        !read_name(zone, "zone", &l->transfer.zone, err) || !read_server(request->json, l, err) ||
        !read_key(request->json, l, err))
        return false;
    if (!arena_str(&l->arena, site->name, &l->site) || !arena_str(&l->arena, request->context.actor, &l->actor))
        return err_memory(err);
    return inventory_new(INVENTORY_ZONE, domain, STR(""), &to, &l->reader, err);
}

static struct transfer_later *later_new(struct core *core)
{
    struct transfer_later *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->core = core;
    arena_init(&l->arena, 2 * TEXT_SIZE_MAX + API_TYPED_NAME_SIZE_MAX);
    buf_init_secret(&l->secret, SECRET_TEXT_SIZE_MAX);
    subname_intake_init(&l->intake, SUBNAME_TRANSFER);
    l->later = (struct api_later){
        .errand = {.limit_ms = TRANSFER_LIMIT_MS, .is_slow = true, .work = work, .on_done = api_later_done},
        .write = write,
        .free = free_later};
    return l;
}

void api_subdomains_transfer(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    struct transfer_later *l = later_new(core);
    if (l && read_request(request, site, l, &err)) {
        reply->later = &l->later;
        return;
    }
    if (!l)
        (void)err_memory(&err);
    else
        free_later(&l->later);
    api_fail(reply, &err);
}
