/*
 * The turns of a connection of the admin API. One request at a time on each; what a client sends ahead waits in the
 * buffer.
 *
 *     reading ──whole request──▶ answering ──generation to wait for──▶ waiting ──ACK or 5 s──▶ writing ──▶ reading
 *        ▲                           │                                              ▲
 *        ├─────── looking ◀──────────┤ a fresh look at the site comes first; then     │
 *        │                           │ the same request is read again                 │
 *        ├─────── checking ◀─────────┤ the same, and the look is a self-check         │
 *                                    └──later──▶ an errand that the answer is made of ┘
 *
 * At the doors of the panel a request is judged by its head alone first (panel.c): what is not let in is answered
 * before its content is read.
 */
#include "control/api_conn.h"
#include "control/api_content.h"
#include "control/panel_state.h"
#include "http/write.h"
#include "os/clock.h"

void conn_stop_waiting(struct conn *conn)
{
    if (conn->state == CONN_WAITING)
        publisher_forget(&conn->waiter, &conn->core->wheel);
    if (conn->state == CONN_LOOKING)
        observe_forget(conn->core, &conn->look);
    if (conn->state == CONN_CHECKING)
        self_check_leave(conn->core, &conn->check);
    if (conn->state == CONN_LATER)
        conn->reply.later->on_done = NULL; /* it goes on, for nobody */
    if (conn->state == CONN_STREAMING)
        panel_events_leave(&conn->core->panel->events, &conn->stream);
}

/* Nothing more is read, and no time runs out, until whatever `state` waits for is there. */
static void wait_in(struct conn *conn, enum conn_state state)
{
    conn->state = state;
    timer_cancel(&conn->core->wheel, &conn->timer);
    loop_set_interest(conn->core->loop, &conn->source, 0);
}

/* The reply that was waited for is complete. */
static void resume(struct conn *conn)
{
    conn_put_reply(conn);
    if (conn_flush(conn) && conn->state == CONN_READING && !conn->lingering)
        conn_process(conn);
}

static void on_published(struct publish_waiter *waiter, const char *problem)
{
    struct conn *conn = container_of(waiter, struct conn, waiter);
    api_complete(&conn->reply, problem);
    resume(conn);
}

static void wait_for_publication(struct conn *conn)
{
    wait_in(conn, CONN_WAITING);
    conn->waiter.on_done = on_published;
    publisher_wait(&conn->core->publisher, &conn->waiter, conn->reply.generation, clock_monotonic_ms());
}

/* The request is dealt with: it leaves the input. */
static void let_go(struct conn *conn, size_t size)
{
    buf_consume(&conn->in, size);
    json_decref(conn->fetched);
    conn->fetched = NULL;
    conn->kept_size = 0;
    conn->looked = conn->checked = conn->continued = conn->is_fresh = false;
}

/* The same request is taken from the input again, with what it waited for. */
static void read_again(struct conn *conn)
{
    conn->state = CONN_READING;
    conn->kept_size = 0;
    conn->scan = (struct h1_scan){0};
    loop_set_interest(conn->core->loop, &conn->source, LOOP_READ);
    conn_arm(conn, API_REQUEST_TIMEOUT_MS);
    conn_process(conn);
}

static void ask_again(struct conn *conn)
{
    json_decref(conn->fetched);
    conn->fetched = conn->reply.fetched;
    conn->reply.fetched = NULL;
    buf_fini(&conn->reply.body);
    read_again(conn);
}

/* The errand is done: it writes the answer. */
static void on_later(struct api_later *later)
{
    struct conn *conn = later->waiter;
    conn->reply.later = NULL;
    later->write(later, &conn->reply);
    if (conn->reply.fetched) {
        ask_again(conn);
        return;
    }
    let_go(conn, conn->kept_size);
    resume(conn);
}

static void wait_for_later(struct conn *conn)
{
    struct api_later *later = conn->reply.later;
    wait_in(conn, CONN_LATER);
    later->on_done = on_later;
    later->waiter = conn;
    if (later->errand.is_slow) {
        later->count = &conn->core->slow_answers_count;
        ++*later->count;
    }
    errands_put(conn->core->errands, &later->errand);
}

/* Whoever hangs up and asks again would have work pile up, in front of what certificates are renewed by. */
static void refuse_if_crowded(struct conn *conn)
{
    struct api_reply *reply = &conn->reply;
    struct err err = {0};
    if (!reply->later || !reply->later->errand.is_slow || conn->core->slow_answers_count < API_SLOW_COUNT_MAX)
        return;
    reply->later->free(reply->later);
    reply->later = NULL;
    (void)err_set(&err, ERR_CONFLICT, "%d requests that wait for the network are under way already",
                  API_SLOW_COUNT_MAX);
    (void)err_fix(&err, "try again in a minute");
    api_fail_as(reply, 429, "busy", &err);
}

/* The site has been looked at. */
static void on_looked(struct observe_waiter *look)
{
    struct conn *conn = container_of(look, struct conn, look);
    conn->looked = true;
    read_again(conn);
}

static void wait_for_look(struct conn *conn)
{
    buf_fini(&conn->reply.body);
    wait_in(conn, CONN_LOOKING);
    conn->look.on_done = on_looked;
    observe_wait(conn->core, &conn->look, str_from(conn->reply.look));
}

static void on_checked(struct self_check_waiter *check)
{
    struct conn *conn = container_of(check, struct conn, check);
    conn->checked = true;
    read_again(conn);
}

static void wait_for_check(struct conn *conn)
{
    buf_fini(&conn->reply.body);
    wait_in(conn, CONN_CHECKING);
    conn->check.on_done = on_checked;
    self_check_wait(conn->core, &conn->check, str_from(conn->reply.look));
}

