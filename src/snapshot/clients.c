#include "snapshot/clients.h"

#include <math.h>
#include <string.h>

/* Where the parts of a place's word stand. */
#define SIGNS_MASK    0x3fu
#define IPV6_BIT      (1u << 6)
#define CAUSE_SHIFT   7
#define TIME_SHIFT    12
#define CLASS_SHIFT   21
#define NETWORK_SHIFT 26
#define CAUSE_MASK    ((CLIENTS_CAUSES_COUNT - 1u) << CAUSE_SHIFT)
#define TIME_MASK     (0x1ffu << TIME_SHIFT)
#define CLASS_MASK    ((CLIENTS_CLASSES_COUNT - 1u) << CLASS_SHIFT)
#define NAME_SHIFT    32
#define LEVEL_MAX     31u

/* Two or three lines of memory. When most numbers are given away, a new network may find none and is told with the
 * others. */
#define NETWORK_STEPS_COUNT 16
#define NETWORK_FACTOR      0x9e3779b97f4a7c15u

#define NETWORK_4 ((uint64_t)1 << 32)
#define NETWORK_6 ((uint64_t)1 << 33)

/* Of a normal distribution, 19 cases of 20 lie within so many standard deviations. */
#define DEVIATIONS 1.96

_Static_assert(sizeof(struct clients_sample) == 2 * 4096, "two pages");
_Static_assert(86400 / CLIENTS_STEP_S <= TIME_MASK >> TIME_SHIFT, "a day fits");
_Static_assert(UINT8_MAX <= TIME_MASK >> TIME_SHIFT, "a week's days fit");
_Static_assert(CLIENTS_NETWORKS_COUNT == (uint32_t)~0u >> NETWORK_SHIFT, "a network's number fits");

