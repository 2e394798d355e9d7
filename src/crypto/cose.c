/*
 * The few forms of a key as rows of what must stand there, and a cursor over CBOR (RFC 8949) that takes nothing but the
 * shortest form of everything.
 */
#include "crypto/cose.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#define P256_COORDINATE_SIZE 32
#define ED25519_SIZE         32
#define RSA_BYTES_MIN        256 /* 2048 bits */
#define RSA_BYTES_MAX        512 /* 4096 bits */
#define RSA_EXPONENT_MAX     4   /* bytes; nearly all have 65537 */
/* Extensions are a map of flat values; one has maps within. */
#define DEPTH_MAX 8

/* Major types (RFC 8949 section 3.1). */
enum cbor_kind { CBOR_UINT, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG, CBOR_SIMPLE };

/* Labels and values of RFC 9052 table 3 and RFC 9053 tables 18 to 21. */
enum { LABEL_KIND = 1, LABEL_ALGORITHM = 3, KIND_OKP = 1, KIND_EC2 = 2, KIND_RSA = 3 };
enum { CURVE_P256 = 1, CURVE_ED25519 = 6 };

/* Cuts the head of an item off: its kind and its number (a value, a size, a count). */
static bool take_head(struct str *rest, enum cbor_kind *ret_kind, uint64_t *ret)
{
    if (rest->size == 0)
        return false;
    uint8_t first = (uint8_t)rest->data[0], info = first & 31;
    size_t size = info < 24 ? 0 : (size_t)1 << (info - 24);
    uint64_t value = info;
    if (info > 27 || rest->size < 1 + size)
        return false;
    if (size)
        value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | (uint8_t)rest->data[1 + i];
    /* A longer form than the number needs. Of simple values and floats the size is part of what they are. */
    static const uint64_t least[] = {[1] = 24, [2] = 0x100, [4] = 0x10000, [8] = 0x100000000};
    if (size && first >> 5 != CBOR_SIMPLE && value < least[size])
        return false;
    *rest = str_after(*rest, 1 + size);
    *ret_kind = first >> 5;
    *ret = value;
    return true;
}

static bool take_int(struct str *rest, int64_t *ret)
{
    enum cbor_kind kind;
    uint64_t value;
    if (!take_head(rest, &kind, &value) || kind > CBOR_NEGATIVE || value > INT64_MAX)
        return false;
    *ret = kind == CBOR_UINT ? (int64_t)value : -1 - (int64_t)value;
    return true;
}

/* The member of this label with this value. */
static bool expect(struct str *rest, int64_t label, int64_t value)
{
    int64_t got_label, got;
    return take_int(rest, &got_label) && got_label == label && take_int(rest, &got) && got == value;
}

/* The member of this label with so many bytes. */
static bool take_bytes(struct str *rest, int64_t label, size_t size_min, size_t size_max, struct str *ret)
{
    int64_t got_label;
    enum cbor_kind kind;
    uint64_t size;
    if (!take_int(rest, &got_label) || got_label != label || !take_head(rest, &kind, &size) || kind != CBOR_BYTES ||
        size < size_min || size > size_max || size > rest->size)
        return false;
    *ret = str_part(*rest, 0, (size_t)size);
    *rest = str_after(*rest, (size_t)size);
    return true;
}

/* A key taken apart: its numbers are views. */
struct parts {
    enum cose_algorithm algorithm;
    struct str x, y; /* EC2; OKP has x alone */
    struct str n, e; /* RSA */
};

static bool take_ec2(struct str *rest, struct parts *parts)
{
    return expect(rest, LABEL_ALGORITHM, COSE_ES256) && expect(rest, -1, CURVE_P256) &&
           take_bytes(rest, -2, P256_COORDINATE_SIZE, P256_COORDINATE_SIZE, &parts->x) &&
           take_bytes(rest, -3, P256_COORDINATE_SIZE, P256_COORDINATE_SIZE, &parts->y);
}

static bool take_okp(struct str *rest, struct parts *parts)
{
    return expect(rest, LABEL_ALGORITHM, COSE_EDDSA) && expect(rest, -1, CURVE_ED25519) &&
           take_bytes(rest, -2, ED25519_SIZE, ED25519_SIZE, &parts->x);
}

/* Odd, without zeroes in front. */
static bool is_odd(struct str number)
{
    return number.data[0] != 0 && number.data[number.size - 1] & 1;
}

/* Whether the modulus is a good one is its owner's affair: nobody else signs in by it. */
static bool take_rsa(struct str *rest, struct parts *parts)
{
    return expect(rest, LABEL_ALGORITHM, COSE_RS256) && take_bytes(rest, -1, RSA_BYTES_MIN, RSA_BYTES_MAX, &parts->n) &&
           take_bytes(rest, -2, 1, RSA_EXPONENT_MAX, &parts->e) && is_odd(parts->n) && is_odd(parts->e) &&
           !str_eq(parts->e, STR("\x01"));
}

static const struct {
    int64_t kind;
    uint64_t members_count;
    enum cose_algorithm algorithm;
    bool (*take)(struct str *rest, struct parts *parts);
} forms[] = {
    {KIND_EC2, 5, COSE_ES256, take_ec2},
    {KIND_OKP, 4, COSE_EDDSA, take_okp},
    {KIND_RSA, 4, COSE_RS256, take_rsa},
};

