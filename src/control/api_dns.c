/* /v1/dns: zones of the DNS that may be changed from here, with keys that go in and never come out. */
#include <stdlib.h>

#include "codec/base64.h"
#include "codec/name.h"
#include "control/api_routes.h"
#include "control/dns_proof.h"
#include "control/dns_zones.h"
#include "control/hooks.h"
#include "control/record.h"
#include "os/clock.h"
#include "store/jsonout.h"
#include "store/members.h"

/* Of the texts in a request; what is within is checked further. */
#define TEXT_SIZE_MAX 512

static bool write_zone(void *context, const struct store_dns_zone *zone)
{
    struct jsonout *out = context;
    jsonout_object(out, NULL);
    jsonout_str(out, "zone", zone->zone);
    jsonout_str(out, "server", zone->server);
    jsonout_str(out, "key", zone->key_name);
    jsonout_str(out, "algorithm", zone->algorithm);
    jsonout_time(out, "added", zone->added_s);
    jsonout_object_end(out);
    return buf_ok(out->out);
}

void api_dns_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    (void)request;
    jsonout_object(&out, NULL);
    jsonout_array(&out, "zones");
    bool fine = store_dns_zones(core->store, write_zone, &out, &err);
    jsonout_array_end(&out);
    jsonout_bool(&out, "hook", core->hooks && hook_caller_has(core->hooks, HOOK_DNS));
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

/* Counts, and notices whether one zone is among them. */
struct census {
    struct str zone;
    size_t count;
    bool found;
};

static bool count_zone(void *context, const struct store_dns_zone *zone)
{
    struct census *census = context;
    census->count++;
    census->found = census->found || str_eq(zone->zone, census->zone);
    return true;
}

static bool save(struct core *core, const struct api_request *request, const struct store_dns_zone *zone,
                 struct err *err)
{
    struct record record;
    record_init(&record, request->context.actor, zone->server.size ? STR("dns.add") : STR("dns.remove"), STR(""),
                zone->added_s);
    record.entry.reason = zone->zone;
    bool fine = store_put_dns_zone(core->store, zone, &record.entry, err);
    record_fini(&record);
    return fine;
}

static bool add_checked(struct core *core, const struct api_request *request, struct store_dns_zone *zone,
                        struct err *err)
{
    char room[DNS_NAME_TEXT_SIZE];
    if (!dns_zone_check(zone, room, &zone->zone, err))
        return false;
    struct census census = {.zone = zone->zone};
    if (!store_dns_zones(core->store, count_zone, &census, err))
        return false;
    if (!census.found && census.count >= DNS_ZONES_COUNT_MAX)
        return err_field(err, "zone", "there are %d zones already, the most that are kept", DNS_ZONES_COUNT_MAX);
    return save(core, request, zone, err);
}

static bool add(struct core *core, const struct api_request *request, struct store_dns_zone *zone, struct str secret,
                struct err *err)
{
    struct buf decoded;
    buf_init_secret(&decoded, 2 * DNS_SECRET_SIZE_MAX);
    bool fine = base64_decode(BASE64_STANDARD, secret, &decoded);
    if (!fine) {
        (void)err_field(err, "secret", "it is not Base64");
        (void)err_fix(err, "give the secret as it stands in the DNS server's configuration");
    }
    zone->secret = buf_str(&decoded);
    fine = fine && add_checked(core, request, zone, err);
    buf_fini(&decoded);
    return fine;
}

static bool take_out(struct core *core, const struct api_request *request, struct str text, struct err *err)
{
    char room[DNS_NAME_TEXT_SIZE];
    struct dns_name zone;
    if (!dns_name_from(text, &zone))
        return err_field(err, "remove", "\"%.*s\" is no name of a zone", STR_ARG(str_part(text, 0, 200)));
    struct census census = {.zone = dns_name_text(&zone, room)};
    if (!store_dns_zones(core->store, count_zone, &census, err))
        return false;
    if (!census.found) {
        (void)err_set(err, ERR_NOT_FOUND, "there is no key for the zone %.*s here", STR_ARG(census.zone));
        return err_fix(err, "strictgate dns list shows the zones");
    }
    return save(core, request, &(struct store_dns_zone){.zone = census.zone, .added_s = clock_wall_s()}, err);
}

