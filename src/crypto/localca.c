/* Two certificates by libcrypto's builder, RFC 5280 profiles: a root that may only sign leaves, and leaves for servers.
 */
#include "crypto/localca.h"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "crypto/key.h"

#define DAY_S 86400
/* RFC 5280 section 4.1.2.2 allows 20 octets, positive; 127 random bits never meet twice. */
#define SERIAL_BITS 127
/* ub-common-name of RFC 5280 appendix A.1. */
#define COMMON_NAME_SIZE_MAX 64
#define HOST_NAME_SIZE_MAX   253

static bool fail(struct err *err, const char *what)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    (void)err_set(err, ERR_SYSTEM, "%s: %s.", what, why ? why : "no reason given");
    ERR_clear_error();
    return false;
}

static bool serial_set(X509 *x509)
{
    BIGNUM *number = BN_new();
    bool ok = number && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;
    BN_free(number);
    return ok;
}

static bool times_set(X509 *x509, int64_t from_s, int64_t to_s)
{
    return ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)from_s) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)to_s) != NULL;
}

static bool common_name_set(X509_NAME *name, struct str text)
{
    return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, (const unsigned char *)text.data,
                                      (int)text.size, -1, 0) == 1;
}

/* CA:TRUE with path length 0, or CA:FALSE. */
static bool basic_constraints_add(X509 *x509, bool is_ca)
{
    BASIC_CONSTRAINTS *value = BASIC_CONSTRAINTS_new();
    if (!value)
        return false;
    value->ca = is_ca ? 0xff : 0;
    if (is_ca)
        value->pathlen = ASN1_INTEGER_new();
    bool ok = (!is_ca || (value->pathlen && ASN1_INTEGER_set(value->pathlen, 0) == 1)) &&
              X509_add1_ext_i2d(x509, NID_basic_constraints, value, 1, X509V3_ADD_DEFAULT) == 1;
    BASIC_CONSTRAINTS_free(value);
    return ok;
}

static bool key_usage_add(X509 *x509, const int *bits, size_t count)
{
    ASN1_BIT_STRING *value = ASN1_BIT_STRING_new();
    bool ok = value != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = ASN1_BIT_STRING_set_bit(value, bits[i], 1) == 1;
    ok = ok && X509_add1_ext_i2d(x509, NID_key_usage, value, 1, X509V3_ADD_DEFAULT) == 1;
    ASN1_BIT_STRING_free(value);
    return ok;
}

static bool server_auth_add(X509 *x509)
{
    EXTENDED_KEY_USAGE *value = EXTENDED_KEY_USAGE_new();
    ASN1_OBJECT *purpose = OBJ_nid2obj(NID_server_auth); /* static: not to be freed */
    bool ok = value && sk_ASN1_OBJECT_push(value, purpose) > 0 &&
              X509_add1_ext_i2d(x509, NID_ext_key_usage, value, 0, X509V3_ADD_DEFAULT) == 1;
    EXTENDED_KEY_USAGE_free(value);
    return ok;
}

