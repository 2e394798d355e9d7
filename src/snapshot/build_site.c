/* Sites of a snapshot being built: names into the hash table, policy, slots. */
#include "snapshot/builder.h"

#include <inttypes.h>

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
        return builder_refuse(err, field, given, "is longer than 253 bytes");
    const char *wrong = snapshot_rule_name(name, alias);
    if (wrong)
        return builder_refuse(err, field, given, wrong);
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

static bool take_site_slot(struct builder *b, uint32_t slot, struct err *err)
{
    if (!builder_check_number(err, "slot", slot, 0, COUNTERS_SITES_MAX - 1))
        return false;
    unsigned char bit = (unsigned char)(1u << slot % 8);
    if (b->site_slots[slot / 8] & bit)
        return err_set(err, ERR_CONFLICT, "slot %" PRIu32 " belongs to another site", slot);
    b->site_slots[slot / 8] |= bit;
    return true;
}

static bool fill_promise(struct builder *b, const struct build_site *site, struct snap_site *row, struct err *err)
{
    const char *wrong = site->hsts.size ? snapshot_rule_hsts(site->hsts) : NULL;
    if (wrong)
        return builder_refuse(err, "hsts", site->hsts, wrong);
    if (site->hsts.size && snapshot_name_is_ip(interned(b, row->name))) {
        (void)err_field(err, "hsts",
                        "Strict-Transport-Security means nothing for an IP address (RFC 6797 section 8.1.1)");
        return err_fix(err, "give the site a host name");
    }
    wrong = snapshot_rule_hsts_cap(site->hsts, site->hsts_cap_s);
    if (wrong)
        return err_field(err, "hsts_cap_s", "the moment %" PRId64 " that no max-age may reach past %s",
                         site->hsts_cap_s, wrong);
    row->hsts = intern_put(&b->bytes, site->hsts, false);
    row->hsts_cap_s = site->hsts_cap_s;
    return true;
}

/* Checks and keeps one of the values that may be left out. */
static bool keep(struct builder *b, const char *field, struct str value, const char *(*rule)(struct str),
                 struct snap_ref *ret, struct err *err)
{
    const char *wrong = value.size ? rule(value) : NULL;
    if (wrong)
        return builder_refuse(err, field, value, wrong);
    *ret = intern_put(&b->bytes, value, false);
    return true;
}

static bool fill_reports(struct builder *b, const struct build_reports *reports, struct snap_reports *row,
                         struct err *err)
{
    return keep(b, "NEL", reports->nel, snapshot_rule_text, &row->nel, err) &&
           keep(b, "Report-To", reports->report_to, snapshot_rule_text, &row->report_to, err) &&
           keep(b, "Reporting-Endpoints", reports->endpoints, snapshot_rule_text, &row->endpoints, err) &&
           keep(b, "Content-Security-Policy-Report-Only", reports->csp, snapshot_rule_text, &row->csp, err) &&
           keep(b, "token", reports->token, snapshot_rule_token, &row->token, err);
}

static bool fill_policy(struct builder *b, const struct build_site *site, struct snap_site *row, struct err *err)
{
    if (!fill_promise(b, site, row, err) || !fill_reports(b, &site->reports, &row->reports, err))
        return false;
    if (site->flags & ~(uint32_t)SNAP_SITE_FLAGS_ALL)
        return err_field(err, "flags", "the flags %#" PRIx32 " are unknown", site->flags);
    if ((unsigned)site->redirect > SNAP_REDIRECT_PERMANENT)
        return err_field(err, "redirect", "the redirect %u is unknown", (unsigned)site->redirect);
    row->error_page = intern_put(&b->bytes, site->error_page, false);
    row->flags = site->flags;
    row->redirect = (uint32_t)site->redirect;
    row->https_port = site->https_port;
    return builder_check_number(err, "https_port", site->https_port, 0, UINT16_MAX);
}

bool builder_add_site(struct builder *b, uint32_t index, struct err *err)
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
    row->certificate_ecdsa = builder_certificate_row(b, site->certificate_ecdsa);
    row->certificate_rsa = builder_certificate_row(b, site->certificate_rsa);
    row->routes_first = b->routes_used;
    row->routes_count = (uint32_t)site->routes_count;
    return builder_add_routes(b, site, err);
}
