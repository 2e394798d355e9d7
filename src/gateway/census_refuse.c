#include "gateway/census_refuse.h"

#include "gateway/came.h"
#include "gateway/census.h"
#include "gateway/redirect.h"
#include "gateway/respond.h"

enum form { FORM_TEXT, FORM_HTML, FORM_JSON };

static bool contains(struct str text, struct str word)
{
    for (size_t i = 0; i + word.size <= text.size; i++)
        if (str_eq_nocase(str_part(text, i, word.size), word))
            return true;
    return false;
}

/* Browsers ask for HTML by name; a program that takes anything shows what it got to somebody at a terminal. */
static enum form form_for(const struct http_request *r)
{
    for (size_t i = 0; i < r->fields_count; i++) {
        if (!str_eq_nocase(r->fields[i].name, STR("Accept")))
            continue;
        if (contains(r->fields[i].value, STR("text/html")))
            return FORM_HTML;
        if (contains(r->fields[i].value, STR("json")))
            return FORM_JSON;
    }
    return FORM_TEXT;
}

/* Printable ASCII as it is; what else a path may hold as the code points of its bytes. */
static void put_json(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            buf_printf(out, "\\u%04x", c);
        else
            buf_put_char(out, (char)c);
    }
}

/* What has not left the client yet is not lost. */
static struct str explain(struct exchange *ex, struct str target)
{
    const struct came_said said = came_said(ex);
    if (census_told_secrets(ex, &said))
        return arena_printf(&ex->arena,
                            "This request came over plain HTTP and carried a password, a cookie or content: everybody "
                            "on its way could read it. It was refused and passed on to nobody. Change what was exposed "
                            "(password, token or session), and use %.*s from now on.",
                            STR_ARG(target));
    return arena_printf(&ex->arena,
                        "This request was about to send content over plain HTTP, where everybody on its way could read "
                        "it. It was refused before that. Use %.*s instead.",
                        STR_ARG(target));
}

/* A problem of RFC 9457. */
static void respond_json(struct exchange *ex, struct str why, struct str target)
{
    struct buf *out = &ex->worker->out;
    struct str content;
    buf_clear(out);
    buf_put_str(out, STR("{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\""));
    put_json(out, why);
    buf_put_str(out, STR("\",\"https\":\""));
    put_json(out, target);
    buf_put_str(out, STR("\"}\n"));
    if (buf_ok(out) && arena_str(&ex->arena, buf_str(out), &content))
        respond_uncached(ex, 403, STR("application/problem+json"), content);
    else
        exchange_abort(ex);
}

bool census_refuse(struct exchange *ex)
{
    struct str target;
    /* a CA that looks for a proof sends nothing secret */
    if (ex->scheme_https || !(ex->site->flags & SNAP_SITE_REFUSE_CREDENTIALS) || !census_carries_secrets(ex) ||
        str_starts(ex->request.path, STR(REDIRECT_CHALLENGE_PREFIX)))
        return false;
    ex->refused = true;
    /* without the query: it may hold secrets of its own, and answers are written down somewhere */
    struct str why = redirect_target(ex, STR(""), &target) ? explain(ex, target) : (struct str){NULL, 0};
    if (!why.data) {
        exchange_abort(ex);
        return true;
    }
    switch (form_for(&ex->request)) {
    case FORM_HTML: respond_error(ex, 403, why); break;
    case FORM_JSON: respond_json(ex, why, target); break;
    case FORM_TEXT:
        why = arena_printf(&ex->arena, "%.*s\n", STR_ARG(why));
        respond_uncached(ex, 403, STR("text/plain; charset=utf-8"), why);
        break;
    }
    return true;
}
