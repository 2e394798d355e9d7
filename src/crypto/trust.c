/*
 * One store for each mark, tried one after the other: a store for all would not do, since the library goes by names and
 * takes the first of two roots that are called the same. The system's is one that others may have as well: nothing is
 * put into it.
 */
#include "crypto/trust.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "codec/pem.h"

/* What clients ask of keys and signatures: 112 bits, so RSA 2048 and no SHA-1 (SP 800-57, OpenSSL's level 2). */
#define SECURITY_LEVEL 2
/* One certificate of a root bundle; see CERT_FILE_SIZE_MAX. */
#define DER_SIZE_MAX ((size_t)64 * 1024)

struct trust {
    X509_STORE *stores[TRUST_MARKS_COUNT_MAX]; /* NULL: no root with this mark */
    size_t roots_count[TRUST_MARKS_COUNT_MAX]; /* not known of the system's */
};

bool trust_new(struct trust **ret, struct err *err)
{
    struct trust *trust = calloc(1, sizeof *trust);
    if (!trust)
        return err_memory(err);
    *ret = trust;
    return true;
}

void trust_free(struct trust *trust)
{
    if (!trust)
        return;
    for (size_t i = 0; i < TRUST_MARKS_COUNT_MAX; i++)
        X509_STORE_free(trust->stores[i]);
    free(trust);
}

static bool open_store(struct trust *trust, unsigned mark, struct err *err)
{
    if (!trust->stores[mark])
        trust->stores[mark] = X509_STORE_new();
    return trust->stores[mark] || err_memory(err);
}

bool trust_add_system(struct trust *trust, struct system_roots *kept, struct err *err)
{
    X509_STORE *store = system_roots_open(kept, err);
    if (!store)
        return false;
    X509_STORE_free(trust->stores[TRUST_MARK_SYSTEM]);
    trust->stores[TRUST_MARK_SYSTEM] = store;
    return true;
}

static bool add_root(struct trust *trust, X509 *root, unsigned mark, struct err *err)
{
    if (X509_self_signed(root, 1) != 1)
        return true;
    if (trust->roots_count[mark] == TRUST_ROOTS_COUNT_MAX)
        return err_set(err, ERR_INPUT, "There are more than %d trusted certificates.", TRUST_ROOTS_COUNT_MAX);
    trust->roots_count[mark]++;
    return X509_STORE_add_cert(trust->stores[mark], root) == 1 || err_memory(err);
}

static X509 *parse(struct str der)
{
    const unsigned char *at = (const unsigned char *)der.data;
    return der.size > DER_SIZE_MAX ? NULL : d2i_X509(NULL, &at, (long)der.size);
}

static bool add_block(struct trust *trust, const struct pem_block *block, struct str der, unsigned mark,
                      struct err *err)
{
    if (!str_eq(block->label, STR("CERTIFICATE")))
        return true;
    X509 *root = parse(der);
    if (!root)
        return err_set(err, ERR_INPUT, "The trusted certificate in line %u does not parse.", block->line);
    bool ok = add_root(trust, root, mark, err);
    X509_free(root);
    return ok;
}

bool trust_add_pem(struct trust *trust, struct str pem, unsigned mark, struct err *err)
{
    struct pem_cursor cursor = {.rest = pem};
    struct pem_block block;
    struct buf der;
    enum pem_result result = PEM_BLOCK;
    assert(mark > TRUST_MARK_SYSTEM && mark < TRUST_MARKS_COUNT_MAX);
    bool ok = open_store(trust, mark, err);
    buf_init(&der, DER_SIZE_MAX);
    while (ok && (result = pem_next(&cursor, &block, &der, err)) == PEM_BLOCK)
        ok = add_block(trust, &block, buf_str(&der), mark, err);
    buf_fini(&der);
    ERR_clear_error();
    return ok && result == PEM_END;
}

