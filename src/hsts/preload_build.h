/*
 * Compiling the preload list: entries in any order go in, the bytes that preload_list.h reads come out. The same
 * entries give the same bytes, whatever their order. Memory is bounded by the caps of preload_list.h.
 */
#ifndef HSTS_PRELOAD_BUILD_H
#define HSTS_PRELOAD_BUILD_H

#include "base/buf.h"
#include "hsts/preload_list.h"

/* Twice what a million names of the usual length take. */
#define PRELOAD_NAMES_SIZE_MAX ((size_t)32 << 20)

struct preload_item {
    uint32_t offset; /* in names */
    uint8_t size;
    uint8_t kind; /* see preload_format.h; policies by the order in which they came */
};

struct preload_build {
    struct buf names; /* each from its last byte to its first */
    struct preload_item *items;
    size_t items_count, items_room;
    char policies[PRELOAD_POLICIES_COUNT_MAX][PRELOAD_POLICY_SIZE_MAX];
    uint8_t policy_sizes[PRELOAD_POLICIES_COUNT_MAX];
    size_t policies_count;
};

void preload_build_init(struct preload_build *build);
void preload_build_fini(struct preload_build *build);
/* Takes a copy. ERR_INPUT for what is no name, and beyond the limits. */
NODISCARD bool preload_build_add(struct preload_build *build, const struct preload_entry *entry, struct err *err);
/*
 * The compiled list, appended to `out`, which is empty and holds PRELOAD_LIST_SIZE_MAX at least. Nothing may be added
 * afterwards. ERR_INPUT when a name was added twice, or there is none.
 */
NODISCARD bool preload_build_write(struct preload_build *build, const struct preload_origin *origin, struct buf *out,
                                   struct err *err);
/* The same list with another moment at which its source confirmed it, written to `out` as above. */
NODISCARD bool preload_build_confirm(struct str compiled, int64_t confirmed_s, struct buf *out, struct err *err);

#endif
