/*
 * Guards of the certificate. Once browsers insist on HTTPS, a fault of the certificate is a closed door without
 * "proceed anyway"; so most of these cannot be overridden. Where there is no certificate at all, certificate-present
 * says so, and the others have nothing to say.
 */
#include "hsts/guard_certificate.h"

#include <inttypes.h>

#define DAY_S 86400

/* How a certificate is put in, behind what it should be like. Takes the site's name. */
#define PUT_IN "\"strictgate site set %.*s --cert chain.pem --key key.pem\""

static enum guard_finding nothing_to_judge(struct guard_result *ret)
{
    return guard_pass(ret, "There is nothing to judge before the site has a certificate.");
}

static bool is_renewal_proven(const struct guard_facts *facts)
{
    return facts->renewals_seen >= GUARD_RENEWALS_COUNT;
}

enum guard_finding guard_certificate_present(const struct guard_case *c, struct guard_result *ret)
{
    if (c->facts->has_certificate)
        return guard_pass(ret, "The site has a certificate.");
    guard_why(ret, "The site has no certificate, so that no browser can reach it over HTTPS.");
    return guard_fix(ret, GUARD_FATAL, "Put one in with " PUT_IN ", or use --local-ca for a trial or an intranet.",
                     STR_ARG(guard_site(c->facts)));
}

/* No promise is made for an IP address (name-ip): what the certificate says of it is no matter here. */
static bool is_uncovered(const struct guard_name *name)
{
    return !name->is_ip && !name->covered;
}

enum guard_finding guard_certificate_names(const struct guard_case *c, struct guard_result *ret)
{
    char names[GUARD_LIST_SIZE];
    if (!c->facts->has_certificate)
        return nothing_to_judge(ret);
    size_t count = guard_list(c->facts, is_uncovered, names);
    if (count == 0)
        return guard_pass(ret, "The certificate covers every name of the site.");
    guard_why(ret,
              count == 1 ? "The certificate does not cover %s: bound browsers shut out whoever comes by that name."
                         : "The certificate does not cover %s: bound browsers shut out whoever comes by those names.",
              names);
    return guard_fix(ret, GUARD_FATAL,
                     "Put in one with all names of the site: " PUT_IN "; or take away an alias that is not needed.",
                     STR_ARG(guard_site(c->facts)));
}

static enum guard_finding declared_root(struct guard_result *ret)
{
    guard_why(ret, "The certificate comes from a private root that was declared as installed on all clients: visitors "
                   "without that root are shut out, with no way to click through.");
    return guard_fix(ret, GUARD_REMARK,
                     "Make sure that every device that visits has the root: telephones, guests, colleagues at home. "
                     "Visitors from outside need a certificate of a public authority.");
}

static enum guard_finding private_root(const struct guard_case *c, struct guard_result *ret)
{
    if (!guard_promises_more(c->move)) /* who was bound knows the root */
        return guard_pass(ret, "The certificate comes from a private root, such as the local CA's.");
    guard_why(ret, "The certificate comes from a private root, such as the local CA's: visitors whose browsers do not "
                   "know that root are shut out, with no way to click through.");
    return guard_fix(ret, GUARD_FAULT,
                     "Use a certificate of a public authority: " PUT_IN ". Or install the root on every client and "
                     "declare that it is: \"strictgate trust --help\".",
                     STR_ARG(guard_site(c->facts)));
}

static enum guard_finding observed_chain(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_sight sight = {
        .what = OBSERVED_CHAIN,
        .good = "The certificate leads to a root that browsers know",
        .bad = "Browsers cannot follow the certificate to a root that they know (self-signed, or an intermediate "
               "certificate is missing)",
        .whether = "the certificate leads to a root that browsers know",
        .fix = "Put in the certificate with its intermediate certificates behind it, from the authority that issued "
               "it; \"strictgate site set --help\" says how.",
    };
    enum guard_finding finding = guard_observed(c, &sight, ret);
    return finding == GUARD_FAULT ? GUARD_FATAL : finding;
}

