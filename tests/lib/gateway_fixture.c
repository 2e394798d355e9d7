#include "gateway_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "crypto/cert.h"
#include "crypto/key.h"
#include "held_port.h"
#include "os/clock.h"
#include "snapshot/limits.h"
#include "test_ca.h"

#define DER_SIZE_MAX 65536
#define READ_SIZE    65536

/* ---- what all tests of a program share ---- */

struct certificate {
    struct test_ca_made made;
    struct buf ders[2], key;
    struct str chain[2];
};

static struct {
    struct test_ca *ca;
    struct certificate app, other, upstream;
    SSL_CTX *client, *server;
} world;

static void certificate_make(struct certificate *c, const char *const *names)
{
    c->made = test_ca_make(world.ca, &(struct test_ca_leaf){.names = names});
    struct cert *cert = cert_load(buf_str(&c->made.chain), buf_str(&c->made.key), NULL, NULL);
    assert_non_null(cert);
    for (size_t i = 0; i < 2; i++) {
        buf_init(&c->ders[i], DER_SIZE_MAX);
        assert_true(buf_put_str(&c->ders[i], cert_chain_der(cert, i)));
        c->chain[i] = buf_str(&c->ders[i]);
    }
    buf_init(&c->key, DER_SIZE_MAX);
    assert_true(key_to_der(cert_key(cert), &c->key, NULL));
    cert_free(cert);
}

static void certificate_free(struct certificate *c)
{
    test_ca_made_free(&c->made);
    buf_fini(&c->ders[0]);
    buf_fini(&c->ders[1]);
    buf_fini(&c->key);
}

/* The upstream's own TLS server. */
static SSL_CTX *server_context(const struct certificate *c)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    for (size_t i = 0; i < 2; i++) {
        const unsigned char *der = (const unsigned char *)c->chain[i].data;
        X509 *x = d2i_X509(NULL, &der, (long)c->chain[i].size);
        assert_non_null(x);
        assert_int_equal(i == 0 ? SSL_CTX_use_certificate(ctx, x) : (int)SSL_CTX_add1_chain_cert(ctx, x), 1);
        X509_free(x);
    }
    const unsigned char *der = (const unsigned char *)buf_str(&c->key).data;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &der, (long)c->key.size);
    assert_int_equal(SSL_CTX_use_PrivateKey(ctx, key), 1);
    EVP_PKEY_free(key);
    return ctx;
}

int fixture_world_setup(void **state)
{
    (void)state;
    static const char *const app[] = {"app.test", "alias.test", "*.wild.test", "127.0.0.1", NULL};
    static const char *const other[] = {"other.test", NULL};
    static const char *const upstream[] = {"upstream.test", NULL};
    (void)signal(SIGPIPE, SIG_IGN);
    log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
    world.ca = test_ca_new();
    certificate_make(&world.app, app);
    certificate_make(&world.other, other);
    certificate_make(&world.upstream, upstream);
    world.client = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(world.client, SSL_VERIFY_NONE, NULL);
    world.server = server_context(&world.upstream);
    return 0;
}

int fixture_world_teardown(void **state)
{
    (void)state;
    certificate_free(&world.app);
    certificate_free(&world.other);
    certificate_free(&world.upstream);
    SSL_CTX_free(world.client);
    SSL_CTX_free(world.server);
    test_ca_free(world.ca);
    return 0;
}

struct str fixture_root_pem(void)
{
    return test_ca_root_pem(world.ca);
}

struct str fixture_leaf_der(void)
{
    return world.app.chain[0];
}

/* ---- the snapshot ---- */

static struct build_certificate build_certificate(const struct certificate *c, uint64_t identity)
{
    return (struct build_certificate){
        .identity = identity, .chain = c->chain, .chain_count = 2, .key = buf_str(&c->key)};
}

static struct str text_or(const char *text, const char *otherwise)
{
    return str_from(text ? text : otherwise);
}

static uint32_t or_else(uint32_t value, uint32_t otherwise)
{
    return value ? value : otherwise;
}

static void unix_path(const struct fixture *f, size_t index, char *path, size_t room)
{
    (void)snprintf(path, room, "%s.sock%zu", f->folder, index);
}

