/*
 * The walk outwards through what trusted proxies wrote. It ends at the first address that is not one of them: whatever
 * stands further left was written by a stranger.
 */
#include "gateway/origin.h"

#include "gateway/client.h"
#include "http/forwarded.h"

struct address origin_peer(const union os_address *peer)
{
    struct address address = {.family = ADDRESS_NONE};
    if (peer->any.sa_family == AF_INET) {
        address.family = ADDRESS_IP4;
        memcpy(address.bytes, &peer->v4.sin_addr, 4);
    } else if (peer->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&peer->v6.sin6_addr)) {
        address.family = ADDRESS_IP4;
        memcpy(address.bytes, (const uint8_t *)&peer->v6.sin6_addr + 12, 4);
    } else if (peer->any.sa_family == AF_INET6) {
        address.family = ADDRESS_IP6;
        memcpy(address.bytes, &peer->v6.sin6_addr, 16);
    }
    return address;
}

bool origin_client(const struct exchange *ex, struct address *ret)
{
    if (ex->client->trusted)
        return ex->client_text && address_parse(str_from(ex->client_text), ret);
    *ret = origin_peer(&ex->client->peer);
    return ret->family != ADDRESS_NONE;
}

static bool is_trusted(void *context, const struct address *address)
{
    const struct gateway_listener *listener = context;
    union os_address peer = {0};
    if (address->family == ADDRESS_IP4) {
        peer.v4.sin_family = AF_INET;
        memcpy(&peer.v4.sin_addr, address->bytes, 4);
    } else {
        peer.v6.sin6_family = AF_INET6;
        memcpy(&peer.v6.sin6_addr, address->bytes, 16);
    }
    return address->family != ADDRESS_NONE && os_network_has(listener->trusted, listener->trusted_count, &peer);
}

struct str origin_list(struct exchange *ex, enum http_field_id id)
{
    struct str list = STR("");
    for (size_t i = 0; i < ex->request.fields_count; i++) {
        const struct http_field *field = &ex->request.fields[i];
        if (field->id != id || field->value.size == 0)
            continue;
        list = list.size ? arena_printf(&ex->arena, "%.*s, %.*s", STR_ARG(list), STR_ARG(field->value)) : field->value;
    }
    return list;
}

static void set_client(struct exchange *ex, const struct address *client)
{
    char text[ADDRESS_TEXT_SIZE];
    struct str kept, written = address_write(client, text);
    if (written.size && arena_str(&ex->arena, written, &kept))
        ex->client_text = kept.data;
}

static void apply_forwarded(struct exchange *ex, struct str value, struct address *client)
{
    struct forwarded_element elements[FORWARDED_COUNT_MAX];
    size_t count = 0;
    void *listener = (void *)(uintptr_t)ex->client->listener;
    if (!forwarded_parse(value, elements, &count))
        return;
    const struct forwarded_element *named = forwarded_client(elements, count, is_trusted, listener, client);
    if (named)
        ex->scheme_https = str_eq_nocase(named->proto, STR("https"));
}

static void apply_x_forwarded(struct exchange *ex, struct address *client)
{
    struct str list = origin_list(ex, HTTP_FIELD_X_FORWARDED_FOR);
    struct str proto = origin_list(ex, HTTP_FIELD_X_FORWARDED_PROTO);
    if (list.size)
        (void)forwarded_for_client(list, is_trusted, (void *)(uintptr_t)ex->client->listener, client);
    /* a list is the work of several proxies: only the nearest one is known to be ours */
    size_t comma = str_find_last(proto, ',');
    proto = str_trim(str_after(proto, comma < proto.size ? comma + 1 : 0));
    if (proto.size)
        ex->scheme_https = str_eq_nocase(proto, STR("https"));
}

void origin_apply(struct exchange *ex)
{
    struct address client = origin_peer(&ex->client->peer);
    struct str forwarded = origin_list(ex, HTTP_FIELD_FORWARDED);
    bool secure = ex->secure;
    if (forwarded.size)
        apply_forwarded(ex, forwarded, &client);
    else
        apply_x_forwarded(ex, &client);
    ex->scheme_https = secure || ex->scheme_https; /* our own TLS needs nobody's word */
    set_client(ex, &client);
}
