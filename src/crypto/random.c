/* The private generator of libcrypto: its output never shows, so that what is public tells nothing about keys. */
#include "crypto/random.h"

#include <limits.h>

#include <openssl/rand.h>

bool random_bytes(void *ret, size_t size, struct err *err)
{
    unsigned char *at = ret;
    while (size > 0) {
        int part_size = size > INT_MAX ? INT_MAX : (int)size;
        if (RAND_priv_bytes(at, part_size) != 1)
            return err_set(err, ERR_SYSTEM, "the random number generator of libcrypto failed");
        at += part_size;
        size -= (size_t)part_size;
    }
    return true;
}
