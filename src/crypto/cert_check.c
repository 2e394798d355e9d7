/* What is wrong with a certificate by itself: names (RFC 6125, RFC 9525), times, keys, signatures, purposes. */
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "crypto/cert_parts.h"

/* Below these, browsers refuse (CA/Browser Forum Baseline Requirements section 6.1.5). */
#define RSA_BITS_MIN   2048
#define ECDSA_BITS_MIN 256
/* Of X509_check_ca: the basic constraints say so, and not the lack of them in an old root. */
#define X509_CA_BY_CONSTRAINTS 1

static struct str without_dot(struct str host)
{
    return str_ends(host, STR(".")) ? str_part(host, 0, host.size - 1) : host;
}

bool cert_name_matches(struct str pattern, struct str host)
{
    host = without_dot(host);
    pattern = without_dot(pattern);
    if (host.size == 0 || !str_starts(pattern, STR("*.")))
        return host.size > 0 && str_eq_nocase(pattern, host);
    struct str parent = str_after(pattern, 1); /* ".example.org" */
    /* "*.org" would span all of a top level: like browsers, not taken. */
    if (str_find_last(parent, '.') == 0 || memchr(parent.data, '*', parent.size))
        return false;
    if (str_eq_nocase(pattern, host))
        return true; /* a site that is itself named by the wildcard */
    size_t dot = str_find(host, '.');
    return dot > 0 && !memchr(host.data, '*', host.size) && str_eq_nocase(str_after(host, dot), parent);
}

/* IP addresses compare as their canonical text; brackets around IPv6 are a URL's. */
static bool address_text(struct str host, char text[static INET6_ADDRSTRLEN])
{
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_part(host, 1, host.size - 2);
    char copy[INET6_ADDRSTRLEN];
    if (host.size == 0 || host.size >= sizeof copy || memchr(host.data, 0, host.size))
        return false;
    memcpy(copy, host.data, host.size);
    copy[host.size] = 0;
    unsigned char address[16];
    int family = inet_pton(AF_INET, copy, address) == 1 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && inet_pton(AF_INET6, copy, address) != 1)
        return false;
    return inet_ntop(family, address, text, INET6_ADDRSTRLEN) != NULL;
}

bool cert_covers(const struct cert *cert, struct str host)
{
    char text[INET6_ADDRSTRLEN];
    bool is_address = address_text(host, text);
    for (size_t i = 0; i < cert->names_count; i++) {
        const struct cert_san *name = &cert->names[i];
        if (name->is_address != is_address)
            continue;
        if (is_address ? str_eq(name->text, str_from(text)) : cert_name_matches(name->text, host))
            return true;
    }
    return false;
}

static uint32_t bit(enum cert_fault fault, bool is_there)
{
    return is_there ? 1u << fault : 0;
}

static uint32_t key_check(const struct key *key)
{
    unsigned bits = key_bits(key);
    switch (key_kind(key)) {
    case KEY_RSA: return bit(CERT_FAULT_WEAK_KEY, bits < RSA_BITS_MIN);
    case KEY_ECDSA: {
        char curve[64];
        size_t size = 0;
        if (bits < ECDSA_BITS_MIN)
            return bit(CERT_FAULT_WEAK_KEY, true);
        if (EVP_PKEY_get_group_name(key_handle(key), curve, sizeof curve, &size) != 1)
            return bit(CERT_FAULT_KEY_KIND, true);
        int nid = OBJ_sn2nid(curve);
        return bit(CERT_FAULT_KEY_KIND, nid != NID_X9_62_prime256v1 && nid != NID_secp384r1);
    }
    default: return bit(CERT_FAULT_KEY_KIND, true);
    }
}

static bool is_weakly_signed(X509 *x509)
{
    int digest = NID_undef;
    if (X509_get_signature_info(x509, &digest, NULL, NULL, NULL) != 1)
        return false;
    return digest == NID_md5 || digest == NID_sha1 || digest == NID_md5_sha1;
}

static bool has_weak_signature(const struct cert *cert)
{
    for (size_t i = 0; i < cert->chain_count; i++)
        if (is_weakly_signed(cert->chain[i]))
            return true;
    return false;
}

/* RFC 5280 section 4.2.1.12: without the extension it is for everything. */
static bool is_for_servers(X509 *leaf)
{
    return (X509_get_extended_key_usage(leaf) & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
}

uint32_t cert_check(const struct cert *cert, const struct str *names, size_t names_count, int64_t now_s)
{
    bool covers = true;
    X509 *leaf = cert->chain[0];
    for (size_t i = 0; i < names_count; i++)
        covers = covers && cert_covers(cert, names[i]);
    return key_check(cert->key) | bit(CERT_FAULT_WEAK_SIGNATURE, has_weak_signature(cert)) |
           bit(CERT_FAULT_EXPIRED, now_s > cert->not_after_s) |
           bit(CERT_FAULT_NOT_YET_VALID, now_s < cert->not_before_s) |
           bit(CERT_FAULT_NO_NAMES, cert->names_count == 0) | bit(CERT_FAULT_NAME, cert->names_count && !covers) |
           bit(CERT_FAULT_MANY_NAMES, cert->names_count > CERT_NAMES_COUNT_WISE) |
           bit(CERT_FAULT_NOT_FOR_SERVERS, !is_for_servers(leaf)) |
           bit(CERT_FAULT_SELF_SIGNED, cert_is_self_signed(leaf)) |
           bit(CERT_FAULT_AUTHORITY, X509_check_ca(leaf) == X509_CA_BY_CONSTRAINTS) |
           bit(CERT_FAULT_UNRELATED, cert->leftovers_count > 0);
}
