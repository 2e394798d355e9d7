/* From the store's bytes to a key that signs, and a new one into the store with its entry in the audit log. */
#include "control/evidence_key.h"

#include "control/record.h"
#include "crypto/signing.h"
#include "os/clock.h"

/* PKCS#8 of P-256 is 138 bytes. */
#define KEY_SIZE_MAX 1024

static bool save(struct core *core, struct str actor, struct str public_pem, struct str secret, struct err *err)
{
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    struct record record;
    if (!signing_fingerprint(public_pem, fingerprint, err))
        return false;
    const struct evidence_key key = {
        .fingerprint = str_from(fingerprint), .public_pem = public_pem, .made_s = clock_wall_s()};
    record_init(&record, actor, STR("evidence.key"), STR(""), key.made_s);
    record.entry.reason = key.fingerprint;
    bool fine = store_put_evidence_key(core->store, &key, secret, &record.entry, err);
    record_fini(&record);
    return fine;
}

/* The caller frees what is made. */
static bool make(struct core *core, struct str actor, struct key **ret, struct err *err)
{
    struct buf public_pem, secret;
    struct key *key = key_generate(KEY_ECDSA, err);
    if (!key)
        return false;
    buf_init(&public_pem, SIGNING_PUBLIC_SIZE_MAX);
    buf_init_secret(&secret, KEY_SIZE_MAX);
    bool fine = signing_public(key, &public_pem, err) && key_to_der(key, &secret, err) &&
                save(core, actor, buf_str(&public_pem), buf_str(&secret), err);
    buf_fini(&public_pem);
    key_wipe(&secret);
    if (fine)
        *ret = key;
    else
        key_free(key);
    return fine;
}

bool evidence_key_open(struct core *core, struct str actor, struct key **ret, struct err *err)
{
    struct buf secret;
    struct err why = {0};
    if (!store_evidence_key_open(core->store, &secret, &why)) {
        if (why.code == ERR_NOT_FOUND)
            return make(core, actor, ret, err);
        *err = why;
        return false;
    }
    struct key *key = key_load(buf_str(&secret), NULL, err);
    key_wipe(&secret);
    if (!key)
        return false;
    *ret = key;
    return true;
}

bool evidence_key_rotate(struct core *core, struct str actor, struct err *err)
{
    struct key *key;
    if (!make(core, actor, &key, err))
        return false;
    key_free(key);
    return true;
}
