/*
 * Two passes: the first counts rows and chooses certificates, which fixes where each table and the bytes behind them
 * begin; the second checks and fills row by row, in the order of the input, so that equal inputs give equal blobs.
 */
#include "snapshot/build.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>

#include "snapshot/counters.h"
#include "snapshot/hash.h"
#include "snapshot/intern.h"
#include "snapshot/limits.h"
#include "snapshot/read.h"

/* At most half of the places are taken, so that a search for an unknown name is short. */
#define NAMES_COUNT_MIN 8u

/* Rows beyond this, of all tables but sites, are refused: they would not fit into SNAP_SIZE_MAX anyway. */
#define ROWS_COUNT_MAX ((size_t)1 << 22)

struct builder {
    const struct build_input *input;
    /* First pass. */
    size_t names_count, routes_count, groups_count, upstreams_count, certificates_count;
    uint32_t *certificate_rows; /* by index of the input: row, or SNAPSHOT_NONE while unused */
    /* Second pass. */
    unsigned char *tables; /* the blob up to where its bytes begin */
    size_t tables_size;
    struct snap_header *header; /* in tables, and so are the next ones */
    struct snap_name *names;
    struct snap_site *sites;
    struct snap_route *routes;
    struct snap_group *groups;
    struct snap_upstream *upstreams;
    struct snap_certificate *certificates;
    struct snap_challenge *challenges;
    uint32_t routes_used, groups_used, upstreams_used;
    struct intern bytes;
    unsigned char site_slots[COUNTERS_SITES_MAX / 8]; /* a bit for each slot taken */
    uint64_t upstream_slots[COUNTERS_UPSTREAMS_MAX];  /* identity of the one that has it, or 0 */
    const struct build_route *sorted[SNAP_ROUTES_PER_SITE_MAX];
};

/* "the prefix "x" has an empty segment"; long or unprintable values are shown as far as they can be. */
static bool refuse(struct err *err, const char *field, struct str value, const char *wrong)
{
    char shown[80];
    size_t size = value.size < sizeof shown ? value.size : sizeof shown;
    for (size_t i = 0; i < size; i++)
        shown[i] = value.data[i] >= ' ' && value.data[i] <= '~' ? value.data[i] : '?';
    return err_field(err, field, "the %s \"%.*s\"%s %s", field, (int)size, shown, size < value.size ? "…" : "", wrong);
}

static bool refuse_number(struct err *err, const char *field, uint64_t value, uint64_t min, uint64_t max)
{
    return err_field(err, field, "the %s must be between %" PRIu64 " and %" PRIu64 ", not %" PRIu64, field, min, max,
                     value);
}

static bool check_number(struct err *err, const char *field, uint64_t value, uint64_t min, uint64_t max)
{
    return (value >= min && value <= max) || refuse_number(err, field, value, min, max);
}

/* ---- first pass ---- */

static bool check_input(const struct build_input *input, struct err *err)
{
    if (input->generation == 0)
        return err_field(err, "generation", "a snapshot's generation cannot be 0");
    if ((unsigned)input->tls_profile > SNAP_TLS_MODERN)
        return err_field(err, "tls_profile", "the TLS profile %u is unknown", (unsigned)input->tls_profile);
    if (input->sites_count > COUNTERS_SITES_MAX)
        return err_field(err, "sites", "%zu sites are more than the %u that can be served", input->sites_count,
                         COUNTERS_SITES_MAX);
    if (input->tickets_count > SNAP_TICKETS_COUNT_MAX)
        return refuse_number(err, "tickets", input->tickets_count, 0, SNAP_TICKETS_COUNT_MAX);
    if (input->certificates_count > ROWS_COUNT_MAX || input->challenges_count > ROWS_COUNT_MAX)
        return err_set(err, ERR_MEMORY, "too many certificates or challenges for one snapshot");
    return snapshot_limits_check(&input->limits, err);
}

static bool use_certificate(struct builder *b, uint32_t index, struct err *err)
{
    if (index == SNAPSHOT_NONE)
        return true;
    if (index >= b->input->certificates_count)
        return err_field(err, "certificate", "there is no certificate number %" PRIu32, index);
    b->certificate_rows[index] = 0; /* used; its row is given below */
    return true;
}

