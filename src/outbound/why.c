/* One function for each group of codes. */
#include "outbound/why.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "crypto/trust.h"

static enum why_kind say(enum why_kind kind, char words[static WHY_SIZE], const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum why_kind say(enum why_kind kind, char words[static WHY_SIZE], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, WHY_SIZE, format, arguments);
    va_end(arguments);
    return kind;
}

static enum why_kind explain_connect(const struct why_seen *seen, char words[static WHY_SIZE])
{
    long number = 0;
    (void)curl_easy_getinfo(seen->curl, CURLINFO_OS_ERRNO, &number);
    switch (number) {
    case ECONNREFUSED: return say(WHY_UNREACHABLE, words, "refuses the connection: nobody listens there");
    case ENOENT: return say(WHY_UNREACHABLE, words, "is not there: the socket's file is missing");
    case 0: return say(WHY_UNREACHABLE, words, "cannot be reached");
    default: return say(WHY_UNREACHABLE, words, "cannot be reached: %s", strerror((int)number));
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

/* "OpenSSL/3.0.19: error:0A000199:SSL routines::too many warn alerts": what is for people is the end of it. */
static const char *reason_of(const char *error)
{
    const char *end = strstr(error, "routines::");
    return end ? end + sizeof "routines::" - 1 : error;
}

static enum why_kind explain_handshake(const struct why_seen *seen, char words[static WHY_SIZE])
{
    for (size_t i = 0; i < sizeof closings / sizeof *closings; i++)
        if (strstr(seen->error, closings[i]))
            return say(WHY_CLOSED, words, "closes the connection in the TLS handshake");
    for (size_t i = 0; i < sizeof handshakes / sizeof *handshakes; i++)
        if (strstr(seen->error, handshakes[i].sign))
            return say(WHY_TLS_FAILED, words, "%s", handshakes[i].words);
    return say(WHY_TLS_FAILED, words, "fails in the TLS handshake: %.140s", reason_of(seen->error));
}

/* A chain that holds is not enough: libcurl compares the name itself, and keeps no result of the library's for that. */
static enum why_kind explain_trust(const struct why_seen *seen, char words[static WHY_SIZE])
{
    char verdict_words[TRUST_WHY_SIZE] = "is not for this name";
    long verdict = 0;
    (void)curl_easy_getinfo(seen->curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
    if (!strstr(seen->error, "subject name"))
        trust_words(verdict, verdict_words);
    return say(WHY_UNTRUSTED, words, "serves a certificate that %.150s", verdict_words);
}

/* libcurl counts in whole milliseconds: it may end a transfer this much before the deadline that bounds it. */
#define WHY_EARLY_MS 2

static enum why_kind explain_timeout(const struct why_seen *seen, char words[static WHY_SIZE])
{
    if (deadline_left_ms(seen->deadline, INT64_MAX) <= WHY_EARLY_MS)
        return say(WHY_TIMEOUT, words, "gave no answer yet: %s", deadline_words(seen->deadline));
    return say(WHY_TIMEOUT, words, "gives no answer within %lld s", (long long)(seen->limit_ms + 999) / 1000);
}

/* CURLE_TOO_LARGE, by its number: the headers before libcurl 8.6 lack it. */
#define TOO_LARGE 100

enum why_kind why_explain(const struct why_seen *seen, char words[static WHY_SIZE])
{
    switch ((int)seen->code) {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK: return explain_timeout(seen, words);
    case CURLE_COULDNT_RESOLVE_HOST: return say(WHY_UNREACHABLE, words, "has a name that leads to no address");
    case CURLE_COULDNT_CONNECT: return explain_connect(seen, words);
    case CURLE_SSL_CONNECT_ERROR: return explain_handshake(seen, words);
    case CURLE_PEER_FAILED_VERIFICATION: return explain_trust(seen, words);
    case CURLE_GOT_NOTHING: return say(WHY_CLOSED, words, "closes the connection without an answer");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE: return say(WHY_CLOSED, words, "breaks the connection off");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY: return say(WHY_NO_ANSWER, words, "does not answer in HTTP");
    case TOO_LARGE: return say(WHY_NO_ANSWER, words, "sends a line too long to read");
    case CURLE_OUT_OF_MEMORY: /* older versions say so, too, of a line beyond 100 KB */
        return say(WHY_NO_ANSWER, words, "sends a line too long to read, or memory ran out here");
    default:
        return say(WHY_NO_ANSWER, words, "gives no answer that can be used: %.140s",
                   seen->error[0] ? seen->error : curl_easy_strerror(seen->code));
    }
}
