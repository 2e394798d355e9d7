/* Bytes in, bytes out. What happens in between is in api_turn.c. */
#include "control/api_conn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/api_content.h"
#include "control/panel_session.h"
#include "crypto/wipe.h"
#include "http/write.h"
#include "os/clock.h"

void conn_free(struct conn *conn)
{
    conn_stop_waiting(conn);
    timer_cancel(&conn->core->wheel, &conn->timer);
    loop_remove(conn->core->loop, &conn->source);
    (void)close(conn->source.fd);
    list_remove(&conn->node);
    conn->door->conns_count--;
    buf_fini(&conn->in);
    buf_fini(&conn->out);
    buf_fini(&conn->reply.body);
    json_decref(conn->fetched);
    wipe_free(conn, sizeof *conn);
}

void conn_arm(struct conn *conn, int64_t timeout_ms)
{
    timer_set(&conn->core->wheel, &conn->timer, clock_monotonic_ms() + timeout_ms);
}

static void on_expire(struct timer *timer)
{
    conn_free(container_of(timer, struct conn, timer));
}

/* SameSite=Strict: no other site's page makes the browser send it. */
static void put_cookie(struct buf *out, const struct api_reply *reply, enum api_door door)
{
    struct buf text;
    if (!reply->cookie[0] && !reply->ends_cookie)
        return;
    buf_init_secret(&text, 256);
    (void)buf_printf(&text, "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s", panel_cookie_name(door),
                     reply->cookie, reply->cookie[0] ? SESSION_LIFE_S : 0, door == API_DOOR_NAME ? "; Secure" : "");
    (void)h1_write_field(out, STR("Set-Cookie"), buf_str(&text));
    buf_fini(&text);
}

/* Fields that only some answers have. */
static void put_fields(struct buf *out, const struct api_reply *reply, enum api_door door)
{
    if (reply->allow)
        (void)h1_write_field(out, STR("Allow"), str_from(reply->allow));
    if (reply->etag[0])
        (void)h1_write_field(out, STR("ETag"), str_from(reply->etag));
    if (reply->status == 401) /* RFC 9110 section 11.6.1; no browser asks for a password by itself for this one */
        (void)h1_write_field(out, STR("WWW-Authenticate"), STR("Session"));
    if (reply->retry_after_s) {
        char seconds[16];
        (void)snprintf(seconds, sizeof seconds, "%u", reply->retry_after_s);
        (void)h1_write_field(out, STR("Retry-After"), str_from(seconds));
    }
    put_cookie(out, reply, door);
}

void conn_put_head(struct conn *conn)
{
    struct api_reply *reply = &conn->reply;
    struct buf *out = &conn->out;
    (void)h1_write_status_line(out, reply->status, STR(""));
    if (reply->status != 204)
        (void)h1_write_field(out, STR("Content-Type"), str_from(reply->content_type));
    (void)h1_write_field(out, STR("Cache-Control"), STR("no-store"));
    put_fields(out, reply, conn->door->kind);
    wipe_bytes(reply->cookie, sizeof reply->cookie);
    if (conn->door->kind != API_DOOR_CONTROL)
        panel_write_fields(out);
    if (!conn->keep_alive)
        (void)h1_write_field(out, STR("Connection"), STR("close"));
}

void conn_put_reply(struct conn *conn)
{
    struct api_reply *reply = &conn->reply;
    struct buf *out = &conn->out;
    conn_put_head(conn);
    if (reply->status != 204) /* RFC 9110 section 8.6 */
        (void)h1_write_content_length(out, reply->body.size);
    (void)h1_write_end(out);
    if (!conn->head_only)
        (void)buf_put_str(out, buf_str(&reply->body));
    buf_fini(&reply->body);
    if (conn->changes && reply->status < 300)
        panel_events_changed(conn->core, STR(""));
    conn->changes = false;
    conn->state = CONN_WRITING;
}

/* Shuts our side and takes what still comes, so that the client reads our answer instead of a reset. */
static void linger(struct conn *conn)
{
    conn->lingering = true;
    (void)shutdown(conn->source.fd, SHUT_WR);
    loop_set_interest(conn->core->loop, &conn->source, LOOP_READ);
}

bool conn_flush(struct conn *conn)
{
    while (conn->out.size) {
        struct str rest = buf_str(&conn->out);
        ssize_t sent = send(conn->source.fd, rest.data, rest.size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            loop_set_interest(conn->core->loop, &conn->source, LOOP_WRITE);
            return true;
        }
        if (sent < 0) {
            conn_free(conn);
            return false;
        }
        conn_arm(conn, API_REQUEST_TIMEOUT_MS);
        buf_consume(&conn->out, (size_t)sent);
    }
    buf_fini(&conn->out);
    loop_set_interest(conn->core->loop, &conn->source, LOOP_READ);
    if (conn->state == CONN_STREAMING)
        timer_cancel(&conn->core->wheel, &conn->timer);
    if (conn->state != CONN_WRITING)
        return true;
    conn->state = CONN_READING;
    conn->since_ms = clock_monotonic_ms();
    if (conn->keep_alive)
        conn_arm(conn, conn->in.size ? API_REQUEST_TIMEOUT_MS : API_IDLE_TIMEOUT_MS);
    else
        linger(conn);
    return true;
}

