/* Two certificates by libcrypto's builder, RFC 5280 profiles: a root that may only sign leaves, and leaves for servers.
 */
#include "crypto/localca.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "crypto/alt_names.h"
#include "crypto/key.h"
#include "crypto/x509_make.h"

#define DAY_S 86400

static bool fail(struct err *err, const char *what)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    (void)err_set(err, ERR_SYSTEM, "%s: %s.", what, why ? why : "no reason given");
    ERR_clear_error();
    return false;
}

static bool pem_append(X509 *x509, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    bool ok = bio && PEM_write_bio_X509(bio, x509) == 1;
    long size = ok ? BIO_get_mem_data(bio, &data) : 0;
    ok = ok && buf_put(out, data, (size_t)size);
    BIO_free(bio);
    return ok;
}

/* "Strictgate local CA HOSTNAME YYYY-MM-DD"; a long host name is cut so that it all fits. */
static bool root_name_set(X509 *root, struct str hostname, int64_t now_s)
{
    static const struct str before = STR_INIT("Strictgate local CA ");
    char text[X509_MAKE_COMMON_NAME_SIZE_MAX + 1], date[sizeof " YYYY-MM-DD"];
    struct tm tm;
    time_t now = (time_t)now_s;
    if (!gmtime_r(&now, &tm) || strftime(date, sizeof date, " %Y-%m-%d", &tm) == 0)
        return false;
    size_t size_max = X509_MAKE_COMMON_NAME_SIZE_MAX - before.size - (sizeof date - 1);
    hostname = str_part(hostname, 0, size_max);
    struct buf name;
    buf_init(&name, sizeof text);
    bool ok = buf_put_str(&name, before) && buf_put_str(&name, hostname) && buf_put_str(&name, str_from(date)) &&
              x509_make_common_name(X509_get_subject_name(root), buf_str(&name));
    buf_fini(&name);
    return ok && X509_set_issuer_name(root, X509_get_subject_name(root)) == 1;
}

static bool root_build(X509 *root, const struct key *key, struct str hostname, int64_t now_s)
{
    static const int usages[] = {5 /* keyCertSign */, 6 /* cRLSign */};
    return root_name_set(root, hostname, now_s) && x509_make_basic_constraints(root, true) &&
           x509_make_key_usage(root, usages, sizeof usages / sizeof *usages) &&
           x509_make_key_identifier(root, root, NID_subject_key_identifier, "hash") &&
           X509_sign(root, key_handle(key), EVP_sha256()) > 0;
}

bool localca_make_root(struct str hostname, int64_t now_s, struct buf *cert_pem, struct buf *key_pem, struct err *err)
{
    struct key *key = key_generate(KEY_ECDSA, err);
    if (!key)
        return false;
    int64_t from_s = now_s - LOCALCA_BACKDATE_S;
    X509 *root = x509_make(key, from_s, from_s + (int64_t)LOCALCA_ROOT_DAYS * DAY_S);
    bool ok = root && root_build(root, key, hostname, now_s);
    if (!ok)
        (void)fail(err, "The local CA's root cannot be made");
    else if (!pem_append(root, cert_pem))
        ok = err_memory(err);
    else
        ok = key_to_pem(key, key_pem, err);
    X509_free(root);
    key_free(key);
    return ok;
}

static bool leaf_build(X509 *leaf, X509 *root, const struct key *root_key, const struct str *names, size_t count)
{
    static const int usages[] = {0 /* digitalSignature */};
    /* The first name for readers of subjects; RFC 5280 section 4.2.1.6 wants the SAN critical when there is no subject.
     */
    bool has_subject = names[0].size <= X509_MAKE_COMMON_NAME_SIZE_MAX;
    return (!has_subject || x509_make_common_name(X509_get_subject_name(leaf), names[0])) &&
           X509_set_issuer_name(leaf, X509_get_subject_name(root)) == 1 && x509_make_basic_constraints(leaf, false) &&
           x509_make_key_usage(leaf, usages, sizeof usages / sizeof *usages) && x509_make_server_auth(leaf) &&
           x509_make_key_identifier(leaf, root, NID_subject_key_identifier, "hash") &&
           x509_make_key_identifier(leaf, root, NID_authority_key_identifier, "keyid:always") &&
           x509_make_alt_names(leaf, names, count, !has_subject) &&
           X509_sign(leaf, key_handle(root_key), EVP_sha256()) > 0;
}

