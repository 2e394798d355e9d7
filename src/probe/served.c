/*
 * A TLS handshake for each name and each stored certificate on each endpoint, without a request, so that the
 * application notices nothing. Which certificate was served is compared by its SHA-256; whether clients take it is
 * judged afterwards, with three kinds of roots at once, since one handshake can be verified against one set only.
 */
#include "probe/served.h"

#include <stdio.h>

#include "crypto/cert_describe.h"
#include "crypto/trust.h"
#include "probe/fact.h"

/* Marks of roots; the system's own is TRUST_MARK_SYSTEM. */
enum { MARK_DECLARED = TRUST_MARK_SYSTEM + 1, MARK_PRIVATE };

struct look {
    const struct probe_target *target;
    const struct deadline *deadline;
    const struct trust *roots; /* NULL: they could not be read, which is noted */
    struct served_report *report;
    struct fact served, chain;
    enum observed_trust trust;
    char root[TRUST_ROOT_SIZE]; /* one of that trust */
    size_t sockets_count;       /* that were asked */
    bool is_pair;
};

/* One handshake: where, for which name, for which certificate. */
struct question {
    const struct probe_endpoint *endpoint;
    const char *where;
    struct str name;
    enum cert_side side;
    struct served_place *place; /* NULL without a report */
};

/* Declared ones first: a local CA may be private and declared, and then it is declared. */
static bool collect_roots(const struct probe_target *target, struct trust *roots, struct err *err)
{
    return trust_add_pem(roots, target->declared_roots, MARK_DECLARED, err) &&
           trust_add_pem(roots, target->private_roots, MARK_PRIVATE, err) && trust_add_system(roots, NULL, err);
}

