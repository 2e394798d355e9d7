/*
 * Reports that browsers send of themselves when they could not get in: Network Error Logging (W3C, "network-error" of
 * the Reporting API) and violations of a Content-Security-Policy, of which only subresources over plain HTTP matter
 * here. They come from anybody, so reading is strict and bounded, and keeps next to nothing: of each report its type
 * and the host that it is about. Paths, addresses, referrers and whatever else stands in them are never taken out.
 */
#ifndef HTTP_REPORT_H
#define HTTP_REPORT_H

#include "base/err.h"
#include "base/str.h"

/* Where they are sent: then comes the name of the site that is reported of, '/', and its token. */
#define REPORT_PATH_PREFIX "/.well-known/strictgate/reports/"
/* A browser sends what a minute gathered; a report has some 500 bytes. */
#define REPORT_BODY_SIZE_MAX 16384
/* In one body; what stands behind them is not looked at. */
#define REPORT_COUNT_MAX 64
/* A body is a list of objects with an object in each, and extensions may nest once more or twice. */
#define REPORT_DEPTH_MAX 8
/* Browsers give up on a report after an hour or so; what is older than a day belongs to no day that is looked at. */
#define REPORT_AGE_MS_MAX 86400000

enum report_type {
    REPORT_DNS_UNREACHABLE,
    REPORT_DNS_NAME_NOT_RESOLVED,
    REPORT_DNS_FAILED,
    REPORT_DNS_ADDRESS_CHANGED,
    REPORT_TCP_TIMED_OUT,
    REPORT_TCP_CLOSED,
    REPORT_TCP_RESET,
    REPORT_TCP_REFUSED,
    REPORT_TCP_ABORTED,
    REPORT_TCP_ADDRESS_INVALID,
    REPORT_TCP_ADDRESS_UNREACHABLE,
    REPORT_TCP_FAILED,
    REPORT_TLS_VERSION_OR_CIPHER,
    REPORT_TLS_CLIENT_CERT,
    REPORT_TLS_CERT_NAME,
    REPORT_TLS_CERT_DATE,
    REPORT_TLS_CERT_AUTHORITY,
    REPORT_TLS_CERT_INVALID,
    REPORT_TLS_CERT_REVOKED,
    REPORT_TLS_CERT_PINNED,
    REPORT_TLS_PROTOCOL,
    REPORT_TLS_FAILED,
    REPORT_HTTP_ERROR,
    REPORT_HTTP_PROTOCOL,
    REPORT_HTTP_INVALID,
    REPORT_HTTP_REDIRECT_LOOP,
    REPORT_HTTP_FAILED,
    REPORT_ABANDONED,
    REPORT_UNKNOWN,
    REPORT_MIXED_CONTENT,
    REPORT_TYPES_COUNT
};

struct report_kind {
    const char *type;  /* as Network Error Logging names it, or "csp-violation" */
    const char *phase; /* "dns", "connection", "application"; of the last two of the table "" where it is not told */
    const char *words; /* what happened, to follow "the browser" or "a page" */
    const char *fix;   /* a sentence; NULL where there is none that always helps */
};

struct report {
    enum report_type type;
    struct str host; /* that it is about, as written, without its port: a view into the body's value */
};

/* Any type. */
const struct report_kind *report_kind_of(enum report_type type);
/* Something with the certificate or with TLS: whom Strict Transport Security shuts out. */
bool report_type_is_tls(enum report_type type);
/* The host of "https://host[:port]/…", as a view; empty of any other URL. */
struct str report_host_of(struct str url);
/*
 * Reads the body of a POST: a list of reports (application/reports+json), or one of the older kind of Content Security
 * Policy ({"csp-report": …}). Each that is understood is given to on_report, whose views live until it returns; those
 * of other kinds, or too old, are passed over. False when the body is none; some may have been given then.
 */
NODISCARD bool report_read(struct str body, void (*on_report)(void *context, const struct report *report),
                           void *context, struct err *err);

#endif
