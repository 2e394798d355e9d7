#include "check.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "crypto/cert.h"
#include "crypto/localca.h"

#define PEM_SIZE_MAX 65536
#define NOW_S        1768478400 /* 2026-01-15 12:00:00 UTC */
#define DAY_S        86400

struct root {
    struct buf cert, key;
};

static struct root root_make(struct str hostname, int64_t now_s)
{
    struct root root;
    buf_init(&root.cert, PEM_SIZE_MAX);
    buf_init(&root.key, PEM_SIZE_MAX);
    struct err err = {0};
    assert_true(localca_make_root(hostname, now_s, &root.cert, &root.key, &err));
    return root;
}

static void root_free(struct root *root)
{
    buf_fini(&root->cert);
    key_wipe(&root->key);
}

static X509 *x509_of(struct str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(x509);
    return x509;
}

/* What the library, as a client would, says to the leaf for this host at this time. */
static int verified(struct str root_pem, struct str leaf_pem, const char *host, const char *address, int64_t now_s)
{
    X509 *root = x509_of(root_pem), *leaf = x509_of(leaf_pem);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    assert_int_equal(X509_STORE_add_cert(store, root), 1);
    assert_int_equal(X509_STORE_CTX_init(context, store, leaf, NULL), 1);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, (time_t)now_s);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (host)
        X509_VERIFY_PARAM_set1_host(param, host, 0);
    if (address)
        X509_VERIFY_PARAM_set1_ip_asc(param, address);
    (void)X509_verify_cert(context);
    int result = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    X509_free(root);
    X509_free(leaf);
    return result;
}

static void the_root_is_what_it_should_be(void **state)
{
    (void)state;
    struct root root = root_make(STR("box.lan"), NOW_S);
    struct cert *cert = cert_load(buf_str(&root.cert), buf_str(&root.key), NULL, NULL);
    assert_non_null(cert);
    assert_str(cert_subject(cert), STR("CN=Strictgate local CA box.lan 2026-01-15"));
    assert_str(cert_issuer(cert), cert_subject(cert));
    assert_int_equal(cert_not_before_s(cert), NOW_S - LOCALCA_BACKDATE_S);
    assert_int_equal(cert_not_after_s(cert) - cert_not_before_s(cert), (int64_t)LOCALCA_ROOT_DAYS * DAY_S);
    assert_int_equal(key_kind(cert_key(cert)), KEY_ECDSA);
    assert_int_equal(key_bits(cert_key(cert)), 256);
    X509 *x509 = x509_of(buf_str(&root.cert));
    assert_int_equal(X509_check_ca(x509), 1);
    assert_int_equal(X509_get_pathlen(x509), 0);
    assert_int_equal(X509_get_key_usage(x509), KU_KEY_CERT_SIGN | KU_CRL_SIGN);
    X509_free(x509);
    cert_free(cert);
    root_free(&root);
}

static void a_long_host_name_is_cut(void **state)
{
    (void)state;
    struct root root = root_make(STR("a-very-long-host-name.of-a-very-long-domain.example.internal"), NOW_S);
    struct cert *cert = cert_load(buf_str(&root.cert), buf_str(&root.key), NULL, NULL);
    assert_int_equal(cert_subject(cert).size, 3 + 64);
    assert_true(str_ends(cert_subject(cert), STR(" 2026-01-15")));
    cert_free(cert);
    root_free(&root);
}

