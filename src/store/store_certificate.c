/*
 * Certificates: the chain in clear, the key sealed. The id is made from both, so that equal certificates of many sites
 * are one row, and a row that is not what was stored is noticed when it is read.
 */
#include <stdlib.h>

#include "crypto/digest.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "store/store_parts.h"

#define KEY_PURPOSE "certificate key"

/* Whoever knows an id knows nothing of the key: it is 128 bits of the digest of a secret. */
static bool make_id(struct str chain, struct str key, char id[static CERTIFICATE_ID_SIZE + 1], struct err *err)
{
    unsigned char digest[DIGEST_SHA256_SIZE];
    struct buf whole;
    buf_init(&whole, 2 * CERT_FILE_SIZE_MAX);
    bool fine = (buf_put_str(&whole, chain) && buf_put_str(&whole, key)) || err_memory(err);
    fine = fine && digest_sha256(buf_str(&whole), digest, err);
    key_wipe(&whole);
    if (fine)
        digest_hex(digest, CERTIFICATE_ID_SIZE / 2, id);
    return fine;
}

/* The length field of DER (X.690 section 8.1.3), short form or 1 to 4 bytes. */
static bool der_length(struct str bytes, size_t *ret_header, size_t *ret_length)
{
    if (bytes.size < 2)
        return false;
    size_t first = (unsigned char)bytes.data[1], count = first < 0x80 ? 0 : first - 0x80, length = first;
    if (count > 4 || bytes.size < 2 + count || first == 0x80)
        return false;
    for (size_t i = 0; i < count; i++)
        length = (i ? length << 8 : 0) | (unsigned char)bytes.data[2 + i];
    *ret_header = 2 + count;
    *ret_length = length;
    return true;
}

bool store_certificate_next(struct str *chain, struct str *ret)
{
    size_t header, length;
    if (!der_length(*chain, &header, &length) || length > chain->size - header)
        return false;
    *ret = str_part(*chain, 0, header + length);
    *chain = str_after(*chain, header + length);
    return true;
}

