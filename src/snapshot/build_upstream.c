/* Groups and their upstreams in a snapshot being built. */
#include "snapshot/builder.h"

#include <inttypes.h>

#include "snapshot/hash.h"

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
        return builder_refuse(err, "upstream", upstream->label, wrong);
    if (upstream->address.size && (wrong = snapshot_rule_address(upstream->address)))
        return err_field(err, "upstream", "the address of the upstream %.*s %s", STR_ARG(upstream->label), wrong);
    if ((wrong = snapshot_rule_tls_name(upstream->tls_name, upstream_flags(upstream)))) {
        (void)err_field(err, "upstream", "the TLS name \"%.*s\" of the upstream %.*s %s", STR_ARG(upstream->tls_name),
                        STR_ARG(upstream->label), wrong);
        return err_fix(err, "use a host name in its URL, or turn verification off for it");
    }
    return builder_check_number(err, "weight", upstream->weight, 1, SNAP_WEIGHT_MAX) &&
           builder_check_number(err, "upstream slot", upstream->slot, 0, COUNTERS_UPSTREAMS_MAX - 1);
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
        return builder_refuse(err, "health_path", group->health_path, wrong);
    if ((wrong = snapshot_rule_text(group->health_host)))
        return builder_refuse(err, "health_host", group->health_host, wrong);
    row->health_interval_ms = group->health_interval_ms;
    row->health_timeout_ms = group->health_timeout_ms;
    row->health_path = intern_put(&b->bytes, group->health_path, false);
    row->health_host = intern_put(&b->bytes, group->health_host, false);
    return builder_check_number(err, "health_interval_ms", row->health_interval_ms, SNAP_HEALTH_INTERVAL_MS_MIN,
                                SNAP_TIMEOUT_MS_MAX) &&
           builder_check_number(err, "health_timeout_ms", row->health_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX);
}

bool builder_add_group(struct builder *b, const struct build_group *group, uint32_t *ret_index, struct err *err)
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
    if (!builder_check_number(err, "connect_timeout_ms", row->connect_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX) ||
        !builder_check_number(err, "first_byte_timeout_ms", row->first_byte_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX) ||
        !builder_check_number(err, "idle_timeout_ms", row->idle_timeout_ms, 1, SNAP_TIMEOUT_MS_MAX) ||
        !fill_health(b, group, row, err))
        return false;
    for (size_t i = 0; i < group->upstreams_count; i++)
        if (!add_upstream(b, &group->upstreams[i], err))
            return false;
    *ret_index = b->groups_used++;
    return true;
}
