/* Requests about accounts: by whom one likes, waited for until the thread has done with the password. */
#ifndef TESTS_CONTROL_ACCOUNT_ASK_H
#define TESTS_CONTROL_ACCOUNT_ASK_H

#include "control/errands.h"
#include "control/panel_state.h"
#include "core_fixture.h"
#include "crypto/password.h"

#define PASSWORD     "correct horse battery"
#define NEW_PASSWORD "another horse, please"
#define ORIGIN       "http://localhost:8460"

struct asker {
    struct fixture *f;
    struct session session; /* of whoever asks; without one it is the machine's administrator */
    bool is_stale;          /* it was not proved lately */
    char origin[64];
    unsigned status;
    struct buf body; /* of the last answer, with a zero byte */
};

static inline void asker_init(struct asker *p)
{
    *p = (struct asker){.f = fixture_new(), .origin = ORIGIN};
    assert_true(errands_new(p->f->core.loop, &p->f->core.errands, NULL));
    assert_true(panel_new(&p->f->core, &p->f->core.panel, NULL));
    buf_init(&p->body, API_REPLY_SIZE_MAX);
}

static inline void asker_fini(struct asker *p)
{
    errands_free(p->f->core.errands);
    p->f->core.errands = NULL;
    panel_free(&p->f->core, p->f->core.panel);
    assert_int_equal(p->f->core.hashings_count, 0);
    fixture_free(p->f);
    buf_fini(&p->body);
}

static inline void asker_add(struct asker *p, const char *name, enum account_role role)
{
    struct account account = {.role = role, .created_s = clock_wall_s()};
    const struct audit_entry record = {.act = STR("account.add"), .reason = str_from(name)};
    (void)snprintf(account.name, sizeof account.name, "%s", name);
    assert_true(password_hash(STR(PASSWORD), account.password, NULL));
    assert_true(store_add_account(p->f->core.store, &account, false, &record, NULL));
}

/* From now on this account asks. NULL: the machine's administrator. */
static inline void asker_sign_in(struct asker *p, const char *name)
{
    static uint8_t next;
    p->session = (struct session){.created_s = 0};
    if (!name)
        return;
    p->session = (struct session){.created_s = clock_wall_s(), .last_seen_s = clock_wall_s()};
    p->session.expires_s = p->session.created_s + SESSION_LIFE_S;
    memset(p->session.id, ++next, sizeof p->session.id);
    (void)snprintf(p->session.account, sizeof p->session.account, "%s", name);
    assert_true(store_add_session(p->f->core.store, &p->session, NULL, NULL, &p->session.number, NULL));
    assert_true(store_session(p->f->core.store, p->session.id, clock_wall_s(), &p->session, NULL));
}

struct asker_waiter {
    struct api_reply *reply;
    bool done;
};

static inline void asker_on_later(struct api_later *later)
{
    struct asker_waiter *waiter = later->waiter;
    later->write(later, waiter->reply);
    waiter->done = true;
}

/* The reply's later is put where it is done; *waiter is told. */
static inline void asker_put(struct asker *p, struct api_reply *reply, struct asker_waiter *waiter)
{
    *waiter = (struct asker_waiter){.reply = reply};
    reply->later->waiter = waiter;
    reply->later->on_done = asker_on_later;
    errands_put(p->f->core.errands, &reply->later->errand);
}

/* The reply as it is before a thread has done anything; its body is initialised here. */
static inline void asker_begin(struct asker *p, const char *method, const char *path, const char *content,
                               struct api_reply *reply)
{
    char actor[96] = "uid 0 (root)";
    struct http_field type = {
        .name = STR("Content-Type"), .value = STR("application/json"), .id = HTTP_FIELD_CONTENT_TYPE};
    const struct http_request request = {.method = http_method(str_from(method)),
                                         .method_text = str_from(method),
                                         .path = str_from(path),
                                         .fields = &type,
                                         .fields_count = 1};
    struct api_context context = {.role = ACCOUNT_OWNER, .is_fresh = !p->is_stale};
    if (p->session.account[0]) {
        (void)snprintf(actor, sizeof actor, "account %s", p->session.account);
        context.account = str_from(p->session.account);
        context.role = p->session.role;
        context.session = &p->session;
        context.door = API_DOOR_LOOPBACK;
        context.address = STR("127.0.0.1");
        context.origin = str_from(p->origin);
    }
    context.actor = str_from(actor);
    *reply = (struct api_reply){0};
    buf_init(&reply->body, API_REPLY_SIZE_MAX);
    api_answer(&p->f->core, &request, str_from(content), &context, reply);
    memset(actor, '?', sizeof actor); /* gone when the thread is done */
}

static inline unsigned asker_ask(struct asker *p, const char *method, const char *path, const char *content)
{
    struct api_reply reply;
    struct asker_waiter waiter;
    asker_begin(p, method, path, content, &reply);
    if (reply.later) {
        asker_put(p, &reply, &waiter);
        while (!waiter.done)
            loop_turn(p->f->core.loop, 1000);
    }
    buf_clear(&p->body);
    assert_true(buf_put_str(&p->body, buf_str(&reply.body)) && buf_put_char(&p->body, '\0'));
    buf_fini(&reply.body);
    p->status = reply.status;
    return reply.status;
}

static inline void asker_check(struct asker *p, const char *method, const char *path, const char *content,
                               unsigned status, const char *has)
{
    if (asker_ask(p, method, path, content) != status || (has && !strstr(p->body.data, has)))
        fail_msg("%s %s %s: %u %s", method, path, content, p->status, p->body.data);
}

struct asker_step {
    const char *method, *path, *content;
    unsigned status;
    const char *has;
};

static inline void asker_run(struct asker *p, const struct asker_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        asker_check(p, steps[i].method, steps[i].path, steps[i].content, steps[i].status, steps[i].has);
}

#define ASKER_RUN(p, steps) asker_run(p, steps, sizeof steps / sizeof *steps)

static inline bool asker_session_lives(struct asker *p, const struct session *session)
{
    struct session found;
    return store_session(p->f->core.store, session->id, clock_wall_s(), &found, NULL);
}

static inline bool asker_password_is(struct asker *p, const char *name, const char *password)
{
    struct account account;
    assert_true(store_account(p->f->core.store, str_from(name), &account, NULL));
    return password_verify(account.password, str_from(password), NULL);
}

static inline bool asker_note_audit(void *context, const struct audit_entry *entry)
{
    return buf_printf(context, "%.*s %.*s %.*s %.*s>%.*s|", STR_ARG(entry->actor), STR_ARG(entry->act),
                      STR_ARG(entry->reason), STR_ARG(entry->before), STR_ARG(entry->after));
}

/* The newest entries begin with this. */
static inline void asker_check_audit(struct asker *p, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_audit(p->f->core.store, STR(""), 0, 1000, asker_note_audit, &text, NULL));
    if (!str_starts(buf_str(&text), str_from(expected)))
        fail_msg("%.*s", STR_ARG(buf_str(&text)));
    assert_null(memmem(text.data, text.size, "horse", 5)); /* never a password */
    assert_null(memmem(text.data, text.size, "$argon2", 7));
    buf_fini(&text);
}

#endif
