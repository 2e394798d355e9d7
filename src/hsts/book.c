/* Names and their ledgers, and the plans by which they change. Who binds whom is at the end. */
#include "hsts/book.h"

#include <assert.h>
#include <stdlib.h>

/* A mend or a merge may change every entry of ten thousand sites with a dozen names and a dozen entries each. */
#define BOOK_PLAN_SIZE_MAX       ((size_t)512 << 20)
#define BOOK_PLAN_CAPACITY_FIRST 16
/* Longer than any host name (253) and its wildcard. */
#define BOOK_NAME_SIZE_MAX 260

struct book_name {
    struct book_name *next;
    struct book_name *sibling; /* the next with the same parent; not for wildcards */
    struct ledger ledger;
    size_t size;
    char text[];
};

static struct str text_of(const struct book_name *name)
{
    return str_make(name->text, name->size);
}

/* What follows the first label, empty when nothing does. */
static struct str parent_of(struct str name)
{
    return str_after(name, str_find(name, '.') + 1);
}

static bool is_wildcard(struct str name)
{
    return str_starts(name, STR("*."));
}

void book_init(struct book *book)
{
    *book = (struct book){.next_id = 1};
    map_init(&book->names);
    map_init(&book->parents);
}

void book_fini(struct book *book)
{
    for (struct book_name *name = book->first, *next; name; name = next) {
        next = name->next;
        ledger_fini(&name->ledger);
        free(name);
    }
    map_fini(&book->names);
    map_fini(&book->parents);
    book_init(book);
}

/* What a wildcard covers are its siblings: they are found without going through all names there are. */
static bool file_under_parent(struct book *book, struct book_name *name)
{
    struct str parent = parent_of(text_of(name));
    if (is_wildcard(text_of(name)) || parent.size == 0)
        return true;
    name->sibling = map_get(&book->parents, parent);
    return map_put(&book->parents, parent, name);
}

static struct book_name *add_name(struct book *book, struct str text)
{
    struct book_name *name = malloc(sizeof *name + text.size);
    if (!name)
        return NULL;
    *name = (struct book_name){.next = book->first, .size = text.size};
    if (text.size)
        memcpy(name->text, text.data, text.size);
    ledger_init(&name->ledger);
    if (!map_put(&book->names, text_of(name), name)) {
        free(name);
        return NULL;
    }
    if (!file_under_parent(book, name)) {
        (void)map_remove(&book->names, text_of(name));
        free(name);
        return NULL;
    }
    book->first = name;
    return name;
}

bool book_load(struct book *book, struct str text, const struct ledger_entry *entry)
{
    struct book_name *name = map_get(&book->names, text);
    if (!name)
        name = add_name(book, text);
    if (!name || !ledger_put(&name->ledger, entry))
        return false;
    if (entry->id >= book->next_id)
        book->next_id = entry->id + 1;
    return true;
}

const struct ledger *book_ledger(const struct book *book, struct str text)
{
    const struct book_name *name = map_get(&book->names, text);
    return name ? &name->ledger : NULL;
}

struct str book_next(const struct book *book, struct str after)
{
    const struct book_name *name = after.data ? map_get(&book->names, after) : NULL;
    const struct book_name *next = after.data ? (name ? name->next : NULL) : book->first;
    return next ? text_of(next) : (struct str){0};
}

static int64_t newest_of(const struct ledger *ledger)
{
    int64_t newest_s = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        int64_t last_s = entry->to_s == LEDGER_OPEN ? entry->from_s : entry->to_s;
        if (last_s > newest_s)
            newest_s = last_s;
    }
    return newest_s;
}

int64_t book_newest_s(const struct book *book)
{
    int64_t newest_s = 0;
    for (const struct book_name *name = book->first; name; name = name->next) {
        int64_t last_s = newest_of(&name->ledger);
        if (last_s > newest_s)
            newest_s = last_s;
    }
    return newest_s;
}

