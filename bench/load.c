/*
 * The load of the benchmark over HTTP/1.1: one thread, epoll, OpenSSL. Sends a fixed number of requests, looks at every
 * response (status, size of the content, one field that must be there), and says how long it took and what failed. What
 * h2load does well (HTTP/2) it does not do.
 *
 *     load --port N [--address A] [--name HOST] [--path P] [--plain] [--connections N] [--requests N]
 *          [--mode keep|full|resumed|idle] [--upload BYTES] [--rate PER-SECOND] [--until-eof] [--sources N]
 *          [--status N] [--size N] [--field LINE] [--tolerant] [--crowd N]
 *
 * keep      requests one after another on each of the connections; with --rate at random moments of that many a second
 *           (exponential gaps, the same ones every time), latency counted from the moment a request was due
 * full      each request on a connection of its own, with a full handshake
 * resumed   the same, with a session of an earlier connection
 * idle      one request on each connection, which then stays open until standard input ends
 *
 * Connects first, prints "ready" and waits for a line, so that what connecting costs the server is not counted; prints
 * one JSON object when done, and keeps its connections until standard input ends. --until-eof: at a rate, go on until
 * standard input ends; --requests is then a bound. --sources N: connections come from 127.0.0.1 to 127.0.0.N in turn,
 * for more connections than one address has ports. --crowd N: each request is for another of N sites
 * (site-00000.bench.test and so on) and, by X-Forwarded-For, of another of a million clients. Ends with 1 when anything
 * failed, unless --tolerant.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE      (256 * 1024)
#define HEAD_SIZE_MAX  8192
#define UPLOAD_PIECE   (64 * 1024)
#define EVENTS_COUNT   256
#define CONNECTING_MAX 64 /* handshakes under way while idle connections are opened */
#define SILENCE_MS     20000
#define NS_PER_S       1000000000u
#define NS_PER_US      1000u
#define CROWD_SITE     "site-00000.bench.test"
#define CROWD_FIELD    "X-Forwarded-For: 10.100.100.100\r\n"
#define INPUT_SLOT     UINT32_MAX /* the epoll event of standard input */

enum mode { MODE_KEEP, MODE_FULL, MODE_RESUMED, MODE_IDLE };

enum step {
    STEP_CLOSED,
    STEP_CONNECTING, /* TCP, then TLS */
    STEP_FREE,       /* connected, nothing asked */
    STEP_SENDING,
    STEP_READING,
    STEP_HELD /* idle mode: has had its request */
};

struct connection {
    int fd;
    enum step step;
    SSL *ssl;
    uint32_t events; /* what epoll was told to look for */
    size_t sent;     /* of the request, content included */
    uint64_t due_ns; /* when the request was due */
    char *head;      /* the part of a head that came alone; NULL mostly */
    size_t head_size;
    bool head_done;
    bool closes; /* the response said that it is the last one */
    size_t body_left;
    unsigned generation; /* counts reconnects, for the source address */
};

struct options {
    const char *address, *name, *path, *field;
    uint16_t port;
    enum mode mode;
    bool plain, until_eof, tolerant;
    uint32_t connections;
    uint64_t requests;
    size_t upload;
    double rate;
    unsigned sources;
    unsigned crowd; /* 0: one client of one site */
    unsigned status;
    long size; /* -1: any */
};

struct load {
    struct options options;
    int epoll_fd;
    SSL_CTX *context;
    SSL_SESSION *session; /* the newest one, for --mode resumed */
    struct connection *connections;
    uint32_t *free_slots; /* ring of connections in STEP_FREE, in the order they became so */
    uint32_t free_first, free_count;
    uint32_t connecting, held;
    char *request;
    size_t request_size;
    char *crowd_site, *crowd_address; /* in the request, for --crowd */
    uint64_t begun, done, failed, reconnects, resumed, closed_held;
    uint64_t *latencies_ns;
    uint64_t latencies_count, next_due_ns, random;
    bool measuring, input_ended;
    const char *first_fault;
    char fault[200];
};

static char in[READ_SIZE];
static char upload_piece[UPLOAD_PIECE];

static _Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(2);
}

static uint64_t now_ns(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * NS_PER_S + (uint64_t)at.tv_nsec;
}

