/* One question to libcrypto. */
#include "crypto/library.h"

#include <openssl/crypto.h>

const char *library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
