#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "snapshot/limits.h"
#include "snapshot_sample.h"

#define SITES_COUNT        10000u
#define CERTIFICATES_COUNT 2000u

/* Sizes of a usual ECDSA chain: leaf, issuer, key. */
#define LEAF_SIZE   1100u
#define ISSUER_SIZE 1300u
#define KEY_SIZE    138u

/* Of the processor, however busy the machine is; sanitizers included. The figures themselves are printed. */
#define TIME_MS_MAX 5000.0

struct fleet {
    struct build_site *sites;
    struct build_certificate *certificates;
    struct build_upstream *upstreams;
    struct build_route *routes;
    struct str (*chains)[2];
    char (*names)[40], (*aliases)[44], (*labels)[40], *der;
    struct str *alias_strs;
};

static double used_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *many(size_t count, size_t size)
{
    void *rows = calloc(count, size);
    assert_non_null(rows);
    return rows;
}

static void make_certificate(struct fleet *f, uint32_t i)
{
    char *der = f->der + (size_t)i * (LEAF_SIZE + KEY_SIZE);
    for (size_t at = 0; at < LEAF_SIZE + KEY_SIZE; at++)
        der[at] = (char)(i * 31 + at * (i | 1));
    memcpy(der, &i, sizeof i);
    memcpy(der + LEAF_SIZE, &i, sizeof i);
    f->chains[i][0] = str_make(der, LEAF_SIZE);
    f->chains[i][1] = str_make(f->der, ISSUER_SIZE - 1); /* one issuer for all */
    f->certificates[i] = (struct build_certificate){
        .identity = i + 1, .chain = f->chains[i], .chain_count = 2, .key = str_make(der + LEAF_SIZE, KEY_SIZE)};
}

static void make_site(struct fleet *f, uint32_t i)
{
    (void)snprintf(f->names[i], sizeof f->names[i], "site-%u.customers.example", i);
    (void)snprintf(f->aliases[i], sizeof f->aliases[i], "*.site-%u.customers.example", i);
    (void)snprintf(f->labels[i], sizeof f->labels[i], "http://10.0.%u.%u:8080", i / 256, i % 256);
    f->alias_strs[i] = str_from(f->aliases[i]);
    f->upstreams[i] = (struct build_upstream){.label = str_from(f->labels[i]), .weight = 1, .slot = i};
    f->routes[i] = (struct build_route){.prefix = STR("/"), .kind = SNAP_ROUTE_PROXY};
    f->routes[i].group = (struct build_group){.upstreams = &f->upstreams[i],
                                              .upstreams_count = 1,
                                              .connect_timeout_ms = 5000,
                                              .first_byte_timeout_ms = 60000,
                                              .idle_timeout_ms = 60000};
    f->sites[i] = (struct build_site){.name = str_from(f->names[i]),
                                      .aliases = &f->alias_strs[i],
                                      .aliases_count = 1,
                                      .hsts = STR("max-age=31536000; includeSubDomains"),
                                      .slot = i,
                                      .certificate_ecdsa = i % CERTIFICATES_COUNT,
                                      .certificate_rsa = SNAPSHOT_NONE,
                                      .routes = &f->routes[i],
                                      .routes_count = 1};
}

static void fleet_init(struct fleet *f)
{
    f->sites = many(SITES_COUNT, sizeof *f->sites);
    f->upstreams = many(SITES_COUNT, sizeof *f->upstreams);
    f->routes = many(SITES_COUNT, sizeof *f->routes);
    f->names = many(SITES_COUNT, sizeof *f->names);
    f->aliases = many(SITES_COUNT, sizeof *f->aliases);
    f->labels = many(SITES_COUNT, sizeof *f->labels);
    f->alias_strs = many(SITES_COUNT, sizeof *f->alias_strs);
    f->certificates = many(CERTIFICATES_COUNT, sizeof *f->certificates);
    f->chains = many(CERTIFICATES_COUNT, sizeof *f->chains);
    f->der = many(CERTIFICATES_COUNT, LEAF_SIZE + KEY_SIZE + ISSUER_SIZE);
    for (uint32_t i = 0; i < CERTIFICATES_COUNT; i++)
        make_certificate(f, i);
    for (uint32_t i = 0; i < SITES_COUNT; i++)
        make_site(f, i);
}

static void fleet_fini(struct fleet *f)
{
    void *all[] = {f->sites,  f->upstreams,  f->routes,       f->names,  f->aliases,
                   f->labels, f->alias_strs, f->certificates, f->chains, f->der};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static void ten_thousand_sites_build_and_open_at_once(void **state)
{
    (void)state;
    struct fleet fleet;
    fleet_init(&fleet);
    struct build_input input = {.generation = 1,
                                .sites = fleet.sites,
                                .sites_count = SITES_COUNT,
                                .certificates = fleet.certificates,
                                .certificates_count = CERTIFICATES_COUNT};
    snapshot_limits_default(&input.limits);
    void *blob;
    size_t size;
    struct snapshot s;
    struct err err;
    double start = used_ms();
    if (!snapshot_build(&input, &blob, &size, &err))
        fail_msg("%s", err.text);
    double built = used_ms();
    if (!snapshot_open(blob, size, &s, &err))
        fail_msg("%s", err.text);
    double opened = used_ms();
    print_message("%u sites over %u certificates: %.1f ms to build, %.1f ms to open, %zu KiB\n", SITES_COUNT,
                  CERTIFICATES_COUNT, built - start, opened - built, size / 1024);
    assert_true(opened - start < TIME_MS_MAX);
    assert_int_equal(s.header->certificates.count, CERTIFICATES_COUNT);
    assert_true(size <
                (size_t)CERTIFICATES_COUNT * (LEAF_SIZE + ISSUER_SIZE + KEY_SIZE + 64) + (size_t)SITES_COUNT * 600);
    for (uint32_t i = 0; i < SITES_COUNT; i++) {
        char below[64];
        (void)snprintf(below, sizeof below, "x.%s", fleet.names[i]);
        assert_int_equal(snapshot_site(&s, str_from(fleet.names[i]))->slot, i);
        assert_int_equal(snapshot_site(&s, str_from(below))->slot, i);
        assert_null(snapshot_site(&s, str_after(str_from(fleet.names[i]), 1)));
    }
    snapshot_blob_free(blob, size);
    fleet_fini(&fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ten_thousand_sites_build_and_open_at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
