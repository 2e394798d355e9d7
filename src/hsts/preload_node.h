/* One node of the compiled list's trie, taken apart (preload_format.h). Private to this module. */
#ifndef HSTS_PRELOAD_NODE_H
#define HSTS_PRELOAD_NODE_H

#include "hsts/preload_format.h"

struct preload_node {
    const uint8_t *label;
    size_t label_size;
    enum preload_has has;
    uint8_t other; /* its kind, with PRELOAD_HAS_OTHER */
    enum preload_children children;
    size_t children_count;
    size_t distance_size;     /* bytes of one */
    const uint8_t *firsts;    /* of a list */
    uint64_t map;             /* of a map */
    const uint8_t *distances; /* children_count of them */
    size_t size;              /* of the node itself */
};

/* The node at `at`; false when it is none, or would reach beyond the trie. */
NODISCARD bool preload_node_read(const uint8_t *trie, size_t trie_size, size_t at, struct preload_node *ret);
/* Where child `i` begins, or SIZE_MAX when that is outside the trie. `at`: where the node does. */
size_t preload_node_child(const struct preload_node *node, size_t at, size_t i);
/* Which child begins with this byte; false: none. */
NODISCARD bool preload_node_find(const struct preload_node *node, char first, size_t *ret);

#endif
