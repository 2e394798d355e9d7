/*
 * Subject alternative names (RFC 5280 section 4.2.1.6) between text and libcrypto's form: what certificates of the
 * local CA, requests and challenge certificates are made with. Inside crypto/ only.
 */
#ifndef CRYPTO_ALT_NAMES_H
#define CRYPTO_ALT_NAMES_H

#include <openssl/x509v3.h>

#include "base/arena.h"

/* A host name in A-label form (underscores are taken, intranets have them), "*." before one, or an IP address. */
bool alt_name_is_valid(struct str name);
/* 4 or 16 bytes of an IP address, or 0 when the text is none. Brackets around IPv6 are a URL's. */
size_t alt_name_address(struct str text, unsigned char bytes[static 16]);
/* For the names, which were found valid. NULL when memory ran out; the caller frees (GENERAL_NAMES_free). */
GENERAL_NAMES *alt_names_make(const struct str *names, size_t names_count);
/*
 * The text of one name in the arena: a DNS name in lower case, or an IP address. Empty for other kinds, and for names
 * with a zero byte inside, which have fooled readers before. False when the arena is full.
 */
NODISCARD bool alt_name_read(const GENERAL_NAME *general, struct arena *arena, struct str *ret, bool *ret_is_address);
/*
 * The DNS names, in lower case, and the IP addresses of `all` (NULL is allowed: none) as text in the arena; what
 * is empty is left out. False when the arena is full.
 */
NODISCARD bool alt_names_read(const GENERAL_NAMES *all, struct arena *arena, struct str **ret_names,
                              size_t *ret_names_count);

#endif
