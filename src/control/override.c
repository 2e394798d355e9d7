/* Strict about what is said, strict about what is enough. */
#include "control/override.h"

#include <stdio.h>

#include "codec/name.h"
#include "control/conserve.h"
#include "store/members.h"

static bool read_guard(const json_t *value, size_t index, struct override *override, struct err *err)
{
    char name[24];
    bool overridable = false;
    (void)snprintf(name, sizeof name, "guards[%zu]", index);
    if (!json_is_string(value))
        return members_error(err, "override.", name, "the name of a guard is needed here");
    struct str id = str_make(json_string_value(value), json_string_length(value));
    if (!guard_find(id, &overridable) && !conserve_find(id, &overridable)) {
        (void)members_error(err, "override.", name, "there is no guard \"%.*s\"", STR_ARG(str_part(id, 0, 60)));
        return err_fix(err, "\"strictgate guards SITE MOVE\" names them");
    }
    if (!overridable)
        return members_error(err, "override.", name, "the guard \"%.*s\" cannot be overridden", STR_ARG(id));
    override->guards[override->count++] = id;
    return true;
}

static bool read_confirm(const json_t *json, struct str site, struct err *err)
{
    struct str typed = {NULL, 0};
    struct name name;
    if (!members_str(json, "override.", "confirm", 4096, &typed, err) ||
        !name_read(typed, "override.confirm", &name, err))
        return false;
    return str_eq(name_str(&name), site) ||
           err_field(err, "override.confirm", "the typed name is not %.*s", STR_ARG(site));
}

bool override_read(const json_t *json, struct str site, struct override *ret, struct err *err)
{
    static const char *const members[] = {"guards", "reason", "confirm", NULL};
    struct override override = {.count = 0};
    const json_t *list = NULL;
    size_t count = 0;
    *ret = override;
    if (!json)
        return true;
    if (!members_only(json, "override.", members, err) ||
        !members_array(json, "override.", "guards", GUARD_COUNT_MAX, &list, &count, err) ||
        !members_str(json, "override.", "reason", OVERRIDE_REASON_SIZE_MAX, &override.reason, err) ||
        !read_confirm(json, site, err))
        return false;
    if (count == 0)
        return err_field(err, "override.guards", "name the guards that are to be overridden");
    for (size_t i = 0; i < count; i++)
        if (!read_guard(json_array_get(list, i), i, &override, err))
            return false;
    if (str_trim(override.reason).size == 0)
        return err_field(err, "override.reason", "a reason is needed");
    *ret = override;
    return true;
}

static bool has(const struct override *override, const char *id)
{
    for (size_t i = 0; i < override->count; i++)
        if (str_eq(override->guards[i], str_from(id)))
            return true;
    return false;
}

static bool refuse(const struct guard_result *result, struct str site, struct err *err)
{
    (void)err_set(err, ERR_CONFLICT, "%s", result->why);
    if (!result->overridable)
        return err_fix(err, "%s", result->fix);
    return err_fix(err, "%.*s Or override it: --override %s --reason TEXT --confirm %.*s",
                   STR_ARG(str_part(str_from(result->fix), 0, 120)), result->id, STR_ARG(str_part(site, 0, 60)));
}

bool override_settles(const struct override *override, const struct guard_result *results, size_t count,
                      struct str site, char ret_used[static OVERRIDE_LIST_SIZE], struct err *err)
{
    size_t size = 0;
    ret_used[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (results[i].verdict != GUARD_BLOCK)
            continue;
        if (!results[i].overridable || !has(override, results[i].id))
            return refuse(&results[i], site, err);
        int added = snprintf(ret_used + size, OVERRIDE_LIST_SIZE - size, "%s%s", size ? " " : "", results[i].id);
        if (added > 0 && (size_t)added < OVERRIDE_LIST_SIZE - size)
            size += (size_t)added;
    }
    return true;
}