static void note_fault(struct load *load, const char *what, const char *detail, size_t size)
{
    if (load->first_fault)
        return;
    (void)snprintf(load->fault, sizeof load->fault, "%s: %.*s", what, (int)(size > 120 ? 120 : size), detail);
    for (char *at = load->fault; *at; at++)
        if ((unsigned char)*at < ' ' || *at == '"' || *at == '\\' || (unsigned char)*at > '~')
            *at = ' ';
    load->first_fault = load->fault;
}

/* ---- pacing ---- */

/* Exponential gaps from a generator with a fixed seed: arrivals as of many independent people, the same for all. */
static void plan_next(struct load *load)
{
    load->random ^= load->random << 13;
    load->random ^= load->random >> 7;
    load->random ^= load->random << 17;
    double uniform = ((double)(load->random >> 11) + 0.5) / 9007199254740992.0;
    load->next_due_ns += (uint64_t)(-log(uniform) / load->options.rate * NS_PER_S);
}

static bool paced(const struct load *load)
{
    return load->options.rate > 0;
}

static bool all_begun(const struct load *load)
{
    return load->begun >= load->options.requests || (load->options.until_eof && load->input_ended);
}

/* ---- connections ---- */

static void watch(struct load *load, struct connection *c, uint32_t events)
{
    if (c->events == events)
        return;
    struct epoll_event event = {.events = events, .data.u32 = (uint32_t)(c - load->connections)};
    if (epoll_ctl(load->epoll_fd, c->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &event) < 0)
        die("epoll_ctl");
    c->events = events;
}

static void disconnect(struct load *load, struct connection *c)
{
    if (c->step == STEP_CLOSED)
        return;
    if (c->step == STEP_CONNECTING)
        load->connecting--;
    if (c->ssl) {
        if (SSL_is_init_finished(c->ssl))
            (void)SSL_shutdown(c->ssl);
        SSL_free(c->ssl);
        c->ssl = NULL;
    }
    (void)close(c->fd);
    ERR_clear_error();
    free(c->head);
    c->head = NULL;
    c->step = STEP_CLOSED;
}

/* A copy is kept, and copies of it are used: OpenSSL marks the session of a connection that ended its own way as one
 * not to be resumed. */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    struct load *load = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    SSL_SESSION_free(load->session);
    load->session = SSL_SESSION_dup(session);
    return 0;
}

static void resume_session(struct load *load, SSL *ssl)
{
    SSL_SESSION *session = SSL_SESSION_dup(load->session);
    if (!session || !SSL_set_session(ssl, session))
        die("SSL_set_session");
    SSL_SESSION_free(session);
}

static void connect_tls(struct load *load, struct connection *c)
{
    c->ssl = SSL_new(load->context);
    if (!c->ssl || !SSL_set_fd(c->ssl, c->fd) || !SSL_set_tlsext_host_name(c->ssl, load->options.name))
        die("SSL_new");
    if (load->options.mode == MODE_RESUMED && load->session)
        resume_session(load, c->ssl);
    SSL_set_connect_state(c->ssl);
}

static void connect_one(struct load *load, struct connection *c)
{
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(load->options.port)};
    if (inet_pton(AF_INET, load->options.address, &address.sin_addr) != 1)
        die("address");
    unsigned generation = c->generation;
    *c = (struct connection){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                             .generation = generation + 1};
    if (c->fd < 0)
        die("socket");
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (load->options.sources > 1) {
        uint32_t source = (uint32_t)((size_t)(c - load->connections) + generation) % load->options.sources;
        struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + source)};
        (void)setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0)
            die("bind");
    }
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
        die("connect");
    c->step = STEP_CONNECTING;
    load->connecting++;
    if (!load->options.plain)
        connect_tls(load, c);
    watch(load, c, EPOLLOUT);
}

static bool per_request(const struct load *load)
{
    return load->options.mode == MODE_FULL || load->options.mode == MODE_RESUMED;
}

/* ---- bytes ---- */

