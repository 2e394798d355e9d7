/* libcurl describes each served certificate by lines "NAME:VALUE"; the one called Cert is the certificate itself. */
#include "codec/pem.h"
#include "probe/fetch_parts.h"

/* The library takes no more than 100 KB for a whole chain. */
#define DER_SIZE_MAX ((size_t)128 * 1024)

static bool decode(struct str pem, struct fetch_result *result, struct str *ret)
{
    struct pem_cursor cursor = {.rest = pem};
    struct pem_block block;
    struct buf der;
    buf_init(&der, DER_SIZE_MAX);
    bool ok = pem_next(&cursor, &block, &der, NULL) == PEM_BLOCK && arena_str(&result->room, buf_str(&der), ret);
    buf_fini(&der);
    return ok;
}

void fetch_take_chain(const struct curl_certinfo *certificates, struct fetch_result *result)
{
    for (int i = 0; i < certificates->num_of_certs && result->chain_count < CERT_CHAIN_COUNT_MAX; i++) {
        for (const struct curl_slist *at = certificates->certinfo[i]; at; at = at->next) {
            struct str line = str_from(at->data);
            if (!str_starts(line, STR("Cert:")))
                continue;
            if (!decode(str_after(line, 5), result, &result->chain[result->chain_count]))
                return; /* a chain with a gap would be judged wrongly */
            result->chain_count++;
        }
    }
}