static bool change(struct core *core, const struct api_request *request, struct err *err)
{
    static const char *const members[] = {"zone", "server", "key", "algorithm", "secret", "remove", NULL};
    const json_t *json = request->json;
    struct store_dns_zone zone = {.algorithm = STR("hmac-sha256"), .added_s = clock_wall_s()};
    struct str secret = {NULL, 0}, gone = {NULL, 0};
    if (!members_only(json, "", members, err) || !members_str(json, "", "zone", TEXT_SIZE_MAX, &zone.zone, err) ||
        !members_str(json, "", "server", TEXT_SIZE_MAX, &zone.server, err) ||
        !members_str(json, "", "key", TEXT_SIZE_MAX, &zone.key_name, err) ||
        !members_str(json, "", "algorithm", TEXT_SIZE_MAX, &zone.algorithm, err) ||
        !members_str(json, "", "secret", 2 * DNS_SECRET_SIZE_MAX, &secret, err) ||
        !members_str(json, "", "remove", TEXT_SIZE_MAX, &gone, err))
        return false;
    if ((gone.size > 0) == (zone.zone.size > 0))
        return err_field(err, "zone", "give either a zone to add, or one to remove");
    return gone.size ? take_out(core, request, gone, err) : add(core, request, &zone, secret, err);
}

void api_dns_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    if (change(core, request, &err))
        api_dns_get(core, request, reply);
    else
        api_fail(reply, &err);
}

/* ---- the dry run ---- */

struct rehearsal {
    struct api_later later;
    struct dns_zones zones;
    struct hook_caller *hooks;
    struct name name;
    bool fine;
    char left_out[DNS_LEFT_OUT_SIZE];
    struct err err;
};

static void rehearse(struct errand *errand, const struct deadline *deadline)
{
    struct rehearsal *r = container_of(errand, struct rehearsal, later.errand);
    const struct dns_proof_ways ways = {.zones = &r->zones, .hooks = r->hooks};
    r->fine = dns_proof_rehearse(&ways, name_str(&r->name), deadline, r->left_out, &r->err);
}

static void write_rehearsal(struct api_later *later, struct api_reply *reply)
{
    struct rehearsal *r = container_of(later, struct rehearsal, later);
    struct jsonout out = {.out = &reply->body};
    if (!r->fine) {
        api_fail(reply, &r->err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_str(&out, "name", name_str(&r->name));
    jsonout_bool(&out, "works", true);
    if (r->left_out[0])
        jsonout_str(&out, "left_out", str_from(r->left_out));
    jsonout_object_end(&out);
}

static void free_rehearsal(struct api_later *later)
{
    struct rehearsal *r = container_of(later, struct rehearsal, later);
    dns_zones_fini(&r->zones);
    free(r);
}

void api_dns_test(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"name", NULL};
    struct err err = {0};
    struct str text = {NULL, 0};
    struct rehearsal *r = calloc(1, sizeof *r);
    bool fine = r ? true : err_memory(&err);
    fine = fine && members_only(request->json, "", members, &err) &&
           members_str(request->json, "", "name", API_TYPED_NAME_SIZE_MAX, &text, &err) &&
           name_read(text, "name", &r->name, &err) && dns_zones_load(core->store, &r->zones, &err);
    if (!fine) {
        free(r);
        api_fail(reply, &err);
        return;
    }
    r->hooks = core->hooks;
    r->later = (struct api_later){
        .errand = {.limit_ms = DNS_PROOF_UP_MS, .is_slow = true, .work = rehearse, .on_done = api_later_done},
        .write = write_rehearsal,
        .free = free_rehearsal};
    reply->later = &r->later;
}
