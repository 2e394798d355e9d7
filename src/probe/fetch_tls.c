/*
 * What libcurl has no option for, so that this one file of probe knows OpenSSL. Asking for one certificate of a pair: a
 * server chooses by the signature algorithms that the client offers (RFC 8446 section 4.2.3, in TLS 1.2 the same). And
 * what a handshake agreed on.
 */
#include <openssl/ssl.h>
#include <stdio.h>

#include "probe/fetch_parts.h"

/* What browsers offer of each kind. */
static const char ecdsa[] = "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512";
static const char rsa[] = "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";

static CURLcode on_context(CURL *curl, void *context, void *algorithms)
{
    (void)curl;
    return SSL_CTX_set1_sigalgs_list(context, algorithms) == 1 ? CURLE_OK : CURLE_SSL_CONNECT_ERROR;
}

bool fetch_set_offer(struct transfer *t)
{
    if (t->request->offer == FETCH_OFFER_ALL)
        return true;
    const char *algorithms = t->request->offer == FETCH_OFFER_RSA ? rsa : ecdsa;
    return curl_easy_setopt(t->curl, CURLOPT_SSL_CTX_FUNCTION, on_context) == CURLE_OK &&
           curl_easy_setopt(t->curl, CURLOPT_SSL_CTX_DATA, (void *)(uintptr_t)algorithms) == CURLE_OK;
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
