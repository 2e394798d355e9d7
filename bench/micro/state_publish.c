/*
 * What a start with ten thousand sites over two thousand certificates costs control: opening the database, reading
 * sites and ledger, reading the certificates and opening their keys, building the snapshot, sealing it into a memfd;
 * then what each change of one site costs: saving. Makes its own data in a temporary folder (2,000 leaves of a local
 * CA, which takes a while). Prints milliseconds of CPU, best of five, since a shared machine's wall clock says little;
 * the sum and saving (with its sync) also by the wall clock.
 *
 *     state_publish [SITES [CERTIFICATES]]
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "control/assemble.h"
#include "crypto/localca.h"
#include "os/clock.h"
#include "os/memfd.h"
#include "snapshot/build.h"
#include "snapshot/counters.h"
#include "store/certificate.h"
#include "store/store.h"

#define ROUNDS 5

static void must(bool fine, const struct err *err)
{
    if (fine)
        return;
    (void)fprintf(stderr, "state_publish: %s\n", err->text);
    exit(1);
}

static const uint8_t seal_key[SEAL_KEY_SIZE] = {1};

static void make_certificates(struct certificates *certificates, char (*ids)[CERTIFICATE_ID_SIZE + 1], size_t count)
{
    struct buf root, root_key;
    struct err err = {0};
    buf_init(&root, 65536);
    buf_init(&root_key, 65536);
    must(localca_make_root(STR("bench"), clock_wall_s(), &root, &root_key, &err), &err);
    for (size_t i = 0; i < count; i++) {
        struct buf pem, key;
        char name[64];
        (void)snprintf(name, sizeof name, "*.c%zu.example.org", i);
        const struct str names[] = {str_from(name)};
        buf_init(&pem, 65536);
        buf_init(&key, 65536);
        must(localca_issue(buf_str(&root), buf_str(&root_key), names, 1, clock_wall_s(), &pem, &key, &err), &err);
        struct cert *cert = cert_load(buf_str(&pem), buf_str(&key), NULL, &err);
        must(cert != NULL, &err);
        const struct certificate *added = certificates_add(certificates, cert, &err);
        must(added != NULL, &err);
        memcpy(ids[i], added->id, sizeof ids[i]);
        cert_free(cert);
        key_wipe(&key);
        buf_fini(&pem);
    }
    key_wipe(&root_key);
    buf_fini(&root);
}

static void make_state(struct state *state, char (*ids)[CERTIFICATE_ID_SIZE + 1], size_t sites_count,
                       size_t certificates_count)
{
    struct err err = {0};
    struct site **sites = calloc(sites_count, sizeof *sites);
    if (!sites)
        exit(1);
    state_init(state);
    for (size_t i = 0; i < sites_count; i++) {
        char name[64], url[64];
        (void)snprintf(name, sizeof name, "s%zu.c%zu.example.org", i, i % certificates_count);
        (void)snprintf(url, sizeof url, "http://127.0.0.1:%zu", 1024 + i % 60000);
        json_t *json = json_pack("{s:s, s:[s]}", "name", name, "upstreams", url);
        must(site_read(json, "", ROUTE_FROM_OPERATOR, &sites[i], &err), &err);
        json_decref(json);
        sites[i]->hsts.mode = HSTS_HOLD;
        sites[i]->hsts.max_age_s = 300 + (uint32_t)i;
        must(site_set_certificates(sites[i], SITE_SOURCE_FILE, str_from(ids[i % certificates_count]), STR("")), &err);
    }
    must(state_add(state, sites, sites_count, &err), &err);
    must(state_assign_slots(state, &err), &err);
    for (size_t i = 0; i < sites_count; i++)
        site_unref(sites[i]);
    free(sites);
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static int64_t cpu_us(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static double ms_since(int64_t from_us)
{
    return (double)(cpu_us() - from_us) / 1000.0;
}

static double wall_ms_since(int64_t from_us)
{
    return (double)(clock_monotonic_us() - from_us) / 1000.0;
}

/* One open promise for each name, as while everything is served. */
static void save_everything(struct store *store, const struct state *state)
{
    struct err err = {0};
    struct book book;
    struct book_plan plan;
    book_init(&book);
    book_plan_init(&plan, &book);
    for (size_t i = 0; i < state->sites_count; i++) {
        const struct ledger_promise promise = {.max_age_s = state->sites[i]->hsts.max_age_s};
        must(book_plan_open(&plan, &book, state->sites[i]->name, &promise, 1), &err);
    }
    must(store_save(store, &(struct store_change){.after = state, .plan = &plan}, &err), &err);
    book_plan_fini(&plan);
    book_fini(&book);
}

