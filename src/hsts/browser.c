/* The store: a table of names in lower case without the final dot, and their order of age. */
#include "hsts/browser.h"

#include <assert.h>
#include <stdlib.h>

struct entry {
    struct list node;
    int64_t until_s; /* of what was noted; 0: nothing is */
    bool include_subdomains;
    bool declared, declared_subdomains;
    size_t size;
    char name[];
};

/* A host name in the form of the table. */
struct name {
    size_t size;
    char text[BROWSER_NAME_SIZE_MAX];
};

static struct str name_str(const struct name *name)
{
    return str_make(name->text, name->size);
}

static bool is_hex(struct str text)
{
    uint64_t value;
    return text.size >= 2 && text.data[0] == '0' && text.data[1] == 'x' &&
           (text.size == 2 || str_hex_to_u64(str_after(text, 2), UINT64_MAX, &value));
}

/* What URLs take for an IPv4 literal: its last label is a number (URL standard, "ends in a number checker"). */
static bool ends_in_number(struct str host)
{
    size_t dot = str_find_last(host, '.');
    struct str last = dot < host.size ? str_after(host, dot + 1) : host;
    size_t digits_count = 0;
    while (digits_count < last.size && str_is_digit(last.data[digits_count]))
        digits_count++;
    return digits_count == last.size || is_hex(last);
}

/* Host names without an empty label; no IP literal, with brackets or without. */
static bool name_read(struct str host, struct name *ret)
{
    if (host.size && host.data[host.size - 1] == '.')
        host.size--;
    if (!host.size || host.size > BROWSER_NAME_SIZE_MAX || str_find(host, ':') < host.size)
        return false;
    for (size_t i = 0; i < host.size; i++) {
        if (host.data[i] == '.' && (i == 0 || i + 1 == host.size || host.data[i - 1] == '.'))
            return false;
        ret->text[i] = str_lower_char(host.data[i]);
    }
    ret->size = host.size;
    return !ends_in_number(name_str(ret));
}

static size_t entries_count_max(enum reading_client client)
{
    switch (client) {
    case READING_FIREFOX: return BROWSER_FIREFOX_ENTRIES_COUNT_MAX;
    case READING_CURL: return BROWSER_CURL_ENTRIES_COUNT_MAX;
    default: return BROWSER_ENTRIES_COUNT_MAX;
    }
}

void browser_init(struct browser *browser, enum reading_client client, size_t count_max)
{
    assert(!reading_is_checker(client));
    *browser =
        (struct browser){.client = client, .entries_count_max = count_max ? count_max : entries_count_max(client)};
    map_init(&browser->entries);
    list_init(&browser->order);
}

static void entry_drop(struct browser *browser, struct entry *entry)
{
    (void)map_remove(&browser->entries, str_make(entry->name, entry->size));
    list_remove(&entry->node);
    free(entry);
}

void browser_fini(struct browser *browser)
{
    while (!list_is_empty(&browser->order))
        entry_drop(browser, container_of(browser->order.next, struct entry, node));
    map_fini(&browser->entries);
}

static struct entry *entry_find(const struct browser *browser, struct str name)
{
    return map_get(&browser->entries, name);
}

static bool entry_is_live(const struct entry *entry, int64_t now_s)
{
    return entry->declared || now_s < entry->until_s;
}

/* Room for one more: what has run out goes first, then, in curl, the oldest. */
static bool make_room(struct browser *browser, int64_t now_s)
{
    if (browser->entries.count < browser->entries_count_max)
        return true;
    for (struct list *node = browser->order.next, *next; node != &browser->order; node = next) {
        struct entry *entry = container_of(node, struct entry, node);
        next = node->next;
        if (!entry_is_live(entry, now_s))
            entry_drop(browser, entry);
    }
    if (browser->entries.count == browser->entries_count_max && browser->client == READING_CURL)
        entry_drop(browser, container_of(browser->order.next, struct entry, node));
    return browser->entries.count < browser->entries_count_max;
}

