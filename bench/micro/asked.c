/*
 * What counting and noting cost a worker, in nanoseconds: finding a site by a host name as it was before names were
 * noted and as it is, the counters of a request and of a failed handshake, and the noting itself, of names that are in
 * the table, and of a flood of ever new ones. All in one run and in turn, the smallest of the rounds; 1000 sites.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "snapshot/build.h"
#include "snapshot/counters.h"
#include "snapshot/limits.h"
#include "snapshot/read.h"

#define ROUNDS_COUNT 15
#define TURNS_COUNT  200000
#define SITES_COUNT  1000
#define NAME_SIZE    64
#define NOW_S        1790000000

struct bench {
    struct snapshot snapshot;
    struct counters_block *block;
    char known[SITES_COUNT][NAME_SIZE], below[SITES_COUNT][NAME_SIZE], covered[SITES_COUNT][NAME_SIZE];
    uint64_t made; /* names of the flood */
    uint64_t sum;  /* so that nothing is left out */
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "asked: %s\n", what);
    exit(1);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* As gateway/asked does it. */
static void note(struct bench *b, struct str asked)
{
    char room[SEEN_NAME_SIZE_MAX];
    struct str name;
    if (!seen_name_read(asked, room, &name))
        return;
    const struct snap_site *site = snapshot_site_above(&b->snapshot, name);
    if (site)
        seen_note(&b->block->seen, site->slot, name, SEEN_BY_HOST, NOW_S);
}

static void find(struct bench *b, size_t i)
{
    b->sum += snapshot_site(&b->snapshot, str_from(b->known[i % SITES_COUNT]))->slot;
}

static void find_and_look(struct bench *b, size_t i)
{
    bool wildcard;
    struct str host = str_from(b->known[i % SITES_COUNT]);
    b->sum += snapshot_site_by(&b->snapshot, host, &wildcard)->slot;
    if (wildcard)
        note(b, host);
}

static void find_covered(struct bench *b, size_t i)
{
    b->sum += snapshot_site(&b->snapshot, str_from(b->covered[i % SITES_COUNT]))->slot;
}

static void find_covered_and_note(struct bench *b, size_t i)
{
    find_covered(b, i);
    note(b, str_from(b->covered[i % SITES_COUNT]));
}

static void note_below(struct bench *b, size_t i)
{
    note(b, str_from(b->below[i % SITES_COUNT]));
}

static void note_flood(struct bench *b, size_t i)
{
    char name[NAME_SIZE];
    (void)snprintf(name, sizeof name, "x%llu.%s", (unsigned long long)b->made++, b->known[i % 4]);
    note(b, str_from(name));
}

/* As gateway/exchange counts a request that was answered. */
static void count_request(struct bench *b, size_t i)
{
    struct counters_worker *w = &b->block->worker;
    struct counters_site *s = &b->block->sites[i % SITES_COUNT];
    counter_add(&w->requests_h1, 1);
    counter_add(&w->durations[i % 3], 1);
    counter_add(&w->durations_sum_us, 700);
    counter_add(&s->requests_https, 1);
    counter_add(&s->responses[2], 1);
    counter_add(&s->bytes_received, 0);
    counter_add(&s->bytes_sent, 128);
    counter_add(&s->hsts_sent, 1);
}

/* As gateway/client counts a handshake that failed. */
static void count_failure(struct bench *b, size_t i)
{
    counter_add(&b->block->worker.handshakes_failed[11], 1);
    counter_add_failure(b->block, (uint32_t)(i % SITES_COUNT), 11);
}

static const struct {
    const char *what;
    void (*turn)(struct bench *b, size_t i);
} works[] = {
    {"a site found by its name, nothing noted", find},
    {"the same as a request does it", find_and_look},
    {"counters of a request", count_request},
    {"counters of a failed handshake", count_failure},
    {"a site found by a wildcard", find_covered},
    {"the same, and the name noted", find_covered_and_note},
    {"a name that no site has, noted again", note_below},
    {"a name of a flood, made up and noted", note_flood},
};
#define WORKS_COUNT (sizeof works / sizeof *works)

static void build(struct bench *b)
{
    static struct build_site sites[SITES_COUNT];
    static char wildcards[SITES_COUNT][NAME_SIZE];
    static struct str aliases[SITES_COUNT];
    void *blob;
    size_t size;
    struct err err = {0};
    for (uint32_t i = 0; i < SITES_COUNT; i++) {
        (void)snprintf(b->known[i], NAME_SIZE, "app%u.example.org", i);
        (void)snprintf(b->below[i], NAME_SIZE, "legacy.app%u.example.org", i);
        (void)snprintf(b->covered[i], NAME_SIZE, "one.tenants%u.example.net", i);
        (void)snprintf(wildcards[i], NAME_SIZE, "*.tenants%u.example.net", i);
        aliases[i] = str_from(wildcards[i]);
        sites[i] = (struct build_site){.name = str_from(b->known[i]),
                                       .aliases = &aliases[i],
                                       .aliases_count = 1,
                                       .slot = i,
                                       .certificate_ecdsa = SNAPSHOT_NONE,
                                       .certificate_rsa = SNAPSHOT_NONE};
    }
    struct build_input input = {.generation = 1, .made_s = NOW_S, .sites = sites, .sites_count = SITES_COUNT};
    snapshot_limits_default(&input.limits);
    must(snapshot_build(&input, &blob, &size, &err) && snapshot_open(blob, size, &b->snapshot, &err), err.text);
    b->block = aligned_alloc(_Alignof(struct counters_block), sizeof *b->block);
    must(b->block != NULL, "out of memory");
    memset(b->block, 0, sizeof *b->block);
}

int main(void)
{
    static struct bench b;
    double least[WORKS_COUNT];
    build(&b);
    for (size_t round = 0; round < ROUNDS_COUNT; round++)
        for (size_t w = 0; w < WORKS_COUNT; w++) {
            double begin = now_ns();
            for (size_t i = 0; i < TURNS_COUNT; i++)
                works[w].turn(&b, i * 7919);
            double each = (now_ns() - begin) / TURNS_COUNT;
            least[w] = round && least[w] < each ? least[w] : each;
        }
    for (size_t w = 0; w < WORKS_COUNT; w++)
        (void)printf("%-42s %7.1f ns\n", works[w].what, least[w]);
    return b.sum == 0;
}
