/*
 * Whether it is we who answer at an address is told by comparison: the same request goes to our own listener, and the
 * answers are held against each other. No CA is asked, and nothing is published for it.
 */
#include "control/preflight_look.h"

#include <jansson.h>
#include <stdio.h>

#include "crypto/digest.h"
#include "crypto/random.h"
#include "outbound/https.h"
#include "probe/fetch.h"

#define CHALLENGE_PATH "/.well-known/acme-challenge/preflight-"
/* Of a page that says that there is no such challenge; an application's may be longer. */
#define PAGE_SIZE_MAX 65536
/* Names a CA is known by in CAA records. */
#define IDENTITIES_COUNT_MAX 16
#define DIRECTORY_SIZE_MAX   65536
#define DIRECTORY_FIELD_MAX  253

static struct str keep(struct preflight *p, struct str text)
{
    struct str kept = STR("");
    return arena_str(&p->arena, text, &kept) ? kept : STR("");
}

/* ---- what the loop's thread knows ---- */

static enum preflight_method method_of(const struct preflight_wish *wish, bool is_wildcard)
{
    if (wish->method_given)
        return wish->method;
    return is_wildcard ? PREFLIGHT_DNS_01 : wish->method;
}

static bool add_name(struct preflight *p, struct str name, const struct preflight_wish *wish)
{
    struct preflight_name *n = &p->facts.names[p->facts.names_count++];
    enum name_kind kind = name_kind(name);
    *n = (struct preflight_name){.is_ip = kind == NAME_IP, .is_wildcard = kind == NAME_WILDCARD};
    n->method = method_of(wish, n->is_wildcard);
    return arena_str(&p->arena, name, &n->name);
}

static bool add_names(struct preflight *p, const struct site *site, const struct preflight_wish *wish)
{
    p->facts.names = arena_alloc(&p->arena, PREFLIGHT_NAMES_COUNT_MAX * sizeof *p->facts.names);
    if (!p->facts.names || !add_name(p, site->name, wish))
        return false;
    for (size_t i = 0; i < site->aliases_count && p->facts.names_count < PREFLIGHT_NAMES_COUNT_MAX; i++)
        if (!add_name(p, site->aliases[i], wish))
            return false;
    return true;
}

static void add_clock(struct preflight *p, struct core *core)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    char why[HSTS_CLOCK_WHY_SIZE];
    p->facts.clock_good = hsts_clock_trust(&core->clock, &reading) == HSTS_CLOCK_GOOD;
    p->facts.clock_synchronised = reading.synchronised;
    p->facts.clock_why = keep(p, hsts_clock_why(&core->clock, &reading, why));
}

static bool add_identities(struct preflight *p, const struct preflight_wish *wish)
{
    struct str *identities = arena_alloc(&p->arena, IDENTITIES_COUNT_MAX * sizeof *identities);
    if (!identities)
        return false;
    p->facts.identities = identities;
    for (size_t i = 0; i < wish->identities_count && i < IDENTITIES_COUNT_MAX; i++)
        if (!arena_str(&p->arena, wish->identities[i], &identities[p->facts.identities_count++]))
            return false;
    return arena_str(&p->arena, wish->directory_url, &p->directory_url) &&
           arena_str(&p->arena, wish->roots_pem, &p->roots_pem) &&
           arena_str(&p->arena, wish->account_url, &p->facts.account_url);
}

bool preflight_init(struct preflight *p, struct core *core, const struct site *site, const struct preflight_wish *wish,
                    struct err *err)
{
    *p = (struct preflight){.boot = core->boot, .hooks = core->hooks};
    arena_init(&p->arena, PREFLIGHT_SIZE_MAX);
    p->facts.http_port = core->boot->http_port;
    p->facts.https_port = core->boot->served_https_port;
    add_clock(p, core);
    if (!add_names(p, site, wish) || !add_identities(p, wish))
        return err_memory(err);
    return dns_zones_load(core->store, &p->zones, err);
}

void preflight_fini(struct preflight *p)
{
    dns_zones_fini(&p->zones);
    arena_fini(&p->arena);
}

/* ---- reaching ---- */

/* What came back, to be compared. */
struct answer {
    enum fetch_outcome outcome;
    unsigned status;
    char mark[DIGEST_FINGERPRINT_SIZE]; /* of the page, or of the certificate that was served; empty: none */
    struct str why;                     /* in the preflight's arena */
};