static bool count_site(struct builder *b, const struct build_site *site, struct err *err)
{
    if (site->routes_count > SNAP_ROUTES_PER_SITE_MAX)
        return refuse_number(err, "number of routes", site->routes_count, 0, SNAP_ROUTES_PER_SITE_MAX);
    if (site->aliases_count > ROWS_COUNT_MAX - 1 || b->names_count > ROWS_COUNT_MAX - 1 - site->aliases_count)
        return err_set(err, ERR_MEMORY, "too many names for one snapshot");
    b->names_count += 1 + site->aliases_count;
    b->routes_count += site->routes_count;
    for (size_t i = 0; i < site->routes_count; i++) {
        if (site->routes[i].kind != SNAP_ROUTE_PROXY)
            continue;
        size_t count = site->routes[i].group.upstreams_count;
        if (!check_number(err, "number of upstreams", count, 1, SNAP_UPSTREAMS_PER_GROUP_MAX))
            return false;
        b->groups_count++;
        b->upstreams_count += count;
    }
    if (b->upstreams_count > ROWS_COUNT_MAX)
        return err_set(err, ERR_MEMORY, "too many upstreams for one snapshot");
    return use_certificate(b, site->certificate_ecdsa, err) && use_certificate(b, site->certificate_rsa, err);
}

static bool same_certificate(const struct build_certificate *a, const struct build_certificate *b)
{
    if (a->chain_count != b->chain_count || !str_eq(a->key, b->key))
        return false;
    for (size_t i = 0; i < a->chain_count; i++)
        if (!str_eq(a->chain[i], b->chain[i]))
            return false;
    return true;
}

/* Finds the first certificate of the same identity in `places` (input indices by identity), or enters this one. */
static bool place_certificate(struct builder *b, uint32_t *places, size_t mask, uint32_t index, struct err *err)
{
    const struct build_certificate *given = b->input->certificates, *mine = &given[index];
    if (mine->identity == 0)
        return err_field(err, "certificate", "the certificate number %" PRIu32 " has no identity", index);
    size_t at = snapshot_hash(&mine->identity, sizeof mine->identity, 0) & mask;
    for (; places[at] != SNAPSHOT_NONE; at = (at + 1) & mask) {
        if (given[places[at]].identity != mine->identity)
            continue;
        if (!same_certificate(&given[places[at]], mine))
            return err_set(err, ERR_CONFLICT, "two different certificates have the identity %016" PRIx64,
                           mine->identity);
        b->certificate_rows[index] = b->certificate_rows[places[at]];
        return true;
    }
    places[at] = index;
    b->certificate_rows[index] = (uint32_t)b->certificates_count++;
    return true;
}

static size_t power_of_two(size_t at_least)
{
    size_t power = NAMES_COUNT_MIN;
    while (power < at_least)
        power *= 2;
    return power;
}

static bool choose_certificates(struct builder *b, struct err *err)
{
    size_t count = power_of_two(2 * b->input->certificates_count);
    uint32_t *places = malloc(count * sizeof *places);
    bool ok = places != NULL || err_memory(err);
    if (places)
        memset(places, 0xff, count * sizeof *places); /* SNAPSHOT_NONE */
    for (uint32_t i = 0; ok && i < b->input->certificates_count; i++)
        if (b->certificate_rows[i] != SNAPSHOT_NONE)
            ok = place_certificate(b, places, count - 1, i, err);
    free(places);
    return ok;
}

static bool site_context(struct err *err, const struct build_site *site)
{
    return err_context(err, "site %.*s", (int)(site->name.size < 100 ? site->name.size : 100),
                       site->name.data ? site->name.data : "");
}

static bool count_rows(struct builder *b, struct err *err)
{
    const struct build_input *input = b->input;
    b->certificate_rows = malloc((input->certificates_count + 1) * sizeof *b->certificate_rows);
    if (!b->certificate_rows)
        return err_memory(err);
    memset(b->certificate_rows, 0xff, (input->certificates_count + 1) * sizeof *b->certificate_rows);
    for (size_t i = 0; i < input->sites_count; i++)
        if (!count_site(b, &input->sites[i], err))
            return site_context(err, &input->sites[i]);
    return choose_certificates(b, err);
}

/* ---- layout ---- */

static struct snap_table next_table(uint64_t *offset, size_t count, size_t row_size)
{
    struct snap_table table = {(uint32_t)*offset, (uint32_t)count};
    *offset += (count * row_size + 7) & ~(uint64_t)7;
    return table;
}

