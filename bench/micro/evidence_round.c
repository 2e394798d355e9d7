/*
 * What it costs control to turn the counters into evidence once a minute: of ten thousand sites nothing happened at,
 * and of ten thousand of which each had requests, and each tenth a failed handshake; with the largest slice, which is
 * for how long the ledger's commits wait. Eight workers' counters; the store is a real one in a temporary folder, and
 * has what a busy day leaves. Prints milliseconds by the wall clock (with the syncs), the median of the rounds, then
 * what the shared counters have come to occupy.
 *
 *     evidence_round [SITES [WORKERS]]
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/gains.h"
#include "os/clock.h"
#include "os/memfd.h"

#define ROUNDS_COUNT 15
#define START_S      1700006400

static void must(bool fine, const struct err *err)
{
    if (fine)
        return;
    (void)fprintf(stderr, "evidence_round: %s\n", err->text);
    exit(1);
}

struct bench {
    struct store *store;
    struct gains *gains;
    struct state state;
    struct counters *counters;
    int counters_fd;
    uint32_t workers_count;
    int64_t now_s;
};

static void make_sites(struct bench *b, size_t count)
{
    struct err err = {0};
    struct site **sites = calloc(count, sizeof *sites);
    if (!sites)
        exit(1);
    state_init(&b->state);
    for (size_t i = 0; i < count; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "s%zu.example.org", i);
        json_t *json = json_pack("{s:s, s:[s]}", "name", name, "upstreams", "http://127.0.0.1:1");
        must(site_read(json, "", ROUTE_FROM_OPERATOR, &sites[i], &err), &err);
        json_decref(json);
    }
    must(state_add(&b->state, sites, count, &err) && state_assign_slots(&b->state, &err), &err);
    for (size_t i = 0; i < count; i++)
        site_unref(sites[i]);
    free(sites);
}

static void make_counters(struct bench *b)
{
    struct err err = {0};
    void *map;
    size_t size = counters_size(COUNTERS_BLOCKS_MAX);
    must(memfd_shared_new("bench-counters", size, &b->counters_fd, &err), &err);
    must(memfd_shared_map(b->counters_fd, size, true, &map, &err), &err);
    b->counters = map;
    b->counters->blocks_count = b->workers_count;
}

/* As a minute of visitors would. */
static void visit(struct bench *b)
{
    for (size_t i = 0; i < b->state.sites_count; i++) {
        uint32_t slot = b->state.sites[i]->slot;
        struct counters_block *block = &b->counters->blocks[i % b->workers_count];
        counter_add(&block->sites[slot].requests_https, 100);
        counter_add(&block->sites[slot].handshakes, 10);
        if (i % 10 == 0)
            counter_add_failure(block, slot, 11);
    }
}

/* One round; *ret_slice_ms is its longest slice. */
static double round_ms(struct bench *b, double *ret_slice_ms)
{
    struct err err = {0};
    double sum_ms = 0, most_ms = 0;
    bool more = true;
    b->now_s += 60;
    while (more) {
        int64_t began_us = clock_monotonic_us();
        must(gains_write(b->gains, &b->state, b->counters, b->now_s, &more, &err), &err);
        double slice_ms = (double)(clock_monotonic_us() - began_us) / 1000;
        sum_ms += slice_ms;
        most_ms = slice_ms > most_ms ? slice_ms : most_ms;
    }
    *ret_slice_ms = most_ms;
    return sum_ms;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(struct bench *b, const char *what, bool busy)
{
    double rounds[ROUNDS_COUNT], slices[ROUNDS_COUNT];
    for (size_t i = 0; i < ROUNDS_COUNT; i++) {
        if (busy)
            visit(b);
        rounds[i] = round_ms(b, &slices[i]);
    }
    qsort(rounds, ROUNDS_COUNT, sizeof *rounds, compare);
    qsort(slices, ROUNDS_COUNT, sizeof *slices, compare);
    (void)printf("%-28s %8.2f ms a round, %8.2f ms the longest slice\n", what, rounds[ROUNDS_COUNT / 2],
                 slices[ROUNDS_COUNT / 2]);
}

static void measure_pending(struct bench *b)
{
    struct evidence_counts counts;
    int64_t began_us = clock_monotonic_us();
    gains_pending(b->gains, NULL, &b->state, b->counters, &counts);
    (void)printf("%-28s %8.2f ms\n", "what is not written yet", (double)(clock_monotonic_us() - began_us) / 1000);
}

static int unlink_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status, (void)kind, (void)at;
    return remove(path);
}

int main(int argc, char **argv)
{
    static const uint8_t seal_key[SEAL_KEY_SIZE] = {1};
    char folder[] = "/tmp/strictgate-bench-XXXXXX";
    struct bench b = {.now_s = START_S};
    struct stat status;
    struct err err = {0};
    uint64_t sites_count = 10000, workers_count = 8;
    if ((argc > 1 && !str_to_u64(str_from(argv[1]), COUNTERS_SITES_MAX, &sites_count)) ||
        (argc > 2 && !str_to_u64(str_from(argv[2]), COUNTERS_WORKERS_MAX, &workers_count)) || !mkdtemp(folder))
        return 2;
    b.workers_count = (uint32_t)workers_count;
    must(store_open(folder, seal_key, &b.store, &err) && gains_new(b.store, &b.gains, &err), &err);
    make_sites(&b, sites_count);
    make_counters(&b);
    gains_keep(b.gains, &b.state, b.counters, b.now_s);
    double slice_ms;
    (void)round_ms(&b, &slice_ms); /* the first one notes since when */
    measure(&b, "sites that rest", false);
    measure(&b, "sites that are busy", true);
    visit(&b);
    measure_pending(&b);
    if (fstat(b.counters_fd, &status) == 0)
        (void)printf("%-28s %8.2f MB\n", "the shared counters", (double)status.st_blocks * 512 / 1e6);
    state_fini(&b.state);
    gains_free(b.gains);
    store_close(b.store);
    (void)nftw(folder, unlink_one, 8, FTW_DEPTH | FTW_PHYS);
    return 0;
}
