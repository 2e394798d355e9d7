/*
 * Zone files (RFC 1035 section 5, RFC 2308 section 4 for $TTL, BIND's $GENERATE): the owners of records that lead a
 * browser somewhere. $INCLUDE opens nothing and is told. For inventory/ only.
 */
#ifndef INVENTORY_ZONE_H
#define INVENTORY_ZONE_H

#include "inventory/sink.h"
#include "inventory/words.h"
#include "inventory/zone_word.h"

/* Names that $GENERATE makes in one file: what a /16 network has. A line of thirty bytes must not make millions. */
#define ZONE_GENERATED_COUNT_MAX 65536

struct zone {
    struct sink *sink;
    struct words words;
    char origin[ZONE_NAME_SIZE_MAX], owner[ZONE_NAME_SIZE_MAX]; /* absolute, no final dot */
    size_t origin_size, owner_size;                             /* an origin of size 0 is the root */
    bool has_owner;
    uint32_t generated_count;
};

/* `origin` without a final dot. */
void zone_init(struct zone *zone, struct sink *sink, struct str origin);
NODISCARD bool zone_take(struct zone *zone, struct str bytes, struct err *err);
NODISCARD bool zone_end(struct zone *zone, struct err *err);
/* One record: `owner` and `target` absolute without their final dots, escapes and all. */
NODISCARD bool zone_record(struct sink *sink, uint64_t line, struct str owner, const struct zone_type *type,
                           struct str target, struct err *err);

/* Where the words of a record are: [owner] [age] [TTL] [class] type data, TTL and class in either order. */
struct zone_parts {
    const struct zone_type *type; /* NULL: there is none */
    struct str type_word;         /* as written */
    bool is_internet;
    size_t data_at; /* index of the first word of the data */
};
struct zone_parts zone_parts_of(const struct entry *entry, size_t from);
/* The word that names the address or name the data lead to; empty: there is none. */
struct str zone_data_word(const struct entry *entry, const struct zone_parts *parts);
/* A line that is a record beyond doubt. */
bool zone_is_record(const struct entry *line);

/* $GENERATE (zone_generate.c). */
NODISCARD bool zone_generate(struct zone *zone, const struct entry *entry, struct err *err);
/* A record whose words are absolute already or become so by the origin. */
NODISCARD bool zone_entry_record(struct zone *zone, uint64_t line, struct str owner, const struct zone_type *type,
                                 struct str data, struct err *err);

#endif