static void fill_header(struct snap_header *header, const struct build_input *input)
{
    header->magic = SNAPSHOT_MAGIC;
    header->version = SNAPSHOT_VERSION;
    header->generation = input->generation;
    header->made_s = input->made_s;
    header->tls_profile = (uint32_t)input->tls_profile;
    header->limits = input->limits;
}

static bool lay_out(struct builder *b, struct err *err)
{
    const struct build_input *input = b->input;
    struct snap_header header = {0};
    size_t places = power_of_two(2 * b->names_count);
    uint64_t offset = sizeof header;
    fill_header(&header, input);
    header.names_mask = (uint32_t)(places - 1);
    header.names = next_table(&offset, places, sizeof *b->names);
    header.sites = next_table(&offset, input->sites_count, sizeof *b->sites);
    header.routes = next_table(&offset, b->routes_count, sizeof *b->routes);
    header.groups = next_table(&offset, b->groups_count, sizeof *b->groups);
    header.upstreams = next_table(&offset, b->upstreams_count, sizeof *b->upstreams);
    header.certificates = next_table(&offset, b->certificates_count, sizeof *b->certificates);
    header.tickets = next_table(&offset, input->tickets_count, sizeof *input->tickets);
    header.challenges = next_table(&offset, input->challenges_count, sizeof *b->challenges);
    if (offset > SNAP_SIZE_MAX)
        return err_set(err, ERR_MEMORY, "a snapshot of these sites would be larger than 1 GiB");
    b->tables_size = offset;
    b->tables = calloc(1, offset);
    if (!b->tables)
        return err_memory(err);
    memcpy(b->tables, &header, sizeof header);
    b->header = (void *)b->tables;
    b->names = (void *)(b->tables + header.names.offset);
    b->sites = (void *)(b->tables + header.sites.offset);
    b->routes = (void *)(b->tables + header.routes.offset);
    b->groups = (void *)(b->tables + header.groups.offset);
    b->upstreams = (void *)(b->tables + header.upstreams.offset);
    b->certificates = (void *)(b->tables + header.certificates.offset);
    b->challenges = (void *)(b->tables + header.challenges.offset);
    for (size_t i = 0; i < places; i++)
        b->names[i].site = SNAPSHOT_NONE;
    if (input->tickets_count)
        memcpy(b->tables + header.tickets.offset, input->tickets, input->tickets_count * sizeof *input->tickets);
    intern_init(&b->bytes, offset);
    return true;
}

/* ---- second pass: names ---- */

static struct str interned(const struct builder *b, struct snap_ref ref)
{
    return str_make(b->bytes.data + (ref.offset - b->bytes.base), ref.size);
}

static bool refuse_taken(struct err *err, struct str name, const struct build_site *owner,
                         const struct build_site *site)
{
    if (owner == site)
        return err_set(err, ERR_CONFLICT, "the name %.*s is listed twice", STR_ARG(name));
    return err_set(err, ERR_CONFLICT, "the name %.*s belongs to site %.*s already", STR_ARG(name),
                   STR_ARG(owner->name));
}

static bool add_name(struct builder *b, const char *field, struct str given, uint32_t site, struct snap_ref *ret,
                     struct err *err)
{
    char room[SNAP_NAME_SIZE_MAX + 3];
    struct str name;
    bool alias = ret == NULL;
    if (!snapshot_name_store(given, room, &name))
        return refuse(err, field, given, "is longer than 253 bytes");
    const char *wrong = snapshot_rule_name(name, alias);
    if (wrong)
        return refuse(err, field, given, wrong);
    struct snap_ref ref = intern_put(&b->bytes, name, false);
    if (b->bytes.failed)
        return err_memory(err);
    uint64_t hash = str_hash(name);
    uint32_t at = (uint32_t)hash & b->header->names_mask;
    for (; b->names[at].site != SNAPSHOT_NONE; at = (at + 1) & b->header->names_mask)
        if (b->names[at].hash == hash && str_eq(interned(b, b->names[at].name), name))
            return refuse_taken(err, given, &b->input->sites[b->names[at].site], &b->input->sites[site]);
    b->names[at] = (struct snap_name){.hash = hash, .name = ref, .site = site};
    if (ret)
        *ret = ref;
    return true;
}

