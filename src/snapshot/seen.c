/*
 * The writer stores each word with release, the reader loads each with acquire: whoever sees a word of a later writing
 * sees its odd version as well. (Fences would do the same, but ThreadSanitizer does not follow them.)
 */
#include "snapshot/seen.h"

#define HOUR_S 3600
/* In hours a name counts more than in visits: how often is anybody's choice, over how long is not. */
#define HOUR_WORTH     16
#define COUNT_WORTH    (HOUR_WORTH - 1)
#define LABEL_SIZE_MAX 63

_Static_assert(sizeof(struct seen_shelf) == 8192, "a shelf is two pages");
_Static_assert(sizeof(((struct seen_slot *)0)->name) > SEEN_NAME_SIZE_MAX, "a name has a zero byte behind it");

/* seen_slot.facts: owner from bit 0, hours from 32, by from 48, size from 56. */
static uint64_t pack(const struct seen_record *r)
{
    return (uint64_t)r->owner | (uint64_t)r->hours << 32 | (uint64_t)r->by << 48 | (uint64_t)r->size << 56;
}

static void unpack(uint64_t facts, struct seen_record *r)
{
    r->owner = (uint32_t)facts;
    r->hours = (uint32_t)(facts >> 32 & 0xffff);
    r->by = (unsigned)(facts >> 48 & 0xff);
    r->size = (size_t)(facts >> 56);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || str_is_digit(c) || c == '-' || c == '_';
}

static bool label_is_fine(struct str label)
{
    if (label.size == 0 || label.size > LABEL_SIZE_MAX || label.data[0] == '-' || label.data[label.size - 1] == '-')
        return false;
    for (size_t i = 0; i < label.size; i++)
        if (!is_name_char(label.data[i]))
            return false;
    return true;
}

static bool is_number(struct str label)
{
    for (size_t i = 0; i < label.size; i++)
        if (!str_is_digit(label.data[i]))
            return false;
    return true;
}

static bool name_is_fine(struct str name)
{
    struct str label = {0};
    size_t count = 0;
    for (struct str rest = name; rest.data;) {
        label = str_cut(&rest, '.');
        if (++count > SEEN_LABELS_MAX || !label_is_fine(label))
            return false;
    }
    return count && !is_number(label);
}

bool seen_name_read(struct str asked, char room[static SEEN_NAME_SIZE_MAX], struct str *ret)
{
    if (asked.size && asked.data[asked.size - 1] == '.')
        asked.size--;
    if (asked.size == 0 || asked.size > SEEN_NAME_SIZE_MAX)
        return false;
    for (size_t i = 0; i < asked.size; i++)
        room[i] = str_lower_char(asked.data[i]);
    struct str name = str_make(room, asked.size);
    if (!name_is_fine(name))
        return false;
    *ret = name;
    return true;
}

static unsigned bits(uint64_t count)
{
    return count ? 64u - (unsigned)__builtin_clzll(count) : 0;
}

/* More leave nothing of any worth. */
#define HALVES_MAX 31

/* What comes from a clock that was ahead would look young for ever: it is taken for as old as can be. */
static unsigned half_lives(int64_t last_s, int64_t now_s)
{
    if (last_s > now_s && (uint64_t)last_s - (uint64_t)now_s > HOUR_S)
        return HALVES_MAX;
    int64_t halves = now_s > last_s ? (now_s - last_s) / SEEN_HALF_LIFE_S : 0;
    return halves > HALVES_MAX ? HALVES_MAX : (unsigned)halves;
}

uint64_t seen_worth(uint32_t hours, uint64_t count, int64_t last_s, int64_t now_s)
{
    unsigned often = bits(count);
    uint64_t worth = (uint64_t)hours * HOUR_WORTH + (often < COUNT_WORTH ? often : COUNT_WORTH);
    return worth >> half_lives(last_s, now_s);
}

uint32_t seen_hours_next(uint32_t hours, int64_t last_s, int64_t now_s)
{
    if (now_s / HOUR_S == last_s / HOUR_S)
        return hours;
    uint32_t next = (hours >> half_lives(last_s, now_s)) + 1;
    return next < SEEN_HOURS_MAX ? next : SEEN_HOURS_MAX;
}

