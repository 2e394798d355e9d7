/*
 * The protocol policy: Mozilla's two profiles (Server Side TLS, guideline 5.7) as OpenSSL contexts. One context per
 * profile serves every site; certificates are put on the single connection (tls/selection), so that ten thousand sites
 * cost no more contexts than one.
 */
#ifndef TLS_PROFILE_H
#define TLS_PROFILE_H

#include <openssl/ssl.h>

#include "snapshot/format.h"

#define TLS_PROFILES_COUNT 2

/* A day, as Mozilla's generator has it. The tickets' keys, which control rotates, are the shorter bound. */
#define TLS_SESSION_TIMEOUT_S 86400

/* A server's context under this profile, without certificates and callbacks; NULL when the library refuses. */
SSL_CTX *profile_server_new(enum snap_tls_profile profile);
/* A context for connections to upstreams: TLS 1.2 and 1.3 with the library's own suites. */
SSL_CTX *profile_client_new(void);
/* The lowest protocol version this profile serves (TLS1_2_VERSION, TLS1_3_VERSION). */
int profile_version_min(enum snap_tls_profile profile);

#endif