static size_t upstream_address(const struct fixture *f, size_t index, union os_address *ret)
{
    memset(ret, 0, sizeof *ret);
    if (!f->options.upstream_unix) {
        assert_true(os_address_parse(STR("127.0.0.1"), f->upstream_ports[index], ret));
        return sizeof ret->v4;
    }
    ret->un.sun_family = AF_UNIX;
    unix_path(f, index, ret->un.sun_path, sizeof ret->un.sun_path);
    return sizeof ret->un;
}

static void build(const struct fixture *f, void **ret_blob, size_t *ret_size)
{
    const struct fixture_options *o = &f->options;
    struct build_upstream upstreams[FIXTURE_UPSTREAMS_MAX] = {0};
    union os_address addresses[FIXTURE_UPSTREAMS_MAX];
    char labels[FIXTURE_UPSTREAMS_MAX][32];
    for (size_t i = 0; i < o->upstreams_count; i++) {
        size_t size = upstream_address(f, i, &addresses[i]);
        (void)snprintf(labels[i], sizeof labels[i], "http://upstream-%zu", i);
        upstreams[i] = (struct build_upstream){.label = str_from(labels[i]),
                                               .address = str_make(&addresses[i], size),
                                               .weight = or_else(o->weights[i], 1),
                                               .slot = (uint32_t)i + 1};
        if (o->upstream_tls) {
            upstreams[i].tls = true;
            upstreams[i].tls_name = STR("upstream.test");
            upstreams[i].tls_roots = test_ca_root_pem(world.ca);
        }
    }
    const struct build_group group = {.balance = o->balance,
                                      .upstreams = upstreams,
                                      .upstreams_count = o->upstreams_count,
                                      .connect_timeout_ms = or_else(o->connect_timeout_ms, 10000),
                                      .first_byte_timeout_ms = or_else(o->first_byte_timeout_ms, 20000),
                                      .idle_timeout_ms = or_else(o->idle_timeout_ms, 20000),
                                      .health_interval_ms = o->health_interval_ms,
                                      .health_timeout_ms = 1000,
                                      .health_path = text_or(o->health_path, "/health"),
                                      .health_host = STR("health.test")};
    const struct build_route routes[] = {
        {.prefix = STR("/"), .kind = SNAP_ROUTE_PROXY, .group = group},
        {.prefix = STR("/fixed"),
         .kind = SNAP_ROUTE_FIXED,
         .status = 200,
         .body = text_or(o->fixed_body, "fixed\n"),
         .content_type = STR("text/plain")},
        {.prefix = STR("/nothing"), .kind = SNAP_ROUTE_FIXED, .status = 204},
        {.prefix = STR("/files"),
         .kind = SNAP_ROUTE_FILES,
         .root = str_from(f->folder),
         .index = STR("index.html"),
         .strip_prefix = true},
    };
    const struct build_route other_route = {
        .prefix = STR("/"), .kind = SNAP_ROUTE_FIXED, .status = 200, .body = STR("other\n")};
    const struct str aliases[] = {STR_INIT("alias.test"), STR_INIT("*.wild.test")};
    const struct build_site sites[] = {
        {.name = STR("app.test"),
         .aliases = aliases,
         .aliases_count = 2,
         .hsts = text_or(o->hsts, "max-age=300"),
         .hsts_cap_s = o->hsts_cap_s,
         .error_page = text_or(o->error_page, ""),
         .reports = o->reports ? *o->reports : (struct build_reports){.nel = STR("")},
         .slot = 1,
         .flags = o->site_flags,
         .redirect = o->redirect_off ? SNAP_REDIRECT_OFF
                     : o->redirect   ? o->redirect
                                     : SNAP_REDIRECT_TEMPORARY,
         .certificate_ecdsa = 0,
         .certificate_rsa = SNAPSHOT_NONE,
         .routes = routes,
         .routes_count = sizeof routes / sizeof *routes},
        {.name = STR("other.test"),
         .hsts = STR("max-age=600"),
         .slot = 2,
         .certificate_ecdsa = 1,
         .certificate_rsa = SNAPSHOT_NONE,
         .routes = &other_route,
         .routes_count = 1},
        {.name = STR("127.0.0.1"),
         .slot = 3,
         .certificate_ecdsa = 0,
         .certificate_rsa = SNAPSHOT_NONE,
         .routes = &other_route,
         .routes_count = 1},
    };
    const struct build_certificate certificates[] = {build_certificate(&world.app, 7),
                                                     build_certificate(&world.other, 8)};
    char content[64];
    (void)snprintf(content, sizeof content, "content of %s", o->challenge ? o->challenge : "");
    const struct build_challenge challenge = {.token = text_or(o->challenge, ""), .content = str_from(content)};
    const struct build_alpn_challenge alpn_challenge = {.name = text_or(o->alpn_challenge, ""), .certificate = 1};
    static const struct snap_ticket_key ticket = {{1}, {2}, {3}};
    struct build_input input = {.generation = f->generation,
                                .made_s = o->made_s ? o->made_s : 1,
                                .sites = sites,
                                .sites_count = sizeof sites / sizeof *sites,
                                .takes_reports = o->reports != NULL,
                                .reports_site = 1,
                                .certificates = certificates,
                                .certificates_count = 2,
                                .tickets = &ticket,
                                .tickets_count = 1,
                                .challenges = &challenge,
                                .challenges_count = o->challenge ? 1 : 0,
                                .alpn_challenges = &alpn_challenge,
                                .alpn_challenges_count = o->alpn_challenge ? 1 : 0};
    struct err err = {0};
    snapshot_limits_default(&input.limits);
    if (o->set_limits)
        o->set_limits(&input.limits);
    if (!snapshot_build(&input, ret_blob, ret_size, &err))
        fail_msg("snapshot: %s", err.text);
}

