/* Certificates in memory, found by id in a hash table, and read from the store on demand. */
#include "store/certificate.h"

#include <stdlib.h>

#include "base/log.h"
#include "codec/pem.h"
#include "crypto/digest.h"
#include "crypto/wipe.h"
#include "store/store_parts.h"

/* Enough for ten thousand certificates with short chains; empty buckets cost 8 bytes. */
#define BUCKETS_COUNT 8192
/* The chain and key of one certificate, decoded, and what it says (a hundred names). */
#define CERTIFICATE_ARENA_SIZE_MAX ((size_t)4 << 20)

struct certificates {
    struct store *store;
    struct certificate *buckets[BUCKETS_COUNT];
};

static void wipe_key(struct certificate *certificate)
{
    if (certificate->key.size)
        wipe_bytes((void *)(uintptr_t)certificate->key.data, certificate->key.size);
    certificate->key = (struct str){NULL, 0};
}

static void certificate_free(struct certificate *certificate)
{
    wipe_key(certificate);
    arena_fini(&certificate->arena);
    free(certificate);
}

static struct certificate **bucket_of(struct certificates *certificates, struct str id)
{
    return &certificates->buckets[str_hash(id) % BUCKETS_COUNT];
}

static struct certificate *find(struct certificates *certificates, struct str id)
{
    struct certificate *at = *bucket_of(certificates, id);
    while (at && !str_eq(str_from(at->id), id))
        at = at->next;
    return at;
}

/* Known, not read yet. NULL when memory ran out. */
static struct certificate *know(struct certificates *certificates, struct str id)
{
    struct certificate *certificate = calloc(1, sizeof *certificate);
    if (!certificate)
        return NULL;
    arena_init(&certificate->arena, CERTIFICATE_ARENA_SIZE_MAX);
    memcpy(certificate->id, id.data, id.size);
    struct certificate **bucket = bucket_of(certificates, id);
    certificate->next = *bucket;
    *bucket = certificate;
    return certificate;
}

static bool id_is_valid(struct str id)
{
    for (size_t i = 0; i < id.size; i++)
        if (!str_is_digit(id.data[i]) && !(id.data[i] >= 'a' && id.data[i] <= 'f'))
            return false;
    return id.size == CERTIFICATE_ID_SIZE;
}

/* What all ids of the store are gathered with. */
struct gathering {
    struct certificates *certificates;
    bool enough_memory;
};

static bool know_stored(void *context, struct str id)
{
    struct gathering *gathering = context;
    gathering->enough_memory = !id_is_valid(id) || know(gathering->certificates, id) != NULL;
    return gathering->enough_memory;
}

bool certificates_new(struct store *store, struct certificates **ret, struct err *err)
{
    struct certificates *certificates = calloc(1, sizeof *certificates);
    if (!certificates)
        return err_memory(err);
    certificates->store = store;
    struct gathering gathering = {certificates, true};
    if (!store_certificate_each(store, know_stored, &gathering, err) || !gathering.enough_memory) {
        certificates_free(certificates);
        return gathering.enough_memory ? false : err_memory(err);
    }
    *ret = certificates;
    return true;
}

void certificates_free(struct certificates *certificates)
{
    if (!certificates)
        return;
    for (size_t i = 0; i < BUCKETS_COUNT; i++)
        while (certificates->buckets[i]) {
            struct certificate *next = certificates->buckets[i]->next;
            certificate_free(certificates->buckets[i]);
            certificates->buckets[i] = next;
        }
    free(certificates);
}

static bool cut_chain(struct certificate *certificate, struct str chain)
{
    while (chain.size && certificate->chain_count < CERT_CHAIN_COUNT_MAX)
        if (!store_certificate_next(&chain, &certificate->chain[certificate->chain_count++]))
            return false;
    return chain.size == 0 && certificate->chain_count > 0;
}

static bool identify(struct certificate *certificate, struct err *err)
{
    struct str parts[CERT_CHAIN_COUNT_MAX + 1];
    memcpy(parts, certificate->chain, certificate->chain_count * sizeof *parts);
    parts[certificate->chain_count] = certificate->key;
    return digest_identity(parts, certificate->chain_count + 1, &certificate->identity, err);
}

/* What could not be read whole is as if it had never been asked for. */
static bool read(struct certificates *certificates, struct certificate *certificate, struct err *err)
{
    struct str chain;
    if (!store_certificate_get(certificates->store, str_from(certificate->id), &certificate->arena, &chain,
                               &certificate->key, err))
        return false;
    if ((cut_chain(certificate, chain) ||
         err_set(err, ERR_SYSTEM, "the chain of certificate %s cannot be cut into certificates", certificate->id)) &&
        identify(certificate, err))
        return true;
    wipe_key(certificate);
    arena_fini(&certificate->arena);
    certificate->chain_count = 0;
    return false;
}

/* Takes it out of the table. */
static void forget(struct certificates *certificates, struct certificate *certificate)
{
    struct certificate **at = bucket_of(certificates, str_from(certificate->id));
    while (*at != certificate)
        at = &(*at)->next;
    *at = certificate->next;
    certificate_free(certificate);
}

/* Known to the store for sure only when it can be read. */
static const struct certificate *read_unknown(struct certificates *certificates, struct str id, struct err *err)
{
    struct certificate *certificate = know(certificates, id);
    if (!certificate) {
        (void)err_memory(err);
        return NULL;
    }
    if (read(certificates, certificate, err))
        return certificate;
    forget(certificates, certificate);
    return NULL;
}

