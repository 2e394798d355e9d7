/* Reading reports, and the table of their types (Network Error Logging, section 6). */
#include "http/report.h"

#include <assert.h>

#include "codec/json.h"

static const struct report_kind kinds[REPORT_TYPES_COUNT] = {
    [REPORT_DNS_UNREACHABLE] = {"dns.unreachable", "dns", "could not reach its name server", NULL},
    [REPORT_DNS_NAME_NOT_RESOLVED] = {"dns.name_not_resolved", "dns", "was told that there is no such name", NULL},
    [REPORT_DNS_FAILED] = {"dns.failed", "dns", "got no usable answer from the DNS", NULL},
    [REPORT_DNS_ADDRESS_CHANGED] = {"dns.address_changed", "dns", "was told another address than before", NULL},
    [REPORT_TCP_TIMED_OUT] = {"tcp.timed_out", "connection", "got no answer to its connection", NULL},
    [REPORT_TCP_CLOSED] = {"tcp.closed", "connection", "saw the connection closed", NULL},
    [REPORT_TCP_RESET] = {"tcp.reset", "connection", "saw the connection reset", NULL},
    [REPORT_TCP_REFUSED] = {"tcp.refused", "connection", "was refused a connection", NULL},
    [REPORT_TCP_ABORTED] = {"tcp.aborted", "connection", "gave up its connection", NULL},
    [REPORT_TCP_ADDRESS_INVALID] = {"tcp.address_invalid", "connection", "was told an address that is none", NULL},
    [REPORT_TCP_ADDRESS_UNREACHABLE] = {"tcp.address_unreachable", "connection", "found no way to the address", NULL},
    [REPORT_TCP_FAILED] = {"tcp.failed", "connection", "could not connect", NULL},
    [REPORT_TLS_VERSION_OR_CIPHER] = {"tls.version_or_cipher_mismatch", "connection",
                                      "has no version or cipher of TLS in common with the server",
                                      "Find out what it met: the gateway, or a device in between; \"strictgate "
                                      "settings set tls_profile=intermediate\" lets in older ones."},
    [REPORT_TLS_CLIENT_CERT] = {"tls.bad_client_auth_cert", "connection",
                                "was asked for a certificate of its own, or had the wrong one",
                                "The gateway asks for none: find out what answers in its place."},
    [REPORT_TLS_CERT_NAME] = {"tls.cert.name_invalid", "connection", "met a certificate of another name",
                              "Have every name that people use in the certificate, and look whether another machine "
                              "answers for some."},
    [REPORT_TLS_CERT_DATE] = {"tls.cert.date_invalid", "connection", "met a certificate that is over or not valid yet",
                              "Renew the certificate; if it is valid, clocks of visitors are wrong, or another machine "
                              "answers with an old one."},
    [REPORT_TLS_CERT_AUTHORITY] = {"tls.cert.authority_invalid", "connection",
                                   "does not trust who issued the certificate",
                                   "Serve the whole chain, and install a private root on every device (\"strictgate "
                                   "trust\"); a device in between may show its own certificate."},
    [REPORT_TLS_CERT_INVALID] = {"tls.cert.invalid", "connection", "met a certificate that it does not accept",
                                 "Look at the certificate with \"strictgate cert show\"."},
    [REPORT_TLS_CERT_REVOKED] = {"tls.cert.revoked", "connection", "met a certificate that was revoked",
                                 "Get a new certificate."},
    [REPORT_TLS_CERT_PINNED] = {"tls.cert.pinned_key_not_in_cert_chain", "connection",
                                "met another key than the one it was told to insist on",
                                "Look for a device in between that shows certificates of its own."},
    [REPORT_TLS_PROTOCOL] = {"tls.protocol.error", "connection", "met something that is no TLS as it should be",
                             "Find out what answers on port 443 where these visitors are."},
    [REPORT_TLS_FAILED] = {"tls.failed", "connection", "could not make a connection with TLS",
                           "Find out what answers on port 443 where these visitors are."},
    [REPORT_HTTP_ERROR] = {"http.error", "application", "was answered with an error (status 400 and above)", NULL},
    [REPORT_HTTP_PROTOCOL] = {"http.protocol.error", "application", "met an error of HTTP", NULL},
    [REPORT_HTTP_INVALID] = {"http.response.invalid", "application", "met an answer that is none", NULL},
    [REPORT_HTTP_REDIRECT_LOOP] = {"http.response.redirect_loop", "application", "was sent round in circles", NULL},
    [REPORT_HTTP_FAILED] = {"http.failed", "application", "got no answer over its connection", NULL},
    [REPORT_ABANDONED] = {"abandoned", "", "was closed or sent elsewhere before the answer came", NULL},
    [REPORT_UNKNOWN] = {"unknown", "", "failed and does not say why", NULL},
    [REPORT_MIXED_CONTENT] = {"csp-violation", "application", "wanted to load something over plain HTTP into a page",
                              "Have the application refer to https:// everywhere."},
};

