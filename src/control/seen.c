/*
 * Slices: so many shelves that have moved, and so many names in them, then one transaction, then the marks.
 */
#include "control/seen.h"

#include <stdlib.h>

#include "base/map.h"
#include "control/seen_parts.h"
#include "hsts/clock.h"
#include "probe/target.h"
#include "store/seen.h"

#define HOUR_S 3600
/* Of one slice: a few milliseconds of work, and a sync. */
#define SLICE_NAMES_MAX   256
#define SLICE_SHELVES_MAX 64

/* A shelf of this slice, as it was read. */
struct taken {
    uint32_t block, shelf;
    uint64_t moved;
    struct seen_shelf_marks marks;
};

struct slice {
    size_t shelves_count, rows_count;
    struct taken shelves[SLICE_SHELVES_MAX];
    struct seen_row rows[SLICE_NAMES_MAX];
    uint64_t hashes[SLICE_NAMES_MAX]; /* of their names */
    char names[SLICE_NAMES_MAX][SEEN_NAME_SIZE_MAX];
    bool has_index;
    const struct site *by_slot[COUNTERS_SITES_MAX]; /* valid during a slice */
};

/* What a slice works with. */
struct work {
    struct seen *seen;
    struct slice *slice;
    const struct state *state;
    const struct counters *counters;
    int64_t now_s;
};

bool seen_new(struct store *store, struct seen **ret, struct err *err)
{
    struct seen *seen = calloc(1, sizeof *seen);
    struct slice *slice = calloc(1, sizeof *slice);
    if (!seen || !slice) {
        free(seen);
        free(slice);
        return err_memory(err);
    }
    seen->store = store;
    seen->slice = slice;
    *ret = seen;
    return true;
}

void seen_free(struct seen *seen)
{
    if (!seen)
        return;
    seen_marks_fini(&seen->marks);
    free(seen->slice);
    free(seen);
}

uint32_t seen_blocks_count(const struct counters *counters)
{
    uint32_t count = counters ? __atomic_load_n(&counters->blocks_count, __ATOMIC_RELAXED) : 0;
    return count < COUNTERS_BLOCKS_MAX ? count : COUNTERS_BLOCKS_MAX;
}

struct str seen_base_of(struct str name)
{
    return str_starts(name, STR("*.")) ? str_after(name, 2) : name;
}

bool seen_is_ours(struct str name)
{
    return str_eq(str_part(name, 0, str_find(name, '.')), STR(TARGET_WILDCARD_LABEL));
}

bool seen_is_below(struct str name, struct str domain)
{
    return name.size > domain.size + 1 && str_ends(name, domain) && name.data[name.size - domain.size - 1] == '.';
}

static int64_t earlier(int64_t a_s, int64_t b_s)
{
    return a_s < b_s ? a_s : b_s;
}

int64_t seen_time(int64_t written_s, int64_t now_s)
{
    return earlier(written_s, now_s + HSTS_CLOCK_JUMP_S);
}

static const struct site *site_at(struct work *w, uint32_t slot)
{
    struct slice *slice = w->slice;
    if (!slice->has_index) {
        memset(slice->by_slot, 0, sizeof slice->by_slot);
        for (size_t i = 0; i < w->state->sites_count; i++)
            if (w->state->sites[i]->slot < COUNTERS_SITES_MAX)
                slice->by_slot[w->state->sites[i]->slot] = w->state->sites[i];
        slice->has_index = true;
    }
    return slot < COUNTERS_SITES_MAX ? slice->by_slot[slot] : NULL;
}

/* The longest name of the site that had this slot that the name lies below; empty: the slot is another site's now. */
static struct str domain_of(struct work *w, const struct seen_record *record)
{
    const struct site *site = site_at(w, record->owner);
    struct str longest = STR("");
    for (size_t i = 0; site && i < site_names_count(site); i++) {
        struct str base = seen_base_of(site_name(site, i));
        if (base.size > longest.size && seen_is_below(str_make(record->name, record->size), base))
            longest = base;
    }
    return longest;
}

