/* /v1/certificates and /v1/sites/NAME/certificates: what each certificate is, how far it has come, what is wrong. */
#include <stdlib.h>

#include "control/api_routes.h"
#include "control/api_warnings.h"
#include "control/certificate_state.h"
#include "control/mismatch.h"
#include "control/observe.h"
#include "control/promises.h"
#include "control/watch.h"
#include "crypto/cert_describe.h"
#include "os/clock.h"
#include "store/jsonout.h"

/* Of one chain. */
#define DESCRIPTION_SIZE_MAX ((size_t)4 << 20)

/* A place in the list, before it is written. */
struct listed {
    const struct site *site;
    enum cert_side side;
    bool in_drawer;
    enum certificate_severity severity;
    int64_t not_after_s;
};

/* Of a site: each side, in use and in the drawer. */
#define LISTED_COUNT_MAX (2 * CERT_SIDES_COUNT)

/* 0 is "not yet", or not known. */
static void write_moment(struct jsonout *out, const char *key, int64_t moment_s)
{
    if (moment_s)
        jsonout_time(out, key, moment_s);
    else
        jsonout_null(out, key);
}

static void write_names(struct jsonout *out, const struct str *names, size_t count)
{
    jsonout_array(out, "names");
    for (size_t i = 0; i < count; i++)
        jsonout_str(out, NULL, names[i]);
    jsonout_array_end(out);
}

static void write_description(struct jsonout *out, const struct cert_description *one)
{
    jsonout_str(out, "subject", one->subject);
    jsonout_str(out, "issuer", one->issuer);
    jsonout_str(out, "serial", one->serial);
    jsonout_str(out, "key", one->key);
    jsonout_time(out, "not_before", one->not_before_s);
    jsonout_time(out, "not_after", one->not_after_s);
    jsonout_str(out, "fingerprint_sha256", one->fingerprint);
    write_names(out, one->names, one->names_count);
}

static void write_leaf(const struct certificate_state *state, struct jsonout *out)
{
    struct arena room;
    struct cert_description leaf;
    arena_init(&room, DESCRIPTION_SIZE_MAX);
    if (cert_describe(state->certificate->chain[0], &room, &leaf, NULL)) {
        write_description(out, &leaf);
        jsonout_i64(out, "days_left", api_days_left(leaf.not_after_s, clock_wall_s()));
    }
    arena_fini(&room);
}

static void write_life(const struct evidence_life *life, struct jsonout *out)
{
    write_moment(out, "stored", life->stored_s);
    write_moment(out, "published", life->published_s);
    if (life->generation)
        jsonout_u64(out, "generation", life->generation);
    else
        jsonout_null(out, "generation");
    write_moment(out, "acknowledged", life->acknowledged_s);
    write_moment(out, "seen_first", life->seen_first_s);
    write_moment(out, "seen_last", life->seen_last_s);
}

static void write_mismatch(const struct evidence_mismatch *row, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "place", row->place);
    jsonout_str(out, "name", row->name);
    if (row->fingerprint.size) {
        jsonout_str(out, "fingerprint_sha256", row->fingerprint);
        jsonout_str(out, "serial", row->serial);
        jsonout_str(out, "subject", row->subject);
        jsonout_str(out, "issuer", row->issuer);
        write_moment(out, "not_after", row->not_after_s);
    } else {
        jsonout_str(out, "why", row->why);
    }
    jsonout_time(out, "since", row->since_s);
    jsonout_time(out, "seen_last", row->at_s);
    jsonout_object_end(out);
}

static void write_mismatches(struct core *core, const struct certificate_state *state, struct jsonout *out)
{
    size_t count;
    const struct evidence_mismatch *rows = mismatches_of(core->mismatches, state->site->name, &count);
    jsonout_array(out, "mismatches");
    for (size_t i = 0; i < count; i++)
        if (!state->in_drawer && str_eq(rows[i].side, str_from(cert_side_name(state->side))))
            write_mismatch(&rows[i], out);
    jsonout_array_end(out);
}

