/* Sorted names, and one pass from the leaves up. */
#include "hsts/preload_build.h"

#include <stdlib.h>

#include "hsts/preload_format.h"

#define ITEMS_ROOM_FIRST 4096
#define KINDS_COUNT      (2 * PRELOAD_POLICIES_COUNT_MAX)

void preload_build_init(struct preload_build *build)
{
    *build = (struct preload_build){0};
    buf_init(&build->names, PRELOAD_NAMES_SIZE_MAX);
}

void preload_build_fini(struct preload_build *build)
{
    buf_fini(&build->names);
    free(build->items);
    *build = (struct preload_build){0};
}

/* ---- taking entries ---- */

static bool find_policy(struct preload_build *build, struct str policy, size_t *ret, struct err *err)
{
    for (size_t i = 0; i < build->policies_count; i++)
        if (str_eq(policy, str_make(build->policies[i], build->policy_sizes[i]))) {
            *ret = i;
            return true;
        }
    if (!preload_policy_is_fine(policy))
        return err_set(err, ERR_INPUT, "a policy's name is 1 to %d lower-case letters, digits and hyphens",
                       PRELOAD_POLICY_SIZE_MAX);
    if (build->policies_count == PRELOAD_POLICIES_COUNT_MAX)
        return err_set(err, ERR_INPUT, "there are more than %d policies", PRELOAD_POLICIES_COUNT_MAX);
    size_t i = build->policies_count++;
    memcpy(build->policies[i], policy.data, policy.size);
    build->policy_sizes[i] = (uint8_t)policy.size;
    *ret = i;
    return true;
}

static bool make_room(struct preload_build *build, struct err *err)
{
    if (build->items_count == PRELOAD_ENTRIES_COUNT_MAX)
        return err_set(err, ERR_INPUT, "there are more than %u entries", PRELOAD_ENTRIES_COUNT_MAX);
    if (build->items_count < build->items_room)
        return true;
    size_t room = build->items_room ? build->items_room * 2 : ITEMS_ROOM_FIRST;
    struct preload_item *items = realloc(build->items, room * sizeof *items);
    if (!items)
        return err_memory(err);
    build->items = items;
    build->items_room = room;
    return true;
}

bool preload_build_add(struct preload_build *build, const struct preload_entry *entry, struct err *err)
{
    size_t policy = 0;
    if (!preload_name_is_fine(entry->name))
        return err_set(err, ERR_INPUT, "\"%.*s\" is no host name in lower case", STR_ARG(str_part(entry->name, 0, 64)));
    if (!find_policy(build, entry->policy, &policy, err) || !make_room(build, err))
        return false;
    struct preload_item *item = &build->items[build->items_count];
    *item = (struct preload_item){.offset = (uint32_t)build->names.size,
                                  .size = (uint8_t)entry->name.size,
                                  .kind = (uint8_t)(policy * 2 + entry->include_subdomains)};
    char *to = buf_reserve(&build->names, entry->name.size);
    if (!to)
        return err_set(err, ERR_INPUT, "the names take more than %zu MB", PRELOAD_NAMES_SIZE_MAX >> 20);
    for (size_t i = 0; i < entry->name.size; i++)
        to[i] = entry->name.data[entry->name.size - 1 - i];
    buf_commit(&build->names, entry->name.size);
    build->items_count++;
    return true;
}

/* ---- order: the bytes must not tell in which order the entries came ---- */

static struct str key_of(const struct preload_build *build, const struct preload_item *item)
{
    return str_part(buf_str(&build->names), item->offset, item->size);
}

static int compare_keys(struct str a, struct str b)
{
    int difference = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return difference ? difference : (a.size > b.size) - (a.size < b.size);
}

static int compare_items(const void *a, const void *b, void *context)
{
    return compare_keys(key_of(context, a), key_of(context, b));
}

static bool sort_items(struct preload_build *build, struct err *err)
{
    if (build->items_count == 0)
        return err_set(err, ERR_INPUT, "the list has no entry that makes browsers insist on HTTPS");
    qsort_r(build->items, build->items_count, sizeof *build->items, compare_items, build);
    for (size_t i = 1; i < build->items_count; i++) {
        struct str key = key_of(build, &build->items[i]);
        if (!str_eq(key, key_of(build, &build->items[i - 1])))
            continue;
        char name[PRELOAD_NAME_SIZE_MAX];
        for (size_t k = 0; k < key.size; k++)
            name[k] = key.data[key.size - 1 - k];
        return err_set(err, ERR_INPUT, "%.*s stands in the list twice", STR_ARG(str_make(name, key.size)));
    }
    return true;
}

static int compare_policies(const void *a, const void *b, void *context)
{
    const struct preload_build *build = context;
    size_t i = *(const uint8_t *)a, k = *(const uint8_t *)b;
    return compare_keys(str_make(build->policies[i], build->policy_sizes[i]),
                        str_make(build->policies[k], build->policy_sizes[k]));
}