/* Of a name that an earlier control may have taken already: never more than what came since. */
static uint64_t gain_unmarked(const struct seen_record *record, bool is_known, const struct seen_row *known)
{
    if (!is_known || record->first_s > known->last_s)
        return record->count;
    return record->last_s > known->last_s;
}

static void add_to(struct seen_row *row, const struct seen_record *record, uint64_t gain, int64_t now_s)
{
    int64_t last_s = seen_time(record->last_s, now_s);
    if (last_s > row->last_s) {
        row->hours = seen_hours_next(row->hours, row->last_s, last_s);
        row->last_s = last_s;
    }
    if (record->hours > row->hours)
        row->hours = record->hours;
    row->first_s = earlier(row->first_s, record->first_s);
    row->count += gain;
    row->by |= record->by;
}

/* Another worker's table may have had the name in this slice already. */
static struct seen_row *find_in_slice(struct slice *slice, struct str name, uint64_t hash)
{
    for (size_t i = 0; i < slice->rows_count; i++)
        if (slice->hashes[i] == hash && str_eq(slice->rows[i].name, name))
            return &slice->rows[i];
    return NULL;
}

/* A row of the slice for the name, with what is known of it. */
static struct seen_row *begin_row(struct slice *slice, const struct seen_record *record, struct str domain,
                                  const struct seen_row *known, int64_t now_s)
{
    size_t at = slice->rows_count++;
    memcpy(slice->names[at], record->name, record->size);
    slice->hashes[at] = record->hash;
    slice->rows[at] = *known;
    slice->rows[at].name = str_make(slice->names[at], record->size);
    slice->rows[at].domain = domain;
    if (known->count == 0)
        slice->rows[at].first_s = seen_time(record->first_s, now_s);
    return &slice->rows[at];
}

static bool take_name(struct work *w, const struct seen_record *record, const struct seen_shelf_marks *marks,
                      size_t slot, struct err *err)
{
    struct str name = str_make(record->name, record->size), domain = domain_of(w, record);
    struct seen_row known = {0}, *row = find_in_slice(w->slice, name, record->hash);
    bool is_known = false;
    if (domain.size == 0 || seen_is_ours(name))
        return true;
    if (!row && !store_seen_find(w->seen->store, name, &known, &is_known, err))
        return false;
    bool is_marked = marks || w->seen->is_settled;
    uint64_t gain =
        is_marked ? seen_marks_gain(marks, slot, record) : gain_unmarked(record, row || is_known, row ? row : &known);
    if (gain == 0)
        return true;
    add_to(row ? row : begin_row(w->slice, record, domain, &known, w->now_s), record, gain, w->now_s);
    return true;
}

static bool take_shelf(struct work *w, struct taken *taken, struct err *err)
{
    const struct seen_shelf *shelf = &w->counters->blocks[taken->block].seen.shelves[taken->shelf];
    const struct seen_shelf_marks *marks = seen_marks_of(&w->seen->marks, taken->block, taken->shelf);
    struct seen_record record;
    if (marks) /* what was taken of a slot that cannot be read now holds on */
        taken->marks = *marks;
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++) {
        /* one that is just being written is taken next time: by then its shelf has moved again */
        if (!seen_read(shelf, i, &record))
            continue;
        if (!take_name(w, &record, marks, i, err))
            return false;
        taken->marks.slots[i] = (struct seen_mark){record.hash, record.first_s, record.count};
    }
    return true;
}

static bool has_room(const struct slice *slice)
{
    return slice->shelves_count < SLICE_SHELVES_MAX && slice->rows_count + SEEN_SLOTS_COUNT <= SLICE_NAMES_MAX;
}