static void save_one(struct store *store, const struct state *before)
{
    struct err err = {0};
    struct state after;
    must(state_copy(before, &after, &err), &err);
    struct site *changed = site_copy(before->sites[before->sites_count / 2]);
    must(changed != NULL, &err);
    state_replace(&after, changed);
    site_unref(changed);
    after.generation++;
    must(store_save(store, &(struct store_change){.before = before, .after = &after}, &err), &err);
    state_fini(&after);
}

enum figure { OPEN, LOAD, CERTIFICATES, BUILD, SEAL, START, START_WALL, SAVE, SAVE_WALL, FIGURES_COUNT };

static const char *const titles[FIGURES_COUNT] = {[OPEN] = "open database",
                                                  [LOAD] = "load sites, ledger",
                                                  [CERTIFICATES] = "load certificates",
                                                  [BUILD] = "build snapshot",
                                                  [SEAL] = "seal memfd",
                                                  [START] = "start, all of these",
                                                  [START_WALL] = "the same, wall clock",
                                                  [SAVE] = "save one site",
                                                  [SAVE_WALL] = "the same, wall clock"};

static void measure(const char *folder, double best[FIGURES_COUNT], size_t *blob_size)
{
    struct err err = {0};
    struct state state;
    struct book book;
    struct store *store;
    struct certificates *certificates;
    const struct tickets tickets = {0};
    void *blob;
    int fd;
    int64_t wall = clock_monotonic_us(), start = cpu_us(), at = start;
    must(store_open(folder, seal_key, &store, &err), &err);
    best[OPEN] = least(best[OPEN], ms_since(at));
    at = cpu_us();
    must(store_load(store, &state, &book, &err), &err);
    best[LOAD] = least(best[LOAD], ms_since(at));
    at = cpu_us();
    must(certificates_new(store, &certificates, &err), &err);
    for (size_t i = 0; i < state.sites_count; i++)
        must(certificates_get(certificates, state.sites[i]->ecdsa, &err) != NULL, &err);
    best[CERTIFICATES] = least(best[CERTIFICATES], ms_since(at));
    at = cpu_us();
    const struct assemble_input input = {
        .state = &state, .certificates = certificates, .tickets = &tickets, .generation = 1, .made_s = 1};
    must(assemble(&input, &blob, blob_size, &err), &err);
    best[BUILD] = least(best[BUILD], ms_since(at));
    at = cpu_us();
    must(memfd_sealed_new("bench", str_make(blob, *blob_size), &fd, &err), &err);
    best[SEAL] = least(best[SEAL], ms_since(at));
    best[START] = least(best[START], ms_since(start));
    best[START_WALL] = least(best[START_WALL], wall_ms_since(wall));
    for (int i = 0; i < ROUNDS; i++) {
        wall = clock_monotonic_us();
        at = cpu_us();
        save_one(store, &state);
        best[SAVE] = least(best[SAVE], ms_since(at));
        best[SAVE_WALL] = least(best[SAVE_WALL], wall_ms_since(wall));
    }
    (void)close(fd);
    snapshot_blob_free(blob, *blob_size);
    certificates_free(certificates);
    state_fini(&state);
    book_fini(&book);
    store_close(store);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

int main(int count, char **arguments)
{
    uint64_t sites_count = 10000, certificates_count = 2000;
    char folder[] = "/tmp/strictgate-bench-XXXXXX";
    struct err err = {0};
    if ((count > 1 && !str_to_u64(str_from(arguments[1]), COUNTERS_SITES_MAX, &sites_count)) ||
        (count > 2 && !str_to_u64(str_from(arguments[2]), COUNTERS_SITES_MAX, &certificates_count)) ||
        sites_count == 0 || certificates_count == 0 || !mkdtemp(folder)) {
        (void)fprintf(stderr, "usage: state_publish [SITES [CERTIFICATES]]\n");
        return 2;
    }
    struct store *store;
    struct certificates *certificates;
    struct state state;
    char(*ids)[CERTIFICATE_ID_SIZE + 1] = calloc(certificates_count, sizeof *ids);
    must(ids && store_open(folder, seal_key, &store, &err) && certificates_new(store, &certificates, &err), &err);
    make_certificates(certificates, ids, certificates_count);
    make_state(&state, ids, sites_count, certificates_count);
    save_everything(store, &state);
    state_fini(&state);
    certificates_free(certificates);
    store_close(store);
    free(ids);

    double best[FIGURES_COUNT];
    size_t blob_size = 0;
    for (size_t i = 0; i < FIGURES_COUNT; i++)
        best[i] = 1e9;
    for (int i = 0; i < ROUNDS; i++)
        measure(folder, best, &blob_size);
    for (size_t i = 0; i < FIGURES_COUNT; i++)
        (void)printf("%-24s %8.1f ms\n", titles[i], best[i]);
    (void)printf("%-24s %8.1f MiB\n", "snapshot", (double)blob_size / 1048576.0);
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}
