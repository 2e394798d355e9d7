/*
 * A TLS handshake for each name on each endpoint, without a request, so that the application notices nothing. Which
 * certificate was served is compared by its SHA-256; whether clients take it is judged afterwards, with three kinds of
 * roots at once, since one handshake can be verified against one set only.
 */
#include "probe/served.h"

#include <stdio.h>

#include "crypto/digest.h"
#include "crypto/trust.h"
#include "probe/fact.h"
#include "probe/fetch.h"

/* Marks of roots; the system's own is TRUST_MARK_SYSTEM. */
enum { MARK_DECLARED = TRUST_MARK_SYSTEM + 1, MARK_PRIVATE };

struct look {
    const struct probe_target *target;
    const struct deadline *deadline;
    const struct trust *roots; /* NULL: they could not be read, which is noted */
    struct fact served, chain;
    enum observed_trust trust;
    char root[TRUST_ROOT_SIZE]; /* one of that trust */
    size_t sockets_count;       /* that were asked */
};

/* Declared ones first: a local CA may be private and declared, and then it is declared. */
static bool collect_roots(const struct probe_target *target, struct trust *roots, struct err *err)
{
    return trust_add_pem(roots, target->declared_roots, MARK_DECLARED, err) &&
           trust_add_pem(roots, target->private_roots, MARK_PRIVATE, err) && trust_add_system(roots, err);
}

static bool is_expected(const struct probe_target *target, struct str fingerprint)
{
    for (size_t i = 0; i < target->leaves_count && i < PROBE_LEAVES_COUNT_MAX; i++)
        if (str_eq_nocase(target->leaves[i], fingerprint))
            return true;
    return false;
}

static void compare_leaf(struct look *look, const struct fetch_result *result, const char *where, struct str name)
{
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    struct err err = {0};
    if (!digest_fingerprint(result->chain[0], fingerprint, &err))
        fact_note(&look->served, OBSERVED_FAILED, "nobody could look at the certificate: %s", err.text);
    else if (!is_expected(look->target, str_from(fingerprint)))
        fact_note(&look->served, OBSERVED_BAD,
                  "%s serves another certificate for %.*s than the one stored: SHA-256 %.16s...", where, STR_ARG(name),
                  fingerprint);
}

static enum observed_trust trust_of(const struct trust_verdict *verdict)
{
    if (!verdict->has_root)
        return OBSERVED_TRUST_NONE;
    switch (verdict->mark) {
    case MARK_DECLARED: return OBSERVED_TRUST_DECLARED;
    case MARK_PRIVATE: return OBSERVED_TRUST_PRIVATE;
    default: return OBSERVED_TRUST_SYSTEM;
    }
}

static void judge_chain(struct look *look, const struct fetch_result *result, const char *where, struct str name)
{
    struct trust_verdict verdict;
    if (!look->roots)
        return;
    trust_judge(look->roots, result->chain, result->chain_count, name, look->target->now_s, &verdict);
    enum observed_trust trust = trust_of(&verdict);
    if (trust >= look->trust) { /* in the order of the enum each is worse than the one before */
        look->trust = trust;
        memcpy(look->root, verdict.root, sizeof look->root);
    }
    if (verdict.fault != TRUST_FAULT_NONE)
        fact_note(&look->chain, OBSERVED_BAD, "the certificate that %s serves for %.*s %s", where, STR_ARG(name),
                  verdict.why);
    else if (trust == OBSERVED_TRUST_PRIVATE)
        fact_note(&look->chain, OBSERVED_DOUBT,
                  "the certificate that %s serves for %.*s leads to the private root \"%s\", which is not declared as "
                  "installed on all clients",
                  where, STR_ARG(name), verdict.root);
}

static void ask(struct look *look, const struct probe_endpoint *endpoint, struct str name)
{
    const struct fetch_request request = {.endpoint = endpoint,
                                          .tls = true,
                                          .handshake_only = true,
                                          .host = name,
                                          .port = 443,
                                          .path = STR("/"),
                                          .verify = FETCH_VERIFY_NOT};
    char room[ENDPOINT_TEXT_SIZE];
    struct fetch_result result;
    const char *where = endpoint_text(endpoint, room);
    enum fetch_outcome outcome = fetch(&request, look->deadline, &result);
    if (outcome == FETCH_OK && result.chain_count == 0)
        (void)snprintf(result.why, sizeof result.why, "shows no certificate that can be read");
    if (outcome == FETCH_OK && result.chain_count > 0) {
        compare_leaf(look, &result, where, name);
        judge_chain(look, &result, where, name);
    } else {
        /* A listener that speaks, but not as it must, is what a browser would meet; a silent one may be asleep. */
        enum observed verdict = outcome == FETCH_TLS_FAILED ? OBSERVED_BAD : OBSERVED_FAILED;
        fact_note(&look->served, verdict, "%s, asked for %.*s, %s", where, STR_ARG(name), result.why);
        fact_note(&look->chain, OBSERVED_FAILED, "%s, asked for %.*s, %s", where, STR_ARG(name), result.why);
    }
    fetch_result_fini(&result);
}

static void ask_names(struct look *look, const struct probe_endpoint *endpoint)
{
    char room[TARGET_NAME_SIZE];
    struct str name;
    for (size_t i = 0; i < look->target->names_count; i++)
        if (target_name(look->target->names[i], room, &name))
            ask(look, endpoint, name);
}

static void ask_all(struct look *look)
{
    const struct probe_target *target = look->target;
    for (size_t i = 0; i < target->endpoints_count; i++) {
        if (!endpoint_speaks_tls(&target->endpoints[i]))
            continue;
        look->sockets_count++;
        ask_names(look, &target->endpoints[i]);
    }
    size_t names_count = target_names_count(target);
    if (names_count == 0)
        fact_note(&look->served, OBSERVED_FAILED, "the site has no name that a browser could be bound to");
    else if (look->sockets_count == 0)
        fact_note(&look->served, OBSERVED_BAD, "no listener speaks HTTPS");
    else
        fact_note(&look->served, OBSERVED_GOOD, "the stored certificate is served for %zu %s by %zu %s", names_count,
                  names_count == 1 ? "name" : "names", look->sockets_count,
                  look->sockets_count == 1 ? "listening socket" : "listening sockets");
    if (look->trust == OBSERVED_TRUST_SYSTEM)
        fact_note(&look->chain, OBSERVED_GOOD, "the served chain leads to \"%s\", a root of the system's store",
                  look->root);
    if (look->trust == OBSERVED_TRUST_DECLARED)
        fact_note(&look->chain, OBSERVED_GOOD,
                  "the served chain leads to \"%s\", a root declared as installed on all clients", look->root);
}

void served_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret)
{
    struct look look = {.target = target, .deadline = deadline, .trust = OBSERVED_TRUST_UNKNOWN};
    struct trust *roots = NULL;
    struct err err = {0};
    if (trust_new(&roots, &err) && collect_roots(target, roots, &err))
        look.roots = roots;
    else
        fact_note(&look.chain, OBSERVED_FAILED, "nobody could look at the chain: %s", err.text);
    ask_all(&look);
    fact_close(&look.served, target->now_s, &ret->facts[OBSERVED_SERVED]);
    fact_close(&look.chain, target->now_s, &ret->facts[OBSERVED_CHAIN]);
    ret->trust = look.trust;
    trust_free(roots);
}