static struct generation *generation_make(const struct fixture *f)
{
    void *blob;
    size_t size;
    struct err err = {0};
    build(f, &blob, &size);
    struct generation *g = calloc(1, sizeof *g);
    assert_non_null(g);
    g->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(g->map != MAP_FAILED);
    memcpy(g->map, blob, size);
    g->map_size = size;
    atomic_init(&g->refs, 1);
    snapshot_blob_free(blob, size);
    if (!snapshot_open(g->map, size, &g->snapshot, &err))
        fail_msg("snapshot: %s", err.text);
    return g;
}

/* ---- the workers' time ---- */

/* Where it stands; -1: it runs, ahead of the real one by so much. */
static _Atomic int64_t held_us = INT64_C(1000) * TIMER_TICK_MS * 1000, ahead_us;

int64_t __real_clock_monotonic_us(void);
int64_t __wrap_clock_monotonic_us(void);

int64_t __wrap_clock_monotonic_us(void)
{
    int64_t at_us = atomic_load(&held_us);
    return at_us >= 0 ? at_us : __real_clock_monotonic_us() + atomic_load(&ahead_us);
}

/* At a whole tick, so that a worker waits a whole one for the next: it would turn without end just before it. */
static int64_t whole_ticks_us(int64_t us)
{
    const int64_t tick_us = TIMER_TICK_MS * 1000;
    return (us + tick_us - 1) / tick_us * tick_us;
}

static void hold_time(void)
{
    atomic_store(&held_us, whole_ticks_us(__wrap_clock_monotonic_us()));
}

static void let_time_run(void)
{
    if (atomic_load(&held_us) < 0)
        return;
    atomic_store(&ahead_us, atomic_load(&held_us) - __real_clock_monotonic_us());
    atomic_store(&held_us, -1);
}

void fixture_pass_ms(struct fixture *f, int64_t ms)
{
    const uint64_t one = 1;
    atomic_fetch_add(&held_us, whole_ticks_us(ms * 1000));
    for (uint32_t i = 0; i < f->options.workers_count; i++)
        assert_int_equal(write(f->workers[i].wake.fd, &one, sizeof one), sizeof one);
}

/* ---- the gateway ---- */

static int listen_on(uint16_t *ret_port)
{
    union os_address address = {0};
    socklen_t size = sizeof address;
    struct err err = {0};
    int fd;
    assert_true(os_address_parse(STR("127.0.0.1"), 0, &address));
    if (!os_listen_tcp(&address, &fd, &err))
        fail_msg("%s", err.text);
    assert_int_equal(getsockname(fd, &address.any, &size), 0);
    *ret_port = os_address_port(&address);
    return fd;
}

