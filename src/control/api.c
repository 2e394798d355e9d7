/*
 * From a request to a reply: the table of routes, what all of them have in common (methods, content types, JSON, names
 * in the path), and how errors look. No connections here; those are in api_server.c.
 */
#include "control/api.h"

#include <stdlib.h>

#include "control/api_routes.h"
#include "control/api_site_json.h"
#include "control/intake.h"
#include "control/record.h"
#include "store/jsonout.h"
#include "store/name.h"

#define METHODS_COUNT_MAX 4

enum content { CONTENT_NONE, CONTENT_OPTIONAL, CONTENT_NEEDED, CONTENT_FILE };

struct method_row {
    enum http_method method;
    enum content content;
    api_handler *handler;
};

/* What NAME is, if there is one: a host name, or a word that is taken as it is. */
enum named { NAMED_NOT, NAMED_HOST, NAMED_WORD };

struct route_row {
    struct str before; /* the path, or what stands before NAME */
    struct str after;  /* what stands behind NAME */
    enum named named;
    struct method_row methods[METHODS_COUNT_MAX]; /* up to the first without a handler */
    const char *allow;
};

static const struct route_row routes[] = {
    {STR_INIT("/v1/status"), {0}, NAMED_NOT, {{HTTP_METHOD_GET, CONTENT_NONE, api_status_get}}, "GET, HEAD"},
    {STR_INIT("/v1/sites"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_sites_list}, {HTTP_METHOD_POST, CONTENT_NEEDED, api_sites_add}},
     "GET, HEAD, POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT(""),
     NAMED_HOST,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_site_get},
      {HTTP_METHOD_PATCH, CONTENT_NEEDED, api_site_change},
      {HTTP_METHOD_DELETE, CONTENT_OPTIONAL, api_site_remove}},
     "GET, HEAD, PATCH, DELETE"},
    {STR_INIT("/v1/certificates"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_certificates_list}},
     "GET, HEAD"},
    {STR_INIT("/v1/certificates/check"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_POST, CONTENT_NEEDED, api_certificate_check}},
     "POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/certificates"),
     NAMED_HOST,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_site_certificates_get}},
     "GET, HEAD"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/preflight"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_OPTIONAL, api_preflight}},
     "POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/certificates/export"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_NEEDED, api_certificate_export}},
     "POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/certificates/switch"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_OPTIONAL, api_certificate_switch}},
     "POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/drawer"),
     NAMED_HOST,
     {{HTTP_METHOD_PUT, CONTENT_NEEDED, api_drawer_put}, {HTTP_METHOD_DELETE, CONTENT_NONE, api_drawer_empty}},
     "PUT, DELETE"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/certificate-requests"),
     NAMED_HOST,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_requests_list},
      {HTTP_METHOD_POST, CONTENT_NEEDED, api_request_make},
      {HTTP_METHOD_DELETE, CONTENT_NEEDED, api_request_remove}},
     "GET, HEAD, POST, DELETE"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/hsts"),
     NAMED_HOST,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_hsts_get}, {HTTP_METHOD_PUT, CONTENT_NEEDED, api_hsts_put}},
     "GET, HEAD, PUT"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/hsts/moves"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_NEEDED, api_hsts_move}},
     "POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/guards"),
     NAMED_HOST,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_guards_get}},
     "GET, HEAD"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/ledger"),
     NAMED_HOST,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_ledger_get}},
     "GET, HEAD"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/certificate/renew"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_OPTIONAL, api_certificate_renew}},
     "POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/certificate/rehearse"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_NONE, api_certificate_rehearse}},
     "POST"},
    {STR_INIT("/v1/sites/"),
     STR_INIT("/certificate/revoke"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_OPTIONAL, api_certificate_revoke}},
     "POST"},
    {STR_INIT("/v1/cas"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_cas_list}, {HTTP_METHOD_POST, CONTENT_NEEDED, api_ca_add}},
     "GET, HEAD, POST"},
    {STR_INIT("/v1/cas/"),
     STR_INIT(""),
     NAMED_WORD,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_ca_get},
      {HTTP_METHOD_PATCH, CONTENT_NEEDED, api_ca_change},
      {HTTP_METHOD_DELETE, CONTENT_NONE, api_ca_remove}},
     "GET, HEAD, PATCH, DELETE"},
    {STR_INIT("/v1/cas/"),
     STR_INIT("/account"),
     NAMED_WORD,
     {{HTTP_METHOD_POST, CONTENT_NEEDED, api_ca_account}},
     "POST"},
    {STR_INIT("/v1/audit"), {0}, NAMED_NOT, {{HTTP_METHOD_GET, CONTENT_NONE, api_audit_get}}, "GET, HEAD"},
    {STR_INIT("/v1/clock"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_clock_get}, {HTTP_METHOD_POST, CONTENT_NEEDED, api_clock_confirm}},
     "GET, HEAD, POST"},
    {STR_INIT("/v1/private-roots"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_roots_get}, {HTTP_METHOD_POST, CONTENT_NEEDED, api_roots_declare}},
     "GET, HEAD, POST"},
    {STR_INIT("/v1/dns"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_dns_get}, {HTTP_METHOD_POST, CONTENT_NEEDED, api_dns_change}},
     "GET, HEAD, POST"},
    {STR_INIT("/v1/dns/test"), {0}, NAMED_NOT, {{HTTP_METHOD_POST, CONTENT_NEEDED, api_dns_test}}, "POST"},
    {STR_INIT("/v1/notify/channels"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_channels_get}, {HTTP_METHOD_POST, CONTENT_NEEDED, api_channels_add}},
     "GET, HEAD, POST"},
    {STR_INIT("/v1/notify/channels/"),
     STR_INIT(""),
     NAMED_HOST,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_channel_get},
      {HTTP_METHOD_PATCH, CONTENT_NEEDED, api_channel_change},
      {HTTP_METHOD_DELETE, CONTENT_NONE, api_channel_remove}},
     "GET, HEAD, PATCH, DELETE"},
    {STR_INIT("/v1/notify/channels/"),
     STR_INIT("/test"),
     NAMED_HOST,
     {{HTTP_METHOD_POST, CONTENT_NONE, api_channel_test}},
     "POST"},
    {STR_INIT("/v1/notify/log"), {0}, NAMED_NOT, {{HTTP_METHOD_GET, CONTENT_NONE, api_notify_log_get}}, "GET, HEAD"},
    {STR_INIT("/v1/apply"), {0}, NAMED_NOT, {{HTTP_METHOD_POST, CONTENT_NEEDED, api_apply}}, "POST"},
    {STR_INIT("/v1/backup"), {0}, NAMED_NOT, {{HTTP_METHOD_GET, CONTENT_NONE, api_backup_get}}, "GET, HEAD"},
    {STR_INIT("/v1/restore"), {0}, NAMED_NOT, {{HTTP_METHOD_POST, CONTENT_FILE, api_restore}}, "POST"},
    {STR_INIT("/v1/settings"),
     {0},
     NAMED_NOT,
     {{HTTP_METHOD_GET, CONTENT_NONE, api_settings_get}, {HTTP_METHOD_PATCH, CONTENT_NEEDED, api_settings_change}},
     "GET, HEAD, PATCH"},
    {STR_INIT("/v1/reload"), {0}, NAMED_NOT, {{HTTP_METHOD_POST, CONTENT_OPTIONAL, api_reload}}, "POST"},
    {STR_INIT("/v1/local-ca"), {0}, NAMED_NOT, {{HTTP_METHOD_GET, CONTENT_NONE, api_local_ca}}, "GET, HEAD"},
    {STR_INIT("/metrics"), {0}, NAMED_NOT, {{HTTP_METHOD_GET, CONTENT_NONE, api_metrics_get}}, "GET, HEAD"},
};

