/*
 * Connections of the admin API. One request at a time on each; what a client sends ahead waits in the buffer.
 *
 *     reading ──whole request──▶ answering ──generation to wait for──▶ waiting ──ACK or 5 s──▶ writing ──▶ reading
 *        ▲                           │                                              ▲
 *        ├─────── looking ◀──────────┤ a fresh look at the site comes first; then     │
 *        │                           │ the same request is read again                 │
 *                                    └──later──▶ an errand that the answer is made of ┘
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "control/api.h"
#include "control/observe.h"
#include "http/chunk.h"
#include "http/h1.h"
#include "http/write.h"
#include "os/clock.h"
#include "os/socket.h"

#define READ_SIZE 16384
/* Supplementary groups Linux allows a process to have, as far as anybody uses them. */
#define GROUPS_COUNT_MAX 1024
/* "uid 4294967295 (a-user-name-of-up-to-32-bytes)" */
#define ACTOR_SIZE 64

enum conn_state { CONN_READING, CONN_LOOKING, CONN_WAITING, CONN_LATER, CONN_WRITING };

struct conn {
    struct list node;
    struct loop_source source;
    struct timer timer;
    struct api *api;
    enum conn_state state;
    struct buf in, out;
    struct h1_scan scan;
    struct api_reply reply;
    struct publish_waiter waiter;
    struct observe_waiter look;
    char actor[ACTOR_SIZE]; /* for the audit log */
    bool looked;            /* the present request has had its look */
    json_t *fetched;        /* what was fetched for it, or NULL */
    size_t kept_size;       /* of it, still in the input: it may be read again */
    bool head_only;         /* HEAD */
    bool keep_alive;        /* after this answer */
    bool continued;         /* 100 Continue was sent */
    bool lingering;         /* our side is shut; what still comes is thrown away */
};

struct api {
    struct core *core;
    struct loop_source listener;
    struct list conns;
    size_t conns_count;
    gid_t admin_gid;
};

static void process(struct conn *conn);

static void conn_free(struct conn *conn)
{
    struct core *core = conn->api->core;
    if (conn->state == CONN_WAITING)
        publisher_forget(&conn->waiter, &core->wheel);
    if (conn->state == CONN_LOOKING)
        observe_forget(core, &conn->look);
    if (conn->state == CONN_LATER)
        conn->reply.later->on_done = NULL; /* it goes on, for nobody */
    timer_cancel(&core->wheel, &conn->timer);
    loop_remove(core->loop, &conn->source);
    (void)close(conn->source.fd);
    list_remove(&conn->node);
    conn->api->conns_count--;
    buf_fini(&conn->in);
    buf_fini(&conn->out);
    buf_fini(&conn->reply.body);
    json_decref(conn->fetched);
    free(conn);
}

static void arm(struct conn *conn, int64_t timeout_ms)
{
    timer_set(&conn->api->core->wheel, &conn->timer, clock_monotonic_ms() + timeout_ms);
}

static void on_expire(struct timer *timer)
{
    conn_free(container_of(timer, struct conn, timer));
}

/* Head and content of the finished reply go to the output. */
static void put_reply(struct conn *conn)
{
    struct api_reply *reply = &conn->reply;
    struct buf *out = &conn->out;
    (void)h1_write_status_line(out, reply->status, STR(""));
    (void)h1_write_field(out, STR("Content-Type"), str_from(reply->content_type));
    (void)h1_write_field(out, STR("Cache-Control"), STR("no-store"));
    if (reply->allow)
        (void)h1_write_field(out, STR("Allow"), str_from(reply->allow));
    if (reply->etag[0])
        (void)h1_write_field(out, STR("ETag"), str_from(reply->etag));
    if (!conn->keep_alive)
        (void)h1_write_field(out, STR("Connection"), STR("close"));
    (void)h1_write_content_length(out, reply->body.size);
    (void)h1_write_end(out);
    if (!conn->head_only)
        (void)buf_put_str(out, buf_str(&reply->body));
    buf_fini(&reply->body);
    conn->state = CONN_WRITING;
}

