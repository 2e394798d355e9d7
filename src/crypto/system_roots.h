/*
 * The roots of this machine's system, read once and kept until they change: reading the bundle of a distribution takes
 * longer than everything else about a judgement, and control judges with every change of a certificate. What is kept
 * belongs to one thread; the store that is handed out may be used by several, and outlives it.
 */
#ifndef CRYPTO_SYSTEM_ROOTS_H
#define CRYPTO_SYSTEM_ROOTS_H

#include "base/err.h"

/* What a file or folder is told by; all 0 when there is none. */
struct system_roots_stamp {
    uint64_t device, inode;
    int64_t size, changed_s, changed_ns;
};

/* All 0: nothing read yet. */
struct system_roots {
    struct x509_store_st *store; /* NULL: nothing is kept */
    struct system_roots_stamp file, folder;
};

void system_roots_fini(struct system_roots *roots);
/*
 * OpenSSL's default bundle and folder (or those of SSL_CERT_FILE and SSL_CERT_DIR); `kept` may be NULL: they are read
 * for this once. The caller ends it with X509_STORE_free. NULL with *err filled.
 */
struct x509_store_st *system_roots_open(struct system_roots *kept, struct err *err);

#endif