/* As recv(): -1 with errno EAGAIN when there is nothing now. */
static ssize_t take(struct connection *c, void *to, size_t size)
{
    if (!c->ssl)
        return recv(c->fd, to, size, 0);
    int got = SSL_read(c->ssl, to, (int)size);
    if (got > 0)
        return got;
    int why = SSL_get_error(c->ssl, got);
    ERR_clear_error();
    if (why == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
    return -1;
}

static ssize_t give(struct connection *c, const void *from, size_t size)
{
    if (!c->ssl)
        return send(c->fd, from, size, MSG_NOSIGNAL);
    int put = SSL_write(c->ssl, from, (int)size);
    if (put > 0)
        return put;
    int why = SSL_get_error(c->ssl, put);
    ERR_clear_error();
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
    return -1;
}

/* ---- requests ---- */

static void fail(struct load *load, struct connection *c, const char *why, const char *detail, size_t size);

static void on_sendable(struct load *load, struct connection *c)
{
    size_t whole = load->request_size + load->options.upload;
    while (c->sent < whole) {
        const char *from = load->request + c->sent;
        size_t left = load->request_size - c->sent;
        if (c->sent >= load->request_size) {
            from = upload_piece;
            left = whole - c->sent < UPLOAD_PIECE ? whole - c->sent : UPLOAD_PIECE;
        }
        ssize_t put = give(c, from, left);
        if (put < 0 && errno == EAGAIN) {
            watch(load, c, EPOLLIN | EPOLLOUT);
            return;
        }
        if (put <= 0) {
            fail(load, c, "closed while sending", "", 0);
            return;
        }
        c->sent += (size_t)put;
    }
    c->step = STEP_READING;
    watch(load, c, EPOLLIN);
}

static void put_digits(char *at, size_t count, uint64_t number)
{
    for (; count > 0; number /= 10)
        at[--count] = (char)('0' + number % 10);
}

/* In the request itself: it is sent at once, since it is small. */
static void be_another(struct load *load)
{
    uint64_t mixed = (load->begun + 1) * 0x9e3779b97f4a7c15u;
    if (!load->crowd_site)
        return;
    put_digits(load->crowd_site, 5, (mixed >> 16) % load->options.crowd);
    for (unsigned i = 0; i < 3; i++) /* 10.100.100.100 to 10.199.199.199 */
        put_digits(load->crowd_address + 4 * i, 2, (mixed >> (40 + 8 * i)) % 100);
}

static void begin(struct load *load, struct connection *c, uint64_t due_ns)
{
    be_another(load);
    c->sent = 0;
    c->head_done = false;
    c->closes = false;
    c->due_ns = due_ns;
    c->step = STEP_SENDING;
    if (load->measuring)
        load->begun++;
    on_sendable(load, c);
}

static void become_free(struct load *load, struct connection *c)
{
    c->step = STEP_FREE;
    watch(load, c, EPOLLIN);
    load->free_slots[(load->free_first + load->free_count++) % load->options.connections] =
        (uint32_t)(c - load->connections);
}

/* The free connection that waits longest; NULL when there is none. Those that were closed meanwhile are passed over. */
static struct connection *take_free(struct load *load)
{
    while (load->free_count > 0) {
        struct connection *c = &load->connections[load->free_slots[load->free_first]];
        load->free_first = (load->free_first + 1) % load->options.connections;
        load->free_count--;
        if (c->step == STEP_FREE)
            return c;
    }
    return NULL;
}

/* A connection is taken out of the ring of free ones when it closes, so that no slot is in it twice. */
static void forget_free(struct load *load, const struct connection *c)
{
    uint32_t slot = (uint32_t)(c - load->connections), kept = 0, count = load->free_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = load->free_slots[(load->free_first + i) % load->options.connections];
        if (other != slot)
            load->free_slots[(load->free_first + kept++) % load->options.connections] = other;
    }
    load->free_count = kept;
}

/* What a connection does when it is ready for a request. */
static void go_on(struct load *load, struct connection *c)
{
    if (load->measuring && !paced(load) && !all_begun(load))
        begin(load, c, now_ns());
    else
        become_free(load, c);
}

/* No handshake is begun that no request would follow: handshakes are what is counted in two of the modes. */
static bool wants_connection(const struct load *load)
{
    if (!load->measuring)
        return true;
    return !all_begun(load) && (!per_request(load) || load->begun + load->connecting < load->options.requests);
}

static void reconnect(struct load *load, struct connection *c)
{
    disconnect(load, c);
    if (wants_connection(load))
        connect_one(load, c);
}

static void finish(struct load *load, struct connection *c)
{
    if (load->measuring) {
        load->latencies_ns[load->latencies_count++] = now_ns() - c->due_ns;
        load->done++;
    }
    if (load->options.mode == MODE_IDLE) {
        c->step = STEP_HELD;
        load->held++;
    } else if (per_request(load)) {
        reconnect(load, c);
    } else if (c->closes) {
        load->reconnects++;
        reconnect(load, c);
    } else {
        go_on(load, c);
    }
}

