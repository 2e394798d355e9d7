/* The sample and the walk. */
#include "snapshot_sample.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "snapshot/counters.h"
#include "snapshot/limits.h"
#include "snapshot/rules.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Port 8080 in network order, on any machine. */
#define PORT_8080 htons(8080)

static struct sockaddr_in address_v4;
static struct sockaddr_in6 address_v6;
static const struct sockaddr_un address_unix = {.sun_family = AF_UNIX, .sun_path = "/run/app.sock"};

static const struct build_upstream *upstreams(void)
{
    static struct build_upstream rows[4];
    address_v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = PORT_8080, .sin_addr = {htonl(0x7f000001)}};
    address_v6 =
        (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = PORT_8080, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    rows[0] = (struct build_upstream){.label = STR("http://127.0.0.1:8080"),
                                      .address = str_make(&address_v4, sizeof address_v4),
                                      .weight = 1,
                                      .slot = 1};
    rows[1] = (struct build_upstream){.label = STR("https://app"),
                                      .address = str_make(&address_v6, sizeof address_v6),
                                      .tls_name = STR("app.internal"),
                                      .tls_roots = STR("-----BEGIN"),
                                      .tls = true,
                                      .weight = 3,
                                      .slot = 2};
    rows[2] = (struct build_upstream){.label = STR("unix:/run/app.sock"),
                                      .address = str_make(&address_unix, offsetof(struct sockaddr_un, sun_path) + 14),
                                      .weight = 1,
                                      .slot = 3};
    rows[3] = (struct build_upstream){
        .label = STR("https://10.0.0.1"), .tls = true, .unverified = true, .weight = 1, .slot = 4};
    return rows;
}

static const struct build_route *routes(void)
{
    static struct build_route rows[4];
    rows[0] = (struct build_route){.prefix = STR("/"), .kind = SNAP_ROUTE_PROXY};
    rows[0].group = (struct build_group){.balance = SNAP_BALANCE_ROUND_ROBIN,
                                         .upstreams = upstreams(),
                                         .upstreams_count = 4,
                                         .connect_timeout_ms = 5000,
                                         .first_byte_timeout_ms = 60000,
                                         .idle_timeout_ms = 60000,
                                         .health_interval_ms = 5000,
                                         .health_timeout_ms = 2000,
                                         .health_path = STR("/up"),
                                         .health_host = STR("a.org")};
    rows[1] = (struct build_route){.prefix = STR("/s/"),
                                   .kind = SNAP_ROUTE_FILES,
                                   .root = STR("/srv"),
                                   .index = STR("i.html"),
                                   .strip_prefix = true};
    rows[2] = (struct build_route){.prefix = STR("/app"), .kind = SNAP_ROUTE_FIXED, .status = 204};
    rows[3] = (struct build_route){.prefix = STR("/app/x"),
                                   .kind = SNAP_ROUTE_FIXED,
                                   .status = 503,
                                   .body = STR("later"),
                                   .content_type = STR("text/plain")};
    return rows;
}

static const struct build_site *sites(void)
{
    static const struct str aliases[] = {STR_INIT("www.a.org"), STR_INIT("*.a.org")};
    static struct build_site rows[2];
    rows[0] = (struct build_site){.name = STR("A.org"),
                                  .aliases = aliases,
                                  .aliases_count = 2,
                                  .hsts = STR("max-age=300; includeSubDomains"),
                                  .hsts_cap_s = 1800000000,
                                  .error_page = STR("<p>"),
                                  .reports = {.nel = STR("{\"max_age\":1}"),
                                              .report_to = STR("{}"),
                                              .endpoints = STR("e=\"https://r.org/\""),
                                              .csp = STR("default-src https:"),
                                              .token = STR("Tok-1")},
                                  .slot = 5,
                                  .flags = SNAP_SITE_CANONICAL | SNAP_SITE_SECURE_COOKIES,
                                  .redirect = SNAP_REDIRECT_PERMANENT,
                                  .https_port = 8443,
                                  .certificate_ecdsa = 2,
                                  .certificate_rsa = 0,
                                  .routes = routes(),
                                  .routes_count = 4};
    rows[1] = (struct build_site){.name = STR("::1"),
                                  .slot = 0,
                                  .certificate_ecdsa = 1,
                                  .certificate_rsa = SNAPSHOT_NONE,
                                  .routes = routes() + 2,
                                  .routes_count = 1};
    return rows;
}

