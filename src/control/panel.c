/* Judging a request by its head. */
#include "control/panel.h"

#include <stdio.h>

#include "control/api_content.h"
#include "control/panel_name.h"
#include "control/panel_session.h"
#include "crypto/wipe.h"
#include "http/write.h"

#define PANEL_TOKEN_FIELD "X-Strictgate-Csrf"
#define EVENTS_QUERY      "?token="

/*
 * Nothing but what the program itself holds, no frame around it, no script or style inside the page (Content Security
 * Policy Level 3). Of the features of a browser the page needs passkeys alone.
 */
static const struct {
    struct str name, value;
} browser_fields[] = {
    {STR_INIT("Content-Security-Policy"),
     STR_INIT("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
              "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")},
    {STR_INIT("X-Content-Type-Options"), STR_INIT("nosniff")},
    {STR_INIT("X-Frame-Options"), STR_INIT("DENY")},
    {STR_INIT("Referrer-Policy"), STR_INIT("no-referrer")},
    {STR_INIT("Cross-Origin-Opener-Policy"), STR_INIT("same-origin")},
    {STR_INIT("Cross-Origin-Resource-Policy"), STR_INIT("same-origin")},
    {STR_INIT("Permissions-Policy"),
     STR_INIT("publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), geolocation=(), "
              "microphone=(), payment=(), usb=()")},
};

void panel_write_fields(struct buf *out)
{
    for (size_t i = 0; i < sizeof browser_fields / sizeof *browser_fields; i++)
        (void)h1_write_field(out, browser_fields[i].name, browser_fields[i].value);
}

/*
 * A page of somebody else's can have its own name resolve to 127.0.0.1 and is then, to the browser, of one origin with
 * us (DNS rebinding); its name is in Host all the same. The port may be any, ssh -L chooses one. A site that leads to
 * our socket without being the panel is told apart by its name as well.
 */
bool panel_host_is_ours(const struct core *core, enum api_door door, struct str host)
{
    if (door == API_DOOR_NAME)
        return panel_name_has(core, host);
    return str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("[::1]")) || str_eq_nocase(host, STR("localhost"));
}

static void refuse_host(const struct http_request *request, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_DENIED, "the admin panel is not at \"%.*s\"", STR_ARG(str_part(request->host, 0, 100)));
    (void)err_fix(&err, "open it at http://127.0.0.1, http://[::1] or http://localhost with its port, or by a name of "
                        "its own");
    api_fail_as(reply, 421, "denied", &err);
}

/* Passwords would cross the network for everybody to read. */
static void refuse_plain(const struct http_request *request, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_DENIED, "the admin panel is at %.*s over HTTPS only",
                  STR_ARG(str_part(request->host, 0, 253)));
    (void)err_fix(&err, "open it with https://; the site needs a certificate for it");
    api_fail_as(reply, 403, "insecure", &err);
}

static void refuse_method(const struct http_request *request, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_INPUT, "%.*s is not possible here", STR_ARG(str_part(request->method_text, 0, 32)));
    (void)err_fix(&err, "use one of: GET, HEAD");
    api_fail_as(reply, 405, "input", &err);
    reply->allow = "GET, HEAD";
}

static struct str field_of(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->fields_count; i++)
        if (str_eq_nocase(request->fields[i].name, name))
            return request->fields[i].value;
    return (struct str){NULL, 0};
}

/* In the field; with events in the query, since a page that listens for them (EventSource) can send no fields. */
static bool has_token(const struct http_request *request, const struct session *session)
{
    struct str token = field_of(request, STR(PANEL_TOKEN_FIELD));
    if (!token.data && str_eq(request->path, STR("/v1/events")) && str_starts(request->query, STR(EVENTS_QUERY)))
        token = str_after(request->query, sizeof EVENTS_QUERY - 1);
    return panel_token_eq(token, str_from(session->csrf));
}

/*
 * A cookie alone is nobody: the browser gives it to programs on all other ports of localhost as well (RFC 6265 section
 * 8.5), which know nothing of the token, since that is kept by the page, whose origin has a port. So without the token
 * nothing is read. What changes something is told that the token is missing (lacks_token).
 */
