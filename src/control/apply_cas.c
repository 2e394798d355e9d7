/* Certificate authorities of a declarative set: as for adding one; the account there stays. */
#include "control/acme_cas.h"
#include "control/acme_site.h"
#include "control/apply_part.h"
#include "control/ca_known.h"
#include "control/record.h"
#include "os/clock.h"
#include "store/members.h"

/* Roots, contacts, URL. */
#define SHOWN_SIZE_MAX (2 * CA_ROOTS_SIZE_MAX)

static void free_content(void *content)
{
    ca_unref(content);
}

static json_t *shown(const struct ca *ca, struct err *err)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, SHOWN_SIZE_MAX);
    jsonout_object(&out, NULL);
    ca_write_members(ca, &out);
    jsonout_object_end(&out);
    json_t *json = buf_ok(&text) ? json_loadb(buf_str(&text).data, buf_str(&text).size, 0, NULL) : NULL;
    buf_fini(&text);
    if (!json)
        (void)err_memory(err);
    return json;
}

/* What is left out has its default, but for the name, and the key of the binding, which is not told. */
static json_t *complete(const json_t *json, struct err *err)
{
    json_t *whole =
        json_pack("{s:[], s:b, s:s, s:s, s:s, s:s, s:i, s:b}", "contacts", "terms_agreed", 0, "eab_kid", "", "profile",
                  "", "preferred_root", "", "roots_pem", "", "preference", CA_PREFERENCE_DEFAULT, "rehearsal", 0);
    const json_t *name = json_object_get(json, "name");
    const struct ca_known *known =
        json_is_string(name) ? ca_known_find(str_make(json_string_value(name), json_string_length(name))) : NULL;
    bool fine = whole && json_object_set_new(whole, "directory", json_string(known ? known->directory_url : "")) == 0;
    if (fine && known && !json_object_get(json, "directory"))
        fine = json_object_set_new(whole, "rehearsal", json_boolean(known->rehearsal)) == 0;
    if (fine && json_object_update(whole, (json_t *)(uintptr_t)json) == 0)
        return whole;
    json_decref(whole);
    (void)err_memory(err);
    return NULL;
}

static bool add(struct apply_parts *parts, const struct ca *before, struct ca *take_after, struct err *err)
{
    struct apply_part part = {.kind = &apply_cas, .name = take_after->name, .content = take_after};
    part.after = shown(take_after, err);
    part.before = part.after && before ? shown(before, err) : NULL;
    bool fine = part.after && (part.before || !before);
    if (fine && !(before ? str_eq(before->eab_key, take_after->eab_key) : take_after->eab_key.size == 0))
        fine = apply_parts_secret("eab_key", before && before->eab_key.size, take_after->eab_key.size > 0, part.before,
                                  part.after, err);
    if (fine)
        return apply_parts_add(parts, &part, err);
    json_decref(part.before);
    json_decref(part.after);
    ca_unref(take_after);
    return false;
}

static bool declare(struct core *core, const json_t *json, struct apply_parts *parts, struct err *err)
{
    struct str name = {NULL, 0};
    struct ca *after;
    if (!core->acme)
        return err_set(err, ERR_SYSTEM, "certificates cannot be obtained here");
    if (!members_str(json, "", "name", CA_URL_SIZE_MAX, &name, err))
        return false;
    const struct ca *before = acme_cas_find(core->acme, name);
    json_t *whole = ca_known_check(json, err) ? complete(json, err) : NULL;
    bool fine = whole && ca_read(whole, before, &after, err);
    json_decref(whole);
    if (!fine)
        return false;
    if (!before)
        after->added_s = clock_wall_s();
    if (apply_parts_name(parts, "name", after->name, err))
        return add(parts, before, after, err);
    ca_unref(after);
    return false;
}

static bool remove_one(struct core *core, const struct ca *ca, struct apply_parts *parts, struct err *err)
{
    const struct site *site = acme_cas_named_by(core, ca->name);
    if (site) {
        (void)err_set(err, ERR_CONFLICT,
                      "the certificate authority %.*s is not named, but %.*s gets its certificate there",
                      STR_ARG(ca->name), STR_ARG(str_part(site->name, 0, 100)));
        return err_fix(err, "name it, or choose another one first: strictgate cert auto %.*s --ca NAME",
                       STR_ARG(str_part(site->name, 0, 100)));
    }
    const struct apply_part part = {.kind = &apply_cas, .name = ca->name, .before = shown(ca, err)};
    return part.before && apply_parts_add(parts, &part, err);
}

static bool finish(struct core *core, bool remove_others, struct apply_parts *parts, struct err *err)
{
    const struct acme *acme = core->acme;
    for (size_t i = 0; acme && remove_others && i < acme->cas_count; i++)
        if (!apply_parts_has(parts, acme->cas[i]->name) && !remove_one(core, acme->cas[i], parts, err))
            return false;
    return apply_parts_total(parts, &apply_cas, acme ? acme->cas_count : 0) <= CA_COUNT_MAX ||
           err_field(err, apply_cas.list, "there would be more than %d certificate authorities", CA_COUNT_MAX);
}

static bool write(struct core *core, const struct apply_part *part, struct str actor, struct err *err)
{
    static const char *const acts[] = {"ca.add", "ca.change", "ca.remove"};
    struct record record;
    record_init(&record, actor, str_from(acts[part->act]), STR(""), clock_wall_s());
    record.entry.reason = part->name;
    bool fine = part->content ? store_put_ca(core->store, part->content, &record.entry, err)
                              : store_remove_ca(core->store, part->name, &record.entry, err);
    record_fini(&record);
    return fine;
}

static void taken(struct core *core, const struct apply_part *part)
{
    if (part->content)
        acme_cas_take(core->acme, part->content);
    else
        acme_cas_drop(core->acme, part->name);
    acme_site_changed_all(core->acme);
}

const struct apply_kind apply_cas = {.list = "cas",
                                     .count_max = CA_COUNT_MAX,
                                     .declare = declare,
                                     .finish = finish,
                                     .write = write,
                                     .taken = taken,
                                     .free = free_content};