/* Shuts our side and takes what still comes, so that the client reads our answer instead of a reset. */
static void linger(struct conn *conn)
{
    conn->lingering = true;
    (void)shutdown(conn->source.fd, SHUT_WR);
    loop_set_interest(conn->api->core->loop, &conn->source, LOOP_READ);
}

/* False when the connection is gone. */
static bool flush(struct conn *conn)
{
    while (conn->out.size) {
        struct str rest = buf_str(&conn->out);
        ssize_t sent = send(conn->source.fd, rest.data, rest.size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            loop_set_interest(conn->api->core->loop, &conn->source, LOOP_WRITE);
            return true;
        }
        if (sent < 0) {
            conn_free(conn);
            return false;
        }
        arm(conn, API_REQUEST_TIMEOUT_MS);
        buf_consume(&conn->out, (size_t)sent);
    }
    buf_fini(&conn->out);
    if (conn->state != CONN_WRITING) {
        loop_set_interest(conn->api->core->loop, &conn->source, LOOP_READ);
        return true;
    }
    conn->state = CONN_READING;
    if (!conn->keep_alive) {
        linger(conn);
        return true;
    }
    arm(conn, conn->in.size ? API_REQUEST_TIMEOUT_MS : API_IDLE_TIMEOUT_MS);
    loop_set_interest(conn->api->core->loop, &conn->source, LOOP_READ);
    return true;
}

static void on_published(struct publish_waiter *waiter, const char *problem)
{
    struct conn *conn = container_of(waiter, struct conn, waiter);
    api_complete(&conn->reply, problem);
    put_reply(conn);
    if (flush(conn) && conn->state == CONN_READING && !conn->lingering)
        process(conn);
}

/* The request is dealt with: it leaves the input. */
static void let_go(struct conn *conn, size_t size)
{
    buf_consume(&conn->in, size);
    json_decref(conn->fetched);
    conn->fetched = NULL;
    conn->kept_size = 0;
    conn->looked = conn->continued = false;
}

/* The same request is taken from the input again, with what it waited for. */
static void read_again(struct conn *conn)
{
    conn->state = CONN_READING;
    conn->kept_size = 0;
    conn->scan = (struct h1_scan){0};
    loop_set_interest(conn->api->core->loop, &conn->source, LOOP_READ);
    arm(conn, API_REQUEST_TIMEOUT_MS);
    process(conn);
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
    put_reply(conn);
    if (flush(conn) && conn->state == CONN_READING && !conn->lingering)
        process(conn);
}

static void wait_for_later(struct conn *conn)
{
    struct core *core = conn->api->core;
    conn->state = CONN_LATER;
    timer_cancel(&core->wheel, &conn->timer);
    loop_set_interest(core->loop, &conn->source, 0);
    conn->reply.later->on_done = on_later;
    conn->reply.later->waiter = conn;
    errands_put(core->errands, &conn->reply.later->errand);
}

static void refuse(struct conn *conn, uint16_t status, struct str text)
{
    struct err err = {0};
    (void)err_set(&err, ERR_INPUT, "%.*s", STR_ARG(text));
    buf_init_secret(&conn->reply.body, API_REPLY_SIZE_MAX);
    api_fail(&conn->reply, &err);
    conn->reply.status = status;
    conn->keep_alive = false;
    put_reply(conn);
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
    struct core *core = conn->api->core;
    buf_fini(&conn->reply.body);
    conn->state = CONN_LOOKING;
    timer_cancel(&core->wheel, &conn->timer);
    loop_set_interest(core->loop, &conn->source, 0);
    conn->look.on_done = on_looked;
    observe_wait(core, &conn->look, str_from(conn->reply.look));
}

