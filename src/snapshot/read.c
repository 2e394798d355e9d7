/* Opening a blob, and the lookups. All distrust lives in snapshot_open and snapshot_verify. */
#include "snapshot/read.h"

#include <inttypes.h>

#include "snapshot/hash.h"
#include "snapshot/rules.h"
#include "snapshot/verify.h"

uint64_t snapshot_checksum(const void *blob, size_t size)
{
    unsigned char head[sizeof(struct snap_header)] = {0};
    size_t head_size = size < sizeof head ? size : sizeof head;
    if (head_size)
        memcpy(head, blob, head_size);
    memset(head + offsetof(struct snap_header, checksum), 0, sizeof(uint64_t));
    uint64_t hash = snapshot_hash(head, head_size, 0);
    return snapshot_hash((const char *)blob + head_size, size - head_size, hash);
}

static bool check_frame(const void *blob, size_t size, struct err *err)
{
    const struct snap_header *header = blob;
    if (!blob || (uintptr_t)blob % 8)
        return err_set(err, ERR_INPUT, "snapshot: not aligned to 8 bytes");
    if (size < sizeof *header || size > SNAP_SIZE_MAX)
        return err_set(err, ERR_INPUT, "snapshot: %zu bytes cannot be one", size);
    if (header->magic != SNAPSHOT_MAGIC)
        return err_set(err, ERR_INPUT, "snapshot: this is none (its first bytes are wrong)");
    if (header->version != SNAPSHOT_VERSION)
        return err_set(err, ERR_INPUT, "snapshot: version %" PRIu32 ", this program reads version %u", header->version,
                       SNAPSHOT_VERSION);
    if (header->size != size)
        return err_set(err, ERR_INPUT, "snapshot: %zu bytes where it says %" PRIu64 ": cut off?", size, header->size);
    if (header->checksum != snapshot_checksum(blob, size))
        return err_set(err, ERR_INPUT, "snapshot: damaged (its checksum is wrong)");
    return true;
}

/* The first row of a table, or NULL when it does not lie within the blob behind the header, aligned. */
static const void *table_rows(const struct snap_header *header, struct snap_table table, size_t row_size)
{
    if (table.offset % 8 || table.offset < sizeof *header || table.offset > header->size)
        return NULL;
    if (table.count > (header->size - table.offset) / row_size)
        return NULL;
    return (const char *)(const void *)header + table.offset;
}

bool snapshot_open(const void *blob, size_t size, struct snapshot *ret, struct err *err)
{
    if (!check_frame(blob, size, err))
        return false;
    const struct snap_header *header = blob;
    struct snapshot s = {
        .header = header,
        .names = table_rows(header, header->names, sizeof *s.names),
        .sites = table_rows(header, header->sites, sizeof *s.sites),
        .routes = table_rows(header, header->routes, sizeof *s.routes),
        .groups = table_rows(header, header->groups, sizeof *s.groups),
        .upstreams = table_rows(header, header->upstreams, sizeof *s.upstreams),
        .certificates = table_rows(header, header->certificates, sizeof *s.certificates),
        .tickets = table_rows(header, header->tickets, sizeof *s.tickets),
        .challenges = table_rows(header, header->challenges, sizeof *s.challenges),
        .alpn_challenges = table_rows(header, header->alpn_challenges, sizeof *s.alpn_challenges),
    };
    if (!s.names || !s.sites || !s.routes || !s.groups || !s.upstreams || !s.certificates || !s.tickets ||
        !s.challenges || !s.alpn_challenges)
        return err_set(err, ERR_INPUT, "snapshot: a table lies outside of it");
    if (!snapshot_verify(&s, err))
        return false;
    *ret = s;
    return true;
}

/* `name` is in stored form. */
static const struct snap_site *find_name(const struct snapshot *s, struct str name)
{
    uint64_t hash = str_hash(name);
    uint32_t mask = s->header->names_mask;
    for (uint32_t at = (uint32_t)hash & mask; s->names[at].site != SNAPSHOT_NONE; at = (at + 1) & mask)
        if (s->names[at].hash == hash && str_eq(snapshot_str(s, s->names[at].name), name))
            return &s->sites[s->names[at].site];
    return NULL;
}

const struct snap_site *snapshot_site_by(const struct snapshot *s, struct str host, bool *ret_wildcard)
{
    *ret_wildcard = false;
    char room[SNAP_NAME_SIZE_MAX + 3];
    struct str name;
    /* A host may not look like the stored form of a wildcard, nor be one. */
    if (host.size == 0 || host.data[0] == '.' || host.data[0] == '*')
        return NULL;
    if (!snapshot_name_store(host, room, &name) || name.size == 0)
        return NULL;
    const struct snap_site *site = find_name(s, name);
    if (site)
        return site;
    struct str parent = str_after(name, str_find(name, '.'));
    site = parent.size > 1 ? find_name(s, parent) : NULL;
    *ret_wildcard = site != NULL;
    return site;
}

const struct snap_site *snapshot_site(const struct snapshot *s, struct str host)
{
    bool wildcard;
    return snapshot_site_by(s, host, &wildcard);
}

const struct snap_site *snapshot_site_above(const struct snapshot *s, struct str name)
{
    struct str rest = str_after(name, str_find(name, '.')); /* ".example.org", as a wildcard is stored */
    while (rest.size > 1) {
        const struct snap_site *site = find_name(s, str_after(rest, 1));
        if (!site)
            site = find_name(s, rest);
        if (site)
            return site;
        size_t dot = str_find(str_after(rest, 1), '.');
        rest = str_after(rest, 1 + dot);
    }
    return NULL;
}

static bool route_matches(struct str prefix, struct str path)
{
    struct str stem = snapshot_prefix_stem(prefix);
    return str_starts(path, stem) && (path.size == stem.size || path.data[stem.size] == '/');
}

const struct snap_route *snapshot_route(const struct snapshot *s, const struct snap_site *site, struct str path)
{
    if (path.size == 0 || path.data[0] != '/')
        return NULL;
    const struct snap_route *route = s->routes + site->routes_first;
    for (uint32_t i = 0; i < site->routes_count; i++)
        if (route_matches(snapshot_str(s, route[i].prefix), path))
            return &route[i];
    return NULL;
}

const struct snap_challenge *snapshot_challenge(const struct snapshot *s, struct str token)
{
    size_t low = 0, high = s->header->challenges.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = snapshot_token_order(token, snapshot_str(s, s->challenges[middle].token));
        if (order == 0)
            return &s->challenges[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct snap_alpn_challenge *snapshot_alpn_challenge(const struct snapshot *s, struct str name)
{
    char room[SNAP_NAME_SIZE_MAX + 3];
    struct str stored;
    size_t low = 0, high = s->header->alpn_challenges.count;
    if (high == 0 || !snapshot_name_store(name, room, &stored))
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = snapshot_token_order(stored, snapshot_str(s, s->alpn_challenges[middle].name));
        if (order == 0)
            return &s->alpn_challenges[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