size_t book_forget_past(struct book *book, int64_t now_s)
{
    size_t forgotten = 0;
    for (struct book_name *name = book->first; name; name = name->next)
        forgotten += ledger_forget_past(&name->ledger, now_s);
    return forgotten;
}

void book_plan_init(struct book_plan *plan, const struct book *book)
{
    *plan = (struct book_plan){.next_id = book->next_id};
    arena_init(&plan->arena, BOOK_PLAN_SIZE_MAX);
    map_init(&plan->newest);
}

void book_plan_fini(struct book_plan *plan)
{
    arena_fini(&plan->arena);
    map_fini(&plan->newest);
    plan->changes = NULL;
    plan->count = plan->capacity = 0;
}

static bool make_room(struct book_plan *plan)
{
    if (plan->count < plan->capacity)
        return true;
    size_t capacity = plan->capacity ? plan->capacity * 2 : BOOK_PLAN_CAPACITY_FIRST;
    struct book_change *changes = arena_alloc(&plan->arena, capacity * sizeof *changes);
    if (!changes)
        return false;
    if (plan->count)
        memcpy(changes, plan->changes, plan->count * sizeof *changes);
    plan->changes = changes;
    plan->capacity = capacity;
    return true;
}

/* Changes are counted from 1 where they refer to each other; 0 is none, and NULL in the map. */
static struct book_change *change_at(const struct book_plan *plan, uintptr_t number)
{
    return number ? &plan->changes[number - 1] : NULL;
}

static struct book_change *newest_change(const struct book_plan *plan, struct str name)
{
    return change_at(plan, (uintptr_t)map_get(&plan->newest, name));
}

static bool add_change(struct book_plan *plan, struct str name, const struct ledger_entry *entry)
{
    struct book_change change = {.entry = *entry, .older = (uintptr_t)map_get(&plan->newest, name)};
    change.entry.doubted = false; /* once this is saved */
    if (!make_room(plan) || !arena_str(&plan->arena, name, &change.name) ||
        !map_put(&plan->newest, change.name, (void *)(uintptr_t)(plan->count + 1)))
        return false;
    plan->changes[plan->count++] = change;
    return true;
}

static bool is_open_as(const struct ledger_entry *entry, const struct ledger_promise *promise)
{
    return entry->to_s == LEDGER_OPEN && promise && ledger_promise_eq(&entry->promise, promise);
}

/* Whether a change of this entry of the book is planned. */
static bool is_changed(const struct book_plan *plan, struct str name, uint64_t id)
{
    for (const struct book_change *at = newest_change(plan, name); at; at = change_at(plan, at->older))
        if (at->entry.id == id)
            return true;
    return false;
}

/* Whether the promise will be open under the name when the plan has been applied. */
static bool will_be_open(const struct book_plan *plan, const struct book *book, struct str name,
                         const struct ledger_promise *promise)
{
    const struct ledger *ledger = book_ledger(book, name);
    const struct ledger_entry *open = ledger ? ledger_find_open(ledger, promise) : NULL;
    if (open && !is_changed(plan, name, open->id))
        return true;
    for (const struct book_change *at = newest_change(plan, name); at; at = change_at(plan, at->older))
        if (is_open_as(&at->entry, promise))
            return true;
    return false;
}

bool book_plan_open(struct book_plan *plan, const struct book *book, struct str name,
                    const struct ledger_promise *promise, int64_t now_s)
{
    if (will_be_open(plan, book, name, promise))
        return true;
    const struct ledger_entry entry = {.id = plan->next_id, .promise = *promise, .from_s = now_s, .to_s = LEDGER_OPEN};
    if (!add_change(plan, name, &entry))
        return false;
    plan->next_id++;
    return true;
}

/* Not before its beginning: a clock that was restarted from an older record may be. */
static void end_entry(struct ledger_entry *entry, int64_t now_s)
{
    entry->to_s = now_s > entry->from_s ? now_s : entry->from_s;
}