static void open_upstreams(struct fixture *f)
{
    for (size_t i = 0; i < f->options.upstreams_count; i++) {
        struct err err = {0};
        char path[64];
        unix_path(f, i, path, sizeof path);
        f->upstream_fds[i] = f->held_fds[i] = -1;
        if (f->options.upstream_refuses[i])
            f->held_fds[i] = hold_port(&f->upstream_ports[i]);
        else if (!f->options.upstream_unix)
            f->upstream_fds[i] = listen_on(&f->upstream_ports[i]);
        else if (!os_listen_unix(path, 0600, &f->upstream_fds[i], &err))
            fail_msg("%s", err.text);
    }
}

static void open_listeners(struct fixture *f)
{
    static const enum gateway_protocol protocols[] = {GATEWAY_HTTP, GATEWAY_HTTPS, GATEWAY_BOTH};
    static const char *const names[] = {"http", "https", "both"};
    uint16_t *ports[] = {&f->http_port, &f->https_port, &f->both_port};
    for (size_t i = 0; i < 3; i++)
        f->listeners[i] = (struct gateway_listener){.name = names[i],
                                                    .protocol = protocols[i],
                                                    .proxy_protocol = f->options.proxy_protocol,
                                                    .trusted = f->options.trusted,
                                                    .trusted_count = f->options.trusted_count,
                                                    .fds = {listen_on(ports[i])},
                                                    .fds_count = 1};
}

static void wait_generation(struct fixture *f)
{
    for (uint32_t i = 0; i < f->options.workers_count; i++)
        wait_for(&f->blocks[i].worker.generation, f->generation);
}

static void set_options(struct fixture *f, const struct fixture_options *options)
{
    if (options)
        f->options = *options;
    f->options.workers_count = or_else(f->options.workers_count, 1);
    if (f->options.upstreams_count == 0)
        f->options.upstreams_count = 1;
}

struct generation *fixture_generation(struct fixture *f, const struct fixture_options *options)
{
    set_options(f, options);
    f->generation++;
    return generation_make(f);
}

static void offer(struct fixture *f)
{
    struct generation *g = fixture_generation(f, NULL);
    for (uint32_t i = 0; i < f->options.workers_count; i++)
        worker_offer(&f->workers[i], generation_ref(g));
    generation_unref(g);
    wait_generation(f);
}

struct fixture *fixture_start(const struct fixture_options *options)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err err = {0};
    assert_non_null(f);
    hold_time();
    set_options(f, options);
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/gateway-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->roots[0] = f->folder;
    open_upstreams(f);
    open_listeners(f);
    uint32_t count = f->options.workers_count;
    f->boot = (struct gateway_boot){.workers_count = count,
                                    .listeners = f->listeners,
                                    .listeners_count = 3,
                                    .http_port = (uint16_t)or_else(f->options.public_http_port, 80),
                                    .https_port = (uint16_t)or_else(f->options.public_https_port, 443),
                                    .channel_fd = -1,
                                    .counters_fd = -1,
                                    .clients_fd = -1,
                                    .snapshot_fd = -1,
                                    .access_log_fd = -1,
                                    .static_roots = f->roots,
                                    .static_roots_count = 1};
    f->blocks = mmap(NULL, count * sizeof *f->blocks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    f->workers = calloc(count, sizeof *f->workers);
    f->notify_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    f->log_fd = memfd_create("log", MFD_CLOEXEC);
    assert_true(f->blocks != MAP_FAILED && f->workers && f->notify_fd >= 0 && f->log_fd >= 0);
    if (f->options.log_format != GATEWAY_LOG_OFF) {
        f->log = access_log_new(count, f->options.log_format, dup(f->log_fd), &err);
        assert_non_null(f->log);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!worker_init(&f->workers[i], &f->boot, i, &f->blocks[i], f->notify_fd, &err))
            fail_msg("%s", err.text);
        f->workers[i].came = f->options.clients;
        f->workers[i].access_log = access_log_ring(f->log, i, &f->blocks[i].worker);
        assert_true(worker_start(&f->workers[i], &err));
    }
    assert_true(!f->log || access_log_start(f->log, &err));
    offer(f);
    return f;
}

void fixture_publish(struct fixture *f, const struct fixture_options *options)
{
    set_options(f, options);
    offer(f);
}

void fixture_settle(struct fixture *f)
{
    if (!f->probe)
        f->probe = client_plain(f);
    for (int i = 0; i < 2; i++) { /* a new connection is accepted in one turn and read in the next */
        send_get(f->probe, "/fixed");
        struct reply r = peer_reply(f->probe, "GET");
        reply_free(&r);
    }
}

