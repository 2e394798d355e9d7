/* The library's reasons, and the alerts of clients, behind our causes. */
#include "tls/failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

#include "snapshot/counters.h"

_Static_assert(TLS_FAILURE_COUNT <= COUNTERS_FAILURES_MAX, "each cause has its counter");

const char *tls_failure_name(enum tls_failure failure)
{
    if (failure == TLS_FAILURE_NONE)
        return "none";
    return (unsigned)failure < TLS_FAILURE_COUNT ? counters_causes[failure] : "unknown";
}

static const struct {
    int reason;
    enum tls_failure failure;
} reasons[] = {
    {SSL_R_UNSUPPORTED_PROTOCOL, TLS_FAILURE_VERSION},
    {SSL_R_UNKNOWN_PROTOCOL, TLS_FAILURE_VERSION},
    {SSL_R_VERSION_TOO_LOW, TLS_FAILURE_VERSION},
    {SSL_R_NO_PROTOCOLS_AVAILABLE, TLS_FAILURE_VERSION},
    {SSL_R_WRONG_SSL_VERSION, TLS_FAILURE_VERSION},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, TLS_FAILURE_VERSION},
    {SSL_R_NO_SHARED_CIPHER, TLS_FAILURE_CIPHER},
    {SSL_R_NO_SHARED_GROUPS, TLS_FAILURE_CIPHER},
    {SSL_R_NO_SUITABLE_GROUPS, TLS_FAILURE_CIPHER},
    {SSL_R_NO_SUITABLE_KEY_SHARE, TLS_FAILURE_CIPHER},
    {SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, TLS_FAILURE_CIPHER},
    {SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, TLS_FAILURE_CIPHER},
    {SSL_R_NO_APPLICATION_PROTOCOL, TLS_FAILURE_NO_APPLICATION_PROTOCOL},
    {SSL_R_CERTIFICATE_VERIFY_FAILED, TLS_FAILURE_VERIFY},
};

/* What a client says when it ends the handshake itself. */
static enum tls_failure failure_of_alert(int alert)
{
    switch (alert) {
    case SSL_AD_BAD_CERTIFICATE: return TLS_FAILURE_BAD_CERTIFICATE;
    case SSL_AD_UNSUPPORTED_CERTIFICATE: return TLS_FAILURE_UNSUPPORTED_CERTIFICATE;
    case SSL_AD_CERTIFICATE_REVOKED: return TLS_FAILURE_CERTIFICATE_REVOKED;
    case SSL_AD_CERTIFICATE_EXPIRED: return TLS_FAILURE_CERTIFICATE_EXPIRED;
    case SSL_AD_CERTIFICATE_UNKNOWN: return TLS_FAILURE_CERTIFICATE_UNKNOWN;
    case SSL_AD_UNKNOWN_CA: return TLS_FAILURE_UNKNOWN_CA;
    default: return TLS_FAILURE_CLIENT_ALERT;
    }
}

static enum tls_failure failure_of(unsigned long error)
{
    int reason = ERR_GET_REASON(error);
    if (reason == ERR_R_MALLOC_FAILURE)
        return TLS_FAILURE_MEMORY;
    if (ERR_GET_LIB(error) != ERR_LIB_SSL)
        return TLS_FAILURE_PROTOCOL;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].reason == reason)
            return reasons[i].failure;
    if (reason > SSL_AD_REASON_OFFSET && reason <= SSL_AD_REASON_OFFSET + UINT8_MAX)
        return failure_of_alert(reason - SSL_AD_REASON_OFFSET);
    return TLS_FAILURE_PROTOCOL;
}

enum tls_failure failure_take(const char **ret_text)
{
    enum tls_failure failure = TLS_FAILURE_PROTOCOL;
    unsigned long telling = 0, error;
    while ((error = ERR_get_error()) != 0) {
        if (failure != TLS_FAILURE_PROTOCOL)
            continue; /* the first that names a cause stands; what follows are its consequences */
        failure = failure_of(error);
        if (failure != TLS_FAILURE_PROTOCOL || ERR_GET_LIB(telling) != ERR_LIB_SSL)
            telling = error;
    }
    const char *text = telling ? ERR_reason_error_string(telling) : NULL;
    *ret_text = text ? text : "the connection broke the protocol";
    return failure;
}