struct build_input snapshot_sample(void)
{
    static const struct str chain_a[] = {STR_INIT("leaf"), STR_INIT("issuer")}, chain_b[] = {STR_INIT("other")};
    static const struct build_certificate certificates[] = {
        {.identity = 11, .chain = chain_a, .chain_count = 2, .key = STR_INIT("key a")},
        {.identity = 12, .chain = chain_b, .chain_count = 1, .key = STR_INIT("key b")},
        {.identity = 12, .chain = chain_b, .chain_count = 1, .key = STR_INIT("key b")},
        {.identity = 13, .chain = chain_b, .chain_count = 1, .key = STR_INIT("nobody uses this")},
        {.identity = 14, .chain = chain_b, .chain_count = 1, .key = STR_INIT("a challenge has it")},
    };
    static const struct snap_ticket_key tickets[] = {{.name = {1}}, {.name = {2}}};
    static const struct build_challenge challenges[] = {{STR_INIT("tok_2"), STR_INIT("tok_2.x")},
                                                        {STR_INIT("tok-1"), STR_INIT("tok-1.x")}};
    static const struct build_alpn_challenge alpn_challenges[] = {{STR_INIT("www.A.org"), 4}, {STR_INIT("a.org"), 4}};
    struct build_input input = {.generation = 7,
                                .made_s = 1700000000,
                                .tls_profile = SNAP_TLS_MODERN,
                                .sites = sites(),
                                .sites_count = 2,
                                .takes_reports = true,
                                .reports_site = 0,
                                .certificates = certificates,
                                .certificates_count = COUNT(certificates),
                                .tickets = tickets,
                                .tickets_count = COUNT(tickets),
                                .challenges = challenges,
                                .challenges_count = COUNT(challenges),
                                .alpn_challenges = alpn_challenges,
                                .alpn_challenges_count = COUNT(alpn_challenges)};
    snapshot_limits_default(&input.limits);
    return input;
}

unsigned char *snapshot_sample_blob(size_t *ret_size)
{
    struct build_input input = snapshot_sample();
    void *blob;
    return snapshot_build(&input, &blob, ret_size, NULL) ? blob : NULL;
}

void snapshot_fix(unsigned char *blob, size_t size)
{
    uint64_t size_field = size;
    if (size < sizeof(struct snap_header))
        return;
    memcpy(blob + offsetof(struct snap_header, size), &size_field, sizeof size_field);
    uint64_t checksum = snapshot_checksum(blob, size);
    memcpy(blob + offsetof(struct snap_header, checksum), &checksum, sizeof checksum);
}

/* ---- the walk ---- */

static uint64_t walk_bytes(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += bytes[i];
    return sum;
}

static uint64_t walk_ref(const struct snapshot *s, struct snap_ref ref)
{
    struct str bytes = snapshot_str(s, ref);
    return walk_bytes(bytes.data, bytes.size);
}

/* As the gateway would use it: alignment and size must be right for the family. */
static uint64_t walk_address(const struct snapshot *s, struct snap_ref ref)
{
    const struct sockaddr *any = (const void *)snapshot_str(s, ref).data;
    if (ref.size == 0)
        return 0;
    if (any->sa_family == AF_INET)
        return ((const struct sockaddr_in *)(const void *)any)->sin_port;
    if (any->sa_family == AF_INET6)
        return ((const struct sockaddr_in6 *)(const void *)any)->sin6_scope_id;
    return strlen(((const struct sockaddr_un *)(const void *)any)->sun_path);
}

static uint64_t walk_chain(const struct snapshot *s, const struct snap_certificate *certificate)
{
    struct str chain = snapshot_str(s, certificate->chain);
    uint64_t sum = walk_ref(s, certificate->key);
    while (chain.size) {
        uint32_t size;
        memcpy(&size, chain.data, sizeof size);
        sum += walk_bytes(chain.data + sizeof size, size);
        chain = str_make(chain.data + sizeof size + size, chain.size - sizeof size - size);
    }
    return sum;
}