/* A request that got no right response. */
static void fail(struct load *load, struct connection *c, const char *why, const char *detail, size_t size)
{
    note_fault(load, why, detail, size);
    load->failed++;
    if (load->measuring) {
        load->begun += c->step == STEP_CONNECTING; /* the request that would have followed */
        load->done++;
    }
    if (!load->measuring && !load->options.tolerant) {
        (void)fprintf(stderr, "load: while connecting: %s\n", load->fault);
        exit(1);
    }
    reconnect(load, c);
}

/* The value of a field, as it stands in the head; NULL when it is not there. The head ends in a NUL. */
static const char *field_of(const char *head, const char *name)
{
    const char *at = strcasestr(head, name);
    return at ? at + strlen(name) : NULL;
}

static const char *head_fault(const struct load *load, const char *head, struct connection *c)
{
    const char *length = field_of(head, "\r\nContent-Length:"), *connection = field_of(head, "\r\nConnection:");
    unsigned long status = strncmp(head, "HTTP/1.1 ", 9) == 0 ? strtoul(head + 9, NULL, 10) : 0;
    if (status != load->options.status)
        return "wrong status";
    if (!length)
        return "no Content-Length";
    c->body_left = strtoul(length, NULL, 10);
    if (load->options.size >= 0 && c->body_left != (size_t)load->options.size)
        return "wrong size";
    if (load->options.field) {
        const char *found = strcasestr(head, load->options.field);
        if (!found || strcasestr(found + 1, load->options.field))
            return "the field is not there exactly once";
    }
    c->closes = connection && strncasecmp(connection + strspn(connection, " "), "close", 5) == 0;
    return NULL;
}

/* Takes what belongs to the head from the bytes; returns how many, 0 when the request failed or the head goes on. */
static size_t take_head(struct load *load, struct connection *c, char *bytes, size_t size)
{
    char *head = bytes;
    size_t before = c->head_size, have = size;
    if (c->head) {
        if (before + size > HEAD_SIZE_MAX)
            size = HEAD_SIZE_MAX - before;
        memcpy(c->head + before, bytes, size);
        head = c->head;
        have = before + size;
    }
    char *end = memmem(head, have, "\r\n\r\n", 4);
    if (!end) {
        if (have >= HEAD_SIZE_MAX) {
            fail(load, c, "head without end", head, have);
            return 0;
        }
        if (!c->head) {
            c->head = malloc(HEAD_SIZE_MAX + 1);
            if (!c->head)
                die("malloc");
            memcpy(c->head, bytes, size);
        }
        c->head_size = have;
        return 0;
    }
    end[2] = '\0';
    const char *fault = head_fault(load, head, c);
    if (fault) {
        fail(load, c, fault, head, (size_t)(end - head));
        return 0;
    }
    size_t taken = (size_t)(end + 4 - head) - before;
    c->head_done = true;
    free(c->head);
    c->head = NULL;
    c->head_size = 0;
    return taken;
}

/* False when there is nothing more to do on this connection now. */
static bool on_bytes(struct load *load, struct connection *c, char *bytes, size_t size)
{
    if (!c->head_done) {
        size_t taken = take_head(load, c, bytes, size);
        if (!c->head_done || c->step == STEP_CONNECTING || c->step == STEP_CLOSED)
            return c->step == STEP_READING;
        bytes += taken;
        size -= taken;
    }
    if (size > c->body_left) {
        fail(load, c, "more content than announced", "", 0);
        return false;
    }
    c->body_left -= size;
    if (c->body_left > 0)
        return true;
    finish(load, c);
    return false;
}

static void on_closed(struct load *load, struct connection *c)
{
    if (c->step == STEP_SENDING || c->step == STEP_READING) {
        fail(load, c, "closed before the response ended", "", 0);
    } else if (c->step == STEP_HELD) {
        load->closed_held++;
        disconnect(load, c);
    } else {
        forget_free(load, c);
        load->reconnects++;
        reconnect(load, c);
    }
}

