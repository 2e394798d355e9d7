/*
 * PKCS#12 (RFC 7292): taken apart here and not by the library's PKCS12_parse, which takes one key, drops what does not
 * belong to it, and hashes the passphrase as often as the file says.
 *
 *     PFX ── MAC over all of it, by the passphrase
 *      └─ safe ── encrypted, usually: certificate bags
 *      └─ safe ── plain: key bags, encrypted one by one ("shrouded")
 */
#include <openssl/err.h>

#include "crypto/cert_pile.h"

/* One key, its chain, and what some programs add. */
#define BAGS_COUNT_MAX 64

/* A file being taken apart: plain data, that outlives the library which made it. */
struct parts {
    struct unlock *unlock;
    struct str passphrase; /* data NULL: there is none, which is not the same as an empty one */
    STACK_OF(PKCS12_SAFEBAG) * bags;
    PKCS8_PRIV_KEY_INFO *keys[CERT_PILE_KEYS_COUNT_MAX];
    size_t keys_count;
    bool too_many;
};

static void free_keys(struct parts *parts)
{
    for (size_t i = 0; i < parts->keys_count; i++)
        PKCS8_PRIV_KEY_INFO_free(parts->keys[i]);
    parts->keys_count = 0;
}

static void parts_fini(struct parts *parts)
{
    free_keys(parts);
    sk_PKCS12_SAFEBAG_pop_free(parts->bags, PKCS12_SAFEBAG_free);
    parts->bags = NULL;
}

static bool opens(PKCS12 *pkcs12, struct str passphrase)
{
    return PKCS12_verify_mac(pkcs12, passphrase.data, (int)passphrase.size) == 1;
}

static enum key_fault why_closed(const struct parts *parts)
{
    enum key_fault why = unlock_why();
    return why == KEY_FAULT_PASSPHRASE && !parts->unlock->passphrase.data ? KEY_FAULT_ENCRYPTED : why;
}

/* By the MAC. Files without a passphrase were made with none, or with an empty one. */
static enum key_fault find_passphrase(PKCS12 *pkcs12, struct parts *parts)
{
    const X509_ALGOR *algorithm;
    const ASN1_INTEGER *rounds;
    const struct str none = {NULL, 0};
    parts->passphrase = parts->unlock->passphrase;
    if (!PKCS12_mac_present(pkcs12))
        return KEY_FAULT_NONE;
    PKCS12_get0_mac(NULL, &algorithm, NULL, &rounds, pkcs12);
    if (!unlock_can_afford_rounds(parts->unlock, rounds) ||
        (OBJ_obj2nid(algorithm->algorithm) == NID_pbmac1 && !unlock_can_afford(parts->unlock, algorithm)))
        return KEY_FAULT_COSTLY;
    ERR_clear_error();
    if (parts->passphrase.data)
        return opens(pkcs12, parts->passphrase) ? KEY_FAULT_NONE : unlock_why();
    if (opens(pkcs12, none))
        return KEY_FAULT_NONE;
    parts->passphrase = STR("");
    if (opens(pkcs12, parts->passphrase))
        return KEY_FAULT_NONE;
    return why_closed(parts);
}

static bool keep_bags(struct parts *parts, STACK_OF(PKCS12_SAFEBAG) * take_bags)
{
    PKCS12_SAFEBAG *bag;
    while ((bag = sk_PKCS12_SAFEBAG_shift(take_bags)) != NULL) {
        parts->too_many = parts->too_many || sk_PKCS12_SAFEBAG_num(parts->bags) >= BAGS_COUNT_MAX;
        if (parts->too_many || sk_PKCS12_SAFEBAG_push(parts->bags, bag) <= 0) {
            PKCS12_SAFEBAG_free(bag);
            break;
        }
    }
    bool all = sk_PKCS12_SAFEBAG_num(take_bags) <= 0 && !bag;
    sk_PKCS12_SAFEBAG_pop_free(take_bags, PKCS12_SAFEBAG_free);
    return all;
}

static enum key_fault open_encrypted(struct parts *parts, PKCS7 *safe)
{
    const PKCS7_ENC_CONTENT *content = safe->d.encrypted ? safe->d.encrypted->enc_data : NULL;
    if (!content || !content->enc_data)
        return KEY_FAULT_UNREADABLE;
    if (!unlock_can_afford(parts->unlock, content->algorithm))
        return KEY_FAULT_COSTLY;
    ERR_clear_error();
    STACK_OF(PKCS12_SAFEBAG) *bags = PKCS12_unpack_p7encdata(safe, parts->passphrase.data, (int)parts->passphrase.size);
    if (!bags)
        return why_closed(parts);
    return keep_bags(parts, bags) ? KEY_FAULT_NONE : KEY_FAULT_MEMORY;
}

static enum key_fault open_safe(struct parts *parts, PKCS7 *safe)
{
    if (PKCS7_type_is_encrypted(safe))
        return open_encrypted(parts, safe);
    if (!PKCS7_type_is_data(safe))
        return KEY_FAULT_NONE; /* for the holder of another key */
    STACK_OF(PKCS12_SAFEBAG) *bags = PKCS12_unpack_p7data(safe);
    if (!bags)
        return KEY_FAULT_UNREADABLE;
    return keep_bags(parts, bags) ? KEY_FAULT_NONE : KEY_FAULT_MEMORY;
}