static void ask(struct preflight *p, const struct probe_endpoint *endpoint, enum preflight_method method,
                struct str host, struct str path, const struct deadline *deadline, struct answer *ret)
{
    bool tls = method == PREFLIGHT_TLS_ALPN_01;
    const struct fetch_request request = {.endpoint = endpoint,
                                          .tls = tls,
                                          .handshake_only = tls,
                                          .host = host,
                                          .port = tls ? 443 : 80,
                                          .path = path,
                                          .body_size_max = PAGE_SIZE_MAX,
                                          .limit_ms = PREFLIGHT_REACH_MS};
    struct fetch_result result;
    *ret = (struct answer){.outcome = fetch(&request, deadline, &result), .status = result.status};
    ret->why = keep(p, str_from(result.why));
    struct str marked = tls ? (result.chain_count ? result.chain[0] : STR("")) : buf_str(&result.body);
    if (ret->outcome == FETCH_OK && marked.size && !digest_fingerprint(marked, ret->mark, NULL))
        ret->mark[0] = '\0';
    fetch_result_fini(&result);
}

static bool is_alike(const struct answer *a, const struct answer *b)
{
    return a->outcome == b->outcome && a->status == b->status && strcmp(a->mark, b->mark) == 0;
}

/* An answer at all, be it that no certificate is served for this name yet. */
static bool has_answered(const struct answer *answer)
{
    return answer->outcome == FETCH_OK || answer->outcome == FETCH_TLS_FAILED || answer->outcome == FETCH_UNTRUSTED;
}

/* Our own listener for the method; NULL: there is none that can be asked. */
static const struct probe_endpoint *own_endpoint(const struct preflight *p, enum preflight_method method)
{
    for (size_t i = 0; i < p->boot->endpoints_count; i++) {
        const struct probe_endpoint *endpoint = &p->boot->endpoints[i];
        if (method == PREFLIGHT_HTTP_01 ? endpoint_speaks_plain(endpoint) : endpoint_speaks_tls(endpoint))
            return endpoint;
    }
    return NULL;
}

static bool is_ours(const struct preflight *p, struct str address)
{
    if (str_starts(address, STR("127.")) || str_eq(address, STR("::1")))
        return true;
    for (size_t i = 0; i < p->boot->addresses_count; i++)
        if (str_eq(p->boot->addresses[i], address))
            return true;
    for (size_t i = 0; i < p->boot->endpoints_count; i++)
        if (str_eq(p->boot->endpoints[i].address, address))
            return true;
    return false;
}

static void reach(struct preflight *p, const struct preflight_name *n, struct preflight_address *a, struct str path,
                  const struct answer *own, const struct deadline *deadline)
{
    const struct probe_endpoint there = {.listener = STR("address"),
                                         .protocol = n->method == PREFLIGHT_HTTP_01 ? PROBE_HTTP : PROBE_HTTPS,
                                         .address = a->text,
                                         .port = n->method == PREFLIGHT_HTTP_01 ? 80 : 443};
    struct answer answer;
    ask(p, &there, n->method, n->name, path, deadline, &answer);
    a->why = answer.why;
    a->reach = !has_answered(&answer) ? REACH_NOBODY : is_alike(&answer, own) ? REACH_US : REACH_OTHER;
}

/* Notes what our own listener says for the method; the first that does not answer counts. */
static void note_own(struct preflight *p, enum preflight_method method, const struct answer *own)
{
    bool *answers = method == PREFLIGHT_HTTP_01 ? &p->facts.http_answers : &p->facts.https_answers;
    struct str *why = method == PREFLIGHT_HTTP_01 ? &p->facts.http_why : &p->facts.https_why;
    if (why->size)
        return;
    *answers = has_answered(own);
    if (!*answers)
        *why = own->why;
}

static void reach_all(struct preflight *p, struct preflight_name *n, const struct deadline *deadline)
{
    const struct probe_endpoint *endpoint = own_endpoint(p, n->method);
    struct answer own = {.outcome = FETCH_BROKEN, .why = STR("cannot be asked from here")};
    uint8_t random[8];
    char token[2 * sizeof random + 1], path[sizeof CHALLENGE_PATH + sizeof token];
    if (!random_bytes(random, sizeof random, NULL))
        return;
    digest_hex(random, sizeof random, token);
    (void)snprintf(path, sizeof path, CHALLENGE_PATH "%s", token);
    if (endpoint)
        ask(p, endpoint, n->method, n->name, str_from(path), deadline, &own);
    note_own(p, n->method, &own);
    for (size_t i = 0; i < n->addresses_count && !deadline_is_over(deadline); i++)
        reach(p, n, &n->addresses[i], str_from(path), &own, deadline);
}

/* ---- the DNS ---- */

static void add_address(struct preflight *p, struct preflight_name *n, const union os_address *address)
{
    char text[OS_ADDRESS_TEXT_SIZE];
    struct preflight_address *a = &n->addresses[n->addresses_count++];
    *a = (struct preflight_address){.text = keep(p, os_address_text(address, text)),
                                    .is_v6 = address->any.sa_family == AF_INET6};
    a->is_ours = is_ours(p, a->text);
}

