/*
 * What libcurl has no option for, so that this one file of probe knows OpenSSL. Asking for one certificate of a pair: a
 * server chooses by the signature algorithms that the client offers (RFC 8446 section 4.2.3, in TLS 1.2 the same).
 * Offering one version of TLS. That a handshake was begun, and what it agreed on.
 */
#include <openssl/ssl.h>
#include <stdio.h>

#include "probe/fetch_parts.h"

/* What browsers offer of each kind. */
static const char ecdsa[] = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512";
static const char rsa[] = "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";

/* All that the library still knows, with the parameters of their time: this is no connection that anything is sent on.
 */
static const char any_suite[] = "ALL:@SECLEVEL=0";

static bool set_algorithms(SSL_CTX *context, enum fetch_offer offer)
{
    if (offer == FETCH_OFFER_ALL)
        return true;
    /* the library takes a char *, and only reads */
    char *list = (char *)(uintptr_t)(offer == FETCH_OFFER_RSA ? rsa : ecdsa);
    return SSL_CTX_set1_sigalgs_list(context, list) == 1;
}

static bool set_version(SSL_CTX *context, enum fetch_version version)
{
    static const int numbers[] = {[FETCH_VERSION_1_0] = TLS1_VERSION,
                                  [FETCH_VERSION_1_1] = TLS1_1_VERSION,
                                  [FETCH_VERSION_1_2] = TLS1_2_VERSION,
                                  [FETCH_VERSION_1_3] = TLS1_3_VERSION};
    if (version == FETCH_VERSION_USUAL)
        return true;
    return (version >= FETCH_VERSION_1_2 || SSL_CTX_set_cipher_list(context, any_suite) == 1) &&
           SSL_CTX_set_min_proto_version(context, numbers[version]) == 1 &&
           SSL_CTX_set_max_proto_version(context, numbers[version]) == 1;
}

/* libcurl makes a context when the connection is there. */
static CURLcode on_context(CURL *curl, void *context, void *mine)
{
    struct transfer *t = mine;
    (void)curl;
    t->handshake_begun = true;
    return set_algorithms(context, t->request->offer) && set_version(context, t->request->version)
               ? CURLE_OK
               : CURLE_SSL_CONNECT_ERROR;
}

bool fetch_set_handshake(struct transfer *t)
{
    return curl_easy_setopt(t->curl, CURLOPT_SSL_CTX_FUNCTION, on_context) == CURLE_OK &&
           curl_easy_setopt(t->curl, CURLOPT_SSL_CTX_DATA, t) == CURLE_OK;
}

void fetch_take_session(struct transfer *t)
{
    const struct curl_tlssessioninfo *info = NULL;
    if (t->result->tls_version[0] || curl_easy_getinfo(t->curl, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || !info ||
        info->backend != CURLSSLBACKEND_OPENSSL || !info->internals)
        return;
    const SSL *ssl = info->internals;
    if (!SSL_is_init_finished(ssl))
        return;
    (void)snprintf(t->result->tls_version, sizeof t->result->tls_version, "%s", SSL_get_version(ssl));
    (void)snprintf(t->result->cipher, sizeof t->result->cipher, "%s", SSL_get_cipher_name(ssl));
}
