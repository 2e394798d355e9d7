/* URLs are checked as they are read, so that whoever follows one need not. */
#include "acme/order.h"

#include "acme/ca_url.h"
#include "acme/directory.h"
#include "codec/base64.h"

bool order_write_new(const struct identifier *identifiers, size_t identifiers_count, struct str profile,
                     struct str replaces, struct buf *out)
{
    bool ok = buf_put_str(out, STR("{\"identifiers\":["));
    for (size_t i = 0; ok && i < identifiers_count; i++)
        ok = (i == 0 || buf_put_char(out, ',')) && identifier_write(&identifiers[i], out);
    ok = ok && buf_put_char(out, ']');
    if (ok && profile.size > 0)
        ok = buf_put_str(out, STR(",\"profile\":")) && json_write_string(profile, out);
    if (ok && replaces.size > 0)
        ok = buf_put_str(out, STR(",\"replaces\":")) && json_write_string(replaces, out);
    return ok && buf_put_char(out, '}');
}

bool order_write_finalize(struct str csr_der, struct buf *out)
{
    return buf_put_str(out, STR("{\"csr\":\"")) && base64_encode(BASE64_URL, csr_der, out) &&
           buf_put_str(out, STR("\"}"));
}

static bool identifiers_read(struct json_read *read, struct arena *arena, struct order *order)
{
    const json_t *all;
    if (!json_read_array(read, "identifiers", JSON_REQUIRED, ORDER_IDENTIFIERS_COUNT_MAX, &all))
        return false;
    size_t count = json_array_size(all);
    order->identifiers = arena_zalloc(arena, (count + 1) * sizeof *order->identifiers);
    if (!order->identifiers)
        return json_read_fail(read, "identifiers", "does not fit into memory");
    for (size_t i = 0; i < count; i++)
        if (!identifier_read(read, "identifiers", (int)i, json_array_get(all, i), arena, &order->identifiers[i]))
            return false;
    order->identifiers_count = count;
    return true;
}

/* One URL of the list. */
static bool authorization_read(struct json_read *read, const json_t *all, size_t index, struct arena *arena,
                               struct str *ret)
{
    struct str url;
    struct err err = {0};
    if (!json_read_item_string(read, "authorizations", all, index, ACME_URL_SIZE_MAX, &url))
        return false;
    if (!ca_url_check(url, &err))
        return json_read_fail(read, "authorizations", "has a URL that %s", err.text);
    return arena_str(arena, url, ret) || json_read_fail(read, "authorizations", "does not fit into memory");
}

static bool authorizations_read(struct json_read *read, struct arena *arena, struct order *order)
{
    const json_t *all;
    if (!json_read_array(read, "authorizations", JSON_REQUIRED, ORDER_IDENTIFIERS_COUNT_MAX, &all))
        return false;
    size_t count = json_array_size(all);
    order->authorizations = arena_zalloc(arena, (count + 1) * sizeof *order->authorizations);
    if (!order->authorizations)
        return json_read_fail(read, "authorizations", "does not fit into memory");
    for (size_t i = 0; i < count; i++)
        if (!authorization_read(read, all, i, arena, &order->authorizations[i]))
            return false;
    order->authorizations_count = count;
    return true;
}

static bool profile_read(struct json_read *read, struct arena *arena, struct order *order)
{
    struct str profile;
    if (!json_read_string(read, "profile", JSON_OPTIONAL, ACME_PROFILE_SIZE_MAX, &profile))
        return !read->failed;
    return arena_str(arena, profile, &order->profile) || json_read_fail(read, "profile", "does not fit into memory");
}

bool order_read(const json_t *body, struct arena *arena, struct order *ret, struct err *err)
{
    static const char *const states[] = {"pending", "ready", "processing", "valid", "invalid"};
    struct json_read read;
    struct order order = {0};
    size_t status = 0;
    json_read_begin(&read, "", body, err);
    (void)json_read_choice(&read, "status", JSON_REQUIRED, states, sizeof states / sizeof *states, &status);
    order.status = (enum order_status)status;
    (void)ca_url_read(&read, "finalize", JSON_REQUIRED, arena, &order.finalize);
    (void)ca_url_read(&read, "certificate", JSON_OPTIONAL, arena, &order.certificate);
    if (read.failed || !identifiers_read(&read, arena, &order) || !authorizations_read(&read, arena, &order) ||
        !profile_read(&read, arena, &order))
        return false;
    if (order.status == ORDER_VALID && order.certificate.size == 0)
        return json_read_fail(&read, "certificate", "is missing although the order is valid");
    *ret = order;
    return true;
}

static bool has(const struct identifier *all, size_t count, const struct identifier *one)
{
    for (size_t i = 0; i < count; i++)
        if (identifier_eq(&all[i], one))
            return true;
    return false;
}

bool order_is_for(const struct order *order, const struct identifier *identifiers, size_t identifiers_count)
{
    for (size_t i = 0; i < identifiers_count; i++)
        if (!has(order->identifiers, order->identifiers_count, &identifiers[i]))
            return false;
    for (size_t i = 0; i < order->identifiers_count; i++)
        if (!has(identifiers, identifiers_count, &order->identifiers[i]))
            return false;
    return true;
}
