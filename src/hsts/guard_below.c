/* Guards of includeSubDomains and preload: others pay when these are wrong, so they are told what they sign. */
#include "hsts/guard_below.h"

#include <stdio.h>

static size_t count_bad(const struct guard_facts *facts, const struct guard_below **ret_first)
{
    size_t count = 0;
    for (size_t i = 0; i < facts->below_count; i++)
        if (!facts->below[i].good && count++ == 0)
            *ret_first = &facts->below[i];
    return count;
}

enum guard_finding guard_below_served(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_below *first = NULL;
    size_t count = count_bad(c->facts, &first);
    if (count == 0)
        return guard_pass(ret,
                          c->facts->below_count == 1
                              ? "%zu name below is served here, with a valid certificate."
                              : "%zu names below are served here, none without a valid certificate.",
                          c->facts->below_count);
    struct str name = guard_clip(first->name, 200), why = guard_clip(first->why, 120);
    if (why.size)
        guard_why(ret, "Browsers would insist on HTTPS for %.*s, too, which has no valid certificate (%.*s).",
                  STR_ARG(name), STR_ARG(why));
    else
        guard_why(ret, "Browsers would insist on HTTPS for %.*s, too, which has no valid certificate.", STR_ARG(name));
    if (count > 1) {
        size_t used = strlen(ret->why);
        (void)snprintf(ret->why + used, sizeof ret->why - used, " So they would for %zu more.", count - 1);
    }
    return guard_fix(ret, GUARD_FATAL,
                     "Put in a certificate that covers it: \"strictgate site set NAME --cert chain.pem --key key.pem\" "
                     "with the site of %.*s for NAME.",
                     STR_ARG(name));
}

enum guard_finding guard_below_preload(const struct guard_case *c, struct guard_result *ret)
{
    struct str site = guard_site(c->facts);
    guard_why(ret,
              "Once preload is sent, anybody may put %.*s on the list built into browsers: it binds all names "
              "below, removal takes months, and hstspreload.org advises most sites against it.",
              STR_ARG(site));
    return guard_fix(ret, GUARD_FAULT,
                     "Go on only if this is the domain as it was registered (example.org, not "
                     "www.example.org), all its names will have HTTPS for years, and whoever owns "
                     "it agrees.");
}

enum guard_finding guard_below_removal(const struct guard_case *c, struct guard_result *ret)
{
    struct str site = guard_site(c->facts);
    guard_why(ret,
              "The field said preload, so that %.*s may be on the list built into browsers; leaving preload out "
              "does not take it off.",
              STR_ARG(site));
    return guard_fix(ret, GUARD_FAULT,
                     "Look it up at https://hstspreload.org/ and ask for removal there. That takes "
                     "months; keep HTTPS on all its names until then.");
}
