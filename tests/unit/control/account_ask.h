/* Requests about accounts: by whom one likes, waited for until the thread has done with the password. */
#ifndef TESTS_CONTROL_ACCOUNT_ASK_H
#define TESTS_CONTROL_ACCOUNT_ASK_H

#include "control/errands.h"
#include "core_fixture.h"
#include "crypto/password.h"

#define PASSWORD     "correct horse battery"
#define NEW_PASSWORD "another horse, please"
#define ORIGIN       "http://localhost:8460"

struct panel {
    struct fixture *f;
    struct session session; /* of whoever asks; without one it is the machine's administrator */
    char origin[64];
    unsigned status;
    struct buf body; /* of the last answer, with a zero byte */
};

static inline void panel_init(struct panel *p)
{
    *p = (struct panel){.f = fixture_new(), .origin = ORIGIN};
    assert_true(errands_new(p->f->core.loop, &p->f->core.errands, NULL));
    buf_init(&p->body, API_REPLY_SIZE_MAX);
}

static inline void panel_fini(struct panel *p)
{
    errands_free(p->f->core.errands);
    p->f->core.errands = NULL;
    assert_int_equal(p->f->core.hashings_count, 0);
    fixture_free(p->f);
    buf_fini(&p->body);
}

static inline void panel_add(struct panel *p, const char *name, enum account_role role)
{
    struct account account = {.role = role, .created_s = clock_wall_s()};
    const struct audit_entry record = {.act = STR("account.add"), .reason = str_from(name)};
    (void)snprintf(account.name, sizeof account.name, "%s", name);
    assert_true(password_hash(STR(PASSWORD), account.password, NULL));
    assert_true(store_add_account(p->f->core.store, &account, false, &record, NULL));
}

/* From now on this account asks. NULL: the machine's administrator. */
static inline void panel_sign_in(struct panel *p, const char *name)
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

struct panel_waiter {
    struct api_reply *reply;
    bool done;
};

static inline void panel_on_later(struct api_later *later)
{
    struct panel_waiter *waiter = later->waiter;
    later->write(later, waiter->reply);
    waiter->done = true;
}

/* The reply's later is put where it is done; *waiter is told. */
static inline void panel_put(struct panel *p, struct api_reply *reply, struct panel_waiter *waiter)
{
    *waiter = (struct panel_waiter){.reply = reply};
    reply->later->waiter = waiter;
    reply->later->on_done = panel_on_later;
    errands_put(p->f->core.errands, &reply->later->errand);
}

/* The reply as it is before a thread has done anything; its body is initialised here. */
static inline void panel_begin(struct panel *p, const char *method, const char *path, const char *content,
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
    struct api_context context = {.role = ACCOUNT_OWNER};
    if (p->session.account[0]) {
        (void)snprintf(actor, sizeof actor, "account %s", p->session.account);
        context.account = str_from(p->session.account);
        context.role = p->session.role;
        context.session = &p->session;
        context.origin = str_from(p->origin);
    }
    context.actor = str_from(actor);
    *reply = (struct api_reply){0};
    buf_init(&reply->body, API_REPLY_SIZE_MAX);
    api_answer(&p->f->core, &request, str_from(content), &context, reply);
    memset(actor, '?', sizeof actor); /* gone when the thread is done */
}

static inline unsigned panel_ask(struct panel *p, const char *method, const char *path, const char *content)
{
    struct api_reply reply;
    struct panel_waiter waiter;
    panel_begin(p, method, path, content, &reply);
    if (reply.later) {
        panel_put(p, &reply, &waiter);
        while (!waiter.done)
            loop_turn(p->f->core.loop, 1000);
    }
    buf_clear(&p->body);
    assert_true(buf_put_str(&p->body, buf_str(&reply.body)) && buf_put_char(&p->body, '\0'));
    buf_fini(&reply.body);
    p->status = reply.status;
    return reply.status;
}

static inline void panel_check(struct panel *p, const char *method, const char *path, const char *content,
                               unsigned status, const char *has)
{
    if (panel_ask(p, method, path, content) != status || (has && !strstr(p->body.data, has)))
        fail_msg("%s %s %s: %u %s", method, path, content, p->status, p->body.data);
}

struct panel_step {
    const char *method, *path, *content;
    unsigned status;
    const char *has;
};

static inline void panel_run(struct panel *p, const struct panel_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        panel_check(p, steps[i].method, steps[i].path, steps[i].content, steps[i].status, steps[i].has);
}

#define PANEL_RUN(p, steps) panel_run(p, steps, sizeof steps / sizeof *steps)

static inline bool panel_session_lives(struct panel *p, const struct session *session)
{
    struct session found;
    return store_session(p->f->core.store, session->id, clock_wall_s(), &found, NULL);
}

static inline bool panel_password_is(struct panel *p, const char *name, const char *password)
{
    struct account account;
    assert_true(store_account(p->f->core.store, str_from(name), &account, NULL));
    return password_verify(account.password, str_from(password), NULL);
}

static inline bool panel_note_audit(void *context, const struct audit_entry *entry)
{
    return buf_printf(context, "%.*s %.*s %.*s %.*s>%.*s|", STR_ARG(entry->actor), STR_ARG(entry->act),
                      STR_ARG(entry->reason), STR_ARG(entry->before), STR_ARG(entry->after));
}

/* The newest entries begin with this. */
static inline void panel_check_audit(struct panel *p, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_audit(p->f->core.store, STR(""), 0, 1000, panel_note_audit, &text, NULL));
    if (!str_starts(buf_str(&text), str_from(expected)))
        fail_msg("%.*s", STR_ARG(buf_str(&text)));
    assert_null(memmem(text.data, text.size, "horse", 5)); /* never a password */
    assert_null(memmem(text.data, text.size, "$argon2", 7));
    buf_fini(&text);
}

#endif