/* False when the request has to be read again later. */
static bool answer(struct conn *conn, const struct http_request *request, struct str content)
{
    struct core *core = conn->api->core;
    const struct api_context context = {
        .actor = str_from(conn->actor), .role = ACCOUNT_OWNER, .looked = conn->looked, .fetched = conn->fetched};
    conn->reply = (struct api_reply){0};
    buf_init_secret(&conn->reply.body, API_REPLY_SIZE_MAX);
    conn->head_only = request->method == HTTP_METHOD_HEAD;
    conn->keep_alive = request->keep_alive;
    api_answer(core, request, content, &context, &conn->reply);
    if (conn->reply.look[0]) {
        wait_for_look(conn);
        return false;
    }
    if (conn->reply.later) {
        bool is_last = !conn->reply.later->asks_again;
        wait_for_later(conn);
        return is_last;
    }
    if (conn->reply.generation && core->publisher.acked >= conn->reply.generation) {
        api_complete(&conn->reply, NULL); /* nothing new: every worker serves from it already */
        conn->reply.generation = 0;
    }
    if (conn->reply.generation == 0) {
        put_reply(conn);
        return true;
    }
    conn->state = CONN_WAITING;
    timer_cancel(&core->wheel, &conn->timer);
    loop_set_interest(core->loop, &conn->source, 0);
    conn->waiter.on_done = on_published;
    publisher_wait(&core->publisher, &conn->waiter, conn->reply.generation, clock_monotonic_ms());
    return true;
}

enum content_result { CONTENT_WHOLE, CONTENT_MORE, CONTENT_BAD, CONTENT_TOO_LARGE };

/* Decodes a copy: the buffer keeps what came, since more may have to come first. */
static enum content_result read_chunked(struct str rest, struct buf *content, size_t *ret_taken)
{
    struct chunk_decoder decoder;
    size_t size, taken;
    buf_init_secret(content, API_BODY_SIZE_MAX + READ_SIZE);
    char *at = buf_reserve(content, rest.size);
    if (!at)
        return CONTENT_TOO_LARGE;
    memcpy(at, rest.data, rest.size);
    chunk_init(&decoder);
    enum chunk_result result = chunk_decode(&decoder, at, rest.size, &size, &taken);
    if (size > API_BODY_SIZE_MAX)
        return CONTENT_TOO_LARGE;
    if (result == CHUNK_BAD)
        return CONTENT_BAD;
    if (result == CHUNK_MORE)
        return rest.size >= 2 * API_BODY_SIZE_MAX ? CONTENT_TOO_LARGE : CONTENT_MORE;
    struct h1_scan scan = {0};
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    enum h1_reason reason;
    size_t count, trailers_size;
    switch (
        h1_parse_trailers(str_after(rest, taken), API_HEAD_SIZE_MAX, &scan, fields, &count, &trailers_size, &reason)) {
    case H1_MORE: return CONTENT_MORE;
    case H1_BAD: return CONTENT_BAD;
    case H1_OK: break;
    }
    buf_commit(content, size);
    *ret_taken = taken + trailers_size;
    return CONTENT_WHOLE;
}

/* A backup comes in one piece; all else is written by people and scripts. */
static size_t body_size_max(const struct http_request *request)
{
    return str_eq(request->path, STR("/v1/restore")) ? API_TRANSFER_SIZE_MAX : API_BODY_SIZE_MAX;
}

