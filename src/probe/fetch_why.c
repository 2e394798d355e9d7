/*
 * From the error codes of libcurl, OpenSSL and the kernel to what an operator reads: the end of a sentence that begins
 * with the endpoint and the name.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "crypto/trust.h"
#include "probe/fetch_parts.h"

enum fetch_outcome fetch_fail(struct fetch_result *result, enum fetch_outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(result->why, sizeof result->why, format, arguments);
    va_end(arguments);
    result->outcome = outcome;
    return outcome;
}

static void explain_connect(struct transfer *t)
{
    struct fetch_result *result = t->result;
    long number = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &number);
    switch (number) {
    case ECONNREFUSED:
        (void)fetch_fail(result, FETCH_UNREACHABLE, "refuses the connection: nobody listens there");
        return;
    case ENOENT: (void)fetch_fail(result, FETCH_UNREACHABLE, "is not there: the socket's file is missing"); return;
    case 0: (void)fetch_fail(result, FETCH_UNREACHABLE, "cannot be reached"); return;
    default: (void)fetch_fail(result, FETCH_UNREACHABLE, "cannot be reached: %s", strerror((int)number)); return;
    }
}

/* OpenSSL names alerts and errors in its own words, which libcurl passes on. */
static const struct {
    const char *sign, *words;
} handshakes[] = {
    {"unrecognized name", "refuses this name in the TLS handshake (unrecognized_name)"},
    {"wrong version number", "does not speak TLS"},
    {"unknown protocol", "does not speak TLS"},
    {"packet length too long", "does not speak TLS"},
    {"http request", "does not speak TLS"},
    {"protocol version", "has no version of TLS in common with clients"},
    {"unsupported protocol", "has no version of TLS in common with clients"},
    {"handshake failure", "finds nothing in common with clients in the TLS handshake (handshake_failure)"},
    {"internal error", "reports an error of its own in the TLS handshake (internal_error)"},
};

/* What it says, whichever way, when the other side goes away in the handshake. */
static const char *const closings[] = {"SSL_ERROR_SYSCALL", "unexpected eof", "Broken pipe", "Connection reset"};

/* The gateway closes at once when somebody speaks the PROXY protocol who may not. */
static void explain_closing(struct transfer *t, const char *words)
{
    if (t->request->endpoint->proxy_protocol)
        (void)fetch_fail(t->result, FETCH_NO_ANSWER,
                         "%s: it wants the PROXY protocol; is the machine itself among its Trusted Proxies?", words);
    else
        (void)fetch_fail(t->result, FETCH_NO_ANSWER, "%s", words);
}

static void explain_handshake(struct transfer *t)
{
    for (size_t i = 0; i < sizeof closings / sizeof *closings; i++) {
        if (strstr(t->error, closings[i])) {
            explain_closing(t, "closes the connection in the TLS handshake");
            return;
        }
    }
    for (size_t i = 0; i < sizeof handshakes / sizeof *handshakes; i++) {
        if (strstr(t->error, handshakes[i].sign)) {
            (void)fetch_fail(t->result, FETCH_TLS_FAILED, "%s", handshakes[i].words);
            return;
        }
    }
    (void)fetch_fail(t->result, FETCH_TLS_FAILED, "fails in the TLS handshake: %.140s", t->error);
}

/* A chain that holds is not enough: libcurl compares the name itself, and keeps no result of the library's for that. */
static void explain_trust(struct transfer *t)
{
    char words[TRUST_WHY_SIZE] = "is not for this name";
    long verdict = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
    if (!strstr(t->error, "subject name"))
        trust_words(verdict, words);
    (void)fetch_fail(t->result, FETCH_UNTRUSTED, "serves a certificate that %.150s", words);
}

static void explain_timeout(struct transfer *t)
{
    if (watch_is_over(t->watch))
        (void)fetch_fail(t->result, FETCH_TIMEOUT, "gave no answer yet: %s", watch_words(t->watch));
    else
        (void)fetch_fail(t->result, FETCH_TIMEOUT, "gives no answer within %lld s",
                         (long long)(t->limit_ms + 999) / 1000);
}

static void explain_failure(struct transfer *t, CURLcode code)
{
    struct fetch_result *result = t->result;
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK: explain_timeout(t); return;
    case CURLE_COULDNT_CONNECT: explain_connect(t); return;
    case CURLE_SSL_CONNECT_ERROR: explain_handshake(t); return;
    case CURLE_PEER_FAILED_VERIFICATION: explain_trust(t); return;
    case CURLE_GOT_NOTHING: explain_closing(t, "closes the connection without an answer"); return;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE: explain_closing(t, "breaks the connection off"); return;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: (void)fetch_fail(result, FETCH_NO_ANSWER, "does not answer in HTTP"); return;
    case CURLE_OUT_OF_MEMORY: /* older versions say so, too, of a line beyond 100 KB */
        (void)fetch_fail(result, FETCH_NO_ANSWER, "sends a line too long to read, or memory ran out here");
        return;
    default:
        (void)fetch_fail(result, FETCH_NO_ANSWER, "gives no answer that can be used: %.140s",
                         t->error[0] ? t->error : curl_easy_strerror(code));
    }
}

void fetch_explain(struct transfer *t, CURLcode code)
{
    if (t->head_too_large)
        (void)fetch_fail(t->result, FETCH_NO_ANSWER, "sends a head beyond %d KB or %d fields",
                         FETCH_HEAD_SIZE_MAX / 1024, FETCH_FIELDS_COUNT_MAX);
    else if (t->head_done || (code == CURLE_OK && t->request->handshake_only))
        t->result->outcome = FETCH_OK; /* a body that is cut or breaks off is the reader's to judge */
    else if (code == CURLE_OK)
        (void)fetch_fail(t->result, FETCH_NO_ANSWER, "does not answer in HTTP");
    else
        explain_failure(t, code);
}
