#include "fault_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNECTIONS_COUNT_MAX 512
#define HEAD_SIZE_MAX         16384
#define RESPONSE_SIZE_MAX     (1024 * 1024)
#define DRIP_MS               20

#define must(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "fault_server.c:%d: %s\n", __LINE__, #condition);                                          \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

struct connection {
    struct fault_server *server;
    pthread_t thread;
    int fd;
    SSL *ssl;
};

struct fault_server {
    struct fault_server_options options;
    SSL_CTX *context;
    int listen_fd;
    uint16_t port;
    pthread_t thread;
    atomic_bool stopping;
    pthread_mutex_t mutex; /* of all below */
    struct connection connections[CONNECTIONS_COUNT_MAX];
    size_t connections_count, requests_count;
    char last[HEAD_SIZE_MAX];
    char name[256];
};

/* ---- bytes ---- */

static bool put(struct connection *c, const char *data, size_t size)
{
    if (c->ssl)
        return SSL_write(c->ssl, data, (int)size) == (int)size;
    return send(c->fd, data, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool put_text(struct connection *c, const char *text)
{
    return put(c, text, strlen(text));
}

static ssize_t get(struct connection *c, char *data, size_t size)
{
    return c->ssl ? SSL_read(c->ssl, data, (int)size) : recv(c->fd, data, size, 0);
}

static bool read_head(struct connection *c, char *head)
{
    size_t size = 0;
    head[0] = 0;
    while (size < HEAD_SIZE_MAX - 1) {
        ssize_t got = get(c, head + size, HEAD_SIZE_MAX - 1 - size);
        if (got <= 0)
            return false;
        size += (size_t)got;
        head[size] = 0;
        if (strstr(head, "\r\n\r\n"))
            return true;
    }
    return false;
}

/* Until the other side goes away. */
static void wait_end(struct connection *c)
{
    char bytes[256];
    while (get(c, bytes, sizeof bytes) > 0)
        ;
}

/* ---- the faults ---- */

/* A piece again and again, until the other side has enough. */
static void repeat(struct connection *c, const char *first, const char *piece, int pause_ms)
{
    bool ok = put_text(c, first);
    while (ok && !atomic_load(&c->server->stopping)) {
        ok = put_text(c, piece);
        if (pause_ms)
            (void)poll(NULL, 0, pause_ms);
    }
}

static void put_zeroes(struct connection *c)
{
    static const char zeroes[16384];
    while (!atomic_load(&c->server->stopping) && put(c, zeroes, sizeof zeroes))
        ;
}

static void reset(struct connection *c)
{
    struct linger now = {.l_onoff = 1};
    (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void put_response(struct connection *c, const char *head)
{
    const struct fault_server_options *o = &c->server->options;
    static const char page[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n"
                               "Connection: close\r\n\r\n<p>hello</p>\n";
    char *room = malloc(RESPONSE_SIZE_MAX);
    must(room);
    (void)put_text(c, o->respond ? o->respond(head, room, RESPONSE_SIZE_MAX) : o->response ? o->response : page);
    free(room);
}

static void answer(struct connection *c, const char *head)
{
    char piece[2] = "x";
    switch (c->server->options.fault) {
    case FAULT_CLOSES_IN_HEAD: (void)put_text(c, "HTTP/1.1 2"); return;
    case FAULT_RESETS: reset(c); return;
    case FAULT_GARBAGE: (void)put_text(c, "220 mail.example.org ESMTP\r\n\r\n"); return;
    case FAULT_DRIPS: repeat(c, "HTTP/1.1 200 OK\r\nX-Drip: ", piece, DRIP_MS); return;
    case FAULT_ENDLESS_LINE:
        repeat(c, "HTTP/1.1 200 OK\r\nX-Long: ", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0);
        return;
    case FAULT_ENDLESS_HEAD: repeat(c, "HTTP/1.1 200 OK\r\n", "X-More: and more and more\r\n", 0); return;
    case FAULT_ENDLESS_PRELUDE: repeat(c, "", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 0); return;
    case FAULT_HUGE_BODY:
        put_response(c, head);
        put_zeroes(c);
        return;
    case FAULT_BODY_STOPS:
        put_response(c, head);
        wait_end(c);
        return;
    default: put_response(c, head); return;
    }
}

/* ---- a connection ---- */

/* Byte by byte: what follows is not ours. */
static bool take_proxy_header(struct connection *c)
{
    char header[128];
    size_t size = 0;
    while (size < sizeof header - 1 && recv(c->fd, header + size, 1, 0) == 1) {
        header[++size] = 0;
        if (header[size - 1] == '\n')
            return strncmp(header, c->server->options.wants_proxy, strlen(c->server->options.wants_proxy)) == 0;
    }
    return false;
}

static bool begins_tls(const struct connection *c)
{
    char first;
    return recv(c->fd, &first, 1, MSG_PEEK) == 1 && first == 22;
}

static const char bad_request[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

static bool begin(struct connection *c)
{
    const struct fault_server_options *o = &c->server->options;
    if (o->wants_proxy && !take_proxy_header(c))
        return false;
    if (!c->server->context || o->fault == FAULT_TLS_ALERT_BY_HTTP) {
        bool is_right = begins_tls(c) == (c->server->context != NULL);
        if (!is_right)
            (void)put_text(c, bad_request);
        if (!is_right || !c->server->context)
            return is_right;
    }
    c->ssl = SSL_new(c->server->context);
    must(c->ssl && SSL_set_fd(c->ssl, c->fd) == 1);
    return SSL_accept(c->ssl) == 1;
}

static void note_request(struct fault_server *server, const char *head)
{
    (void)pthread_mutex_lock(&server->mutex);
    server->requests_count++;
    (void)snprintf(server->last, sizeof server->last, "%s", head);
    (void)pthread_mutex_unlock(&server->mutex);
}

static void serve(struct connection *c)
{
    char *head = malloc(HEAD_SIZE_MAX);
    must(head);
    if (c->server->options.fault == FAULT_SILENT) {
        wait_end(c);
    } else if (c->server->options.fault != FAULT_CLOSES && begin(c) && read_head(c, head)) {
        note_request(c->server, head);
        answer(c, head);
    }
    free(head);
}

/* Closing with bytes unread makes a reset, which may overtake the answer: so the other side goes first. */
static void part(struct connection *c)
{
    char bytes[4096];
    enum fault fault = c->server->options.fault;
    if (fault == FAULT_CLOSES || fault == FAULT_RESETS || shutdown(c->fd, SHUT_WR) != 0)
        return;
    while (recv(c->fd, bytes, sizeof bytes, 0) > 0)
        ;
}

static void finish(struct connection *c)
{
    if (c->ssl)
        (void)SSL_shutdown(c->ssl);
    SSL_free(c->ssl);
    c->ssl = NULL;
    part(c);
    (void)pthread_mutex_lock(&c->server->mutex);
    (void)close(c->fd);
    c->fd = -1;
    (void)pthread_mutex_unlock(&c->server->mutex);
}

/* OpenSSL writes without MSG_NOSIGNAL; a client that has what it wanted is no reason to end the test. */
static void block_pipe(void)
{
    sigset_t pipe;
    must(sigemptyset(&pipe) == 0 && sigaddset(&pipe, SIGPIPE) == 0);
    must(pthread_sigmask(SIG_BLOCK, &pipe, NULL) == 0);
}

static void *connection_main(void *context)
{
    struct connection *c = context;
    block_pipe();
    serve(c);
    finish(c);
    return NULL;
}

static void *accept_main(void *context)
{
    struct fault_server *server = context;
    int fd;
    while ((fd = accept(server->listen_fd, NULL, NULL)) >= 0 && !atomic_load(&server->stopping)) {
        (void)pthread_mutex_lock(&server->mutex);
        must(server->connections_count < CONNECTIONS_COUNT_MAX);
        struct connection *c = &server->connections[server->connections_count++];
        *c = (struct connection){.server = server, .fd = fd};
        must(pthread_create(&c->thread, NULL, connection_main, c) == 0);
        (void)pthread_mutex_unlock(&server->mutex);
    }
    if (fd >= 0)
        (void)close(fd);
    return NULL;
}

/* ---- TLS ---- */

static int on_name(SSL *ssl, int *alert, void *context)
{
    struct fault_server *server = context;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    (void)pthread_mutex_lock(&server->mutex);
    (void)snprintf(server->name, sizeof server->name, "%s", name ? name : "");
    (void)pthread_mutex_unlock(&server->mutex);
    if (server->options.fault != FAULT_REFUSES_NAMES)
        return SSL_TLSEXT_ERR_OK;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void use_certificate(SSL_CTX *context, struct str chain, struct str key_pem)
{
    BIO *bio = BIO_new_mem_buf(chain.data, (int)chain.size);
    X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    must(x509 && SSL_CTX_use_certificate(context, x509) == 1);
    X509_free(x509);
    while ((x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        must(SSL_CTX_add1_chain_cert(context, x509) == 1);
        X509_free(x509);
    }
    BIO_free(bio);
    bio = BIO_new_mem_buf(key_pem.data, (int)key_pem.size);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    must(key && SSL_CTX_use_PrivateKey(context, key) == 1);
    EVP_PKEY_free(key);
    BIO_free(bio);
}

static SSL_CTX *make_context(struct fault_server *server)
{
    const struct fault_server_options *o = &server->options;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    must(context);
    SSL_CTX_set_security_level(context, 0); /* weak certificates are faults, too */
    (void)SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
    use_certificate(context, o->chain, o->key);
    if (o->chain2.size)
        use_certificate(context, o->chain2, o->key2);
    if (o->is_old)
        must(SSL_CTX_set_cipher_list(context, "AES128-SHA:@SECLEVEL=0") == 1 &&
             SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
             SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION) == 1);
    (void)SSL_CTX_set_tlsext_servername_callback(context, on_name);
    (void)SSL_CTX_set_tlsext_servername_arg(context, server);
    return context;
}

/* ---- start and stop ---- */

static int listen_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    must(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static int listen_tcp(const char *text, uint16_t port, uint16_t *ret_port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}};
    socklen_t size = sizeof address.v4;
    if (inet_pton(AF_INET, text ? text : "127.0.0.1", &address.v4.sin_addr) != 1) {
        address.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
        size = sizeof address.v6;
        must(inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1);
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    must(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    must(bind(fd, &address.any, size) == 0);
    must(getsockname(fd, &address.any, &size) == 0);
    *ret_port = ntohs(address.v4.sin_port); /* in the same place for both */
    return fd;
}

struct fault_server *fault_server_start(const struct fault_server_options *options)
{
    struct fault_server *server = calloc(1, sizeof *server);
    must(server);
    server->options = *options;
    must(pthread_mutex_init(&server->mutex, NULL) == 0);
    if (options->chain.size)
        server->context = make_context(server);
    server->listen_fd = options->unix_path ? listen_unix(options->unix_path)
                                           : listen_tcp(options->address, options->port, &server->port);
    must(listen(server->listen_fd, SOMAXCONN) == 0);
    must(pthread_create(&server->thread, NULL, accept_main, server) == 0);
    return server;
}

void fault_server_stop(struct fault_server *server)
{
    if (!server)
        return;
    atomic_store(&server->stopping, true);
    (void)shutdown(server->listen_fd, SHUT_RDWR);
    must(pthread_join(server->thread, NULL) == 0);
    (void)close(server->listen_fd);
    (void)pthread_mutex_lock(&server->mutex);
    for (size_t i = 0; i < server->connections_count; i++)
        if (server->connections[i].fd >= 0)
            (void)shutdown(server->connections[i].fd, SHUT_RDWR);
    (void)pthread_mutex_unlock(&server->mutex);
    for (size_t i = 0; i < server->connections_count; i++)
        must(pthread_join(server->connections[i].thread, NULL) == 0);
    if (server->options.unix_path)
        (void)unlink(server->options.unix_path);
    SSL_CTX_free(server->context);
    (void)pthread_mutex_destroy(&server->mutex);
    free(server);
}

uint16_t fault_server_port(const struct fault_server *server)
{
    return server->port;
}

size_t fault_server_connections(struct fault_server *server)
{
    (void)pthread_mutex_lock(&server->mutex);
    size_t count = server->connections_count;
    (void)pthread_mutex_unlock(&server->mutex);
    return count;
}

size_t fault_server_requests(struct fault_server *server)
{
    (void)pthread_mutex_lock(&server->mutex);
    size_t count = server->requests_count;
    (void)pthread_mutex_unlock(&server->mutex);
    return count;
}

static const char *copy_text(struct fault_server *server, const char *text, char *room, size_t room_size)
{
    (void)pthread_mutex_lock(&server->mutex);
    (void)snprintf(room, room_size, "%s", text);
    (void)pthread_mutex_unlock(&server->mutex);
    return room;
}

const char *fault_server_last(struct fault_server *server, char *room, size_t room_size)
{
    return copy_text(server, server->last, room, room_size);
}

const char *fault_server_name(struct fault_server *server, char *room, size_t room_size)
{
    return copy_text(server, server->name, room, room_size);
}