static void look_up(struct preflight *p, struct preflight_name *n, const struct dns_resolver *resolver,
                    const struct dns_name *name, const struct deadline *deadline)
{
    union os_address addresses[PREFLIGHT_ADDRESSES_COUNT_MAX];
    size_t count = 0;
    struct err err = {0};
    bool found = dns_addresses(resolver, name, 0, deadline, addresses, PREFLIGHT_ADDRESSES_COUNT_MAX, &count, &err);
    n->looked_up = found || err.code == ERR_NOT_FOUND;
    if (!n->looked_up)
        n->lookup_why = keep(p, str_from(err.text));
    for (size_t i = 0; found && i < count; i++)
        add_address(p, n, &addresses[i]);
}

static void look_for_caa(struct preflight *p, struct preflight_name *n, const struct dns_resolver *resolver,
                         const struct dns_name *name, const struct deadline *deadline)
{
    struct err err = {0};
    char room[DNS_NAME_TEXT_SIZE];
    n->caa = arena_zalloc(&p->arena, sizeof *n->caa);
    n->caa_known = n->caa && caa_find(resolver, name, deadline, &p->arena, n->caa, &err);
    if (n->caa_known)
        n->caa_owner = keep(p, dns_name_text(&n->caa->owner, room));
    else
        n->caa_why = keep(p, str_from(n->caa ? err.text : "out of memory"));
}

static void rehearse(struct preflight *p, struct preflight_name *n, const struct deadline *deadline)
{
    const struct dns_proof_ways ways = {.zones = &p->zones, .hooks = p->hooks};
    char left_out[DNS_LEFT_OUT_SIZE] = "";
    struct err err = {0};
    n->dns_tried = true;
    n->dns_works = dns_proof_rehearse(&ways, n->name, deadline, left_out, &err);
    n->dns_left_out = keep(p, str_from(left_out));
    n->dns_why = keep(p, str_from(err.text));
    n->dns_fix = keep(p, str_from(err.fix));
}

/* An IP address is its own. */
static void take_literal(struct preflight *p, struct preflight_name *n)
{
    union os_address address;
    n->looked_up = os_address_parse(name_in_certificate(n->name), 0, &address);
    if (n->looked_up)
        add_address(p, n, &address);
}

static void look_at(struct preflight *p, struct preflight_name *n, const struct dns_resolver *resolver,
                    const struct deadline *deadline)
{
    struct dns_name name;
    struct str host = n->is_wildcard ? str_after(n->name, 2) : n->name;
    if (n->is_ip) {
        take_literal(p, n);
    } else if (!dns_name_from(host, &name)) {
        n->lookup_why = n->caa_why = STR("it is no name in the DNS");
        return;
    } else {
        if (n->method != PREFLIGHT_DNS_01)
            look_up(p, n, resolver, &name, deadline);
        look_for_caa(p, n, resolver, &name, deadline);
    }
    if (n->method == PREFLIGHT_DNS_01 && !n->is_ip)
        rehearse(p, n, deadline);
    else if (n->method != PREFLIGHT_DNS_01 && !n->is_wildcard)
        reach_all(p, n, deadline);
}

/* ---- the CA ---- */

static void take_identities(struct preflight *p, const json_t *directory)
{
    const json_t *list = json_object_get(json_object_get(directory, "meta"), "caaIdentities");
    struct str *room = arena_alloc(&p->arena, IDENTITIES_COUNT_MAX * sizeof *room);
    size_t count = 0;
    for (size_t i = 0; room && i < json_array_size(list) && count < IDENTITIES_COUNT_MAX; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && strlen(text) <= DIRECTORY_FIELD_MAX)
            room[count++] = keep(p, str_from(text));
    }
    p->facts.identities = room;
    p->facts.identities_count = room ? count : 0;
}

static void ask_directory(struct preflight *p, const struct deadline *deadline)
{
    const struct https_request request = {
        .method = HTTPS_GET, .url = p->directory_url, .roots_pem = p->roots_pem, .body_size_max = DIRECTORY_SIZE_MAX};
    struct https_answer answer;
    json_t *directory = NULL;
    if (https_ask(&request, deadline, &answer) != HTTPS_OK) {
        p->facts.directory_why = keep(p, str_from(answer.why));
    } else if (answer.status != 200 ||
               !(directory = json_loadb(answer.body.data ? answer.body.data : "", answer.body.size, 0, NULL)) ||
               !json_is_object(directory)) {
        p->facts.directory_why = STR("what it answers is no ACME directory");
    } else {
        take_identities(p, directory);
    }
    json_decref(directory);
    https_answer_fini(&answer);
}

void preflight_look(struct preflight *p, const struct deadline *deadline)
{
    struct dns_resolver resolver;
    struct err err = {0};
    if (p->directory_url.size && p->facts.identities_count == 0)
        ask_directory(p, deadline);
    if (!dns_resolver_system(&resolver, &err))
        dns_resolver_parse(STR(""), &resolver);
    for (size_t i = 0; i < p->facts.names_count; i++)
        look_at(p, &p->facts.names[i], &resolver, deadline);
}
