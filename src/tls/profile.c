/*
 * Mozilla's lists, word for word, and the options every connection of ours has. The guideline leaves the order to the
 * client in both profiles ("server_preferred_order": false): a phone without AES instructions knows best.
 */
#include "tls/profile.h"

#include <stdbool.h>

#define INTERMEDIATE_CIPHERS                                                                                           \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"                         \
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"                           \
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305"
#define TLS13_SUITES "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

#define GROUPS        "X25519:P-256:P-384"
#define GROUPS_HYBRID "X25519MLKEM768:" GROUPS

/* A client certificate is never asked for, so nothing near this is ever read; the library's default is 100 KB. */
#define CERTIFICATES_SIZE_MAX_SERVER 4096
/* An upstream's chain: real ones are below 10 KB. */
#define CERTIFICATES_SIZE_MAX_CLIENT 65536

int profile_version_min(enum snap_tls_profile profile)
{
    return profile == SNAP_TLS_MODERN ? TLS1_3_VERSION : TLS1_2_VERSION;
}

/*
 * The hybrid group where the library at hand has it: known at run time only. (A client keeps the library's own list,
 * which knows best which key shares to send at once.)
 */
static bool groups_set(SSL_CTX *ctx)
{
    char hybrid[] = GROUPS_HYBRID, classic[] = GROUPS; /* not const, as the library's macro wants them */
    return SSL_CTX_set1_groups_list(ctx, hybrid) == 1 || SSL_CTX_set1_groups_list(ctx, classic) == 1;
}

/* What servers and clients have in common. */
static SSL_CTX *context_new(const SSL_METHOD *method, int version_min)
{
    SSL_CTX *ctx = SSL_CTX_new(method);
    if (!ctx)
        return NULL;
    SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    /* No chain is looked for in a store: what the snapshot holds is what is sent. */
    SSL_CTX_set_mode(ctx, SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_read_ahead(ctx, 0); /* else a record's rest would stay in a 16 KB buffer of an idle connection */
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_min_proto_version(ctx, version_min) != 1 || SSL_CTX_set_max_proto_version(ctx, 0) != 1) {
        SSL_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

SSL_CTX *profile_server_new(enum snap_tls_profile profile)
{
    SSL_CTX *ctx = context_new(TLS_server_method(), profile_version_min(profile));
    if (!ctx)
        return NULL;
    SSL_CTX_set_timeout(ctx, TLS_SESSION_TIMEOUT_S);
    SSL_CTX_set_max_cert_list(ctx, CERTIFICATES_SIZE_MAX_SERVER);
    /* A second ticket would cost a sixteenth of a handshake, for clients that rarely use it. */
    bool ok = groups_set(ctx) && SSL_CTX_set_num_tickets(ctx, 1) == 1 && SSL_CTX_set_max_early_data(ctx, 0) == 1 &&
              SSL_CTX_set_cipher_list(ctx, INTERMEDIATE_CIPHERS) == 1 &&
              SSL_CTX_set_ciphersuites(ctx, TLS13_SUITES) == 1;
    /* For the DHE suites: a well-known group of the certificate's strength, at least 2048 bits. */
    if (!ok || SSL_CTX_set_dh_auto(ctx, 1) != 1) {
        SSL_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

SSL_CTX *profile_client_new(void)
{
    SSL_CTX *ctx = context_new(TLS_client_method(), TLS1_2_VERSION);
    if (ctx)
        SSL_CTX_set_max_cert_list(ctx, CERTIFICATES_SIZE_MAX_CLIENT);
    return ctx;
}