const struct certificate *certificates_get(struct certificates *certificates, struct str id, struct err *err)
{
    struct certificate *certificate = find(certificates, id);
    if (!id_is_valid(id)) {
        (void)err_set(err, ERR_INPUT, "\"%.*s\" is not the id of a certificate", STR_ARG(str_part(id, 0, 64)));
        return NULL;
    }
    if (!certificate)
        return read_unknown(certificates, id, err);
    return certificate->chain_count || read(certificates, certificate, err) ? certificate : NULL;
}

const struct certificate *certificates_add(struct certificates *certificates, const struct cert *cert, struct err *err)
{
    char id[CERTIFICATE_ID_SIZE + 1];
    return store_certificate_add(certificates->store, cert, id, err) ? certificates_get(certificates, str_from(id), err)
                                                                     : NULL;
}

static bool chain_to_pem(const struct certificate *certificate, struct buf *out)
{
    for (size_t i = 0; i < certificate->chain_count; i++)
        if (!pem_write(STR("CERTIFICATE"), certificate->chain[i], out))
            return false;
    return true;
}

bool certificates_open(struct certificates *certificates, struct str id, struct cert **ret, struct err *err)
{
    const struct certificate *certificate = certificates_get(certificates, id, err);
    struct buf pem;
    if (!certificate)
        return false;
    buf_init(&pem, 2 * CERT_FILE_SIZE_MAX);
    struct cert *cert = NULL;
    if (chain_to_pem(certificate, &pem))
        cert = cert_load(buf_str(&pem), certificate->key, NULL, err);
    else
        (void)err_memory(err);
    buf_fini(&pem);
    if (!cert)
        return err_context(err, "certificate %.*s", STR_ARG(id));
    *ret = cert;
    return true;
}

bool certificates_open_chain(struct certificates *certificates, struct str id, struct cert **ret, struct err *err)
{
    const struct certificate *certificate = certificates_get(certificates, id, err);
    if (!certificate)
        return false;
    struct cert *cert = cert_open_chain(certificate->chain, certificate->chain_count, err);
    if (!cert)
        return err_context(err, "certificate %.*s", STR_ARG(id));
    *ret = cert;
    return true;
}

static bool fill_facts(struct certificate *certificate, const struct cert *cert)
{
    struct arena *arena = &certificate->arena;
    struct certificate_facts facts = {.not_before_s = cert_not_before_s(cert), .not_after_s = cert_not_after_s(cert)};
    facts.names = arena_alloc(arena, (cert_names_count(cert) + 1) * sizeof *facts.names);
    if (!facts.names || !arena_str(arena, cert_issuer(cert), &facts.issuer) ||
        !arena_str(arena, cert_fingerprint_sha256(cert), &facts.fingerprint_sha256))
        return false;
    for (size_t i = 0; i < cert_names_count(cert); i++)
        if (!arena_str(arena, cert_name(cert, i), &facts.names[facts.names_count++]))
            return false;
    facts.faults = cert_check(cert, NULL, 0, facts.not_before_s);
    certificate->facts = facts;
    certificate->facts_known = true;
    return true;
}

const struct certificate_facts *certificates_facts(struct certificates *certificates,
                                                   const struct certificate *certificate, struct err *err)
{
    struct cert *cert = NULL;
    struct certificate *mine = find(certificates, str_from(certificate->id));
    if (!mine) {
        (void)err_set(err, ERR_NOT_FOUND, "there is no certificate %s", certificate->id);
        return NULL;
    }
    if (mine->facts_known)
        return &mine->facts;
    if (!certificates_open_chain(certificates, str_from(mine->id), &cert, err))
        return NULL;
    bool filled = fill_facts(mine, cert);
    cert_free(cert);
    if (!filled)
        (void)err_memory(err);
    return filled ? &mine->facts : NULL;
}

void certificates_unmark_all(struct certificates *certificates)
{
    for (size_t i = 0; i < BUCKETS_COUNT; i++)
        for (struct certificate *at = certificates->buckets[i]; at; at = at->next)
            at->marked = false;
}

void certificates_mark(struct certificates *certificates, struct str id)
{
    struct certificate *certificate = id.size ? find(certificates, id) : NULL;
    if (certificate)
        certificate->marked = true;
}

static bool any_unmarked(const struct certificates *certificates)
{
    for (size_t i = 0; i < BUCKETS_COUNT; i++)
        for (const struct certificate *at = certificates->buckets[i]; at; at = at->next)
            if (!at->marked)
                return true;
    return false;
}

static bool remove_rows(struct certificates *certificates, struct err *err)
{
    if (!any_unmarked(certificates))
        return true;
    if (!db_begin(certificates->store->db, err))
        return false;
    for (size_t i = 0; i < BUCKETS_COUNT; i++)
        for (const struct certificate *at = certificates->buckets[i]; at; at = at->next)
            if (!at->marked && !store_certificate_remove(certificates->store, str_from(at->id), err)) {
                db_rollback(certificates->store->db);
                return false;
            }
    return db_commit(certificates->store->db, err);
}

void certificates_remove_unmarked(struct certificates *certificates)
{
    struct err err = {0};
    if (!remove_rows(certificates, &err)) {
        log_warning("certificates that are not used any more could not be removed: %s", err.text);
        return;
    }
    for (size_t i = 0; i < BUCKETS_COUNT; i++)
        for (struct certificate **at = &certificates->buckets[i]; *at;) {
            struct certificate *gone = *at;
            if (gone->marked) {
                at = &gone->next;
                continue;
            }
            *at = gone->next;
            certificate_free(gone);
        }
}