static uint64_t walk_route(const struct snapshot *s, const struct snap_route *route)
{
    uint64_t sum = walk_ref(s, route->prefix) + walk_ref(s, route->root) + walk_ref(s, route->index) +
                   walk_ref(s, route->body) + walk_ref(s, route->content_type);
    if (route->kind != SNAP_ROUTE_PROXY)
        return sum;
    const struct snap_group *group = &s->groups[route->group];
    sum += walk_ref(s, group->health_path) + walk_ref(s, group->health_host);
    for (uint32_t i = 0; i < group->upstreams_count; i++) {
        const struct snap_upstream *upstream = &s->upstreams[group->upstreams_first + i];
        sum += walk_ref(s, upstream->label) + walk_ref(s, upstream->tls_name) + walk_ref(s, upstream->tls_roots) +
               walk_address(s, upstream->address) + 100 / upstream->weight;
        assert(upstream->slot < COUNTERS_UPSTREAMS_MAX);
    }
    return sum;
}

/* As the gateway takes a bounded promise apart; what is left until the cap must be a number whatever the clock says. */
static uint64_t walk_promise(const struct snapshot *s, const struct snap_site *site)
{
    uint32_t max_age_s;
    struct str rest;
    if (site->hsts.size == 0)
        return 0;
    bool whole = snapshot_hsts_split(snapshot_str(s, site->hsts), &max_age_s, &rest);
    assert(whole && (site->hsts_cap_s == 0 || max_age_s > 0));
    assert(site->hsts_cap_s >= 0 && site->hsts_cap_s <= SNAP_TIME_S_MAX && s->header->made_s <= SNAP_TIME_S_MAX);
    return walk_bytes(rest.data, rest.size) + max_age_s + (uint64_t)(site->hsts_cap_s - s->header->made_s);
}

static uint64_t walk_site(const struct snapshot *s, const struct snap_site *site)
{
    static const struct str paths[] = {STR_INIT("/"),      STR_INIT("/app"), STR_INIT("/app/x/y"),
                                       STR_INIT("/apple"), STR_INIT(""),     STR_INIT("*")};
    assert(site->slot < COUNTERS_SITES_MAX);
    uint64_t sum = walk_ref(s, site->name) + walk_promise(s, site) + walk_ref(s, site->error_page);
    const uint32_t certificates[] = {site->certificate_ecdsa, site->certificate_rsa};
    for (size_t i = 0; i < COUNT(certificates); i++)
        if (certificates[i] != SNAPSHOT_NONE)
            sum += walk_chain(s, &s->certificates[certificates[i]]);
    for (size_t i = 0; i < COUNT(paths); i++) {
        const struct snap_route *route = snapshot_route(s, site, paths[i]);
        sum += route ? route->status : 0;
    }
    for (uint32_t i = 0; i < site->routes_count; i++) {
        const struct snap_route *route = &s->routes[site->routes_first + i];
        sum += walk_route(s, route);
        sum += snapshot_route(s, site, snapshot_str(s, route->prefix)) != NULL;
    }
    return sum;
}

uint64_t snapshot_walk(const struct snapshot *s)
{
    static const struct str hosts[] = {STR_INIT("a.org"), STR_INIT("x.A.ORG."), STR_INIT("[::1]"), STR_INIT("none"),
                                       STR_INIT(""),      STR_INIT("."),        STR_INIT("a..org")};
    const struct snap_header *header = s->header;
    uint64_t sum = walk_bytes(s->tickets, header->tickets.count * sizeof *s->tickets);
    for (size_t i = 0; i < COUNT(hosts); i++)
        sum += snapshot_site(s, hosts[i]) != NULL;
    for (uint32_t i = 0; i < header->names.count; i++)
        if (s->names[i].site != SNAPSHOT_NONE) {
            sum += snapshot_site(s, snapshot_str(s, s->names[i].name)) != NULL;
            sum += s->sites[s->names[i].site].slot;
        }
    for (uint32_t i = 0; i < header->sites.count; i++)
        sum += walk_site(s, &s->sites[i]);
    for (uint32_t i = 0; i < header->routes.count; i++)
        sum += walk_route(s, &s->routes[i]);
    for (uint32_t i = 0; i < header->certificates.count; i++)
        sum += walk_chain(s, &s->certificates[i]);
    for (uint32_t i = 0; i < header->challenges.count; i++) {
        const struct snap_challenge *found = snapshot_challenge(s, snapshot_str(s, s->challenges[i].token));
        sum += walk_ref(s, s->challenges[i].content) + (found == &s->challenges[i]);
    }
    for (uint32_t i = 0; i < header->alpn_challenges.count; i++) {
        const struct snap_alpn_challenge *challenge = &s->alpn_challenges[i];
        sum += snapshot_alpn_challenge(s, snapshot_str(s, challenge->name)) == challenge;
        sum += walk_chain(s, &s->certificates[challenge->certificate]);
    }
    return sum;
}