static bool take_key(struct str *rest, struct parts *ret)
{
    enum cbor_kind kind;
    uint64_t members_count;
    int64_t label, key_kind;
    if (!take_head(rest, &kind, &members_count) || kind != CBOR_MAP || !take_int(rest, &label) || label != LABEL_KIND ||
        !take_int(rest, &key_kind))
        return false;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct parts parts = {.algorithm = forms[i].algorithm};
        if (forms[i].kind != key_kind)
            continue;
        if (forms[i].members_count != members_count || !forms[i].take(rest, &parts))
            return false;
        *ret = parts;
        return true;
    }
    return false;
}

/* ---- libcrypto's ---- */

static EVP_PKEY *from_params(const char *name, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, name, NULL);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    if (!context || !params || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    OSSL_PARAM_free(params);
    EVP_PKEY_CTX_free(context);
    return pkey;
}

static EVP_PKEY *make_ec2(const struct parts *parts)
{
    uint8_t point[1 + 2 * P256_COORDINATE_SIZE] = {POINT_CONVERSION_UNCOMPRESSED};
    memcpy(point + 1, parts->x.data, P256_COORDINATE_SIZE);
    memcpy(point + 1 + P256_COORDINATE_SIZE, parts->y.data, P256_COORDINATE_SIZE);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *pkey = NULL;
    if (build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1)
        pkey = from_params("EC", build);
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

static EVP_PKEY *make_rsa(const struct parts *parts)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn((const unsigned char *)parts->n.data, (int)parts->n.size, NULL);
    BIGNUM *e = BN_bin2bn((const unsigned char *)parts->e.data, (int)parts->e.size, NULL);
    EVP_PKEY *pkey = NULL;
    if (build && n && e && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        pkey = from_params("RSA", build);
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return pkey;
}

/* NULL when these numbers are no key: a point that is not on the curve (which libcrypto checks). */
static EVP_PKEY *make_pkey(const struct parts *parts)
{
    EVP_PKEY *pkey = NULL;
    switch (parts->algorithm) {
    case COSE_ES256: pkey = make_ec2(parts); break;
    case COSE_RS256: pkey = make_rsa(parts); break;
    case COSE_EDDSA:
        pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)parts->x.data, ED25519_SIZE);
        break;
    }
    ERR_clear_error();
    return pkey;
}

static EVP_PKEY *read_key(struct str *rest, enum cose_algorithm *ret_algorithm, struct err *err)
{
    struct parts parts;
    EVP_PKEY *pkey = take_key(rest, &parts) ? make_pkey(&parts) : NULL;
    if (pkey)
        *ret_algorithm = parts.algorithm;
    else
        (void)err_set(err, ERR_INPUT, "the public key is none of the kinds ES256, EdDSA and RS256");
    return pkey;
}

bool cose_key_read(struct str bytes, enum cose_algorithm *ret_algorithm, size_t *ret_size, struct err *err)
{
    struct str rest = bytes;
    EVP_PKEY *pkey = read_key(&rest, ret_algorithm, err);
    if (!pkey)
        return false;
    EVP_PKEY_free(pkey);
    *ret_size = bytes.size - rest.size;
    return true;
}

bool cose_verify(struct str key, struct str data, struct str signature, struct err *err)
{
    enum cose_algorithm algorithm;
    struct str rest = key;
    EVP_PKEY *pkey = read_key(&rest, &algorithm, err);
    if (!pkey)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *digest = algorithm == COSE_EDDSA ? NULL : EVP_sha256();
    bool ready = context && EVP_DigestVerifyInit(context, NULL, digest, NULL, pkey) == 1;
    bool right =
        ready && EVP_DigestVerify(context, (const unsigned char *)(signature.data ? signature.data : ""),
                                  signature.size, (const unsigned char *)(data.data ? data.data : ""), data.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    if (!ready)
        return err_memory(err);
    return right || err_set(err, ERR_DENIED, "the signature is not by this passkey");
}

/* How many items stand inside the one of this head; false when there is no room left for them. */
static bool children_of(struct str *rest, enum cbor_kind kind, uint64_t value, uint64_t *ret)
{
    *ret = 0;
    if (kind == CBOR_UINT || kind == CBOR_NEGATIVE || kind == CBOR_SIMPLE)
        return true;
    *ret = 1;
    if (kind == CBOR_TAG)
        return true;
    if (value > rest->size)
        return false;
    *ret = kind == CBOR_MAP ? 2 * value : kind == CBOR_ARRAY ? value : 0;
    if (kind == CBOR_BYTES || kind == CBOR_TEXT)
        *rest = str_after(*rest, (size_t)value);
    return true;
}

size_t cose_item_size(struct str bytes)
{
    uint64_t left[DEPTH_MAX] = {1}; /* items still to come at each depth */
    size_t depth = 0;
    struct str rest = bytes;
    for (;;) {
        enum cbor_kind kind;
        uint64_t value, children;
        while (left[depth] == 0) {
            if (depth == 0)
                return bytes.size - rest.size;
            depth--;
        }
        left[depth]--;
        if (!take_head(&rest, &kind, &value) || !children_of(&rest, kind, value, &children))
            return 0;
        if (children == 0)
            continue;
        if (++depth == DEPTH_MAX)
            return 0;
        left[depth] = children;
    }
}
