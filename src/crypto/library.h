/*
 * Which cryptographic library this process runs on: a fact that every report of a fault should carry.
 */
#ifndef CRYPTO_LIBRARY_H
#define CRYPTO_LIBRARY_H

/* "OpenSSL 3.0.15 3 Sep 2024": of the library loaded, not of the one built against. */
const char *library_version(void);

#endif