static enum content_result read_content(const struct http_request *request, struct str rest, struct buf *content,
                                        size_t *ret_taken)
{
    buf_init_secret(content, body_size_max(request));
    *ret_taken = 0;
    if (request->framing == HTTP_FRAMING_CHUNKED)
        return read_chunked(rest, content, ret_taken);
    if (request->framing != HTTP_FRAMING_LENGTH)
        return CONTENT_WHOLE;
    if (request->content_length > body_size_max(request))
        return CONTENT_TOO_LARGE;
    if (rest.size < request->content_length)
        return CONTENT_MORE;
    *ret_taken = (size_t)request->content_length;
    return buf_put(content, rest.data, *ret_taken) ? CONTENT_WHOLE : CONTENT_TOO_LARGE;
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

/* Takes one whole request from the input, if there is one. True when an answer is on its way. */
static bool take_request(struct conn *conn)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request request;
    struct buf content;
    enum h1_reason reason;
    size_t head_size, taken = 0;
    enum h1_result head =
        h1_parse_request(buf_str(&conn->in), API_HEAD_SIZE_MAX, &conn->scan, fields, &request, &head_size, &reason);
    if (head == H1_MORE)
        return false;
    if (head == H1_BAD) {
        conn->head_only = false;
        refuse(conn, h1_reason_status(reason), h1_reason_text(reason));
        return true;
    }
    enum content_result result = read_content(&request, str_after(buf_str(&conn->in), head_size), &content, &taken);
    if (result == CONTENT_MORE) {
        conn->scan = (struct h1_scan){0};
        send_continue(conn, &request);
    } else if (result == CONTENT_BAD) {
        refuse(conn, 400, STR("the content is not framed as HTTP/1.1 wants it"));
    } else if (result == CONTENT_TOO_LARGE) {
        refuse(conn, 413, STR("the content is larger than 4 MiB, or the backup than 192 MiB"));
    } else {
        if (answer(conn, &request, buf_str(&content)))
            let_go(conn, head_size + taken);
        else
            conn->kept_size = head_size + taken;
        conn->scan = (struct h1_scan){0};
    }
    buf_fini(&content);
    return result != CONTENT_MORE;
}

static void process(struct conn *conn)
{
    while (conn->state == CONN_READING && !conn->lingering) {
        bool answered = take_request(conn);
        if (conn->state == CONN_WAITING || conn->state == CONN_LOOKING || conn->state == CONN_LATER)
            return;
        if (!flush(conn) || !answered)
            return;
    }
}

/* False when the connection is gone or nothing more is to be had now. */
static bool receive(struct conn *conn)
{
    char *room = buf_reserve(&conn->in, READ_SIZE);
    if (!room) {
        refuse(conn, 413, STR("the request is larger than 4 MiB"));
        (void)flush(conn);
        return false;
    }
    ssize_t got = recv(conn->source.fd, room, READ_SIZE, 0);
    if (got < 0 && errno == EAGAIN)
        return false;
    if (got <= 0) {
        conn_free(conn);
        return false;
    }
    if (conn->lingering)
        return true;
    if (conn->in.size == 0)
        arm(conn, API_REQUEST_TIMEOUT_MS);
    buf_commit(&conn->in, (size_t)got);
    return true;
}

static void on_conn_ready(struct loop_source *source, uint32_t ready)
{
    struct conn *conn = container_of(source, struct conn, source);
    if (conn->state == CONN_WAITING || conn->state == CONN_LOOKING || conn->state == CONN_LATER) {
        conn_free(conn); /* nothing is asked for but hang-ups here: nobody is left to answer */
        return;
    }
    if (conn->out.size && ready & LOOP_WRITE) {
        if (!flush(conn))
            return;
        if (conn->state == CONN_READING)
            process(conn);
        return;
    }
    if (receive(conn) && !conn->lingering)
        process(conn);
}

static size_t peer_groups(int fd, gid_t groups[static GROUPS_COUNT_MAX], gid_t primary)
{
    socklen_t size = (GROUPS_COUNT_MAX - 1) * sizeof(gid_t);
    groups[0] = primary;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups + 1, &size) != 0)
        return 1;
    return 1 + size / sizeof(gid_t);
}

/* It runs as the same user as we do, but may change nothing: whoever has taken it over is who this wall is for. */
static bool is_gateway(const struct core *core, pid_t process)
{
    for (size_t i = 0; process && i < CORE_GATEWAYS_COUNT; i++)
        if (core->gateways[i] == process)
            return true;
    return false;
}

