/*
 * What follows from the browsers' list. That there is none here, or an old one, is said and stands against nothing: it
 * is the operator's choice to have one. Whole sentences, one behind the other, as the panel translates them.
 */
#include "hsts/guard_listed.h"

#include <stdio.h>

#include "hsts/preload_judge.h"

/* Of names in sentences, and of policies. */
#define ENTRY_SIZE  120
#define POLICY_SIZE 40

static struct str list_day(const struct guard_facts *facts, char room[static GUARD_DATE_SIZE])
{
    return str_part(guard_date(facts->list_confirmed_s, room), 0, 10);
}

/* One more sentence. */
static void add(struct guard_result *ret, const char *sentence)
{
    size_t used = strlen(ret->why);
    (void)snprintf(ret->why + used, sizeof ret->why - used, " %s", sentence);
}

static void say_listed(const struct guard_facts *facts, struct guard_result *ret)
{
    char room[GUARD_DATE_SIZE];
    struct str day = list_day(facts, room), entry = guard_clip(facts->listed.entry, ENTRY_SIZE);
    if (facts->list == GUARD_LIST_OLD)
        guard_why(ret, "The browsers' preload list of %.*s, too old to be sure, has %.*s.", STR_ARG(day),
                  STR_ARG(entry));
    else
        guard_why(ret, "The browsers' preload list of %.*s has %.*s.", STR_ARG(day), STR_ARG(entry));
}

static void say_not_listed(const struct guard_facts *facts, struct guard_result *ret)
{
    char room[GUARD_DATE_SIZE];
    struct str day = list_day(facts, room);
    if (facts->list == GUARD_LIST_OLD)
        guard_why(ret, "The browsers' preload list of %.*s, too old to be sure, has no name of the site.",
                  STR_ARG(day));
    else
        guard_why(ret, "The browsers' preload list of %.*s has no name of the site.", STR_ARG(day));
}

static bool sends(const struct hsts_wish *wish)
{
    return wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
}

/* What the field would lack of what its entry asks for. */
static const char *what_lapses(const struct guard_facts *facts, enum preload_terms terms)
{
    const struct hsts_wish *after = &facts->after;
    if (!sends(after))
        return "The field would be gone.";
    if (!after->preload)
        return "The field would not say preload.";
    if (!after->include_subdomains && facts->listed.include_subdomains)
        return "The field would not say includeSubDomains.";
    return terms == PRELOAD_1_YEAR ? "The field would promise less than a year."
                                   : "The field would promise less than 18 weeks.";
}

/* Only bulk entries without preload are removed for whoever asks; only those with terms of time are scanned. */
static enum guard_finding lapses(const struct guard_case *c, enum preload_terms terms, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    say_listed(facts, ret);
    add(ret, what_lapses(facts, terms));
    if (terms != PRELOAD_LEGACY)
        add(ret, "The list's scans take a domain off for that after a month.");
    if (!sends(&facts->after) || !facts->after.preload)
        add(ret, "Anybody may have it taken off the list then.");
    add(ret, "Until an update months from now, browsers with the list insist on HTTPS all the same.");
    return guard_fix(
        ret, GUARD_FAULT,
        "If it is to stay listed, leave the field as it is. If it is to leave the list, override this, ask "
        "for removal at https://hstspreload.org/removal/ and keep HTTPS on all its names until browsers "
        "have learnt it.");
}

static enum guard_finding kept_by_hand(const struct guard_case *c, struct guard_result *ret)
{
    say_listed(c->facts, ret);
    add(ret, "It is kept there by hand: browsers with the list insist on HTTPS, whatever is sent.");
    return guard_fix(ret, GUARD_REMARK, "Keep HTTPS on all names that it binds.");
}

static enum guard_finding lapsed_before(const struct guard_case *c, struct guard_result *ret)
{
    say_listed(c->facts, ret);
    add(ret, "The field does not keep it there, neither before nor after this.");
    return guard_fix(
        ret, GUARD_REMARK,
        "If it is to stay listed, climb to a year, with subdomains and preload; else keep HTTPS on all its "
        "names until browsers have learnt that it left.");
}

/* By the last self-check, of the site as it is. */
static bool is_found_wanting(const struct guard_facts *facts)
{
    const struct self_check *last = facts->self_check;
    return last && last->at_s && facts->self_check_is_present && last->sight == SELF_CHECK_SEEN && last->errors_count;
}

/* The field would do, but not what else the scans look at. */
static enum guard_finding scanned_off(const struct guard_facts *facts, struct guard_result *ret)
{
    const struct preload_finding *first = &facts->self_check->first;
    ret->evidence_s = facts->self_check->at_s;
    add(ret, "The list's scans take a domain off for what the self-check found, when it lasts a month.");
    add(ret, preload_code_words(first->code));
    return guard_fix(ret, GUARD_REMARK, "%s", preload_code_fix(first->code));
}

enum guard_finding guard_listed_lapse(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    enum preload_terms terms = preload_terms_of(facts->listed.policy);
    bool with_subnames = facts->listed.include_subdomains;
    if (facts->list == GUARD_LIST_NONE)
        return guard_pass(ret, "Whether the site is on the browsers' preload list is not known: none was fetched "
                               "(\"strictgate preload update\").");
    if (!facts->listed.is_bound) {
        say_not_listed(facts, ret);
        return GUARD_FINE;
    }
    if (terms == PRELOAD_BY_HAND)
        return kept_by_hand(c, ret);
    if (!preload_is_kept_by(terms, with_subnames, &facts->after))
        return preload_is_kept_by(terms, with_subnames, &facts->before) ? lapses(c, terms, ret) : lapsed_before(c, ret);
    say_listed(facts, ret);
    if (terms != PRELOAD_LEGACY && is_found_wanting(facts))
        return scanned_off(facts, ret);
    add(ret, "The field keeps it there.");
    return GUARD_FINE;
}

enum guard_finding guard_listed_above(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    char room[GUARD_DATE_SIZE];
    struct str day = list_day(facts, room), above = guard_clip(facts->listed_above.entry, ENTRY_SIZE);
    struct str policy = guard_clip(facts->listed_above.policy, POLICY_SIZE);
    if (!facts->listed_above.is_bound)
        return guard_pass(ret, "No name above is known to bind this site.");
    if (facts->list == GUARD_LIST_OLD)
        guard_why(ret,
                  "The browsers' preload list of %.*s, too old to be sure, has %.*s with all names below it (policy "
                  "%.*s).",
                  STR_ARG(day), STR_ARG(above), STR_ARG(policy));
    else
        guard_why(ret, "The browsers' preload list of %.*s has %.*s with all names below it (policy %.*s).",
                  STR_ARG(day), STR_ARG(above), STR_ARG(policy));
    add(ret, "Browsers insist on HTTPS here already, also those that were never here.");
    return guard_fix(ret, GUARD_REMARK,
                     "A release of this site frees nobody of that: only whoever owns %.*s can have it taken off the "
                     "list, which takes months.",
                     STR_ARG(above));
}
