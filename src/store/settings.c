/* Settings from JSON and back; the limits are the table of snapshot/limits. */
#include "store/settings.h"

#include <stdio.h>

#include "snapshot/limits.h"
#include "store/members.h"

static const char *const members[] = {"tls_profile", "limits", NULL};
static const char *const profile_names[] = {
    [SNAP_TLS_INTERMEDIATE] = "intermediate", [SNAP_TLS_MODERN] = "modern", NULL};

void settings_init(struct settings *settings)
{
    *settings = (struct settings){.tls_profile = SNAP_TLS_INTERMEDIATE};
    snapshot_limits_default(&settings->limits);
}

static bool read_limit(const char *name, const json_t *value, const char *path, struct snap_limits *limits,
                       struct err *err)
{
    const struct snap_limit *limit = snapshot_limit_find(str_from(name));
    char at[MEMBERS_PATH_SIZE];
    (void)snprintf(at, sizeof at, "%slimits.", path);
    if (!limit)
        return members_error(err, at, name, "there is no such limit");
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return members_error(err, at, name, "a whole number is needed here");
    struct err why = {0};
    if (snapshot_limit_set(limits, limit, (uint64_t)json_integer_value(value), &why))
        return true;
    (void)members_error(err, at, name, "%s", why.text);
    return err_fix(err, "%s", why.fix);
}

static bool read_limits(const json_t *json, const char *path, struct snap_limits *limits, struct err *err)
{
    json_t *object = json_object_get(json, "limits");
    if (!object)
        return true;
    if (!json_is_object(object))
        return members_error(err, path, "limits", "a JSON object is needed here");
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at))
        if (!read_limit(json_object_iter_key(at), json_object_iter_value(at), path, limits, err))
            return false;
    struct err why = {0};
    if (snapshot_limits_check(limits, &why))
        return true;
    char field[MEMBERS_PATH_SIZE + sizeof why.field];
    (void)snprintf(field, sizeof field, "%slimits.%s", path, why.field);
    (void)err_field(err, field, "%s", why.text);
    return err_fix(err, "%s", why.fix);
}

bool settings_read(const json_t *json, const char *path, struct settings *settings, struct err *err)
{
    struct settings changed = *settings;
    uint32_t profile = settings->tls_profile;
    if (!members_only(json, path, members, err) ||
        !members_choice(json, path, "tls_profile", profile_names, &profile, err) ||
        !read_limits(json, path, &changed.limits, err))
        return false;
    changed.tls_profile = (enum snap_tls_profile)profile;
    *settings = changed;
    return true;
}

void settings_write(const struct settings *settings, struct jsonout *out)
{
    size_t count;
    const struct snap_limit *limits = snapshot_limits(&count);
    jsonout_str(out, "tls_profile", str_from(profile_names[settings->tls_profile]));
    jsonout_object(out, "limits");
    for (size_t i = 0; i < count; i++)
        jsonout_u64(out, limits[i].name, snapshot_limit_get(&settings->limits, &limits[i]));
    jsonout_object_end(out);
}
