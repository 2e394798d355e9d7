/* Typed reading over jansson. */
#include "codec/json.h"

#include <stdarg.h>
#include <stdio.h>

bool json_parse(struct str text, json_t **ret, struct err *err)
{
    json_error_t error;
    json_t *value = json_loadb(text.data ? text.data : "", text.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!value)
        return err_set(err, ERR_INPUT, "this is not JSON: line %d, column %d: %s", error.line, error.column,
                       error.text);
    *ret = value;
    return true;
}

static int put_chunk(const char *data, size_t size, void *out)
{
    return buf_put(out, data, size) ? 0 : -1;
}

bool json_write(const json_t *value, bool indented, struct buf *out)
{
    return json_dump_callback(value, put_chunk, out,
                              JSON_ENCODE_ANY | (indented ? JSON_INDENT(2) : (size_t)JSON_COMPACT)) == 0;
}

bool json_write_string(struct str text, struct buf *out)
{
    json_t *value = json_stringn(text.data ? text.data : "", text.size);
    bool ok = value && json_write(value, false, out);
    json_decref(value);
    return ok;
}

/* The path of a member, or of the object itself when `name` is empty. */
static void member_path(const struct json_read *read, const char *name, int index, char *path, size_t size)
{
    const char *dot = read->path[0] && name[0] ? "." : "";
    if (index < 0)
        (void)snprintf(path, size, "%s%s%s", read->path, dot, name);
    else
        (void)snprintf(path, size, "%s%s%s[%d]", read->path, dot, name, index);
}

__attribute__((format(printf, 4, 0))) static bool fail_at(struct json_read *read, const char *name, int index,
                                                          const char *format, va_list args)
{
    char path[sizeof read->path], text[256];
    if (read->failed)
        return false;
    read->failed = true;
    member_path(read, name, index, path, sizeof path);
    (void)vsnprintf(text, sizeof text, format, args);
    return err_field(read->err, path, "%s%s%s", path, path[0] ? " " : "the JSON value ", text);
}

__attribute__((format(printf, 4, 5))) static bool fail_item(struct json_read *read, const char *name, int index,
                                                            const char *format, ...)
{
    va_list args;
    va_start(args, format);
    bool result = fail_at(read, name, index, format, args);
    va_end(args);
    return result;
}

bool json_read_fail(struct json_read *read, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    bool result = fail_at(read, name, -1, format, args);
    va_end(args);
    return result;
}

void json_read_begin(struct json_read *read, const char *path, const json_t *value, struct err *err)
{
    *read = (struct json_read){.err = err};
    (void)snprintf(read->path, sizeof read->path, "%s", path);
    if (json_is_object(value))
        read->object = value;
    else
        (void)json_read_fail(read, "", "must be an object");
}

void json_read_child(struct json_read *read, const struct json_read *parent, const char *name, int index,
                     const json_t *value)
{
    char path[sizeof read->path];
    member_path(parent, name, index, path, sizeof path);
    if (!parent->failed) {
        json_read_begin(read, path, value, parent->err);
        return;
    }
    *read = (struct json_read){.err = parent->err, .failed = true}; /* the parent's error stays the first */
}

bool json_read_has(struct json_read *read, const char *name)
{
    bool known = false;
    for (size_t i = 0; i < read->names_count && !known; i++)
        known = strcmp(read->names[i], name) == 0;
    if (!known && read->names_count < JSON_READ_NAMES_MAX)
        read->names[read->names_count++] = name;
    return read->object && json_object_get(read->object, name);
}

bool json_read_is_null(struct json_read *read, const char *name)
{
    return json_read_has(read, name) && json_is_null(json_object_get(read->object, name));
}

/* The member, or NULL when it is absent, null, or something failed before. */
static const json_t *member(struct json_read *read, const char *name, enum json_need need)
{
    const json_t *value = json_read_has(read, name) ? json_object_get(read->object, name) : NULL;
    if (read->failed)
        return NULL;
    if (value && !json_is_null(value))
        return value;
    if (need == JSON_REQUIRED)
        (void)json_read_fail(read, name, "is missing");
    return NULL;
}

static bool check_string(struct json_read *read, const char *name, int index, const json_t *value, size_t size_max,
                         struct str *ret)
{
    if (!json_is_string(value))
        return fail_item(read, name, index, "must be a string");
    if (json_string_length(value) > size_max)
        return fail_item(read, name, index, "is longer than %zu bytes", size_max);
    *ret = str_make(json_string_value(value), json_string_length(value));
    return true;
}

bool json_read_string(struct json_read *read, const char *name, enum json_need need, size_t size_max, struct str *ret)
{
    const json_t *value = member(read, name, need);
    return value && check_string(read, name, -1, value, size_max, ret);
}

bool json_read_integer(struct json_read *read, const char *name, enum json_need need, int64_t min, int64_t max,
                       int64_t *ret)
{
    const json_t *value = member(read, name, need);
    if (!value)
        return false;
    if (!json_is_integer(value) || json_integer_value(value) < min || json_integer_value(value) > max)
        return json_read_fail(read, name, "must be a whole number from %lld to %lld", (long long)min, (long long)max);
    *ret = json_integer_value(value);
    return true;
}

bool json_read_bool(struct json_read *read, const char *name, enum json_need need, bool *ret)
{
    const json_t *value = member(read, name, need);
    if (!value)
        return false;
    if (!json_is_boolean(value))
        return json_read_fail(read, name, "must be true or false");
    *ret = json_is_true(value);
    return true;
}

bool json_read_choice(struct json_read *read, const char *name, enum json_need need, const char *const *words,
                      size_t words_count, size_t *ret)
{
    const json_t *value = member(read, name, need);
    char list[160] = "";
    if (!value)
        return false;
    for (size_t i = 0; i < words_count; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), words[i]) == 0) {
            *ret = i;
            return true;
        }
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", words[i]);
    }
    return json_read_fail(read, name, "must be one of: %s", list);
}

bool json_read_array(struct json_read *read, const char *name, enum json_need need, size_t count_max,
                     const json_t **ret)
{
    const json_t *value = member(read, name, need);
    if (!value)
        return false;
    if (!json_is_array(value))
        return json_read_fail(read, name, "must be an array");
    if (json_array_size(value) > count_max)
        return json_read_fail(read, name, "has more than %zu items", count_max);
    *ret = value;
    return true;
}

bool json_read_object(struct json_read *read, const char *name, enum json_need need, const json_t **ret)
{
    const json_t *value = member(read, name, need);
    if (!value)
        return false;
    if (!json_is_object(value))
        return json_read_fail(read, name, "must be an object");
    *ret = value;
    return true;
}

bool json_read_item_string(struct json_read *read, const char *name, const json_t *array, size_t index, size_t size_max,
                           struct str *ret)
{
    return !read->failed && check_string(read, name, (int)index, json_array_get(array, index), size_max, ret);
}

bool json_read_end(struct json_read *read)
{
    /* jansson wants a pointer it may change, and does not. */
    json_t *object = (json_t *)(uintptr_t)read->object;
    for (void *at = json_object_iter(object); at && !read->failed; at = json_object_iter_next(object, at)) {
        const char *name = json_object_iter_key(at);
        bool known = false;
        for (size_t i = 0; i < read->names_count && !known; i++)
            known = strcmp(read->names[i], name) == 0;
        if (!known)
            (void)json_read_fail(read, name, "is not known here");
    }
    return !read->failed;
}
