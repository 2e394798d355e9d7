/* Fills the builder's input. Everything temporary is in one arena that goes when the blob is made. */
#include "control/assemble.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

#include "base/log.h"
#include "control/reports.h"
#include "crypto/digest.h"
#include "hsts/field.h"
#include "snapshot/build.h"
#include "snapshot/counters.h"

/* Tables of views for 16,384 sites and as many upstreams, with room to spare. */
#define JOB_SIZE_MAX ((size_t)512 << 20)
/* A health check that takes longer than this has failed. */
#define HEALTH_TIMEOUT_MS 5000

struct job {
    const struct assemble_input *input;
    struct arena arena;
    struct build_certificate *certificates;
    size_t certificates_count;
};

static bool address_bytes(struct job *job, const void *address, size_t size, struct str *ret)
{
    return arena_str(&job->arena, str_make(address, size), ret);
}

static bool unix_address(struct job *job, struct str path, struct str *ret)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path.size >= sizeof address.sun_path)
        return true;
    memcpy(address.sun_path, path.data, path.size);
    return address_bytes(job, &address, sizeof address, ret);
}

static bool tcp_address(struct job *job, const struct upstream *upstream, struct str *ret)
{
    struct sockaddr_storage address = {0};
    socklen_t size = 0;
    const char *problem;
    bool known =
        resolve_literal(upstream->host, &address, &size) ||
        (job->input->resolver && resolver_find(job->input->resolver, upstream->host, &address, &size, &problem));
    if (!known)
        return true; /* stays empty: the gateway answers 502 for it, status says why */
    in_port_t port = htons(upstream->port);
    size_t at = address.ss_family == AF_INET ? offsetof(struct sockaddr_in, sin_port)
                                             : offsetof(struct sockaddr_in6, sin6_port);
    memcpy((char *)&address + at, &port, sizeof port);
    return address_bytes(job, &address, size, ret);
}

static bool add_upstream(struct job *job, const struct route *route, const struct upstream *upstream,
                         struct build_upstream *out)
{
    *out = (struct build_upstream){.label = upstream->url, .weight = upstream->weight, .slot = upstream->slot};
    if (upstream->tls) {
        out->tls = true;
        out->unverified = !route->verify;
        out->tls_name = upstream->host;
        out->tls_roots = route->verify ? route->ca_pem : (struct str){NULL, 0};
    }
    struct str unix_path = route->is_panel ? job->input->panel_socket : upstream->unix_path;
    return unix_path.size ? unix_address(job, unix_path, &out->address) : tcp_address(job, upstream, &out->address);
}

static bool add_group(struct job *job, const struct site *site, const struct route *route, struct build_group *out)
{
    struct build_upstream *upstreams = arena_alloc(&job->arena, route->upstreams_count * sizeof *upstreams);
    if (!upstreams)
        return false;
    for (size_t i = 0; i < route->upstreams_count; i++)
        if (!add_upstream(job, route, &route->upstreams[i], &upstreams[i]))
            return false;
    *out = (struct build_group){.balance = route->balance,
                                .upstreams = upstreams,
                                .upstreams_count = route->upstreams_count,
                                .connect_timeout_ms = route->connect_timeout_ms,
                                .first_byte_timeout_ms = route->first_byte_timeout_ms,
                                .idle_timeout_ms = route->idle_timeout_ms,
                                .health_interval_ms = route->health_path.size ? route->health_interval_ms : 0,
                                .health_timeout_ms = HEALTH_TIMEOUT_MS,
                                .health_path = route->health_path,
                                .health_host = site->name};
    return true;
}

static bool add_routes(struct job *job, const struct site *site, struct build_site *out)
{
    struct build_route *routes = arena_zalloc(&job->arena, site->routes_count * sizeof *routes);
    if (!routes)
        return false;
    for (size_t i = 0; i < site->routes_count; i++) {
        const struct route *route = &site->routes[i];
        routes[i] = (struct build_route){.prefix = route->prefix,
                                         .kind = route->kind,
                                         .root = route->root,
                                         .index = route->index,
                                         .strip_prefix = route->strip_prefix,
                                         .status = route->status,
                                         .body = route->body,
                                         .content_type = route->content_type};
        if (route->kind == SNAP_ROUTE_PROXY && !add_group(job, site, route, &routes[i].group))
            return false;
    }
    out->routes = routes;
    out->routes_count = site->routes_count;
    return true;
}