/* ---- second pass: upstreams and groups ---- */

static uint32_t upstream_flags(const struct build_upstream *upstream)
{
    return (upstream->tls ? SNAP_UPSTREAM_TLS : 0u) | (upstream->unverified ? SNAP_UPSTREAM_TLS_UNVERIFIED : 0u);
}

uint64_t snapshot_upstream_identity(const struct build_upstream *upstream)
{
    const struct str parts[] = {upstream->label, upstream->address, upstream->tls_name, upstream->tls_roots};
    uint64_t hash = upstream_flags(upstream);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        hash = snapshot_hash(parts[i].data, parts[i].size, hash);
    return hash ? hash : 1;
}

static bool check_upstream(const struct build_upstream *upstream, struct err *err)
{
    const char *wrong;
    if (upstream->label.size == 0)
        return err_field(err, "upstream", "an upstream has no URL");
    if ((wrong = snapshot_rule_text(upstream->label)))
        return refuse(err, "upstream", upstream->label, wrong);
    if (upstream->address.size && (wrong = snapshot_rule_address(upstream->address)))
        return err_field(err, "upstream", "the address of the upstream %.*s %s", STR_ARG(upstream->label), wrong);
    if ((wrong = snapshot_rule_tls_name(upstream->tls_name, upstream_flags(upstream)))) {
        (void)err_field(err, "upstream", "the TLS name \"%.*s\" of the upstream %.*s %s", STR_ARG(upstream->tls_name),
                        STR_ARG(upstream->label), wrong);
        return err_fix(err, "use a host name in its URL, or turn verification off for it");
    }
    return check_number(err, "weight", upstream->weight, 1, SNAP_WEIGHT_MAX) &&
           check_number(err, "upstream slot", upstream->slot, 0, COUNTERS_UPSTREAMS_MAX - 1);
}

/* One endpoint may stand in many groups and shares its slot then; two endpoints may not share one. */
static bool take_upstream_slot(struct builder *b, uint32_t slot, uint64_t identity, struct err *err)
{
    if (b->upstream_slots[slot] && b->upstream_slots[slot] != identity)
        return err_set(err, ERR_CONFLICT, "two different upstreams have slot %" PRIu32, slot);
    b->upstream_slots[slot] = identity;
    return true;
}

static bool add_upstream(struct builder *b, const struct build_upstream *upstream, struct err *err)
{
    if (!check_upstream(upstream, err))
        return false;
    struct snap_upstream *row = &b->upstreams[b->upstreams_used++];
    row->label = intern_put(&b->bytes, upstream->label, false);
    row->address = intern_put(&b->bytes, upstream->address, true);
    row->tls_name = intern_put(&b->bytes, upstream->tls_name, false);
    row->tls_roots = intern_put(&b->bytes, upstream->tls_roots, false);
    row->identity = snapshot_upstream_identity(upstream);
    row->flags = upstream_flags(upstream);
    row->weight = upstream->weight;
    row->slot = upstream->slot;
    return take_upstream_slot(b, row->slot, row->identity, err);
}

static bool fill_health(struct builder *b, const struct build_group *group, struct snap_group *row, struct err *err)
{
    const char *wrong;
    if (group->health_interval_ms == 0)
        return true;
    if ((wrong = snapshot_rule_target(group->health_path)))
        return refuse(err, "health_path", group->health_path, wrong);
    if ((wrong = snapshot_rule_text(group->health_host)))
        return refuse(err, "health_host", group->health_host, wrong);
    row->health_interval_ms = group->health_interval_ms;
    row->health_timeout_ms = group->health_timeout_ms;
    row->health_path = intern_put(&b->bytes, group->health_path, false);
    row->health_host = intern_put(&b->bytes, group->health_host, false);
    return check_number(err, "health_interval_ms", row->health_interval_ms, SNAP_HEALTH_INTERVAL_MS_MIN,
                        SNAP_TIMEOUT_MS_MAX) &&
           check_number(err, "health_timeout_ms", row->health_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX);
}

