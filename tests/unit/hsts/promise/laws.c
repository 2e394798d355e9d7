#include "laws.h"

void laws_of_field(struct sequence *sequence, const struct snapshot *snapshot, enum ledger_name name,
                   const struct ledger_promise *sent)
{
    size_t site = names_site_of(name);
    const struct ledger_promise *promise = &snapshot->sites[site].promise;
    if (sent->max_age_s == 0 && snapshot->sites[site].mode != HSTS_RELEASE)
        sequence_fault(sequence, "max-age=0 was sent, though nobody releases the site");
    if (sent->max_age_s > promise->max_age_s)
        sequence_fault(sequence, "more was sent than the rung");
    if (sent->max_age_s && promise->cap_s && world_is_right(&sequence->world) &&
        sequence->world.true_s + sent->max_age_s > promise->cap_s + 3)
        sequence_fault(sequence, "max-age reaches past the cap");
    /* What a lost disk knew is covered by the sealed snapshot until control has taken it over. */
    bool is_sealed = snapshot->generation == sequence->serving.sealed.generation;
    if (!disk_covers(&sequence->disk, name, sent) && !is_sealed)
        sequence_fault(sequence, "more was sent under %s (max-age %lld) than was written down", names_ledger(name).data,
                       (long long)sent->max_age_s);
}

/* What is left of a promise, by the true clock, has to be left by the ledger's. */
static void check_note(struct sequence *sequence, const struct book *book, int64_t over_s, size_t browser,
                       const struct browser_note *note)
{
    int64_t left_s = note->until_s - sequence->world.true_s;
    const struct ledger *ledger = book_ledger(book, names_ledger(note->sent_under));
    if (note->promise.preload && !note->is_lost && !(ledger && ledger_preload_sent(ledger)))
        sequence_fault(sequence, "%s: that preload was sent is forgotten", names_ledger(note->sent_under).data);
    if (!browsers_is_bound(note, sequence->world.true_s))
        return;
    sequence->tally.checks++;
    enum ledger_family family = browsers_family(browser);
    for (int scope = LEDGER_NAME; scope <= (note->include_subdomains ? LEDGER_SUBDOMAINS : LEDGER_NAME); scope++) {
        int64_t until_s = ledger ? ledger_bound_until(ledger, over_s, family, (enum ledger_scope)scope) : 0;
        if (until_s - over_s < left_s)
            sequence_fault(sequence,
                           "%s: a browser is bound for %lld s, by the ledger for %lld s (max-age %lld, cap %lld, sent "
                           "%lld s ago)",
                           names_ledger(note->sent_under).data, (long long)left_s, (long long)(until_s - over_s),
                           (long long)note->promise.max_age_s, (long long)note->promise.cap_s,
                           (long long)(sequence->world.true_s - note->sent_s));
    }
}

/* The answers that operators get, by name: never free while bound, and never a date that is too early. */
static void check_binding(struct sequence *sequence, const struct book_binding *binding, enum host host,
                          int64_t bound_until_s, int64_t over_s)
{
    int64_t true_s = sequence->world.true_s;
    if (bound_until_s <= true_s)
        return;
    sequence->tally.checks++;
    if (binding->until_s == 0)
        sequence_fault(sequence, "%s is said to be free and is bound for %lld s", names_host(host).data,
                       (long long)(bound_until_s - true_s));
    else if (binding->until_s - over_s < bound_until_s - true_s)
        sequence_fault(sequence, "%s is bound for longer than is said", names_host(host).data);
    else if (sequence->world.wall_error_s >= 0 && binding->until_s < bound_until_s)
        sequence_fault(sequence, "%s is bound beyond the date that is told", names_host(host).data);
}

static void check_host(struct sequence *sequence, const struct book *book, int64_t over_s, int64_t latest_s,
                       enum host host, enum ledger_family family)
{
    const struct browsers *browsers = &sequence->browsers;
    struct book_binding binding = book_binding(book, names_host(host), latest_s, over_s, family);
    check_binding(sequence, &binding, host, browsers_bound_until(browsers, host, family), over_s);
    binding = book_binding_above(book, names_host(host), latest_s, over_s, family);
    check_binding(sequence, &binding, host, browsers_bound_from_above(browsers, host, family), over_s);
    if (host != HOST_SHOP)
        return;
    binding = book_binding_below(book, names_host(host), latest_s, over_s, family);
    check_binding(sequence, &binding, HOST_DEEP, browsers_bound_from_above(browsers, HOST_DEEP, family), over_s);
    /* The wildcard's answer is about everything it covers. */
    binding = book_binding(book, names_ledger(LEDGER_WILDCARD), latest_s, over_s, family);
    check_binding(sequence, &binding, HOST_SHOP, browsers_bound_until(browsers, HOST_SHOP, family), over_s);
    check_binding(sequence, &binding, HOST_ALIAS, browsers_bound_until(browsers, HOST_ALIAS, family), over_s);
}

void laws_of_ledger(struct sequence *sequence, const struct book *book, int64_t over_s, int64_t latest_s)
{
    for (size_t i = 0; i < BROWSERS_COUNT; i++)
        for (int host = 0; host < HOSTS_SERVED_COUNT; host++)
            check_note(sequence, book, over_s, i, &sequence->browsers.notes[i][host]);
    enum host host = (enum host)dice_below(&sequence->dice, HOSTS_COUNT);
    enum ledger_family family = (enum ledger_family)dice_below(&sequence->dice, LEDGER_FAMILIES_COUNT);
    check_host(sequence, book, over_s, latest_s, host, family);
}
