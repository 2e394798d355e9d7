/* Reading without trust: no byte is looked at that was not found to be there. */
#include "hsts/preload_node.h"

/* What is left of the trie. */
struct cursor {
    const uint8_t *at;
    size_t left;
};

/* The next bytes, or NULL. */
static const uint8_t *take(struct cursor *c, size_t size)
{
    const uint8_t *at = c->at;
    if (size > c->left)
        return NULL;
    c->at += size;
    c->left -= size;
    return at;
}

static bool read_label(struct cursor *c, uint8_t head, struct preload_node *node)
{
    node->label_size = head >> 4;
    if (node->label_size == PRELOAD_LABEL_IN_NEXT) {
        const uint8_t *next = take(c, 1);
        if (!next || *next < PRELOAD_LABEL_IN_NEXT || *next > PRELOAD_NAME_SIZE_MAX)
            return false;
        node->label_size = *next;
    }
    node->label = take(c, node->label_size);
    return node->label != NULL;
}

static bool read_entry(struct cursor *c, uint8_t head, struct preload_node *node)
{
    node->has = (enum preload_has)(head >> 2 & 3);
    if (node->has != PRELOAD_HAS_OTHER)
        return true;
    const uint8_t *kind = take(c, 1);
    node->other = kind ? *kind : 0;
    return kind != NULL;
}

static bool read_list(struct cursor *c, struct preload_node *node)
{
    const uint8_t *shape = take(c, 1);
    if (!shape)
        return false;
    node->children_count = (size_t)(*shape & 0x3f) + 1;
    node->distance_size = (size_t)(*shape >> 6) + 1;
    node->firsts = take(c, node->children_count);
    return node->children_count <= PRELOAD_LIST_COUNT_MAX && node->firsts;
}

static bool read_map(struct cursor *c, struct preload_node *node)
{
    const uint8_t *shape = take(c, 1 + PRELOAD_MAP_SIZE);
    if (!shape || *shape >= PRELOAD_DISTANCE_SIZE_MAX)
        return false;
    node->distance_size = (size_t)*shape + 1;
    node->map = preload_get(shape + 1, PRELOAD_MAP_SIZE);
    node->children_count = (size_t)__builtin_popcountll(node->map);
    return node->map >> PRELOAD_SYMBOLS_COUNT == 0 && node->children_count > PRELOAD_LIST_COUNT_MAX;
}

bool preload_node_read(const uint8_t *trie, size_t trie_size, size_t at, struct preload_node *ret)
{
    if (at >= trie_size)
        return false;
    struct cursor c = {trie + at, trie_size - at};
    struct preload_node node = {0};
    uint8_t head = *take(&c, 1);
    node.children = (enum preload_children)(head & 3);
    if (!read_label(&c, head, &node) || !read_entry(&c, head, &node))
        return false;
    switch (head & 3) {
    case PRELOAD_NO_CHILDREN: break;
    case PRELOAD_CHILD_LIST:
        if (!read_list(&c, &node))
            return false;
        break;
    case PRELOAD_CHILD_MAP:
        if (!read_map(&c, &node))
            return false;
        break;
    default: return false;
    }
    node.distances = take(&c, node.children_count * node.distance_size);
    node.size = trie_size - at - c.left;
    *ret = node;
    return node.distances != NULL;
}

/* preload_get for what a lookup does most. */
static size_t get_distance(const uint8_t *at, size_t size)
{
    size_t distance = at[0];
    if (size > 1)
        distance |= (size_t)at[1] << 8;
    if (size > 2)
        distance |= (size_t)at[2] << 16;
    if (size > 3)
        distance |= (size_t)at[3] << 24;
    return distance;
}

size_t preload_node_child(const struct preload_node *node, size_t at, size_t i)
{
    size_t distance = get_distance(node->distances + i * node->distance_size, node->distance_size);
    return distance == 0 || distance > at ? SIZE_MAX : at - distance;
}

static bool find_in_list(const struct preload_node *node, char first, size_t *ret)
{
    for (size_t i = 0; i < node->children_count; i++)
        if (node->firsts[i] == (uint8_t)first) {
            *ret = i;
            return true;
        }
    return false;
}

bool preload_node_find(const struct preload_node *node, char first, size_t *ret)
{
    int symbol = preload_symbol(first);
    if (node->children == PRELOAD_CHILD_LIST)
        return find_in_list(node, first, ret);
    if (node->children != PRELOAD_CHILD_MAP || symbol < 0 || !(node->map >> symbol & 1))
        return false;
    *ret = (size_t)__builtin_popcountll(node->map & (((uint64_t)1 << symbol) - 1));
    return true;
}
