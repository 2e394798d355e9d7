/* Counting, trying, and trying again with the old ciphers. */
#include "crypto/unlock.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

bool unlock_can_afford_rounds(struct unlock *unlock, const ASN1_INTEGER *rounds)
{
    uint64_t count = 1;
    if (rounds && ASN1_INTEGER_get_uint64(&count, rounds) != 1)
        return false;
    if (count > UNLOCK_ROUNDS_MAX || unlock->rounds + count > UNLOCK_ROUNDS_MAX)
        return false;
    unlock->rounds += count;
    return true;
}

static bool can_afford_pbkdf2(struct unlock *unlock, const ASN1_TYPE *parameter)
{
    PBKDF2PARAM *pbkdf2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), parameter);
    bool can = !pbkdf2 || unlock_can_afford_rounds(unlock, pbkdf2->iter);
    PBKDF2PARAM_free(pbkdf2);
    return can;
}

/* The work of RFC 7914 is N × r × p blocks of salsa. */
static bool can_afford_scrypt(struct unlock *unlock, const ASN1_TYPE *parameter)
{
    SCRYPT_PARAMS *scrypt = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter);
    uint64_t n, r, p;
    bool can = !scrypt || (ASN1_INTEGER_get_uint64(&n, scrypt->costParameter) == 1 &&
                           ASN1_INTEGER_get_uint64(&r, scrypt->blockSize) == 1 &&
                           ASN1_INTEGER_get_uint64(&p, scrypt->parallelizationParameter) == 1 &&
                           n <= UNLOCK_ROUNDS_MAX && r <= UNLOCK_ROUNDS_MAX / (n + 1) &&
                           p <= UNLOCK_ROUNDS_MAX / (n * r + 1) && unlock->rounds + n * r * p <= UNLOCK_ROUNDS_MAX);
    if (scrypt && can)
        unlock->rounds += n * r * p;
    SCRYPT_PARAMS_free(scrypt);
    return can;
}

static bool can_afford_pbe(struct unlock *unlock, const ASN1_TYPE *parameter)
{
    PBEPARAM *pbe = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), parameter);
    bool can = !pbe || unlock_can_afford_rounds(unlock, pbe->iter);
    PBEPARAM_free(pbe);
    return can;
}

static bool can_afford_derivation(struct unlock *unlock, const X509_ALGOR *derivation)
{
    const ASN1_OBJECT *object;
    const void *value;
    int type;
    X509_ALGOR_get0(&object, &type, &value, derivation);
    if (type != V_ASN1_SEQUENCE)
        return true; /* the library will not know it either */
    switch (OBJ_obj2nid(object)) {
    case NID_id_pbkdf2: return can_afford_pbkdf2(unlock, derivation->parameter);
    case NID_id_scrypt: return can_afford_scrypt(unlock, derivation->parameter);
    default: return can_afford_pbe(unlock, derivation->parameter);
    }
}

/* PBES2 and PBMAC1 (RFC 8018) name a derivation and what it is for, in the same form; the older schemes derive
 * themselves. */
bool unlock_can_afford(struct unlock *unlock, const X509_ALGOR *algorithm)
{
    if (!algorithm)
        return true;
    int scheme = OBJ_obj2nid(algorithm->algorithm);
    if (scheme != NID_pbes2 && scheme != NID_pbmac1)
        return can_afford_derivation(unlock, algorithm);
    PBE2PARAM *pbes2 =
        algorithm->parameter ? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter) : NULL;
    bool can = !pbes2 || can_afford_derivation(unlock, pbes2->keyfunc);
    PBE2PARAM_free(pbes2);
    return can;
}

static bool means_unsupported(unsigned long error)
{
    int library = ERR_GET_LIB(error), reason = ERR_GET_REASON(error);
    return reason == ERR_R_UNSUPPORTED || reason == ERR_R_FETCH_FAILED ||
           (library == ERR_LIB_EVP && (reason == EVP_R_UNSUPPORTED_CIPHER || reason == EVP_R_UNSUPPORTED_ALGORITHM ||
                                       reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNKNOWN_CIPHER)) ||
           (library == ERR_LIB_PEM && reason == PEM_R_UNSUPPORTED_ENCRYPTION);
}

