/*
 * Forwarded and X-Forwarded-For. An element that was read is the same when it was written and read again; a walk ends
 * at an address that the value names, or at the peer.
 */
#include <stdlib.h>

#include "http/forwarded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Every second address or so, so that walks have some length. */
static bool is_trusted(void *context, const struct address *address)
{
    (void)context;
    return address->bytes[3] % 2 == 0;
}

static void must_survive_writing(const struct forwarded_element *e)
{
    struct forwarded_element again[FORWARDED_COUNT_MAX];
    struct buf out;
    size_t count = 0;
    struct str proto = e->proto.size ? e->proto : STR("https");
    buf_init(&out, 2048 + e->host.size + proto.size);
    must(forwarded_write(&out, STR("for=unknown"), &e->client.address, e->host, proto));
    must(forwarded_parse(buf_str(&out), again, &count) && count == 2);
    must(str_eq(again[1].host, e->host) && str_eq(again[1].proto, proto));
    if (e->client.kind == FORWARDED_ADDRESS)
        must(again[1].client.kind == FORWARDED_ADDRESS && address_eq(&again[1].client.address, &e->client.address) &&
             again[1].client.address.port == e->client.address.port);
    else
        must(again[1].client.kind == FORWARDED_UNKNOWN);
    buf_fini(&out);
}

static void walk_forwarded(struct str value, struct address peer)
{
    struct forwarded_element elements[FORWARDED_COUNT_MAX];
    struct address client = peer;
    size_t count = 0;
    if (!forwarded_parse(value, elements, &count))
        return;
    must(count > 0 && count <= FORWARDED_COUNT_MAX);
    for (size_t i = 0; i < count; i++)
        must_survive_writing(&elements[i]);
    const struct forwarded_element *found = forwarded_client(elements, count, is_trusted, NULL, &client);
    must(address_eq(&client, found ? &found->client.address : &peer));
}

static void walk_forwarded_for(struct str value, struct address peer)
{
    struct address client = peer, last;
    struct buf out;
    bool all_trusted = forwarded_for_client(value, is_trusted, NULL, &client);
    must(!all_trusted || is_trusted(NULL, &client));
    must(client.family != ADDRESS_NONE);
    buf_init(&out, 64);
    must(forwarded_for_write(&out, STR(""), &client));
    must(forwarded_for_parse(buf_str(&out), &last) && address_eq(&last, &client));
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct address peer;
    must(address_parse(STR("10.0.0.2"), &peer));
    walk_forwarded(str_make(data, size), peer);
    walk_forwarded_for(str_make(data, size), peer);
    return 0;
}
