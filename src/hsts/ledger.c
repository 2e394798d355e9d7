/* The arithmetic behind "bound until when?". */
#include "hsts/ledger.h"

#include <stdlib.h>

#define LEDGER_CAPACITY_FIRST 4

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What would lie behind the end of time lies there: a damaged or foreign store must not wrap round to "free". */
static int64_t add(int64_t moment_s, int64_t more_s)
{
    int64_t sum;
    return __builtin_add_overflow(moment_s, more_s, &sum) ? INT64_MAX : sum;
}

void ledger_init(struct ledger *ledger)
{
    *ledger = (struct ledger){0};
}

void ledger_fini(struct ledger *ledger)
{
    free(ledger->entries);
    ledger_init(ledger);
}

static bool grow(struct ledger *ledger)
{
    size_t capacity = ledger->capacity ? ledger->capacity * 2 : LEDGER_CAPACITY_FIRST;
    struct ledger_entry *entries = reallocarray(ledger->entries, capacity, sizeof *entries);
    if (!entries)
        return false;
    ledger->entries = entries;
    ledger->capacity = capacity;
    return true;
}

bool ledger_put(struct ledger *ledger, const struct ledger_entry *entry)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].id == entry->id) {
            ledger->entries[i] = *entry;
            return true;
        }
    if (ledger->count == ledger->capacity && !grow(ledger))
        return false;
    ledger->entries[ledger->count++] = *entry;
    return true;
}

bool ledger_promise_eq(const struct ledger_promise *a, const struct ledger_promise *b)
{
    return a->max_age_s == b->max_age_s && a->include_subdomains == b->include_subdomains && a->preload == b->preload &&
           a->cap_s == b->cap_s;
}

const struct ledger_entry *ledger_find_open(const struct ledger *ledger, const struct ledger_promise *promise)
{
    for (size_t i = 0; i < ledger->count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        if (entry->to_s == LEDGER_OPEN && !entry->doubted && ledger_promise_eq(&entry->promise, promise))
            return entry;
    }
    return NULL;
}

int64_t ledger_entry_until(const struct ledger_entry *entry, int64_t now_s, enum ledger_family family)
{
    const struct ledger_promise *promise = &entry->promise;
    if (promise->max_age_s <= 0)
        return 0;
    int64_t age_s =
        family == LEDGER_CHROMIUM ? earlier(promise->max_age_s, LEDGER_CHROMIUM_CLIP_S) : promise->max_age_s;
    /* A clock that was restarted from an older record may be before the entry's beginning. */
    int64_t last_s = entry->to_s == LEDGER_OPEN ? later(now_s, entry->from_s) : entry->to_s;
    int64_t until_s = add(last_s, age_s);
    if (promise->cap_s > 0)
        until_s = earlier(until_s, promise->cap_s);
    return add(until_s, LEDGER_SLACK_S);
}

int64_t ledger_bound_until(const struct ledger *ledger, int64_t now_s, enum ledger_family family,
                           enum ledger_scope scope)
{
    int64_t until_s = 0;
    for (size_t i = 0; i < ledger->count; i++)
        if (scope == LEDGER_NAME || ledger->entries[i].promise.include_subdomains)
            until_s = later(until_s, ledger_entry_until(&ledger->entries[i], now_s, family));
    return until_s;
}

bool ledger_preload_sent(const struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].promise.preload)
            return true;
    return false;
}

/* For as long as a gateway may drain with it, even what has run out by its cap may yet lose that (hsts_clock_look). */
static bool is_past(const struct ledger_entry *entry, int64_t now_s)
{
    return entry->to_s != LEDGER_OPEN && !entry->promise.preload && add(entry->to_s, LEDGER_SLACK_S) <= now_s &&
           ledger_entry_until(entry, now_s, LEDGER_ANY) <= now_s;
}

size_t ledger_forget_past(struct ledger *ledger, int64_t now_s)
{
    size_t kept = 0;
    for (size_t i = 0; i < ledger->count; i++)
        if (!is_past(&ledger->entries[i], now_s))
            ledger->entries[kept++] = ledger->entries[i];
    size_t forgotten = ledger->count - kept;
    ledger->count = kept;
    return forgotten;
}

bool ledger_mend_entry(const struct ledger_mend *mend, struct ledger_entry *entry)
{
    if (entry->to_s < mend->since_s)
        return false;
    bool drops = mend->drop_caps && entry->promise.cap_s != 0;
    bool moves = entry->to_s != LEDGER_OPEN && mend->by_s > 0;
    if (drops)
        entry->promise.cap_s = 0;
    if (moves)
        entry->to_s = earlier(add(entry->to_s, mend->by_s), LEDGER_OPEN - 1);
    return drops || moves;
}
