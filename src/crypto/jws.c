/* {"protected":"…","payload":"…","signature":"…"}, each Base64url; the signature is over the first two with a dot. */
#include "crypto/jws.h"

#include <limits.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "codec/base64.h"
#include "codec/json.h"
#include "crypto/digest.h"
#include "crypto/jwk.h"

/* r and s of P-256 (RFC 7518 section 3.4). */
#define ES256_NUMBER_SIZE 32
/* DER of both, or an RSA signature of 16384 bits. */
#define SIGNATURE_SIZE_MAX 2048
/* A header with an RSA key of 16384 bits, a nonce and two URLs. */
#define HEADER_SIZE_MAX (JWK_SIZE_MAX + 8192)
/* A request of 100 names is 30 KB, half as much again as Base64, twice over. */
#define INPUT_SIZE_MAX ((size_t)256 * 1024)

static bool failed(struct err *err)
{
    ERR_clear_error();
    return err_set(err, ERR_SYSTEM, "libcrypto failed to sign a request to the certificate authority");
}

static bool digest_sign(const struct key *key, struct str input, unsigned char *ret, size_t *ret_size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    *ret_size = SIGNATURE_SIZE_MAX;
    bool ok = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key_handle(key)) == 1 &&
              EVP_DigestSign(context, ret, ret_size, (const unsigned char *)input.data, input.size) == 1;
    EVP_MD_CTX_free(context);
    return ok;
}

/* From DER's SEQUENCE of two numbers to the numbers, each in all its bytes. */
static bool es256_raw(const unsigned char *der, size_t der_size, unsigned char ret[static 2 * ES256_NUMBER_SIZE])
{
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)der_size);
    bool ok =
        signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret, ES256_NUMBER_SIZE) == ES256_NUMBER_SIZE &&
        BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret + ES256_NUMBER_SIZE, ES256_NUMBER_SIZE) == ES256_NUMBER_SIZE;
    ECDSA_SIG_free(signature);
    return ok;
}

bool jws_signature(const struct key *key, struct str input, struct buf *out, struct err *err)
{
    unsigned char bytes[SIGNATURE_SIZE_MAX], raw[2 * ES256_NUMBER_SIZE];
    size_t size = 0;
    if (!digest_sign(key, input, bytes, &size))
        return failed(err);
    if (key_kind(key) != KEY_ECDSA)
        return buf_put(out, bytes, size) || err_memory(err);
    if (!es256_raw(bytes, size, raw))
        return failed(err);
    return buf_put(out, raw, sizeof raw) || err_memory(err);
}

bool jws_signature_mac(struct str secret, struct str input, struct buf *out, struct err *err)
{
    unsigned char bytes[DIGEST_SHA256_SIZE];
    unsigned size = sizeof bytes;
    if (secret.size > INT_MAX ||
        !HMAC(EVP_sha256(), secret.data, (int)secret.size, (const unsigned char *)input.data, input.size, bytes, &size))
        return failed(err);
    return buf_put(out, bytes, size) || err_memory(err);
}

static bool member_put(const char *name, struct str value, struct buf *out)
{
    return buf_printf(out, ",\"%s\":", name) && json_write_string(value, out);
}

static bool header_put(const char *alg, const struct jws_header *header, struct buf *out, struct err *err)
{
    if (!buf_printf(out, "{\"alg\":\"%s\"", alg))
        return err_memory(err);
    if (header->jwk && (!buf_put_str(out, STR(",\"jwk\":")) || !jwk_write(header->jwk, out, err)))
        return buf_ok(out) ? false : err_memory(err);
    bool ok = (header->kid.size == 0 || member_put("kid", header->kid, out)) &&
              (header->nonce.size == 0 || member_put("nonce", header->nonce, out)) &&
              member_put("url", header->url, out) && buf_put_char(out, '}');
    return ok || err_set(err, ERR_INPUT, "the header of a signed request is too long or no UTF-8");
}

/* "HEADER.PAYLOAD", and how much of it is the header. */
static bool input_put(const char *alg, const struct jws_header *header, struct str payload, struct buf *input,
                      size_t *ret_header_size, struct err *err)
{
    struct buf text;
    buf_init(&text, HEADER_SIZE_MAX);
    bool ok = header_put(alg, header, &text, err);
    if (ok)
        ok = base64_encode(BASE64_URL, buf_str(&text), input) || err_memory(err);
    *ret_header_size = input->size;
    if (ok)
        ok = (buf_put_char(input, '.') && base64_encode(BASE64_URL, payload, input)) || err_memory(err);
    buf_fini(&text);
    return ok;
}

static bool document_put(struct str input, size_t header_size, struct str signature, struct buf *out)
{
    return buf_put_str(out, STR("{\"protected\":\"")) && buf_put_str(out, str_part(input, 0, header_size)) &&
           buf_put_str(out, STR("\",\"payload\":\"")) && buf_put_str(out, str_after(input, header_size + 1)) &&
           buf_put_str(out, STR("\",\"signature\":\"")) && base64_encode(BASE64_URL, signature, out) &&
           buf_put_str(out, STR("\"}"));
}

/* By the key, or by the secret when there is none. */
static bool jws_put(const char *alg, const struct key *key, struct str secret, const struct jws_header *header,
                    struct str payload, struct buf *out, struct err *err)
{
    struct buf input, signature;
    size_t header_size = 0;
    buf_init(&input, INPUT_SIZE_MAX);
    buf_init(&signature, SIGNATURE_SIZE_MAX);
    bool ok = input_put(alg, header, payload, &input, &header_size, err) &&
              (key ? jws_signature(key, buf_str(&input), &signature, err)
                   : jws_signature_mac(secret, buf_str(&input), &signature, err));
    if (ok)
        ok = document_put(buf_str(&input), header_size, buf_str(&signature), out) || err_memory(err);
    buf_fini(&signature);
    buf_fini(&input);
    return ok;
}

bool jws_sign(const struct key *key, const struct jws_header *header, struct str payload, struct buf *out,
              struct err *err)
{
    if (key_kind(key) != KEY_RSA && (key_kind(key) != KEY_ECDSA || key_bits(key) != 256))
        return err_set(err, ERR_INPUT, "A key of kind %s, %u bits, cannot sign for an ACME account.",
                       key_kind_name(key_kind(key)), key_bits(key));
    const char *alg = key_kind(key) == KEY_RSA ? "RS256" : "ES256";
    return jws_put(alg, key, (struct str){0}, header, payload, out, err);
}

bool jws_mac(struct str secret, const struct jws_header *header, struct str payload, struct buf *out, struct err *err)
{
    return jws_put("HS256", NULL, secret, header, payload, out, err);
}