/* By the library's own words: key identifiers, computed from `issuer` and `x509`. */
static bool key_identifier_add(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
    bool ok = extension && X509_add_ext(x509, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

/* The fields every certificate of ours begins with. */
static X509 *x509_begin(const struct key *key, int64_t from_s, int64_t to_s)
{
    X509 *x509 = X509_new();
    bool ok = x509 && X509_set_version(x509, 2) == 1 && serial_set(x509) && times_set(x509, from_s, to_s) &&
              X509_set_pubkey(x509, key_handle(key)) == 1;
    if (ok)
        return x509;
    X509_free(x509);
    return NULL;
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
    char text[COMMON_NAME_SIZE_MAX + 1], date[sizeof " YYYY-MM-DD"];
    struct tm tm;
    time_t now = (time_t)now_s;
    if (!gmtime_r(&now, &tm) || strftime(date, sizeof date, " %Y-%m-%d", &tm) == 0)
        return false;
    size_t size_max = COMMON_NAME_SIZE_MAX - before.size - (sizeof date - 1);
    hostname = str_part(hostname, 0, size_max);
    struct buf name;
    buf_init(&name, sizeof text);
    bool ok = buf_put_str(&name, before) && buf_put_str(&name, hostname) && buf_put_str(&name, str_from(date)) &&
              common_name_set(X509_get_subject_name(root), buf_str(&name));
    buf_fini(&name);
    return ok && X509_set_issuer_name(root, X509_get_subject_name(root)) == 1;
}

static bool root_build(X509 *root, const struct key *key, struct str hostname, int64_t now_s)
{
    static const int usages[] = {5 /* keyCertSign */, 6 /* cRLSign */};
    return root_name_set(root, hostname, now_s) && basic_constraints_add(root, true) &&
           key_usage_add(root, usages, sizeof usages / sizeof *usages) &&
           key_identifier_add(root, root, NID_subject_key_identifier, "hash") &&
           X509_sign(root, key_handle(key), EVP_sha256()) > 0;
}

bool localca_make_root(struct str hostname, int64_t now_s, struct buf *cert_pem, struct buf *key_pem, struct err *err)
{
    struct key *key = key_generate(KEY_ECDSA, err);
    if (!key)
        return false;
    int64_t from_s = now_s - LOCALCA_BACKDATE_S;
    X509 *root = x509_begin(key, from_s, from_s + (int64_t)LOCALCA_ROOT_DAYS * DAY_S);
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

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '-' || c == '_';
}

/* Letters, digits, hyphens (and underscores, which intranets have) in labels of 1 to 63; "*" as the first label. */
static bool is_host_name(struct str name)
{
    if (name.size == 0 || name.size > HOST_NAME_SIZE_MAX)
        return false;
    if (str_starts(name, STR("*.")))
        name = str_after(name, 2);
    struct str rest = name;
    while (rest.data) {
        struct str label = str_cut(&rest, '.');
        if (label.size == 0 || label.size > 63)
            return false;
        for (size_t i = 0; i < label.size; i++)
            if (!is_label_char(label.data[i]))
                return false;
    }
    return true;
}

/* 4 or 16 bytes, or 0 when the text is no address. Brackets around IPv6 are a URL's. */
static size_t address_bytes(struct str text, unsigned char bytes[static 16])
{
    if (str_starts(text, STR("[")) && str_ends(text, STR("]")))
        text = str_part(text, 1, text.size - 2);
    char copy[INET6_ADDRSTRLEN];
    if (text.size == 0 || text.size >= sizeof copy)
        return 0;
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    if (inet_pton(AF_INET, copy, bytes) == 1)
        return 4;
    return inet_pton(AF_INET6, copy, bytes) == 1 ? 16 : 0;
}

/* Takes nothing over; the stack owns what it gets. */
static bool general_name_push(GENERAL_NAMES *names, int kind, ASN1_STRING *value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    if (!name || !value) {
        GENERAL_NAME_free(name);
        ASN1_STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, kind, value);
    if (sk_GENERAL_NAME_push(names, name) > 0)
        return true;
    GENERAL_NAME_free(name);
    return false;
}

static ASN1_STRING *string_make(int type, const void *data, size_t size)
{
    ASN1_STRING *string = ASN1_STRING_type_new(type);
    if (string && ASN1_STRING_set(string, data, (int)size) == 1)
        return string;
    ASN1_STRING_free(string);
    return NULL;
}

static bool name_push(GENERAL_NAMES *names, struct str name)
{
    unsigned char bytes[16];
    size_t size = address_bytes(name, bytes);
    if (size)
        return general_name_push(names, GEN_IPADD, string_make(V_ASN1_OCTET_STRING, bytes, size));
    return general_name_push(names, GEN_DNS, string_make(V_ASN1_IA5STRING, name.data, name.size));
}

static bool alt_names_add(X509 *leaf, const struct str *names, size_t count, bool critical)
{
    GENERAL_NAMES *all = GENERAL_NAMES_new();
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < count; i++)
        ok = name_push(all, names[i]);
    ok = ok && X509_add1_ext_i2d(leaf, NID_subject_alt_name, all, critical, X509V3_ADD_DEFAULT) == 1;
    GENERAL_NAMES_free(all);
    return ok;
}

static bool leaf_build(X509 *leaf, X509 *root, const struct key *root_key, const struct str *names, size_t count)
{
    static const int usages[] = {0 /* digitalSignature */};
    /* The first name for readers of subjects; RFC 5280 section 4.2.1.6 wants the SAN critical when there is no subject.
     */
    bool has_subject = names[0].size <= COMMON_NAME_SIZE_MAX;
    return (!has_subject || common_name_set(X509_get_subject_name(leaf), names[0])) &&
           X509_set_issuer_name(leaf, X509_get_subject_name(root)) == 1 && basic_constraints_add(leaf, false) &&
           key_usage_add(leaf, usages, sizeof usages / sizeof *usages) && server_auth_add(leaf) &&
           key_identifier_add(leaf, root, NID_subject_key_identifier, "hash") &&
           key_identifier_add(leaf, root, NID_authority_key_identifier, "keyid:always") &&
           alt_names_add(leaf, names, count, !has_subject) && X509_sign(leaf, key_handle(root_key), EVP_sha256()) > 0;
}

static bool names_check(const struct str *names, size_t count, struct err *err)
{
    if (count == 0 || count > LOCALCA_NAMES_COUNT_MAX)
        return err_set(err, ERR_INPUT, "A certificate has 1 to %d names, not %zu.", LOCALCA_NAMES_COUNT_MAX, count);
    unsigned char bytes[16];
    for (size_t i = 0; i < count; i++)
        if (!address_bytes(names[i], bytes) && !is_host_name(names[i]))
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
    X509 *leaf = x509_begin(key, from_s, to_s < root_end_s ? to_s : root_end_s);
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
