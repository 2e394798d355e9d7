/* Opening, which believes nothing, and looking up. */
#include "hsts/preload_list.h"

#include "hsts/preload_node.h"

static bool damaged(const char *what, struct err *err)
{
    (void)err_set(err, ERR_INPUT, "the compiled preload list is damaged: %s", what);
    return err_fix(err, "fetch it anew: strictgate preload update");
}

/* ---- the trie ---- */

struct verifier {
    const struct preload_list *list;
    size_t cursor; /* what is below it was accounted for */
    uint32_t entries_count;
};

/* A name from its end, as far as the walk has come. */
struct spelled {
    size_t size;
    size_t label_size; /* since the last dot */
};

static bool spell(struct spelled *s, char c)
{
    bool is_dot = c == '.';
    if (preload_symbol(c) < 0 || s->size == PRELOAD_NAME_SIZE_MAX)
        return false;
    if (is_dot ? s->label_size == 0 : s->label_size == PRELOAD_LABEL_SIZE_MAX)
        return false;
    s->size++;
    s->label_size = is_dot ? 0 : s->label_size + 1;
    return true;
}

static bool entry_is_fine(const struct verifier *v, const struct preload_node *node, const struct spelled *s)
{
    return s->label_size > 0 && (node->has != PRELOAD_HAS_OTHER || (size_t)node->other >> 1 < v->list->policies_count);
}

/* The byte that child `i` begins with. */
static char first_of(const struct preload_node *node, size_t i)
{
    static const char symbols[] = "-.0123456789_abcdefghijklmnopqrstuvwxyz";
    uint64_t map = node->map;
    if (node->children == PRELOAD_CHILD_LIST)
        return (char)node->firsts[i];
    for (; i > 0; i--)
        map &= map - 1;
    return symbols[__builtin_ctzll(map)];
}

static bool are_ascending(const struct preload_node *node)
{
    for (size_t i = 1; node->children == PRELOAD_CHILD_LIST && i < node->children_count; i++)
        if (node->firsts[i - 1] >= node->firsts[i])
            return false;
    return true;
}

/* Nodes that stand for nothing, or for one way only, are not written: so each list has one form. */
static bool is_needed(const struct preload_node *node, bool is_root)
{
    return is_root || node->children_count > 1 || node->has != PRELOAD_HAS_NONE;
}

/*
 * Everything below the node and the node itself are the bytes from the cursor on, no more and no less, so that each
 * byte is looked at once. The depth is that of a name: each step adds a byte to it.
 */
static bool verify_node(struct verifier *v, size_t at, struct spelled s, bool is_root)
{
    const struct preload_list *list = v->list;
    struct preload_node node;
    if (!preload_node_read(list->trie, list->trie_size, at, &node) || !is_needed(&node, is_root) ||
        !are_ascending(&node))
        return false;
    for (size_t i = 0; i < node.label_size; i++)
        if (!spell(&s, (char)node.label[i]))
            return false;
    if (node.has != PRELOAD_HAS_NONE) {
        v->entries_count++;
        if (!entry_is_fine(v, &node, &s))
            return false;
    }
    for (size_t i = 0; i < node.children_count; i++) {
        struct spelled below = s;
        size_t child = preload_node_child(&node, at, i);
        if (child == SIZE_MAX || child < v->cursor || !spell(&below, first_of(&node, i)) ||
            !verify_node(v, child, below, false))
            return false;
    }
    if (v->cursor != at)
        return false;
    v->cursor = at + node.size;
    return true;
}

static bool verify_trie(const struct preload_list *list)
{
    struct verifier v = {.list = list};
    return verify_node(&v, list->root, (struct spelled){0}, true) && v.cursor == list->trie_size &&
           v.entries_count == list->entries_count;
}

/* ---- header and texts ---- */

static bool read_text(struct str *rest, size_t size_max, struct str *ret)
{
    if (rest->size < 2)
        return false;
    size_t size = (size_t)preload_get((const uint8_t *)rest->data, 2);
    if (size > size_max || size > rest->size - 2)
        return false;
    *ret = str_part(*rest, 2, size);
    *rest = str_after(*rest, 2 + size);
    return true;
}

static bool is_visible(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return false;
    return true;
}

static bool read_texts(struct str texts, struct preload_list *list)
{
    struct str *const before[PRELOAD_TEXTS_BEFORE] = {&list->origin.address, &list->origin.etag,
                                                      &list->origin.modified};
    for (size_t i = 0; i < PRELOAD_TEXTS_BEFORE; i++)
        if (!read_text(&texts, PRELOAD_ORIGIN_SIZE_MAX, before[i]) || !is_visible(*before[i]))
            return false;
    for (size_t i = 0; i < list->policies_count; i++)
        if (!read_text(&texts, PRELOAD_POLICY_SIZE_MAX, &list->policies[i]) ||
            !preload_policy_is_fine(list->policies[i]))
            return false;
    return texts.size == 0;
}