bool book_plan_close(struct book_plan *plan, const struct book *book, struct str name,
                     const struct ledger_promise *carried, int64_t now_s)
{
    for (struct book_change *at = newest_change(plan, name); at; at = change_at(plan, at->older))
        if (at->entry.to_s == LEDGER_OPEN && !is_open_as(&at->entry, carried))
            end_entry(&at->entry, now_s);
    const struct ledger *ledger = book_ledger(book, name);
    for (size_t i = 0; ledger && i < ledger->count; i++) {
        struct ledger_entry entry = ledger->entries[i];
        bool is_carried = is_open_as(&entry, carried) && (!entry.doubted || !will_be_open(plan, book, name, carried));
        if (entry.to_s != LEDGER_OPEN || is_carried || is_changed(plan, name, entry.id))
            continue;
        end_entry(&entry, now_s);
        if (!add_change(plan, name, &entry))
            return false;
    }
    return true;
}

bool book_plan_mend(struct book_plan *plan, const struct book *book, const struct ledger_mend *mend)
{
    for (const struct book_name *name = book->first; name; name = name->next)
        for (size_t i = 0; i < name->ledger.count; i++) {
            /* What the disk may have otherwise is written as we know it: it cannot be mended unseen. */
            struct ledger_entry entry = name->ledger.entries[i];
            bool changes = ledger_mend_entry(mend, &entry) || entry.doubted;
            if (changes && !add_change(plan, text_of(name), &entry))
                return false;
        }
    return true;
}

/* Ids say nothing here: a backup may be of another machine. Caps may have been taken off since. */
static bool is_same_entry(const struct ledger_entry *a, const struct ledger_entry *b)
{
    struct ledger_promise promise = a->promise;
    promise.cap_s = b->promise.cap_s;
    return a->from_s == b->from_s && ledger_promise_eq(&promise, &b->promise);
}

static const struct ledger_entry *find_same(const struct ledger *ledger, const struct ledger_entry *entry)
{
    for (size_t i = 0; ledger && i < ledger->count; i++)
        if (is_same_entry(&ledger->entries[i], entry))
            return &ledger->entries[i];
    return NULL;
}

/* Makes the entry end no earlier and be capped no earlier than `other`. True when that changed it. */
static bool take_maximum(struct ledger_entry *entry, const struct ledger_entry *other)
{
    struct ledger_entry before = *entry;
    if (other->to_s > entry->to_s)
        entry->to_s = other->to_s;
    if (entry->promise.cap_s && (!other->promise.cap_s || other->promise.cap_s > entry->promise.cap_s))
        entry->promise.cap_s = other->promise.cap_s;
    return entry->to_s != before.to_s || entry->promise.cap_s != before.promise.cap_s;
}

static bool merge_entry(struct book_plan *plan, const struct book *book, struct str name,
                        const struct ledger_entry *other)
{
    const struct ledger_entry *known = find_same(book_ledger(book, name), other);
    struct ledger_entry entry = known ? *known : *other;
    if (known)
        return !take_maximum(&entry, other) || add_change(plan, name, &entry);
    entry.id = plan->next_id++;
    return add_change(plan, name, &entry);
}

bool book_plan_merge(struct book_plan *plan, const struct book *book, const struct book *other,
                     const struct ledger_mend *mend)
{
    for (const struct book_name *name = other->first; name; name = name->next)
        for (size_t i = 0; i < name->ledger.count; i++) {
            struct ledger_entry entry = name->ledger.entries[i];
            (void)ledger_mend_entry(mend, &entry);
            if (!merge_entry(plan, book, text_of(name), &entry))
                return false;
        }
    return true;
}

bool book_apply(struct book *book, const struct book_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (!book_load(book, plan->changes[i].name, &plan->changes[i].entry))
            return false;
    return true;
}

