/*
 * What the end of a look's transfer means: the sentences are those of every transfer (outbound/why), and what only a
 * look at the gateway's own listeners can know.
 */
#include <stdarg.h>
#include <stdio.h>

#include "outbound/why.h"
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

static enum fetch_outcome outcome_of(enum why_kind kind)
{
    switch (kind) {
    case WHY_UNREACHABLE: return FETCH_UNREACHABLE;
    case WHY_TIMEOUT: return FETCH_TIMEOUT;
    case WHY_TLS_FAILED: return FETCH_TLS_FAILED;
    case WHY_UNTRUSTED: return FETCH_UNTRUSTED;
    case WHY_CLOSED:
    case WHY_NO_ANSWER: break;
    }
    return FETCH_NO_ANSWER;
}

/* The gateway closes at once when somebody speaks the PROXY protocol who may not. */
static void explain_failure(struct transfer *t, CURLcode code)
{
    char words[WHY_SIZE];
    const struct why_seen seen = {
        .curl = t->curl, .code = code, .error = t->error, .deadline = t->deadline, .limit_ms = t->limit_ms};
    enum why_kind kind = why_explain(&seen, words);
    const struct probe_endpoint *endpoint = t->request->endpoint;
    bool proxy = kind == WHY_CLOSED && endpoint && endpoint->proxy_protocol;
    if (proxy)
        (void)fetch_fail(t->result, outcome_of(kind),
                         "%s: it wants the PROXY protocol; is the machine itself among its Trusted Proxies?", words);
    else
        (void)fetch_fail(t->result, outcome_of(kind), "%s", words);
}

/* Browsers refuse such an answer, which says in two ways where it ends (RFC 9112 section 6.3). */
static bool has_two_lengths(const struct head *head)
{
    size_t at = 0;
    struct str first = head_next(head, STR("Content-Length"), &at), next;
    while ((next = head_next(head, STR("Content-Length"), &at)).data)
        if (!str_eq(next, first))
            return true;
    return false;
}

void fetch_explain(struct transfer *t, CURLcode code)
{
    if (t->result->head.too_large)
        (void)fetch_fail(t->result, FETCH_NO_ANSWER, "sends a head beyond %d KB or %d fields", HEAD_SIZE_MAX / 1024,
                         HEAD_FIELDS_COUNT_MAX);
    else if (t->result->head.done && has_two_lengths(&t->result->head))
        (void)fetch_fail(t->result, FETCH_NO_ANSWER, "says two lengths of its answer that differ");
    else if (t->result->head.done || (code == CURLE_OK && t->request->handshake_only))
        t->result->outcome = FETCH_OK; /* a body that is cut or breaks off is the reader's to judge */
    else if (code == CURLE_OK)
        (void)fetch_fail(t->result, FETCH_NO_ANSWER, "does not answer in HTTP");
    else
        explain_failure(t, code);
}