/* The index of a certificate, SNAPSHOT_NONE when the site has none of this kind or its file cannot be used. */
static uint32_t add_certificate(struct job *job, const struct site *site, struct str id)
{
    struct err err = {0};
    if (id.size == 0)
        return SNAPSHOT_NONE;
    const struct certificate *certificate = certificates_get(job->input->certificates, id, &err);
    if (!certificate) {
        log_error("%.*s is published without certificate %.*s: %s", STR_ARG(site->name), STR_ARG(id), err.text);
        return SNAPSHOT_NONE;
    }
    job->certificates[job->certificates_count] = (struct build_certificate){.identity = certificate->identity,
                                                                            .chain = certificate->chain,
                                                                            .chain_count = certificate->chain_count,
                                                                            .key = certificate->key};
    return (uint32_t)job->certificates_count++;
}

static bool add_hsts(struct job *job, const struct site *site, struct build_site *out, struct err *err)
{
    struct ledger_promise promise;
    char room[HSTS_FIELD_SIZE_MAX];
    struct str field;
    if (!job->input->promise_of || !job->input->promise_of(job->input->context, site, &promise))
        return true;
    const struct hsts_policy policy = {.max_age_s = (uint64_t)promise.max_age_s,
                                       .include_subdomains = promise.include_subdomains,
                                       .preload = promise.preload};
    out->hsts_cap_s = promise.max_age_s ? promise.cap_s : 0;
    return hsts_field_write(&policy, room, &field, err) &&
           (arena_str(&job->arena, field, &out->hsts) || err_memory(err));
}

static bool is_served(const struct build_site *site)
{
    return site->certificate_ecdsa != SNAPSHOT_NONE || site->certificate_rsa != SNAPSHOT_NONE;
}

/* The site that takes reports, if there is one that browsers can reach over HTTPS. */
static bool find_collector(const struct job *job, const struct build_site *sites, uint32_t *ret)
{
    const struct state *state = job->input->state;
    struct str wanted = str_from(state->settings.report_collector);
    for (uint32_t i = 0; wanted.size && job->input->key && i < state->sites_count; i++)
        if (str_eq(sites[i].name, wanted) && is_served(&sites[i])) {
            *ret = i;
            return true;
        }
    return false;
}

/* Of sites that have, or lately had, reports switched on. */
static bool add_reports(struct job *job, const struct site *site, bool has_collector, struct build_site *out,
                        struct err *err)
{
    const struct assemble_input *input = job->input;
    struct ledger_promise promise = {.max_age_s = 0};
    if (!is_served(out) || (!site->reports && site->reports_over_s <= input->made_s))
        return true;
    if (input->promise_of && !input->promise_of(input->context, site, &promise))
        promise.max_age_s = 0;
    const struct reports_source source = {
        .site = site->name,
        .collector = has_collector ? str_from(input->state->settings.report_collector) : STR(""),
        .https_port = input->https_port,
        .key = input->key,
        .max_age_s = site->reports ? reports_max_age_s((int64_t)promise.max_age_s) : 0};
    return reports_texts(&source, &job->arena, &out->reports, err);
}

static bool add_site(struct job *job, const struct site *site, struct build_site *out, struct err *err)
{
    uint32_t flags = (site->secure_cookies ? SNAP_SITE_SECURE_COOKIES : 0u) |
                     (site->rewrite_location ? SNAP_SITE_REWRITE_LOCATION : 0u) |
                     (site->canonical ? SNAP_SITE_CANONICAL : 0u);
    *out = (struct build_site){.name = site->name,
                               .aliases = site->aliases,
                               .aliases_count = site->aliases_count,
                               .error_page = site->error_page,
                               .slot = site->slot,
                               .flags = flags,
                               .redirect = site_has_certificate(site) ? site->redirect : SNAP_REDIRECT_OFF};
    out->certificate_ecdsa = add_certificate(job, site, site->ecdsa);
    out->certificate_rsa = add_certificate(job, site, site->rsa);
    /* Without HTTPS there would be no way in at all for whoever holds a cookie. */
    if (is_served(out) && site->credentials == SITE_CREDENTIALS_REFUSE)
        out->flags |= SNAP_SITE_REFUSE_CREDENTIALS;
    if (is_served(out) && !add_hsts(job, site, out, err))
        return false;
    return add_routes(job, site, out) || err_memory(err);
}

