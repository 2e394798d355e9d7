/*
 * The facts of a ClientHello that decide before the library has looked at it: the name, the highest version, and
 * whether a CA asks for the proof of a name.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include <openssl/ssl.h>

#include "base/str.h"

/* The protocol in which a CA asks for the certificate that proves control of a name (RFC 8737 section 6.2). */
#define TLS_VALIDATION_PROTOCOL "acme-tls/1"

/*
 * The host name of the server_name extension (RFC 6066 section 3), without a trailing dot. *ret is empty when there is
 * none. False when the extension is malformed: the library will refuse it by itself.
 */
NODISCARD bool hello_server_name(SSL *ssl, struct str *ret);
/* The highest TLS version the client speaks, at most TLS 1.3 (supported_versions of RFC 8446 section 4.2.1). */
int hello_version_max(SSL *ssl);
/* Exactly one application protocol is offered and it is "acme-tls/1": a CA that validates (RFC 8737 section 3). */
bool hello_is_validation(SSL *ssl);

#endif