static uint16_t status_of(enum err_code code)
{
    switch (code) {
    case ERR_INPUT: return 400;
    case ERR_NOT_FOUND: return 404;
    case ERR_CONFLICT: return 409;
    case ERR_DENIED: return 403;
    case ERR_NONE:
    case ERR_SYSTEM:
    case ERR_MEMORY: break;
    }
    return 500;
}

static const char *code_name(enum err_code code)
{
    switch (code) {
    case ERR_INPUT: return "input";
    case ERR_NOT_FOUND: return "not_found";
    case ERR_CONFLICT: return "conflict";
    case ERR_DENIED: return "denied";
    case ERR_NONE:
    case ERR_SYSTEM:
    case ERR_MEMORY: break;
    }
    return "system";
}

/* RFC 9457; what is ours are the members behind `detail`. */
static void fail_with(struct api_reply *reply, uint16_t status, const char *code, const struct err *err,
                      const struct guard_result *results, size_t count)
{
    buf_clear(&reply->body);
    struct jsonout out = {.out = &reply->body};
    jsonout_object(&out, NULL);
    jsonout_str(&out, "type", STR("about:blank"));
    jsonout_str(&out, "title", http_reason(status));
    jsonout_u64(&out, "status", status);
    jsonout_str(&out, "detail", str_from(err->text));
    jsonout_str(&out, "code", str_from(code));
    if (err->field[0])
        jsonout_str(&out, "field", str_from(err->field));
    if (err->fix[0])
        jsonout_str(&out, "fix", str_from(err->fix));
    if (count)
        record_write_guards(results, count, "guards", &out);
    jsonout_object_end(&out);
    reply->status = status;
    reply->content_type = "application/problem+json";
    reply->generation = 0;
}

