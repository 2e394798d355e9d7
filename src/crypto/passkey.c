/*
 * Authenticator data (WebAuthn level 2 section 6.1) is a fixed head, then what its flags say:
 *
 *     SHA-256 of the rp id (32) │ flags (1) │ sign count (4) │ [ AAGUID (16) │ size (2) │ id │ COSE key ] │ [ CBOR map
 * ] └───── attested: a new one ────────────┘   extensions
 */
#include "crypto/passkey.h"

#include "codec/base64.h"
#include "codec/json.h"
#include "crypto/digest.h"
#include "crypto/mac.h"

#define HEAD_SIZE     37
#define AAGUID_SIZE   16
#define CBOR_MAP_MARK 0xa0 /* in the top three bits of a map's head */

enum flag { FLAG_PRESENT = 1, FLAG_VERIFIED = 4, FLAG_ATTESTED = 64, FLAG_EXTENSIONS = 128 };

/* What a browser says it was asked, and by which page. */
struct client_data {
    struct str type, challenge, origin;
    bool cross_origin;
};

/* The members that matter; others may be there (section 5.8.1). The views live as long as *ret_json. */
static bool read_client_data(struct str text, json_t **ret_json, struct client_data *ret, struct err *err)
{
    struct json_read read;
    struct client_data data = {.cross_origin = false};
    json_t *json;
    if (text.size > PASSKEY_CLIENT_DATA_SIZE_MAX)
        return err_field(err, "client_data", "it is longer than %d bytes", PASSKEY_CLIENT_DATA_SIZE_MAX);
    if (!json_parse(text, &json, NULL))
        return err_field(err, "client_data", "it is no JSON");
    json_read_begin(&read, "client_data", json, err);
    json_read_string(&read, "type", JSON_REQUIRED, 64, &data.type);
    json_read_string(&read, "challenge", JSON_REQUIRED, PASSKEY_CLIENT_DATA_SIZE_MAX, &data.challenge);
    json_read_string(&read, "origin", JSON_REQUIRED, PASSKEY_CLIENT_DATA_SIZE_MAX, &data.origin);
    json_read_bool(&read, "crossOrigin", JSON_OPTIONAL, &data.cross_origin);
    if (read.failed) {
        json_decref(json);
        return false;
    }
    *ret_json = json;
    *ret = data;
    return true;
}

bool passkey_challenge(struct str client_data, struct buf *out, struct err *err)
{
    struct client_data data;
    json_t *json;
    if (!read_client_data(client_data, &json, &data, err))
        return false;
    bool fine = base64_decode(BASE64_URL, data.challenge, out);
    json_decref(json);
    return fine || err_field(err, "client_data.challenge", "it is not Base64url");
}

static bool same_bytes(struct str a, struct str b)
{
    return a.size == b.size && mac_equal((const uint8_t *)a.data, (const uint8_t *)b.data, a.size);
}

static bool is_challenge(struct str text, struct str expected)
{
    struct buf bytes;
    buf_init(&bytes, PASSKEY_CLIENT_DATA_SIZE_MAX);
    bool same = base64_decode(BASE64_URL, text, &bytes) && bytes.size && same_bytes(buf_str(&bytes), expected);
    buf_fini(&bytes);
    return same;
}

static bool check_client_data(struct str text, struct str type, const struct passkey_expected *expected,
                              struct err *err)
{
    struct client_data data;
    json_t *json;
    if (!read_client_data(text, &json, &data, err))
        return false;
    bool fine = true;
    if (!str_eq(data.type, type))
        fine = err_set(err, ERR_DENIED, "this is not what a browser sends for \"%.*s\"", STR_ARG(type));
    else if (!is_challenge(data.challenge, expected->challenge))
        fine = err_set(err, ERR_DENIED, "the passkey answers to another question than was asked");
    else if (!str_eq(data.origin, expected->origin) || data.cross_origin)
        fine = err_set(err, ERR_DENIED, "the passkey was asked for by another page than the panel's");
    json_decref(json);
    return fine;
}

struct authenticator_data {
    uint8_t flags;
    uint32_t sign_count;
    struct str rest; /* behind the head */
};

static bool read_head(struct str bytes, const struct passkey_expected *expected, struct authenticator_data *ret,
                      struct err *err)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    if (bytes.size < HEAD_SIZE || bytes.size > PASSKEY_AUTHENTICATOR_DATA_SIZE_MAX)
        return err_field(err, "authenticator_data", "it has %zu bytes, which it never has", bytes.size);
    if (!digest_sha256(expected->rp_id, digest, err))
        return false;
    const uint8_t *at = (const uint8_t *)bytes.data + DIGEST_SHA256_SIZE;
    ret->flags = at[0];
    ret->sign_count = (uint32_t)at[1] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 8 | at[4];
    ret->rest = str_after(bytes, HEAD_SIZE);
    if (!mac_equal((const uint8_t *)bytes.data, digest, sizeof digest))
        return err_set(err, ERR_DENIED, "the passkey was made for another name than %.*s", STR_ARG(expected->rp_id));
    if (!(ret->flags & FLAG_PRESENT))
        return err_set(err, ERR_DENIED, "nobody touched the authenticator");
    if (expected->user_verified && !(ret->flags & FLAG_VERIFIED))
        return err_set(err, ERR_DENIED, "the authenticator asked for neither a PIN nor a finger");
    return true;
}

