#include "gateway/came.h"

#include "crypto/short_hash.h"
#include "gateway/census.h"
#include "gateway/client.h"
#include "gateway/exchange.h"
#include "gateway/origin.h"
#include "gateway/worker.h"
#include "http/address.h"
#include "http/agent.h"
#include "snapshot/counters.h"
#include "snapshot/hash.h"
#include "snapshot/weeks.h"

/* A client has one connection to a network of its own: the whole address. Of IPv6 a host chooses the other half. */
#define PREFIX_SIZE_6 8
#define DAY_S         86400

/* In what is hashed, so that who shook hands is nobody who asked: added to the class of a handshake's client. */
#define CLASS_OF_HANDSHAKES 128

_Static_assert(HTTP_AGENTS_COUNT <= CLIENTS_CLASSES_COUNT, "a class for each kind of program");
_Static_assert(CLIENTS_CLASSES_COUNT <= CLASS_OF_HANDSHAKES, "no class is another's");

/* What is hashed. */
struct whole {
    uint8_t address[16];
    uint8_t family, class;
};

/* The memory, the day and the week, read once: they may change at any moment. */
struct present {
    struct clients_site *site;
    struct clients_sample *of_week;
    const struct clients_salt *day_salt, *week_salt; /* the latter NULL: the week is not counted */
    uint64_t day, rung;
};

/* False: nobody is to be noted. */
static bool present(const struct worker *w, uint32_t slot, struct present *ret)
{
    struct clients *clients = w->came;
    if (!clients || slot >= COUNTERS_SITES_MAX)
        return false;
    uint64_t day = __atomic_load_n(&clients->day, __ATOMIC_ACQUIRE);
    uint64_t week = __atomic_load_n(&clients->week, __ATOMIC_RELAXED);
    const struct clients_salt *week_salt = &clients->week_salts[week % 2];
    *ret = (struct present){.site = &clients->sites[day % 2][slot],
                            .of_week = &clients->weeks[week % 2][slot],
                            .day_salt = &clients->day_salts[day % 2],
                            .week_salt = week_salt->since == week && clients_week_of(day) == week ? week_salt : NULL,
                            .day = day,
                            .rung = __atomic_load_n(&clients->rungs[slot], __ATOMIC_RELAXED)};
    return day && ret->day_salt->since == day;
}

static uint64_t hash_under(const struct clients_salt *salt, const struct address *address, uint8_t class)
{
    struct whole whole = {.family = (uint8_t)address->family, .class = class};
    memcpy(whole.address, address->bytes, address->family == ADDRESS_IP6 ? PREFIX_SIZE_6 : 4);
    return short_hash(salt->key, &whole, sizeof whole);
}

/* The client's: the peer's, or what a trusted proxy says. False: a Unix socket's peer has none. */
static bool address_of(const struct exchange *ex, struct address *ret)
{
    if (ex->client->trusted)
        return ex->client_text && address_parse(str_from(ex->client_text), ret);
    *ret = origin_peer(&ex->client->peer);
    return ret->family != ADDRESS_NONE;
}

static struct str field(const struct exchange *ex, enum http_field_id id)
{
    const struct http_field *found = http_field_find(ex->request.fields, ex->request.fields_count, id);
    return found ? found->value : STR("");
}

/* Most connections say the same of themselves each time. */
static void read_agent(struct came *came, struct str agent)
{
    uint64_t hash = snapshot_hash(agent.data, agent.size, 1);
    if (came->agent_field == hash)
        return;
    came->agent_field = hash;
    came->agent = (uint8_t)http_agent_read(agent);
    came->day = 0;
}

uint8_t came_class(const struct exchange *ex)
{
    read_agent(&ex->client->came, field(ex, HTTP_FIELD_USER_AGENT));
    return ex->client->came.agent;
}

/* The hashes of whoever asks. Through a proxy each request may be another's. */
static bool know(const struct exchange *ex, const struct present *now, struct came *came, struct address *ret_address)
{
    if (!address_of(ex, ret_address))
        return false;
    read_agent(came, field(ex, HTTP_FIELD_USER_AGENT));
    if (came->day == now->day && !ex->client->trusted)
        return true;
    came->day = now->day;
    came->hash = hash_under(now->day_salt, ret_address, came->agent);
    came->week = now->week_salt ? hash_under(now->week_salt, ret_address, came->agent) : 0;
    came->slot = 0;
    return true;
}