enum guard_finding guard_certificate_chain(const struct guard_case *c, struct guard_result *ret)
{
    const struct hsts_observation *observation = c->facts->observation;
    if (!c->facts->has_certificate)
        return nothing_to_judge(ret);
    if (!guard_is_seen(c, OBSERVED_CHAIN))
        return observed_chain(c, ret);
    ret->evidence_s = observation->facts[OBSERVED_CHAIN].at_s;
    bool is_bad = observation->facts[OBSERVED_CHAIN].verdict == OBSERVED_BAD;
    switch (observation->trust) {
    case OBSERVED_TRUST_SYSTEM: return observed_chain(c, ret);
    case OBSERVED_TRUST_DECLARED: return is_bad ? observed_chain(c, ret) : declared_root(ret);
    case OBSERVED_TRUST_PRIVATE: return private_root(c, ret);
    default: break;
    }
    guard_why(ret, "No root that browsers know vouches for the certificate: it is self-signed, or an intermediate "
                   "certificate is missing.");
    return guard_fix(ret, GUARD_FATAL,
                     "Put in a certificate of an authority with its intermediate certificates behind it: " PUT_IN ".",
                     STR_ARG(guard_site(c->facts)));
}

static enum guard_finding fix_validity(const struct guard_case *c, struct guard_result *ret)
{
    char now[GUARD_DATE_SIZE];
    (void)guard_date(c->facts->wall_s, now);
    if (c->facts->renews_itself)
        return guard_fix(ret, GUARD_FATAL,
                         "It renews by itself: look in \"strictgate status\" for what keeps it from that, and whether "
                         "this machine's clock is right (it says %.*s).",
                         GUARD_DATE_SIZE, now);
    return guard_fix(ret, GUARD_FATAL,
                     "Put in one that is valid: " PUT_IN "; and see that this machine's clock is right (it says %.*s).",
                     STR_ARG(guard_site(c->facts)), GUARD_DATE_SIZE, now);
}

enum guard_finding guard_certificate_valid(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    char date[GUARD_DATE_SIZE];
    if (!facts->has_certificate)
        return nothing_to_judge(ret);
    if (facts->wall_s >= facts->not_after_s) {
        guard_why(ret, "The certificate expired on %.*s: bound browsers let nobody in.",
                  STR_ARG(guard_date(facts->not_after_s, date)));
        return fix_validity(c, ret);
    }
    if (facts->wall_s < facts->not_before_s) {
        guard_why(ret, "The certificate is not valid before %.*s: bound browsers let nobody in.",
                  STR_ARG(guard_date(facts->not_before_s, date)));
        return fix_validity(c, ret);
    }
    return guard_pass(ret, "The certificate is valid until %.*s.", STR_ARG(guard_date(facts->not_after_s, date)));
}

/* The longest max-age that the move leads to by itself. */
static uint32_t promised_s(const struct guard_case *c)
{
    const struct hsts_wish *after = &c->facts->after;
    bool goes_on = c->move == HSTS_MOVE_PERMANENT && after->target_s > after->max_age_s;
    return goes_on ? after->target_s : after->max_age_s;
}

/* Neutral about what to do now: on low rungs it is only worth knowing, the gateway bounds the promise by itself. */
static enum guard_finding fix_renewal(const struct guard_case *c, struct guard_result *ret)
{
    unsigned missing = GUARD_RENEWALS_COUNT - c->facts->renewals_seen;
    if (c->facts->renews_itself)
        return guard_fix(ret, GUARD_FAULT,
                         missing == 1 ? "Promises may be longer when %u more renewal was seen served. The gateway "
                                        "renews it by itself: wait for that."
                                      : "Promises may be longer when %u more renewals were seen served. The gateway "
                                        "renews it by itself: wait for that.",
                         missing);
    return guard_fix(ret, GUARD_FAULT,
                     missing == 1 ? "Promises may be longer when %u more renewal was seen served. Renew it two weeks "
                                    "ahead each time: " PUT_IN "."
                                  : "Promises may be longer when %u more renewals were seen served. Renew it two weeks "
                                    "ahead each time: " PUT_IN ".",
                     missing, STR_ARG(guard_site(c->facts)));
}

