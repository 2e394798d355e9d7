/* /v1/sites/NAME/certificate/renew, …/rehearse and …/revoke: what is asked of a certificate that a site gets by itself.
 */
#include "control/acme_revoke.h"
#include "control/acme_site.h"
#include "control/api_routes.h"
#include "control/api_site_json.h"
#include "control/commit.h"
#include "control/renew.h"
#include "os/clock.h"
#include "store/jsonout.h"
#include "store/members.h"

/* Who asked for what; the outcome is written down when there is one. */
static void record(struct core *core, const struct api_request *request, struct str act)
{
    const struct audit_entry entry = {.at_s = clock_wall_s(),
                                      .actor = request->context.actor,
                                      .act = act,
                                      .site = request->name,
                                      .outcome = STR("done")};
    commit_record(core, &entry);
}

/* The open object of a reply that may wait: the site's members. */
static void write_site(struct core *core, struct str name, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, name);
    jsonout_object(&out, NULL);
    if (site)
        api_site_write(core, site, &out);
}

/* 202: how it goes is told by the site itself. */
static void reply_accepted(struct core *core, const struct api_request *request, struct str act,
                           struct api_reply *reply)
{
    record(core, request, act);
    reply->status = 202;
    write_site(core, request->name, reply);
    (void)buf_put_char(&reply->body, '}');
}

static bool no_automatic(const struct site *site, struct err *err)
{
    (void)err_set(err, ERR_CONFLICT, "%.*s does not get its certificate by itself", STR_ARG(site->name));
    return err_fix(err, "strictgate cert auto %.*s", STR_ARG(str_part(site->name, 0, 200)));
}

static bool renew(struct core *core, const struct site *site, bool at_once, struct err *err)
{
    if (core->acme && site->automatic.wanted)
        return acme_site_ask(core->acme, site, at_once, err);
    return no_automatic(site, err);
}

static void renew_local(struct core *core, const struct api_request *request, const struct site *site,
                        struct api_reply *reply)
{
    struct err err = {0};
    if (!renew_now(core, site, request->context.actor, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->generation = core->state.generation;
    write_site(core, request->name, reply);
}

void api_certificate_renew(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"now", NULL};
    const struct site *site = state_find(&core->state, request->name);
    struct err err = {0};
    bool at_once = false;
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    bool readable = !request->json || (members_only(request->json, "", members, &err) &&
                                       members_bool(request->json, "", "now", &at_once, &err));
    if (readable && site->source == SITE_SOURCE_LOCAL_CA && !site->automatic.wanted)
        renew_local(core, request, site, reply);
    else if (readable && renew(core, site, at_once, &err))
        reply_accepted(core, request, STR("certificate.ask"), reply);
    else
        api_fail(reply, &err);
}

void api_certificate_rehearse(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct site *site = state_find(&core->state, request->name);
    struct err err = {0};
    if (!site)
        api_no_site(request->name, reply);
    else if (core->acme && acme_site_rehearse(core->acme, site, &err))
        reply_accepted(core, request, STR("certificate.rehearse"), reply);
    else
        api_fail(reply, &err);
}

/* RFC 5280 section 5.3.1, as far as an operator can know. */
static bool read_reason(const json_t *json, unsigned *ret, struct err *err)
{
    static const char *const members[] = {"reason", NULL};
    static const char *const words[] = {"unspecified", "key-compromise", "superseded", "cessation", NULL};
    static const unsigned codes[] = {0, 1, 4, 5};
    uint32_t word = 0;
    if (json && (!members_only(json, "", members, err) || !members_choice(json, "", "reason", words, &word, err)))
        return false;
    *ret = codes[word];
    return true;
}

void api_certificate_revoke(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct site *site = state_find(&core->state, request->name);
    struct err err = {0};
    unsigned reason;
    if (!site)
        api_no_site(request->name, reply);
    else if (core->acme && read_reason(request->json, &reason, &err) && acme_revoke_ask(core->acme, site, reason, &err))
        reply_accepted(core, request, STR("certificate.revoke.ask"), reply);
    else
        api_fail(reply, &err);
}
