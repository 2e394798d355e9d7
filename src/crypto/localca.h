/*
 * A certificate authority of one's own, for trial and intranet sites: a root made once per installation and leaves that
 * it signs. Bytes in, bytes out: where they are kept and when a leaf is made anew is the caller's business, as is time.
 */
#ifndef CRYPTO_LOCALCA_H
#define CRYPTO_LOCALCA_H

#include "base/buf.h"
#include "base/err.h"

#define LOCALCA_ROOT_DAYS 3650
/* Short, so that renewal is exercised; the gateway's own sites are renewed by control long before. */
#define LOCALCA_LEAF_DAYS 90
/* Clients whose clock is a little behind still take a fresh leaf. */
#define LOCALCA_BACKDATE_S 3600
/* Names in one leaf: far beyond a site with all its aliases, small enough for one handshake flight. */
#define LOCALCA_NAMES_COUNT_MAX 100

/*
 * A new root "Strictgate local CA HOSTNAME YYYY-MM-DD": P-256, CA:TRUE with path length 0, keyCertSign and cRLSign.
 * Appends PEM to both buffers; the key is a secret (key_wipe).
 */
NODISCARD bool localca_make_root(struct str hostname, int64_t now_s, struct buf *cert_pem, struct buf *key_pem,
                                 struct err *err);
/*
 * A leaf for these names (host names in A-label form, also "*.example.org", or IP addresses as text), with a fresh
 * P-256 key, for serverAuth. Appends the leaf alone (clients that trust the root have it) and its key, as PEM.
 */
NODISCARD bool localca_issue(struct str root_pem, struct str root_key_pem, const struct str *names, size_t names_count,
                             int64_t now_s, struct buf *cert_pem, struct buf *key_pem, struct err *err);

#endif