static void a_leaf_is_taken_by_who_trusts_the_root(void **state)
{
    (void)state;
    struct root root = root_make(STR("box"), NOW_S), other = root_make(STR("box"), NOW_S);
    const struct str names[] = {STR("app.test"), STR("*.app.test"), STR("192.0.2.1"), STR("[2001:db8::5]"), STR("box")};
    struct buf leaf, key;
    buf_init(&leaf, PEM_SIZE_MAX);
    buf_init(&key, PEM_SIZE_MAX);
    struct err err = {0};
    assert_true(localca_issue(buf_str(&root.cert), buf_str(&root.key), names, 5, NOW_S, &leaf, &key, &err));
    struct str trusted = buf_str(&root.cert), pem = buf_str(&leaf);
    const struct {
        const char *host, *address;
        int64_t now_s;
        int result;
    } cases[] = {
        {"app.test", NULL, NOW_S, X509_V_OK},
        {"a.app.test", NULL, NOW_S, X509_V_OK},
        {"box", NULL, NOW_S, X509_V_OK},
        {NULL, "192.0.2.1", NOW_S, X509_V_OK},
        {NULL, "2001:db8::5", NOW_S, X509_V_OK},
        {"other.test", NULL, NOW_S, X509_V_ERR_HOSTNAME_MISMATCH},
        {NULL, "192.0.2.2", NOW_S, X509_V_ERR_IP_ADDRESS_MISMATCH},
        {"app.test", NULL, NOW_S - LOCALCA_BACKDATE_S + 1, X509_V_OK},
        {"app.test", NULL, NOW_S - LOCALCA_BACKDATE_S - DAY_S, X509_V_ERR_CERT_NOT_YET_VALID},
        {"app.test", NULL, NOW_S + (int64_t)LOCALCA_LEAF_DAYS * DAY_S, X509_V_ERR_CERT_HAS_EXPIRED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(verified(trusted, pem, cases[i].host, cases[i].address, cases[i].now_s), cases[i].result);
    assert_int_not_equal(verified(buf_str(&other.cert), pem, "app.test", NULL, NOW_S), X509_V_OK);

    struct cert *cert = cert_load(pem, buf_str(&key), NULL, &err);
    assert_non_null(cert);
    assert_int_equal(cert_check(cert, names, 5, NOW_S), 0);
    assert_int_equal(cert_not_after_s(cert) - cert_not_before_s(cert), (int64_t)LOCALCA_LEAF_DAYS * DAY_S);
    cert_free(cert);
    buf_fini(&leaf);
    key_wipe(&key);
    root_free(&root);
    root_free(&other);
}

static void a_leaf_never_outlives_its_root(void **state)
{
    (void)state;
    const int64_t late_s = NOW_S + (int64_t)(LOCALCA_ROOT_DAYS - 10) * DAY_S;
    struct root root = root_make(STR("box"), NOW_S);
    const struct str name = STR("app.test");
    struct buf leaf, key;
    buf_init(&leaf, PEM_SIZE_MAX);
    buf_init(&key, PEM_SIZE_MAX);
    struct err err = {0};
    assert_true(localca_issue(buf_str(&root.cert), buf_str(&root.key), &name, 1, late_s, &leaf, &key, &err));
    struct cert *cert = cert_load(buf_str(&leaf), buf_str(&key), NULL, NULL);
    assert_int_equal(cert_not_after_s(cert), NOW_S - LOCALCA_BACKDATE_S + (int64_t)LOCALCA_ROOT_DAYS * DAY_S);
    cert_free(cert);
    assert_false(
        localca_issue(buf_str(&root.cert), buf_str(&root.key), &name, 1, late_s + 11 * DAY_S, &leaf, &key, &err));
    assert_int_equal(err.code, ERR_INPUT);
    buf_fini(&leaf);
    key_wipe(&key);
    root_free(&root);
}

static void what_makes_no_certificate_is_refused(void **state)
{
    (void)state;
    struct root root = root_make(STR("box"), NOW_S), other = root_make(STR("box"), NOW_S);
    struct str many[LOCALCA_NAMES_COUNT_MAX + 1], good = STR("app.test");
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        many[i] = good;
    const struct str bad[] = {STR(""),           STR("a b"),     STR("a..b"),  STR("http://a.test"),
                              STR("a.test:443"), STR("a,DNS:b"), STR("*.*.a"), STR(".a"),
                              STR("*"),          STR("a\0b")};
    struct buf leaf, key;
    buf_init(&leaf, PEM_SIZE_MAX);
    buf_init(&key, PEM_SIZE_MAX);
    struct str cert_pem = buf_str(&root.cert), key_pem = buf_str(&root.key);
    struct err err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(localca_issue(cert_pem, key_pem, &bad[i], 1, NOW_S, &leaf, &key, &err));
    assert_false(localca_issue(cert_pem, key_pem, many, 0, NOW_S, &leaf, &key, &err));
    assert_false(localca_issue(cert_pem, key_pem, many, LOCALCA_NAMES_COUNT_MAX + 1, NOW_S, &leaf, &key, &err));
    assert_false(localca_issue(STR(""), key_pem, &good, 1, NOW_S, &leaf, &key, &err));
    assert_false(localca_issue(STR("junk"), key_pem, &good, 1, NOW_S, &leaf, &key, &err));
    assert_false(localca_issue(cert_pem, STR("junk"), &good, 1, NOW_S, &leaf, &key, &err));
    assert_false(localca_issue(cert_pem, buf_str(&other.key), &good, 1, NOW_S, &leaf, &key, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_int_equal(leaf.size, 0);
    assert_int_equal(key.size, 0);
    buf_fini(&leaf);
    buf_fini(&key);
    root_free(&root);
    root_free(&other);
}

static void a_leaf_with_a_long_first_name_has_no_subject(void **state)
{
    (void)state;
    struct root root = root_make(STR("box"), NOW_S);
    const struct str name = STR("a-name-of-more-than-sixty-four-characters.in-a-domain.that-is.long.test");
    struct buf leaf, key;
    buf_init(&leaf, PEM_SIZE_MAX);
    buf_init(&key, PEM_SIZE_MAX);
    assert_true(localca_issue(buf_str(&root.cert), buf_str(&root.key), &name, 1, NOW_S, &leaf, &key, NULL));
    assert_int_equal(verified(buf_str(&root.cert), buf_str(&leaf), name.data, NULL, NOW_S), X509_V_OK);
    struct cert *cert = cert_load(buf_str(&leaf), buf_str(&key), NULL, NULL);
    assert_str(cert_subject(cert), STR(""));
    cert_free(cert);
    buf_fini(&leaf);
    buf_fini(&key);
    root_free(&root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_root_is_what_it_should_be),
        cmocka_unit_test(a_long_host_name_is_cut),
        cmocka_unit_test(a_leaf_is_taken_by_who_trusts_the_root),
        cmocka_unit_test(a_leaf_never_outlives_its_root),
        cmocka_unit_test(what_makes_no_certificate_is_refused),
        cmocka_unit_test(a_leaf_with_a_long_first_name_has_no_subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