static void write_problems(const struct certificate_state *state, struct jsonout *out)
{
    jsonout_str(out, "severity", str_from(certificate_severity_name(state->severity)));
    jsonout_array(out, "problems");
    for (size_t i = 0; i < state->problems_count; i++) {
        const struct certificate_problem *problem = &state->problems[i];
        jsonout_object(out, NULL);
        jsonout_str(out, "id", str_from(problem->id));
        jsonout_str(out, "severity", str_from(certificate_severity_name(problem->severity)));
        jsonout_str(out, "text", str_from(problem->text));
        if (problem->fix[0])
            jsonout_str(out, "fix", str_from(problem->fix));
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

/* The members of one certificate, into an object that is open. */
static void write_certificate(struct core *core, const struct certificate_state *state, struct jsonout *out)
{
    jsonout_str(out, "site", state->site->name);
    jsonout_str(out, "source", str_from(site_source_name(state->source)));
    if (state->id.size) {
        jsonout_bool(out, "drawer", state->in_drawer);
        jsonout_str(out, "side", str_from(cert_side_name(state->side)));
        jsonout_str(out, "id", state->id);
        if (state->certificate)
            write_leaf(state, out);
        write_life(&state->life, out);
        write_mismatches(core, state, out);
        write_moment(out, "renewal_due",
                     state->facts && !state->in_drawer ? certificate_renewal_s(core, state->site, state->facts) : 0);
    }
    write_problems(state, out);
}

/* What is to be shown: what there is, and one entry to say so when the site has nothing. */
static bool is_shown(const struct site *site, enum cert_side side, bool in_drawer)
{
    if (in_drawer)
        return site_drawer_certificate(site, side).size > 0;
    return site_certificate(site, side).size || (side == CERT_SIDE_ECDSA && !site->rsa.size);
}

/* Worst first, then what ends first. */
static int compare(const void *left, const void *right)
{
    const struct listed *a = left, *b = right;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->not_after_s != b->not_after_s)
        return a->not_after_s < b->not_after_s ? -1 : 1;
    int order = state_compare_names(a->site->name, b->site->name);
    return order                          ? order
           : a->in_drawer != b->in_drawer ? (int)a->in_drawer - (int)b->in_drawer
                                          : (int)a->side - (int)b->side;
}

static bool gather_one(struct core *core, struct listed *one, struct err *err)
{
    struct certificate_state state;
    if (!certificate_state(core, one->site, one->side, one->in_drawer, &state, err))
        return false;
    one->severity = state.severity;
    one->not_after_s = state.facts ? state.facts->not_after_s : INT64_MAX;
    return true;
}

static bool gather(struct core *core, struct listed *list, size_t *ret_count, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < core->state.sites_count; i++)
        for (unsigned k = 0; k < LISTED_COUNT_MAX; k++) {
            struct listed one = {.site = core->state.sites[i],
                                 .side = (enum cert_side)(k % CERT_SIDES_COUNT),
                                 .in_drawer = k >= CERT_SIDES_COUNT};
            if (!is_shown(one.site, one.side, one.in_drawer))
                continue;
            if (!gather_one(core, &one, err))
                return false;
            list[count++] = one;
        }
    *ret_count = count;
    return true;
}

static bool write_list(struct core *core, const struct listed *list, size_t count, struct jsonout *out, struct err *err)
{
    bool fine = true;
    jsonout_object(out, NULL);
    jsonout_array(out, "certificates");
    for (size_t i = 0; fine && i < count; i++) {
        struct certificate_state state;
        fine = certificate_state(core, list[i].site, list[i].side, list[i].in_drawer, &state, err);
        jsonout_object(out, NULL);
        if (fine)
            write_certificate(core, &state, out);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
    jsonout_object_end(out);
    return fine;
}

void api_certificates_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct jsonout out = {.out = &reply->body};
    size_t count = 0;
    struct listed *list = calloc(core->state.sites_count * LISTED_COUNT_MAX + 1, sizeof *list);
    (void)request;
    bool fine = list ? gather(core, list, &count, &err) : err_memory(&err);
    if (fine) {
        qsort(list, count, sizeof *list, compare);
        fine = write_list(core, list, count, &out, &err);
    }
    free(list);
    if (!fine)
        api_fail(reply, &err);
}

