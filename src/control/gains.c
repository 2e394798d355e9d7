/* A mark for each site; a batch of rows with the marks that are moved once they are written. */
#include "control/gains.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/map.h"
#include "control/totals.h"

/* Of a mark that is not what the counters ever said: the pages are to be read. */
#define MOVED_UNKNOWN UINT64_MAX

/* What the counters said. */
struct mark {
    struct evidence_counts counts;
    uint64_t moved;        /* of the page with the failures (totals_of_failures_moved) */
    uint64_t census_moved; /* of the one with the census */
};

struct counted {
    char *name; /* the key; NULL: failures that no site is known for */
    int64_t since_s;
    uint32_t slot;     /* its place in the counters */
    bool is_known;     /* the store knows since when it is counted */
    bool is_looked_at; /* what comes after the mark may be our own */
    bool is_holding;   /* there is something in `held` */
    struct mark mark;
    struct evidence_counts held; /* counted before the mark, and not written yet */
};

/* The first row is the gateway's: all the others together, and, in a round's first slice, what belongs to no site. */
struct batch {
    size_t count;
    struct evidence_row rows[GAINS_SLICE_COUNT + 1];
    struct counted *counted[GAINS_SLICE_COUNT + 1]; /* the first one may be NULL */
    struct mark marks[GAINS_SLICE_COUNT + 1];
};

struct gains {
    struct store *store;
    struct map sites; /* name → struct counted */
    struct counted nameless;
    struct batch batch;
    int64_t begun_s; /* when the youngest of them began to be counted */
    int64_t round_s; /* what the round under way is written down at; 0: none is */
    size_t next;     /* where it goes on in the list of sites */
};

bool gains_new(struct store *store, struct gains **ret, struct err *err)
{
    struct gains *gains = calloc(1, sizeof *gains);
    if (!gains)
        return err_memory(err);
    gains->store = store;
    gains->nameless.since_s = -1;
    map_init(&gains->sites);
    *ret = gains;
    return true;
}

static void counted_free(struct counted *counted)
{
    free(counted->name);
    free(counted);
}

void gains_free(struct gains *gains)
{
    if (!gains)
        return;
    for (struct map_entry *e = NULL; (e = map_next(&gains->sites, e));)
        counted_free(e->value);
    map_fini(&gains->sites);
    free(gains);
}

