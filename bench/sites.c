/*
 * Synthetic sites for the checker: any number of domains d0.test, d1.test, … on many addresses of 127.0.0.0/8, each
 * with a certificate of its own, and the name server that knows them. In a network namespace, for it takes ports 53, 80
 * and 443 of all addresses. As cheap as epoll and OpenSSL allow, so that the checker in front is what is measured. Not
 * a server for anything else: it trusts what it reads.
 *
 *     sites ROOT.pem ADDRESSES
 *
 * Of ten domains six are good; the others have no field, a semicolon too many, no redirect, a certificate of nobody
 * known. ROOT.pem is written; it says "ready".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 65536
#define DOMAINS_MAX     1000000
#define HEAD_SIZE       2048
#define BODY_SIZE       1024
#define DAY_S           86400L
#define GOOD            "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload"

enum kind { KIND_GOOD, KIND_NO_FIELD, KIND_SEMICOLON, KIND_NO_REDIRECT, KIND_STRANGER };
static const enum kind kinds[] = {KIND_GOOD, KIND_GOOD,     KIND_GOOD,      KIND_GOOD,        KIND_GOOD,
                                  KIND_GOOD, KIND_NO_FIELD, KIND_SEMICOLON, KIND_NO_REDIRECT, KIND_STRANGER};

struct connection {
    int fd;
    SSL *ssl; /* NULL: plain HTTP */
    size_t size;
    char head[HEAD_SIZE];
};

static struct connection *connections[CONNECTIONS_MAX];
static X509 *leafs[DOMAINS_MAX];
static EVP_PKEY *root_key, *stranger_key, *leaf_key;
static X509 *root;
static SSL_CTX *context;
static char body[BODY_SIZE + 1];
static int epoll_fd;
static unsigned long addresses_count;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void *must(void *made)
{
    if (!made)
        die("sites");
    return made;
}

/* ---- names ---- */

/* The number in "d17.test" or "www.d17.test"; DOMAINS_MAX when it is none. */
static unsigned long number_of(const char *name)
{
    name += strncasecmp(name, "www.", 4) == 0 ? 4 : 0;
    unsigned long number = *name == 'd' ? strtoul(name + 1, NULL, 10) : DOMAINS_MAX;
    return number < DOMAINS_MAX ? number : DOMAINS_MAX;
}

static enum kind kind_of(unsigned long number)
{
    return kinds[number % (sizeof kinds / sizeof *kinds)];
}

/* ---- certificates ---- */

static X509 *make(const char *name, const char *names, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
    static long serial;
    X509 *made = must(X509_new());
    X509V3_CTX v3;
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made), -DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(made), 90 * DAY_S);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made, issuer ? X509_get_subject_name(issuer) : X509_get_subject_name(made));
    X509_set_pubkey(made, key);
    X509V3_set_ctx_nodb(&v3);
    X509V3_set_ctx(&v3, issuer ? issuer : made, made, NULL, NULL, 0);
    X509_EXTENSION *more =
        must(X509V3_EXT_conf_nid(NULL, &v3, issuer ? NID_subject_alt_name : NID_basic_constraints, names));
    X509_add_ext(made, more, -1);
    X509_EXTENSION_free(more);
    if (!X509_sign(made, issuer_key, EVP_sha256()))
        die("sign");
    return made;
}

static X509 *leaf_of(unsigned long number)
{
    char name[64], names[160];
    if (leafs[number])
        return leafs[number];
    (void)snprintf(name, sizeof name, "d%lu.test", number);
    (void)snprintf(names, sizeof names, "DNS:%s,DNS:www.%s", name, name);
    EVP_PKEY *issuer_key = kind_of(number) == KIND_STRANGER ? stranger_key : root_key;
    return leafs[number] = make(name, names, leaf_key, root, issuer_key);
}

