/*
 * Writing the request for the upstream. Nothing is copied from the wire: method, target and fields come from the parsed
 * request, framing and connection fields are our own.
 */
#include "gateway/forward.h"

#include "crypto/digest.h"
#include "crypto/random.h"
#include "gateway/client.h"
#include "gateway/origin.h"
#include "http/forwarded.h"
#include "http/write.h"

/*
 * Fields by which applications learn about the client, beside those with an id: set by some proxy or other, believed by
 * some application or other. With '_' for '-' they would become the same variable in a CGI environment.
 */
static const struct str foreign_names[] = {
    STR_INIT("x-real-ip"),       STR_INIT("x-client-ip"),     STR_INIT("x-cluster-client-ip"),
    STR_INIT("x-remote-ip"),     STR_INIT("x-remote-addr"),   STR_INIT("x-originating-ip"),
    STR_INIT("x-url-scheme"),    STR_INIT("x-original-host"), STR_INIT("x-original-forwarded-for"),
    STR_INIT("front-end-https"), STR_INIT("forwarded"),       STR_INIT("true-client-ip"),
};
/* And everything that begins like this: X-Forwarded, X-Forwarded-For, X-Forwarded-Ssl, X-Forwarded-Prefix … */
static const struct str foreign_prefix = STR_INIT("x-forwarded");

static bool same_variable(struct str name, struct str known)
{
    if (name.size != known.size)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char c = str_lower_char(name.data[i]);
        if ((c == '_' ? '-' : c) != known.data[i])
            return false;
    }
    return true;
}

/* The field says something about the connection that only the gateway, or a trusted proxy, may say. */
static bool tells_origin(struct str name)
{
    char first = name.size ? str_lower_char(name.data[0]) : '\0';
    if (first != 'x' && first != 'f' && first != 't')
        return false;
    if (same_variable(str_part(name, 0, foreign_prefix.size), foreign_prefix))
        return true;
    for (size_t i = 0; i < sizeof foreign_names / sizeof *foreign_names; i++)
        if (same_variable(name, foreign_names[i]))
            return true;
    return false;
}

/* Fields that are written anew below, or not at all. */
static bool is_ours(const struct exchange *ex, const struct http_field *field)
{
    switch (field->id) {
    case HTTP_FIELD_CONTENT_LENGTH:
    case HTTP_FIELD_TRANSFER_ENCODING:
    case HTTP_FIELD_EXPECT:
    case HTTP_FIELD_HOST:
    case HTTP_FIELD_FORWARDED:
    case HTTP_FIELD_X_FORWARDED_FOR: return true;
    default: return !ex->client->trusted && tells_origin(field->name);
    }
}

static const struct http_field *own_field(const struct exchange *ex, enum http_field_id id)
{
    return ex->client->trusted ? http_field_find(ex->request.fields, ex->request.fields_count, id) : NULL;
}

static void put_line(struct buf *out, struct str name, struct str value)
{
    buf_put_str(out, name);
    buf_put_str(out, value);
    buf_put_str(out, STR("\r\n"));
}

/* The port in the visitor's address bar: the Host field's, or the scheme's own. */
static uint16_t public_port(const struct exchange *ex)
{
    if (ex->request.port)
        return ex->request.port;
    return ex->scheme_https ? 443 : 80;
}

/* The client that a trusted proxy named; false when the peer itself is all we know. */
static bool named_client(const struct exchange *ex, const struct address *peer, struct address *ret)
{
    struct address client;
    if (!ex->client->trusted || !ex->client_text || !forwarded_for_parse(str_from(ex->client_text), &client))
        return false;
    client.port = 0;
    if (address_eq(&client, peer))
        return false;
    *ret = client;
    return true;
}

/*
 * Forwarded (RFC 7239) and the X-Forwarded fields that applications of today read; a trusted proxy's go in front. A
 * proxy that speaks only one of the two languages has its client told in the other as well: applications read either.
 */