/* `order[n]` is the policy that comes at place n. The kinds of all entries become those of that order. */
static void sort_policies(struct preload_build *build, uint8_t order[static PRELOAD_POLICIES_COUNT_MAX])
{
    uint8_t places[PRELOAD_POLICIES_COUNT_MAX] = {0};
    for (size_t i = 0; i < build->policies_count; i++)
        order[i] = (uint8_t)i;
    qsort_r(order, build->policies_count, 1, compare_policies, build);
    for (size_t i = 0; i < build->policies_count; i++)
        places[order[i]] = (uint8_t)i;
    for (size_t i = 0; i < build->items_count; i++) {
        uint8_t *kind = &build->items[i].kind;
        *kind = (uint8_t)(places[*kind >> 1] * 2 + (*kind & 1));
    }
}

/* The kinds that most entries are of; of equally many the lower. */
static void find_common(const struct preload_build *build, uint8_t common[static 2])
{
    size_t counts[KINDS_COUNT] = {0};
    size_t first = 0, second = 1;
    for (size_t i = 0; i < build->items_count; i++)
        counts[build->items[i].kind]++;
    for (size_t i = 1; i < KINDS_COUNT; i++)
        if (counts[i] > counts[first])
            first = i;
    second = first == 0 ? 1 : 0;
    for (size_t i = 0; i < KINDS_COUNT; i++)
        if (i != first && counts[i] > counts[second])
            second = i;
    common[0] = (uint8_t)first;
    common[1] = counts[second] ? (uint8_t)second : (uint8_t)first;
}

/* ---- the trie ---- */

struct writer {
    const struct preload_build *build;
    struct buf *out;
    size_t start; /* of the trie in `out` */
    uint8_t common[2];
};

struct children {
    size_t count;
    uint8_t firsts[PRELOAD_SYMBOLS_COUNT];
    size_t places[PRELOAD_SYMBOLS_COUNT]; /* in the trie */
};

static size_t common_size(struct str a, struct str b, size_t from)
{
    size_t i = from, size = a.size < b.size ? a.size : b.size;
    while (i < size && a.data[i] == b.data[i])
        i++;
    return i;
}

static enum preload_has has_of(const struct writer *w, uint8_t kind)
{
    if (kind == w->common[0])
        return PRELOAD_HAS_COMMON;
    return kind == w->common[1] ? PRELOAD_HAS_SECOND : PRELOAD_HAS_OTHER;
}

static void put_children(struct writer *w, const struct children *children, size_t at)
{
    size_t width = 1;
    uint8_t distance[PRELOAD_DISTANCE_SIZE_MAX];
    while ((at - children->places[0]) >> (8 * width)) /* the first child is the farthest */
        width++;
    if (children->count <= PRELOAD_LIST_COUNT_MAX) {
        (void)buf_put_char(w->out, (char)((children->count - 1) | (width - 1) << 6));
        (void)buf_put(w->out, children->firsts, children->count);
    } else {
        uint64_t map = 0;
        uint8_t bytes[PRELOAD_MAP_SIZE];
        for (size_t i = 0; i < children->count; i++)
            map |= (uint64_t)1 << preload_symbol((char)children->firsts[i]);
        preload_set(bytes, map, sizeof bytes);
        (void)buf_put_char(w->out, (char)(width - 1));
        (void)buf_put(w->out, bytes, sizeof bytes);
    }
    for (size_t i = 0; i < children->count; i++) {
        preload_set(distance, at - children->places[i], width);
        (void)buf_put(w->out, distance, width);
    }
}

static void put_node(struct writer *w, struct str label, const struct preload_item *entry,
                     const struct children *children, size_t at)
{
    bool is_long = label.size >= PRELOAD_LABEL_IN_NEXT;
    enum preload_has has = entry ? has_of(w, entry->kind) : PRELOAD_HAS_NONE;
    enum preload_children kind = children->count == 0                        ? PRELOAD_NO_CHILDREN
                                 : children->count <= PRELOAD_LIST_COUNT_MAX ? PRELOAD_CHILD_LIST
                                                                             : PRELOAD_CHILD_MAP;
    size_t size = is_long ? PRELOAD_LABEL_IN_NEXT : label.size;
    (void)buf_put_char(w->out, (char)((size_t)kind | (size_t)has << 2 | size << 4));
    if (is_long)
        (void)buf_put_char(w->out, (char)label.size);
    (void)buf_put_str(w->out, label);
    if (has == PRELOAD_HAS_OTHER)
        (void)buf_put_char(w->out, (char)entry->kind);
    if (children->count)
        put_children(w, children, at);
}

