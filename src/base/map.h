/*
 * A table from text to pointers: open addressing, linear probing, no tombstones (removal closes the gap). The keys are
 * views that must live as long as their entry; the values are the caller's. For tables that an operator fills: the hash
 * is not keyed, so a table an attacker may add to is none for this.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_entry {
    struct str key; /* data NULL: the place is free */
    uint64_t hash;
    void *value;
};

struct map {
    struct map_entry *entries;
    size_t capacity; /* a power of two, or 0 */
    size_t count;    /* entries in use, at most 3/4 of the capacity */
};

/* Empty; owns no memory yet. */
void map_init(struct map *map);
/* Frees the table, not the keys and values. */
void map_fini(struct map *map);
/* The value, or NULL when the key is not there (or its value is NULL: map_has tells). */
void *map_get(const struct map *map, struct str key);
bool map_has(const struct map *map, struct str key);
/* Adds the entry, or replaces the value of one that is there (the old key stays). False when memory ran out. */
NODISCARD bool map_put(struct map *map, struct str key, void *value);
/* Takes the entry out and returns its value; NULL when it was not there. */
void *map_remove(struct map *map, struct str key);
/*
 * The entries in no particular order: `for (struct map_entry *e = NULL; (e = map_next(map, e));)`. Nothing may be added
 * or removed meanwhile.
 */
struct map_entry *map_next(const struct map *map, const struct map_entry *entry);

#endif
