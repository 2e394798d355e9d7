/*
 * Files of certificates, in whatever form: any bytes give a certificate of the key, or a reason; its chain is in order
 * and reads back as the same, and what is said of it is text that moves no cursor.
 */
#include <stdlib.h>

#include "crypto/cert_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key of the corpus's certificates. Of no use for anything else. */
static const char key[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglKk63t7ObQi/pGJr\n"
                          "2sMTTvYAma2uCXIToTniz3ebUcyhRANCAATpnCoAzG/RrHNWHZfjK2WAYuJKHQFV\n"
                          "rjLMMcw4s2UjLKI360XJ2ORO/hrWheuSz7aiSMA+BDfaxUx/+QZ3Qrrx\n"
                          "-----END PRIVATE KEY-----\n";

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_plain(const char *text, size_t size)
{
    must(memchr(text, 0, size) != NULL);
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        must(*at >= 0x20 && *at != 0x7f && !(at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f));
}

static void judge(const struct cert *cert)
{
    const struct str names[] = {STR("a.test"), STR("192.0.2.1")};
    struct trust *trust;
    struct cert_report report;
    must(trust_new(&trust, NULL) && trust_add_pem(trust, STR(""), 1, NULL));
    const struct cert_view view = {.names = names, .names_count = 2, .trust = trust, .now_s = 1800000000};
    cert_report_make(cert, &view, &report);
    for (size_t i = 0; i < report.count; i++) {
        must_be_plain(report.findings[i].text, sizeof report.findings[i].text);
        must_be_plain(report.findings[i].fix, sizeof report.findings[i].fix);
        must(report.findings[i].text[0] != 0);
    }
    trust_free(trust);
}

/* What is written as PEM is the same certificate, with nothing left over. */
static void read_back(const struct cert *cert)
{
    struct buf pem;
    buf_init(&pem, 4 * CERT_FILE_SIZE_MAX);
    must(cert_chain_to_pem(cert, &pem));
    struct cert *again = cert_load(buf_str(&pem), STR(key), NULL, NULL);
    must(again && cert_chain_count(again) == cert_chain_count(cert) && cert_leftovers_count(again) == 0);
    must(str_eq(cert_fingerprint_sha256(again), cert_fingerprint_sha256(cert)));
    cert_free(again);
    buf_fini(&pem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str files[] = {str_make(data, size), STR(key)};
    const struct cert_input input = {.files = files, .files_count = 2, .passphrase = STR("geheim")};
    enum cert_fault fault = CERT_FAULT_NONE;
    struct cert *cert = cert_open(&input, &fault, NULL);
    must((cert == NULL) == (fault != CERT_FAULT_NONE));
    if (cert) {
        must(cert_chain_count(cert) >= 1 && cert_chain_count(cert) <= CERT_CHAIN_COUNT_MAX);
        judge(cert);
        read_back(cert);
    }
    cert_free(cert);
    return 0;
}