static bool add_group(struct builder *b, const struct build_group *group, uint32_t *ret_index, struct err *err)
{
    struct snap_group *row = &b->groups[b->groups_used];
    if ((unsigned)group->balance > SNAP_BALANCE_ROUND_ROBIN)
        return err_field(err, "balance", "the balance %u is unknown", (unsigned)group->balance);
    row->balance = (uint32_t)group->balance;
    row->upstreams_first = b->upstreams_used;
    row->upstreams_count = (uint32_t)group->upstreams_count;
    row->connect_timeout_ms = group->connect_timeout_ms;
    row->first_byte_timeout_ms = group->first_byte_timeout_ms;
    row->idle_timeout_ms = group->idle_timeout_ms;
    if (!check_number(err, "connect_timeout_ms", row->connect_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX) ||
        !check_number(err, "first_byte_timeout_ms", row->first_byte_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX) ||
        !check_number(err, "idle_timeout_ms", row->idle_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX) ||
        !fill_health(b, group, row, err))
        return false;
    for (size_t i = 0; i < group->upstreams_count; i++)
        if (!add_upstream(b, &group->upstreams[i], err))
            return false;
    *ret_index = b->groups_used++;
    return true;
}

/* ---- second pass: routes ---- */

static bool fill_files(struct builder *b, const struct build_route *route, struct snap_route *row, struct err *err)
{
    const char *wrong;
    if ((wrong = snapshot_rule_folder(route->root)))
        return refuse(err, "root", route->root, wrong);
    if ((wrong = snapshot_rule_index(route->index)))
        return refuse(err, "index", route->index, wrong);
    row->root = intern_put(&b->bytes, route->root, false);
    row->index = intern_put(&b->bytes, route->index, false);
    row->strip_prefix = route->strip_prefix;
    return true;
}

static bool fill_fixed(struct builder *b, const struct build_route *route, struct snap_route *row, struct err *err)
{
    const char *wrong;
    if ((wrong = snapshot_rule_fixed(route->status, route->body)))
        return err_field(err, "status", "the status %" PRIu32 " of a fixed response %s", route->status, wrong);
    if ((wrong = snapshot_rule_text(route->content_type)))
        return refuse(err, "content_type", route->content_type, wrong);
    row->status = route->status;
    row->body = intern_put(&b->bytes, route->body, false);
    row->content_type = intern_put(&b->bytes, route->content_type, false);
    return true;
}

static bool fill_route_kind(struct builder *b, const struct build_route *route, struct snap_route *row, struct err *err)
{
    row->group = SNAPSHOT_NONE;
    switch (route->kind) {
    case SNAP_ROUTE_PROXY: return add_group(b, &route->group, &row->group, err);
    case SNAP_ROUTE_FILES: return fill_files(b, route, row, err);
    case SNAP_ROUTE_FIXED: return fill_fixed(b, route, row, err);
    }
    return err_field(err, "kind", "the kind of route %u is unknown", (unsigned)route->kind);
}

static bool add_route(struct builder *b, const struct build_route *route, struct err *err)
{
    const char *wrong = snapshot_rule_prefix(route->prefix);
    if (wrong)
        return refuse(err, "prefix", route->prefix, wrong);
    struct snap_route *row = &b->routes[b->routes_used++];
    row->kind = (uint32_t)route->kind;
    row->prefix = intern_put(&b->bytes, route->prefix, false);
    if (fill_route_kind(b, route, row, err))
        return true;
    return err_context(err, "route %.*s", (int)(route->prefix.size < 100 ? route->prefix.size : 100),
                       route->prefix.data);
}

/* Longest first, then by bytes: any fixed order would do. */
static int route_order(const void *left, const void *right)
{
    const struct build_route *const *l = left, *const *r = right;
    struct str a = snapshot_prefix_stem((*l)->prefix), b = snapshot_prefix_stem((*r)->prefix);
    if (a.size != b.size)
        return a.size > b.size ? -1 : 1;
    return a.size ? memcmp(a.data, b.data, a.size) : 0;
}

static bool add_routes(struct builder *b, const struct build_site *site, struct err *err)
{
    for (size_t i = 0; i < site->routes_count; i++)
        b->sorted[i] = &site->routes[i];
    qsort(b->sorted, site->routes_count, sizeof *b->sorted, route_order);
    for (size_t i = 0; i < site->routes_count; i++) {
        if (i > 0 && route_order(&b->sorted[i - 1], &b->sorted[i]) == 0) {
            (void)refuse(err, "prefix", b->sorted[i]->prefix,
                         "has two routes (with and without '/' at the end are the same)");
            if (err)
                err->code = ERR_CONFLICT;
            return false;
        }
        if (!add_route(b, b->sorted[i], err))
            return false;
    }
    return true;
}

