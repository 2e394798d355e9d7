/*
 * PKCS#12 and keys with a passphrase: any bytes give a certificate with its key, or a reason to refuse it, with the
 * passphrase and without.
 */
#include <stdlib.h>

#include "crypto/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct cert *open_with(struct str file, struct str passphrase)
{
    const struct cert_input input = {.files = &file, .files_count = 1, .passphrase = passphrase};
    enum cert_fault fault = CERT_FAULT_NONE;
    struct cert *cert = cert_open(&input, &fault, NULL);
    must((cert == NULL) == (fault != CERT_FAULT_NONE));
    must(cert || cert_fault_weight(fault) == CERT_REFUSAL);
    return cert;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str file = str_make(data, size);
    struct cert *cert = open_with(file, STR("geheim"));
    if (cert)
        must(cert_key(cert) && cert_chain_count(cert) >= 1);
    cert_free(cert);
    cert_free(open_with(file, (struct str){NULL, 0}));
    return 0;
}