static void begin_reply(struct conn *conn)
{
    conn->reply = (struct api_reply){0};
    buf_init_secret(&conn->reply.body, API_REPLY_SIZE_MAX);
}

/* False when the request has to be read again later. */
static bool answer(struct conn *conn, const struct http_request *request, const struct api_context *context,
                   struct str content)
{
    struct core *core = conn->core;
    begin_reply(conn);
    api_answer(core, request, content, context, &conn->reply);
    if (conn->reply.look[0]) {
        (conn->reply.checks ? wait_for_check : wait_for_look)(conn);
        return false;
    }
    refuse_if_crowded(conn);
    if (conn->reply.later) {
        bool is_last = !conn->reply.later->asks_again;
        wait_for_later(conn);
        return is_last;
    }
    if (conn->reply.generation && core->publisher.acked >= conn->reply.generation) {
        api_complete(&conn->reply, NULL); /* nothing new: every worker serves from it already */
        conn->reply.generation = 0;
    }
    if (conn->reply.streams)
        conn_stream(conn, context);
    else if (conn->reply.generation)
        wait_for_publication(conn);
    else
        conn_put_reply(conn);
    return true;
}

/* The client waits for leave before it sends its content (RFC 9110 section 10.1.1). */
static void send_continue(struct conn *conn, const struct http_request *request)
{
    if (!request->expect_continue || conn->continued)
        return;
    conn->continued = true;
    (void)h1_write_status_line(&conn->out, 100, STR(""));
    (void)h1_write_end(&conn->out);
}

/* Who asks: at control.sock whoever connected, at the panel's doors whose session it is. */
static void identify(struct conn *conn, const struct http_request *request, struct api_context *ret)
{
    if (conn->door->kind == API_DOOR_CONTROL)
        *ret = (struct api_context){
            .actor = str_from(conn->actor), .door = API_DOOR_CONTROL, .role = ACCOUNT_OWNER, .is_fresh = true};
    else
        panel_identify(conn->core, request, conn->door->kind, &conn->guest, ret);
    conn->is_known = conn->door->kind == API_DOOR_CONTROL || ret->session;
    conn->is_fresh = ret->is_fresh = ret->is_fresh || (conn->is_fresh && ret->session);
    ret->looked = conn->looked;
    ret->checked = conn->checked;
    ret->fetched = conn->fetched;
}

/* At a door of the panel: true when the head alone has decided, and the answer is on its way. */
static bool turn_away(struct conn *conn, const struct http_request *request, const struct api_context *context)
{
    const struct panel_asset *asset = NULL;
    if (conn->door->kind == API_DOOR_CONTROL)
        return false;
    begin_reply(conn);
    if (panel_admits(conn->core, request, context, &asset, &conn->reply)) {
        buf_fini(&conn->reply.body);
        return false;
    }
    if (request->framing != HTTP_FRAMING_NONE)
        conn->keep_alive = false; /* its content would be taken for the next request */
    if (asset) {
        buf_fini(&conn->reply.body);
        panel_write_asset(&conn->out, asset, request, conn->keep_alive);
        conn->state = CONN_WRITING;
    } else {
        conn_put_reply(conn);
    }
    return true;
}

/* With the head read: the content, then the answer. True when that is on its way. */
static bool take_content(struct conn *conn, const struct http_request *request, const struct api_context *context,
                         size_t head_size)
{
    struct buf content;
    size_t taken = 0, size_max = conn->door->kind == API_DOOR_CONTROL ? api_content_size_max(request)
                                                                      : panel_content_size_max(request, context);
    enum api_content_result result =
        api_content_read(request, str_after(buf_str(&conn->in), head_size), size_max, &content, &taken);
    switch (result) {
    case API_CONTENT_MORE: send_continue(conn, request); break;
    case API_CONTENT_BAD: conn_refuse(conn, 400, STR("the content is not framed as HTTP/1.1 wants it")); break;
    case API_CONTENT_TOO_LARGE:
        conn_refuse(conn, 413, STR("the content is larger than 4 MiB (a backup: 192 MiB; before signing in: 32 KiB)"));
        break;
    case API_CONTENT_WHOLE:
        if (answer(conn, request, context, buf_str(&content)))
            let_go(conn, head_size + taken);
        else
            conn->kept_size = head_size + taken;
        break;
    }
    conn->scan = (struct h1_scan){0};
    buf_fini(&content);
    return result != API_CONTENT_MORE;
}

/* Takes one whole request from the input, if there is one. True when an answer is on its way. */
static bool take_request(struct conn *conn)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request request;
    struct api_context context;
    enum h1_reason reason;
    size_t head_size;
    enum h1_result head =
        h1_parse_request(buf_str(&conn->in), API_HEAD_SIZE_MAX, &conn->scan, fields, &request, &head_size, &reason);
    if (head == H1_MORE)
        return false;
    if (head == H1_BAD) {
        conn->head_only = false;
        conn_refuse(conn, h1_reason_status(reason), h1_reason_text(reason));
        return true;
    }
    conn->head_only = request.method == HTTP_METHOD_HEAD;
    conn->keep_alive = request.keep_alive;
    conn->changes = !http_method_is_safe(request.method);
    identify(conn, &request, &context);
    if (!turn_away(conn, &request, &context))
        return take_content(conn, &request, &context, head_size);
    let_go(conn, head_size);
    conn->scan = (struct h1_scan){0};
    return true;
}

void conn_process(struct conn *conn)
{
    while (conn->state == CONN_READING && !conn->lingering) {
        bool answered = take_request(conn);
        if (conn_is_waiting(conn))
            return;
        if (!conn_flush(conn) || !answered)
            return;
    }
}