static enum key_fault open_safes(struct parts *parts, PKCS12 *pkcs12)
{
    STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(pkcs12);
    enum key_fault fault = safes ? KEY_FAULT_NONE : KEY_FAULT_UNREADABLE;
    for (int i = 0; fault == KEY_FAULT_NONE && i < sk_PKCS7_num(safes); i++)
        fault = open_safe(parts, sk_PKCS7_value(safes, i));
    sk_PKCS7_pop_free(safes, PKCS7_free);
    return fault;
}

static enum key_fault open_shroud(struct parts *parts, const PKCS12_SAFEBAG *bag)
{
    const X509_ALGOR *algorithm;
    const X509_SIG *sealed = PKCS12_SAFEBAG_get0_pkcs8(bag);
    if (!sealed)
        return KEY_FAULT_UNREADABLE;
    X509_SIG_get0(sealed, &algorithm, NULL);
    if (!unlock_can_afford(parts->unlock, algorithm))
        return KEY_FAULT_COSTLY;
    if (parts->keys_count == CERT_PILE_KEYS_COUNT_MAX) {
        parts->too_many = true;
        return KEY_FAULT_NONE;
    }
    ERR_clear_error();
    PKCS8_PRIV_KEY_INFO *plain = PKCS12_decrypt_skey(bag, parts->passphrase.data, (int)parts->passphrase.size);
    if (!plain)
        return why_closed(parts);
    parts->keys[parts->keys_count++] = plain;
    return KEY_FAULT_NONE;
}

static enum key_fault open_shrouds(struct parts *parts)
{
    enum key_fault fault = KEY_FAULT_NONE;
    for (int i = 0; fault == KEY_FAULT_NONE && i < sk_PKCS12_SAFEBAG_num(parts->bags); i++) {
        const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(parts->bags, i);
        if (PKCS12_SAFEBAG_get_nid(bag) == NID_pkcs8ShroudedKeyBag)
            fault = open_shroud(parts, bag);
    }
    return fault;
}

/* All that needs the passphrase, with the ciphers that the library has now. */
static enum key_fault open_all(struct parts *parts, PKCS12 *pkcs12)
{
    parts_fini(parts);
    parts->bags = sk_PKCS12_SAFEBAG_new_null();
    if (!parts->bags)
        return KEY_FAULT_MEMORY;
    enum key_fault fault = find_passphrase(pkcs12, parts);
    if (fault == KEY_FAULT_NONE)
        fault = open_safes(parts, pkcs12);
    return fault == KEY_FAULT_NONE ? open_shrouds(parts) : fault;
}

static enum cert_fault take_key(struct cert_pile *pile, const PKCS8_PRIV_KEY_INFO *plain)
{
    EVP_PKEY *pkey = plain ? EVP_PKCS82PKEY(plain) : NULL;
    return pkey ? cert_pile_take_key(pile, pkey) : cert_pile_note_key(pile, KEY_FAULT_UNREADABLE);
}

static enum cert_fault take_bag(struct cert_pile *pile, const PKCS12_SAFEBAG *bag)
{
    int kind = PKCS12_SAFEBAG_get_nid(bag);
    if (kind == NID_keyBag)
        return take_key(pile, PKCS12_SAFEBAG_get0_p8inf(bag));
    if (kind != NID_certBag || PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate)
        return CERT_FAULT_NONE;
    X509 *x509 = PKCS12_SAFEBAG_get1_cert(bag);
    return x509 ? cert_pile_take_cert(pile, x509) : CERT_FAULT_UNREADABLE;
}

static enum cert_fault take_parts(struct cert_pile *pile, const struct parts *parts)
{
    enum cert_fault fault = CERT_FAULT_NONE;
    for (int i = 0; fault == CERT_FAULT_NONE && i < sk_PKCS12_SAFEBAG_num(parts->bags); i++)
        fault = take_bag(pile, sk_PKCS12_SAFEBAG_value(parts->bags, i));
    for (size_t i = 0; fault == CERT_FAULT_NONE && i < parts->keys_count; i++)
        fault = take_key(pile, parts->keys[i]);
    return fault;
}

enum cert_fault cert_pile_add_pkcs12(struct cert_pile *pile, PKCS12 *pkcs12)
{
    struct parts parts = {.unlock = &pile->unlock};
    struct unlock_old old;
    enum key_fault fault = open_all(&parts, pkcs12);
    if (fault == KEY_FAULT_OLD_CIPHER && unlock_old_enter(&old)) {
        fault = open_all(&parts, pkcs12);
        unlock_old_leave(&old);
    }
    enum cert_fault result;
    if (parts.too_many)
        result = CERT_FAULT_TOO_MANY;
    else if (fault == KEY_FAULT_UNREADABLE)
        result = CERT_FAULT_UNREADABLE;
    else if (fault != KEY_FAULT_NONE)
        result = cert_pile_refusal(fault);
    else
        result = take_parts(pile, &parts);
    parts_fini(&parts);
    ERR_clear_error();
    return result;
}