/* ---- second pass: sites, certificates, challenges ---- */

static bool take_site_slot(struct builder *b, uint32_t slot, struct err *err)
{
    if (!check_number(err, "slot", slot, 0, COUNTERS_SITES_MAX - 1))
        return false;
    unsigned char bit = (unsigned char)(1u << slot % 8);
    if (b->site_slots[slot / 8] & bit)
        return err_set(err, ERR_CONFLICT, "slot %" PRIu32 " belongs to another site", slot);
    b->site_slots[slot / 8] |= bit;
    return true;
}

static bool fill_policy(struct builder *b, const struct build_site *site, struct snap_site *row, struct err *err)
{
    const char *wrong = site->hsts.size ? snapshot_rule_hsts(site->hsts) : NULL;
    if (wrong)
        return refuse(err, "hsts", site->hsts, wrong);
    if (site->hsts.size && snapshot_name_is_ip(interned(b, row->name))) {
        (void)err_field(err, "hsts",
                        "Strict-Transport-Security means nothing for an IP address (RFC 6797 section 8.1.1)");
        return err_fix(err, "give the site a host name");
    }
    if (site->flags & ~(uint32_t)SNAP_SITE_FLAGS_ALL)
        return err_field(err, "flags", "the flags %#" PRIx32 " are unknown", site->flags);
    if ((unsigned)site->redirect > SNAP_REDIRECT_PERMANENT)
        return err_field(err, "redirect", "the redirect %u is unknown", (unsigned)site->redirect);
    row->hsts = intern_put(&b->bytes, site->hsts, false);
    row->error_page = intern_put(&b->bytes, site->error_page, false);
    row->flags = site->flags;
    row->redirect = (uint32_t)site->redirect;
    row->https_port = site->https_port;
    return check_number(err, "https_port", site->https_port, 0, UINT16_MAX);
}

static uint32_t certificate_row(const struct builder *b, uint32_t index)
{
    return index == SNAPSHOT_NONE ? SNAPSHOT_NONE : b->certificate_rows[index];
}

static bool add_site(struct builder *b, uint32_t index, struct err *err)
{
    const struct build_site *site = &b->input->sites[index];
    struct snap_site *row = &b->sites[index];
    if (!add_name(b, "name", site->name, index, &row->name, err))
        return false;
    for (size_t i = 0; i < site->aliases_count; i++)
        if (!add_name(b, "alias", site->aliases[i], index, NULL, err))
            return false;
    if (!take_site_slot(b, site->slot, err) || !fill_policy(b, site, row, err))
        return false;
    row->slot = site->slot;
    row->certificate_ecdsa = certificate_row(b, site->certificate_ecdsa);
    row->certificate_rsa = certificate_row(b, site->certificate_rsa);
    row->routes_first = b->routes_used;
    row->routes_count = (uint32_t)site->routes_count;
    return add_routes(b, site, err);
}

/* Each certificate with its size in front. */
static bool frame_chain(const struct build_certificate *certificate, struct str *ret, struct err *err)
{
    size_t size = 0;
    if (certificate->chain_count == 0 || certificate->chain_count > SNAP_CHAIN_COUNT_MAX)
        return refuse_number(err, "number of certificates in a chain", certificate->chain_count, 1,
                             SNAP_CHAIN_COUNT_MAX);
    for (size_t i = 0; i < certificate->chain_count; i++) {
        if (!check_number(err, "size of a certificate", certificate->chain[i].size, 1, SNAP_DER_SIZE_MAX))
            return false;
        size += sizeof(uint32_t) + certificate->chain[i].size;
    }
    char *framed = malloc(size), *at = framed;
    if (!framed)
        return err_memory(err);
    for (size_t i = 0; i < certificate->chain_count; i++) {
        uint32_t part_size = (uint32_t)certificate->chain[i].size;
        memcpy(at, &part_size, sizeof part_size);
        memcpy(at + sizeof part_size, certificate->chain[i].data, part_size);
        at += sizeof part_size + part_size;
    }
    *ret = str_make(framed, size);
    return true;
}

