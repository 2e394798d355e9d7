/*
 * A throw-away authority for tests: certificates of every kind and fault, made in memory, on the test's own clock. Any
 * failure inside ends the test. Built with the OpenSSL library; link test_ca_dep.
 */
#ifndef TESTS_LIB_TEST_CA_H
#define TESTS_LIB_TEST_CA_H

#include "base/buf.h"

/* 2026-01-15 12:00:00 UTC: what the tests take for now when they do not ask the clock. */
#define TEST_CA_NOW_S 1768478400

struct test_ca;

enum test_ca_kind { TEST_CA_P256, TEST_CA_P384, TEST_CA_P521, TEST_CA_RSA2048, TEST_CA_RSA1024, TEST_CA_ED25519 };

/* How a leaf is to be; zeroes are what a good one has. */
struct test_ca_leaf {
    const char *const *names; /* DNS names or IP addresses as text, ended by NULL */
    enum test_ca_kind kind;
    int64_t not_before_s; /* 0: an hour before TEST_CA_NOW_S */
    int64_t not_after_s;  /* 0: in 2100, so that real clocks take it too */
    bool self_signed;
    bool from_root;         /* issued by the root itself, so that the chain is the leaf alone */
    bool sha1;              /* signed with SHA-1 */
    const char *key_of;     /* NULL: a new key; else this PEM key is used */
    const char *usage;      /* extended key usage; NULL: "serverAuth", empty: none */
    const char *issuer_url; /* caIssuers, where its issuer is said to lie; NULL: none */
    bool is_authority;
    bool no_names; /* the first of `names` is its common name only */
};

/* What it makes, as PEM. Wiped away by test_ca_made_free. */
struct test_ca_made {
    struct buf leaf;
    struct buf key;   /* PKCS#8 */
    struct buf chain; /* leaf and intermediate (the leaf alone without one) */
};

/* A root and an intermediate, both P-256. */
struct test_ca *test_ca_new(void);
void test_ca_free(struct test_ca *ca);
struct str test_ca_root_pem(const struct test_ca *ca);
struct str test_ca_intermediate_pem(const struct test_ca *ca);
struct test_ca_made test_ca_make(struct test_ca *ca, const struct test_ca_leaf *leaf);
/* A good leaf of this kind for one name. */
struct test_ca_made test_ca_make_for(struct test_ca *ca, const char *name, enum test_ca_kind kind);
void test_ca_made_free(struct test_ca_made *made);

#endif