/* The certificates that answer in handshakes stand behind those of the sites. */
static bool add_handshakes(struct job *job, const struct acme_alpn_proof *const *proofs, size_t count,
                           const struct build_alpn_challenge **ret, struct err *err)
{
    struct build_alpn_challenge *challenges = arena_alloc(&job->arena, (count + 1) * sizeof *challenges);
    struct str *chains = arena_alloc(&job->arena, (count + 1) * sizeof *chains);
    if (!challenges || !chains)
        return err_memory(err);
    for (size_t i = 0; i < count; i++) {
        struct build_certificate *certificate = &job->certificates[job->certificates_count];
        const struct str parts[] = {buf_str(&proofs[i]->certificate), buf_str(&proofs[i]->key)};
        chains[i] = parts[0];
        *certificate = (struct build_certificate){.chain = &chains[i], .chain_count = 1, .key = parts[1]};
        if (!digest_identity(parts, 2, &certificate->identity, err))
            return false;
        challenges[i] =
            (struct build_alpn_challenge){.name = proofs[i]->sni, .certificate = (uint32_t)job->certificates_count++};
    }
    *ret = challenges;
    return true;
}

static bool build(struct job *job, void **ret_blob, size_t *ret_size, struct err *err)
{
    const struct state *state = job->input->state;
    struct build_site *sites = arena_alloc(&job->arena, (state->sites_count + 1) * sizeof *sites);
    const struct build_challenge *challenges;
    const struct build_alpn_challenge *handshakes = NULL;
    const struct acme_alpn_proof **proofs;
    size_t challenges_count, proofs_count;
    if (!sites || !acme_prove_challenges(job->input->proving, &job->arena, &challenges, &challenges_count) ||
        !acme_prove_handshakes(job->input->proving, &job->arena, &proofs, &proofs_count))
        return err_memory(err);
    size_t certificates_count = 2 * state->sites_count + proofs_count + 1;
    job->certificates = arena_alloc(&job->arena, certificates_count * sizeof *job->certificates);
    if (!job->certificates)
        return err_memory(err);
    for (size_t i = 0; i < state->sites_count; i++)
        if (!add_site(job, state->sites[i], &sites[i], err))
            return false;
    uint32_t collector = 0;
    bool has_collector = find_collector(job, sites, &collector);
    for (size_t i = 0; i < state->sites_count; i++)
        if (!add_reports(job, state->sites[i], has_collector, &sites[i], err))
            return false;
    if (!add_handshakes(job, proofs, proofs_count, &handshakes, err))
        return false;
    const struct build_input input = {.generation = job->input->generation,
                                      .made_s = job->input->made_s,
                                      .tls_profile = state->settings.tls_profile,
                                      .limits = state->settings.limits,
                                      .sites = sites,
                                      .sites_count = state->sites_count,
                                      .takes_reports = has_collector,
                                      .reports_site = collector,
                                      .certificates = job->certificates,
                                      .certificates_count = job->certificates_count,
                                      .tickets = job->input->tickets->keys,
                                      .tickets_count = job->input->tickets->count,
                                      .challenges = challenges,
                                      .challenges_count = challenges_count,
                                      .alpn_challenges = handshakes,
                                      .alpn_challenges_count = proofs_count};
    return snapshot_build(&input, ret_blob, ret_size, err);
}

bool assemble(const struct assemble_input *input, void **ret_blob, size_t *ret_size, struct err *err)
{
    struct job job = {.input = input};
    arena_init(&job.arena, JOB_SIZE_MAX);
    bool fine = build(&job, ret_blob, ret_size, err);
    arena_fini(&job.arena);
    return fine;
}

struct str *assemble_names(const struct state *state, struct arena *arena, size_t *ret_count)
{
    struct str *names = arena_alloc(arena, COUNTERS_UPSTREAMS_MAX * sizeof *names);
    size_t count = 0;
    for (size_t i = 0; names && i < state->sites_count; i++)
        for (size_t r = 0; r < state->sites[i]->routes_count; r++) {
            const struct route *route = &state->sites[i]->routes[r];
            for (size_t u = 0; u < route->upstreams_count && count < COUNTERS_UPSTREAMS_MAX; u++) {
                struct sockaddr_storage address;
                socklen_t size;
                struct str host = route->upstreams[u].host;
                if (host.size && !resolve_literal(host, &address, &size))
                    names[count++] = host;
            }
        }
    *ret_count = count;
    return names;
}
