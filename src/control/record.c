/* JSON of wishes and verdicts. */
#include "control/record.h"

void record_init(struct record *record, struct str actor, struct str act, struct str site, int64_t at_s)
{
    arena_init(&record->arena, 4 * RECORD_SIZE_MAX);
    record->entry =
        (struct audit_entry){.at_s = at_s, .actor = actor, .act = act, .site = site, .outcome = STR("done")};
}

void record_fini(struct record *record)
{
    arena_fini(&record->arena);
}

static void write_wish_members(const struct hsts_wish *wish, struct jsonout *out)
{
    jsonout_str(out, "mode", str_from(hsts_mode_name(wish->mode)));
    jsonout_u64(out, "max_age", wish->max_age_s);
    if (wish->mode == HSTS_AUTO)
        jsonout_u64(out, "target", wish->target_s);
    jsonout_bool(out, "include_subdomains", wish->include_subdomains);
    jsonout_bool(out, "preload", wish->preload);
    if (wish->since_s)
        jsonout_time(out, "since", wish->since_s);
}

void record_write_wish(const struct hsts_wish *wish, const char *key, struct jsonout *out)
{
    jsonout_object(out, key);
    write_wish_members(wish, out);
    jsonout_object_end(out);
}

static void write_guard(const struct guard_result *result, struct str site, struct jsonout *out)
{
    jsonout_object(out, NULL);
    if (site.size)
        jsonout_str(out, "site", site);
    jsonout_str(out, "guard", str_from(result->id));
    jsonout_str(out, "verdict", str_from(guard_verdict_name(result->verdict)));
    jsonout_bool(out, "overridable", result->overridable);
    if (result->evidence_s)
        jsonout_time(out, "seen", result->evidence_s);
    jsonout_str(out, "why", str_from(result->why));
    if (result->fix[0])
        jsonout_str(out, "fix", str_from(result->fix));
    jsonout_object_end(out);
}

void record_write_guards(const struct guard_result *results, size_t count, const char *key, struct jsonout *out)
{
    jsonout_array(out, key);
    for (size_t i = 0; i < count; i++)
        write_guard(&results[i], STR(""), out);
    jsonout_array_end(out);
}

void record_write_site_guards(const struct guard_result *results, const struct str *sites, size_t count,
                              const char *key, struct jsonout *out)
{
    jsonout_array(out, key);
    for (size_t i = 0; i < count; i++)
        write_guard(&results[i], sites[i], out);
    jsonout_array_end(out);
}

/* Into the arena; false when memory ran out. */
static bool keep(struct record *record, struct buf *text, struct str *ret)
{
    bool fine = buf_ok(text) && arena_str(&record->arena, buf_str(text), ret);
    buf_fini(text);
    return fine;
}

static bool keep_wish(struct record *record, const struct hsts_wish *wish, struct str *ret)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, RECORD_SIZE_MAX);
    record_write_wish(wish, NULL, &out);
    return keep(record, &text, ret);
}

bool record_wishes(struct record *record, const struct hsts_wish *before, const struct hsts_wish *after)
{
    return keep_wish(record, before, &record->entry.before) && keep_wish(record, after, &record->entry.after);
}

static bool promises(const struct site *site)
{
    return site && site->hsts.mode != HSTS_OFF;
}

static bool same_aliases(const struct site *a, const struct site *b)
{
    bool same = a->aliases_count == b->aliases_count;
    for (size_t i = 0; same && i < a->aliases_count; i++)
        same = str_eq(a->aliases[i], b->aliases[i]);
    return same;
}

static bool same_set(const struct site_drawer *a, const struct site_drawer *b)
{
    return a->source == b->source && str_eq(a->ecdsa, b->ecdsa) && str_eq(a->rsa, b->rsa);
}

static void write_set(const struct site_drawer *set, const char *key, struct jsonout *out)
{
    jsonout_object(out, key);
    jsonout_str(out, "source", str_from(site_source_name(set->source)));
    if (set->ecdsa.size)
        jsonout_str(out, "ecdsa", set->ecdsa);
    if (set->rsa.size)
        jsonout_str(out, "rsa", set->rsa);
    jsonout_object_end(out);
}

/* What of a site a change is about: the same members on both sides of it. */
struct difference {
    bool wish, aliases, certificate, drawer;
};

static struct site_drawer served_set(const struct site *site)
{
    return (struct site_drawer){.source = site->source, .ecdsa = site->ecdsa, .rsa = site->rsa};
}

static struct difference compare(const struct site *before, const struct site *after)
{
    const struct site_drawer old = served_set(before), fresh = served_set(after);
    return (struct difference){.wish = promises(before) && !hsts_wish_same(&before->hsts, &after->hsts),
                               .aliases = !same_aliases(before, after),
                               .certificate = !same_set(&old, &fresh),
                               .drawer = !same_set(&before->drawer, &after->drawer)};
}

static bool keep_site(struct record *record, const struct site *site, const struct difference *what, struct str *ret)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    const struct site_drawer served = served_set(site);
    buf_init(&text, RECORD_SIZE_MAX);
    jsonout_object(&out, NULL);
    if (what->wish)
        write_wish_members(&site->hsts, &out);
    if (what->aliases) {
        jsonout_array(&out, "aliases");
        for (size_t i = 0; i < site->aliases_count; i++)
            jsonout_str(&out, NULL, site->aliases[i]);
        jsonout_array_end(&out);
    }
    if (what->certificate)
        write_set(&served, "certificate", &out);
    if (what->drawer)
        write_set(&site->drawer, "drawer", &out);
    jsonout_object_end(&out);
    return keep(record, &text, ret);
}

bool record_site_change(struct record *record, const struct site *before, const struct site *after)
{
    const struct difference gone = {
        .wish = promises(before), .aliases = before->aliases_count > 0, .certificate = site_has_certificate(before)};
    const struct difference what = after ? compare(before, after) : gone;
    if (!what.wish && !what.aliases && !what.certificate && !what.drawer)
        return true;
    return keep_site(record, before, &what, &record->entry.before) &&
           (!after || keep_site(record, after, &what, &record->entry.after));
}

bool record_guards(struct record *record, const struct guard_result *results, size_t count)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, RECORD_SIZE_MAX);
    record_write_guards(results, count, NULL, &out);
    return keep(record, &text, &record->entry.guards);
}

bool record_override(struct record *record, const char *used, struct str reason)
{
    if (!used[0])
        return true;
    record->entry.reason = reason;
    return arena_str(&record->arena, str_from(used), &record->entry.override);
}