/* The counters of a site as they are now. What has not moved since `before` is taken from there. */
static void read_site(const struct counters *counters, uint32_t slot, const struct mark *before, struct mark *ret)
{
    struct mark now = {.moved = totals_of_failures_moved(counters, slot),
                       .census_moved = totals_of_census_moved(counters, slot)};
    now.counts.https_requests = totals_of_site(counters, slot, offsetof(struct counters_site, requests_https));
    now.counts.http_requests = totals_of_site(counters, slot, offsetof(struct counters_site, requests_http));
    now.counts.redirects = totals_of_site(counters, slot, offsetof(struct counters_site, redirects));
    now.counts.handshakes = totals_of_site(counters, slot, offsetof(struct counters_site, handshakes));
    if (before && now.moved == before->moved)
        memcpy(now.counts.failed, before->counts.failed, sizeof now.counts.failed);
    else
        for (uint32_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
            now.counts.failed[i] = totals_of_failures(counters, slot, i);
    if (before && now.census_moved == before->census_moved)
        now.counts.census = before->counts.census;
    else
        totals_of_census(counters, slot, &now.counts.census);
    *ret = now;
}

/* Nothing is to be written of it: most sites, most of the time, so that no more of them is touched than this. */
static bool rests(const struct counters *counters, uint32_t slot, const struct counted *counted)
{
    const struct mark *mark = &counted->mark;
    const struct evidence_counts *counts = &mark->counts;
    if (!counted->is_known || counted->is_holding)
        return false;
    return counted->is_looked_at ||
           (totals_of_failures_moved(counters, slot) == mark->moved &&
            totals_of_census_moved(counters, slot) == mark->census_moved &&
            totals_of_site(counters, slot, offsetof(struct counters_site, requests_https)) == counts->https_requests &&
            totals_of_site(counters, slot, offsetof(struct counters_site, requests_http)) == counts->http_requests &&
            totals_of_site(counters, slot, offsetof(struct counters_site, redirects)) == counts->redirects &&
            totals_of_site(counters, slot, offsetof(struct counters_site, handshakes)) == counts->handshakes);
}

/* The same as far as it is known whose it is. */
static void read_counted(const struct counters *counters, uint32_t slot, const struct counted *counted,
                         struct mark *ret)
{
    if (counted->is_looked_at)
        *ret = counted->mark;
    else
        read_site(counters, slot, &counted->mark, ret);
}

static void read_nameless(const struct counters *counters, struct mark *ret)
{
    struct mark now = {.moved = 0};
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
        now.counts.failed[i] = totals_of_worker(counters, offsetof(struct counters_worker, failures_nameless.by_cause) +
                                                              i * sizeof(uint64_t));
    *ret = now;
}

/* They begin anew when the counters' memory did. */
static uint64_t gained(uint64_t now, uint64_t before)
{
    return now >= before ? now - before : now;
}

/* Adds to *sum what came in between. */
static void add_gain(struct evidence_counts *sum, const struct evidence_counts *before,
                     const struct evidence_counts *now)
{
    struct evidence_counts gain = {.https_requests = gained(now->https_requests, before->https_requests),
                                   .http_requests = gained(now->http_requests, before->http_requests),
                                   .redirects = gained(now->redirects, before->redirects),
                                   .handshakes = gained(now->handshakes, before->handshakes)};
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
        gain.failed[i] = gained(now->failed[i], before->failed[i]);
    for (size_t i = 0; i < CENSUS_FIELDS_COUNT; i++)
        gain.census.counts[i] = gained(now->census.counts[i], before->census.counts[i]);
    evidence_counts_add(sum, &gain);
}

/* Begins with what the counters say now. NULL when memory ran out. */
static struct counted *begin(struct gains *gains, const struct site *site, const struct counters *counters,
                             int64_t now_s)
{
    struct counted *counted = calloc(1, sizeof *counted);
    if (counted && (counted->name = str_dup(site->name)) && map_put(&gains->sites, str_from(counted->name), counted)) {
        counted->since_s = gains->begun_s = now_s;
        counted->slot = site->slot;
        read_site(counters, site->slot, NULL, &counted->mark);
        return counted;
    }
    if (counted)
        counted_free(counted);
    return NULL;
}

/* A restore may put a site elsewhere: what it had in its old place is its own, what another one had in the new is not.
 */
static void change_slot(struct counted *counted, uint32_t slot, const struct counters *counters)
{
    struct mark now;
    read_counted(counters, counted->slot, counted, &now);
    add_gain(&counted->held, &counted->mark.counts, &now.counts);
    read_site(counters, slot, NULL, &counted->mark);
    counted->slot = slot;
    counted->is_looked_at = false;
    counted->is_holding = true;
}

static struct counted *take(struct gains *gains, const struct site *site, const struct counters *counters,
                            int64_t now_s)
{
    struct counted *counted = map_get(&gains->sites, site->name);
    if (!counted)
        return begin(gains, site, counters, now_s);
    if (counted->slot != site->slot)
        change_slot(counted, site->slot, counters);
    return counted;
}

static void forget_gone(struct gains *gains, const struct state *state)
{
    struct map kept;
    map_init(&kept);
    for (struct map_entry *e = NULL; (e = map_next(&gains->sites, e));)
        if (!state_find(state, e->key) || !map_put(&kept, e->key, e->value))
            counted_free(e->value); /* without memory as well: it begins anew */
    map_fini(&gains->sites);
    gains->sites = kept;
}

static void begin_nameless(struct gains *gains, const struct counters *counters, int64_t now_s)
{
    if (gains->nameless.since_s >= 0)
        return;
    gains->nameless.since_s = now_s;
    read_nameless(counters, &gains->nameless.mark);
}

void gains_keep(struct gains *gains, const struct state *state, const struct counters *counters, int64_t now_s)
{
    if (!counters)
        return;
    begin_nameless(gains, counters, now_s);
    size_t count = 0;
    for (size_t i = 0; i < state->sites_count; i++)
        count += take(gains, state->sites[i], counters, now_s) != NULL;
    if (gains->sites.count != count)
        forget_gone(gains, state);
}

/* Takes a row of the batch: what came since the mark, and what is held. */
static void put(struct batch *batch, size_t at, struct counted *counted, const struct mark *now)
{
    struct evidence_counts counts = counted->held;
    add_gain(&counts, &counted->mark.counts, &now->counts);
    batch->marks[at] = *now;
    batch->counted[at] = counted;
    batch->rows[at] =
        (struct evidence_row){.site = str_from(counted->name), .known_s = counted->since_s, .counts = counts};
}

static void begin_batch(struct gains *gains, const struct counters *counters, bool is_first)
{
    struct batch *batch = &gains->batch;
    struct mark now;
    batch->count = 1;
    batch->counted[0] = NULL;
    batch->rows[0] = (struct evidence_row){.known_s = gains->nameless.since_s};
    if (!is_first)
        return;
    read_nameless(counters, &now);
    put(batch, 0, &gains->nameless, &now);
}

/* Whether there is anything to write of it. */
static bool is_news(const struct batch *batch, size_t at)
{
    const struct counted *counted = batch->counted[at];
    return (counted && !counted->is_known) || !evidence_counts_is_empty(&batch->rows[at].counts);
}

/* All that fit, of the sites from gains->next on. */
static void fill_batch(struct gains *gains, const struct state *state, const struct counters *counters, int64_t now_s)
{
    struct batch *batch = &gains->batch;
    for (; gains->next < state->sites_count && batch->count <= GAINS_SLICE_COUNT; gains->next++) {
        const struct site *site = state->sites[gains->next];
        struct counted *counted = take(gains, site, counters, now_s);
        struct mark now;
        if (!counted || rests(counters, site->slot, counted))
            continue;
        read_counted(counters, site->slot, counted, &now);
        put(batch, batch->count, counted, &now);
        if (!is_news(batch, batch->count))
            continue;
        evidence_counts_add(&batch->rows[0].counts, &batch->rows[batch->count].counts);
        batch->count++;
    }
}

static void move_marks(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct counted *counted = batch->counted[i];
        if (!counted)
            continue;
        counted->mark = batch->marks[i];
        counted->held = (struct evidence_counts){0};
        counted->is_holding = false;
        counted->is_known = true;
    }
}