void conn_refuse(struct conn *conn, uint16_t status, struct str text)
{
    struct err err = {0};
    (void)err_set(&err, ERR_INPUT, "%.*s", STR_ARG(text));
    conn->reply = (struct api_reply){0};
    buf_init_secret(&conn->reply.body, API_REPLY_SIZE_MAX);
    api_fail(&conn->reply, &err);
    conn->reply.status = status;
    conn->keep_alive = false;
    conn_put_reply(conn);
}

bool conn_is_waiting(const struct conn *conn)
{
    return conn->state == CONN_WAITING || conn->state == CONN_LOOKING || conn->state == CONN_CHECKING ||
           conn->state == CONN_LATER;
}

/* False when the connection is gone or nothing more is to be had now. */
static bool receive(struct conn *conn)
{
    char *room = buf_reserve(&conn->in, API_READ_SIZE);
    if (!room) {
        conn_refuse(conn, 413, STR("the request is larger than 4 MiB"));
        (void)conn_flush(conn);
        return false;
    }
    ssize_t got = recv(conn->source.fd, room, API_READ_SIZE, 0);
    if (got < 0 && errno == EAGAIN)
        return false;
    if (got <= 0) {
        conn_free(conn);
        return false;
    }
    if (conn->lingering)
        return true;
    size_t before = conn->in.size;
    buf_commit(&conn->in, (size_t)got);
    if (before == 0 || before / API_RENEW_SIZE != conn->in.size / API_RENEW_SIZE)
        conn_arm(conn, API_REQUEST_TIMEOUT_MS);
    return true;
}

static void on_ready(struct loop_source *source, uint32_t ready)
{
    struct conn *conn = container_of(source, struct conn, source);
    if (conn->state == CONN_STREAMING) {
        conn_stream_ready(conn, ready);
        return;
    }
    if (conn_is_waiting(conn)) {
        conn_free(conn); /* nothing is asked for but hang-ups here: nobody is left to answer */
        return;
    }
    if (conn->out.size && ready & LOOP_WRITE) {
        if (!conn_flush(conn))
            return;
        if (conn->state == CONN_READING)
            conn_process(conn);
        return;
    }
    if (receive(conn) && !conn->lingering)
        conn_process(conn);
}

static void deny(struct conn *conn)
{
    struct err err = {0};
    (void)err_set(&err, ERR_DENIED, "this user may not administer Strictgate");
    (void)err_fix(&err, "run it as root, or add the user to the group %s", API_GROUP);
    buf_init_secret(&conn->reply.body, API_REPLY_SIZE_MAX);
    api_fail(&conn->reply, &err);
    conn_put_reply(conn);
    (void)conn_flush(conn);
}

/* At the panel's doors each request says who it is from; where from, the connection, or the gateway in each request. */
static void name_address(struct conn *conn, const union os_address *peer)
{
    char text[OS_ADDRESS_TEXT_SIZE];
    if (conn->door->kind == API_DOOR_LOOPBACK)
        session_set_text(conn->guest.address, sizeof conn->guest.address, os_address_text(peer, text));
    else if (conn->door->kind == API_DOOR_PANEL_SOCKET && api_peer_name(conn->source.fd, conn->actor))
        session_set_text(conn->guest.address, sizeof conn->guest.address, str_from(conn->actor));
}

void conn_new(struct door *door, int take_fd, const union os_address *peer)
{
    struct conn *conn = calloc(1, sizeof *conn);
    if (!conn) {
        (void)close(take_fd);
        return;
    }
    conn->door = door;
    conn->core = door->api->core;
    conn->source = (struct loop_source){.fd = take_fd, .on_ready = on_ready};
    /* Chunked framing may double the size of hostile content; it is refused beyond that. */
    /* What comes in may hold private keys, and so may answers: a backup, an export. */
    buf_init_secret(&conn->in, API_TRANSFER_SIZE_MAX + API_HEAD_SIZE_MAX + API_READ_SIZE);
    buf_init_secret(&conn->out, API_REPLY_SIZE_MAX + API_HEAD_SIZE_MAX);
    timer_init(&conn->timer, on_expire);
    list_add_tail(&door->api->conns, &conn->node);
    door->conns_count++;
    if (!loop_add(conn->core->loop, &conn->source, LOOP_READ)) {
        conn_free(conn);
        return;
    }
    conn_arm(conn, API_REQUEST_TIMEOUT_MS);
    conn->since_ms = clock_monotonic_ms();
    conn->is_known = door->kind == API_DOOR_CONTROL;
    if (door->kind != API_DOOR_CONTROL)
        name_address(conn, peer);
    else if (!api_peer_check(conn->core, take_fd, door->api->admin_gid, conn->actor))
        deny(conn);
}
