/* The client's side of contexts: trust, names to verify, the session to resume. */
#ifndef TLS_CLIENT_H
#define TLS_CLIENT_H

#include "base/str.h"

struct tls_client;
struct tls_conn;

/* A connection's share; given back with tls_client_free. */
struct tls_client *client_ref(struct tls_client *client);
/* Prepares a connection: SNI, the name or address to verify, the session. False when memory ran out. */
NODISCARD bool client_prepare(struct tls_conn *conn, struct str name);

#endif