void fixture_drain(struct fixture *f)
{
    peer_close(f->probe);
    f->probe = NULL;
    for (uint32_t i = 0; i < f->options.workers_count; i++)
        worker_drain(&f->workers[i]);
    int64_t deadline_ms = clock_monotonic_ms() + FIXTURE_PATIENCE_MS;
    for (uint32_t i = 0; i < f->options.workers_count; i++)
        while (!atomic_load(&f->workers[i].deaf)) {
            assert_true(clock_monotonic_ms() < deadline_ms);
            (void)usleep(200);
        }
}

void fixture_join(struct fixture *f)
{
    if (f->stopped)
        return;
    f->stopped = true;
    fixture_drain(f);
    let_time_run();
    for (uint32_t i = 0; i < f->options.workers_count; i++) {
        assert_int_equal(pthread_join(f->workers[i].thread, NULL), 0);
        worker_fini(&f->workers[i]);
    }
    access_log_free(f->log);
    f->log = NULL;
}

static void remove_folder(const struct fixture *f)
{
    char path[320];
    DIR *folder = opendir(f->folder);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        (void)snprintf(path, sizeof path, "%s/%s", f->folder, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(path) != 0)
            (void)rmdir(path);
    }
    (void)closedir(folder);
    (void)rmdir(f->folder);
    for (size_t i = 0; i < f->options.upstreams_count; i++) {
        unix_path(f, i, path, sizeof path);
        (void)unlink(path);
    }
}

void fixture_stop(struct fixture *f)
{
    fixture_join(f);
    for (size_t i = 0; i < 3; i++)
        (void)close(f->listeners[i].fds[0]);
    for (size_t i = 0; i < f->options.upstreams_count; i++) {
        int fd = f->upstream_fds[i] >= 0 ? f->upstream_fds[i] : f->held_fds[i];
        (void)close(fd);
    }
    remove_folder(f);
    (void)munmap(f->blocks, f->options.workers_count * sizeof *f->blocks);
    free(f->workers);
    (void)close(f->notify_fd);
    (void)close(f->log_fd);
    free(f);
}

void fixture_write_file(struct fixture *f, const char *name, struct str content)
{
    char path[320];
    (void)snprintf(path, sizeof path, "%s/%s", f->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content.data, content.size), (ssize_t)content.size);
    (void)close(fd);
}

struct buf fixture_log(struct fixture *f)
{
    struct buf log;
    struct stat stat;
    buf_init(&log, FIXTURE_MESSAGE_SIZE_MAX);
    assert_int_equal(fstat(f->log_fd, &stat), 0);
    if (stat.st_size) {
        char *into = buf_reserve(&log, (size_t)stat.st_size);
        assert_int_equal(pread(f->log_fd, into, (size_t)stat.st_size, 0), stat.st_size);
        buf_commit(&log, (size_t)stat.st_size);
    }
    return log;
}

struct counters_worker *fixture_counters(struct fixture *f)
{
    return &f->blocks[0].worker;
}

struct counters_site *fixture_site(struct fixture *f)
{
    return &f->blocks[0].sites[1];
}

struct counters_upstream *fixture_upstream(struct fixture *f, size_t index)
{
    return &f->blocks[0].upstreams[index + 1];
}

static void wait_until(const uint64_t *counter, uint64_t value, bool exactly)
{
    int64_t deadline_ms = clock_monotonic_ms() + FIXTURE_PATIENCE_MS;
    for (;;) {
        uint64_t now = counter_get(counter);
        if (now == value || (!exactly && now > value))
            return;
        if (clock_monotonic_ms() > deadline_ms)
            fail_msg("a counter stays at %llu instead of %llu", (unsigned long long)now, (unsigned long long)value);
        const struct timespec moment = {.tv_nsec = 200000};
        (void)nanosleep(&moment, NULL);
    }
}

void wait_for(const uint64_t *counter, uint64_t value)
{
    wait_until(counter, value, true);
}

void wait_at_least(const uint64_t *counter, uint64_t value)
{
    wait_until(counter, value, false);
}

/* ---- peers ---- */

static struct peer *peer_new(int fd)
{
    struct peer *p = calloc(1, sizeof *p);
    const struct timeval patience = {.tv_sec = FIXTURE_PATIENCE_MS / 1000};
    int on = 1;
    assert_non_null(p);
    assert_true(fd >= 0);
    p->fd = fd;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof on);
    buf_init(&p->in, FIXTURE_MESSAGE_SIZE_MAX);
    return p;
}

