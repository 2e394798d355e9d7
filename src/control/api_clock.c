/* /v1/clock: what the ledger's clock thinks, and an operator's word that the machine's clock is right. */
#include "control/api_routes.h"
#include "control/commit.h"
#include "control/record.h"
#include "os/clock.h"
#include "store/members.h"

static const char *const trust_names[HSTS_CLOCK_TRUST_COUNT] = {"good", "behind", "jumped"};

void api_clock_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct hsts_clock_reading reading = core->read_clock(core);
    char why[HSTS_CLOCK_WHY_SIZE];
    (void)request;
    jsonout_object(&out, NULL);
    jsonout_time(&out, "wall", reading.wall_s);
    jsonout_bool(&out, "synchronised", reading.synchronised);
    jsonout_str(&out, "trust", str_from(trust_names[hsts_clock_trust(&core->clock, &reading)]));
    jsonout_str(&out, "why", hsts_clock_why(&core->clock, &reading, why));
    jsonout_time(&out, "over", core_over_s(core));
    jsonout_time(&out, "latest", core_latest_s(core));
    jsonout_object_end(&out);
}

void api_clock_confirm(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"confirm", NULL};
    struct record record;
    struct err err = {0};
    bool confirm = false;
    if (!members_only(request->json, "", members, &err) ||
        !members_bool(request->json, "", "confirm", &confirm, &err) ||
        !(confirm || err_field(&err, "confirm", "true is the only thing that can be said here"))) {
        api_fail(reply, &err);
        return;
    }
    commit_look_at_clock(core); /* a jump until now is one, whoever vouches for what it led to */
    const struct hsts_clock_reading reading = core->read_clock(core);
    record_init(&record, request->context.actor, STR("clock.confirm"), STR(""), reading.wall_s);
    commit_record(core, &record.entry);
    record_fini(&record);
    hsts_clock_confirm(&core->clock, &reading);
    commit_save_clock(core);
    api_clock_get(core, request, reply);
}
