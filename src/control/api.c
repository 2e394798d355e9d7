/*
 * From a request to a reply: what all routes have in common (methods, content types, JSON, names in the path), and how
 * errors look. The routes are in api_table.c, connections in api_conn.c.
 */
#include "control/api.h"

#include <stdlib.h>

#include "codec/name.h"
#include "control/api_etag.h"
#include "control/api_routes.h"
#include "control/api_table.h"
#include "control/intake.h"
#include "control/panel_proof.h"
#include "control/record.h"
#include "store/jsonout.h"

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

void api_fail_as(struct api_reply *reply, uint16_t status, const char *code, const struct err *err)
{
    fail_with(reply, status, code, err, NULL, 0);
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
static bool check_precondition(struct core *core, const struct api_route *row, const struct http_request *request,
                               struct str name, struct api_reply *reply)
{
    struct str if_match = field_value(request, STR("If-Match"));
    struct err err = {0};
    char etag[API_ETAG_SIZE];
    if (!if_match.data)
        return true;
    api_etag_of(core, row, name, etag);
    if (api_etag_matches(if_match, etag))
        return true;
    if (name.size)
        (void)err_set(&err, ERR_CONFLICT, "%.*s was changed by somebody else meanwhile", STR_ARG(name));
    else
        (void)err_set(&err, ERR_CONFLICT, "this was changed by somebody else meanwhile");
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

static const struct {
    const char *adverb; /* "only X may" */
    enum account_role role;
} least_roles[] = {
    [API_NOBODY] = {"nobody", (enum account_role)(ACCOUNT_OWNER + 1)},
    [API_PUBLIC] = {"everybody", ACCOUNT_NONE},
    [API_VIEWER] = {"who has signed in", ACCOUNT_VIEWER},
    [API_OPERATOR] = {"an operator or an owner", ACCOUNT_OPERATOR},
    [API_OWNER] = {"an owner", ACCOUNT_OWNER},
};

static bool deny(enum api_least least, const struct api_context *context, struct api_reply *reply)
{
    struct err err = {0};
    if (context->role == ACCOUNT_NONE) {
        (void)err_set(&err, ERR_DENIED, "nobody is signed in");
        (void)err_fix(&err, "sign in");
        api_fail_as(reply, 401, "signed_out", &err);
        return false;
    }
    (void)err_set(&err, ERR_DENIED, "only %s may do this", least_roles[least].adverb);
    (void)err_fix(&err, "ask an owner for it, or for another role");
    api_fail_as(reply, 403, "role", &err);
    return false;
}

/* NULL: there is no such thing. */
static const struct api_method *method_of(const struct http_request *request)
{
    struct str encoded = {NULL, 0};
    const struct api_route *row = api_route_find(request->path, &encoded);
    return row ? api_method_find(row, request->method) : NULL;
}

static enum api_least least_of(const struct http_request *request)
{
    const struct api_method *method = method_of(request);
    return method ? method->least : API_VIEWER;
}

bool api_is_public(const struct http_request *request)
{
    return least_of(request) == API_PUBLIC;
}

bool api_permits(const struct http_request *request, const struct api_context *context, struct api_reply *reply)
{
    enum api_least least = least_of(request);
    return context->role >= least_roles[least].role || deny(least, context, reply);
}

bool api_check_fresh(const struct api_context *context, struct api_reply *reply)
{
    struct err err = {0};
    if (context->is_fresh)
        return true;
    (void)err_set(&err, ERR_DENIED, "this needs a proof, given within the last %d minutes, that it is still you",
                  PANEL_PROOF_LIFE_S / 60);
    (void)err_fix(&err, "give the password again, with a one-time code if the account has them, or use a passkey "
                        "(POST /v1/session/proof), and repeat it");
    api_fail_as(reply, 403, "proof_needed", &err);
    return false;
}

bool api_is_proved(const struct http_request *request, const struct api_context *context, struct api_reply *reply)
{
    const struct api_method *method = method_of(request);
    return !method || method->fresh != API_FRESH_ALWAYS || api_check_fresh(context, reply);
}

/* A guard is there for whoever does not know better: only who may do everything may go over it. */
static bool overrides(const json_t *json)
{
    const json_t *override = json_object_get(json, "override");
    return override && !json_is_null(override);
}

/* Of the thing itself, as it is now that it was read or changed. */
static void put_etag(struct core *core, const struct api_route *row, struct str name, struct api_reply *reply)
{
    if (reply->status < 300 && row->after.size == 0 && !reply->etag[0])
        api_etag_of(core, row, name, reply->etag);
}

/* What stands in the path for itself. */
struct path_names {
    struct str name, child;
};

static void call(struct core *core, const struct api_route *row, const struct http_request *request,
                 const struct path_names *names, struct str content, const struct api_context *context,
                 struct api_reply *reply)
{
    struct str name = names->name;
    const struct api_method *method = api_method_find(row, request->method);
    struct api_request asked = {.method = request->method,
                                .name = name,
                                .child = names->child,
                                .query = str_after(request->query, 1),
                                .content = content,
                                .context = *context};
    struct err err = {0};
    json_t *json = NULL;
    if (!read_idempotency_key(request, &asked.idempotency_key, reply) ||
        !check_precondition(core, row, request, name, reply))
        return;
    if (content.size && method->content == API_CONTENT_NONE) {
        (void)err_set(&err, ERR_INPUT, "this request has no content");
        api_fail(reply, &err);
        return;
    }
    if (content.size == 0 && method->content >= API_CONTENT_NEEDED) {
        (void)err_set(&err, ERR_INPUT, "this request needs content");
        api_fail(reply, &err);
        return;
    }
    if (content.size && method->content != API_CONTENT_FILE && !(json = read_json(request, content, reply)))
        return;
    if (json && context->fetched && !intake_complete(json, context->fetched)) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        json_decref(json);
        return;
    }
    if (overrides(json) && context->role < ACCOUNT_OWNER) {
        (void)deny(API_OWNER, context, reply);
        json_decref(json);
        return;
    }
    asked.json = json;
    method->handler(core, &asked, reply);
    json_decref(json);
    put_etag(core, row, name, reply);
    if (buf_ok(&reply->body))
        return;
    (void)err_set(&err, ERR_MEMORY, "out of memory");
    api_fail(reply, &err);
}

static bool nothing_at(struct str place, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is nothing at %.*s", STR_ARG(str_part(place, 0, 200)));
}

/* A name of the path, decoded and in the form of names; a word is taken as it is. `name` is its room, as `room` is. */
static bool read_path_name(const struct api_route *row, struct str encoded, const char *field, char *room,
                           struct name *name, struct str *ret, struct err *err)
{
    struct str typed;
    if (!api_decode_name(encoded, room, API_TYPED_NAME_SIZE_MAX, &typed))
        return nothing_at(encoded, err);
    if (row->named != API_NAMED_WORD && !name_read(typed, field, name, err))
        return false;
    *ret = row->named == API_NAMED_WORD ? typed : name_str(name);
    return true;
}

void api_answer(struct core *core, const struct http_request *request, struct str content,
                const struct api_context *context, struct api_reply *reply)
{
    char room[API_TYPED_NAME_SIZE_MAX], child_room[API_TYPED_NAME_SIZE_MAX];
    struct name name, child;
    struct str encoded = {NULL, 0};
    struct path_names names = {{NULL, 0}, {NULL, 0}};
    struct err err = {0};
    const struct api_route *row = api_route_find(request->path, &encoded);
    reply->status = 200;
    reply->content_type = "application/json";
    if (!api_permits(request, context, reply) || !api_is_proved(request, context, reply))
        return;
    if (!row) {
        (void)nothing_at(request->path, &err);
        api_fail(reply, &err);
        return;
    }
    if (!api_method_find(row, request->method)) {
        (void)err_set(&err, ERR_INPUT, "%.*s is not possible here", STR_ARG(str_part(request->method_text, 0, 32)));
        (void)err_fix(&err, "use one of: %s", row->allow);
        fail_with(reply, 405, "input", &err, NULL, 0);
        reply->allow = row->allow;
        return;
    }
    struct str encoded_child = api_route_child(row, request->path);
    if ((encoded.size && !read_path_name(row, encoded, "name", room, &name, &names.name, &err)) ||
        (encoded_child.size && !read_path_name(row, encoded_child, "child", child_room, &child, &names.child, &err))) {
        api_fail(reply, &err);
        return;
    }
    call(core, row, request, &names, content, context, reply);
}

void api_later_done(struct errand *errand, bool dropped)
{
    struct api_later *later = container_of(errand, struct api_later, errand);
    if (later->count)
        --*later->count;
    if (!dropped && later->on_done)
        later->on_done(later);
    later->free(later);
}