/* The names items[from … to) have their first `depth` bytes in common. Returns where the node is. */
static size_t write_node(struct writer *w, size_t from, size_t to, size_t depth)
{
    const struct preload_build *build = w->build;
    const struct preload_item *items = build->items, *entry = NULL;
    struct children children = {0};
    struct str first = key_of(build, &items[from]);
    size_t shared = common_size(first, key_of(build, &items[to - 1]), depth);
    if (first.size == shared)
        entry = &items[from++];
    while (from < to) {
        char c = key_of(build, &items[from]).data[shared];
        size_t end = from + 1;
        while (end < to && key_of(build, &items[end]).data[shared] == c)
            end++;
        children.firsts[children.count] = (uint8_t)c;
        children.places[children.count++] = write_node(w, from, end, shared + 1);
        from = end;
    }
    size_t at = w->out->size - w->start;
    put_node(w, str_part(first, depth, shared - depth), entry, &children, at);
    return at;
}

/* ---- all of it ---- */

static void put_text(struct buf *out, struct str text)
{
    uint8_t size[2];
    preload_set(size, text.size, sizeof size);
    (void)buf_put(out, size, sizeof size);
    (void)buf_put_str(out, text);
}

/* A server's text that is none is left out: it is only there to be sent back. */
static struct str origin_text(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return (struct str){NULL, 0};
    return text.size <= PRELOAD_ORIGIN_SIZE_MAX ? text : (struct str){NULL, 0};
}

static void put_texts(const struct preload_build *build, const struct preload_origin *origin, const uint8_t *order,
                      struct buf *out)
{
    put_text(out, origin_text(origin->address));
    put_text(out, origin_text(origin->etag));
    put_text(out, origin_text(origin->modified));
    for (size_t i = 0; i < build->policies_count; i++)
        put_text(out, str_make(build->policies[order[i]], build->policy_sizes[order[i]]));
}

static void seal(struct buf *out)
{
    uint8_t *header = (uint8_t *)out->data + out->start;
    preload_set(header + PRELOAD_AT_CHECKSUM, preload_checksum(buf_str(out)), 8);
}

static void put_header(const struct preload_build *build, const struct preload_origin *origin, const struct writer *w,
                       size_t root)
{
    uint8_t *header = (uint8_t *)w->out->data + w->out->start;
    memcpy(header, PRELOAD_MAGIC, PRELOAD_MAGIC_SIZE);
    preload_set(header + PRELOAD_AT_VERSION, PRELOAD_VERSION, 4);
    preload_set(header + PRELOAD_AT_SIZE, w->out->size, 4);
    preload_set(header + PRELOAD_AT_TAKEN, (uint64_t)origin->taken_s, 8);
    preload_set(header + PRELOAD_AT_CONFIRMED, (uint64_t)origin->confirmed_s, 8);
    preload_set(header + PRELOAD_AT_ENTRIES, build->items_count, 4);
    preload_set(header + PRELOAD_AT_PINS_ONLY, origin->pins_only_count, 4);
    preload_set(header + PRELOAD_AT_SOURCE_SIZE, origin->source_size, 4);
    preload_set(header + PRELOAD_AT_TRIE, w->start, 4);
    preload_set(header + PRELOAD_AT_ROOT, root, 4);
    header[PRELOAD_AT_POLICIES] = (uint8_t)build->policies_count;
    memcpy(header + PRELOAD_AT_COMMON, w->common, sizeof w->common);
}

bool preload_build_write(struct preload_build *build, const struct preload_origin *origin, struct buf *out,
                         struct err *err)
{
    uint8_t order[PRELOAD_POLICIES_COUNT_MAX], header[PRELOAD_HEADER_SIZE] = {0};
    struct writer w = {.build = build, .out = out};
    if (origin->taken_s < 0 || origin->confirmed_s < origin->taken_s)
        return err_set(err, ERR_INPUT, "this machine's clock is wrong");
    if (!sort_items(build, err))
        return false;
    sort_policies(build, order);
    find_common(build, w.common);
    (void)buf_put(out, header, sizeof header);
    put_texts(build, origin, order, out);
    w.start = out->size;
    size_t root = write_node(&w, 0, build->items_count, 0);
    if (!buf_ok(out))
        return err_set(err, ERR_MEMORY, "the compiled list is too large for the memory it may have");
    put_header(build, origin, &w, root);
    seal(out);
    return true;
}

bool preload_build_confirm(struct str compiled, int64_t confirmed_s, struct buf *out, struct err *err)
{
    struct preload_list list;
    if (!preload_list_open(compiled, &list, err))
        return false;
    if (!buf_put_str(out, compiled))
        return err_memory(err);
    if (confirmed_s > list.origin.confirmed_s)
        preload_set((uint8_t *)out->data + out->start + PRELOAD_AT_CONFIRMED, (uint64_t)confirmed_s, 8);
    seal(out);
    return true;
}
