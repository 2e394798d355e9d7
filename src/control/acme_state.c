/* Looking, and writing it as JSON. */
#include "control/acme_state.h"

#include "control/acme_plan.h"
#include "control/acme_run.h"
#include "control/acme_site.h"

static const char *phase_of(const struct acme *acme, const struct site *site, const struct acme_order *order,
                            int64_t now_s)
{
    struct acme_run *run = acme_run_find(acme, ACME_JOB_OBTAIN, site->name, false);
    if (!site->automatic.wanted)
        return "off";
    if (run)
        return acme_job_phase(run->job);
    if (order && acme_plan_next_s(order, now_s) > now_s)
        return "waiting";
    return acme_site_due_s(acme, site) <= now_s ? "queued" : "idle";
}

static const char *ca_of(const struct acme *acme, const struct site *site, const struct acme_order *order)
{
    struct acme_run *run = acme_run_find(acme, ACME_JOB_OBTAIN, site->name, false);
    if (run)
        return run->input.ca->name.data; /* ends in a zero byte: it is an arena's */
    if (!order)
        return "";
    return order->failure.at_s ? order->failure.ca : order->issuer;
}

void acme_state_of(const struct core *core, const struct site *site, struct acme_state *ret)
{
    const struct acme *acme = core->acme;
    *ret = (struct acme_state){
        .wanted = site->automatic.wanted, .phase = site->automatic.wanted ? "queued" : "off", .ca = ""};
    if (!acme)
        return;
    int64_t now_s = core->read_clock(core).wall_s;
    ret->order = acme_site_order(acme, site->name, false);
    ret->rehearsal = acme_site_order(acme, site->name, true);
    ret->phase = phase_of(acme, site, ret->order, now_s);
    ret->rehearses = ret->rehearsal && ret->rehearsal->active;
    ret->ca = ca_of(acme, site, ret->order);
    ret->renewal_s = acme_site_renewal_s(acme, site);
    if (site->automatic.wanted && ret->order && acme_plan_next_s(ret->order, now_s) > now_s)
        ret->next_s = ret->order->next_s;
}

static void write_failure(const struct acme_order *order, struct jsonout *out)
{
    const struct acme_order_failure *failure = &order->failure;
    if (!failure->at_s) {
        jsonout_null(out, "failure");
        return;
    }
    jsonout_object(out, "failure");
    jsonout_time(out, "at", failure->at_s);
    jsonout_str(out, "ca", str_from(failure->ca));
    jsonout_str(out, "problem", str_from(failure->problem));
    jsonout_str(out, "words", str_from(failure->words));
    jsonout_str(out, "fix", str_from(failure->fix));
    jsonout_bool(out, "permanent", failure->permanent);
    jsonout_object_end(out);
}

static void write_moment(struct jsonout *out, const char *key, int64_t moment_s)
{
    if (moment_s)
        jsonout_time(out, key, moment_s);
    else
        jsonout_null(out, key);
}

static void write_window(const struct acme_order_window *window, struct jsonout *out)
{
    if (!window->start_s) {
        jsonout_null(out, "window");
        return;
    }
    jsonout_object(out, "window");
    jsonout_time(out, "start", window->start_s);
    jsonout_time(out, "end", window->end_s);
    jsonout_str(out, "explanation", str_from(window->explanation));
    jsonout_object_end(out);
}

static void write_order(const struct acme_order *order, struct jsonout *out)
{
    jsonout_str(out, "issuer", str_from(order->issuer));
    write_moment(out, "obtained", order->obtained_s);
    jsonout_str(out, "notice", str_from(order->notice));
    jsonout_u64(out, "failures", order->failures);
    write_failure(order, out);
    write_window(&order->window, out);
    jsonout_bool(out, "revokes", order->revocation.leaf != NULL);
}

static void write_rehearsal(const struct core *core, const struct site *site, const struct acme_order *order,
                            struct jsonout *out)
{
    struct acme_run *run = acme_run_find(core->acme, ACME_JOB_OBTAIN, site->name, true);
    const char *idle = order->active ? "queued" : "idle";
    jsonout_object(out, "rehearsal");
    jsonout_str(out, "phase", str_from(run ? acme_job_phase(run->job) : idle));
    jsonout_str(out, "ca", str_from(order->active || !order->issuer[0] ? order->ca : order->issuer));
    write_moment(out, "passed", order->obtained_s);
    write_failure(order, out);
    jsonout_object_end(out);
}

void acme_state_write(const struct core *core, const struct site *site, struct jsonout *out)
{
    struct acme_state state;
    acme_state_of(core, site, &state);
    if (!state.wanted && !state.rehearsal)
        return;
    jsonout_object(out, "automatic");
    jsonout_bool(out, "wanted", state.wanted);
    jsonout_str(out, "phase", str_from(state.phase));
    jsonout_str(out, "ca", str_from(state.ca));
    write_moment(out, "renewal", state.renewal_s);
    write_moment(out, "next_attempt", state.next_s);
    if (state.order)
        write_order(state.order, out);
    if (state.rehearsal)
        write_rehearsal(core, site, state.rehearsal, out);
    jsonout_object_end(out);
}
