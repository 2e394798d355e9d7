/*
 * An authenticator in software: makes a passkey of any kind that is taken, and answers as a browser would. What it
 * writes can be made wrong in every part.
 */
#ifndef TESTS_LIB_TEST_PASSKEY_H
#define TESTS_LIB_TEST_PASSKEY_H

#include "base/buf.h"
#include "crypto/cose.h"

struct test_passkey;

struct test_passkey *test_passkey_new(enum cose_algorithm algorithm);
void test_passkey_free(struct test_passkey *passkey);
/* Appends the public key as COSE. */
void test_passkey_put_key(const struct test_passkey *passkey, struct buf *out);
/* Appends the head of authenticator data. */
void test_passkey_put_head(struct str rp_id, uint8_t flags, uint32_t sign_count, struct buf *out);
/* Appends authenticator data of a new passkey with this credential id. */
void test_passkey_put_new(const struct test_passkey *passkey, struct str rp_id, uint8_t flags, uint32_t sign_count,
                          struct str id, struct buf *out);
/* Appends client data as Chromium writes it. */
void test_passkey_put_client(const char *type, struct str challenge, const char *origin, struct buf *out);
/* Appends the signature over authenticator data and client data. */
void test_passkey_sign(const struct test_passkey *passkey, struct str authenticator_data, struct str client_data,
                       struct buf *out);

#endif
