/* What the TLS of a site takes: versions, forward secrecy, the key of its certificate, HTTP/2. */
#include "hsts/net_seen.h"

#include <assert.h>
#include <stdio.h>

#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"

/* "TLS 1.0, 1.1, 1.2, 1.3" */
#define VERSIONS_TEXT_SIZE 64
/* What browsers' root programs demand of a key (CA/Browser Forum, Baseline Requirements 6.1.5). */
#define RSA_BITS_MIN   2048
#define CURVE_BITS_MIN 256

const char *net_version_name(enum net_version version)
{
    static const char *const names[NET_VERSIONS_COUNT] = {
        [NET_TLS_1_0] = "TLS 1.0", [NET_TLS_1_1] = "TLS 1.1", [NET_TLS_1_2] = "TLS 1.2", [NET_TLS_1_3] = "TLS 1.3"};
    assert(version < NET_VERSIONS_COUNT);
    return names[version];
}

/* Of those from `first` to `last` that are taken. */
static const char *taken_text(const struct net_tls *tls, enum net_version first, enum net_version last,
                              char room[static VERSIONS_TEXT_SIZE])
{
    size_t size = 0;
    room[0] = '\0';
    for (unsigned v = first; v <= last; v++)
        if (tls->offers[v] == NET_OFFER_TAKEN)
            size += (size_t)snprintf(room + size, VERSIONS_TEXT_SIZE - size, "%s%s", size ? ", " : "",
                                     net_version_name((enum net_version)v));
    return room;
}

static bool check_versions(const struct net_tls *tls, struct findings *ret)
{
    char room[VERSIONS_TEXT_SIZE];
    const char *old = taken_text(tls, NET_TLS_1_0, NET_TLS_1_1, room);
    bool has_2 = tls->offers[NET_TLS_1_2] == NET_OFFER_TAKEN, has_3 = tls->offers[NET_TLS_1_3] == NET_OFFER_TAKEN;
    if (old[0])
        finding_add(ret, FINDING_TLS_OLD, "%s", old);
    if (tls->offers[NET_TLS_1_3] == NET_OFFER_REFUSED && (has_2 || old[0]))
        finding_add(ret, FINDING_TLS_NO_1_3, "%s", "");
    if (tls->offers[NET_TLS_1_2] == NET_OFFER_REFUSED && has_3)
        finding_add(ret, FINDING_TLS_NO_1_2, "%s", "");
    return !old[0] && has_3;
}

/* In TLS 1.3 every suite has it. */
static bool has_forward_secrecy(struct str cipher)
{
    return str_starts(cipher, STR("ECDHE-")) || str_starts(cipher, STR("DHE-")) || str_starts(cipher, STR("TLS_"));
}

static bool check_secrecy(const struct net_tls *tls, struct findings *ret)
{
    struct str cipher = tls->cipher_1_2.size ? tls->cipher_1_2 : tls->cipher;
    if (!cipher.size || has_forward_secrecy(cipher))
        return true;
    finding_add(ret, FINDING_TLS_NO_SECRECY, "%.*s was agreed on",
                STR_ARG(guard_clip(cipher, FINDING_DETAIL_SIZE / 2)));
    return false;
}

static bool check_key(const struct net_tls *tls, struct findings *ret)
{
    unsigned least = str_eq(tls->key, STR("RSA")) ? RSA_BITS_MIN : CURVE_BITS_MIN;
    if (tls->key_bits == 0 || tls->key_bits >= least)
        return true;
    finding_add(ret, FINDING_TLS_KEY_WEAK, "%.*s of %u bits", STR_ARG(tls->key), tls->key_bits);
    return false;
}

static void add_facts(const struct net_tls *tls, enum finding_code code, struct findings *ret)
{
    char room[VERSIONS_TEXT_SIZE];
    const char *taken = taken_text(tls, NET_TLS_1_0, NET_TLS_1_3, room);
    if (tls->key_bits)
        finding_add(ret, code, "%s; agreed on %.*s with %.*s; %.*s key of %u bits", taken, STR_ARG(tls->version),
                    STR_ARG(guard_clip(tls->cipher, FINDING_DETAIL_SIZE / 4)), STR_ARG(tls->key), tls->key_bits);
    else
        finding_add(ret, code, "%s; agreed on %.*s with %.*s", taken, STR_ARG(tls->version),
                    STR_ARG(guard_clip(tls->cipher, FINDING_DETAIL_SIZE / 4)));
}

void finding_net_tls(const struct finding_seen *seen, struct findings *ret)
{
    const struct net_tls *tls = seen->net ? &seen->net->tls : NULL;
    if (!tls || !tls->version.size)
        return;
    bool modern = check_versions(tls, ret), secret = check_secrecy(tls, ret), strong = check_key(tls, ret);
    if (str_eq(tls->protocol, STR("HTTP/1.1")) || str_eq(tls->protocol, STR("HTTP/1.0")))
        finding_add(ret, FINDING_TLS_NO_H2, "%s", "");
    add_facts(tls, modern && secret && strong ? FINDING_TLS_MODERN : FINDING_TLS_FACTS, ret);
}