static bool insert(struct store *store, struct str id, struct str chain, struct str key, struct err *err)
{
    void *sealed;
    size_t size;
    if (!seal_make(store->seal_key, STR(KEY_PURPOSE), key, &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, "INSERT INTO certificate (id, chain, key, added_s) "
                                                "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING");
    db_bind_str(&query, id);
    db_bind_blob(&query, chain);
    db_bind_blob(&query, str_make(sealed, size));
    db_bind_i64(&query, clock_wall_s());
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

static bool add(struct store *store, struct str chain, struct str key, char id[static CERTIFICATE_ID_SIZE + 1],
                struct err *err)
{
    char made[CERTIFICATE_ID_SIZE + 1];
    if (!make_id(chain, key, made, err) || !insert(store, str_from(made), chain, key, err))
        return false;
    memcpy(id, made, sizeof made);
    return true;
}

/* The key is a secret: key_wipe. */
static bool encode(const struct cert *cert, struct buf *chain, struct buf *key, struct err *err)
{
    buf_init(chain, CERT_FILE_SIZE_MAX);
    buf_init(key, CERT_FILE_SIZE_MAX);
    for (size_t i = 0; i < cert_chain_count(cert); i++)
        (void)buf_put_str(chain, cert_chain_der(cert, i));
    return (buf_ok(chain) || err_memory(err)) && key_to_der(cert_key(cert), key, err);
}

bool store_certificate_add(struct store *store, const struct cert *cert, char id[static CERTIFICATE_ID_SIZE + 1],
                           struct err *err)
{
    struct buf chain, key;
    bool fine = encode(cert, &chain, &key, err) && add(store, buf_str(&chain), buf_str(&key), id, err);
    key_wipe(&key);
    buf_fini(&chain);
    return fine;
}

static bool damaged(const struct store *store, struct str id, const char *why, struct err *err)
{
    (void)err_set(err, ERR_SYSTEM, "certificate %.*s in %s is not what was stored%s%s", STR_ARG(id), db_path(store->db),
                  *why ? ": " : "", why);
    return err_fix(err, "give its sites a certificate anew, or put a backup in place of the database");
}

/* Opens the key and proves both against the id. */
static bool take_row(struct store *store, struct str id, struct db_query *row, struct arena *arena,
                     struct str *ret_chain, struct str *ret_key, struct err *err)
{
    struct err why = {0};
    void *key;
    size_t size;
    char made[CERTIFICATE_ID_SIZE + 1];
    if (!seal_open(store->seal_key, STR(KEY_PURPOSE), db_blob(row, 1), &key, &size, &why))
        return why.code == ERR_MEMORY ? err_memory(err) : damaged(store, id, why.text, err);
    struct str chain, key_copy;
    bool fine = make_id(db_blob(row, 0), str_make(key, size), made, err) &&
                (str_eq(str_from(made), id) || damaged(store, id, "", err)) &&
                ((arena_str(arena, db_blob(row, 0), &chain) && arena_str(arena, str_make(key, size), &key_copy)) ||
                 err_memory(err));
    wipe_free(key, size);
    if (!fine)
        return false;
    *ret_chain = chain;
    *ret_key = key_copy;
    return true;
}

bool store_certificate_get(struct store *store, struct str id, struct arena *arena, struct str *ret_chain,
                           struct str *ret_key, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT chain, key FROM certificate WHERE id = ?1");
    bool found = false, fine = true;
    db_bind_str(&query, id);
    if (db_next(&query)) {
        found = true;
        fine = take_row(store, id, &query, arena, ret_chain, ret_key, err);
    }
    if (!db_end(&query, fine ? err : NULL) || !fine)
        return false;
    return found || err_set(err, ERR_NOT_FOUND, "there is no certificate %.*s", STR_ARG(str_part(id, 0, 64)));
}

static bool holds(struct store *store, struct str chain, struct str key, struct err *err)
{
    struct arena arena;
    struct str kept_chain, kept_key;
    char id[CERTIFICATE_ID_SIZE + 1];
    arena_init(&arena, 4 * CERT_FILE_SIZE_MAX);
    bool held =
        make_id(chain, key, id, err) && store_certificate_get(store, str_from(id), &arena, &kept_chain, &kept_key, err);
    bool same = held && str_eq(kept_chain, chain) && str_eq(kept_key, key);
    if (held)
        wipe_bytes((void *)(uintptr_t)kept_key.data, kept_key.size);
    arena_fini(&arena);
    return same;
}

bool store_certificate_holds(struct store *store, const struct cert *cert, struct err *err)
{
    struct buf chain, key;
    bool held = encode(cert, &chain, &key, err) && holds(store, buf_str(&chain), buf_str(&key), err);
    key_wipe(&key);
    buf_fini(&chain);
    return held;
}

bool store_certificate_remove(struct store *store, struct str id, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM certificate WHERE id = ?1 "
                                                "AND NOT EXISTS (SELECT 1 FROM site WHERE ecdsa = ?1) "
                                                "AND NOT EXISTS (SELECT 1 FROM site WHERE rsa = ?1) "
                                                "AND NOT EXISTS (SELECT 1 FROM drawer WHERE certificate = ?1)");
    db_bind_str(&query, id);
    return db_run(&query, err);
}

bool store_certificate_each(struct store *store, store_visit_id *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT id FROM certificate");
    bool more = true;
    while (more && db_next(&query))
        more = visit(context, db_str(&query, 0));
    return db_end(&query, err);
}

/* Certificates of one store on their way into another, or under another key. */
struct passage {
    struct store *to, *from;
    bool (*put)(struct store *to, struct str id, struct str chain, struct str key, struct err *err);
    struct err *err;
    bool fine;
};

static bool pass(void *context, struct str id)
{
    struct passage *passage = context;
    struct arena arena;
    struct str chain, key = {NULL, 0};
    arena_init(&arena, 4 * CERT_FILE_SIZE_MAX);
    passage->fine = store_certificate_get(passage->from, id, &arena, &chain, &key, passage->err) &&
                    passage->put(passage->to, id, chain, key, passage->err);
    if (key.size)
        wipe_bytes((void *)(uintptr_t)key.data, key.size);
    arena_fini(&arena);
    return passage->fine;
}

static bool pass_all(struct passage passage)
{
    return store_certificate_each(passage.from, pass, &passage, passage.err) && passage.fine;
}

bool store_certificate_import(struct store *store, struct store *from, struct err *err)
{
    return pass_all((struct passage){.to = store, .from = from, .put = insert, .err = err, .fine = true});
}

static bool put_key(struct store *store, struct str id, struct str chain, struct str key, struct err *err)
{
    void *sealed;
    size_t size;
    (void)chain;
    if (!seal_make(store->seal_key, STR(KEY_PURPOSE), key, &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, "UPDATE certificate SET key = ?1 WHERE id = ?2");
    db_bind_blob(&query, str_make(sealed, size));
    db_bind_str(&query, id);
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

bool store_certificate_reseal(struct store *store, struct store *before, struct err *err)
{
    return pass_all((struct passage){.to = store, .from = before, .put = put_key, .err = err, .fine = true});
}