enum guard_finding guard_certificate_outlives(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    char end[GUARD_DATE_SIZE], text[LADDER_TEXT_SIZE];
    struct str rung = ladder_text(promised_s(c), text);
    int64_t left_s = guard_span_s(guard_sum_s(facts->wall_s, GUARD_EXPIRY_MARGIN_S), facts->not_after_s);
    if (!facts->has_certificate)
        return nothing_to_judge(ret);
    (void)guard_date(facts->not_after_s, end);
    if (is_renewal_proven(facts))
        return guard_pass(ret, "Renewal is proven: %" PRIu32 " renewed certificates were seen served.",
                          facts->renewals_seen);
    if (left_s >= (int64_t)promised_s(c))
        return guard_pass(ret, "The certificate is valid until %.*s, longer than a promise of %.*s lasts.",
                          GUARD_DATE_SIZE, end, STR_ARG(rung));
    if (left_s <= 0)
        guard_why(ret,
                  "The certificate ends on %.*s, and nobody knows yet whether it will be renewed in time: so close to "
                  "its end the gateway promises nothing.",
                  GUARD_DATE_SIZE, end);
    else
        guard_why(ret,
                  "The certificate ends on %.*s, sooner than a promise of %.*s, and nobody knows yet whether it will "
                  "be renewed in time: the gateway promises nothing beyond %d days before that end.",
                  GUARD_DATE_SIZE, end, STR_ARG(rung), GUARD_EXPIRY_MARGIN_S / DAY_S);
    return fix_renewal(c, ret);
}

enum guard_finding guard_certificate_key(const struct guard_case *c, struct guard_result *ret)
{
    struct str why = guard_clip(c->facts->key_why, GUARD_WHY_SIZE / 2);
    if (!c->facts->has_certificate)
        return nothing_to_judge(ret);
    if (c->facts->key_acceptable)
        return guard_pass(ret, "Key and signature of the certificate are of a kind that browsers take.");
    while (str_ends(why, STR("."))) /* it is a sentence already */
        why.size--;
    if (why.size)
        guard_why(ret, "Browsers do not take this certificate: %.*s.", STR_ARG(why));
    else
        guard_why(ret, "Browsers do not take this certificate.");
    return guard_fix(
        ret, GUARD_FATAL,
        "Have one issued for a web server, with a new key (ECDSA P-256, or RSA with 2048 bits), and put it "
        "in: " PUT_IN ".",
        STR_ARG(guard_site(c->facts)));
}

enum guard_finding guard_certificate_until_free(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    char end[GUARD_DATE_SIZE], free_on[GUARD_DATE_SIZE];
    if (!facts->bound || facts->bound_until_s <= 0)
        return guard_pass(ret, "No browser is bound.");
    (void)guard_date(facts->bound_until_s, free_on);
    if (!facts->has_certificate)
        return nothing_to_judge(ret);
    if (is_renewal_proven(facts))
        return guard_pass(ret, "Browsers are bound until %.*s, and renewal of the certificate is proven.",
                          GUARD_DATE_SIZE, free_on);
    if (facts->not_after_s >= facts->bound_until_s)
        return guard_pass(ret, "The certificate lasts until the last browser is free on %.*s.", GUARD_DATE_SIZE,
                          free_on);
    guard_why(ret,
              "The certificate ends on %.*s, but browsers may be bound until %.*s: it takes valid HTTPS to release "
              "them, and until then to let them in.",
              STR_ARG(guard_date(facts->not_after_s, end)), GUARD_DATE_SIZE, free_on);
    if (facts->renews_itself)
        return guard_fix(ret, GUARD_FAULT,
                         "The gateway renews it by itself; look in \"strictgate status\" from time to time whether it "
                         "did.");
    return guard_fix(ret, GUARD_FAULT, "Renew it before it ends, as if HSTS went on: " PUT_IN ".",
                     STR_ARG(guard_site(facts)));
}