/* What is left is one map if the flags say so, and nothing otherwise. */
static bool check_extensions(uint8_t flags, struct str rest, struct err *err)
{
    bool has = flags & FLAG_EXTENSIONS;
    if (has ? rest.size && ((uint8_t)rest.data[0] & 0xe0) == CBOR_MAP_MARK && cose_item_size(rest) == rest.size
            : rest.size == 0)
        return true;
    return err_field(err, "authenticator_data", "what stands at its end is not what its flags say");
}

/* The credential's id, cut off the front. */
static bool take_id(struct str *rest, struct str *ret)
{
    if (rest->size < AAGUID_SIZE + 2)
        return false;
    const uint8_t *at = (const uint8_t *)rest->data + AAGUID_SIZE;
    size_t size = (size_t)at[0] << 8 | at[1];
    if (size == 0 || size > PASSKEY_ID_SIZE_MAX || rest->size - AAGUID_SIZE - 2 < size)
        return false;
    *ret = str_part(*rest, AAGUID_SIZE + 2, size);
    *rest = str_after(*rest, AAGUID_SIZE + 2 + size);
    return true;
}

static bool read_attested(const struct authenticator_data *data, struct passkey_credential *ret, struct err *err)
{
    struct str rest = data->rest, id;
    enum cose_algorithm algorithm;
    size_t key_size;
    if (!(data->flags & FLAG_ATTESTED) || !take_id(&rest, &id))
        return err_field(err, "authenticator_data", "there is no new passkey in it");
    if (!cose_key_read(rest, &algorithm, &key_size, err))
        return false;
    if (key_size > COSE_KEY_SIZE_MAX)
        return err_field(err, "authenticator_data", "its key is longer than %d bytes", COSE_KEY_SIZE_MAX);
    if (!check_extensions(data->flags, str_after(rest, key_size), err))
        return false;
    *ret = (struct passkey_credential){
        .id_size = id.size, .key_size = key_size, .algorithm = algorithm, .sign_count = data->sign_count};
    memcpy(ret->id, id.data, id.size);
    memcpy(ret->key, rest.data, key_size);
    return true;
}

bool passkey_register(const struct passkey_expected *expected, struct str client_data, struct str authenticator_data,
                      struct passkey_credential *ret, struct err *err)
{
    struct authenticator_data data = {.flags = 0};
    return check_client_data(client_data, STR("webauthn.create"), expected, err) &&
           read_head(authenticator_data, expected, &data, err) && read_attested(&data, ret, err);
}

/* The signature is over the authenticator data and the client data's digest (section 7.2, step 20). */
static bool check_signature(struct str key, struct str client_data, struct str authenticator_data, struct str signature,
                            struct err *err)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    struct buf text;
    if (signature.size == 0 || signature.size > PASSKEY_SIGNATURE_SIZE_MAX)
        return err_field(err, "signature", "it has %zu bytes, which it never has", signature.size);
    if (!digest_sha256(client_data, digest, err))
        return false;
    buf_init(&text, PASSKEY_AUTHENTICATOR_DATA_SIZE_MAX + sizeof digest);
    (void)buf_put_str(&text, authenticator_data);
    (void)buf_put(&text, digest, sizeof digest);
    bool fine = (buf_ok(&text) || err_memory(err)) && cose_verify(key, buf_str(&text), signature, err);
    buf_fini(&text);
    return fine;
}

bool passkey_verify(const struct passkey_expected *expected, const struct passkey_credential *credential,
                    struct str client_data, struct str authenticator_data, struct str signature,
                    uint32_t *ret_sign_count, struct err *err)
{
    struct authenticator_data data = {.flags = 0};
    if (!check_client_data(client_data, STR("webauthn.get"), expected, err) ||
        !read_head(authenticator_data, expected, &data, err))
        return false;
    if (data.flags & FLAG_ATTESTED)
        return err_field(err, "authenticator_data", "it is that of a new passkey");
    if (!check_extensions(data.flags, data.rest, err) ||
        !check_signature(str_make(credential->key, credential->key_size), client_data, authenticator_data, signature,
                         err))
        return false;
    /* Those that keep no count send 0, and so will forever (section 6.1.1). */
    if ((data.sign_count || credential->sign_count) && data.sign_count <= credential->sign_count) {
        (void)err_set(err, ERR_DENIED, "the passkey's count went back: somebody may have a copy of it");
        return err_fix(err, "remove this passkey and make a new one");
    }
    *ret_sign_count = data.sign_count;
    return true;
}
