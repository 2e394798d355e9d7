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

void record_write_wish(const struct hsts_wish *wish, const char *key, struct jsonout *out)
{
    jsonout_object(out, key);
    jsonout_str(out, "mode", str_from(hsts_mode_name(wish->mode)));
    jsonout_u64(out, "max_age", wish->max_age_s);
    if (wish->mode == HSTS_AUTO)
        jsonout_u64(out, "target", wish->target_s);
    jsonout_bool(out, "include_subdomains", wish->include_subdomains);
    jsonout_bool(out, "preload", wish->preload);
    if (wish->since_s)
        jsonout_time(out, "since", wish->since_s);
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

bool record_site_wishes(struct record *record, const struct site *before, const struct site *after)
{
    if (before && after && hsts_wish_same(&before->hsts, &after->hsts))
        return true;
    return (!promises(before) || keep_wish(record, &before->hsts, &record->entry.before)) &&
           (!after || !promises(before) || keep_wish(record, &after->hsts, &record->entry.after));
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
