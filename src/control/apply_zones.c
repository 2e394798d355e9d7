/* Zones of the DNS of a declarative set: {"zone", "server", "key", "algorithm", "secret"}. */
#include <stdlib.h>

#include "codec/base64.h"
#include "control/apply_part.h"
#include "control/dns_zones.h"
#include "control/record.h"
#include "os/clock.h"
#include "store/members.h"

#define TEXT_SIZE_MAX 512

struct content {
    struct str server, key, algorithm; /* views of the request, which is there until all is done */
    struct buf secret;                 /* decoded: the one that is given, or the present one */
    bool has_secret;                   /* is given */
};

static void free_content(void *content)
{
    struct content *c = content;
    if (!c)
        return;
    buf_fini(&c->secret);
    free(c);
}

static json_t *shown(struct str zone, struct str server, struct str key, struct str algorithm)
{
    return json_pack("{s:s%, s:s%, s:s%, s:s%}", "zone", zone.data, zone.size, "server", server.data, server.size,
                     "key", key.data, key.size, "algorithm", algorithm.data, algorithm.size);
}

/* What is there of the zone. */
struct search {
    struct str zone;
    struct content *content;
    json_t *before;
    bool fine, is_same_secret;
};

static bool look_at(void *context, const struct store_dns_zone *row)
{
    struct search *s = context;
    struct content *c = s->content;
    if (!str_eq(row->zone, s->zone))
        return true;
    s->before = shown(row->zone, row->server, row->key_name, row->algorithm);
    s->fine = s->before != NULL;
    s->is_same_secret = c->has_secret && str_eq(buf_str(&c->secret), row->secret);
    if (s->fine && !c->has_secret && str_eq(row->key_name, c->key))
        s->fine = buf_put_str(&c->secret, row->secret);
    return false;
}

static bool read_secret(struct content *c, const json_t *json, struct err *err)
{
    struct str secret = {NULL, 0};
    if (!members_str(json, "", "secret", 2 * DNS_SECRET_SIZE_MAX, &secret, err))
        return false;
    c->has_secret = secret.data != NULL;
    if (!c->has_secret || base64_decode(BASE64_STANDARD, secret, &c->secret))
        return true;
    (void)err_field(err, "secret", "it is not Base64");
    return err_fix(err, "give the secret as it stands in the DNS server's configuration");
}

static bool need_secret(const struct content *c, const struct search *found, struct err *err)
{
    if (c->has_secret || c->secret.size)
        return true;
    (void)err_field(err, "secret", found->before ? "another key has another secret" : "the key's secret is needed");
    return err_fix(err, "give the secret as it stands in the DNS server's configuration");
}

/* The zone as it would become, into `room`, beside what is there. */
static bool settle(struct core *core, struct content *c, struct search *found, struct str typed,
                   char room[static DNS_NAME_TEXT_SIZE], struct err *err)
{
    struct dns_name name;
    found->zone = dns_name_from(typed, &name) ? dns_name_text(&name, room) : typed;
    if (!store_dns_zones(core->store, look_at, found, err))
        return false;
    if (!found->fine)
        return err_memory(err);
    const struct store_dns_zone zone = {.zone = typed,
                                        .server = c->server,
                                        .key_name = c->key,
                                        .algorithm = c->algorithm,
                                        .secret = buf_str(&c->secret)};
    return need_secret(c, found, err) && dns_zone_check(&zone, room, &found->zone, err);
}

/* Takes the content. */
static bool add(struct apply_parts *parts, struct content *take_content, struct search *found, struct err *err)
{
    struct apply_part part = {
        .kind = &apply_zones, .name = found->zone, .content = take_content, .before = found->before};
    part.after = shown(found->zone, take_content->server, take_content->key, take_content->algorithm);
    found->before = NULL;
    bool fine = part.after || err_memory(err);
    if (fine && take_content->has_secret && !found->is_same_secret)
        fine = apply_parts_secret("secret", part.before != NULL, true, part.before, part.after, err);
    if (fine)
        return apply_parts_add(parts, &part, err);
    json_decref(part.before);
    json_decref(part.after);
    free_content(take_content);
    return false;
}

