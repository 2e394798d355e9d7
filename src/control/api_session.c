/* /v1/session and /v1/sessions: who is signed in, where, and signing out; /v1/events, which lasts as long. */
#include "control/api_routes.h"
#include "control/panel_session.h"
#include "control/panel_state.h"
#include "control/record.h"
#include "os/clock.h"

/* Over control.sock nobody signs in: the kernel has said who it is. */
static void write_local(const struct api_request *request, struct jsonout *out)
{
    jsonout_str(out, "state", STR("signed_in"));
    jsonout_object(out, "account");
    jsonout_str(out, "name", request->context.actor);
    jsonout_str(out, "role", str_from(account_role_name(request->context.role)));
    jsonout_str(out, "language", STR(""));
    jsonout_bool(out, "totp", false);
    jsonout_u64(out, "passkeys", 0);
    jsonout_object_end(out);
    jsonout_str(out, "csrf", STR(""));
    jsonout_null(out, "expires_s");
    jsonout_null(out, "fresh_s");
    jsonout_str(out, "door", STR("control_socket"));
}

/* The panel's first question, which everybody may ask. */
void api_session_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    size_t count = 0;
    if (request->context.session) {
        (void)panel_session_write(core, request->context.session, reply);
        return;
    }
    if (!store_account_count(core->store, &count, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    if (request->context.door == API_DOOR_CONTROL)
        write_local(request, &out);
    else
        jsonout_str(&out, "state", count ? STR("signed_out") : STR("setup"));
    jsonout_object_end(&out);
}

/* With its entry in the audit log. `whose` empty: whoever's it is. */
static bool end_session(struct core *core, const struct api_request *request, struct str whose, int64_t number,
                        struct err *err)
{
    struct record record;
    record_init(&record, request->context.actor, STR("session.end"), STR(""), clock_wall_s());
    bool fine = store_end_session(core->store, whose, number, &record.entry, err);
    record_fini(&record);
    panel_sessions_changed(core);
    return fine;
}

static void no_content(struct api_reply *reply)
{
    reply->status = 204;
}

void api_session_end(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    const struct session *session = request->context.session;
    if (!session) {
        (void)err_set(&err, ERR_CONFLICT, "nobody has signed in here: there is nothing to sign out of");
        api_fail(reply, &err);
    } else if (end_session(core, request, request->context.account, session->number, &err)) {
        reply->ends_cookie = true;
        no_content(reply);
    } else {
        api_fail(reply, &err);
    }
}

/* ---- all of one's own, and for an owner all ---- */

struct listing {
    struct jsonout out;
    int64_t present; /* number of the session that asks */
};

static bool write_session(void *context, const struct session *session)
{
    struct listing *listing = context;
    struct jsonout *out = &listing->out;
    jsonout_object(out, NULL);
    jsonout_i64(out, "id", session->number);
    jsonout_str(out, "account", str_from(session->account));
    jsonout_str(out, "role", str_from(account_role_name(session->role)));
    jsonout_str(out, "door", str_from(session_door_name(session->door)));
    jsonout_str(out, "address", str_from(session->address));
    jsonout_str(out, "user_agent", str_from(session->user_agent));
    jsonout_time(out, "created", session->created_s);
    jsonout_time(out, "last_seen", session->last_seen_s);
    jsonout_time(out, "expires", session->expires_s);
    jsonout_bool(out, "current", session->number == listing->present);
    jsonout_object_end(out);
    return true;
}

/* Whose sessions the request may see and end: empty means everybody's. */
static struct str reach_of(const struct api_context *context)
{
    return context->role >= ACCOUNT_OWNER ? (struct str){NULL, 0} : context->account;
}

void api_sessions_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct session *session = request->context.session;
    struct listing listing = {.out = {.out = &reply->body}, .present = session ? session->number : 0};
    struct err err = {0};
    jsonout_object(&listing.out, NULL);
    jsonout_array(&listing.out, "sessions");
    if (!store_sessions(core->store, reach_of(&request->context), clock_wall_s(), write_session, &listing, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_array_end(&listing.out);
    jsonout_object_end(&listing.out);
}

void api_sessions_end(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    uint64_t number = 0;
    if (!str_to_u64(request->name, INT64_MAX, &number))
        (void)err_field(&err, "id", "it is no number of a session");
    else if (end_session(core, request, reach_of(&request->context), (int64_t)number, &err))
        no_content(reply);
    if (err.code != ERR_NONE)
        api_fail(reply, &err);
    else if (request->context.session && request->context.session->number == (int64_t)number)
        reply->ends_cookie = true;
}

void api_events(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct api_context *context = &request->context;
    struct err err = {0};
    if (!core->panel) {
        (void)err_set(&err, ERR_CONFLICT, "there are no events here");
    } else if (panel_events_have_room(&core->panel->events, context->account, context->address, &err)) {
        reply->streams = true;
        reply->content_type = "text/event-stream";
        return;
    }
    (void)err_fix(&err, "close one");
    api_fail_as(reply, 429, "busy", &err);
}
