/* Probing, growing, and closing the gap that a removed entry leaves. */
#include "base/map.h"

#include <stdlib.h>

#define MAP_CAPACITY_FIRST 16

/* A key of no bytes has data all the same, for NULL marks a free place. */
static struct str key_of(struct str key)
{
    return key.data ? key : STR("");
}

void map_init(struct map *map)
{
    *map = (struct map){0};
}

void map_fini(struct map *map)
{
    free(map->entries);
    map_init(map);
}

/* The place of the key, or the free one where it would go. There is always a free one; the table must not be empty. */
static struct map_entry *find_place(const struct map *map, struct str key, uint64_t hash)
{
    size_t at = (size_t)hash & (map->capacity - 1);
    for (;;) {
        struct map_entry *entry = &map->entries[at];
        if (!entry->key.data || (entry->hash == hash && str_eq(entry->key, key)))
            return entry;
        at = (at + 1) & (map->capacity - 1);
    }
}

static struct map_entry *find(const struct map *map, struct str key)
{
    if (map->count == 0)
        return NULL;
    struct map_entry *entry = find_place(map, key_of(key), str_hash(key));
    return entry->key.data ? entry : NULL;
}

static bool grow(struct map *map)
{
    struct map larger = {.capacity = map->capacity ? map->capacity * 2 : MAP_CAPACITY_FIRST, .count = map->count};
    larger.entries = calloc(larger.capacity, sizeof *larger.entries);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->entries[i].key.data)
            *find_place(&larger, map->entries[i].key, map->entries[i].hash) = map->entries[i];
    free(map->entries);
    *map = larger;
    return true;
}

void *map_get(const struct map *map, struct str key)
{
    const struct map_entry *entry = find(map, key);
    return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, struct str key)
{
    return find(map, key) != NULL;
}

bool map_put(struct map *map, struct str key, void *value)
{
    struct map_entry *entry = find(map, key);
    if (entry) {
        entry->value = value;
        return true;
    }
    if (map->count >= map->capacity / 4 * 3 && !grow(map))
        return false;
    uint64_t hash = str_hash(key);
    entry = find_place(map, key_of(key), hash);
    *entry = (struct map_entry){key_of(key), hash, value};
    map->count++;
    return true;
}

/* Entries behind a gap move into it unless that would put them before the place their hash names. */
static void close_gap(struct map *map, size_t gap)
{
    size_t mask = map->capacity - 1;
    for (size_t at = (gap + 1) & mask; map->entries[at].key.data; at = (at + 1) & mask) {
        size_t home = (size_t)map->entries[at].hash & mask;
        if (((at - home) & mask) < ((at - gap) & mask))
            continue;
        map->entries[gap] = map->entries[at];
        gap = at;
    }
    map->entries[gap] = (struct map_entry){0};
}

void *map_remove(struct map *map, struct str key)
{
    struct map_entry *entry = find(map, key);
    if (!entry)
        return NULL;
    void *value = entry->value;
    close_gap(map, (size_t)(entry - map->entries));
    map->count--;
    return value;
}

struct map_entry *map_next(const struct map *map, const struct map_entry *entry)
{
    for (size_t at = entry ? (size_t)(entry - map->entries) + 1 : 0; at < map->capacity; at++)
        if (map->entries[at].key.data)
            return &map->entries[at];
    return NULL;
}
