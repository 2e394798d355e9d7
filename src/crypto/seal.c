/* AES-256-GCM over EVP; the header and the purpose are authenticated with the content. */
#include "crypto/seal.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "crypto/random.h"
#include "crypto/wipe.h"

#define MAGIC_SIZE  8
#define NONCE_SIZE  12
#define TAG_SIZE    16
#define HEADER_SIZE (MAGIC_SIZE + NONCE_SIZE)

_Static_assert(HEADER_SIZE + TAG_SIZE == SEAL_OVERHEAD_SIZE, "the overhead is header and tag");

static const uint8_t magic[MAGIC_SIZE] = {'S', 'G', 'S', 'E', 'A', 'L', 0, 1};

bool seal_key_make(uint8_t ret_key[static SEAL_KEY_SIZE], struct err *err)
{
    return random_bytes(ret_key, SEAL_KEY_SIZE, err);
}

/* Header and purpose go in as associated data. */
static bool begin(EVP_CIPHER_CTX *context, int encrypt, const uint8_t *key, const uint8_t *header, struct str purpose)
{
    int size;
    return context && EVP_CipherInit_ex2(context, EVP_aes_256_gcm(), key, header + MAGIC_SIZE, encrypt, NULL) == 1 &&
           EVP_CipherUpdate(context, NULL, &size, header, HEADER_SIZE) == 1 &&
           (purpose.size == 0 ||
            EVP_CipherUpdate(context, NULL, &size, (const uint8_t *)purpose.data, (int)purpose.size) == 1);
}

static bool run(EVP_CIPHER_CTX *context, uint8_t *out, const uint8_t *in, size_t in_size)
{
    int size;
    return in_size == 0 || EVP_CipherUpdate(context, out, &size, in, (int)in_size) == 1;
}

static bool fits(size_t plain_size, struct err *err)
{
    return plain_size <= SEAL_SIZE_MAX || err_set(err, ERR_INPUT, "%zu bytes are too much to seal", plain_size);
}

bool seal_make(const uint8_t key[static SEAL_KEY_SIZE], struct str purpose, struct str plain, void **ret_sealed,
               size_t *ret_size, struct err *err)
{
    assert(purpose.size <= SEAL_PURPOSE_SIZE_MAX);
    if (!fits(plain.size, err))
        return false;
    uint8_t *sealed = malloc(plain.size + SEAL_OVERHEAD_SIZE);
    if (!sealed)
        return err_memory(err);
    memcpy(sealed, magic, MAGIC_SIZE);
    if (!random_bytes(sealed + MAGIC_SIZE, NONCE_SIZE, err)) {
        free(sealed);
        return false;
    }
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *content = sealed + HEADER_SIZE, *tag = content + plain.size;
    int rest;
    bool ok = begin(context, 1, key, sealed, purpose) &&
              run(context, content, (const uint8_t *)plain.data, plain.size) &&
              EVP_CipherFinal_ex(context, tag, &rest) == 1 &&
              EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, tag) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!ok) {
        free(sealed);
        return err_set(err, ERR_SYSTEM, "libcrypto could not seal");
    }
    *ret_sealed = sealed;
    *ret_size = plain.size + SEAL_OVERHEAD_SIZE;
    return true;
}

static bool check_header(struct str sealed, struct err *err)
{
    if (sealed.size < SEAL_OVERHEAD_SIZE)
        return err_set(err, ERR_INPUT, "the sealed data is cut off: %zu bytes", sealed.size);
    if (memcmp(sealed.data, magic, MAGIC_SIZE - 1) != 0)
        return err_set(err, ERR_INPUT, "this is no sealed data (its first bytes are wrong)");
    if ((uint8_t)sealed.data[MAGIC_SIZE - 1] != magic[MAGIC_SIZE - 1])
        return err_set(err, ERR_INPUT, "the sealed data has version %u, this program reads version %u",
                       (uint8_t)sealed.data[MAGIC_SIZE - 1], magic[MAGIC_SIZE - 1]);
    return true;
}

bool seal_open(const uint8_t key[static SEAL_KEY_SIZE], struct str purpose, struct str sealed, void **ret_plain,
               size_t *ret_size, struct err *err)
{
    assert(purpose.size <= SEAL_PURPOSE_SIZE_MAX);
    if (!check_header(sealed, err) || !fits(sealed.size - SEAL_OVERHEAD_SIZE, err))
        return false;
    const uint8_t *header = (const uint8_t *)sealed.data;
    size_t size = sealed.size - SEAL_OVERHEAD_SIZE;
    uint8_t tag[TAG_SIZE], *plain = malloc(size + 1), unused[TAG_SIZE]; /* at least one byte: NULL means no memory */
    if (!plain)
        return err_memory(err);
    memcpy(tag, header + HEADER_SIZE + size, TAG_SIZE);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int rest;
    bool ready = begin(context, 0, key, header, purpose) &&
                 EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
                 run(context, plain, header + HEADER_SIZE, size);
    bool right = ready && EVP_CipherFinal_ex(context, unused, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    if (!right) {
        wipe_free(plain, size);
        if (!ready)
            return err_set(err, ERR_SYSTEM, "libcrypto could not open sealed data");
        return err_set(err, ERR_INPUT, "the sealed data is damaged, or was sealed with another key");
    }
    *ret_plain = plain;
    *ret_size = size;
    return true;
}