enum key_fault unlock_why(void)
{
    enum key_fault why = KEY_FAULT_PASSPHRASE;
    for (unsigned long error; (error = ERR_get_error()) != 0;) {
        if (means_unsupported(error))
            why = KEY_FAULT_OLD_CIPHER;
        else if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE && why == KEY_FAULT_PASSPHRASE)
            why = KEY_FAULT_MEMORY;
    }
    return why;
}

bool unlock_old_enter(struct unlock_old *old)
{
    *old = (struct unlock_old){.library = OSSL_LIB_CTX_new()};
    if (old->library) {
        old->normal = OSSL_PROVIDER_load(old->library, "default");
        old->legacy = OSSL_PROVIDER_load(old->library, "legacy");
    }
    if (old->normal && old->legacy) {
        old->before = OSSL_LIB_CTX_set0_default(old->library);
        return true;
    }
    unlock_old_leave(old);
    return false;
}

void unlock_old_leave(struct unlock_old *old)
{
    if (old->before)
        (void)OSSL_LIB_CTX_set0_default(old->before);
    if (old->legacy)
        (void)OSSL_PROVIDER_unload(old->legacy);
    if (old->normal)
        (void)OSSL_PROVIDER_unload(old->normal);
    OSSL_LIB_CTX_free(old->library);
    ERR_clear_error();
}

/* What is in it, with the ciphers that the library has now. */
static enum key_fault open_pkcs8(const struct unlock *unlock, const X509_SIG *sealed, PKCS8_PRIV_KEY_INFO **ret)
{
    ERR_clear_error();
    *ret = PKCS8_decrypt(sealed, unlock->passphrase.data, (int)unlock->passphrase.size);
    return *ret ? KEY_FAULT_NONE : unlock_why();
}

enum key_fault unlock_pkcs8(struct unlock *unlock, const X509_SIG *sealed, EVP_PKEY **ret)
{
    const X509_ALGOR *algorithm;
    PKCS8_PRIV_KEY_INFO *plain = NULL;
    struct unlock_old old;
    if (!unlock->passphrase.data)
        return KEY_FAULT_ENCRYPTED;
    X509_SIG_get0(sealed, &algorithm, NULL);
    if (!unlock_can_afford(unlock, algorithm))
        return KEY_FAULT_COSTLY;
    enum key_fault fault = open_pkcs8(unlock, sealed, &plain);
    if (fault == KEY_FAULT_OLD_CIPHER && unlock_old_enter(&old)) {
        fault = open_pkcs8(unlock, sealed, &plain);
        unlock_old_leave(&old);
    }
    EVP_PKEY *pkey = plain ? EVP_PKCS82PKEY(plain) : NULL;
    PKCS8_PRIV_KEY_INFO_free(plain);
    if (fault == KEY_FAULT_NONE && !pkey)
        fault = KEY_FAULT_UNREADABLE;
    if (pkey)
        *ret = pkey;
    ERR_clear_error();
    return fault;
}

static int give_passphrase(char *room, int size, int writing, void *context)
{
    const struct unlock *unlock = context;
    (void)writing;
    if (unlock->passphrase.size > (size_t)size)
        return -1;
    memcpy(room, unlock->passphrase.data, unlock->passphrase.size);
    return (int)unlock->passphrase.size;
}

static enum key_fault open_block(struct unlock *unlock, char *header, unsigned char *data, long *size)
{
    EVP_CIPHER_INFO info;
    ERR_clear_error();
    if (PEM_get_EVP_CIPHER_INFO(header, &info) != 1 || PEM_do_header(&info, data, size, give_passphrase, unlock) != 1)
        return unlock_why();
    return KEY_FAULT_NONE;
}

enum key_fault unlock_block(struct unlock *unlock, char *header, unsigned char *data, long *size)
{
    struct unlock_old old;
    if (!unlock->passphrase.data)
        return KEY_FAULT_ENCRYPTED;
    enum key_fault fault = open_block(unlock, header, data, size);
    if (fault == KEY_FAULT_OLD_CIPHER && unlock_old_enter(&old)) {
        fault = open_block(unlock, header, data, size);
        unlock_old_leave(&old);
    }
    return fault;
}
