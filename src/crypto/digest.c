/* Thin over EVP. */
#include "crypto/digest.h"

#include <openssl/evp.h>

static bool failed(struct err *err, const char *name)
{
    return err_set(err, ERR_SYSTEM, "libcrypto could not compute a %s digest", name);
}

bool digest_sha256(struct str data, uint8_t ret[static DIGEST_SHA256_SIZE], struct err *err)
{
    return EVP_Digest(data.data, data.size, ret, NULL, EVP_sha256(), NULL) == 1 || failed(err, "SHA-256");
}

bool digest_sha1(struct str data, uint8_t ret[static DIGEST_SHA1_SIZE], struct err *err)
{
    return EVP_Digest(data.data, data.size, ret, NULL, EVP_sha1(), NULL) == 1 || failed(err, "SHA-1");
}

void digest_hex(const uint8_t *bytes, size_t size, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * size] = '\0';
}

bool digest_fingerprint(struct str data, char ret[static DIGEST_FINGERPRINT_SIZE], struct err *err)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    if (!digest_sha256(data, digest, err))
        return false;
    digest_hex(digest, sizeof digest, ret);
    return true;
}

/* The size as 8 bytes, most significant first: the number must not depend on the machine. */
static bool add_part(EVP_MD_CTX *context, struct str part)
{
    uint8_t size[8];
    for (int i = 0; i < 8; i++)
        size[i] = (uint8_t)((uint64_t)part.size >> (56 - 8 * i));
    return EVP_DigestUpdate(context, size, sizeof size) == 1 &&
           (part.size == 0 || EVP_DigestUpdate(context, part.data, part.size) == 1);
}

bool digest_identity(const struct str *parts, size_t parts_count, uint64_t *ret, struct err *err)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; ok && i < parts_count; i++)
        ok = add_part(context, parts[i]);
    ok = ok && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!ok)
        return failed(err, "SHA-256");
    uint64_t identity = 0;
    for (int i = 0; i < 8; i++)
        identity = identity << 8 | digest[i];
    *ret = identity ? identity : 1;
    return true;
}