static void name_actor(uid_t uid, char actor[static ACTOR_SIZE])
{
    char room[1024];
    struct passwd entry, *found = NULL;
    bool known = getpwuid_r(uid, &entry, room, sizeof room, &found) == 0 && found;
    (void)snprintf(actor, ACTOR_SIZE, known ? "uid %u (%.32s)" : "uid %u", (unsigned)uid, known ? entry.pw_name : "");
}

static bool peer_is_allowed(const struct api *api, int fd, char actor[static ACTOR_SIZE])
{
    gid_t groups[GROUPS_COUNT_MAX], gid;
    uid_t uid;
    if (!os_peer_credentials(fd, &uid, &gid) || is_gateway(api->core, os_peer_process(fd)))
        return false;
    name_actor(uid, actor);
    return api_peer_allowed(uid, groups, peer_groups(fd, groups, gid), geteuid(), api->admin_gid);
}

static void deny(struct conn *conn)
{
    struct err err = {0};
    (void)err_set(&err, ERR_DENIED, "this user may not administer Strictgate");
    (void)err_fix(&err, "run it as root, or add the user to the group %s", API_GROUP);
    buf_init_secret(&conn->reply.body, API_REPLY_SIZE_MAX);
    api_fail(&conn->reply, &err);
    put_reply(conn);
    (void)flush(conn);
}

static void conn_new(struct api *api, int fd)
{
    struct conn *conn = calloc(1, sizeof *conn);
    if (!conn) {
        (void)close(fd);
        return;
    }
    conn->api = api;
    conn->source = (struct loop_source){.fd = fd, .on_ready = on_conn_ready};
    /* Chunked framing may double the size of hostile content; it is refused beyond that. */
    /* What comes in may hold private keys, and so may answers: a backup, an export. */
    buf_init_secret(&conn->in, API_TRANSFER_SIZE_MAX + API_HEAD_SIZE_MAX + READ_SIZE);
    buf_init_secret(&conn->out, API_REPLY_SIZE_MAX + API_HEAD_SIZE_MAX);
    timer_init(&conn->timer, on_expire);
    list_add_tail(&api->conns, &conn->node);
    api->conns_count++;
    if (!loop_add(api->core->loop, &conn->source, LOOP_READ)) {
        conn_free(conn);
        return;
    }
    arm(conn, API_REQUEST_TIMEOUT_MS);
    if (!peer_is_allowed(api, fd, conn->actor))
        deny(conn);
}

static void on_accept(struct loop_source *source, uint32_t ready)
{
    struct api *api = container_of(source, struct api, listener);
    union os_address peer;
    (void)ready;
    int fd = os_accept(source->fd, &peer);
    if (fd < 0)
        return;
    if (api->conns_count >= API_CONNECTIONS_COUNT_MAX) {
        log_warning("the admin API has %d connections, one more was refused", API_CONNECTIONS_COUNT_MAX);
        (void)close(fd);
        return;
    }
    conn_new(api, fd);
}

bool api_new(struct core *core, int take_listen_fd, gid_t admin_gid, struct api **ret, struct err *err)
{
    struct api *api = calloc(1, sizeof *api);
    if (!api) {
        (void)close(take_listen_fd);
        return err_memory(err);
    }
    api->core = core;
    api->admin_gid = admin_gid;
    api->listener = (struct loop_source){.fd = take_listen_fd, .on_ready = on_accept};
    list_init(&api->conns);
    if (!loop_add(core->loop, &api->listener, LOOP_READ)) {
        (void)close(take_listen_fd);
        free(api);
        return err_errno(err, "epoll_ctl");
    }
    *ret = api;
    return true;
}

void api_free(struct api *api)
{
    if (!api)
        return;
    while (!list_is_empty(&api->conns))
        conn_free(container_of(api->conns.next, struct conn, node));
    loop_remove(api->core->loop, &api->listener);
    (void)close(api->listener.fd);
    free(api);
}