static void put_origin(struct buf *out, struct exchange *ex)
{
    const struct client *c = ex->client;
    struct address peer = origin_peer(&c->peer);
    struct str scheme = ex->scheme_https ? STR("https") : STR("http");
    struct str before_for = c->trusted ? origin_list(ex, HTTP_FIELD_X_FORWARDED_FOR) : STR("");
    struct str before = c->trusted ? origin_list(ex, HTTP_FIELD_FORWARDED) : STR("");

    struct address client;
    bool named = named_client(ex, &peer, &client);
    char client_text[ADDRESS_TEXT_SIZE];

    if (named && !before_for.size)
        before_for = address_write(&client, client_text);
    buf_put_str(out, STR("X-Forwarded-For: "));
    forwarded_for_write(out, before_for, &peer);
    buf_put_str(out, STR("\r\n"));
    if (!own_field(ex, HTTP_FIELD_X_FORWARDED_PROTO))
        put_line(out, STR("X-Forwarded-Proto: "), scheme);
    if (!own_field(ex, HTTP_FIELD_X_FORWARDED_HOST))
        put_line(out, STR("X-Forwarded-Host: "), ex->request.authority);
    if (!own_field(ex, HTTP_FIELD_X_FORWARDED_PORT)) {
        buf_put_str(out, STR("X-Forwarded-Port: "));
        buf_put_u64(out, public_port(ex));
        buf_put_str(out, STR("\r\n"));
    }
    buf_put_str(out, STR("Forwarded: "));
    if (named && !before.size && forwarded_write(out, STR(""), &client, STR(""), scheme))
        buf_put_str(out, STR(", "));
    forwarded_write(out, before, &peer, ex->request.authority, scheme);
    buf_put_str(out, STR("\r\n"));
}

static bool make_key(struct forward *f)
{
    uint8_t nonce[WEBSOCKET_NONCE_SIZE];
    return random_bytes(nonce, sizeof nonce, NULL) && websocket_key_make(nonce, f->key);
}

static void put_websocket(struct buf *out, const struct forward *f)
{
    buf_put_str(out, STR("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    if (f->translated)
        put_line(out, STR("Sec-WebSocket-Key: "), str_make(f->key, sizeof f->key));
}

static void put_content_framing(struct buf *out, struct forward *f, const struct exchange *ex)
{
    const struct http_request *r = &ex->request;
    if (r->websocket || (ex->request_complete && r->framing != HTTP_FRAMING_LENGTH))
        return;
    if (r->framing == HTTP_FRAMING_LENGTH)
        h1_write_content_length(out, r->content_length);
    else if (r->framing != HTTP_FRAMING_NONE) {
        f->chunked = true;
        buf_put_str(out, STR("Transfer-Encoding: chunked\r\n"));
    }
    if (r->expect_continue && !ex->request_complete)
        buf_put_str(out, STR("Expect: 100-continue\r\n"));
}

bool forward_request(struct forward *f, struct exchange *ex)
{
    const struct http_request *r = &ex->request;
    struct buf *out = &ex->worker->out; /* request heads may be larger than response heads */
    *f = (struct forward){.translated = r->websocket && r->http2};
    if (f->translated && !make_key(f))
        return false;
    buf_clear(out);
    h1_write_request_line(out, r->method_text, r->path, r->query);
    put_line(out, STR("Host: "), r->authority);
    for (size_t i = 0; i < r->fields_count; i++) {
        const struct http_field *field = &r->fields[i];
        if (!field->hop_by_hop && !is_ours(ex, field))
            h1_write_field(out, field->name, field->value);
    }
    put_origin(out, ex);
    put_content_framing(out, f, ex);
    if (r->websocket)
        put_websocket(out, f);
    buf_put_str(out, STR("\r\n"));
    return buf_ok(out) && arena_str(&ex->arena, buf_str(out), &f->head);
}

bool forward_accepts(const struct forward *f, const struct http_response *response)
{
    if (!response->websocket)
        return false;
    if (!f->translated)
        return true; /* the client checks the answer to its own key */
    const struct http_field *accept =
        http_field_find(response->fields, response->fields_count, HTTP_FIELD_SEC_WEBSOCKET_ACCEPT);
    char expected[WEBSOCKET_ACCEPT_SIZE];
    return accept && websocket_accept(str_make(f->key, sizeof f->key), digest_sha1, expected) &&
           str_eq(accept->value, str_make(expected, sizeof expected));
}