/* What a result of the library means; the words stand behind "the certificate of …". */
static const struct {
    int result;
    enum trust_fault fault;
    const char *words;
} meanings[] = {
    {X509_V_OK, TRUST_FAULT_NONE, "is trusted"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TRUST_FAULT_SELF_SIGNED,
     "has signed itself, so that nobody vouches for it"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TRUST_FAULT_UNKNOWN, "leads to a root that is not known"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TRUST_FAULT_UNKNOWN, "lacks a certificate between it and its root"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TRUST_FAULT_UNKNOWN,
     "lacks a certificate between it and its root, or its root is not known"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TRUST_FAULT_UNKNOWN,
     "lacks a certificate between it and its root, or its root is not known"},
    {X509_V_ERR_CERT_HAS_EXPIRED, TRUST_FAULT_EXPIRED, "has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, TRUST_FAULT_NOT_YET_VALID, "is not valid yet"},
    {X509_V_ERR_HOSTNAME_MISMATCH, TRUST_FAULT_NAME, "is not for this name"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, TRUST_FAULT_NAME, "is not for this address"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, TRUST_FAULT_WEAK, "has a key that is too short"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, TRUST_FAULT_WEAK, "comes from an authority whose key is too short"},
    {X509_V_ERR_CA_MD_TOO_WEAK, TRUST_FAULT_WEAK, "has a weak signature (SHA-1 or older)"},
    {X509_V_ERR_INVALID_PURPOSE, TRUST_FAULT_OTHER, "was not issued for a server"},
    {X509_V_ERR_INVALID_CA, TRUST_FAULT_OTHER, "was issued by a certificate that is no authority"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, TRUST_FAULT_OTHER, "is not signed by whom it says"},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, TRUST_FAULT_OTHER, "has a chain that is too long"},
};

static enum trust_fault fault_of(long result, char words[static TRUST_WHY_SIZE])
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (meanings[i].result != result)
            continue;
        (void)snprintf(words, TRUST_WHY_SIZE, "%s", meanings[i].words);
        return meanings[i].fault;
    }
    (void)snprintf(words, TRUST_WHY_SIZE, "is not trusted (%s)", X509_verify_cert_error_string(result));
    return TRUST_FAULT_OTHER;
}

void trust_words(long library_result, char ret[static TRUST_WHY_SIZE])
{
    (void)fault_of(library_result, ret);
}

/* The common name, or the whole name where there is none; control characters escaped. */
static void name_text(const X509_NAME *name, char *ret, size_t size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    ret[0] = 0;
    if (!bio)
        return;
    int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index >= 0)
        (void)ASN1_STRING_print_ex(bio, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)),
                                   ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB);
    else
        (void)X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253);
    long length = BIO_get_mem_data(bio, &text);
    (void)snprintf(ret, size, "%.*s", length > 0 && length < INT32_MAX ? (int)length : 0, text ? text : "");
    BIO_free(bio);
}

/* The moment and the certificate that the library stopped at make the words exact. */
static void add_circumstances(X509_STORE_CTX *context, struct trust_verdict *verdict)
{
    const X509 *at = X509_STORE_CTX_get_current_cert(context);
    char name[TRUST_ROOT_SIZE], words[TRUST_WHY_SIZE];
    struct tm end;
    if (!at)
        return;
    (void)snprintf(words, sizeof words, "%s", verdict->why);
    if (verdict->fault == TRUST_FAULT_EXPIRED && ASN1_TIME_to_tm(X509_get0_notAfter(at), &end) == 1) {
        bool is_leaf = X509_STORE_CTX_get_error_depth(context) == 0;
        char date[sizeof "2026-11-26"] = "";
        (void)strftime(date, sizeof date, "%Y-%m-%d", &end);
        (void)snprintf(verdict->why, sizeof verdict->why,
                       is_leaf ? "expired on %s" : "has a certificate in its chain that expired on %s", date);
    }
    if (verdict->fault == TRUST_FAULT_UNKNOWN) {
        name_text(X509_get_issuer_name(at), name, sizeof name);
        (void)snprintf(verdict->why, sizeof verdict->why, "%.90s (issuer \"%.80s\")", words, name);
    }
}