static void make_visible(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

static void copy_visible(char *ret, size_t size, struct str text)
{
    (void)snprintf(ret, size, "%.*s", STR_ARG(text));
    make_visible(ret);
}

/* Whether this is the worst so far of its place, which is told then. */
static bool note(const struct question *q, enum served_state state)
{
    if (!q->place || state <= q->place->state)
        return false;
    q->place->state = state;
    copy_visible(q->place->name, sizeof q->place->name, q->name);
    return true;
}

static void note_failure(const struct question *q, enum served_state state, const char *why)
{
    if (note(q, state))
        copy_visible(q->place->why, sizeof q->place->why, str_from(why));
}

static void note_other(const struct question *q, struct fetch_result *result, const char *fingerprint)
{
    struct cert_description seen;
    if (!note(q, SERVED_OTHER))
        return;
    (void)snprintf(q->place->fingerprint, sizeof q->place->fingerprint, "%s", fingerprint);
    q->place->why[0] = '\0';
    if (!cert_describe(result->chain[0], &result->room, &seen, NULL))
        return;
    q->place->not_after_s = seen.not_after_s;
    copy_visible(q->place->serial, sizeof q->place->serial, seen.serial);
    copy_visible(q->place->subject, sizeof q->place->subject, seen.subject);
    copy_visible(q->place->issuer, sizeof q->place->issuer, seen.issuer);
}

/* "RSA ", where there are two and it matters which. */
static const char *side_words(const struct look *look, enum cert_side side)
{
    if (!look->is_pair)
        return "";
    return side == CERT_SIDE_RSA ? "RSA " : "ECDSA ";
}

static void compare_leaf(struct look *look, const struct question *q, struct fetch_result *result)
{
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    struct err err = {0};
    if (!digest_fingerprint(result->chain[0], fingerprint, &err)) {
        fact_note(&look->served, OBSERVED_FAILED, "nobody could look at the certificate: %s", err.text);
        note_failure(q, SERVED_UNSEEN, "shows a certificate that could not be looked at");
    } else if (!str_eq_nocase(look->target->leaves[q->side], str_from(fingerprint))) {
        fact_note(&look->served, OBSERVED_BAD,
                  "%s serves another %scertificate for %.*s than the one stored: SHA-256 %.16s...", q->where,
                  side_words(look, q->side), STR_ARG(q->name), fingerprint);
        note_other(q, result, fingerprint);
    }
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

static void judge_chain(struct look *look, const struct question *q, const struct fetch_result *result)
{
    struct trust_verdict verdict;
    if (!look->roots)
        return;
    trust_judge(look->roots, result->chain, result->chain_count, q->name, look->target->now_s, &verdict);
    enum observed_trust trust = trust_of(&verdict);
    if (trust >= look->trust) { /* in the order of the enum each is worse than the one before */
        look->trust = trust;
        memcpy(look->root, verdict.root, sizeof look->root);
    }
    if (verdict.fault != TRUST_FAULT_NONE)
        fact_note(&look->chain, OBSERVED_BAD, "the %scertificate that %s serves for %.*s %s", side_words(look, q->side),
                  q->where, STR_ARG(q->name), verdict.why);
    else if (trust == OBSERVED_TRUST_PRIVATE)
        fact_note(&look->chain, OBSERVED_DOUBT,
                  "the %scertificate that %s serves for %.*s leads to the private root \"%s\", which is not declared "
                  "as installed on all clients",
                  side_words(look, q->side), q->where, STR_ARG(q->name), verdict.root);
}

/* With one certificate everything is offered: a client that knows both must get that one. */
static enum fetch_offer offer_of(const struct look *look, enum cert_side side)
{
    if (!look->is_pair)
        return FETCH_OFFER_ALL;
    return side == CERT_SIDE_RSA ? FETCH_OFFER_RSA : FETCH_OFFER_ECDSA;
}

static void ask(struct look *look, const struct question *q)
{
    const struct fetch_request request = {.endpoint = q->endpoint,
                                          .tls = true,
                                          .offer = offer_of(look, q->side),
                                          .handshake_only = true,
                                          .host = q->name,
                                          .port = 443,
                                          .path = STR("/"),
                                          .verify = FETCH_VERIFY_NOT};
    struct fetch_result result;
    enum fetch_outcome outcome = fetch(&request, look->deadline, &result);
    if (q->place)
        q->place->names_count++;
    if (outcome == FETCH_OK && result.chain_count == 0)
        (void)snprintf(result.why, sizeof result.why, "shows no certificate that can be read");
    if (outcome == FETCH_OK && result.chain_count > 0) {
        compare_leaf(look, q, &result);
        judge_chain(look, q, &result);
    } else {
        /* A listener that speaks, but not as it must, is what a browser would meet; a silent one may be asleep. */
        bool refused = outcome == FETCH_TLS_FAILED;
        note_failure(q, refused ? SERVED_REFUSED : SERVED_UNSEEN, result.why);
        enum observed verdict = refused ? OBSERVED_BAD : OBSERVED_FAILED;
        if (look->is_pair)
            fact_note(&look->served, verdict, "%s, asked for the %scertificate of %.*s, %s", q->where,
                      side_words(look, q->side), STR_ARG(q->name), result.why);
        else
            fact_note(&look->served, verdict, "%s, asked for %.*s, %s", q->where, STR_ARG(q->name), result.why);
        fact_note(&look->chain, OBSERVED_FAILED, "%s, asked for %.*s, %s", q->where, STR_ARG(q->name), result.why);
    }
    fetch_result_fini(&result);
}

static struct served_place *new_place(struct served_report *report, const char *where, enum cert_side side)
{
    if (!report || report->places_count == report->capacity)
        return NULL;
    struct served_place *place = &report->places[report->places_count++];
    *place = (struct served_place){.side = side};
    (void)snprintf(place->where, sizeof place->where, "%s", where);
    return place;
}

static void ask_side(struct look *look, const struct probe_endpoint *endpoint, enum cert_side side)
{
    char where[ENDPOINT_TEXT_SIZE], room[TARGET_NAME_SIZE];
    struct question q = {.endpoint = endpoint, .where = endpoint_text(endpoint, where), .side = side};
    if (target_names_count(look->target) > 0)
        q.place = new_place(look->report, q.where, side);
    for (size_t i = 0; i < look->target->names_count; i++)
        if (target_name(look->target->names[i], room, &q.name))
            ask(look, &q);
}

/* A site without a certificate is asked once all the same: whatever is served for it is not what is stored. */
static void ask_socket(struct look *look, const struct probe_endpoint *endpoint)
{
    const struct str *leaves = look->target->leaves;
    if (leaves[CERT_SIDE_ECDSA].size || !leaves[CERT_SIDE_RSA].size)
        ask_side(look, endpoint, CERT_SIDE_ECDSA);
    if (leaves[CERT_SIDE_RSA].size)
        ask_side(look, endpoint, CERT_SIDE_RSA);
}

static void conclude(struct look *look)
{
    size_t names_count = target_names_count(look->target);
    if (names_count == 0)
        fact_note(&look->served, OBSERVED_FAILED, "the site has no name that a browser could be bound to");
    else if (look->sockets_count == 0)
        fact_note(&look->served, OBSERVED_BAD, "no listener speaks HTTPS");
    else
        fact_note(&look->served, OBSERVED_GOOD, "the stored %s served for %zu %s by %zu %s",
                  look->is_pair ? "certificates (ECDSA and RSA) are" : "certificate is", names_count,
                  names_count == 1 ? "name" : "names", look->sockets_count,
                  look->sockets_count == 1 ? "listening socket" : "listening sockets");
    if (look->trust == OBSERVED_TRUST_SYSTEM)
        fact_note(&look->chain, OBSERVED_GOOD, "the served chain leads to \"%s\", a root of the system's store",
                  look->root);
    if (look->trust == OBSERVED_TRUST_DECLARED)
        fact_note(&look->chain, OBSERVED_GOOD,
                  "the served chain leads to \"%s\", a root declared as installed on all clients", look->root);
}

static void ask_all(struct look *look)
{
    const struct probe_target *target = look->target;
    for (size_t i = 0; i < target->endpoints_count; i++) {
        if (!endpoint_speaks_tls(&target->endpoints[i]))
            continue;
        look->sockets_count++;
        ask_socket(look, &target->endpoints[i]);
    }
    conclude(look);
}

void served_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret,
                 struct served_report *report)
{
    struct look look = {.target = target,
                        .deadline = deadline,
                        .report = report,
                        .trust = OBSERVED_TRUST_UNKNOWN,
                        .is_pair = target->leaves[CERT_SIDE_ECDSA].size && target->leaves[CERT_SIDE_RSA].size};
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

bool served_everywhere(const struct served_report *report, enum cert_side side)
{
    size_t count = 0;
    for (size_t i = 0; i < report->places_count; i++) {
        if (report->places[i].side != side)
            continue;
        if (report->places[i].state != SERVED_RIGHT || report->places[i].names_count == 0)
            return false;
        count++;
    }
    return count > 0;
}

bool served_otherwise(const struct served_report *report)
{
    for (size_t i = 0; i < report->places_count; i++)
        if (report->places[i].state == SERVED_OTHER || report->places[i].state == SERVED_REFUSED)
            return true;
    return false;
}
