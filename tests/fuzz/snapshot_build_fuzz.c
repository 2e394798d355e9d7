/*
 * The snapshot builder against inputs made of any bytes: what it refuses it must refuse with a reason, and what it
 * builds the reader must open and find its way through.
 */
#include <stdlib.h>

#include "snapshot_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SITES_COUNT  3
#define ROUTES_COUNT 3

/* What is left of the input: everything below is drawn from its front. */
struct draw {
    const uint8_t *at;
    size_t left;
};

static uint8_t draw_byte(struct draw *d)
{
    if (d->left == 0)
        return 0;
    d->left--;
    return *d->at++;
}

/* Mostly small, so that valid values are met; now and then anything. */
static uint32_t draw_number(struct draw *d)
{
    uint32_t number = draw_byte(d);
    if (number < 250)
        return number % 8;
    for (int i = 0; i < 3; i++)
        number = number << 8 | draw_byte(d);
    return number;
}

static struct str draw_str(struct draw *d)
{
    size_t size = draw_byte(d);
    if (size > d->left)
        size = d->left;
    struct str s = str_make(d->at, size);
    d->at += size;
    d->left -= size;
    return s;
}

static void draw_upstream(struct draw *d, struct build_upstream *ret)
{
    uint8_t flags = draw_byte(d);
    ret->label = draw_str(d);
    if (flags & 4)
        ret->address = draw_str(d);
    if (flags & 8)
        ret->tls_name = draw_str(d);
    ret->tls = flags & 1;
    ret->unverified = flags & 2;
    ret->weight = draw_number(d);
    ret->slot = draw_number(d);
}

static void draw_group(struct draw *d, struct build_upstream *upstream, struct build_group *ret)
{
    draw_upstream(d, upstream);
    ret->balance = (enum snap_balance)(draw_byte(d) % 3);
    ret->upstreams = upstream;
    ret->upstreams_count = 1;
    ret->connect_timeout_ms = draw_number(d);
    ret->first_byte_timeout_ms = draw_number(d);
    ret->idle_timeout_ms = draw_number(d);
    ret->health_interval_ms = draw_byte(d) & 1 ? 1000 : draw_number(d);
    ret->health_timeout_ms = draw_number(d);
    ret->health_path = draw_str(d);
    ret->health_host = draw_str(d);
}

static void draw_route(struct draw *d, struct build_upstream *upstream, struct build_route *ret)
{
    ret->prefix = draw_str(d);
    ret->kind = (enum snap_route_kind)(draw_byte(d) % 4);
    if (ret->kind == SNAP_ROUTE_PROXY)
        draw_group(d, upstream, &ret->group);
    ret->root = draw_str(d);
    ret->index = draw_str(d);
    ret->strip_prefix = draw_byte(d) & 1;
    ret->status = 200 + draw_number(d) * 100;
    ret->body = draw_str(d);
    ret->content_type = draw_str(d);
}

struct room {
    struct build_site sites[SITES_COUNT];
    struct build_route routes[SITES_COUNT][ROUTES_COUNT];
    struct build_upstream upstreams[SITES_COUNT][ROUTES_COUNT];
    struct str aliases[SITES_COUNT];
};

static void draw_site(struct draw *d, struct room *room, unsigned number)
{
    struct build_site *site = &room->sites[number];
    uint8_t flags = draw_byte(d);
    site->name = draw_str(d);
    room->aliases[number] = flags & 1 ? draw_str(d) : (struct str){NULL, 0};
    site->aliases = &room->aliases[number];
    site->aliases_count = flags & 1;
    if (flags & 2)
        site->hsts = draw_str(d);
    if (flags & 32) {
        uint64_t cap_s = draw_number(d);
        site->hsts_cap_s = (int64_t)(cap_s << draw_byte(d) % 40); /* negative ones among them */
    }
    if (flags & 4)
        site->error_page = draw_str(d);
    site->slot = draw_number(d);
    site->flags = draw_number(d);
    site->redirect = (enum snap_redirect)(draw_byte(d) % 4);
    site->https_port = draw_number(d);
    site->certificate_ecdsa = flags & 8 ? draw_number(d) : SNAPSHOT_NONE;
    site->certificate_rsa = flags & 16 ? draw_number(d) : SNAPSHOT_NONE;
    site->routes = room->routes[number];
    site->routes_count = draw_byte(d) % (ROUTES_COUNT + 1);
    for (size_t i = 0; i < site->routes_count; i++)
        draw_route(d, &room->upstreams[number][i], &room->routes[number][i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct draw d = {data, size};
    struct build_input input = snapshot_sample(); /* with its certificates, tickets and limits */
    struct room *room = calloc(1, sizeof *room);
    struct build_challenge challenges[2];
    struct build_alpn_challenge alpn_challenges[2];
    struct err err = {0};
    struct snapshot s;
    void *blob;
    size_t blob_size;
    if (!room)
        return 0;
    input.sites = room->sites;
    input.sites_count = draw_byte(&d) % (SITES_COUNT + 1);
    input.takes_reports = input.sites_count > 0;
    for (unsigned i = 0; i < input.sites_count; i++)
        draw_site(&d, room, i);
    input.challenges = challenges;
    input.challenges_count = draw_byte(&d) % 3;
    for (size_t i = 0; i < input.challenges_count; i++) {
        challenges[i].token = draw_str(&d);
        challenges[i].content = draw_str(&d);
    }
    input.alpn_challenges = alpn_challenges;
    input.alpn_challenges_count = draw_byte(&d) % 3;
    for (size_t i = 0; i < input.alpn_challenges_count; i++) {
        alpn_challenges[i].name = draw_str(&d);
        alpn_challenges[i].certificate = draw_number(&d);
    }
    if (snapshot_build(&input, &blob, &blob_size, &err)) {
        if (!snapshot_open(blob, blob_size, &s, &err))
            abort(); /* what is built opens */
        for (size_t i = 0; i < input.sites_count; i++)
            if (snapshot_site(&s, input.sites[i].name) != &s.sites[i] ||
                s.sites[i].hsts_cap_s != input.sites[i].hsts_cap_s)
                abort(); /* and its sites are found by their names, bounded as they were */
        for (size_t i = 0; i < input.alpn_challenges_count; i++)
            if (!snapshot_alpn_challenge(&s, input.alpn_challenges[i].name))
                abort();
        (void)snapshot_walk(&s);
        snapshot_blob_free(blob, blob_size);
    } else if (!err.text[0]) {
        abort();
    }
    free(room);
    return 0;
}
