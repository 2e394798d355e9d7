/* Members of JSON objects, over jansson. */
#include "store/members.h"

#include <stdarg.h>
#include <stdio.h>

bool members_error(struct err *err, const char *path, const char *name, const char *format, ...)
{
    char field[128], text[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)snprintf(field, sizeof field, "%s%s", path, name);
    return err_field(err, field, "%s", text);
}

static bool is_allowed(const char *name, const char *const *allowed)
{
    for (; *allowed; allowed++)
        if (strcmp(name, *allowed) == 0)
            return true;
    return false;
}

bool members_only(const json_t *value, const char *path, const char *const *allowed, struct err *err)
{
    if (!json_is_object(value)) {
        struct str whole = str_from(path);
        if (str_ends(whole, STR(".")))
            whole.size--;
        char field[MEMBERS_PATH_SIZE];
        (void)snprintf(field, sizeof field, "%.*s", STR_ARG(whole));
        return err_field(err, field, "a JSON object is needed here");
    }
    /* Iterating changes nothing, but jansson's iterator wants a plain pointer. */
    json_t *object = (json_t *)(uintptr_t)value;
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at))
        if (!is_allowed(json_object_iter_key(at), allowed))
            return members_error(err, path, json_object_iter_key(at), "there is no such member");
    return true;
}

bool members_str(const json_t *object, const char *path, const char *name, size_t size_max, struct str *ret,
                 struct err *err)
{
    const json_t *value = json_object_get(object, name);
    if (!value)
        return true;
    if (!json_is_string(value))
        return members_error(err, path, name, "a string is needed here");
    struct str s = str_make(json_string_value(value), json_string_length(value));
    if (s.size && memchr(s.data, '\0', s.size))
        return members_error(err, path, name, "the text contains a zero byte");
    if (s.size > size_max)
        return members_error(err, path, name, "the text is longer than %zu bytes", size_max);
    *ret = s;
    return true;
}

bool members_bool(const json_t *object, const char *path, const char *name, bool *ret, struct err *err)
{
    const json_t *value = json_object_get(object, name);
    if (!value)
        return true;
    if (!json_is_boolean(value))
        return members_error(err, path, name, "true or false is needed here");
    *ret = json_is_true(value);
    return true;
}

bool members_i64(const json_t *object, const char *path, const char *name, int64_t min, int64_t max, int64_t *ret,
                 struct err *err)
{
    const json_t *value = json_object_get(object, name);
    if (!value)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < min || json_integer_value(value) > max)
        return members_error(err, path, name, "a whole number from %lld to %lld is needed here", (long long)min,
                             (long long)max);
    *ret = json_integer_value(value);
    return true;
}

bool members_u32(const json_t *object, const char *path, const char *name, uint32_t min, uint32_t max, uint32_t *ret,
                 struct err *err)
{
    int64_t value = *ret;
    if (!members_i64(object, path, name, min, max, &value, err))
        return false;
    *ret = (uint32_t)value;
    return true;
}

bool members_choice(const json_t *object, const char *path, const char *name, const char *const *choices, uint32_t *ret,
                    struct err *err)
{
    const json_t *value = json_object_get(object, name);
    if (!value)
        return true;
    char list[200] = "";
    size_t used = 0;
    for (uint32_t i = 0; choices[i]; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), choices[i]) == 0) {
            *ret = i;
            return true;
        }
        int more = snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", choices[i]);
        if (more > 0 && (size_t)more < sizeof list - used)
            used += (size_t)more;
    }
    return members_error(err, path, name, "one of these is needed here: %s", list);
}

bool members_array(const json_t *object, const char *path, const char *name, size_t count_max, const json_t **ret,
                   size_t *ret_count, struct err *err)
{
    const json_t *value = json_object_get(object, name);
    if (!value) {
        *ret_count = 0;
        return true;
    }
    if (!json_is_array(value))
        return members_error(err, path, name, "a list is needed here");
    if (json_array_size(value) > count_max)
        return members_error(err, path, name, "there are %zu entries, at most %zu are allowed", json_array_size(value),
                             count_max);
    *ret = value;
    *ret_count = json_array_size(value);
    return true;
}
