#include "gateway/came.h"

#include "crypto/short_hash.h"
#include "gateway/census.h"
#include "gateway/client.h"
#include "gateway/exchange.h"
#include "gateway/origin.h"
#include "gateway/redirect.h"
#include "gateway/worker.h"
#include "http/address.h"
#include "http/agent.h"
#include "snapshot/counters.h"
#include "snapshot/weeks.h"

/* A client has one connection to a network of its own: the whole address. Of IPv6 a host chooses the other half. */
#define PREFIX_SIZE_6 8
#define DAY_S         86400

/* The bits of a word of struct came_agents that say the class. */
#define AGENT_MASK (uint64_t)(CLIENTS_CLASSES_COUNT - 1)

_Static_assert((CAME_AGENTS_COUNT & (CAME_AGENTS_COUNT - 1)) == 0, "a mask tells the place");

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

static uint8_t known_agent(struct came_agents *agents, uint64_t hash, struct str field)
{
    uint64_t *known = &agents->known[hash >> 32 & (CAME_AGENTS_COUNT - 1)];
    if ((*known & ~AGENT_MASK) != (hash & ~AGENT_MASK))
        *known = (hash & ~AGENT_MASK) | (uint64_t)http_agent_read(field);
    return (uint8_t)(*known & AGENT_MASK);
}

/*
 * Most connections say the same of themselves each time; through a proxy come many that do not. Under a key, or
 * somebody could make a field that falls together with that of a browser, which then passed for a program: of what is
 * read only.
 */
static uint8_t agent_of(const struct exchange *ex, struct str field)
{
    struct came *came = &ex->client->came;
    struct str read = str_part(field, 0, HTTP_AGENT_SIZE_MAX);
    uint64_t hash = short_hash(ex->worker->came_agents.key, read.data, read.size);
    if (came->agent_field != hash) {
        came->agent_field = hash;
        came->agent = known_agent(&ex->worker->came_agents, hash, field);
    }
    return came->agent;
}

struct came_said came_said(const struct exchange *ex)
{
    struct came_said said = {.agent = HTTP_AGENT_NONE};
    struct str agent = {0};
    for (size_t i = 0; i < ex->request.fields_count; i++) {
        const struct http_field *field = &ex->request.fields[i];
        switch (field->id) {
        case HTTP_FIELD_USER_AGENT: agent = agent.size ? agent : field->value; break;
        case HTTP_FIELD_AUTHORIZATION:
            said.authorization = said.authorization.size ? said.authorization : field->value;
            break;
        case HTTP_FIELD_COOKIE: said.cookie |= field->value.size > 0; break;
        case HTTP_FIELD_UPGRADE_INSECURE_REQUESTS: said.upgrades |= field->value.size > 0; break;
        default: break;
        }
    }
    said.agent = agent_of(ex, agent);
    return said;
}

/* The hashes of whoever asks. Through a proxy each request may be another's. */
static bool know(const struct exchange *ex, const struct came_said *said, const struct present *now,
                 struct address *ret_address)
{
    struct came *came = &ex->client->came;
    if (!origin_client(ex, ret_address))
        return false;
    if (came->day == now->day && came->class == said->agent && !ex->client->trusted)
        return true;
    came->day = now->day;
    came->class = said->agent;
    came->hash = hash_under(now->day_salt, ret_address, came->class);
    came->week = now->week_salt ? hash_under(now->week_salt, ret_address, came->class) : 0;
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

static void note_http(const struct exchange *ex, const struct came_said *said, const struct present *now,
                      const struct address *address)
{
    const struct came *came = &ex->client->came;
    const struct clients_note note = {.hash = came->hash,
                                      .network = network_of(address),
                                      .time_s = time_of_day_s(ex->worker),
                                      .class = came->class,
                                      .ipv6 = address->family == ADDRESS_IP6,
                                      .signs = (uint8_t)(CLIENTS_HTTP | (ex->redirected ? CLIENTS_REDIRECTED : 0) |
                                                         (census_told_secrets(ex, said) ? CLIENTS_SECRET : 0) |
                                                         (said->upgrades ? CLIENTS_UPGRADES : 0))};
    clients_put(&now->site->http, &note);
}

/* Without the network: of a week it is not told. */
static void note_week(const struct present *now, const struct came *came)
{
    const struct clients_note note = {.hash = came->week,
                                      .class = came->class,
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
                                      .class = came->class,
                                      .ipv6 = address->family == ADDRESS_IP6,
                                      .signs = CLIENTS_HTTPS};
    clients_put(&now->site->https, &note);
    if (now->week_salt)
        note_week(now, came);
    came->slot = ex->slot + 1;
    came->rung = now->rung;
}

void came_exchange(struct exchange *ex, const struct came_said *said)
{
    struct present now;
    struct address address;
    /* a CA that looks for a proof is sent nowhere, and comes over HTTP always */
    if (said->agent == HTTP_AGENT_STRICTGATE || !present(ex->worker, ex->slot, &now) ||
        str_starts(ex->request.path, STR(REDIRECT_CHALLENGE_PREFIX)) || !know(ex, said, &now, &address))
        return;
    if (ex->scheme_https)
        note_https(ex, &now, &ex->client->came, &address);
    else
        note_http(ex, said, &now, &address);
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
