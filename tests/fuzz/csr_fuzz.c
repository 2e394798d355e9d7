/*
 * Certificate requests: any bytes are refused in words or give names that could be asked for again, with no more than
 * the limit of them; what is made of those names is read back the same.
 */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/csr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_hold(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "%s\n", what);
    abort();
}
#define must(condition) must_hold((condition), #condition)

/* One for the whole run: making keys is what would take the time. */
static const struct key *key_of_run(void)
{
    static struct key *key;
    if (!key)
        key = key_generate(KEY_ECDSA, NULL);
    must(key != NULL);
    return key;
}

static void must_survive_making(const struct csr *csr)
{
    struct str names[CSR_NAMES_COUNT_MAX];
    size_t count = csr_names_count(csr);
    struct csr *again = NULL;
    struct buf der;
    buf_init(&der, CSR_SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        names[i] = csr_name(csr, i);
    must(csr_make(key_of_run(), (struct str){0}, names, count, &der, NULL));
    must(csr_read(buf_str(&der), &again, NULL));
    must(csr_names_count(again) == count && csr_is_of_key(again, key_of_run()));
    for (size_t i = 0; i < count; i++)
        must(str_eq(csr_name(again, i), names[i]));
    csr_free(again);
    buf_fini(&der);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csr *csr = NULL;
    struct err err = {0};
    bool ok = csr_read(str_make(data, size), &csr, &err);
    must(ok == (csr != NULL) && ok == (err.code == ERR_NONE));
    if (ok) {
        must(csr_names_count(csr) <= CSR_NAMES_COUNT_MAX);
        if (csr_names_count(csr) > 0)
            must_survive_making(csr);
        (void)csr_is_of_certificate(csr, str_make(data, size));
    }
    csr_free(csr);
    return 0;
}
