#include "disk.h"

#include <stdlib.h>

/* A plan of a full sequence adds no more than this. */
#define DISK_RESERVE 32

/* With a rung that Chromium does not follow. */
static void init_wish(struct hsts_wish *wish)
{
    hsts_wish_init(wish);
    wish->ladder.rungs[wish->ladder.count++] = LADDER_TWO_YEARS_S;
}

void disk_init(struct disk *disk)
{
    disk->entries_count = 0;
    disk->clock = (struct hsts_clock_saved){0};
    disk->settings = (struct settings){.has_alias = true};
    for (size_t i = 0; i < SITES_COUNT; i++)
        init_wish(&disk->settings.wishes[i]);
}

bool disk_has_room(const struct disk *disk)
{
    return disk->entries_count + DISK_RESERVE < DISK_ENTRIES_COUNT_MAX;
}

static enum ledger_name name_of(struct str text)
{
    for (int i = 0; i < LEDGER_NAMES_COUNT; i++)
        if (str_eq(text, names_ledger((enum ledger_name)i)))
            return (enum ledger_name)i;
    abort(); /* the model writes under no other name */
}

static void write_entry(struct disk *disk, const struct book_change *change)
{
    size_t i = 0;
    while (i < disk->entries_count && disk->entries[i].entry.id != change->entry.id)
        i++;
    if (i == disk->entries_count && disk->entries_count++ == DISK_ENTRIES_COUNT_MAX)
        abort(); /* disk_has_room was not asked */
    disk->entries[i].name = name_of(change->name);
    disk->entries[i].entry = change->entry;
}

void disk_save(struct disk *disk, const struct transaction *transaction, enum disk_outcome outcome)
{
    if (outcome == DISK_FAILED || outcome == DISK_CRASHED_BEFORE)
        return;
    for (size_t i = 0; transaction->plan && i < transaction->plan->count; i++)
        write_entry(disk, &transaction->plan->changes[i]);
    if (transaction->settings)
        disk->settings = *transaction->settings;
    if (transaction->clock)
        disk->clock = *transaction->clock;
}

void disk_load(const struct disk *disk, struct book *ret)
{
    book_init(ret);
    for (size_t i = 0; i < disk->entries_count; i++)
        if (!book_load(ret, names_ledger(disk->entries[i].name), &disk->entries[i].entry))
            abort();
}

bool disk_covers(const struct disk *disk, enum ledger_name name, const struct ledger_promise *sent)
{
    for (size_t i = 0; i < disk->entries_count; i++) {
        const struct ledger_promise *promise = &disk->entries[i].entry.promise;
        if (disk->entries[i].name == name && promise->max_age_s >= sent->max_age_s &&
            promise->include_subdomains >= sent->include_subdomains && promise->preload >= sent->preload)
            return true;
    }
    return false;
}