static void doubt_entry(struct ledger *ledger, const struct ledger_entry *planned)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].id == planned->id)
            ledger->entries[i].doubted = true;
}

void book_doubt(struct book *book, const struct book_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct book_name *name = map_get(&book->names, plan->changes[i].name);
        if (name)
            doubt_entry(&name->ledger, &plan->changes[i].entry);
    }
    if (plan->next_id > book->next_id)
        book->next_id = plan->next_id;
}

/* A question about bindings while it is being answered. */
struct search {
    const struct book *book;
    int64_t over_s;
    enum ledger_family family;
    struct book_binding best; /* until_s by the ledger's clock */
};

static void ask(struct search *search, const struct book_name *name, enum ledger_scope scope)
{
    if (!name)
        return;
    int64_t until_s = ledger_bound_until(&name->ledger, search->over_s, search->family, scope);
    if (until_s > search->over_s && until_s > search->best.until_s)
        search->best = (struct book_binding){until_s, text_of(name)};
}

static const struct book_name *find_wildcard(const struct book *book, struct str parent)
{
    char room[BOOK_NAME_SIZE_MAX] = "*.";
    if (parent.size == 0 || parent.size > sizeof room - 2)
        return NULL;
    memcpy(room + 2, parent.data, parent.size);
    return map_get(&book->names, str_make(room, parent.size + 2));
}

/* The name by its own ledger, and by the wildcard that covers it. */
static void ask_name(struct search *search, struct str name, enum ledger_scope scope)
{
    ask(search, map_get(&search->book->names, name), scope);
    if (!is_wildcard(name))
        ask(search, find_wildcard(search->book, parent_of(name)), scope);
}

static void ask_above(struct search *search, struct str name)
{
    for (struct str above = parent_of(name); above.size; above = parent_of(above))
        ask_name(search, above, LEDGER_SUBDOMAINS);
}

/* The names that a wildcard covers and that have ledgers of their own. */
static void ask_covered(struct search *search, struct str wildcard, enum ledger_scope scope)
{
    for (const struct book_name *name = map_get(&search->book->parents, parent_of(wildcard)); name;
         name = name->sibling)
        ask(search, name, scope);
}

static struct search search_begin(const struct book *book, int64_t over_s, enum ledger_family family)
{
    return (struct search){.book = book, .over_s = over_s, .family = family};
}

/* What the clock is late by, a promise may last longer. */
static struct book_binding search_end(const struct search *search, int64_t latest_s)
{
    struct book_binding best = search->best;
    int64_t doubt_s = latest_s - search->over_s;
    if (best.until_s && doubt_s > 0 && __builtin_add_overflow(best.until_s, doubt_s, &best.until_s))
        best.until_s = INT64_MAX;
    return best;
}

static struct book_binding binding(const struct book *book, struct str name, int64_t latest_s, int64_t over_s,
                                   enum ledger_family family, enum ledger_scope scope)
{
    struct search search = search_begin(book, over_s, family);
    ask_name(&search, name, scope);
    if (is_wildcard(name))
        ask_covered(&search, name, scope);
    ask_above(&search, name);
    return search_end(&search, latest_s);
}

struct book_binding book_binding(const struct book *book, struct str name, int64_t latest_s, int64_t over_s,
                                 enum ledger_family family)
{
    return binding(book, name, latest_s, over_s, family, LEDGER_NAME);
}

struct book_binding book_binding_below(const struct book *book, struct str name, int64_t latest_s, int64_t over_s,
                                       enum ledger_family family)
{
    return binding(book, name, latest_s, over_s, family, LEDGER_SUBDOMAINS);
}

struct book_binding book_binding_above(const struct book *book, struct str name, int64_t latest_s, int64_t over_s,
                                       enum ledger_family family)
{
    struct search search = search_begin(book, over_s, family);
    ask_above(&search, name);
    return search_end(&search, latest_s);
}