static void on_readable(struct load *load, struct connection *c)
{
    for (;;) {
        ssize_t got = take(c, in, sizeof in - 1);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            on_closed(load, c);
            return;
        }
        if (c->step != STEP_READING) {
            fail(load, c, "bytes nobody asked for", in, (size_t)got);
            return;
        }
        if (!on_bytes(load, c, in, (size_t)got))
            return;
        /* Over plain TCP all that is there was taken, unless the buffer was too small for it. */
        if (!c->ssl && (size_t)got < sizeof in - 1)
            return;
    }
}

static void on_connected(struct load *load, struct connection *c)
{
    load->connecting--;
    if (c->ssl && SSL_session_reused(c->ssl) && load->measuring)
        load->resumed++;
    if (load->options.mode == MODE_IDLE)
        begin(load, c, now_ns());
    else
        go_on(load, c);
}

static void on_connecting(struct load *load, struct connection *c)
{
    if (!c->ssl) {
        int fault = 0;
        socklen_t size = sizeof fault;
        (void)getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &fault, &size);
        if (fault)
            fail(load, c, "connect", strerror(fault), strlen(strerror(fault)));
        else
            on_connected(load, c);
        return;
    }
    int result = SSL_do_handshake(c->ssl);
    if (result == 1) {
        on_connected(load, c);
        return;
    }
    switch (SSL_get_error(c->ssl, result)) {
    case SSL_ERROR_WANT_READ: watch(load, c, EPOLLIN); break;
    case SSL_ERROR_WANT_WRITE: watch(load, c, EPOLLOUT); break;
    default: {
        const char *why = ERR_reason_error_string(ERR_get_error());
        why = why ? why : "closed";
        fail(load, c, "handshake", why, strlen(why));
    }
    }
}

static void on_event(struct load *load, struct connection *c, uint32_t events)
{
    if (c->step == STEP_CONNECTING)
        on_connecting(load, c);
    else if (c->step == STEP_SENDING && events & EPOLLOUT)
        on_sendable(load, c);
    else if (c->step == STEP_SENDING || c->step == STEP_READING || c->step == STEP_FREE || c->step == STEP_HELD)
        on_readable(load, c);
}

/* ---- the run ---- */

static void begin_due(struct load *load)
{
    struct connection *c;
    while (!all_begun(load) && load->next_due_ns <= now_ns() && (c = take_free(load))) {
        uint64_t due_ns = load->next_due_ns;
        plan_next(load);
        begin(load, c, due_ns);
    }
}

static int wait_events(const struct load *load, struct epoll_event *events)
{
    uint64_t wait_ns = (uint64_t)SILENCE_MS * 1000000u, now = now_ns();
    if (load->measuring && paced(load) && !all_begun(load) && load->free_count > 0)
        wait_ns = load->next_due_ns > now ? load->next_due_ns - now : 0;
    struct timespec timeout = {.tv_sec = (time_t)(wait_ns / NS_PER_S), .tv_nsec = (long)(wait_ns % NS_PER_S)};
    int count = epoll_pwait2(load->epoll_fd, events, EVENTS_COUNT, &timeout, NULL);
    if (count == 0 && wait_ns >= (uint64_t)SILENCE_MS * 1000000u) {
        (void)fprintf(stderr, "load: nothing came for %d s; %" PRIu64 " of %" PRIu64 " requests were done\n",
                      SILENCE_MS / 1000, load->done, load->options.requests);
        exit(1);
    }
    return count;
}

static void turn(struct load *load)
{
    struct epoll_event events[EVENTS_COUNT];
    int count = wait_events(load, events);
    for (int i = 0; i < count; i++) {
        if (events[i].data.u32 == INPUT_SLOT) {
            load->input_ended = true;
            (void)epoll_ctl(load->epoll_fd, EPOLL_CTL_DEL, STDIN_FILENO, NULL);
        } else {
            on_event(load, &load->connections[events[i].data.u32], events[i].events);
        }
    }
    if (load->measuring && paced(load))
        begin_due(load);
}

/* All connections, each with its handshake behind it. */
static void connect_all(struct load *load)
{
    uint32_t next = 0;
    while (next < load->options.connections || load->connecting > 0) {
        while (next < load->options.connections && load->connecting < CONNECTING_MAX)
            connect_one(load, &load->connections[next++]);
        turn(load);
    }
    while (load->options.mode == MODE_IDLE && load->held < load->options.connections)
        turn(load);
}