void api_fail(struct api_reply *reply, const struct err *err)
{
    fail_with(reply, status_of(err->code), code_name(err->code), err, NULL, 0);
}

void api_fail_guarded(struct api_reply *reply, const struct err *err, const struct guard_result *results, size_t count)
{
    fail_with(reply, status_of(err->code), code_name(err->code), err, results, count);
}

void api_complete(struct api_reply *reply, const char *problem)
{
    struct jsonout out = {.out = &reply->body, .comma = buf_str(&reply->body).size > 1};
    jsonout_u64(&out, "generation", reply->generation);
    jsonout_bool(&out, "applied", problem == NULL);
    if (problem)
        jsonout_str(&out, "reason", str_from(problem));
    jsonout_object_end(&out);
}

static int hex_value(char c)
{
    if (str_is_digit(c))
        return c - '0';
    c = str_lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool api_decode_name(struct str encoded, char *room, size_t room_size, struct str *ret)
{
    size_t size = 0;
    for (size_t i = 0; i < encoded.size; i++) {
        char c = encoded.data[i];
        if (c == '%') {
            int high = i + 2 < encoded.size ? hex_value(encoded.data[i + 1]) : -1;
            int low = high < 0 ? -1 : hex_value(encoded.data[i + 2]);
            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0' || size == room_size)
            return false;
        room[size++] = c;
    }
    *ret = str_make(room, size);
    return size > 0;
}

static const struct route_row *find_route(struct str path, struct str *ret_encoded)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const struct route_row *row = &routes[i];
        if (row->named == NAMED_NOT && str_eq(path, row->before))
            return row;
        if (row->named == NAMED_NOT || !str_starts(path, row->before))
            continue;
        struct str name = str_after(path, row->before.size);
        if (!str_ends(name, row->after))
            continue;
        name.size -= row->after.size;
        if (name.size == 0 || str_find(name, '/') < name.size)
            continue;
        *ret_encoded = name;
        return row;
    }
    return NULL;
}

static const struct method_row *find_method(const struct route_row *row, enum http_method method)
{
    if (method == HTTP_METHOD_HEAD)
        method = HTTP_METHOD_GET;
    for (size_t i = 0; i < METHODS_COUNT_MAX && row->methods[i].handler; i++)
        if (row->methods[i].method == method)
            return &row->methods[i];
    return NULL;
}

/* "application/json", with or without "charset=utf-8". */
static bool is_json(const struct http_request *request)
{
    const struct http_field *field = http_field_find(request->fields, request->fields_count, HTTP_FIELD_CONTENT_TYPE);
    struct str rest = field ? field->value : (struct str){NULL, 0};
    struct str type = str_trim(str_cut(&rest, ';'));
    struct str parameter = str_trim(rest);
    return str_eq_nocase(type, STR("application/json")) &&
           (parameter.size == 0 || str_eq_nocase(parameter, STR("charset=utf-8")) ||
            str_eq_nocase(parameter, STR("charset=\"utf-8\"")));
}

/* NULL with the reply filled when there is no such content. */
static json_t *read_json(const struct http_request *request, struct str content, struct api_reply *reply)
{
    struct err err = {0};
    json_error_t where;
    if (!is_json(request)) {
        (void)err_set(&err, ERR_INPUT, "the content must be JSON");
        (void)err_fix(&err, "send the field Content-Type: application/json");
        fail_with(reply, 415, "input", &err, NULL, 0);
        return NULL;
    }
    json_t *json = json_loadb(content.data, content.size, JSON_REJECT_DUPLICATES, &where);
    if (json)
        return json;
    (void)err_set(&err, ERR_INPUT, "the content is no valid JSON, at line %d: %s", where.line, where.text);
    api_fail(reply, &err);
    return NULL;
}

static struct str field_value(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->fields_count; i++)
        if (str_eq_nocase(request->fields[i].name, name))
            return request->fields[i].value;
    return (struct str){NULL, 0};
}