void panel_identify(struct core *core, const struct http_request *request, enum api_door door,
                    struct panel_guest *guest, struct api_context *ret)
{
    const struct http_field *agent = http_field_find(request->fields, request->fields_count, HTTP_FIELD_USER_AGENT);
    struct panel_name_asker asker = {.is_secure = false};
    if (door == API_DOOR_NAME) {
        panel_name_ask(core, request, &asker);
        memcpy(guest->address, asker.address, sizeof guest->address);
    }
    /* A longer host is not ours, and is refused before anybody reads this. */
    (void)snprintf(guest->origin, sizeof guest->origin, "%s://%.*s", asker.is_secure ? "https" : "http",
                   STR_ARG(request->authority));
    *ret = (struct api_context){.actor = STR("panel"),
                                .origin = str_from(guest->origin),
                                .door = door,
                                .address = str_from(guest->address),
                                .user_agent = agent ? agent->value : (struct str){NULL, 0},
                                .role = ACCOUNT_NONE};
    if (!panel_session_find(core, request, door, &guest->session))
        return;
    if (http_method_is_safe(request->method) && !has_token(request, &guest->session)) {
        wipe_bytes(&guest->session, sizeof guest->session);
        return;
    }
    (void)snprintf(guest->actor, sizeof guest->actor, "account %s", guest->session.account);
    ret->actor = str_from(guest->actor);
    ret->role = guest->session.role;
    ret->account = str_from(guest->session.account);
    ret->session = &guest->session;
    ret->is_fresh = panel_session_fresh_s(core, &guest->session) > 0;
}

size_t panel_content_size_max(const struct http_request *request, const struct api_context *context)
{
    return context->session ? api_content_size_max(request) : PANEL_STRANGER_SIZE_MAX;
}

/*
 * What another page made the browser send (Fetch Metadata, and Origin, which older browsers have). "none" is somebody
 * who typed the address. A site of the same name on another port is a stranger as well: "same-site".
 */
static bool is_from_elsewhere(const struct http_request *request, const struct api_context *context)
{
    struct str site = field_of(request, STR("Sec-Fetch-Site")), origin = field_of(request, STR("Origin"));
    if (site.data && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none")))
        return true;
    return origin.data && !str_eq_nocase(origin, context->origin);
}

/* What needs a session needs the token that only our own page has (CSRF); a sign-in has none yet. */
static bool lacks_token(const struct http_request *request, const struct api_context *context)
{
    return context->session && !api_is_public(request) && !has_token(request, context->session);
}

static bool admits_to_api(const struct http_request *request, const struct api_context *context,
                          struct api_reply *reply)
{
    struct err err = {0};
    if (is_from_elsewhere(request, context)) {
        (void)err_set(&err, ERR_DENIED, "another page made the browser ask this");
        (void)err_fix(&err, "use the panel's own page");
        api_fail_as(reply, 403, "cross_site", &err);
        return false;
    }
    if (!api_permits(request, context, reply))
        return false;
    if (!lacks_token(request, context))
        return api_is_proved(request, context, reply);
    (void)err_set(&err, ERR_DENIED, "the request lacks the session's token");
    (void)err_fix(&err, "send the field " PANEL_TOKEN_FIELD " with what the sign-in gave as csrf");
    api_fail_as(reply, 403, "csrf", &err);
    return false;
}

bool panel_admits(const struct core *core, const struct http_request *request, const struct api_context *context,
                  const struct panel_asset **ret_asset, struct api_reply *reply)
{
    struct err err = {0};
    *ret_asset = NULL;
    if (!panel_host_is_ours(core, context->door, request->host)) {
        refuse_host(request, reply);
        return false;
    }
    if (context->door == API_DOOR_NAME && !str_starts(context->origin, STR("https://"))) {
        refuse_plain(request, reply);
        return false;
    }
    if (str_starts(request->path, STR("/v1/")))
        return admits_to_api(request, context, reply);
    const struct panel_asset *asset = panel_asset_find(request->path);
    if (!asset) {
        (void)err_set(&err, ERR_NOT_FOUND, "there is nothing at %.*s", STR_ARG(str_part(request->path, 0, 200)));
        api_fail(reply, &err);
    } else if (request->method != HTTP_METHOD_GET && request->method != HTTP_METHOD_HEAD) {
        refuse_method(request, reply);
    } else {
        *ret_asset = asset;
    }
    return false;
}
