/* OPENSSL_cleanse under a name of ours, so that callers need no libcrypto header. */
#include "crypto/wipe.h"

#include <malloc.h>
#include <stdlib.h>

#include <openssl/crypto.h>

void wipe_bytes(void *data, size_t size)
{
    if (size)
        OPENSSL_cleanse(data, size);
}

void wipe_free(void *data, size_t size)
{
    if (data)
        wipe_bytes(data, size);
    free(data);
}

void wipe_heap(void *data)
{
    wipe_free(data, data ? malloc_usable_size(data) : 0);
}
