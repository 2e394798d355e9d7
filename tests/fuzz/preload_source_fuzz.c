/*
 * The preload list as it comes from elsewhere: its first byte says in pieces of which size it is fed. What was read
 * whole compiles (unless a name stands in it twice), and each of its names is found in what was compiled, by its own
 * entry.
 */
#include <stdlib.h>

#include "hsts/preload_build.h"
#include "hsts/preload_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool on_entry(void *context, const struct preload_entry *entry, struct err *err)
{
    must(preload_name_is_fine(entry->name) && preload_policy_is_fine(entry->policy));
    return preload_build_add(context, entry, err);
}

static void must_find_all(const struct preload_build *build, const struct preload_list *list)
{
    must(list->entries_count == build->items_count);
    for (size_t i = 0; i < build->items_count; i++) {
        char name[PRELOAD_NAME_SIZE_MAX];
        const struct preload_item *item = &build->items[i];
        for (size_t k = 0; k < item->size; k++)
            name[k] = buf_str(&build->names).data[item->offset + item->size - 1 - k];
        struct preload_binding found = preload_list_find(list, str_make(name, item->size));
        must(found.is_bound && found.is_own && found.include_subdomains == (item->kind & 1) &&
             str_eq(found.policy, list->policies[item->kind >> 1]));
    }
}

static void must_compile(struct preload_build *build)
{
    const struct preload_origin origin = {.taken_s = 1, .confirmed_s = 1};
    struct preload_list list;
    struct buf out;
    struct err err = {0};
    buf_init(&out, PRELOAD_LIST_SIZE_MAX);
    if (preload_build_write(build, &origin, &out, &err)) {
        must(preload_list_open(buf_str(&out), &list, NULL));
        must_find_all(build, &list);
    } else {
        must(err.code == ERR_INPUT && err.text[0]);
    }
    buf_fini(&out);
}

static bool read_all(struct str text, size_t piece, struct preload_source *source, struct err *err)
{
    for (size_t at = 0; at < text.size; at += piece)
        if (!preload_source_take(source, str_part(text, at, piece), err))
            return false;
    return preload_source_end(source, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct preload_source source;
    struct preload_build build;
    struct err err = {0};
    if (size == 0)
        return 0;
    preload_build_init(&build);
    preload_source_init(&source, on_entry, &build);
    if (read_all(str_make(data + 1, size - 1), (size_t)data[0] + 1, &source, &err))
        must_compile(&build);
    else
        must(err.code == ERR_INPUT && err.text[0]);
    preload_build_fini(&build);
    return 0;
}