static uint64_t load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void store(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static void load_name(const struct seen_slot *slot, struct seen_record *r)
{
    uint64_t words[sizeof slot->name / sizeof *slot->name];
    size_t count = (r->size + sizeof *words) / sizeof *words; /* with the zero byte behind it */
    for (size_t i = 0; i < count; i++)
        words[i] = load(&slot->name[i]);
    memcpy(r->name, words, r->size);
    r->name[r->size] = 0;
}

bool seen_read(const struct seen_shelf *shelf, size_t at, struct seen_record *ret)
{
    const struct seen_slot *slot = &shelf->slots[at];
    struct seen_record r = {0};
    uint64_t version = load(&slot->version);
    if (version == 0 || version % 2)
        return false;
    r.hash = load(&shelf->hashes[at]);
    r.first_s = (int64_t)load(&slot->first_s);
    r.last_s = (int64_t)load(&slot->last_s);
    r.count = load(&slot->count);
    unpack(load(&slot->facts), &r);
    if (r.size > SEEN_NAME_SIZE_MAX)
        return false;
    load_name(slot, &r);
    if (__atomic_load_n(&slot->version, __ATOMIC_RELAXED) != version)
        return false;
    /* Two gateways on one block, which happens when too many of them overlap, can mix what no version tells apart. */
    struct str name = str_make(r.name, r.size);
    if (str_hash(name) != r.hash || !name_is_fine(name))
        return false;
    *ret = r;
    return true;
}

static void write_name(struct seen_slot *slot, const struct seen_record *r)
{
    uint64_t words[sizeof slot->name / sizeof *slot->name] = {0};
    size_t count = (r->size + sizeof *words) / sizeof *words;
    memcpy(words, r->name, r->size);
    for (size_t i = 0; i < count; i++)
        store(&slot->name[i], words[i]);
}

/* `is_new`: the slot had another name, or none. */
static void write_slot(struct seen_shelf *shelf, size_t at, const struct seen_record *r, bool is_new)
{
    struct seen_slot *slot = &shelf->slots[at];
    uint64_t odd = load(&slot->version) | 1; /* odd already where a worker died */
    store(&slot->version, odd);
    store(&slot->first_s, (uint64_t)r->first_s);
    store(&slot->last_s, (uint64_t)r->last_s);
    store(&slot->count, r->count);
    store(&slot->facts, pack(r));
    if (is_new) {
        store(&shelf->hashes[at], r->hash);
        write_name(slot, r);
    }
    store(&slot->version, odd + 1);
}

/* The slot that has the name; SEEN_SLOTS_COUNT: none. */
static size_t find(const struct seen_shelf *shelf, struct str name, uint64_t hash, struct seen_record *ret)
{
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++)
        if (load(&shelf->hashes[i]) == hash && seen_read(shelf, i, ret) && str_eq(str_make(ret->name, ret->size), name))
            return i;
    return SEEN_SLOTS_COUNT;
}

/* What is weighed when there is no room. */
struct weighed {
    uint32_t owner;
    uint64_t worth;
    int64_t last_s;
};

static size_t count_of(const struct weighed slots[static SEEN_SLOTS_COUNT], uint32_t owner, uint64_t worth_max)
{
    size_t count = 0;
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++)
        count += slots[i].owner == owner && slots[i].worth <= worth_max;
    return count;
}

/* Whose name has to go: the one that has most of the shelf, the newcomer's own site where it has as many. */
static uint32_t largest_owner(const struct weighed slots[static SEEN_SLOTS_COUNT], uint32_t newcomer)
{
    uint32_t largest = newcomer;
    size_t most = count_of(slots, newcomer, UINT64_MAX);
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++) {
        size_t count = count_of(slots, slots[i].owner, UINT64_MAX);
        if (count > most) {
            most = count;
            largest = slots[i].owner;
        }
    }
    return largest;
}

static bool is_before(const struct weighed *a, const struct weighed *b, bool by_worth)
{
    if (by_worth && a->worth != b->worth)
        return a->worth < b->worth;
    return a->last_s < b->last_s;
}

/* The oldest newcomer while a quarter of the owner's names are newcomers, the least worthy of the others otherwise. */
static size_t least_of(const struct weighed slots[static SEEN_SLOTS_COUNT], uint32_t owner)
{
    size_t newcomers = count_of(slots, owner, SEEN_WORTH_NEWCOMER);
    bool from_newcomers = newcomers * 4 >= count_of(slots, owner, UINT64_MAX);
    size_t least = SEEN_SLOTS_COUNT;
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++) {
        bool is_newcomer = slots[i].worth <= SEEN_WORTH_NEWCOMER;
        if (slots[i].owner != owner || is_newcomer != from_newcomers)
            continue;
        if (least == SEEN_SLOTS_COUNT || is_before(&slots[i], &slots[least], !from_newcomers))
            least = i;
    }
    return least;
}

/* A slot for a name that has none. */
static size_t make_room(const struct seen_shelf *shelf, uint32_t owner, int64_t now_s)
{
    struct weighed slots[SEEN_SLOTS_COUNT];
    struct seen_record r;
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++) {
        if (!seen_read(shelf, i, &r))
            return i;
        slots[i] =
            (struct weighed){r.owner, seen_worth(r.hours, r.count, r.last_s, now_s), r.last_s <= now_s ? r.last_s : 0};
    }
    return least_of(slots, largest_owner(slots, owner));
}

static void write_again(struct seen_shelf *shelf, size_t at, struct seen_record *r, enum seen_by by, int64_t now_s)
{
    r->hours = seen_hours_next(r->hours, r->last_s, now_s);
    r->count++;
    r->by |= by;
    r->last_s = now_s;
    write_slot(shelf, at, r, false);
}

static void write_new(struct seen_shelf *shelf, struct str name, struct seen_record *r)
{
    r->size = name.size;
    memcpy(r->name, name.data, name.size);
    write_slot(shelf, make_room(shelf, r->owner, r->last_s), r, true);
}

void seen_note(struct counters_seen *seen, uint32_t owner, struct str name, enum seen_by by, int64_t now_s)
{
    uint32_t number = seen_shelf_of(owner);
    struct seen_shelf *shelf = &seen->shelves[number];
    struct seen_record r;
    uint64_t hash = str_hash(name);
    size_t at = find(shelf, name, hash, &r);
    if (at < SEEN_SLOTS_COUNT) {
        r.owner = owner; /* a site may have come in between */
        write_again(shelf, at, &r, by, now_s);
    } else {
        r = (struct seen_record){
            .hash = hash, .owner = owner, .hours = 1, .count = 1, .first_s = now_s, .last_s = now_s, .by = by};
        write_new(shelf, name, &r);
    }
    store(&seen->moved[number], load(&seen->moved[number]) + 1);
}
