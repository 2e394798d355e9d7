/* Each certificate is opened by itself: in a chain it would be put where it belongs, and that is what is asked here. */
#include "probe/site_chain.h"

#include "crypto/cert_report.h"

static bool is_self_signed(const struct cert *cert)
{
    return str_eq(cert_subject(cert), cert_issuer(cert));
}

/* Whether it signed one of those before it, by name: what a client looks for. */
static bool is_needed(struct cert *const *certs, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (certs[i] && str_eq(cert_issuer(certs[i]), cert_subject(certs[at])))
            return true;
    return false;
}

static bool describe(struct cert *const *certs, size_t count, bool is_public, struct arena *room,
                     struct site_certificate *ret)
{
    const struct cert *leaf = certs[0];
    struct site_certificate seen = {
        .is_known = true, .not_before_s = cert_not_before_s(leaf), .not_after_s = cert_not_after_s(leaf)};
    seen.is_too_long = cert_is_too_long(seen.not_before_s, seen.not_after_s, is_public);
    for (size_t i = 1; i < count; i++) {
        if (!certs[i] || !is_needed(certs, i))
            seen.strays_count++;
        else if (is_self_signed(certs[i]))
            seen.sends_root = true;
    }
    if (!arena_str(room, cert_issuer(leaf), &seen.issuer))
        return false;
    *ret = seen;
    return true;
}

bool site_chain(const struct str *chain, size_t chain_count, bool is_public, struct arena *room,
                struct site_certificate *ret)
{
    struct cert *certs[CERT_CHAIN_COUNT_MAX] = {0};
    size_t count = chain_count < CERT_CHAIN_COUNT_MAX ? chain_count : CERT_CHAIN_COUNT_MAX;
    struct err err = {0};
    for (size_t i = 0; i < count; i++)
        certs[i] = cert_open_chain(&chain[i], 1, &err);
    bool ok = count == 0 || !certs[0] || describe(certs, count, is_public, room, ret);
    for (size_t i = 0; i < count; i++)
        cert_free(certs[i]);
    return ok;
}