/* One handshake gives the session that the measured ones resume. */
static void warm_session(struct load *load)
{
    struct connection *c = &load->connections[0];
    connect_one(load, c);
    while (c->step != STEP_FREE)
        turn(load);
    begin(load, c, now_ns());
    unsigned generation = c->generation;
    while (c->generation == generation || c->step != STEP_FREE)
        turn(load);
    forget_free(load, c);
    disconnect(load, c);
    if (!load->session) {
        (void)fprintf(stderr, "load: the server gave no session to resume\n");
        exit(1);
    }
}

static void wait_line(void)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n')
        continue;
}

static void measure(struct load *load)
{
    load->measuring = true;
    load->failed = load->reconnects = 0;
    load->next_due_ns = now_ns();
    if (load->options.until_eof) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = INPUT_SLOT};
        if (epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event) < 0)
            die("epoll_ctl on standard input");
    }
    for (uint32_t i = 0; i < load->options.connections && per_request(load); i++)
        if (wants_connection(load))
            connect_one(load, &load->connections[i]);
    struct connection *c;
    while (!per_request(load) && !paced(load) && !all_begun(load) && (c = take_free(load)))
        begin(load, c, now_ns());
    while (!all_begun(load) || load->done < load->begun)
        turn(load);
}

static int compare(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

static double percentile_us(const struct load *load, double share)
{
    if (load->latencies_count == 0)
        return 0;
    uint64_t index = (uint64_t)(share * (double)load->latencies_count);
    if (index >= load->latencies_count)
        index = load->latencies_count - 1;
    return (double)load->latencies_ns[index] / NS_PER_US;
}

static void report(struct load *load, uint64_t took_ns)
{
    qsort(load->latencies_ns, load->latencies_count, sizeof *load->latencies_ns, compare);
    (void)printf("{\"requests\":%" PRIu64 ",\"right\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"reconnects\":%" PRIu64
                 ",\"resumed\":%" PRIu64 ",\"held\":%u,\"seconds\":%.6f,\"p50_us\":%.1f,\"p99_us\":%.1f,"
                 "\"p999_us\":%.1f,\"max_us\":%.1f,\"fault\":\"%s\"}\n",
                 load->begun, load->latencies_count, load->failed, load->reconnects, load->resumed, load->held,
                 (double)took_ns / NS_PER_S, percentile_us(load, 0.5), percentile_us(load, 0.99),
                 percentile_us(load, 0.999), percentile_us(load, 1), load->first_fault ? load->fault : "");
    (void)fflush(stdout);
}

/* Held connections are looked at until standard input ends: one that the server closed is a fault. */
static void hold(struct load *load)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    for (uint32_t i = 0; i < load->options.connections; i++)
        if (load->connections[i].step == STEP_HELD)
            on_readable(load, &load->connections[i]);
    if (load->options.mode == MODE_IDLE) {
        (void)printf("{\"held\":%u,\"closed\":%" PRIu64 "}\n", load->held, load->closed_held);
        (void)fflush(stdout);
    }
}

static SSL_CTX *make_context(struct load *load)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) ||
        !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") || !SSL_CTX_set1_groups_list(context, "X25519") ||
        SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\x08http/1.1", 9))
        die("SSL_CTX_new");
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL); /* the sample response is fetched with verification */
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, READ_SIZE);
    (void)SSL_CTX_set_app_data(context, load);
    SSL_CTX_set_session_cache_mode(context, load->options.mode == MODE_RESUMED
                                                ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
                                                : SSL_SESS_CACHE_OFF);
    SSL_CTX_sess_set_new_cb(context, keep_session);
    return context;
}

static void make_request(struct load *load)
{
    const struct options *o = &load->options;
    char length[128] = "";
    if (o->upload)
        (void)snprintf(length, sizeof length, "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n",
                       o->upload);
    int size = asprintf(&load->request,
                        "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\n"
                        "Accept: */*\r\nAccept-Language: en\r\n%s%s\r\n",
                        o->upload ? "POST" : "GET", o->path, o->crowd ? CROWD_SITE : o->name, length,
                        o->crowd ? CROWD_FIELD : "");
    if (size < 0)
        die("asprintf");
    load->request_size = (size_t)size;
    if (o->crowd) {
        load->crowd_site = strstr(load->request, CROWD_SITE) + strlen("site-");
        load->crowd_address = strstr(load->request, CROWD_FIELD) + strlen("X-Forwarded-For: 10.1");
    }
}