/* A type of one of these families that the table does not have counts as the general one of its family. */
static const struct {
    const char *prefix;
    enum report_type type;
} families[] = {{"dns.", REPORT_DNS_FAILED},
                {"tcp.", REPORT_TCP_FAILED},
                {"tls.", REPORT_TLS_FAILED},
                {"http.", REPORT_HTTP_FAILED}};

const struct report_kind *report_kind_of(enum report_type type)
{
    assert(type < REPORT_TYPES_COUNT);
    return &kinds[type];
}

bool report_type_is_tls(enum report_type type)
{
    return type >= REPORT_TLS_VERSION_OR_CIPHER && type <= REPORT_TLS_FAILED;
}

static bool type_of(struct str text, enum report_type *ret)
{
    for (int i = 0; i < REPORT_MIXED_CONTENT; i++)
        if (str_eq(text, str_from(kinds[i].type))) {
            *ret = (enum report_type)i;
            return true;
        }
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (str_starts(text, str_from(families[i].prefix))) {
            *ret = families[i].type;
            return true;
        }
    return false;
}

/* A text without regard to what it is; empty where there is none. */
static struct str text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : STR("");
}

/* A page that a report is about was secure, or it would not be about us. */
struct str report_host_of(struct str url)
{
    const struct str scheme = STR("https://");
    struct str rest = str_after(url, scheme.size);
    if (!str_starts(url, scheme))
        return STR("");
    size_t end = 0;
    while (end < rest.size && rest.data[end] != '/' && rest.data[end] != '?' && rest.data[end] != '#')
        end++;
    rest = str_part(rest, 0, end);
    if (str_find(rest, '@') < rest.size)
        return STR("");
    size_t colon = str_find_last(rest, ':');
    return colon < rest.size && !str_ends(rest, STR("]")) ? str_part(rest, 0, colon) : rest;
}

static bool is_plain(struct str blocked)
{
    return str_starts(blocked, STR("http://")) || str_starts(blocked, STR("ws://")) || str_eq(blocked, STR("http")) ||
           str_eq(blocked, STR("ws"));
}

static bool age_is_fine(const json_t *report)
{
    const json_t *age = json_object_get(report, "age");
    return json_is_number(age) && json_number_value(age) >= 0 && json_number_value(age) <= REPORT_AGE_MS_MAX;
}

/* False: of a kind that is nothing to us, or not as it should be. */
static bool read_one(const json_t *item, struct report *ret)
{
    struct str kind = text_of(item, "type");
    const json_t *body = json_object_get(item, "body");
    if (!json_is_object(body) || !age_is_fine(item))
        return false;
    ret->host = report_host_of(text_of(item, "url"));
    if (str_eq(kind, STR("network-error")))
        return ret->host.size && type_of(text_of(body, "type"), &ret->type);
    ret->type = REPORT_MIXED_CONTENT;
    return str_eq(kind, STR("csp-violation")) && ret->host.size && is_plain(text_of(body, "blockedURL"));
}

/* As Content Security Policy had it before the Reporting API (report-uri). */
static bool read_older(const json_t *body, struct report *ret)
{
    *ret = (struct report){.type = REPORT_MIXED_CONTENT, .host = report_host_of(text_of(body, "document-uri"))};
    return ret->host.size && is_plain(text_of(body, "blocked-uri"));
}

/* The parser goes down with the text: it must not be led deeper than any report is. */
static bool is_deep(struct str text)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
            continue;
        }
        quoted = c == '"';
        if (c == '[' || c == '{')
            depth++;
        else if ((c == ']' || c == '}') && depth)
            depth--;
        if (depth > REPORT_DEPTH_MAX)
            return true;
    }
    return false;
}

static bool read_value(const json_t *json, void (*on_report)(void *context, const struct report *report), void *context,
                       struct err *err)
{
    const json_t *older = json_object_get(json, "csp-report");
    struct report report;
    if (json_is_object(older)) {
        if (read_older(older, &report))
            on_report(context, &report);
        return true;
    }
    if (!json_is_array(json))
        return err_set(err, ERR_INPUT, "it is no list of reports");
    for (size_t i = 0; i < json_array_size(json) && i < REPORT_COUNT_MAX; i++)
        if (read_one(json_array_get(json, i), &report))
            on_report(context, &report);
    return true;
}

bool report_read(struct str body, void (*on_report)(void *context, const struct report *report), void *context,
                 struct err *err)
{
    json_t *json;
    if (body.size > REPORT_BODY_SIZE_MAX || is_deep(body))
        return err_set(err, ERR_INPUT, "it is longer or deeper than reports are");
    if (!json_parse(body, &json, err))
        return false;
    bool fine = read_value(json, on_report, context, err);
    json_decref(json);
    return fine;
}
