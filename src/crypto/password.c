/* Thin over libsodium's crypto_pwhash. */
#include "crypto/password.h"

#include <errno.h>
#include <sodium.h>

#include "crypto/wipe.h"

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "a hash has its room");

/* 64 MiB and two passes: some 60 ms on a processor of today, and more than what OWASP asks for. */
#define OPERATIONS crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY     crypto_pwhash_MEMLIMIT_INTERACTIVE

bool password_check(struct str password, struct str account, const char *field, struct err *err)
{
    if (password.size < PASSWORD_SIZE_MIN) {
        (void)err_field(err, field, "the password is shorter than %d characters", PASSWORD_SIZE_MIN);
        return err_fix(err, "take four words that have nothing to do with each other");
    }
    if (password.size > PASSWORD_SIZE_MAX)
        return err_field(err, field, "the password is longer than %d bytes", PASSWORD_SIZE_MAX);
    if (account.size && str_eq_nocase(password, account)) {
        (void)err_field(err, field, "the password is the account's name");
        return err_fix(err, "take one that is not known");
    }
    return true;
}

static bool start(struct err *err)
{
    if (sodium_init() >= 0)
        return true;
    return err_set(err, ERR_SYSTEM, "libsodium could not be started: there are no random bytes");
}

bool password_hash(struct str password, char ret[static PASSWORD_HASH_SIZE], struct err *err)
{
    char hash[PASSWORD_HASH_SIZE];
    if (!start(err))
        return false;
    if (crypto_pwhash_str(hash, password.data ? password.data : "", password.size, OPERATIONS, MEMORY) != 0)
        return err_memory(err);
    memcpy(ret, hash, PASSWORD_HASH_SIZE);
    return true;
}

/* The work of a try, where there is no hash to try. */
static bool work_in_vain(struct str password)
{
    static const uint8_t salt[crypto_pwhash_SALTBYTES] = {0};
    uint8_t key[32];
    bool worked = crypto_pwhash(key, sizeof key, password.data ? password.data : "", password.size, salt, OPERATIONS,
                                MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0;
    wipe_bytes(key, sizeof key);
    return worked;
}

bool password_verify(const char *hash, struct str password, struct err *err)
{
    /* A longer one can be nobody's, and shall not cost more than others. */
    struct str tried = str_part(password, 0, PASSWORD_SIZE_MAX);
    if (!start(err))
        return false;
    if (!hash)
        return work_in_vain(tried) ? false : err_memory(err);
    errno = 0;
    if (crypto_pwhash_str_verify(hash, tried.data ? tried.data : "", tried.size) == 0)
        return tried.size == password.size;
    return errno == ENOMEM ? err_memory(err) : false;
}

bool password_is_outdated(const char *hash)
{
    return sodium_init() >= 0 && crypto_pwhash_str_needs_rehash(hash, OPERATIONS, MEMORY) != 0;
}