bool gains_write(struct gains *gains, const struct state *state, const struct counters *counters, int64_t now_s,
                 bool *ret_more, struct err *err)
{
    bool is_first = gains->round_s == 0;
    struct batch *batch = &gains->batch;
    *ret_more = false;
    if (!counters)
        return true;
    begin_nameless(gains, counters, now_s);
    if (is_first) {
        /* the minute that is over; but nothing is of a time at which it was not counted */
        gains->round_s = now_s > gains->begun_s ? now_s - 1 : now_s;
        gains->next = 0;
    }
    begin_batch(gains, counters, is_first);
    fill_batch(gains, state, counters, now_s);
    if ((batch->count > 1 || is_news(batch, 0)) &&
        !store_add_counts(gains->store, gains->round_s, batch->rows, batch->count, err)) {
        gains->round_s = 0;
        return false;
    }
    move_marks(batch);
    *ret_more = gains->next < state->sites_count;
    if (!*ret_more)
        gains->round_s = 0;
    return true;
}

void gains_look_begins(struct gains *gains, const struct site *site, const struct counters *counters, int64_t now_s)
{
    struct counted *counted = counters ? take(gains, site, counters, now_s) : NULL;
    struct mark now;
    if (!counted || counted->is_looked_at)
        return;
    read_site(counters, site->slot, &counted->mark, &now);
    add_gain(&counted->held, &counted->mark.counts, &now.counts);
    counted->mark = now;
    counted->is_looked_at = counted->is_holding = true;
}

void gains_read(const struct counters *counters, uint32_t slot, struct evidence_counts *ret)
{
    struct mark now = {.moved = 0};
    if (counters)
        read_site(counters, slot, NULL, &now);
    *ret = now.counts;
}

/* Of another site that had the name meanwhile the window says nothing: it was not looked at. */
void gains_look_ends(struct gains *gains, const struct site *site, const struct gains_window *window)
{
    struct counted *counted = map_get(&gains->sites, site->name);
    if (!counted || !counted->is_looked_at)
        return;
    add_gain(&counted->mark.counts, &window->begin, &window->end);
    counted->mark.moved = counted->mark.census_moved = MOVED_UNKNOWN;
    counted->is_looked_at = false;
}

static void add_pending(const struct gains *gains, const struct site *site, const struct counters *counters,
                        struct evidence_counts *sum)
{
    const struct counted *counted = map_get(&gains->sites, site->name);
    struct mark now;
    if (!counted || rests(counters, site->slot, counted))
        return;
    read_counted(counters, site->slot, counted, &now);
    evidence_counts_add(sum, &counted->held);
    add_gain(sum, &counted->mark.counts, &now.counts);
}

void gains_pending(const struct gains *gains, const struct site *site, const struct state *state,
                   const struct counters *counters, struct evidence_counts *ret)
{
    struct evidence_counts sum = {0};
    struct mark now;
    if (counters && site)
        add_pending(gains, site, counters, &sum);
    if (counters && !site && gains->nameless.since_s >= 0) {
        read_nameless(counters, &now);
        add_gain(&sum, &gains->nameless.mark.counts, &now.counts);
        for (size_t i = 0; i < state->sites_count; i++)
            add_pending(gains, state->sites[i], counters, &sum);
    }
    *ret = sum;
}

int64_t gains_since_s(const struct gains *gains, const struct site *site)
{
    const struct counted *counted = site ? map_get(&gains->sites, site->name) : &gains->nameless;
    return counted ? counted->since_s : -1;
}