static void write_chain(const struct certificate *certificate, struct jsonout *out)
{
    jsonout_array(out, "chain");
    for (size_t i = 0; i < certificate->chain_count; i++) {
        struct arena room;
        struct cert_description one;
        arena_init(&room, DESCRIPTION_SIZE_MAX);
        jsonout_object(out, NULL);
        if (cert_describe(certificate->chain[i], &room, &one, NULL))
            write_description(out, &one);
        jsonout_object_end(out);
        arena_fini(&room);
    }
    jsonout_array_end(out);
}

/* Which sockets were asked, and what the look made of them all. */
static void write_look(struct core *core, const struct site *site, struct jsonout *out)
{
    const struct hsts_observation *seen = watch_observation(core->watch, site);
    write_moment(out, "looked", seen ? seen->facts[OBSERVED_SERVED].at_s : 0);
    jsonout_array(out, "listeners");
    for (size_t i = 0; i < core->boot->endpoints_count; i++) {
        char room[ENDPOINT_TEXT_SIZE];
        if (endpoint_speaks_tls(&core->boot->endpoints[i]))
            jsonout_str(out, NULL, str_from(endpoint_text(&core->boot->endpoints[i], room)));
    }
    jsonout_array_end(out);
    if (seen)
        jsonout_str(out, "look", str_from(seen->facts[OBSERVED_SERVED].detail));
}

static void write_promise(struct core *core, const struct site *site, struct jsonout *out)
{
    int64_t until_s = promises_binding(core, site, LEDGER_ANY).until_s;
    write_moment(out, "bound_until", until_s);
    if (until_s)
        jsonout_i64(out, "bound_days_left", api_days_left(until_s, clock_wall_s()));
    jsonout_u64(out, "renewals_seen", watch_renewals_seen(core->watch, site));
}

/* With its chain; nothing when there is none. */
static bool write_one(struct core *core, const struct site *site, enum cert_side side, bool in_drawer,
                      struct jsonout *out, struct err *err)
{
    struct certificate_state state;
    if (!is_shown(site, side, in_drawer))
        return true;
    if (!certificate_state(core, site, side, in_drawer, &state, err))
        return false;
    jsonout_object(out, NULL);
    write_certificate(core, &state, out);
    if (state.certificate)
        write_chain(state.certificate, out);
    jsonout_object_end(out);
    return true;
}

static bool write_site(struct core *core, const struct site *site, struct jsonout *out, struct err *err)
{
    bool fine = true;
    jsonout_object(out, NULL);
    jsonout_str(out, "site", site->name);
    jsonout_str(out, "source", str_from(site_source_name(site->source)));
    write_promise(core, site, out);
    write_look(core, site, out);
    jsonout_array(out, "certificates");
    for (unsigned k = 0; fine && k < LISTED_COUNT_MAX; k++)
        fine = write_one(core, site, (enum cert_side)(k % CERT_SIDES_COUNT), k >= CERT_SIDES_COUNT, out, err);
    jsonout_array_end(out);
    jsonout_object_end(out);
    return fine;
}

/* "look=true" has the site looked at first. */
static bool wants_look(const struct api_request *request, bool *ret, struct err *err)
{
    *ret = str_eq(request->query, STR("look=true"));
    if (*ret || request->query.size == 0)
        return true;
    (void)err_field(err, "query", "there is no such parameter");
    return err_fix(err, "only look=true can be said here");
}

void api_site_certificates_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct jsonout out = {.out = &reply->body};
    bool look;
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!wants_look(request, &look, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (look && core->observer && !request->context.looked) {
        memcpy(reply->look, site->name.data, site->name.size);
        reply->look[site->name.size] = '\0';
        return;
    }
    if (!write_site(core, site, &out, &err))
        api_fail(reply, &err);
}