static uint64_t load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* On failure *expected is what stands there. */
static bool swap(uint64_t *word, uint64_t *expected, uint64_t wanted)
{
    return __atomic_compare_exchange_n(word, expected, wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

uint64_t clients_network_4(const uint8_t address[4])
{
    return NETWORK_4 | (uint64_t)address[0] << 8 | address[1];
}

uint64_t clients_network_6(const uint8_t address[16])
{
    return NETWORK_6 | (uint64_t)address[0] << 24 | (uint64_t)address[1] << 16 | (uint64_t)address[2] << 8 | address[3];
}

uint32_t clients_network_bits(uint64_t network, unsigned *ret_count)
{
    *ret_count = network & NETWORK_6 ? 32 : 16;
    return (uint32_t)network;
}

/* Another process may have written anything there. */
static uint64_t level_of(const struct clients_sample *sample)
{
    uint64_t level = load(&sample->level);
    return level < LEVEL_MAX ? level : LEVEL_MAX;
}

/* The part of the hash that names a client in its place; never 0, which is a free one. */
static uint32_t name_of(uint64_t hash)
{
    uint32_t name = (uint32_t)(hash >> 32);
    return name ? name : 1u << LEVEL_MAX;
}

static bool belongs(uint32_t name, uint64_t level)
{
    return (name & (((uint64_t)1 << level) - 1)) == 0;
}

/* The other part, which name_of does not see, says where it begins to look. */
static size_t home_of(uint64_t hash)
{
    return (size_t)((hash & UINT32_MAX) * CLIENTS_PLACES_COUNT >> 32);
}

static uint64_t *place_at(struct clients_sample *sample, size_t home, size_t step)
{
    return &sample->places[(home + step) % CLIENTS_PLACES_COUNT];
}

/* A few stay uncounted when others write meanwhile: that only makes the next halving a little late. */
static void count_again(struct clients_sample *sample, uint64_t level)
{
    uint64_t used = 0;
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++) {
        uint64_t word = load(&sample->places[i]);
        used += word && belongs((uint32_t)(word >> NAME_SHIFT), level);
    }
    __atomic_store_n(&sample->used, used, __ATOMIC_RELAXED);
}

static void halve(struct clients_sample *sample, uint64_t level)
{
    if (level < LEVEL_MAX && swap(&sample->level, &level, level + 1))
        count_again(sample, level + 1);
}

/*
 * The number that a network has in this sample; 0 when those near to where it belongs are given away. Looking at all of
 * them took a third of the time of a put, where every client is a new one.
 */
static uint32_t number_of(struct clients_sample *sample, uint64_t network)
{
    uint32_t home = (uint32_t)((network * NETWORK_FACTOR) >> 32);
    for (uint32_t step = 0; network && step < NETWORK_STEPS_COUNT; step++) {
        uint32_t i = 1 + (home + step) % CLIENTS_NETWORKS_COUNT;
        uint64_t there = load(&sample->networks[i]);
        if (there == network || (!there && (swap(&sample->networks[i], &there, network) || there == network)))
            return i;
    }
    return 0;
}

static uint32_t new_facts(struct clients_sample *sample, const struct clients_note *note)
{
    return number_of(sample, note->network) << NETWORK_SHIFT | ((uint32_t)note->class << CLASS_SHIFT & CLASS_MASK) |
           (note->ipv6 ? IPV6_BIT : 0);
}

/* What the note adds to what is known. */
static uint64_t with_note(uint64_t word, const struct clients_note *note)
{
    word |= note->signs & SIGNS_MASK;
    if (note->signs & CLIENTS_FAILED)
        word = (word & ~(uint64_t)CAUSE_MASK) | ((uint32_t)note->cause << CAUSE_SHIFT & CAUSE_MASK);
    if (note->signs & CLIENTS_REDIRECTED)
        word = (word & ~(uint64_t)TIME_MASK) | (note->time_s / CLIENTS_STEP_S << TIME_SHIFT & TIME_MASK);
    return word | (uint64_t)note->days << TIME_SHIFT;
}

/* Whether the client is in this place, and now has the note; *word is what stands there. */
static bool add(uint64_t *place, uint64_t *word, uint32_t name, const struct clients_note *note)
{
    while (*word >> NAME_SHIFT == name) {
        uint64_t wanted = with_note(*word, note);
        if (wanted == *word || swap(place, word, wanted))
            return true;
    }
    return false;
}

/* Puts it where nobody is, or nobody who belongs. False: somebody else, who belongs, has the place now. */
static bool take(struct clients_sample *sample, uint64_t *place, uint64_t level, const struct clients_note *note)
{
    uint32_t name = name_of(note->hash);
    uint64_t word = load(place), wanted = 0;
    while (!word || !belongs((uint32_t)(word >> NAME_SHIFT), level)) {
        if (!wanted)
            wanted = with_note((uint64_t)name << NAME_SHIFT | new_facts(sample, note), note);
        if (!swap(place, &word, wanted))
            continue;
        if (__atomic_add_fetch(&sample->used, 1, __ATOMIC_RELAXED) > CLIENTS_USED_COUNT_MAX)
            halve(sample, level);
        return true;
    }
    return add(place, &word, name, note); /* another thread took up the same client */
}

void clients_put(struct clients_sample *sample, const struct clients_note *note)
{
    uint64_t level = level_of(sample);
    uint32_t name = name_of(note->hash);
    size_t home = home_of(note->hash), free_step = CLIENTS_STEPS_COUNT_MAX;
    if (!belongs(name, level))
        return;
    for (size_t step = 0; step < CLIENTS_STEPS_COUNT_MAX; step++) {
        uint64_t *place = place_at(sample, home, step), word = load(place);
        if (add(place, &word, name, note))
            return;
        if (free_step == CLIENTS_STEPS_COUNT_MAX && !belongs((uint32_t)(word >> NAME_SHIFT), level))
            free_step = step;
        if (!word) { /* nobody ever went on from here */
            free_step = free_step < step ? free_step : step;
            break;
        }
    }
    for (size_t step = free_step; step < CLIENTS_STEPS_COUNT_MAX; step++)
        if (take(sample, place_at(sample, home, step), level, note))
            return;
    __atomic_add_fetch(&sample->dropped, 1, __ATOMIC_RELAXED);
    halve(sample, level);
}

void clients_put_known(struct clients_sample *sample, uint64_t hash, uint8_t signs)
{
    const struct clients_note note = {.hash = hash, .signs = signs};
    uint32_t name = name_of(hash);
    if (!belongs(name, level_of(sample)))
        return;
    for (size_t step = 0; step < CLIENTS_STEPS_COUNT_MAX; step++) {
        uint64_t *place = place_at(sample, home_of(hash), step), word = load(place);
        if (!word || add(place, &word, name, &note))
            return;
    }
}

uint64_t clients_level(const struct clients_sample *sample)
{
    return level_of(sample);
}

bool clients_get(const struct clients_sample *sample, size_t place, uint64_t level, struct clients_seen *ret)
{
    uint64_t word = load(&sample->places[place]);
    uint32_t facts = (uint32_t)word;
    if (!word || !belongs((uint32_t)(word >> NAME_SHIFT), level))
        return false;
    *ret =
        (struct clients_seen){.network = facts >> NETWORK_SHIFT ? load(&sample->networks[facts >> NETWORK_SHIFT]) : 0,
                              .time_s = ((facts & TIME_MASK) >> TIME_SHIFT) * CLIENTS_STEP_S,
                              .class = (uint8_t)((facts & CLASS_MASK) >> CLASS_SHIFT),
                              .cause = (uint8_t)((facts & CAUSE_MASK) >> CAUSE_SHIFT),
                              .ipv6 = facts & IPV6_BIT,
                              .signs = facts & SIGNS_MASK,
                              .days = (uint8_t)((facts & TIME_MASK) >> TIME_SHIFT)};
    return true;
}

void clients_clear_days(struct clients_sample *sample, uint8_t days)
{
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        __atomic_and_fetch(&sample->places[i], ~((uint64_t)days << TIME_SHIFT), __ATOMIC_RELAXED);
}

uint64_t clients_estimate(uint64_t counted, uint64_t level, uint64_t *ret_error)
{
    double each = ldexp(1, (int)level);
    /* Each of N was in the sample with the chance 1 / each: a binomial count, scaled back. None seen: fewer than three
       times as many as one stands for, in 19 cases of 20. */
    double error = level == 0 ? 0 : counted ? DEVIATIONS * each * sqrt((double)counted * (1 - 1 / each)) : 3 * each;
    *ret_error = (uint64_t)ceil(error);
    return (uint64_t)((double)counted * each);
}
