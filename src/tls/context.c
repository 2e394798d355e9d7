/* The server: one per worker. It holds the profiles' contexts and follows the snapshot. */
#include "tls/context.h"

#include <openssl/err.h>
#include <stdlib.h>

#include "tls/selection.h"
#include "tls/state.h"

struct tls_server *tls_server_new(void)
{
    struct tls_server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    server->pipe_method = pipe_method_new();
    bool ok = certificates_init(&server->certificates) && tickets_init(&server->tickets) && server->pipe_method &&
              server_context(server);
    if (!ok) {
        tls_server_free(server);
        return NULL;
    }
    return server;
}

void tls_server_free(struct tls_server *server)
{
    if (!server)
        return;
    for (size_t i = 0; i < TLS_PROFILES_COUNT; i++)
        SSL_CTX_free(server->contexts[i]);
    certificates_fini(&server->certificates);
    tickets_fini(&server->tickets);
    BIO_meth_free(server->pipe_method);
    free(server);
}

SSL_CTX *server_context(struct tls_server *server)
{
    SSL_CTX **context = &server->contexts[server->profile];
    if (!*context) {
        *context = profile_server_new(server->profile);
        if (*context)
            selection_install(*context);
    }
    return *context;
}

bool tls_server_use(struct tls_server *server, const struct snapshot *snapshot, struct err *err)
{
    enum snap_tls_profile before = server->profile;
    server->profile = snapshot->header->tls_profile == SNAP_TLS_MODERN ? SNAP_TLS_MODERN : SNAP_TLS_INTERMEDIATE;
    if (!server_context(server)) {
        const char *why = ERR_reason_error_string(ERR_peek_last_error());
        server->profile = before;
        return err_set(err, ERR_SYSTEM, "The TLS library refuses the profile: %s.", why ? why : "no reason given");
    }
    server->snapshot = snapshot;
    server->tickets.keys = snapshot->tickets;
    server->tickets.keys_count = snapshot->header->tickets.count;
    certificates_sweep(&server->certificates, snapshot);
    return true;
}
