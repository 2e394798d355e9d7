/*
 * A compiled preload list of any bytes. What whoever forges one would put right is put right first: magic, version,
 * size, checksum. One that opens answers for any name, and answers with what stands in it.
 */
#include <stdlib.h>

#include "hsts/preload_format.h"
#include "hsts/preload_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void ask(const struct preload_list *list, struct str name)
{
    struct preload_binding found = preload_list_find(list, name);
    must(!found.is_own || found.is_bound);
    if (!found.is_bound)
        return;
    must(preload_policy_is_fine(found.policy) && preload_name_is_fine(found.entry) && found.entry.size <= name.size);
    struct preload_binding entry = preload_list_find(list, found.entry);
    must(entry.is_own && entry.include_subdomains == found.include_subdomains && str_eq(entry.policy, found.policy));
}

/* Names that are about to be on it: what stands in the file itself, from its end to its beginning, as names do. */
static void ask_for_all(const struct preload_list *list, const uint8_t *data, size_t size)
{
    char name[64];
    for (size_t at = 0; at < size; at++) {
        size_t length = 0;
        for (size_t i = at; i < size && length < sizeof name && preload_symbol((char)data[i]) >= 0; i++)
            name[sizeof name - 1 - length++] = (char)data[i];
        ask(list, str_make(name + sizeof name - length, length));
    }
    ask(list, STR("www.example.org"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = malloc(size ? size : 1); /* of the exact size, so that a read beyond it is seen */
    struct preload_list list;
    struct err err = {0};
    if (!bytes)
        return 0;
    if (size)
        memcpy(bytes, data, size);
    if (size >= PRELOAD_HEADER_SIZE) {
        memcpy(bytes, PRELOAD_MAGIC, PRELOAD_MAGIC_SIZE);
        preload_set(bytes + PRELOAD_AT_VERSION, PRELOAD_VERSION, 4);
        preload_set(bytes + PRELOAD_AT_SIZE, size, 4);
        preload_set(bytes + PRELOAD_AT_CHECKSUM, preload_checksum(str_make(bytes, size)), 8);
    }
    if (preload_list_open(str_make(bytes, size), &list, &err))
        ask_for_all(&list, bytes, size < 512 ? size : 512);
    else
        must(err.code == ERR_INPUT && err.text[0]);
    free(bytes);
    return 0;
}
