/*
 * What is kept, what came since, and the names that sites have of their own: put into one list, brought into the order
 * of names, where equal ones stand side by side and become one; those with a site's own name among them are left out.
 */
#include <stdlib.h>

#include "base/log.h"
#include "control/core.h"
#include "control/seen_parts.h"
#include "store/seen.h"

/* A name with what is kept beside it, and the same again from each worker's table. */
#define LIST_SIZE_MAX ((size_t)64 << 20)

struct entry {
    struct seen_name seen;
    bool is_own; /* a site has it */
};

struct list_of_names {
    struct str domains[SITE_ALIASES_COUNT_MAX + 1]; /* none is another one or lies below it */
    size_t domains_count;
    struct arena arena; /* the names */
    struct entry *entries;
    size_t count, capacity;
    bool failed; /* memory ran out */
};

static bool add(struct list_of_names *list, const struct entry *entry)
{
    struct str name;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct entry *grown = realloc(list->entries, capacity * sizeof *grown);
        if (!grown)
            return false;
        list->entries = grown;
        list->capacity = capacity;
    }
    if (!arena_str(&list->arena, entry->seen.name, &name))
        return false;
    list->entries[list->count] = *entry;
    list->entries[list->count++].seen.name = name;
    return true;
}

static bool add_row(void *context, const struct seen_row *row)
{
    struct list_of_names *list = context;
    const struct entry entry = {.seen = {.name = row->name,
                                         .first_s = row->first_s,
                                         .last_s = row->last_s,
                                         .count = row->count,
                                         .by_sni = row->by & SEEN_BY_SNI,
                                         .by_host = row->by & SEEN_BY_HOST}};
    list->failed |= !add(list, &entry);
    return !list->failed;
}

static bool is_below_any(const struct list_of_names *list, struct str name)
{
    for (size_t i = 0; i < list->domains_count; i++)
        if (seen_is_below(name, list->domains[i]))
            return true;
    return false;
}

static void add_gain(struct list_of_names *list, const struct seen_record *record, uint64_t gain, int64_t now_s)
{
    const struct entry entry = {.seen = {.name = str_make(record->name, record->size),
                                         .first_s = seen_time(record->first_s, now_s),
                                         .last_s = seen_time(record->last_s, now_s),
                                         .count = gain,
                                         .by_sni = record->by & SEEN_BY_SNI,
                                         .by_host = record->by & SEEN_BY_HOST}};
    if (gain && is_below_any(list, entry.seen.name) && !seen_is_ours(entry.seen.name))
        list->failed |= !add(list, &entry);
}

static void add_pending(struct list_of_names *list, const struct core *core)
{
    const struct seen *seen = core->seen;
    struct seen_record record;
    uint64_t moved;
    for (uint32_t b = 0; seen->is_settled && b < seen_blocks_count(core->counters); b++)
        for (uint32_t s = 0; s < SEEN_SHELVES_COUNT; s++) {
            if (!seen_marks_moved(&seen->marks, core->counters, b, s, &moved))
                continue;
            const struct seen_shelf_marks *marks = seen_marks_of(&seen->marks, b, s);
            for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++)
                if (seen_read(&core->counters->blocks[b].seen.shelves[s], i, &record))
                    add_gain(list, &record, seen_marks_gain(marks, i, &record), core_over_s(core));
        }
}

static void add_own(struct list_of_names *list, const struct state *state)
{
    for (size_t i = 0; i < state->sites_count; i++)
        for (size_t k = 0; k < site_names_count(state->sites[i]); k++) {
            const struct entry entry = {.seen.name = site_name(state->sites[i], k), .is_own = true};
            if (is_below_any(list, entry.seen.name))
                list->failed |= !add(list, &entry);
        }
}

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return state_compare_names(x->seen.name, y->seen.name);
}

static int newest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->seen.last_s != y->seen.last_s)
        return x->seen.last_s > y->seen.last_s ? -1 : 1;
    return by_name(a, b);
}

static void join(struct entry *into, const struct entry *other)
{
    struct seen_name *seen = &into->seen;
    if (other->seen.first_s < seen->first_s)
        seen->first_s = other->seen.first_s;
    if (other->seen.last_s > seen->last_s)
        seen->last_s = other->seen.last_s;
    seen->count += other->seen.count;
    seen->by_sni |= other->seen.by_sni;
    seen->by_host |= other->seen.by_host;
    into->is_own |= other->is_own;
}

/* Equal names become one; own ones none. */
static void unite(struct list_of_names *list)
{
    size_t kept = 0;
    if (list->count)
        qsort(list->entries, list->count, sizeof *list->entries, by_name);
    for (size_t i = 0; i < list->count;) {
        struct entry entry = list->entries[i++];
        while (i < list->count && str_eq(list->entries[i].seen.name, entry.seen.name))
            join(&entry, &list->entries[i++]);
        if (!entry.is_own)
            list->entries[kept++] = entry;
    }
    list->count = kept;
    if (kept)
        qsort(list->entries, kept, sizeof *list->entries, newest_first);
}

static bool collect(struct list_of_names *list, const struct core *core)
{
    struct err err = {0};
    for (size_t i = 0; i < list->domains_count; i++)
        if (!store_seen_below(core->store, list->domains[i], add_row, list, &err)) {
            log_error("names that were asked for could not be read: %s", err.text);
            return false;
        }
    add_pending(list, core);
    add_own(list, &core->state);
    if (list->failed)
        log_error("names that were asked for could not be listed: out of memory");
    return !list->failed;
}

/* Of a list that has its domains. */
static bool visit_all(struct list_of_names *list, const struct core *core, seen_visit *visit, void *context)
{
    if (!core->seen)
        return true;
    arena_init(&list->arena, LIST_SIZE_MAX);
    bool more = collect(list, core);
    if (more)
        unite(list);
    for (size_t i = 0; more && i < list->count; i++)
        more = visit(context, &list->entries[i].seen);
    free(list->entries);
    arena_fini(&list->arena);
    return more;
}

bool seen_each(const struct core *core, struct str domain, seen_visit *visit, void *context)
{
    struct list_of_names list = {.domains = {domain}, .domains_count = 1};
    return visit_all(&list, core, visit, context);
}

/* The site has a name that this one (not itself) equals or lies below: its names are listed there. */
static bool is_covered(const struct site *site, size_t number)
{
    struct str base = seen_base_of(site_name(site, number));
    for (size_t i = 0; i < site_names_count(site); i++) {
        struct str other = seen_base_of(site_name(site, i));
        if (seen_is_below(base, other) || (i < number && str_eq(base, other)))
            return true;
    }
    return false;
}

bool seen_each_of_site(const struct core *core, const struct site *site, seen_visit *visit, void *context)
{
    struct list_of_names list = {.domains_count = 0};
    for (size_t i = 0; i < site_names_count(site); i++)
        if (!is_covered(site, i))
            list.domains[list.domains_count++] = seen_base_of(site_name(site, i));
    return visit_all(&list, core, visit, context);
}
