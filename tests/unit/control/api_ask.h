/* Requests to the admin API without a socket, and tables of them. */
#ifndef TESTS_CONTROL_API_ASK_H
#define TESTS_CONTROL_API_ASK_H

#include "core_fixture.h"

/* Fields of a request beyond the content type; NULL: none. */
struct asked {
    const char *method, *target, *type, *content;
    const char *if_match, *idempotency_key;
    const char *actor; /* NULL: the machine's administrator */
};

static inline void ask_field(struct http_request *request, struct http_field *fields, const char *name,
                             const char *value, enum http_field_id id)
{
    if (!value)
        return;
    fields[request->fields_count++] = (struct http_field){.name = str_from(name), .value = str_from(value), .id = id};
}

/* The reply; its body ends in a zero byte. The caller ends it. */
static inline struct api_reply ask_fully(struct fixture *f, const struct asked *asked)
{
    struct http_field fields[3];
    struct str target = str_from(asked->target);
    size_t query = str_find(target, '?');
    struct http_request request = {.method = http_method(str_from(asked->method)),
                                   .method_text = str_from(asked->method),
                                   .path = str_part(target, 0, query),
                                   .query = str_after(target, query),
                                   .fields = fields};
    const struct api_context context = {
        .actor = str_from(asked->actor ? asked->actor : "uid 0 (root)"), .role = ACCOUNT_OWNER, .is_fresh = true};
    struct api_reply reply = {0};
    ask_field(&request, fields, "Content-Type", asked->type, HTTP_FIELD_CONTENT_TYPE);
    ask_field(&request, fields, "If-Match", asked->if_match, HTTP_FIELD_OTHER);
    ask_field(&request, fields, "Idempotency-Key", asked->idempotency_key, HTTP_FIELD_OTHER);
    buf_init(&reply.body, API_REPLY_SIZE_MAX);
    api_answer(&f->core, &request, str_from(asked->content), &context, &reply);
    if (reply.generation)
        api_complete(&reply, NULL);
    assert_true(buf_put_char(&reply.body, '\0'));
    return reply;
}

static inline unsigned ask(struct fixture *f, const char *method, const char *target, const char *type,
                           const char *content, struct buf *ret_body)
{
    const struct asked asked = {.method = method, .target = target, .type = type, .content = content};
    struct api_reply reply = ask_fully(f, &asked);
    *ret_body = reply.body;
    return reply.status;
}

/* One request in a table. `has` must stand in the body when it is not NULL. */
struct step {
    const char *method, *target, *content;
    unsigned status;
    const char *has;
};

static inline void run(struct fixture *f, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf body;
        unsigned status = ask(f, steps[i].method, steps[i].target, "application/json", steps[i].content, &body);
        if (status != steps[i].status || (steps[i].has && !strstr(buf_str(&body).data, steps[i].has)))
            fail_msg("step %zu, %s %s %s: %u %s", i, steps[i].method, steps[i].target,
                     steps[i].content ? steps[i].content : "", status, buf_str(&body).data);
        buf_fini(&body);
    }
}

#define RUN(f, steps)   run(f, steps, sizeof steps / sizeof *steps)
#define RUN_ONE(f, ...) run(f, &(const struct step){__VA_ARGS__}, 1)

#endif