/* If-Match (RFC 9110 section 13.1.1): a change made in view of what is not there any more is refused. */
static bool check_precondition(struct core *core, const struct http_request *request, struct str name,
                               struct api_reply *reply)
{
    struct str wanted = field_value(request, STR("If-Match"));
    const struct site *site = name.size ? state_find(&core->state, name) : NULL;
    char etag[API_ETAG_SIZE] = "";
    struct err err = {0};
    if (!wanted.data || str_eq(wanted, STR("*")) || !site)
        return true;
    api_site_etag(site, etag);
    for (struct str rest = wanted; rest.data;)
        if (str_eq(str_trim(str_cut(&rest, ',')), str_from(etag)))
            return true;
    (void)err_set(&err, ERR_CONFLICT, "%.*s was changed by somebody else meanwhile", STR_ARG(site->name));
    (void)err_fix(&err, "read it again, and repeat the change if it is still wanted");
    fail_with(reply, 412, "changed", &err, NULL, 0);
    return false;
}

static bool read_idempotency_key(const struct http_request *request, struct str *ret, struct api_reply *reply)
{
    struct err err = {0};
    *ret = field_value(request, STR("Idempotency-Key"));
    if (ret->size <= API_IDEMPOTENCY_KEY_SIZE_MAX)
        return true;
    (void)err_field(&err, "Idempotency-Key", "it is longer than %d bytes", API_IDEMPOTENCY_KEY_SIZE_MAX);
    api_fail(reply, &err);
    return false;
}

static void call(struct core *core, const struct method_row *method, const struct http_request *request,
                 struct str name, struct str content, const struct api_context *context, struct api_reply *reply)
{
    struct api_request asked = {.method = request->method,
                                .name = name,
                                .query = str_after(request->query, 1),
                                .content = content,
                                .context = *context};
    struct err err = {0};
    json_t *json = NULL;
    if (!read_idempotency_key(request, &asked.idempotency_key, reply) ||
        !check_precondition(core, request, name, reply))
        return;
    if (content.size && method->content == CONTENT_NONE) {
        (void)err_set(&err, ERR_INPUT, "this request has no content");
        api_fail(reply, &err);
        return;
    }
    if (content.size == 0 && method->content >= CONTENT_NEEDED) {
        (void)err_set(&err, ERR_INPUT, "this request needs content");
        api_fail(reply, &err);
        return;
    }
    if (content.size && method->content != CONTENT_FILE && !(json = read_json(request, content, reply)))
        return;
    if (json && context->fetched && !intake_complete(json, context->fetched)) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        json_decref(json);
        return;
    }
    asked.json = json;
    method->handler(core, &asked, reply);
    json_decref(json);
    if (buf_ok(&reply->body))
        return;
    (void)err_set(&err, ERR_MEMORY, "out of memory");
    api_fail(reply, &err);
}

void api_answer(struct core *core, const struct http_request *request, struct str content,
                const struct api_context *context, struct api_reply *reply)
{
    char room[API_TYPED_NAME_SIZE_MAX];
    struct str encoded = {NULL, 0}, typed = {NULL, 0};
    struct name name = {.size = 0};
    struct err err = {0};
    const struct route_row *row = find_route(request->path, &encoded);
    reply->status = 200;
    reply->content_type = "application/json";
    if (!row || (encoded.size && !api_decode_name(encoded, room, sizeof room, &typed))) {
        (void)err_set(&err, ERR_NOT_FOUND, "there is nothing at %.*s", STR_ARG(str_part(request->path, 0, 200)));
        api_fail(reply, &err);
        return;
    }
    const struct method_row *method = find_method(row, request->method);
    if (!method) {
        (void)err_set(&err, ERR_INPUT, "%.*s is not possible here", STR_ARG(str_part(request->method_text, 0, 32)));
        (void)err_fix(&err, "use one of: %s", row->allow);
        fail_with(reply, 405, "input", &err, NULL, 0);
        reply->allow = row->allow;
        return;
    }
    if (typed.size && row->named == NAMED_HOST && !name_read(typed, "name", &name, &err)) {
        api_fail(reply, &err);
        return;
    }
    call(core, method, request, row->named == NAMED_WORD ? typed : name_str(&name), content, context, reply);
}

void api_later_done(struct errand *errand, bool dropped)
{
    struct api_later *later = container_of(errand, struct api_later, errand);
    if (!dropped && later->on_done)
        later->on_done(later);
    later->free(later);
}

bool api_peer_allowed(uid_t uid, const gid_t *groups, size_t groups_count, uid_t own_uid, gid_t admin_gid)
{
    if (uid == 0 || uid == own_uid)
        return true;
    for (size_t i = 0; i < groups_count; i++)
        if (admin_gid != (gid_t)-1 && groups[i] == admin_gid)
            return true;
    return false;
}