static bool add_certificate(struct builder *b, const struct build_certificate *certificate,
                            struct snap_certificate *row, struct err *err)
{
    struct str framed;
    if (!check_number(err, "size of a private key", certificate->key.size, 1, SNAP_DER_SIZE_MAX) ||
        !frame_chain(certificate, &framed, err))
        return false;
    row->identity = certificate->identity;
    row->chain = intern_put(&b->bytes, framed, false);
    row->key = intern_put(&b->bytes, certificate->key, false);
    free((void *)(uintptr_t)framed.data);
    return true;
}

static bool add_certificates(struct builder *b, struct err *err)
{
    uint32_t next = 0; /* rows were given in the input's order: one already filled is a repetition */
    for (size_t i = 0; i < b->input->certificates_count; i++) {
        if (b->certificate_rows[i] != next)
            continue;
        if (!add_certificate(b, &b->input->certificates[i], &b->certificates[next], err))
            return err_context(err, "certificate %zu", i);
        next++;
    }
    return true;
}

static int challenge_order(const void *left, const void *right)
{
    const struct build_challenge *const *l = left, *const *r = right;
    return snapshot_token_order((*l)->token, (*r)->token);
}

static bool add_challenge(struct builder *b, const struct build_challenge *challenge, struct snap_challenge *row,
                          struct err *err)
{
    const char *wrong;
    if ((wrong = snapshot_rule_token(challenge->token)))
        return refuse(err, "token", challenge->token, wrong);
    if ((wrong = snapshot_rule_text(challenge->content)))
        return refuse(err, "key authorization", challenge->content, wrong);
    row->token = intern_put(&b->bytes, challenge->token, false);
    row->content = intern_put(&b->bytes, challenge->content, false);
    return true;
}

static bool add_challenges(struct builder *b, struct err *err)
{
    size_t count = b->input->challenges_count;
    const struct build_challenge **sorted = malloc((count + 1) * sizeof *sorted);
    bool ok = sorted != NULL || err_memory(err);
    for (size_t i = 0; ok && i < count; i++)
        sorted[i] = &b->input->challenges[i];
    if (ok)
        qsort(sorted, count, sizeof *sorted, challenge_order);
    for (size_t i = 0; ok && i < count; i++) {
        if (i > 0 && str_eq(sorted[i - 1]->token, sorted[i]->token))
            ok = err_set(err, ERR_CONFLICT, "two challenges have the token \"%.*s\"", STR_ARG(sorted[i]->token));
        else
            ok = add_challenge(b, sorted[i], &b->challenges[i], err);
    }
    free(sorted);
    return ok;
}

static bool fill_tables(struct builder *b, struct err *err)
{
    for (uint32_t i = 0; i < b->input->sites_count; i++)
        if (!add_site(b, i, err))
            return site_context(err, &b->input->sites[i]);
    if (!add_certificates(b, err) || !add_challenges(b, err))
        return false;
    if (b->bytes.failed)
        return err_set(err, ERR_MEMORY, "out of memory, or a snapshot of these sites would be larger than 1 GiB");
    return true;
}

/* ---- the whole ---- */

static bool join(struct builder *b, void **ret_blob, size_t *ret_size, struct err *err)
{
    size_t size = b->tables_size + b->bytes.size;
    unsigned char *blob = malloc(size);
    if (!blob)
        return err_memory(err);
    b->header->size = size;
    memcpy(blob, b->tables, b->tables_size);
    if (b->bytes.size)
        memcpy(blob + b->tables_size, b->bytes.data, b->bytes.size);
    ((struct snap_header *)(void *)blob)->checksum = snapshot_checksum(blob, size);
    *ret_blob = blob;
    *ret_size = size;
    return true;
}

static void builder_free(struct builder *b)
{
    if (b->tables)
        explicit_bzero(b->tables, b->tables_size); /* ticket keys */
    free(b->tables);
    free(b->certificate_rows);
    intern_fini(&b->bytes);
    free(b);
}

bool snapshot_build(const struct build_input *input, void **ret_blob, size_t *ret_size, struct err *err)
{
    struct builder *b = calloc(1, sizeof *b);
    if (!b)
        return err_memory(err);
    b->input = input;
    bool ok = check_input(input, err) && count_rows(b, err) && lay_out(b, err) && fill_tables(b, err) &&
              join(b, ret_blob, ret_size, err);
    builder_free(b);
    return ok;
}

void snapshot_blob_free(void *blob, size_t size)
{
    if (blob)
        explicit_bzero(blob, size);
    free(blob);
}
