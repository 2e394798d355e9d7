/*
 * The compiled preload list: which entry, if any, makes browsers insist on HTTPS for a name they never visited. The
 * bytes are the caller's, usually mapped from a file, and nothing in them is believed: opening walks through all of
 * them once, after which a lookup is one walk down a trie, without memory. How it is made: preload_build.h; the layout:
 * preload_format.h.
 */
#ifndef HSTS_PRELOAD_LIST_H
#define HSTS_PRELOAD_LIST_H

#include "hsts/preload_entry.h"

/* Six times the list of 2026 (some 170,000 entries), at less than thirty bytes each. */
#define PRELOAD_ENTRIES_COUNT_MAX 1048576u
#define PRELOAD_LIST_SIZE_MAX     ((size_t)32 << 20)
/* Of the texts that say where the list is from. */
#define PRELOAD_ORIGIN_SIZE_MAX 1024

/* Where and when the list was got; the texts may be empty. */
struct preload_origin {
    struct str address;        /* "https://…", or the file's name */
    struct str etag, modified; /* as the server gave them, for asking whether there is a newer one */
    int64_t taken_s;           /* wall clock */
    int64_t confirmed_s; /* wall clock, not before taken_s: when the source said last that it is the present one */
    uint32_t source_size;
    uint32_t pins_only_count; /* entries that bind nobody and were left out */
};

struct preload_list {
    const uint8_t *trie;
    size_t trie_size, root;
    size_t size; /* of all */
    uint32_t entries_count;
    struct preload_origin origin;
    struct str policies[PRELOAD_POLICIES_COUNT_MAX];
    size_t policies_count;
    uint8_t common[2]; /* kinds */
};

/* What binds a name. */
struct preload_binding {
    bool is_bound;
    bool is_own;             /* by an entry of just this name; else by one above, with its subdomains */
    bool include_subdomains; /* of the entry */
    struct str entry;        /* its name: a view of the end of the name that was asked for */
    struct str policy;       /* lives as long as the list */
};

/*
 * Looks through all of `bytes`, which the caller keeps unchanged for as long as *ret is used. ERR_INPUT for what was
 * not written by preload_build, or was damaged since, or by another version.
 */
NODISCARD bool preload_list_open(struct str bytes, struct preload_list *ret, struct err *err);
/*
 * The entry that binds a host name (any case; a dot at the end is ignored): its own, else the nearest above that
 * includes subdomains. What is no host name is bound by nothing.
 */
struct preload_binding preload_list_find(const struct preload_list *list, struct str name);

#endif
