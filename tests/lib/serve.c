/*
 * A gateway process alone, without supervisor and control, for measuring and for trying by hand: serves one site
 * ("app.test" and "localhost") of a throw-away authority in front of one upstream, until standard input ends.
 *
 *     serve HTTP-PORT HTTPS-PORT UPSTREAM-PORT WORKERS [FOLDER] > root.pem
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/cert.h"
#include "crypto/key.h"
#include "gateway/gateway.h"
#include "os/channel.h"
#include "os/memfd.h"
#include "snapshot/build.h"
#include "snapshot/contract.h"
#include "snapshot/counters.h"
#include "snapshot/limits.h"
#include "test_ca.h"

static void die(const char *what, const struct err *err)
{
    (void)fprintf(stderr, "%s: %s\n", what, err->text);
    exit(1);
}

static uint16_t port_of(const char *text)
{
    uint64_t port = 0;
    if (!str_to_u64(str_from(text), 65535, &port)) {
        (void)fprintf(stderr, "%s is no port\n", text);
        exit(2);
    }
    return (uint16_t)port;
}

static int listen_on(uint16_t port)
{
    struct err err;
    union os_address address;
    int fd;
    if (!os_address_parse(STR("127.0.0.1"), port, &address) || !os_listen_tcp(&address, &fd, &err))
        die("listen", &err);
    return fd;
}

static int snapshot_fd(uint16_t upstream_port, const struct cert *cert, const char *folder)
{
    struct err err;
    union os_address address;
    if (!os_address_parse(STR("127.0.0.1"), upstream_port, &address))
        exit(1);
    struct build_upstream upstream = {
        .label = STR("http://upstream"), .address = str_make(&address, sizeof address.v4), .weight = 1};
    struct build_group group = {.upstreams = &upstream,
                                .upstreams_count = 1,
                                .connect_timeout_ms = 2000,
                                .first_byte_timeout_ms = 10000,
                                .idle_timeout_ms = 10000};
    struct build_route routes[] = {
        {.prefix = STR("/"), .kind = SNAP_ROUTE_PROXY, .group = group},
        {.prefix = STR("/fixed"),
         .kind = SNAP_ROUTE_FIXED,
         .status = 200,
         .body = STR("fixed\n"),
         .content_type = STR("text/plain")},
        {.prefix = STR("/files"),
         .kind = SNAP_ROUTE_FILES,
         .root = str_from(folder),
         .index = STR("index.html"),
         .strip_prefix = true},
    };
    const struct str aliases[] = {STR_INIT("localhost")};
    struct str chain[4];
    size_t chain_count = cert_chain_count(cert) < 4 ? cert_chain_count(cert) : 4;
    struct buf key;
    buf_init(&key, 16384);
    if (!key_to_der(cert_key(cert), &key, NULL))
        exit(1);
    for (size_t i = 0; i < chain_count; i++)
        chain[i] = cert_chain_der(cert, i);
    struct build_certificate certificate = {
        .identity = 7, .chain = chain, .chain_count = chain_count, .key = buf_str(&key)};
    struct build_site site = {.name = STR("app.test"),
                              .aliases = aliases,
                              .aliases_count = 1,
                              .hsts = STR("max-age=300"),
                              .redirect = SNAP_REDIRECT_TEMPORARY,
                              .certificate_ecdsa = 0,
                              .certificate_rsa = SNAPSHOT_NONE,
                              .routes = routes,
                              .routes_count = folder ? 3 : 2};
    static const struct snap_ticket_key ticket = {{1}, {2}, {3}};
    struct build_input input = {.generation = 1,
                                .made_s = 1,
                                .sites = &site,
                                .sites_count = 1,
                                .certificates = &certificate,
                                .certificates_count = 1,
                                .tickets = &ticket,
                                .tickets_count = 1};
    snapshot_limits_default(&input.limits);
    void *blob;
    size_t size;
    int fd;
    if (!snapshot_build(&input, &blob, &size, &err) || !memfd_sealed_new("snapshot", str_make(blob, size), &fd, &err))
        die("snapshot", &err);
    snapshot_blob_free(blob, size);
    return fd;
}

int main(int argc, char **argv)
{
    struct err err;
    if (argc < 5) {
        (void)fprintf(stderr, "usage: serve HTTP-PORT HTTPS-PORT UPSTREAM-PORT WORKERS [FOLDER]\n");
        return 2;
    }
    struct test_ca *ca = test_ca_new();
    const char *const names[] = {"app.test", "localhost", NULL};
    struct test_ca_made made = test_ca_make(ca, &(struct test_ca_leaf){.names = names});
    enum cert_fault fault;
    struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), &fault, &err);
    if (!cert)
        die("certificate", &err);

    struct gateway_listener listeners[] = {
        {.name = "http", .protocol = GATEWAY_HTTP, .fds = {listen_on(port_of(argv[1]))}, .fds_count = 1},
        {.name = "https", .protocol = GATEWAY_HTTPS, .fds = {listen_on(port_of(argv[2]))}, .fds_count = 1},
    };
    /* Whoever reads this may connect: the kernel listens, and the gateway finds who waits. */
    (void)printf("%.*s", STR_ARG(test_ca_root_pem(ca)));
    (void)fflush(stdout);
    const char *roots[] = {argc > 5 ? argv[5] : "/var/www"};
    struct gateway_boot boot = {.workers_count = (uint32_t)port_of(argv[4]),
                                .listeners = listeners,
                                .listeners_count = 2,
                                .http_port = port_of(argv[1]),
                                .https_port = port_of(argv[2]),
                                .access_log_fd = -1,
                                .clients_fd = -1,
                                .static_roots = roots,
                                .static_roots_count = 1,
                                .snapshot_fd = snapshot_fd(port_of(argv[3]), cert, argc > 5 ? argv[5] : NULL)};
    int pair[2];
    if (!channel_pair(pair, &err) ||
        !memfd_shared_new("counters", counters_size(boot.workers_count), &boot.counters_fd, &err))
        die("channel", &err);
    boot.channel_fd = pair[1];
    log_init("gateway", LOG_LEVEL_INFO, LOG_FORMAT_TEXT);
    pid_t child = fork();
    if (child == 0) {
        (void)close(pair[0]);
        _exit(gateway_run(&boot));
    }
    (void)close(pair[1]);
    (void)fprintf(stderr, "gateway is process %d\n", (int)child);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    struct channel_message drain = {.type = CONTRACT_DRAIN};
    (void)!channel_send(pair[0], &drain);
    int status = 0;
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