/* The entry of the name, a new one where there is none; NULL when there is no room. */
static struct entry *entry_get(struct browser *browser, struct str name, int64_t now_s)
{
    struct entry *entry = entry_find(browser, name);
    if (entry || !make_room(browser, now_s))
        return entry;
    entry = calloc(1, sizeof *entry + name.size);
    if (!entry)
        return NULL;
    memcpy(entry->name, name.data, name.size);
    entry->size = name.size;
    if (!map_put(&browser->entries, str_make(entry->name, entry->size), entry)) {
        free(entry);
        return NULL;
    }
    list_add_tail(&browser->order, &entry->node);
    return entry;
}

static void entry_forget(struct browser *browser, struct entry *entry, bool declared_too)
{
    entry->until_s = 0;
    entry->include_subdomains = false;
    if (declared_too)
        entry->declared = false;
    if (!entry->declared)
        entry_drop(browser, entry);
}

static enum browser_noted note(struct browser *browser, struct str name, const struct reading *reading, int64_t now_s)
{
    struct entry *entry;
    if (reading->max_age_s == 0) { /* whether or not it says includeSubDomains (section 6.1.1) */
        entry = entry_find(browser, name);
        if (entry)
            entry_forget(browser, entry, browser->client == READING_FIREFOX);
        return BROWSER_REMOVED;
    }
    entry = entry_get(browser, name, now_s);
    if (!entry)
        return BROWSER_FULL;
    bool fits =
        reading->max_age_s < (uint64_t)BROWSER_FOREVER && now_s <= BROWSER_FOREVER - (int64_t)reading->max_age_s;
    entry->until_s = fits ? now_s + (int64_t)reading->max_age_s : BROWSER_FOREVER;
    entry->include_subdomains = reading->include_subdomains;
    return BROWSER_NOTED;
}

enum browser_noted browser_note(struct browser *browser, struct str host, enum browser_transport transport,
                                const struct str *values, size_t count, int64_t now_s)
{
    struct name name;
    if (transport != BROWSER_SECURE || !name_read(host, &name))
        return BROWSER_IGNORED;
    struct reading reading = reading_of_fields(browser->client, values, count);
    if (!reading.taken)
        return BROWSER_IGNORED;
    return note(browser, name_str(&name), &reading, now_s);
}

bool browser_declare(struct browser *browser, struct str host, bool include_subdomains)
{
    struct name name;
    if (!name_read(host, &name))
        return false;
    struct entry *entry = entry_get(browser, name_str(&name), INT64_MIN);
    if (!entry)
        return false;
    entry->declared = true;
    entry->declared_subdomains = include_subdomains;
    return true;
}

void browser_forget(struct browser *browser, struct str host)
{
    struct name name;
    struct entry *entry = name_read(host, &name) ? entry_find(browser, name_str(&name)) : NULL;
    if (entry)
        entry_forget(browser, entry, false);
}

/* Until when the entry binds its own name, or those below it; 0 when it does not. */
static int64_t entry_until(const struct entry *entry, bool below, int64_t now_s)
{
    if (entry->declared && (!below || entry->declared_subdomains))
        return BROWSER_FOREVER;
    return now_s < entry->until_s && (!below || entry->include_subdomains) ? entry->until_s : 0;
}

struct browser_binding browser_binding(const struct browser *browser, struct str host, int64_t now_s)
{
    struct browser_binding binding = {.until_s = 0};
    struct name name;
    if (!name_read(host, &name))
        return binding;
    struct str rest = name_str(&name);
    for (bool below = false; rest.size; below = true) {
        const struct entry *entry = entry_find(browser, rest);
        (void)str_cut(&rest, '.');
        if (entry && entry_until(entry, below, now_s) > binding.until_s)
            binding = (struct browser_binding){entry_until(entry, below, now_s), str_make(entry->name, entry->size)};
    }
    return binding;
}

bool browser_is_bound(const struct browser *browser, struct str host, int64_t now_s)
{
    return browser_binding(browser, host, now_s).until_s != 0;
}

struct browser_target browser_follow(const struct browser *browser, struct browser_target asked, int64_t now_s)
{
    if (!asked.secure && browser_is_bound(browser, asked.host, now_s)) {
        asked.secure = true;
        if (asked.port == 80)
            asked.port = 443;
    }
    return asked;
}
