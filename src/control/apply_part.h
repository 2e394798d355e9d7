/*
 * What a declarative set holds besides sites and settings: lists of notification channels, certificate authorities,
 * zones of the DNS and private roots. What each would become is worked out first and told without its secrets; then
 * all is written within the transaction of the whole (store_change.also). A list that is not there is left alone; one
 * that is there says how what it names shall be, in whole, but for a secret that it does not give, which stays.
 *
 *     declared ──declare──▶ part (before, after, content) ──write──▶ store ──taken──▶ in memory
 *                                 nothing differs: no part
 */
#ifndef CONTROL_APPLY_PART_H
#define CONTROL_APPLY_PART_H

#include <jansson.h>

#include "base/arena.h"
#include "base/map.h"
#include "control/core.h"
#include "store/jsonout.h"

enum apply_act { APPLY_ADD, APPLY_CHANGE, APPLY_REMOVE };

/* Names, of a thousand zones at most. */
#define APPLY_PARTS_SIZE_MAX ((size_t)1 << 20)

struct apply_kind;

/* One thing that differs. */
struct apply_part {
    const struct apply_kind *kind;
    enum apply_act act;
    struct str name;        /* a view of the parts' arena */
    json_t *before, *after; /* as they are told; NULL where there is none */
    void *content;          /* the kind's; NULL: it goes */
};

struct apply_parts {
    struct arena arena;
    struct map named; /* of the list that is being read */
    struct apply_part *list;
    size_t count;
};

struct apply_kind {
    const char *list; /* the member of the request */
    size_t count_max; /* of its entries */
    /* Adds a part when the object differs from what is there. Errors name the members of the object. */
    bool (*declare)(struct core *core, const json_t *json, struct apply_parts *parts, struct err *err);
    /* After all of the list: with `remove_others`, parts for what is not named; and whether it is too much by now. */
    bool (*finish)(struct core *core, bool remove_others, struct apply_parts *parts, struct err *err);
    /* Within the transaction. */
    bool (*write)(struct core *core, const struct apply_part *part, struct str actor, struct err *err);
    /* It is durable: takes it in. */
    void (*taken)(struct core *core, const struct apply_part *part);
    void (*free)(void *content);
};

extern const struct apply_kind apply_channels, apply_cas, apply_zones, apply_roots;
/* All of them, NULL at the end. */
extern const struct apply_kind *const apply_kinds[];

/* Reads what the request has of them. The caller ends *ret. */
NODISCARD bool apply_parts_plan(struct core *core, const json_t *json, bool remove_others, struct apply_parts *ret,
                                struct err *err);
void apply_parts_fini(struct apply_parts *parts);
/* Appends to the open array "changes". */
void apply_parts_write(const struct apply_parts *parts, struct jsonout *out);
/* Within a transaction. */
NODISCARD bool apply_parts_store(struct core *core, const struct apply_parts *parts, struct str actor, struct err *err);
void apply_parts_taken(struct core *core, const struct apply_parts *parts);

/* ---- for the kinds ---- */

/* Notes that the list has it. False: it has it twice, said of the member `field`. */
NODISCARD bool apply_parts_name(struct apply_parts *parts, const char *field, struct str name, struct err *err);
bool apply_parts_has(const struct apply_parts *parts, struct str name);
/* How many of the kind there will be, of so many that there are. */
size_t apply_parts_total(const struct apply_parts *parts, const struct apply_kind *kind, size_t present);
/*
 * Adds a part, unless the two are equal. Takes both, and the content (freed when nothing is added). What is secret is
 * told of only that it is there, by apply_parts_secret.
 */
NODISCARD bool apply_parts_add(struct apply_parts *parts, const struct apply_part *take_part, struct err *err);
/* The member in `before` and `after` (NULL allowed), when the secret is another one. */
NODISCARD bool apply_parts_secret(const char *member, bool was_there, bool is_there, json_t *before, json_t *after,
                                  struct err *err);

#endif
