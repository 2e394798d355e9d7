/* What is wrong with what nobody is served. */
#include "control/drawer.h"

#include "base/log.h"
#include "control/api_warnings.h"
#include "control/certificate_state.h"
#include "control/notify.h"
#include "os/clock.h"

/* All that is wrong with both sides; what is more is left out. */
#define DETAIL_SIZE_MAX 4096

/* Told as one problem of the site, under the name of the worst. */
struct found {
    struct certificate_problem worst; /* `id` NULL: it would do, or there is none */
    struct buf detail;
};

static bool is_soon(const struct certificate_problem *problem)
{
    return str_eq(str_from(problem->id), NOTIFY_STAGE_SOON);
}

/* That it ends soon counts for less than all else. */
static bool is_worse(const struct certificate_problem *a, const struct certificate_problem *b)
{
    return !b->id || (is_soon(a) != is_soon(b) ? is_soon(b) : a->severity > b->severity);
}

static bool look_at(struct core *core, const struct site *site, enum cert_side side, struct certificate_state *ret)
{
    struct err err = {0};
    if (certificate_state(core, site, side, true, ret, &err))
        return true;
    log_error("the certificate in the drawer of %.*s could not be looked at: %s", STR_ARG(site->name), err.text);
    return false;
}

static void gather(const struct certificate_state *state, const char *label, struct found *found)
{
    for (size_t i = 0; i < state->problems_count; i++) {
        const struct certificate_problem *problem = &state->problems[i];
        if (problem->severity < CERTIFICATE_WARNING)
            continue;
        if (is_worse(problem, &found->worst))
            found->worst = *problem;
        (void)buf_printf(&found->detail, "%s%s%s", buf_str(&found->detail).size ? " " : "", label, problem->text);
    }
}

/* False when it could not be looked at: that says nothing. */
static bool look_at_all(struct core *core, const struct site *site, struct found *found)
{
    static const char *const labels[CERT_SIDES_COUNT] = {[CERT_SIDE_ECDSA] = "ECDSA: ", [CERT_SIDE_RSA] = "RSA: "};
    bool is_pair = site->drawer.ecdsa.size && site->drawer.rsa.size;
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        struct certificate_state state;
        if (site_drawer_certificate(site, (enum cert_side)side).size == 0)
            continue;
        if (!look_at(core, site, (enum cert_side)side, &state))
            return false;
        gather(&state, is_pair ? labels[side] : "", found);
    }
    return true;
}

static bool clock_is_good(const struct core *core)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    return hsts_clock_trust(&core->clock, &reading) == HSTS_CLOCK_GOOD;
}

void drawer_look(struct core *core, const struct site *site)
{
    struct found found = {.worst = {.id = NULL}};
    if (!core->notifier || !clock_is_good(core))
        return;
    buf_init(&found.detail, DETAIL_SIZE_MAX);
    if (look_at_all(core, site, &found)) {
        const struct notify_event event = {.kind = NOTIFY_DRAWER,
                                           .site = site->name,
                                           .stage = str_from(found.worst.id ? found.worst.id : ""),
                                           .detail = buf_str(&found.detail),
                                           .fix = str_from(found.worst.id ? found.worst.fix : "")};
        notify_event(core, &event);
    }
    buf_fini(&found.detail);
}

void drawer_turn(struct core *core, struct drawer_round *round, int64_t now_ms)
{
    int64_t end_ms = clock_monotonic_ms() + DRAWER_TURN_MS;
    if (now_ms < round->next_ms || !clock_is_good(core))
        return;
    while (round->site_next < core->state.sites_count && clock_monotonic_ms() < end_ms)
        drawer_look(core, core->state.sites[round->site_next++]);
    if (round->site_next < core->state.sites_count)
        return;
    *round = (struct drawer_round){.next_ms = now_ms + DRAWER_INTERVAL_MS};
}

void drawer_warn(struct core *core, const struct site *site, struct jsonout *out)
{
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        struct certificate_state state;
        if (site_drawer_certificate(site, (enum cert_side)side).size == 0 ||
            !look_at(core, site, (enum cert_side)side, &state))
            continue;
        for (size_t i = 0; i < state.problems_count; i++)
            if (state.problems[i].severity >= CERTIFICATE_WARNING)
                api_warn(out, "%.*s: the certificate in the drawer would not do: %s", STR_ARG(site->name),
                         state.problems[i].text);
    }
}
