#include "snapshot/reports.h"

#include <stdbool.h>
#include <stddef.h>

#define NAME_SHIFT 32
#define LEVEL_MAX  31u

_Static_assert(sizeof(struct reports_site) == 4096, "one page");

static uint64_t load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* On failure *expected is what stands there. */
static bool swap(uint64_t *word, uint64_t *expected, uint64_t wanted)
{
    return __atomic_compare_exchange_n(word, expected, wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Another process may have written anything there. */
static uint64_t level_of(const struct reports_site *reports)
{
    uint64_t level = load(&reports->level);
    return level < LEVEL_MAX ? level : LEVEL_MAX;
}

/* The part of the hash that names a reporter in its place; never 0, which is a free one. */
static uint32_t name_of(uint64_t hash)
{
    uint32_t name = (uint32_t)(hash >> NAME_SHIFT);
    return name ? name : 1u << LEVEL_MAX;
}

static bool belongs(uint64_t word, uint64_t level)
{
    return word && ((word >> NAME_SHIFT) & (((uint64_t)1 << level) - 1)) == 0;
}

static void halve(struct reports_site *reports, uint64_t level)
{
    uint64_t used = 0;
    if (level >= LEVEL_MAX || !swap(&reports->level, &level, level + 1))
        return;
    for (size_t i = 0; i < REPORTS_PLACES_COUNT; i++)
        used += belongs(load(&reports->places[i]), level + 1);
    __atomic_store_n(&reports->used, used, __ATOMIC_RELAXED);
}

/* Whether the reporter has the place now. False: somebody else has it, who belongs. */
static bool take(struct reports_site *reports, uint64_t *place, uint64_t level, uint64_t name, uint64_t bit)
{
    uint64_t word = load(place);
    for (;;) {
        bool is_own = word >> NAME_SHIFT == name;
        if (!is_own && belongs(word, level))
            return false;
        uint64_t wanted = (is_own ? word : name << NAME_SHIFT) | bit;
        if (word == wanted)
            return true;
        if (!swap(place, &word, wanted))
            continue;
        if (!is_own && __atomic_add_fetch(&reports->used, 1, __ATOMIC_RELAXED) > REPORTS_USED_COUNT_MAX)
            halve(reports, level);
        return true;
    }
}

/* The whole row is looked through before a free place of it is taken, so that nobody stands twice. */
static void put_reporter(struct reports_site *reports, uint64_t hash, uint32_t type)
{
    uint64_t level = level_of(reports), name = name_of(hash), bit = (uint64_t)1 << type;
    size_t home = (size_t)((hash & UINT32_MAX) * REPORTS_PLACES_COUNT >> 32), free_step = REPORTS_STEPS_COUNT_MAX;
    if (!belongs(name << NAME_SHIFT, level))
        return;
    for (size_t step = 0; step < REPORTS_STEPS_COUNT_MAX; step++) {
        uint64_t *place = &reports->places[(home + step) % REPORTS_PLACES_COUNT];
        uint64_t word = load(place);
        if (word >> NAME_SHIFT == name && take(reports, place, level, name, bit))
            return;
        if (free_step == REPORTS_STEPS_COUNT_MAX && !belongs(word, level))
            free_step = step;
        if (!word) /* nobody ever went on from here */
            break;
    }
    for (size_t step = free_step; step < REPORTS_STEPS_COUNT_MAX; step++)
        if (take(reports, &reports->places[(home + step) % REPORTS_PLACES_COUNT], level, name, bit))
            return;
    __atomic_add_fetch(&reports->dropped, 1, __ATOMIC_RELAXED);
    halve(reports, level);
}

void reports_put(struct reports_site *reports, uint64_t hash, uint32_t type)
{
    __atomic_add_fetch(&reports->counts[type % REPORTS_TYPES_COUNT], 1, __ATOMIC_RELAXED);
    put_reporter(reports, hash, type % REPORTS_TYPES_COUNT);
}

void reports_refuse(struct reports_site *reports)
{
    __atomic_add_fetch(&reports->refused, 1, __ATOMIC_RELAXED);
}

uint64_t reports_counted(const struct reports_site *reports, uint32_t mask, uint64_t *ret_level)
{
    uint64_t level = level_of(reports), count = 0;
    for (size_t i = 0; i < REPORTS_PLACES_COUNT; i++) {
        uint64_t word = load(&reports->places[i]);
        count += belongs(word, level) && (word & mask);
    }
    *ret_level = level;
    return count;
}
