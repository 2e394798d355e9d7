/*
 * What TLS connections are made from: policy (protocol profile, groups, tickets) and certificates. One tls_server per
 * worker thread, never shared: certificates are parsed when a handshake first asks for one and kept by their identity
 * over snapshot generations; those a new generation no longer has are let go.
 */
#ifndef TLS_CONTEXT_H
#define TLS_CONTEXT_H

#include "base/err.h"
#include "snapshot/read.h"

struct tls_server;
struct tls_client;

/* Parsed certificates kept per worker; beyond that the one unused for longest goes. */
#define TLS_CERTIFICATES_COUNT_MAX 4096

/* Never NULL but when memory ran out. No snapshot yet: every handshake is refused until tls_server_use. */
struct tls_server *tls_server_new(void);
void tls_server_free(struct tls_server *server);
/*
 * From now on handshakes are answered by this snapshot, which must live until the next call. Connections already made
 * go on. Cheap: nothing is parsed.
 */
NODISCARD bool tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err);

/*
 * For connections to an upstream over TLS 1.2 or 1.3: verified against `roots_pem` (the system's when empty), no
 * verification at all with `unverified`. Keeps sessions for resumption. One per endpoint and worker.
 */
struct tls_client *tls_client_new(struct str roots_pem, bool unverified, struct err *err);
void tls_client_free(struct tls_client *client);

#endif
