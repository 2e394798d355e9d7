/*
 * In two rounds: first all that can be asked at once, then what takes an answer of the first to know where (the
 * versions of TLS, and what the HTTPS records name). A round ends when nothing of it is under way any more.
 *
 *     addresses ─▶ a fetch each ──┐             ┌─▶ a handshake for each version
 *     records: HTTPS, CAA ────────┼─▶ round 2 ──┼─▶ a handshake at each port of a record ──▶ on_done
 *     names above ─▶ a fetch each ┘             └─▶ addresses of each target of a record
 */
#include "probe/net_look.h"

#include <stdlib.h>

#include "crypto/cert.h"
#include "dns/message.h"
#include "hsts/reading.h"
#include "probe/net_look_parts.h"

/* ---- the names above ---- */

/* It binds when a browser remembers it, with what is below. */
static void on_above(struct net_leg *leg)
{
    struct net_look *look = leg->look;
    struct str field = fetch_field(&leg->fetch.result, STR("Strict-Transport-Security"));
    if (leg->fetch.result.outcome != FETCH_OK || !field.data)
        return;
    const struct reading reading = reading_of(READING_RFC6797, field);
    if (!reading.taken || !reading.include_subdomains || reading.max_age_s == 0)
        return;
    size_t at = look->seen.above_count++; /* the widest first, whoever answered first */
    struct net_above above = {net_text(&look->room, str_from(leg->host)), net_text(&look->room, field)};
    for (; at > 0 && look->seen.above[at - 1].name.size > above.name.size; at--)
        look->seen.above[at] = look->seen.above[at - 1];
    look->seen.above[at] = above;
}

static void on_above_found(struct crowd_question *question)
{
    struct net_leg *leg = net_leg_of(question);
    if (question->addresses_count)
        net_leg_fetch(leg, (struct fetch_request){.verify = FETCH_VERIFY_SYSTEM});
    net_look_ended(leg->look);
}

/* From the registered domain down to the one above; what lies between is left out where there are too many. */
static void above_begin(struct net_look *look)
{
    struct str domain = look->seen.domain;
    for (size_t i = 0, size = look->registrable.size; size && size < domain.size && i < NET_ABOVE_COUNT_MAX; i++) {
        net_leg_init(&look->above[i], look, i, str_after(domain, domain.size - size), on_above);
        net_leg_find(&look->above[i], on_above_found);
        size_t dot = str_find_last(str_part(domain, 0, domain.size - size - 1), '.');
        size = dot < domain.size - size - 1 ? domain.size - dot - 1 : domain.size;
    }
}

/* ---- records ---- */

static void on_answered(struct crowd_records *records)
{
    struct asking *asking = (struct asking *)((char *)records - offsetof(struct asking, records));
    net_look_ended(asking->look);
}

static void ask_begin(struct net_look *look, struct asking *asking, struct str name, enum dns_type type)
{
    *asking = (struct asking){.look = look, .records = {.on_answered = on_answered}};
    look->pending++;
    crowd_ask(look->crowd, name, (uint16_t)type, &asking->records);
}

static void records_begin(struct net_look *look)
{
    struct str name = look->seen.domain;
    ask_begin(look, &look->https, name, DNS_HTTPS);
    while (name.size && look->levels_count < NET_LEVELS_COUNT_MAX) {
        ask_begin(look, &look->caa[look->levels_count++], name, DNS_CAA);
        name = str_after(name, str_find(name, '.') + 1);
    }
    look->levels_are_left = name.size > 0;
}

static struct net_message message_of(const struct asking *asking)
{
    return (struct net_message){asking->records.is_answered, str_from(asking->records.why),
                                buf_str(&asking->records.message)};
}

/* ---- the end ---- */

/* Whether one of its names is just the domain. */
static bool has_name(const struct cert *cert, struct str domain)
{
    for (size_t i = 0; i < cert_names_count(cert); i++)
        if (str_eq_nocase(cert_name(cert, i), domain))
            return true;
    return false;
}

static void judge_certificate(struct net_look *look, const struct cert *cert)
{
    struct net_message messages[NET_LEVELS_COUNT_MAX];
    struct net_certificate certificate = {.issuer = STR("")};
    if (cert) {
        certificate.issuer = cert_issuer(cert);
        certificate.is_wildcard = !has_name(cert, look->seen.domain);
        look->seen.tls.key = str_from(key_kind_name(key_kind(cert_key(cert))));
        look->seen.tls.key_bits = key_bits(cert_key(cert));
    }
    for (size_t i = 0; i < look->levels_count; i++)
        messages[i] = message_of(&look->caa[i]);
    net_records_caa(look->seen.domain, messages, look->levels_count, &certificate, &look->room, &look->seen.caa);
    if (look->levels_are_left && look->seen.caa.told == NET_NONE)
        look->seen.caa.told = NET_UNTOLD; /* there may be records further up, which were not asked for */
}

