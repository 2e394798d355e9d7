#include "browsers.h"

void browsers_init(struct browsers *browsers)
{
    memset(browsers, 0, sizeof *browsers);
}

bool browsers_is_bound(const struct browser_note *note, int64_t true_s)
{
    return !note->is_lost && note->until_s > true_s;
}

enum ledger_family browsers_family(size_t browser)
{
    return browser < BROWSERS_COUNT / 2 ? LEDGER_ANY : LEDGER_CHROMIUM;
}

void browsers_note(struct browsers *browsers, size_t browser, enum host host, const struct browser_note *note,
                   int64_t arrives_s, int64_t max_age_s)
{
    struct browser_note *known = &browsers->notes[browser][host];
    if (browsers_family(browser) == LEDGER_CHROMIUM && max_age_s > LEDGER_CHROMIUM_CLIP_S)
        max_age_s = LEDGER_CHROMIUM_CLIP_S;
    *known = *note;
    known->until_s = max_age_s ? arrives_s + max_age_s : 0;
}

static bool applies(const struct browser_note *note, enum host noted, enum host asked, bool itself)
{
    return (itself && noted == asked) || (note->include_subdomains && names_is_below(asked, noted));
}

static int64_t bound_until(const struct browsers *browsers, enum host host, enum ledger_family family, bool itself)
{
    int64_t until_s = 0;
    for (size_t i = 0; i < BROWSERS_COUNT; i++) {
        if (family == LEDGER_CHROMIUM && browsers_family(i) != LEDGER_CHROMIUM)
            continue;
        for (int noted = 0; noted < HOSTS_SERVED_COUNT; noted++) {
            const struct browser_note *note = &browsers->notes[i][noted];
            if (!note->is_lost && applies(note, (enum host)noted, host, itself) && note->until_s > until_s)
                until_s = note->until_s;
        }
    }
    return until_s;
}

int64_t browsers_bound_until(const struct browsers *browsers, enum host host, enum ledger_family family)
{
    return bound_until(browsers, host, family, true);
}

int64_t browsers_bound_from_above(const struct browsers *browsers, enum host host, enum ledger_family family)
{
    return bound_until(browsers, host, family, false);
}