struct peer *client_plain_to(struct fixture *f, enum fixture_port port)
{
    const uint16_t ports[] = {f->http_port, f->https_port, f->both_port};
    union os_address address;
    assert_true(os_address_parse(STR("127.0.0.1"), ports[port], &address));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, &address.any, sizeof address.v4), 0);
    return peer_new(fd);
}

struct peer *client_plain(struct fixture *f)
{
    return client_plain_to(f, PORT_HTTP);
}

struct peer *client_tls_to(struct fixture *f, enum fixture_port port, const char *name, const char *alpn)
{
    struct peer *p = client_plain_to(f, port);
    p->ssl = SSL_new(world.client);
    assert_int_equal(SSL_set_fd(p->ssl, p->fd), 1);
    if (name) {
        char *sni = str_dup(str_from(name)); /* the library's macro wants it without const */
        assert_int_equal(SSL_set_tlsext_host_name(p->ssl, sni), 1);
        free(sni);
    }
    if (alpn)
        assert_int_equal(SSL_set_alpn_protos(p->ssl, (const unsigned char *)alpn, (unsigned)strlen(alpn)), 0);
    assert_int_equal(SSL_connect(p->ssl), 1);
    return p;
}

struct peer *client_tls(struct fixture *f)
{
    return client_tls_to(f, PORT_HTTPS, "app.test", NULL);
}

static bool is_ready(int fd, int timeout_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    return poll(&ready, 1, timeout_ms) == 1;
}

struct peer *upstream_accept(struct fixture *f, size_t index)
{
    assert_true(is_ready(f->upstream_fds[index], FIXTURE_PATIENCE_MS));
    struct peer *p = peer_new(accept4(f->upstream_fds[index], NULL, NULL, SOCK_CLOEXEC));
    if (f->options.upstream_tls) {
        p->ssl = SSL_new(world.server);
        assert_int_equal(SSL_set_fd(p->ssl, p->fd), 1);
        assert_int_equal(SSL_accept(p->ssl), 1);
    }
    return p;
}

bool upstream_is_quiet(struct fixture *f, size_t index)
{
    return !is_ready(f->upstream_fds[index], 0);
}

void peer_close(struct peer *p)
{
    if (!p)
        return;
    if (p->ssl)
        (void)SSL_shutdown(p->ssl);
    SSL_free(p->ssl);
    (void)close(p->fd);
    buf_fini(&p->in);
    free(p);
}

