/* One certificate, with the questions that matter for a root. */
#include "crypto/root.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "crypto/digest.h"

static X509 *read_only_one(struct str pem, struct err *err)
{
    BIO *bio = pem.size <= CERT_FILE_SIZE_MAX ? BIO_new_mem_buf(pem.data, (int)pem.size) : NULL;
    X509 *x509 = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    X509 *second = x509 ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    if (x509 && !second)
        return x509;
    (void)err_field(err, "certificate_pem", x509 ? "there is more than one certificate" : "there is no certificate");
    (void)err_fix(err, "give the one PEM certificate of the root itself");
    X509_free(x509);
    X509_free(second);
    return NULL;
}

static bool judge(X509 *x509, int64_t now_s, struct err *err)
{
    time_t now = (time_t)now_s;
    if (X509_check_ca(x509) == 0) {
        (void)err_field(err, "certificate_pem", "the certificate is not that of an authority");
        return err_fix(err, "give the root that signs the site's certificates, not the site's own");
    }
    if (X509_cmp_time(X509_get0_notAfter(x509), &now) < 0)
        return err_field(err, "certificate_pem", "the root has ended");
    return true;
}

static bool write_subject(X509 *x509, struct arena *arena, struct str *ret)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    bool fine = bio && X509_NAME_print_ex(bio, X509_get_subject_name(x509), 0, XN_FLAG_RFC2253) >= 0;
    long size = fine ? BIO_get_mem_data(bio, &text) : 0;
    fine = fine && arena_str(arena, str_make(size > 0 ? text : "", (size_t)(size > 0 ? size : 0)), ret);
    BIO_free(bio);
    return fine;
}

static bool write_pem(X509 *x509, struct arena *arena, struct str *ret)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    bool fine = bio && PEM_write_bio_X509(bio, x509) == 1;
    long size = fine ? BIO_get_mem_data(bio, &text) : 0;
    fine = size > 0 && arena_str(arena, str_make(text, (size_t)size), ret);
    BIO_free(bio);
    return fine;
}

static bool fingerprint(X509 *x509, char ret[static CERT_FINGERPRINT_SIZE + 1], struct err *err)
{
    unsigned char *der = NULL;
    int size = i2d_X509(x509, &der);
    bool fine = size > 0 && digest_fingerprint(str_make(der, (size_t)size), ret, err);
    OPENSSL_free(der);
    return fine || err_memory(err);
}

bool root_read(struct str pem, int64_t now_s, struct arena *arena, struct root *ret, struct err *err)
{
    struct root root = {.not_after_s = 0};
    struct tm end;
    X509 *x509 = read_only_one(pem, err);
    bool fine = x509 && judge(x509, now_s, err) && fingerprint(x509, root.fingerprint, err);
    if (fine && (!write_subject(x509, arena, &root.subject) || !write_pem(x509, arena, &root.pem) ||
                 ASN1_TIME_to_tm(X509_get0_notAfter(x509), &end) != 1))
        fine = err_memory(err);
    if (fine) {
        root.not_after_s = (int64_t)timegm(&end);
        *ret = root;
    }
    X509_free(x509);
    return fine;
}
