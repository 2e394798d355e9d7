/*
 * What a browser sends of passkeys: client data, authenticator data, keys in COSE, items of CBOR. Any bytes give a
 * passkey or a reason to refuse it; what was taken is canonical, so that it is read again as the same.
 */
#include <stdlib.h>

#include "crypto/digest.h"
#include "crypto/passkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void read_challenge(struct str text)
{
    struct buf challenge;
    struct err err = {0};
    buf_init(&challenge, PASSKEY_CLIENT_DATA_SIZE_MAX);
    if (!passkey_challenge(text, &challenge, &err))
        must(err.text[0]);
    buf_fini(&challenge);
}

static void read_key(struct str bytes)
{
    enum cose_algorithm algorithm, again;
    size_t size, size_again;
    struct err err = {0};
    if (!cose_key_read(bytes, &algorithm, &size, &err)) {
        must(err.code == ERR_INPUT);
        return;
    }
    must(size <= bytes.size && cose_item_size(bytes) == size);
    must(cose_key_read(str_part(bytes, 0, size), &again, &size_again, NULL) && again == algorithm &&
         size_again == size);
    must(!cose_verify(str_part(bytes, 0, size), STR("data"), str_after(bytes, size), &err));
}

/* The client data is right; behind the head, whose digest is put right, everything is the input's. */
static void read_authenticator_data(struct str bytes)
{
    static const char client_data[] =
        "{\"type\":\"webauthn.create\",\"challenge\":\"Y2hhbGxlbmdl\",\"origin\":\"http://localhost\"}";
    const struct passkey_expected expected = {
        .challenge = STR("challenge"), .origin = STR("http://localhost"), .rp_id = STR("localhost")};
    struct passkey_credential credential;
    uint8_t digest[DIGEST_SHA256_SIZE];
    struct buf text;
    uint32_t count;
    struct err err = {0};
    buf_init(&text, 1 << 20);
    must(digest_sha256(expected.rp_id, digest, NULL) && buf_put(&text, digest, sizeof digest) &&
         buf_put_str(&text, bytes));
    if (passkey_register(&expected, STR(client_data), buf_str(&text), &credential, &err))
        must(credential.id_size > 0 && credential.key_size > 0 &&
             !passkey_verify(&expected, &credential, STR(client_data), buf_str(&text), bytes, &count, &err));
    else
        must(err.text[0]);
    buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 1 << 16)
        return 0;
    struct str input = str_make(data + 1, size - 1);
    switch (data[0] % 4) {
    case 0: read_challenge(input); break;
    case 1: read_key(input); break;
    case 2: read_authenticator_data(input); break;
    default: must(cose_item_size(input) <= input.size); break;
    }
    return 0;
}
