/* Settings from JSON and back; the limits are the table of snapshot/limits. */
#include "store/settings.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "codec/name.h"
#include "snapshot/limits.h"
#include "store/members.h"

static const char *const members[] = {"tls_profile", "limits",           "preload", "self_check",
                                      "subdomains",  "report_collector", NULL};
static const char *const preload_members[] = {"address", "update_days", NULL};
static const char *const self_check_members[] = {"every_days", "address", NULL};
static const char *const subdomains_members[] = {"every_days", NULL};
static const char *const profile_names[] = {
    [SNAP_TLS_INTERMEDIATE] = "intermediate", [SNAP_TLS_MODERN] = "modern", NULL};

void settings_init(struct settings *settings)
{
    *settings = (struct settings){.tls_profile = SNAP_TLS_INTERMEDIATE,
                                  .preload_address = SETTINGS_PRELOAD_ADDRESS,
                                  .self_check_days = 1,
                                  .subdomains_days = SETTINGS_SUBDOMAINS_DAYS};
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

/* Visible ASCII; no user information, which would be shown where the address is, and no fragment. */
bool settings_is_address(struct str text)
{
    struct str rest = str_after(text, 8);
    struct str host = str_part(rest, 0, str_find(rest, '/'));
    if (!str_starts(text, STR("https://")) || host.size == 0 || str_find(text, '@') < text.size ||
        str_find(text, '#') < text.size)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= 0x20 || text.data[i] > 0x7e)
            return false;
    return true;
}

static bool read_preload(const json_t *json, const char *path, struct settings *settings, struct err *err)
{
    const json_t *object = json_object_get(json, "preload");
    char at[MEMBERS_PATH_SIZE];
    (void)snprintf(at, sizeof at, "%spreload.", path);
    struct str address = str_from(settings->preload_address);
    if (!object)
        return true;
    if (!members_only(object, at, preload_members, err) ||
        !members_str(object, at, "address", SETTINGS_ADDRESS_SIZE_MAX, &address, err) ||
        !members_u32(object, at, "update_days", 0, SETTINGS_PRELOAD_DAYS_MAX, &settings->preload_update_days, err))
        return false;
    if (!settings_is_address(address)) {
        (void)members_error(err, at, "address", "it is no address that begins with https:// and a host");
        return err_fix(err, "the usual one is %s", SETTINGS_PRELOAD_ADDRESS);
    }
    char copy[sizeof settings->preload_address] = "";
    memcpy(copy, address.data, address.size);
    memcpy(settings->preload_address, copy, sizeof copy);
    return true;
}

static bool is_ip(struct str text)
{
    char copy[SETTINGS_IP_SIZE_MAX + 1] = "";
    struct in6_addr room;
    memcpy(copy, text.data, text.size);
    return inet_pton(AF_INET, copy, &room) == 1 || inet_pton(AF_INET6, copy, &room) == 1;
}

static bool read_self_check(const json_t *json, const char *path, struct settings *settings, struct err *err)
{
    const json_t *object = json_object_get(json, "self_check");
    char at[MEMBERS_PATH_SIZE];
    (void)snprintf(at, sizeof at, "%sself_check.", path);
    struct str address = str_from(settings->self_check_address);
    if (!object)
        return true;
    if (!members_only(object, at, self_check_members, err) ||
        !members_str(object, at, "address", SETTINGS_IP_SIZE_MAX, &address, err) ||
        !members_u32(object, at, "every_days", 0, SETTINGS_SELF_CHECK_DAYS_MAX, &settings->self_check_days, err))
        return false;
    if (address.size && !is_ip(address)) {
        (void)members_error(err, at, "address", "it is no address such as 192.0.2.7 or 2001:db8::7");
        return err_fix(err,
                       "give the address at which this machine reaches the sites, or an empty one for what the DNS "
                       "says");
    }
    char copy[sizeof settings->self_check_address] = "";
    memcpy(copy, address.data, address.size);
    memcpy(settings->self_check_address, copy, sizeof copy);
    return true;
}

static bool read_subdomains(const json_t *json, const char *path, struct settings *settings, struct err *err)
{
    const json_t *object = json_object_get(json, "subdomains");
    char at[MEMBERS_PATH_SIZE];
    (void)snprintf(at, sizeof at, "%ssubdomains.", path);
    return !object ||
           (members_only(object, at, subdomains_members, err) &&
            members_u32(object, at, "every_days", 1, SETTINGS_SUBDOMAINS_DAYS_MAX, &settings->subdomains_days, err));
}

/* Whether a site has the name is for whoever knows the sites. */
static bool read_collector(const json_t *json, const char *path, struct settings *settings, struct err *err)
{
    struct str typed = str_from(settings->report_collector);
    struct name name = {.text = ""};
    char field[MEMBERS_PATH_SIZE];
    (void)snprintf(field, sizeof field, "%sreport_collector", path);
    if (!members_str(json, path, "report_collector", SETTINGS_NAME_SIZE_MAX, &typed, err) ||
        (typed.size && !name_read(typed, field, &name, err)))
        return false;
    if (typed.size && name.kind != NAME_HOST) {
        (void)err_field(err, field, "%s is no single host name", name.text);
        return err_fix(err, "give the name of a site with a certificate of its own, reports.example.org");
    }
    char copy[sizeof settings->report_collector] = "";
    (void)snprintf(copy, sizeof copy, "%s", name.text);
    memcpy(settings->report_collector, copy, sizeof copy);
    return true;
}

bool settings_read(const json_t *json, const char *path, struct settings *settings, struct err *err)
{
    struct settings changed = *settings;
    uint32_t profile = settings->tls_profile;
    if (!members_only(json, path, members, err) ||
        !members_choice(json, path, "tls_profile", profile_names, &profile, err) ||
        !read_limits(json, path, &changed.limits, err) || !read_preload(json, path, &changed, err) ||
        !read_self_check(json, path, &changed, err) || !read_subdomains(json, path, &changed, err) ||
        !read_collector(json, path, &changed, err))
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
    jsonout_object(out, "preload");
    jsonout_str(out, "address", str_from(settings->preload_address));
    jsonout_u64(out, "update_days", settings->preload_update_days);
    jsonout_object_end(out);
    jsonout_object(out, "self_check");
    jsonout_u64(out, "every_days", settings->self_check_days);
    jsonout_str(out, "address", str_from(settings->self_check_address));
    jsonout_object_end(out);
    jsonout_object(out, "subdomains");
    jsonout_u64(out, "every_days", settings->subdomains_days);
    jsonout_object_end(out);
    jsonout_str(out, "report_collector", str_from(settings->report_collector));
}
