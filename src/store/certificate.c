/* Certificate files and their copies in memory, found by id in a hash table. */
#include "store/certificate.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "os/file.h"
#include "store/pem.h"

/* Enough for ten thousand certificates with short chains; empty buckets cost 8 bytes. */
#define BUCKETS_COUNT 8192
/* The chain and key of one certificate, decoded, and what it says (a hundred names). */
#define CERTIFICATE_ARENA_SIZE_MAX ((size_t)4 << 20)
#define PATH_SIZE                  4096

struct certificates {
    char *directory;
    struct certificate *buckets[BUCKETS_COUNT];
};

static void certificate_free(struct certificate *certificate)
{
    if (!certificate)
        return;
    if (certificate->key.size)
        wipe_bytes((void *)(uintptr_t)certificate->key.data, certificate->key.size);
    arena_fini(&certificate->arena);
    free(certificate);
}

bool certificates_new(const char *directory, struct certificates **ret, struct err *err)
{
    struct certificates *certificates = calloc(1, sizeof *certificates);
    if (!certificates || !(certificates->directory = str_dup(str_from(directory)))) {
        free(certificates);
        return err_memory(err);
    }
    if (!file_make_directories(directory, 0700, err)) {
        certificates_free(certificates);
        return false;
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
    free(certificates->directory);
    free(certificates);
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

static bool id_is_valid(struct str id)
{
    for (size_t i = 0; i < id.size; i++)
        if (!str_is_digit(id.data[i]) && !(id.data[i] >= 'a' && id.data[i] <= 'f'))
            return false;
    return id.size == CERTIFICATE_ID_SIZE;
}

static bool path_of(const struct certificates *certificates, struct str id, char path[static PATH_SIZE],
                    struct err *err)
{
    if (!id_is_valid(id))
        return err_set(err, ERR_INPUT, "\"%.*s\" is not the id of a certificate", STR_ARG(str_part(id, 0, 64)));
    int size = snprintf(path, PATH_SIZE, "%s/%.*s.pem", certificates->directory, STR_ARG(id));
    return (size > 0 && size < PATH_SIZE) || err_set(err, ERR_INPUT, "the path of the data directory is too long");
}

/* The id is made from the file's content: whoever knows one knows nothing of the key (it is the digest of a secret with
 * 128 bits kept). */
static bool id_of(struct str content, char id[static CERTIFICATE_ID_SIZE + 1], struct err *err)
{
    unsigned char digest[DIGEST_SHA256_SIZE];
    if (!digest_sha256(content, digest, err))
        return false;
    digest_hex(digest, CERTIFICATE_ID_SIZE / 2, id);
    return true;
}

/* Our own form: CERTIFICATE blocks, leaf first, then one PRIVATE KEY. */
static bool take_blocks(struct certificate *certificate, struct str content)
{
    struct pem_block block;
    while (content.size) {
        if (certificate->key.size || !pem_next_strict(&certificate->arena, &content, &block))
            return false;
        if (str_eq(block.label, STR("PRIVATE KEY")))
            certificate->key = block.der;
        else if (str_eq(block.label, STR("CERTIFICATE")) && certificate->chain_count < CERT_CHAIN_COUNT_MAX)
            certificate->chain[certificate->chain_count++] = block.der;
        else
            return false;
    }
    return certificate->chain_count > 0 && certificate->key.size > 0;
}

/* The text of a certificate in our own form. A secret. */
static bool to_pem(const struct cert *cert, struct buf *out, struct err *err)
{
    return (cert_chain_to_pem(cert, out) || err_memory(err)) && key_to_pem(cert_key(cert), out, err);
}

static bool identify(struct certificate *certificate, struct err *err)
{
    struct str parts[CERT_CHAIN_COUNT_MAX + 1];
    memcpy(parts, certificate->chain, certificate->chain_count * sizeof *parts);
    parts[certificate->chain_count] = certificate->key;
    return digest_identity(parts, certificate->chain_count + 1, &certificate->identity, err);
}

static struct certificate *certificate_new(struct str id, struct str own_pem, struct err *err)
{
    struct certificate *certificate = calloc(1, sizeof *certificate);
    if (!certificate) {
        (void)err_memory(err);
        return NULL;
    }
    arena_init(&certificate->arena, CERTIFICATE_ARENA_SIZE_MAX);
    memcpy(certificate->id, id.data, id.size);
    if (!take_blocks(certificate, own_pem)) {
        (void)err_set(err, ERR_INPUT, "certificate %.*s is not in the form it was written in", STR_ARG(id));
        certificate_free(certificate);
        return NULL;
    }
    certificate->digest = str_hash(own_pem);
    if (identify(certificate, err))
        return certificate;
    certificate_free(certificate);
    return NULL;
}

/* A file that is not what we wrote: taken if it is sound, brought into our form. */
static struct certificate *read_foreign(struct str id, struct str content, struct err *err)
{
    struct cert *cert = cert_load(content, (struct str){NULL, 0}, NULL, err);
    if (!cert)
        return NULL;
    struct buf pem;
    struct certificate *certificate = NULL;
    buf_init(&pem, CERT_FILE_SIZE_MAX);
    if (to_pem(cert, &pem, err))
        certificate = certificate_new(id, buf_str(&pem), err);
    if (certificate)
        certificate->digest = str_hash(content);
    key_wipe(&pem);
    cert_free(cert);
    return certificate;
}

static struct certificate *read_content(struct str id, struct str content, struct err *err)
{
    char own_id[CERTIFICATE_ID_SIZE + 1];
    if (!id_of(content, own_id, err))
        return NULL;
    if (str_eq(id, str_from(own_id)))
        return certificate_new(id, content, err);
    return read_foreign(id, content, err);
}

static void put(struct certificates *certificates, struct certificate *certificate)
{
    struct certificate **bucket = bucket_of(certificates, str_from(certificate->id));
    certificate->next = *bucket;
    *bucket = certificate;
}

static bool read_file(const struct certificates *certificates, struct str id, struct buf *ret, struct err *err)
{
    char path[PATH_SIZE];
    return path_of(certificates, id, path, err) && file_read(path, CERT_FILE_SIZE_MAX, ret, err);
}

const struct certificate *certificates_get(struct certificates *certificates, struct str id, struct err *err)
{
    struct certificate *certificate = find(certificates, id);
    struct buf content;
    if (certificate)
        return certificate;
    if (!read_file(certificates, id, &content, err))
        return NULL;
    certificate = read_content(id, buf_str(&content), err);
    key_wipe(&content);
    if (certificate)
        put(certificates, certificate);
    return certificate;
}

static const struct certificate *add_pem(struct certificates *certificates, struct str pem, struct err *err)
{
    char id[CERTIFICATE_ID_SIZE + 1] = "", path[PATH_SIZE];
    struct str id_str = str_make(id, CERTIFICATE_ID_SIZE);
    if (!id_of(pem, id, err))
        return NULL;
    struct certificate *known = find(certificates, id_str);
    if (known && known->digest == str_hash(pem))
        return known;
    if (known) {
        (void)err_set(err, ERR_CONFLICT, "the file of certificate %s was replaced by another certificate", id);
        (void)err_fix(err, "remove the site that uses it, or give that certificate through the API as well");
        return NULL;
    }
    struct certificate *certificate = certificate_new(id_str, pem, err);
    if (!certificate)
        return NULL;
    if (!path_of(certificates, id_str, path, err) || !file_replace(path, pem, 0600, err)) {
        certificate_free(certificate);
        return NULL;
    }
    put(certificates, certificate);
    return certificate;
}

const struct certificate *certificates_add(struct certificates *certificates, const struct cert *cert, struct err *err)
{
    struct buf pem;
    const struct certificate *certificate = NULL;
    buf_init(&pem, CERT_FILE_SIZE_MAX);
    if (to_pem(cert, &pem, err))
        certificate = add_pem(certificates, buf_str(&pem), err);
    key_wipe(&pem);
    return certificate;
}

bool certificates_open(struct certificates *certificates, struct str id, struct cert **ret, struct err *err)
{
    struct buf content;
    if (!read_file(certificates, id, &content, err))
        return false;
    struct cert *cert = cert_load(buf_str(&content), (struct str){NULL, 0}, NULL, err);
    key_wipe(&content);
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
    struct cert *cert;
    struct certificate *mine = find(certificates, str_from(certificate->id));
    if (!mine) {
        (void)err_set(err, ERR_NOT_FOUND, "there is no certificate %s", certificate->id);
        return NULL;
    }
    if (mine->facts_known)
        return &mine->facts;
    if (!certificates_open(certificates, str_from(mine->id), &cert, err))
        return NULL;
    bool filled = fill_facts(mine, cert);
    cert_free(cert);
    if (!filled)
        (void)err_memory(err);
    return filled ? &mine->facts : NULL;
}

static bool is_valid_now(const struct cert *cert)
{
    int64_t now_s = clock_wall_s();
    return now_s >= cert_not_before_s(cert) && now_s < cert_not_after_s(cert);
}

static bool compare_with_successor(const struct cert *old, const struct cert *fresh, struct err *err)
{
    for (size_t i = 0; i < cert_names_count(old); i++)
        if (!cert_covers(fresh, cert_name(old, i))) {
            (void)err_set(err, ERR_CONFLICT, "its file was replaced by a certificate without the name %.*s",
                          STR_ARG(cert_name(old, i)));
            return err_fix(err, "give it to its site through the API, which knows what the site needs");
        }
    if (is_valid_now(fresh) || !is_valid_now(old))
        return true;
    (void)err_set(err, ERR_CONFLICT, "its file was replaced by a certificate that is not valid now");
    return err_fix(err, "put a valid one there, and check this machine's clock");
}

/* A file put in place by hand passes no guard of the API: it must do all that its predecessor did. */
static bool can_succeed(const struct certificate *old, struct str content, struct err *err)
{
    struct cert *before = cert_load(old->chain[0], old->key, NULL, err);
    struct cert *fresh = before ? cert_load(content, (struct str){NULL, 0}, NULL, err) : NULL;
    bool can = fresh && compare_with_successor(before, fresh, err);
    cert_free(before);
    cert_free(fresh);
    return can;
}

/* True when *at is another certificate now. */
static bool reload_one(struct certificates *certificates, struct certificate **at, struct err *err)
{
    struct buf content;
    struct str id = str_from((*at)->id);
    if (!read_file(certificates, id, &content, err))
        return false;
    struct certificate *fresh = NULL;
    if (str_hash(buf_str(&content)) != (*at)->digest && can_succeed(*at, buf_str(&content), err))
        fresh = read_content(id, buf_str(&content), err);
    key_wipe(&content);
    if (!fresh)
        return false;
    fresh->next = (*at)->next;
    certificate_free(*at);
    *at = fresh;
    return true;
}

size_t certificates_reload(struct certificates *certificates)
{
    size_t changed = 0;
    for (size_t i = 0; i < BUCKETS_COUNT; i++)
        for (struct certificate **at = &certificates->buckets[i]; *at; at = &(*at)->next) {
            struct err err = {0};
            if (reload_one(certificates, at, &err))
                changed++;
            else if (err.code)
                log_warning("certificate %s is kept as it was: %s%s%s", (*at)->id, err.text, *err.fix ? "; " : "",
                            err.fix);
        }
    return changed;
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

void certificates_remove_unmarked(struct certificates *certificates)
{
    char path[PATH_SIZE];
    for (size_t i = 0; i < BUCKETS_COUNT; i++)
        for (struct certificate **at = &certificates->buckets[i]; *at;) {
            struct certificate *gone = *at;
            struct err err = {0};
            if (gone->marked) {
                at = &gone->next;
                continue;
            }
            *at = gone->next;
            if (!path_of(certificates, str_from(gone->id), path, &err) || !file_remove(path, &err))
                log_warning("a certificate that is not used any more could not be removed: %s", err.text);
            certificate_free(gone);
        }
}
