/* Tables of words, and the judgement of one name. */
#include "hsts/subname.h"

const char *const subname_sources[] = {
    [SUBNAME_ZONE] = "zone",   [SUBNAME_TRANSFER] = "transfer", [SUBNAME_TRANSPARENCY] = "transparency",
    [SUBNAME_HOSTS] = "hosts", [SUBNAME_DHCP] = "dhcp",         [SUBNAME_SEEN] = "seen",
    [SUBNAME_TYPED] = "typed", [SUBNAME_SITE] = "site",         [SUBNAME_SOURCES_COUNT] = NULL,
};

const char *const subname_verdicts[] = {
    [SUBNAME_UNLOOKED] = "unlooked",         [SUBNAME_HTTPS] = "https",
    [SUBNAME_HTTP_ONLY] = "http_only",       [SUBNAME_NO_WEB] = "no_web",
    [SUBNAME_BROKEN_HTTPS] = "broken_https", [SUBNAME_DEAD] = "dead",
    [SUBNAME_INTERNAL] = "internal",         [SUBNAME_VERDICTS_COUNT] = NULL,
};

const char *const subname_flags[] = {
    [SUBNAME_MAIL_TRACKING] = "mail_tracking",
    [SUBNAME_INTERNAL_ONLY] = "internal_only",
    [SUBNAME_WILDCARD] = "wildcard",
    [SUBNAME_FLAGS_COUNT] = NULL,
};

const char *const subname_states[] = {
    [SUBNAME_READY] = "ready",     [SUBNAME_BLOCKING] = "blocking", [SUBNAME_ACCEPTED] = "accepted",
    [SUBNAME_UNKNOWN] = "unknown", [SUBNAME_STATES_COUNT] = NULL,
};

static bool shuts_out(enum subname_verdict verdict)
{
    return verdict == SUBNAME_HTTP_ONLY || verdict == SUBNAME_BROKEN_HTTPS;
}

/* A wildcard in the DNS makes every name there is, also those that a stranger makes up. */
bool subname_weighs_nothing(const struct subname_facts *facts)
{
    bool only_seen = facts->sources == SUBNAME_BIT(SUBNAME_SEEN);
    return only_seen && (facts->verdict == SUBNAME_DEAD || facts->verdict == SUBNAME_UNLOOKED ||
                         facts->flags & SUBNAME_BIT(SUBNAME_WILDCARD));
}

enum subname_state subname_state(const struct subname_facts *facts, int64_t now_s)
{
    bool is_excepted = facts->has_exception && (facts->exception_until_s == 0 || facts->exception_until_s > now_s);
    bool is_covered = facts->is_signed_off && (!shuts_out(facts->verdict) || shuts_out(facts->signed_verdict));
    if (facts->verdict == SUBNAME_HTTPS)
        return SUBNAME_READY;
    if (is_excepted || is_covered)
        return SUBNAME_ACCEPTED;
    return shuts_out(facts->verdict) && !subname_weighs_nothing(facts) ? SUBNAME_BLOCKING : SUBNAME_UNKNOWN;
}

const char *subname_fix(const struct subname_facts *facts)
{
    bool is_internal = facts->flags & SUBNAME_BIT(SUBNAME_INTERNAL_ONLY);
    if (subname_weighs_nothing(facts) && facts->verdict != SUBNAME_UNLOOKED)
        return "Nothing: only clients have asked for it.";
    switch (facts->verdict) {
    case SUBNAME_UNLOOKED: return "It is looked at soon.";
    case SUBNAME_HTTP_ONLY:
        if (facts->flags & SUBNAME_BIT(SUBNAME_MAIL_TRACKING))
            return "Ask the mail service for HTTPS on its links under this name; most offer it.";
        return "Give it HTTPS with a valid certificate, or move it to a name that is not below this one.";
    case SUBNAME_BROKEN_HTTPS:
        if (is_internal)
            return "Give it a certificate that all its clients trust; a private root that all of them have is declared "
                   "with \"strictgate trust\".";
        return "Give it a valid certificate for this name.";
    case SUBNAME_NO_WEB: return "Sign it off if no browser ever opens it; else look from a network that reaches it.";
    case SUBNAME_DEAD: return "Remove it if it is gone; sign it off if it exists elsewhere and has HTTPS there.";
    case SUBNAME_INTERNAL:
        return "Ask who runs it whether it has HTTPS with a certificate that its clients trust, and "
               "sign it off.";
    case SUBNAME_HTTPS:
    case SUBNAME_VERDICTS_COUNT: break;
    }
    return "";
}