/* As many shelves as there is room for; *next goes on behind them. */
static bool fill(struct work *w, uint64_t *next, struct err *err)
{
    uint64_t end = (uint64_t)seen_blocks_count(w->counters) * SEEN_SHELVES_COUNT;
    for (; *next < end && has_room(w->slice); (*next)++) {
        uint64_t moved;
        uint32_t block = (uint32_t)(*next / SEEN_SHELVES_COUNT), shelf = (uint32_t)(*next % SEEN_SHELVES_COUNT);
        if (!seen_marks_moved(&w->seen->marks, w->counters, block, shelf, &moved))
            continue;
        struct taken *taken = &w->slice->shelves[w->slice->shelves_count++];
        *taken = (struct taken){.block = block, .shelf = shelf, .moved = moved};
        if (!take_shelf(w, taken, err))
            return false;
    }
    return true;
}

static bool make_marks(struct work *w, struct err *err)
{
    for (size_t i = 0; i < w->slice->shelves_count; i++)
        if (!seen_marks_make(&w->seen->marks, w->slice->shelves[i].block, w->slice->shelves[i].shelf, err))
            return false;
    return true;
}

static void move_marks(struct work *w)
{
    for (size_t i = 0; i < w->slice->shelves_count; i++) {
        const struct taken *taken = &w->slice->shelves[i];
        struct seen_block_marks *block = w->seen->marks.blocks[taken->block];
        block->moved[taken->shelf] = taken->moved;
        *block->shelves[taken->shelf] = taken->marks;
    }
}

static bool write_slice(struct work *w, struct err *err)
{
    const struct seen_bounds bounds = {
        .now_s = w->now_s, .per_domain_count = SEEN_KEPT_PER_DOMAIN, .count = SEEN_KEPT_MAX};
    const struct slice *slice = w->slice;
    return slice->rows_count == 0 || store_seen_put(w->seen->store, slice->rows, slice->rows_count, &bounds, err);
}

/* Names of sites, without the asterisks. */
static bool map_names(const struct state *state, struct map *ret)
{
    for (size_t i = 0; i < state->sites_count; i++)
        for (size_t k = 0; k < site_names_count(state->sites[i]); k++)
            if (!map_put(ret, seen_base_of(site_name(state->sites[i], k)), state->sites[i]))
                return false;
    return true;
}

/* A domain that is no site's any more may lie below another one. */
static void judge(void *context, struct str domain, struct str *ret)
{
    const struct map *names = context;
    while (domain.size && !map_has(names, domain))
        domain = str_after(domain, str_find(domain, '.') + 1);
    *ret = domain;
}

/* Once an hour: names of sites that are gone, and what was not asked for in a long time. */
static bool tidy(struct seen *seen, const struct state *state, int64_t now_s, struct err *err)
{
    struct map names;
    if (seen->tidied_s && now_s / HOUR_S == seen->tidied_s / HOUR_S)
        return true;
    map_init(&names);
    bool fine = map_names(state, &names) ? store_seen_settle(seen->store, now_s - SEEN_KEPT_S, judge, &names, err)
                                         : err_memory(err);
    map_fini(&names);
    if (fine)
        seen->tidied_s = now_s;
    return fine;
}

bool seen_take(struct seen *seen, const struct state *state, const struct counters *counters, int64_t now_s,
               bool *ret_more, struct err *err)
{
    struct work w = {.seen = seen, .slice = seen->slice, .state = state, .counters = counters, .now_s = now_s};
    uint64_t next = seen->next;
    *ret_more = false;
    if (next == 0 && !tidy(seen, state, now_s, err))
        return false;
    w.slice->shelves_count = w.slice->rows_count = 0;
    w.slice->has_index = false;
    if (!fill(&w, &next, err) || !make_marks(&w, err) || !write_slice(&w, err)) {
        seen->next = 0;
        return false;
    }
    move_marks(&w);
    *ret_more = next < (uint64_t)seen_blocks_count(counters) * SEEN_SHELVES_COUNT;
    seen->next = *ret_more ? next : 0;
    seen->is_settled |= !*ret_more && counters;
    return true;
}
