/* Judging a request by its head. */
#include "control/panel.h"

#include "http/write.h"

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
 * us (DNS rebinding); its name is in Host all the same. The port may be any, ssh -L chooses one.
 */
bool panel_host_is_ours(struct str host)
{
    return str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("[::1]")) || str_eq_nocase(host, STR("localhost"));
}

static void refuse_host(const struct http_request *request, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_DENIED, "the admin panel is not at \"%.*s\"", STR_ARG(str_part(request->host, 0, 100)));
    (void)err_fix(&err, "open it at http://127.0.0.1, http://[::1] or http://localhost with its port");
    api_fail_as(reply, 421, "denied", &err);
}

static void refuse_method(const struct http_request *request, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_INPUT, "%.*s is not possible here", STR_ARG(str_part(request->method_text, 0, 32)));
    (void)err_fix(&err, "use one of: GET, HEAD");
    api_fail_as(reply, 405, "input", &err);
    reply->allow = "GET, HEAD";
}

bool panel_admits(const struct http_request *request, const struct panel_asset **ret_asset, struct api_reply *reply)
{
    struct err err = {0};
    *ret_asset = NULL;
    if (!panel_host_is_ours(request->host)) {
        refuse_host(request, reply);
        return false;
    }
    if (str_starts(request->path, STR("/v1/"))) {
        (void)err_set(&err, ERR_DENIED, "nobody is signed in");
        api_fail_as(reply, 401, "signed_out", &err);
        return false;
    }
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
