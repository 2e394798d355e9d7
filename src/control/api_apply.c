/* /v1/apply: a declarative set of sites and settings, with ?dry_run=true only its difference. */
#include "control/api_routes.h"
#include "control/apply.h"
#include "control/record.h"
#include "control/site_change.h"

/* The difference is told in view of the state before it, so it is written before the commit. */
static void apply(struct core *core, const struct apply_plan *plan, bool dry_run, const struct api_request *request,
                  struct api_reply *reply)
{
    struct err err = {0};
    struct jsonout out = {.out = &reply->body};
    jsonout_object(&out, NULL);
    jsonout_bool(&out, "dry_run", dry_run);
    apply_write(core, plan, &out);
    bool nothing = plan->count == 0 && !plan->settings_differ && plan->parts.count == 0;
    if (dry_run || nothing) {
        record_write_site_guards(plan->results, plan->result_sites, plan->results_count, "guards", &out);
        if (nothing)
            reply->generation = core->state.generation;
        else
            jsonout_object_end(&out);
        return;
    }
    if (apply_commit(core, plan, request->context.actor, &err))
        reply->generation = core->state.generation;
    else
        api_fail_guarded(reply, &err, plan->results, plan->results_count);
}

/* What a stolen session must not do in one act any more than in several. */
static bool may_move_panel(const struct apply_plan *plan, const struct api_request *request, struct api_reply *reply)
{
    for (size_t i = 0; i < plan->count; i++)
        if (site_change_is_of_panel(plan->items[i].before, plan->items[i].after))
            return api_check_fresh(&request->context, reply);
    return true;
}

void api_apply(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct apply_plan plan;
    bool dry_run = str_eq(request->query, STR("dry_run=true"));
    if (request->query.size && !dry_run)
        (void)err_field(&err, "query", "only dry_run=true can be said here");
    if (err.code || !apply_plan(core, request->json, &plan, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (dry_run || may_move_panel(&plan, request, reply))
        apply(core, &plan, dry_run, request, reply);
    apply_plan_fini(&plan);
}