static uint64_t network_of(const struct address *address)
{
    return address->family == ADDRESS_IP6 ? clients_network_6(address->bytes) : clients_network_4(address->bytes);
}

static uint32_t time_of_day_s(const struct worker *w)
{
    return (uint32_t)(w->wall_s % DAY_S);
}

static void note_http(const struct exchange *ex, const struct present *now, const struct came *came,
                      const struct address *address)
{
    const struct clients_note note = {
        .hash = came->hash,
        .network = network_of(address),
        .time_s = time_of_day_s(ex->worker),
        .class = came->agent,
        .ipv6 = address->family == ADDRESS_IP6,
        .signs = (uint8_t)(CLIENTS_HTTP | (ex->redirected ? CLIENTS_REDIRECTED : 0) |
                           (census_told_secrets(ex) ? CLIENTS_SECRET : 0) |
                           (field(ex, HTTP_FIELD_UPGRADE_INSECURE_REQUESTS).size ? CLIENTS_UPGRADES : 0))};
    clients_put(&now->site->http, &note);
}

/* Without the network: of a week it is not told. */
static void note_week(const struct present *now, const struct came *came)
{
    const struct clients_note note = {.hash = came->week,
                                      .class = came->agent,
                                      .signs = CLIENTS_HTTPS,
                                      .days = WEEKS_SINCE_RUNG | weeks_day_bit(now->day)};
    clients_put(now->of_week, &note);
}

static void note_https(const struct exchange *ex, const struct present *now, struct came *came,
                       const struct address *address)
{
    clients_put_known(&now->site->http, came->hash, CLIENTS_HTTPS);
    if (came->slot == ex->slot + 1 && came->rung == now->rung)
        return;
    const struct clients_note note = {.hash = came->hash,
                                      .network = network_of(address),
                                      .class = came->agent,
                                      .ipv6 = address->family == ADDRESS_IP6,
                                      .signs = CLIENTS_HTTPS};
    clients_put(&now->site->https, &note);
    if (now->week_salt)
        note_week(now, came);
    came->slot = ex->slot + 1;
    came->rung = now->rung;
}

void came_exchange(struct exchange *ex)
{
    struct came *came = &ex->client->came;
    struct present now;
    struct address address;
    /* a CA that looks for a proof is sent nowhere, and comes over HTTP always */
    if (!present(ex->worker, ex->slot, &now) || str_starts(ex->request.path, STR("/.well-known/acme-challenge/")))
        return;
    if (!know(ex, &now, came, &address) || came->agent == HTTP_AGENT_STRICTGATE)
        return;
    if (ex->scheme_https)
        note_https(ex, &now, came, &address);
    else
        note_http(ex, &now, came, &address);
}

/*
 * Of a client that got no further nothing is known but its address and what it offered: an old one is told apart from
 * the others behind its address, whose handshakes succeed.
 */
void came_handshake(struct client *c, uint32_t slot, enum tls_failure failure)
{
    enum hello_class class = tls_conn_class(c->transport.tls);
    struct address address = origin_peer(&c->peer);
    struct present now;
    if (c->trusted || address.family == ADDRESS_NONE || !present(c->worker, slot, &now))
        return;
    struct clients_sample *sample = &now.site->https;
    const struct clients_note note = {.hash =
                                          hash_under(now.day_salt, &address, (uint8_t)(CLASS_OF_HANDSHAKES + class)),
                                      .network = network_of(&address),
                                      .class = (uint8_t) class,
                                      .cause = (uint8_t)failure,
                                      .ipv6 = address.family == ADDRESS_IP6,
                                      .signs = CLIENTS_FAILED};
    if (failure == TLS_FAILURE_NONE)
        clients_put_known(sample, note.hash, CLIENTS_HTTPS);
    else
        clients_put(sample, &note);
}