static void load_init(struct load *load)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < load->options.connections + 64) {
        files.rlim_cur = load->options.connections + 64;
        files.rlim_max = files.rlim_max > files.rlim_cur ? files.rlim_max : files.rlim_cur;
        if (setrlimit(RLIMIT_NOFILE, &files) < 0)
            die("too few file descriptors allowed");
    }
    load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    load->connections = calloc(load->options.connections, sizeof *load->connections);
    load->free_slots = calloc(load->options.connections, sizeof *load->free_slots);
    load->latencies_ns = calloc(load->options.requests + 1, sizeof *load->latencies_ns);
    load->random = 0x9e3779b97f4a7c15u;
    if (load->epoll_fd < 0 || !load->connections || !load->free_slots || !load->latencies_ns)
        die("memory");
    make_request(load);
    if (!load->options.plain)
        load->context = make_context(load);
}

static const struct option long_options[] = {
    {"address", required_argument, NULL, 'a'},  {"port", required_argument, NULL, 'p'},
    {"name", required_argument, NULL, 'n'},     {"path", required_argument, NULL, 'P'},
    {"plain", no_argument, NULL, 'i'},          {"connections", required_argument, NULL, 'c'},
    {"requests", required_argument, NULL, 'r'}, {"mode", required_argument, NULL, 'm'},
    {"upload", required_argument, NULL, 'u'},   {"rate", required_argument, NULL, 'R'},
    {"until-eof", no_argument, NULL, 'e'},      {"sources", required_argument, NULL, 's'},
    {"crowd", required_argument, NULL, 'C'},    {"status", required_argument, NULL, 'S'},
    {"size", required_argument, NULL, 'z'},     {"field", required_argument, NULL, 'f'},
    {"tolerant", no_argument, NULL, 't'},       {NULL, 0, NULL, 0},
};

static enum mode mode_of(const char *text)
{
    static const char *const names[] = {"keep", "full", "resumed", "idle"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0)
            return (enum mode)i;
    (void)fprintf(stderr, "load: there is no mode %s\n", text);
    exit(2);
}

static uint64_t number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || end == text) {
        (void)fprintf(stderr, "load: %s is no number\n", text);
        exit(2);
    }
    return value;
}

static void read_option(struct options *o, int option)
{
    switch (option) {
    case 'a': o->address = optarg; break;
    case 'p': o->port = (uint16_t)number(optarg); break;
    case 'n': o->name = optarg; break;
    case 'P': o->path = optarg; break;
    case 'i': o->plain = true; break;
    case 'c': o->connections = (uint32_t)number(optarg); break;
    case 'r': o->requests = number(optarg); break;
    case 'm': o->mode = mode_of(optarg); break;
    case 'u': o->upload = number(optarg); break;
    case 'R': o->rate = (double)number(optarg); break;
    case 'e': o->until_eof = true; break;
    case 'C': o->crowd = (unsigned)number(optarg); break;
    case 's': o->sources = (unsigned)number(optarg); break;
    case 'S': o->status = (unsigned)number(optarg); break;
    case 'z': o->size = (long)number(optarg); break;
    case 'f': o->field = optarg; break;
    case 't': o->tolerant = true; break;
    default: exit(2);
    }
}

int main(int argc, char **argv)
{
    struct load load = {.options = {.address = "127.0.0.1",
                                    .name = "app.test",
                                    .path = "/128",
                                    .connections = 64,
                                    .requests = 1000,
                                    .sources = 1,
                                    .status = 200,
                                    .size = -1}};
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        read_option(&load.options, option);
    if (!load.options.port || !load.options.connections || !load.options.requests) {
        (void)fprintf(stderr, "load: --port is needed, and no count may be 0; the head of bench/load.c has the rest\n");
        return 2;
    }
    (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
    load_init(&load);
    if (load.options.mode == MODE_RESUMED)
        warm_session(&load);
    else if (load.options.mode != MODE_FULL)
        connect_all(&load);
    (void)printf("ready\n");
    (void)fflush(stdout);
    if (load.options.mode != MODE_IDLE) {
        wait_line();
        uint64_t begun_ns = now_ns();
        measure(&load);
        report(&load, now_ns() - begun_ns);
    }
    hold(&load);
    bool fine = load.failed == 0 && load.closed_held == 0;
    return fine || load.options.tolerant ? 0 : 1;
}