static bool names_check(const struct str *names, size_t count, struct err *err)
{
    if (count == 0 || count > LOCALCA_NAMES_COUNT_MAX)
        return err_set(err, ERR_INPUT, "A certificate has 1 to %d names, not %zu.", LOCALCA_NAMES_COUNT_MAX, count);
    for (size_t i = 0; i < count; i++)
        if (!alt_name_is_valid(names[i]))
            return err_set(err, ERR_INPUT, "\"%.*s\" is neither a host name nor an IP address.", STR_ARG(names[i]));
    return true;
}

static X509 *root_load(struct str pem)
{
    BIO *bio = pem.size && pem.size < INT32_MAX ? BIO_new_mem_buf(pem.data, (int)pem.size) : NULL;
    X509 *root = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return root;
}

/* Seconds since 1970 at which the root ends, or false when it cannot sign at `now_s`. */
static bool root_check(X509 *root, const struct key *root_key, int64_t now_s, int64_t *ret_not_after_s, struct err *err)
{
    struct tm tm;
    if (X509_check_ca(root) != 1 || X509_check_private_key(root, key_handle(root_key)) != 1)
        return err_set(err, ERR_INPUT, "The local CA's root and key do not belong together.");
    if (ASN1_TIME_to_tm(X509_get0_notAfter(root), &tm) != 1)
        return err_set(err, ERR_INPUT, "The local CA's root is damaged.");
    *ret_not_after_s = timegm(&tm);
    if (*ret_not_after_s <= now_s) {
        (void)err_set(err, ERR_INPUT, "The local CA's root has expired.");
        return err_fix(err, "Remove it, so that a new one is made, and have it trusted anew.");
    }
    return true;
}

static bool leaf_issue(X509 *root, const struct key *root_key, const struct str *names, size_t count, int64_t now_s,
                       struct buf *cert_pem, struct buf *key_pem, struct err *err)
{
    int64_t root_end_s = 0;
    if (!root_check(root, root_key, now_s, &root_end_s, err))
        return false;
    struct key *key = key_generate(KEY_ECDSA, err);
    if (!key)
        return false;
    int64_t from_s = now_s - LOCALCA_BACKDATE_S, to_s = from_s + (int64_t)LOCALCA_LEAF_DAYS * DAY_S;
    X509 *leaf = x509_make(key, from_s, to_s < root_end_s ? to_s : root_end_s);
    bool ok = leaf && leaf_build(leaf, root, root_key, names, count);
    if (!ok)
        (void)fail(err, "The local CA cannot issue the certificate");
    else if (!pem_append(leaf, cert_pem))
        ok = err_memory(err);
    else
        ok = key_to_pem(key, key_pem, err);
    X509_free(leaf);
    key_free(key);
    return ok;
}

bool localca_issue(struct str root_pem, struct str root_key_pem, const struct str *names, size_t names_count,
                   int64_t now_s, struct buf *cert_pem, struct buf *key_pem, struct err *err)
{
    if (!names_check(names, names_count, err))
        return false;
    X509 *root = root_load(root_pem);
    if (!root) {
        ERR_clear_error();
        return err_set(err, ERR_INPUT, "The local CA's root does not load.");
    }
    struct key *root_key = key_load(root_key_pem, NULL, err);
    bool ok = root_key ? leaf_issue(root, root_key, names, names_count, now_s, cert_pem, key_pem, err)
                       : err_context(err, "the local CA's key");
    ERR_clear_error();
    key_free(root_key);
    X509_free(root);
    return ok;
}