static int on_name(SSL *ssl, int *alert, void *unused)
{
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    unsigned long number = name ? number_of(name) : DOMAINS_MAX;
    (void)alert;
    (void)unused;
    if (number == DOMAINS_MAX)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    return SSL_use_certificate(ssl, leaf_of(number)) == 1 && SSL_use_PrivateKey(ssl, leaf_key) == 1
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void make_certificates(const char *path)
{
    root_key = must(EVP_EC_gen("P-256"));
    stranger_key = must(EVP_EC_gen("P-256"));
    leaf_key = must(EVP_EC_gen("P-256"));
    root = make("Root of the sites", "critical,CA:TRUE", root_key, NULL, root_key);
    FILE *file = must(fopen(path, "w"));
    if (!PEM_write_X509(file, root) || fclose(file))
        die(path);
    context = must(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_tlsext_servername_callback(context, on_name);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

/* ---- connections ---- */

static void watch(int fd, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    (void)epoll_ctl(epoll_fd, operation, fd, &event);
}

static void end(struct connection *c)
{
    connections[c->fd] = NULL;
    (void)close(c->fd);
    SSL_free(c->ssl);
    free(c);
}

/* Small enough to be taken at once. */
static bool put(struct connection *c, const char *text, size_t size)
{
    return c->ssl ? SSL_write(c->ssl, text, (int)size) == (int)size
                  : send(c->fd, text, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool answer(struct connection *c)
{
    const char *host = strcasestr(c->head, "\r\nHost: ");
    unsigned long number = host ? number_of(host + 8) : DOMAINS_MAX;
    enum kind kind = number < DOMAINS_MAX ? kind_of(number) : KIND_NO_FIELD;
    char text[BODY_SIZE + 512];
    int size;
    if (!c->ssl && kind != KIND_NO_REDIRECT)
        size = snprintf(text, sizeof text,
                        "HTTP/1.1 301 Moved Permanently\r\nLocation: https://d%lu.test/\r\nContent-Length: 0\r\n\r\n",
                        number);
    else
        size = snprintf(text, sizeof text,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s%s%sContent-Length: %d\r\n\r\n%s",
                        kind == KIND_NO_FIELD || !c->ssl ? "" : GOOD, kind == KIND_SEMICOLON && c->ssl ? ";" : "",
                        kind == KIND_NO_FIELD || !c->ssl ? "" : "\r\n", BODY_SIZE, body);
    c->size = 0;
    return put(c, text, (size_t)size);
}

/* False: it is over. */
static bool take(struct connection *c)
{
    for (;;) {
        size_t room = sizeof c->head - 1 - c->size;
        int got =
            c->ssl ? SSL_read(c->ssl, c->head + c->size, (int)room) : (int)recv(c->fd, c->head + c->size, room, 0);
        if (got <= 0 && c->ssl) {
            int why = SSL_get_error(c->ssl, got);
            return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
        }
        if (got <= 0)
            return got < 0 && errno == EAGAIN;
        c->size += (size_t)got;
        c->head[c->size] = '\0';
        if (strstr(c->head, "\r\n\r\n") && !answer(c))
            return false;
        if (c->size == sizeof c->head - 1)
            return false;
    }
}

static void on_connection(int listen_fd, bool tls)
{
    int fd, on = 1;
    while ((fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = fd < CONNECTIONS_MAX ? calloc(1, sizeof *c) : NULL;
        if (!c) {
            (void)close(fd);
            continue;
        }
        c->fd = fd;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (tls) {
            c->ssl = must(SSL_new(context));
            SSL_set_fd(c->ssl, fd);
            SSL_set_accept_state(c->ssl);
        }
        connections[fd] = c;
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

/* ---- the name server ---- */

/* Answers A with the domain's address, and everything else with nothing. */
static void on_question(int fd)
{
    unsigned char packet[512];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size;
    while ((size = recvfrom(fd, packet, sizeof packet - 16, 0, (struct sockaddr *)&from, &from_size)) > 16) {
        char name[256] = "";
        size_t at = 12, used = 0;
        while (at < (size_t)size && packet[at] && used + packet[at] + 2 < sizeof name) {
            used += (size_t)snprintf(name + used, sizeof name - used, "%s%.*s", used ? "." : "", packet[at],
                                     (const char *)packet + at + 1);
            at += (size_t)packet[at] + 1;
        }
        if (at + 5 > (size_t)size)
            continue;
        unsigned long number = number_of(name);
        bool has = number < DOMAINS_MAX && packet[at + 1] == 0 && packet[at + 2] == 1;
        at += 5; /* whatever follows the question is left out */
        packet[2] = 0x84 | (packet[2] & 1);
        packet[3] = number < DOMAINS_MAX ? 0x80 : 0x83;
        memset(packet + 6, 0, 6);
        if (has) {
            unsigned long host = number % addresses_count + 1;
            const unsigned char record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4};
            const unsigned char address[] = {127, (unsigned char)(1 + (host >> 16)), (unsigned char)(host >> 8),
                                             (unsigned char)host};
            packet[7] = 1;
            memcpy(packet + at, record, sizeof record);
            memcpy(packet + at + sizeof record, address, sizeof address);
            at += sizeof record + sizeof address;
        }
        (void)sendto(fd, packet, at, 0, (struct sockaddr *)&from, from_size);
        from_size = sizeof from;
    }
}

/* ---- the whole ---- */

static int open_port(int type, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, size = 8 << 20, fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        bind(fd, (struct sockaddr *)&address, sizeof address) || (type == SOCK_STREAM && listen(fd, 4096)))
        die("listen");
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    return fd;
}

int main(int argc, char **argv)
{
    struct epoll_event events[256];
    addresses_count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (addresses_count == 0 || addresses_count > 1u << 22) {
        (void)fprintf(stderr, "usage: sites ROOT.pem ADDRESSES\n");
        return 2;
    }
    memset(body, 'x', BODY_SIZE);
    (void)signal(SIGPIPE, SIG_IGN);
    make_certificates(argv[1]);
    if ((epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0)
        die("epoll");
    int dns = open_port(SOCK_DGRAM, 53), http = open_port(SOCK_STREAM, 80), https = open_port(SOCK_STREAM, 443);
    (void)puts("ready");
    (void)fflush(stdout);
    for (;;) {
        int count = epoll_wait(epoll_fd, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == dns)
                on_question(fd);
            else if (fd == http || fd == https)
                on_connection(fd, fd == https);
            else if (connections[fd] && !take(connections[fd]))
                end(connections[fd]);
        }
    }
}
