/*
 * Temporary is 302, permanent 301, but only for GET and HEAD: other methods get 307 and 308, which no client may turn
 * into a GET (RFC 9110 section 15.4).
 */
#include "gateway/redirect.h"

#include "gateway/client.h"
#include "gateway/respond.h"

static uint16_t status_for(enum http_method method, bool permanent)
{
    bool get = method == HTTP_METHOD_GET || method == HTTP_METHOD_HEAD;
    if (permanent)
        return get ? 301 : 308;
    return get ? 302 : 307;
}

/* The port that HTTPS clients of this site use: its own, or the listeners' public one. */
static uint16_t https_port(const struct exchange *ex)
{
    if (ex->site->https_port)
        return (uint16_t)ex->site->https_port;
    const struct gateway_boot *boot = ex->worker->boot;
    /* one port for both: whatever port the client reached us by (a mapping in front keeps its number too) */
    if (boot->http_port == boot->https_port && ex->request.port)
        return ex->request.port;
    return boot->https_port ? boot->https_port : 443;
}

static bool write_target(struct exchange *ex, struct str host, uint16_t port, struct str query, struct str *ret)
{
    const struct http_request *r = &ex->request;
    struct str path = r->path.size && r->path.data[0] == '/' ? r->path : STR("/");
    struct buf *out = &ex->worker->out;
    buf_clear(out);
    buf_put_str(out, STR("https://"));
    buf_put_str(out, host);
    if (port != 443) {
        buf_put_char(out, ':');
        buf_put_u64(out, port);
    }
    buf_put_str(out, path);
    buf_put_str(out, query);
    return buf_ok(out) && arena_str(&ex->arena, buf_str(out), ret);
}

bool redirect_target(struct exchange *ex, struct str query, struct str *ret)
{
    return write_target(ex, ex->request.host, https_port(ex), query, ret);
}

static void redirect_to(struct exchange *ex, struct str host, uint16_t port)
{
    struct http_request *r = &ex->request;
    bool permanent = ex->site->redirect == SNAP_REDIRECT_PERMANENT;
    struct str target;
    if (!write_target(ex, host, port, r->query, &target))
        target = (struct str){NULL, 0}; /* respond_redirect gives up on it */
    struct counters_site *counters = exchange_counters(ex);
    if (counters)
        counter_add(&counters->redirects, 1);
    ex->redirected = !ex->scheme_https;
    respond_redirect(ex, status_for(r->method, permanent), target);
}

bool redirect_answer(struct exchange *ex)
{
    const struct snap_site *site = ex->site;
    if (!ex->scheme_https) {
        if (site->redirect == SNAP_REDIRECT_OFF)
            return false;
        /* The tokens we know are answered by now. A CA that came here must not be sent to the very HTTPS it is to issue
         * the certificate for. */
        if (str_starts(ex->request.path, STR(REDIRECT_CHALLENGE_PREFIX)))
            exchange_fail(ex, 404, STR("There is no challenge of this name."));
        else
            redirect_to(ex, ex->request.host, https_port(ex));
        return true;
    }
    struct str name = snapshot_str(ex->epoch->snapshot, site->name);
    if (!(site->flags & SNAP_SITE_CANONICAL) || str_eq_nocase(ex->request.host, name))
        return false;
    redirect_to(ex, name, ex->request.port ? ex->request.port : 443);
    return true;
}