static void finish(struct net_look *look)
{
    struct cert *cert = look->leaf.size ? cert_open_chain(&look->leaf, 1, NULL) : NULL;
    judge_certificate(look, cert);
    cert_free(cert);
    look->request.on_done(look, look->request.context);
}

/* ---- the rounds ---- */

uint16_t net_look_port(const struct net_look *look)
{
    return look->request.https_port ? look->request.https_port : 443;
}

static void second_round(struct net_look *look)
{
    const struct net_message message = message_of(&look->https);
    look->is_second_round = true;
    net_records_https(look->seen.domain, &message, &look->room, &look->seen.https, look->hints);
    look->pending++; /* until all are begun */
    net_look_services(look);
    net_look_ended(look);
}

void net_look_ended(struct net_look *look)
{
    if (--look->pending > 0)
        return;
    if (look->is_second_round)
        finish(look);
    else
        second_round(look);
}

/* ---- the beginning ---- */

/* Whether it is a name that the DNS has; an address has none of what is asked for here but an answer. */
static bool is_name(struct str domain)
{
    struct sockaddr_storage literal;
    socklen_t size;
    for (size_t i = 0; i < domain.size; i++) {
        char c = domain.data[i];
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-' && c != '.' && c != '_')
            return false;
    }
    return domain.size > 0 && domain.size < NET_HOST_SIZE && !endpoint_parse_ip(domain, 0, &literal, &size);
}

static void on_name(struct crowd_question *question)
{
    struct net_look *look = net_leg_of(question)->look;
    net_look_addresses(look);
    net_look_ended(look);
}

static void on_start(struct crowd_question *question)
{
    struct net_look *look = net_leg_of(question)->look;
    if (!is_name(look->seen.domain)) {
        look->request.on_done(look, look->request.context);
        return;
    }
    look->pending++; /* until all are begun */
    net_leg_find(&look->name, on_name);
    records_begin(look);
    above_begin(look);
    net_look_ended(look);
}

static void take_binding(struct net_look *look, const struct preload_binding *binding)
{
    struct net_listed *listed = &look->seen.listed;
    if (!binding)
        return;
    *listed = (struct net_listed){.known = true, .is_bound = binding->is_bound, .is_own = binding->is_own};
    listed->entry = net_text(&look->room, binding->entry);
    listed->is_top = str_eq_nocase(listed->entry, look->public_suffix);
}

struct net_look *net_look_begin(struct crowd *crowd, const struct suffixes *suffixes,
                                const struct net_look_request *request)
{
    struct net_look *look = calloc(1, sizeof *look);
    if (!look)
        return NULL;
    look->crowd = crowd;
    look->request = *request;
    arena_init(&look->room, NET_LOOK_SIZE_MAX);
    if (!arena_str_lower(&look->room, request->domain, &look->seen.domain)) {
        net_look_free(look);
        return NULL;
    }
    struct suffix suffix = suffix_of(suffixes, look->seen.domain);
    look->registrable = suffix.registrable;
    look->public_suffix = suffix.public_suffix;
    take_binding(look, request->binding);
    net_leg_init(&look->name, look, 0, look->seen.domain, NULL);
    look->name.question.on_found = on_start;
    crowd_soon(crowd, &look->name.question);
    return look;
}

const struct net_seen *net_look_seen(const struct net_look *look)
{
    return &look->seen;
}

/* Of those that were under way when their crowd ended, the results are still to be ended. */
static void legs_fini(struct net_leg *legs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (legs[i].in_flight)
            fetch_result_fini(&legs[i].fetch.result);
}

void net_look_free(struct net_look *look)
{
    if (!look)
        return;
    legs_fini(look->addresses, NET_ADDRESSES_COUNT_MAX);
    legs_fini(look->above, NET_ABOVE_COUNT_MAX);
    legs_fini(look->versions, NET_VERSIONS_COUNT);
    legs_fini(look->ports, NET_SERVICES_COUNT_MAX);
    buf_fini(&look->https.records.message);
    for (size_t i = 0; i < look->levels_count; i++)
        buf_fini(&look->caa[i].records.message);
    arena_fini(&look->room);
    free(look);
}