/*
 * A key too short is found before the chain is built, so that it has no root to show: what ends the chain then is what
 * was served, also where that signed itself.
 */
static void note_root(X509_STORE_CTX *context, struct trust_verdict *verdict)
{
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    X509 *last = sk_X509_value(chain, sk_X509_num(chain) - 1);
    bool is_ours = X509_STORE_CTX_get_num_untrusted(context) < sk_X509_num(chain);
    if (!last || !is_ours || X509_self_signed(last, 0) != 1)
        return;
    verdict->has_root = true;
    name_text(X509_get_subject_name(last), verdict->root, sizeof verdict->root);
}

static bool set_up(X509_STORE_CTX *context, X509_STORE *store, STACK_OF(X509) * chain, struct str host, int64_t now_s)
{
    X509 *leaf = sk_X509_value(chain, 0);
    if (!leaf || X509_STORE_CTX_init(context, store, leaf, chain) != 1)
        return false;
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, (time_t)now_s);
    X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return X509_VERIFY_PARAM_set1_host(param, host.data, host.size) == 1 &&
           X509_STORE_CTX_set_default(context, "ssl_server") == 1;
}

static STACK_OF(X509) * parse_chain(const struct str *chain, size_t count)
{
    STACK_OF(X509) *stack = sk_X509_new_null();
    for (size_t i = 0; stack && i < count; i++) {
        X509 *next = parse(chain[i]);
        if (!next || sk_X509_push(stack, next) <= 0) {
            X509_free(next);
            sk_X509_pop_free(stack, X509_free);
            return NULL;
        }
    }
    return stack;
}

#define WEIGHT_WITH_ROOT 3

/* How much a verdict says: what is wrong under the root that knows the chain is more than that others do not. */
static int weight(enum trust_fault fault)
{
    switch (fault) {
    case TRUST_FAULT_NONE: return 4;
    case TRUST_FAULT_OTHER: return 2; /* a root of the same name that did not sign it */
    case TRUST_FAULT_SELF_SIGNED:
    case TRUST_FAULT_UNKNOWN: return 1;
    case TRUST_FAULT_UNREADABLE: return 0;
    default: return WEIGHT_WITH_ROOT; /* what is looked for once the chain is complete */
    }
}

static void verify(X509_STORE *store, STACK_OF(X509) * chain, struct str host, int64_t now_s,
                   struct trust_verdict *verdict)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (!context)
        return;
    if (set_up(context, store, chain, host, now_s)) {
        bool good = X509_verify_cert(context) == 1;
        int result = X509_STORE_CTX_get_error(context);
        verdict->fault = fault_of(good || result != X509_V_OK ? result : X509_V_ERR_UNSPECIFIED, verdict->why);
        if (weight(verdict->fault) >= WEIGHT_WITH_ROOT)
            note_root(context, verdict);
        if (!good)
            add_circumstances(context, verdict);
    }
    X509_STORE_CTX_free(context);
}

void trust_judge(const struct trust *trust, const struct str *chain, size_t chain_count, struct str host, int64_t now_s,
                 struct trust_verdict *ret)
{
    *ret = (struct trust_verdict){.fault = TRUST_FAULT_UNREADABLE, .why = "cannot be read"};
    STACK_OF(X509) *stack = parse_chain(chain, chain_count);
    for (unsigned i = 1; i <= TRUST_MARKS_COUNT_MAX && stack; i++) {
        unsigned mark = i % TRUST_MARKS_COUNT_MAX; /* the system's last */
        struct trust_verdict verdict = {.fault = TRUST_FAULT_UNREADABLE, .mark = mark, .why = "cannot be read"};
        if (!trust->stores[mark])
            continue;
        verify(trust->stores[mark], stack, host, now_s, &verdict);
        if (weight(verdict.fault) > weight(ret->fault))
            *ret = verdict;
    }
    sk_X509_pop_free(stack, X509_free);
    ERR_clear_error();
}
