/*
 * The compiled preload list: one relocatable run of bytes, little-endian, nothing aligned. For preload_build, which
 * writes it, and preload_list, which reads it; everybody else asks preload_list.
 *
 *     header │ texts: address, etag, modified, the policies' names │ trie
 *
 * A text is its size (two bytes) and its bytes. The trie holds the names from their last byte to their first, which is
 * by labels from the right, so that one walk passes every entry above a name:
 *
 *     node   head │ [label size] │ label │ [kind of its entry] │ [children]
 *     head   bits 0-1  children: PRELOAD_NO_CHILDREN, _CHILD_LIST, _CHILD_MAP
 *            bits 2-3  entry: none, the list's most common kind, the second, another (a byte behind the label)
 *            bits 4-7  size of the label; 15: it is in the next byte
 *     list   count - 1 (bits 0-5), width - 1 (bits 6-7) │ first bytes, ascending │ distances
 *     map    width - 1 │ 40 bits, one for each preload_symbol │ distances
 *
 * A label is what all names below have in common; a child's first byte stands in its parent, not in its label. A
 * distance, `width` bytes, says how far before its parent a child begins. Children come before their parents, each
 * behind everything that is below it, without gaps: what is below a node is one run of bytes that ends with it, and the
 * root is the end of all. The kind of an entry is the index of its policy times two, plus one with its subdomains.
 */
#ifndef HSTS_PRELOAD_FORMAT_H
#define HSTS_PRELOAD_FORMAT_H

#include "hsts/preload_entry.h"

#define PRELOAD_MAGIC        "SGPRELD\n"
#define PRELOAD_MAGIC_SIZE   8
#define PRELOAD_VERSION      1
#define PRELOAD_HEADER_SIZE  72
#define PRELOAD_TEXTS_BEFORE 3 /* address, etag, modified */

/* Where the header's numbers are. */
enum preload_at {
    PRELOAD_AT_VERSION = 8,      /* u32 */
    PRELOAD_AT_SIZE = 12,        /* u32, of all */
    PRELOAD_AT_CHECKSUM = 16,    /* u64: preload_checksum */
    PRELOAD_AT_TAKEN = 24,       /* u64, seconds since 1970: when the list was fetched */
    PRELOAD_AT_CONFIRMED = 32,   /* u64: when its source said last that it is the present one */
    PRELOAD_AT_ENTRIES = 40,     /* u32 */
    PRELOAD_AT_PINS_ONLY = 44,   /* u32 */
    PRELOAD_AT_SOURCE_SIZE = 48, /* u32 */
    PRELOAD_AT_TRIE = 52,        /* u32: where it begins */
    PRELOAD_AT_ROOT = 56,        /* u32: in the trie */
    PRELOAD_AT_POLICIES = 60,    /* u8: how many */
    PRELOAD_AT_COMMON = 61,      /* two kinds, u8 each */
    PRELOAD_AT_ZERO = 63,        /* up to the end of the header */
};

enum preload_children { PRELOAD_NO_CHILDREN, PRELOAD_CHILD_LIST, PRELOAD_CHILD_MAP };
enum preload_has { PRELOAD_HAS_NONE, PRELOAD_HAS_COMMON, PRELOAD_HAS_SECOND, PRELOAD_HAS_OTHER };

#define PRELOAD_LABEL_IN_NEXT     15 /* of the head's size of the label */
#define PRELOAD_MAP_SIZE          5
#define PRELOAD_LIST_COUNT_MAX    4 /* more children take a map: it is no longer and needs no search */
#define PRELOAD_DISTANCE_SIZE_MAX 4

static inline uint64_t preload_get(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

static inline void preload_set(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* Of all the bytes, those of its own field taken as 0. One wrong byte always shows: each step of the hash keeps them
 * apart. Against damage, not against malice: that is for the walk through the trie. */
static inline uint64_t preload_checksum(struct str bytes)
{
    uint8_t header[PRELOAD_HEADER_SIZE];
    memcpy(header, bytes.data, sizeof header);
    memset(header + PRELOAD_AT_CHECKSUM, 0, 8);
    uint64_t rest = str_hash(str_after(bytes, sizeof header));
    return str_hash(str_make(header, sizeof header)) ^ (rest << 1 | rest >> 63);
}

#endif