static bool read_content(struct content *c, const json_t *json, struct str *ret_zone, struct err *err)
{
    static const char *const members[] = {"zone", "server", "key", "algorithm", "secret", NULL};
    return members_only(json, "", members, err) && members_str(json, "", "zone", TEXT_SIZE_MAX, ret_zone, err) &&
           members_str(json, "", "server", TEXT_SIZE_MAX, &c->server, err) &&
           members_str(json, "", "key", TEXT_SIZE_MAX, &c->key, err) &&
           members_str(json, "", "algorithm", TEXT_SIZE_MAX, &c->algorithm, err) && read_secret(c, json, err);
}

static bool declare(struct core *core, const json_t *json, struct apply_parts *parts, struct err *err)
{
    char room[DNS_NAME_TEXT_SIZE];
    struct str zone = {NULL, 0};
    struct content *c = calloc(1, sizeof *c);
    if (!c)
        return err_memory(err);
    struct search found = {.content = c, .fine = true};
    buf_init_secret(&c->secret, 2 * DNS_SECRET_SIZE_MAX);
    c->algorithm = STR("hmac-sha256");
    if (read_content(c, json, &zone, err) && settle(core, c, &found, zone, room, err) &&
        apply_parts_name(parts, "zone", found.zone, err))
        return add(parts, c, &found, err);
    json_decref(found.before);
    free_content(c);
    return false;
}

/* Of the zones that are there: how many, and parts for those that go. */
struct census {
    struct apply_parts *parts;
    size_t count;
    bool removes, fine;
    struct err *err;
};

static bool count_zone(void *context, const struct store_dns_zone *row)
{
    struct census *census = context;
    census->count++;
    if (!census->removes || apply_parts_has(census->parts, row->zone))
        return true;
    const struct apply_part part = {.kind = &apply_zones,
                                    .name = row->zone,
                                    .before = shown(row->zone, row->server, row->key_name, row->algorithm)};
    census->fine = part.before ? apply_parts_add(census->parts, &part, census->err) : err_memory(census->err);
    return census->fine;
}

static bool finish(struct core *core, bool remove_others, struct apply_parts *parts, struct err *err)
{
    struct census census = {.parts = parts, .removes = remove_others, .fine = true, .err = err};
    if (!store_dns_zones(core->store, count_zone, &census, err) || !census.fine)
        return false;
    return apply_parts_total(parts, &apply_zones, census.count) <= DNS_ZONES_COUNT_MAX ||
           err_field(err, apply_zones.list, "there would be more than %d zones", DNS_ZONES_COUNT_MAX);
}

static bool write(struct core *core, const struct apply_part *part, struct str actor, struct err *err)
{
    const struct content *c = part->content;
    struct record record;
    struct store_dns_zone row = {.zone = part->name, .added_s = clock_wall_s()};
    if (c) {
        row.server = c->server;
        row.key_name = c->key;
        row.algorithm = c->algorithm;
        row.secret = buf_str(&c->secret);
    }
    record_init(&record, actor, c ? STR("dns.add") : STR("dns.remove"), STR(""), row.added_s);
    record.entry.reason = part->name;
    bool fine = store_put_dns_zone(core->store, &row, &record.entry, err);
    record_fini(&record);
    return fine;
}

/* They are read from the store each time. */
static void taken(struct core *core, const struct apply_part *part)
{
    (void)core;
    (void)part;
}

const struct apply_kind apply_zones = {.list = "dns_zones",
                                       .count_max = DNS_ZONES_COUNT_MAX,
                                       .declare = declare,
                                       .finish = finish,
                                       .write = write,
                                       .taken = taken,
                                       .free = free_content};
