#include "losses.h"

static void boot(struct sequence *sequence)
{
    if (sequence->control.alive)
        control_die(&sequence->control);
    serving_boot(&sequence->serving);
    world_boot(&sequence->world, &sequence->dice);
    sequence->tally.boots++;
}

void losses_boot(struct sequence *sequence)
{
    boot(sequence);
    sequence_show(sequence, "the machine was off; gateways start from generation %llu",
                  (unsigned long long)sequence->serving.kept.generation);
}

void losses_backup(struct sequence *sequence, size_t place)
{
    struct backup *backup = &sequence->backups[place];
    backup->is_made = true;
    backup->made_s = sequence->world.true_s;
    backup->disk = sequence->disk;
    backup->browsers = sequence->browsers;
    sequence_show(sequence, "backup %zu is made", place);
}

static bool is_as_long(const struct ledger_promise *promise, const struct ledger_promise *sent)
{
    return promise->max_age_s >= sent->max_age_s && promise->include_subdomains >= sent->include_subdomains &&
           promise->preload >= sent->preload;
}

/* Whether the backup's ledger holds the promise open, so that it counts as made until now. */
static bool has_open(const struct disk *backup, const struct browser_note *note)
{
    for (size_t i = 0; i < backup->entries_count; i++) {
        const struct ledger_entry *entry = &backup->entries[i].entry;
        if (backup->entries[i].name == note->sent_under && entry->to_s == LEDGER_OPEN &&
            is_as_long(&entry->promise, &note->promise) &&
            (entry->promise.cap_s == 0 || entry->promise.cap_s == note->promise.cap_s))
            return true;
    }
    return false;
}

/* What the sealed snapshot carries is taken over when the disk is older than it. */
static bool sealed_has(const struct sequence *sequence, const struct browser_note *note)
{
    const struct snapshot *sealed = &sequence->serving.sealed;
    size_t site = names_site_of(note->sent_under);
    return sealed->generation > sequence->disk.settings.generation && sealed->sites[site].sends &&
           (note->sent_under != LEDGER_ALIAS || sealed->has_alias) &&
           is_as_long(&sealed->sites[site].promise, &note->promise);
}

/* Whether the backup can know of it. That a clock was set back and a cap passed may have been found out later. */
static bool is_known(const struct backup *backup, size_t browser, int host, const struct browser_note *note)
{
    bool passed_cap = note->promise.cap_s && note->until_s > note->promise.cap_s + ARRIVES_S_MAX;
    bool was_known = note->sent_s < backup->made_s && !backup->browsers.notes[browser][host].is_lost;
    return backup->is_made && !passed_cap && (was_known || has_open(&backup->disk, note));
}

void losses_restore(struct sequence *sequence, size_t place)
{
    const struct backup *backup = &sequence->backups[place];
    if (!backup->is_made)
        return;
    if (sequence->control.alive)
        control_die(&sequence->control);
    control_restore(&sequence->control, &backup->disk);
    for (size_t i = 0; i < BROWSERS_COUNT; i++)
        for (int host = 0; host < HOSTS_SERVED_COUNT; host++) {
            struct browser_note *note = &sequence->browsers.notes[i][host];
            note->is_lost = note->is_lost && !is_known(backup, i, host, note);
        }
    sequence->tally.restores++;
    sequence_show(sequence, "backup %zu is merged", place);
}

void losses_lose_disk(struct sequence *sequence, size_t place)
{
    const struct backup *backup = &sequence->backups[place];
    boot(sequence);
    if (backup->is_made)
        sequence->disk = backup->disk;
    else
        disk_init(&sequence->disk);
    for (size_t i = 0; i < BROWSERS_COUNT; i++)
        for (int host = 0; host < HOSTS_SERVED_COUNT; host++) {
            struct browser_note *note = &sequence->browsers.notes[i][host];
            note->is_lost = !is_known(backup, i, host, note) && !sealed_has(sequence, note);
        }
    /* That the clock was set back, if it was, is lost as well. */
    sequence->world.went_back_unseen = sequence->world.went_back_unwritten = true;
    sequence->tally.losses++;
    sequence_show(sequence, "the disk is lost, and replaced by backup %zu", place);
}
