/* Two tables: the words for our causes, and the library's reasons behind each. */
#include "tls/failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

static const char *const names[TLS_FAILURE_COUNT] = {
    [TLS_FAILURE_NONE] = "none",
    [TLS_FAILURE_UNKNOWN_NAME] = "unknown_name",
    [TLS_FAILURE_NO_NAME] = "no_name",
    [TLS_FAILURE_NO_CERTIFICATE] = "no_certificate",
    [TLS_FAILURE_VERSION] = "version",
    [TLS_FAILURE_CIPHER] = "cipher",
    [TLS_FAILURE_CLIENT_REFUSED_CERTIFICATE] = "client_refused_certificate",
    [TLS_FAILURE_CLIENT_ALERT] = "client_alert",
    [TLS_FAILURE_VERIFY] = "verify",
    [TLS_FAILURE_PLAIN_HTTP] = "plain_http",
    [TLS_FAILURE_PROTOCOL] = "protocol",
    [TLS_FAILURE_MEMORY] = "memory",
    [TLS_FAILURE_NO_APPLICATION_PROTOCOL] = "no_application_protocol",
};

const char *tls_failure_name(enum tls_failure failure)
{
    return (unsigned)failure < TLS_FAILURE_COUNT ? names[failure] : "unknown";
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

/* 42..48: bad, unsupported, revoked, expired, unknown certificate, illegal parameter (which is not one), unknown CA. */
static bool alert_is_about_certificate(int alert)
{
    return alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_UNKNOWN_CA && alert != SSL_AD_ILLEGAL_PARAMETER;
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
        return alert_is_about_certificate(reason - SSL_AD_REASON_OFFSET) ? TLS_FAILURE_CLIENT_REFUSED_CERTIFICATE
                                                                         : TLS_FAILURE_CLIENT_ALERT;
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
