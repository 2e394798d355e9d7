/* The cache: a hash table with fixed buckets, a list by last use, and the shared intermediates beside it. */
#include "tls/certificates.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "tls/context.h"

/* As many as certificates at most: chains stay near one. The identity is a hash already. */
#define BUCKETS_COUNT TLS_CERTIFICATES_COUNT_MAX

/*
 * An intermediate that several certificates have in their chains. The list is short (a handful of authorities issue for
 * everybody), so that looking through it costs little beside parsing.
 */
struct issuer {
    struct issuer *next;
    uint64_t hash; /* of the DER */
    X509 *x509;
    size_t users_count; /* certificates whose chains hold it */
};

bool certificates_init(struct certificates *c)
{
    *c = (struct certificates){.buckets = calloc(BUCKETS_COUNT, sizeof(struct certificate *))};
    list_init(&c->recent);
    return c->buckets != NULL;
}

static bool issuer_is(const struct issuer *issuer, uint64_t hash, struct str der)
{
    if (issuer->hash != hash || i2d_X509(issuer->x509, NULL) != (int)der.size)
        return false;
    unsigned char *own = NULL;
    int size = i2d_X509(issuer->x509, &own);
    bool same = size > 0 && str_eq(str_make(own, (size_t)size), der);
    OPENSSL_free(own);
    return same;
}

/* The whole of `der` as a certificate; trailing bytes are damage. */
static X509 *x509_parse(struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)der.size);
    if (x509 && at != (const unsigned char *)der.data + der.size) {
        X509_free(x509);
        return NULL;
    }
    return x509;
}

static struct issuer *issuer_get(struct certificates *c, struct str der)
{
    uint64_t hash = str_hash(der);
    for (struct issuer *issuer = c->issuers; issuer; issuer = issuer->next)
        if (issuer_is(issuer, hash, der))
            return issuer;
    struct issuer *issuer = calloc(1, sizeof *issuer);
    if (!issuer)
        return NULL;
    *issuer = (struct issuer){.next = c->issuers, .hash = hash, .x509 = x509_parse(der)};
    if (!issuer->x509) {
        free(issuer);
        return NULL;
    }
    c->issuers = issuer;
    return issuer;
}

/* One certificate fewer has it: the last one takes it along. */
static void issuer_put(struct certificates *c, const X509 *x509)
{
    for (struct issuer **at = &c->issuers; *at; at = &(*at)->next) {
        struct issuer *issuer = *at;
        if (issuer->x509 != x509)
            continue;
        if (--issuer->users_count == 0) {
            *at = issuer->next;
            X509_free(issuer->x509);
            free(issuer);
        }
        return;
    }
}

static bool chain_push(struct certificates *c, struct certificate *certificate, struct str der)
{
    struct issuer *issuer = issuer_get(c, der);
    if (!issuer)
        return false;
    issuer->users_count++;
    if (sk_X509_push(certificate->chain, issuer->x509) > 0)
        return true;
    issuer_put(c, issuer->x509);
    return false;
}

/* Cuts the next certificate off: a 4-byte size and so many bytes. */
static bool chain_cut(struct str *rest, struct str *ret)
{
    uint32_t size;
    if (rest->size < sizeof size)
        return false;
    memcpy(&size, rest->data, sizeof size);
    if (size == 0 || size > rest->size - sizeof size)
        return false;
    *ret = str_part(*rest, sizeof size, size);
    *rest = str_after(*rest, sizeof size + size);
    return true;
}

static EVP_PKEY *key_parse(struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)der.size);
    EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;
    PKCS8_PRIV_KEY_INFO_free(info);
    return key;
}

static bool certificate_parse(struct certificates *c, struct certificate *certificate, struct str chain, struct str key)
{
    struct str der;
    if (!chain_cut(&chain, &der))
        return false;
    certificate->leaf = x509_parse(der);
    certificate->key = key_parse(key);
    certificate->chain = sk_X509_new_null();
    if (!certificate->leaf || !certificate->key || !certificate->chain)
        return false;
    while (chain.size)
        if (!chain_cut(&chain, &der) || !chain_push(c, certificate, der))
            return false;
    return X509_check_private_key(certificate->leaf, certificate->key) == 1;
}

static void certificate_clear(struct certificates *c, struct certificate *certificate)
{
    for (int i = 0; i < sk_X509_num(certificate->chain); i++)
        issuer_put(c, sk_X509_value(certificate->chain, i));
    sk_X509_free(certificate->chain);
    X509_free(certificate->leaf);
    EVP_PKEY_free(certificate->key);
    certificate->chain = NULL;
    certificate->leaf = NULL;
    certificate->key = NULL;
}

static struct certificate **bucket(struct certificates *c, uint64_t identity)
{
    return &c->buckets[identity % BUCKETS_COUNT];
}

static void certificate_drop(struct certificates *c, struct certificate *certificate)
{
    struct certificate **at = bucket(c, certificate->identity);
    while (*at != certificate)
        at = &(*at)->next;
    *at = certificate->next;
    list_remove(&certificate->recent);
    c->count--;
    certificate_clear(c, certificate);
    free(certificate);
}

static struct certificate *find(struct certificates *c, uint64_t identity)
{
    struct certificate *at = *bucket(c, identity);
    while (at && at->identity != identity)
        at = at->next;
    return at;
}

static struct certificate *certificate_make(struct certificates *c, const struct snapshot *snapshot,
                                            const struct snap_certificate *record)
{
    struct certificate *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->identity = record->identity;
    made->mark = c->mark;
    ERR_clear_error();
    if (!certificate_parse(c, made, snapshot_str(snapshot, record->chain), snapshot_str(snapshot, record->key))) {
        certificate_clear(c, made);
        if (ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE) { /* may go better next time */
            free(made);
            return NULL;
        }
    }
    if (c->count == TLS_CERTIFICATES_COUNT_MAX)
        certificate_drop(c, container_of(c->recent.prev, struct certificate, recent));
    made->next = *bucket(c, made->identity);
    *bucket(c, made->identity) = made;
    list_add_head(&c->recent, &made->recent);
    c->count++;
    return made;
}

const struct certificate *certificates_lookup(struct certificates *c, const struct snapshot *snapshot,
                                              const struct snap_certificate *record)
{
    struct certificate *found = find(c, record->identity);
    if (!found)
        found = certificate_make(c, snapshot, record);
    if (!found)
        return NULL;
    list_remove(&found->recent);
    list_add_head(&c->recent, &found->recent);
    return found->leaf ? found : NULL;
}

void certificates_sweep(struct certificates *c, const struct snapshot *snapshot)
{
    if (c->count == 0)
        return;
    c->mark++;
    for (uint32_t i = 0; i < snapshot->header->certificates.count; i++) {
        struct certificate *found = find(c, snapshot->certificates[i].identity);
        if (found)
            found->mark = c->mark;
    }
    for (struct list *at = c->recent.next, *next; at != &c->recent; at = next) {
        next = at->next;
        struct certificate *certificate = container_of(at, struct certificate, recent);
        if (certificate->mark != c->mark)
            certificate_drop(c, certificate);
    }
}

void certificates_fini(struct certificates *c)
{
    while (c->buckets && !list_is_empty(&c->recent))
        certificate_drop(c, container_of(c->recent.next, struct certificate, recent));
    free(c->buckets);
    c->buckets = NULL;
}