static int64_t get_time(const uint8_t *at)
{
    uint64_t value = preload_get(at, 8);
    return value <= INT64_MAX ? (int64_t)value : -1;
}

static bool read_header(struct str bytes, struct preload_list *list)
{
    const uint8_t *header = (const uint8_t *)bytes.data;
    size_t trie_at = (size_t)preload_get(header + PRELOAD_AT_TRIE, 4);
    if (trie_at < PRELOAD_HEADER_SIZE || trie_at >= bytes.size)
        return false;
    for (size_t i = PRELOAD_AT_ZERO; i < PRELOAD_HEADER_SIZE; i++)
        if (header[i] != 0)
            return false;
    list->trie = header + trie_at;
    list->trie_size = bytes.size - trie_at;
    list->root = (size_t)preload_get(header + PRELOAD_AT_ROOT, 4);
    list->entries_count = (uint32_t)preload_get(header + PRELOAD_AT_ENTRIES, 4);
    list->policies_count = header[PRELOAD_AT_POLICIES];
    list->common[0] = header[PRELOAD_AT_COMMON];
    list->common[1] = header[PRELOAD_AT_COMMON + 1];
    list->origin.taken_s = get_time(header + PRELOAD_AT_TAKEN);
    list->origin.confirmed_s = get_time(header + PRELOAD_AT_CONFIRMED);
    list->origin.source_size = (uint32_t)preload_get(header + PRELOAD_AT_SOURCE_SIZE, 4);
    list->origin.pins_only_count = (uint32_t)preload_get(header + PRELOAD_AT_PINS_ONLY, 4);
    return list->origin.taken_s >= 0 && list->origin.confirmed_s >= list->origin.taken_s && list->policies_count >= 1 &&
           list->policies_count <= PRELOAD_POLICIES_COUNT_MAX && (size_t)list->common[0] >> 1 < list->policies_count &&
           (size_t)list->common[1] >> 1 < list->policies_count &&
           read_texts(str_part(bytes, PRELOAD_HEADER_SIZE, trie_at - PRELOAD_HEADER_SIZE), list);
}

bool preload_list_open(struct str bytes, struct preload_list *ret, struct err *err)
{
    struct preload_list list = {.size = bytes.size};
    if (bytes.size < PRELOAD_HEADER_SIZE || memcmp(bytes.data, PRELOAD_MAGIC, PRELOAD_MAGIC_SIZE) != 0)
        return damaged("it does not begin as one does", err);
    const uint8_t *header = (const uint8_t *)bytes.data;
    if (preload_get(header + PRELOAD_AT_VERSION, 4) != PRELOAD_VERSION)
        return damaged("it is of another version of Strictgate", err);
    if (bytes.size > PRELOAD_LIST_SIZE_MAX || preload_get(header + PRELOAD_AT_SIZE, 4) != bytes.size)
        return damaged("its size is not what it says", err);
    if (preload_get(header + PRELOAD_AT_CHECKSUM, 8) != preload_checksum(bytes))
        return damaged("its checksum is wrong", err);
    if (!read_header(bytes, &list) || !verify_trie(&list))
        return damaged("what is in it does not fit together", err);
    *ret = list;
    return true;
}

/* ---- lookup ---- */

static uint8_t kind_of(const struct preload_list *list, const struct preload_node *node)
{
    return node->has == PRELOAD_HAS_OTHER ? node->other : list->common[node->has - PRELOAD_HAS_COMMON];
}

/* The name's end up to and with the node's label; false when it goes another way. */
static bool follow_label(const struct preload_node *node, struct str name, size_t *left)
{
    if (node->label_size > *left)
        return false;
    for (size_t i = 0; i < node->label_size; i++)
        if ((char)node->label[i] != str_lower_char(name.data[*left - 1 - i]))
            return false;
    *left -= node->label_size;
    return true;
}

static void note(const struct preload_list *list, const struct preload_node *node, struct str name, size_t left,
                 struct preload_binding *binding)
{
    uint8_t kind = kind_of(list, node);
    bool with_subnames = kind & 1;
    if (left > 0 && !(with_subnames && name.data[left - 1] == '.'))
        return;
    *binding = (struct preload_binding){.is_bound = true,
                                        .is_own = left == 0,
                                        .include_subdomains = with_subnames,
                                        .entry = str_after(name, left),
                                        .policy = list->policies[kind >> 1]};
}

struct preload_binding preload_list_find(const struct preload_list *list, struct str name)
{
    struct preload_binding binding = {0};
    size_t at = list->root, child;
    if (name.size && name.data[name.size - 1] == '.')
        name.size--;
    size_t left = name.size;
    for (;;) {
        struct preload_node node;
        if (!preload_node_read(list->trie, list->trie_size, at, &node) || !follow_label(&node, name, &left))
            return binding;
        if (node.has != PRELOAD_HAS_NONE)
            note(list, &node, name, left, &binding);
        if (left == 0 || !preload_node_find(&node, str_lower_char(name.data[left - 1]), &child))
            return binding;
        left--;
        at = preload_node_child(&node, at, child);
    }
}