void peer_reset(struct peer *p)
{
    const struct linger linger = {.l_onoff = 1};
    (void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    SSL_free(p->ssl);
    (void)close(p->fd);
    buf_fini(&p->in);
    free(p);
}

void peer_shutdown(struct peer *p)
{
    if (p->ssl)
        (void)SSL_shutdown(p->ssl);
    (void)shutdown(p->fd, SHUT_WR);
}

void peer_send(struct peer *p, struct str bytes)
{
    while (bytes.size) {
        ssize_t sent =
            p->ssl ? SSL_write(p->ssl, bytes.data, (int)bytes.size) : send(p->fd, bytes.data, bytes.size, MSG_NOSIGNAL);
        if (sent <= 0)
            fail_msg("cannot send: %s", strerror(errno));
        bytes = str_after(bytes, (size_t)sent);
    }
}

void peer_send_text(struct peer *p, const char *text)
{
    peer_send(p, str_from(text));
}

size_t peer_send_some(struct peer *p, struct str bytes)
{
    ssize_t sent = send(p->fd, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? (size_t)sent : 0;
}

ssize_t peer_receive(struct peer *p)
{
    char *into = buf_reserve(&p->in, READ_SIZE);
    assert_non_null(into);
    ssize_t got = p->ssl ? SSL_read(p->ssl, into, READ_SIZE) : recv(p->fd, into, READ_SIZE, 0);
    if (p->ssl && got <= 0)
        got = SSL_get_error(p->ssl, (int)got) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        fail_msg("nothing came for %d ms; so far: \"%.*s\"", FIXTURE_PATIENCE_MS, STR_ARG(buf_str(&p->in)));
    if (got > 0)
        buf_commit(&p->in, (size_t)got);
    return got;
}

static void need(struct peer *p, size_t size)
{
    while (p->in.size < size)
        if (peer_receive(p) <= 0)
            fail_msg("the connection ended early; so far: \"%.*s\"", STR_ARG(buf_str(&p->in)));
}

void peer_expect(struct peer *p, const char *text)
{
    struct str expected = str_from(text);
    need(p, expected.size);
    assert_str(str_part(buf_str(&p->in), 0, expected.size), expected);
    buf_consume(&p->in, expected.size);
}

struct buf peer_take(struct peer *p, size_t size)
{
    struct buf taken;
    need(p, size);
    buf_init(&taken, size + 1);
    assert_true(buf_put_str(&taken, str_part(buf_str(&p->in), 0, size)));
    buf_consume(&p->in, size);
    return taken;
}

/* Takes everything up to and with `mark`. */
static char *take_until(struct peer *p, const char *mark)
{
    size_t mark_size = strlen(mark);
    for (;;) {
        struct str in = buf_str(&p->in);
        const char *at = in.size ? memmem(in.data, in.size, mark, mark_size) : NULL;
        if (at) {
            size_t size = (size_t)(at - in.data) + mark_size;
            char *head = str_dup(str_part(in, 0, size));
            buf_consume(&p->in, size);
            return head;
        }
        need(p, in.size + 1);
    }
}

char *peer_head(struct peer *p)
{
    return take_until(p, "\r\n\r\n");
}

void peer_expect_end(struct peer *p)
{
    if (p->in.size == 0 && peer_receive(p) <= 0)
        return;
    fail_msg("more came: \"%.*s\"", STR_ARG(buf_str(&p->in)));
}

bool peer_is_quiet(struct peer *p)
{
    return p->in.size == 0 && !is_ready(p->fd, 0);
}

/* ---- responses ---- */

size_t head_field(const char *head, const char *name, char *value)
{
    size_t found = 0, name_size = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, name_size) != 0 || line[2 + name_size] != ':')
            continue;
        const char *from = line + 2 + name_size + 1, *to = strstr(from, "\r\n");
        if (*from == ' ')
            from++;
        if (found++ == 0 && value)
            (void)snprintf(value, 256, "%.*s", (int)(to - from), from);
    }
    return found;
}

static void take_chunks(struct peer *p, struct reply *r)
{
    for (;;) {
        char *line = take_until(p, "\r\n");
        size_t size = strtoul(line, NULL, 16);
        free(line);
        if (size == 0)
            break;
        need(p, size + 2);
        assert_true(buf_put_str(&r->body, str_part(buf_str(&p->in), 0, size)));
        buf_consume(&p->in, size);
        peer_expect(p, "\r\n");
    }
    need(p, 2);
    r->trailers = memcmp(buf_str(&p->in).data, "\r\n", 2) == 0 ? take_until(p, "\r\n") : take_until(p, "\r\n\r\n");
}

struct reply peer_reply(struct peer *p, const char *method)
{
    struct reply r = {.head = peer_head(p)};
    char value[256] = "";
    buf_init(&r.body, FIXTURE_MESSAGE_SIZE_MAX);
    uint64_t status = 0;
    assert_true(str_starts(str_from(r.head), STR("HTTP/1.1 ")));
    assert_true(str_to_u64(str_part(str_from(r.head), 9, 3), 999, &status));
    r.status = (int)status;
    if (strcmp(method, "HEAD") == 0 || r.status < 200 || r.status == 204 || r.status == 304)
        return r;
    if (head_field(r.head, "Transfer-Encoding", NULL)) {
        assert_no_field(r.head, "Content-Length");
        take_chunks(p, &r);
    } else if (head_field(r.head, "Content-Length", value)) {
        size_t size = strtoul(value, NULL, 10);
        buf_fini(&r.body);
        r.body = peer_take(p, size);
    } else {
        r.closed = true;
        while (peer_receive(p) > 0)
            continue;
        assert_true(buf_put_str(&r.body, buf_str(&p->in)));
        buf_clear(&p->in);
    }
    return r;
}

void reply_free(struct reply *r)
{
    free(r->head);
    free(r->trailers);
    buf_fini(&r->body);
}

void send_get(struct peer *client, const char *path)
{
    char text[512];
    (void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: app.test\r\n\r\n", path);
    peer_send_text(client, text);
}
