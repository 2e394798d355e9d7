/*
 * A gateway inside the test: its workers run as threads of the test process, in front of upstreams and behind clients
 * that the test plays itself, byte for byte, over loopback. Nothing sleeps: a test reads what must come, or waits for a
 * counter of the gateway to reach a value; either gives up with a failed test after FIXTURE_PATIENCE_MS.
 *
 * The workers' time (clock_monotonic_us, linked in place of the real one) stands still: however slow the machine is, no
 * timeout of the gateway comes in between. It passes when a test says so.
 */
#ifndef TESTS_LIB_GATEWAY_FIXTURE_H
#define TESTS_LIB_GATEWAY_FIXTURE_H

#include "check.h"

#include <openssl/ssl.h>

#include "base/buf.h"
#include "gateway/access_log.h"
#include "gateway/gateway.h"
#include "gateway/worker.h"
#include "snapshot/build.h"

#define FIXTURE_PATIENCE_MS      20000
#define FIXTURE_UPSTREAMS_MAX    3
#define FIXTURE_WORKERS_MAX      2
#define FIXTURE_MESSAGE_SIZE_MAX (64u << 20)

/* How the gateway is to be; zeroes: one worker, one plain upstream, a site that redirects and promises 300 seconds. */
struct fixture_options {
    uint32_t workers_count;
    size_t upstreams_count;
    uint32_t weights[FIXTURE_UPSTREAMS_MAX];
    bool upstream_refuses[FIXTURE_UPSTREAMS_MAX]; /* nobody listens at its address */
    bool upstream_tls, upstream_unix;
    enum snap_balance balance;
    uint32_t connect_timeout_ms, first_byte_timeout_ms, idle_timeout_ms;
    uint32_t health_interval_ms;
    const char *health_path;
    enum snap_redirect redirect;
    bool redirect_off;
    uint32_t site_flags;
    const char *hsts;                    /* "": none */
    int64_t hsts_cap_s;                  /* 0: none */
    int64_t made_s;                      /* 0: 1 */
    const struct build_reports *reports; /* of app.test, which other.test takes; NULL: none */
    struct clients *clients;             /* where who comes is noted; NULL: nobody is */
    const char *error_page;              /* or NULL */
    const char *fixed_body;              /* of /fixed; NULL: "fixed\n" */
    const char *challenge;               /* token; its content is "content of TOKEN" */
    const char *alpn_challenge;          /* a name, proven by the certificate of other.test */
    void (*set_limits)(struct snap_limits *limits);
    const struct os_network *trusted;
    size_t trusted_count;
    bool proxy_protocol;
    uint16_t public_http_port, public_https_port; /* 0: 80 and 443 */
    enum gateway_log_format log_format;
};

/*
 * The sites: app.test (aliases alias.test, *.wild.test, 127.0.0.1) with / to the upstreams, /fixed and /files (the
 * fixture's folder); other.test with a certificate of its own and a fixed answer.
 */
struct peer;

struct fixture {
    struct fixture_options options;
    struct gateway_boot boot;
    struct gateway_listener listeners[3];
    uint16_t http_port, https_port, both_port;
    int upstream_fds[FIXTURE_UPSTREAMS_MAX];
    int held_fds[FIXTURE_UPSTREAMS_MAX]; /* the ports of those that refuse */
    uint16_t upstream_ports[FIXTURE_UPSTREAMS_MAX];
    struct worker *workers;
    struct counters_block *blocks;
    struct access_log_writer *log;
    int notify_fd;
    int log_fd; /* a memfd with the access log */
    uint64_t generation;
    char folder[32];
    const char *roots[1];
    bool stopped;
    struct peer *probe; /* of fixture_settle */
};

/* Once for all tests of a program: certificates take time. As a cmocka group's setup and teardown. */
int fixture_world_setup(void **state);
int fixture_world_teardown(void **state);
/* The root of all certificates as PEM, and the leaf of app.test as DER. */
struct str fixture_root_pem(void);
struct str fixture_leaf_der(void);

/* `options` may be NULL. */
struct fixture *fixture_start(const struct fixture_options *options);
/* Publishes the same again, or with other options, as the next generation; returns when all workers serve from it. */
void fixture_publish(struct fixture *f, const struct fixture_options *options);
/* The same or other options as the next generation, for the test to offer. */
struct generation *fixture_generation(struct fixture *f, const struct fixture_options *options);
/*
 * Worker 0 (the only one) has handled everything that was sent so far: it answers a request on a connection of its own,
 * and what was ready before that was handled before.
 */
void fixture_settle(struct fixture *f);
/*
 * So much time passes for the workers, and they hear of it. What is to expire must have been set before: a worker that
 * has answered, or that fixture_settle has waited for, has set what belongs to it.
 */
void fixture_pass_ms(struct fixture *f, int64_t ms);
/* Has the workers drain; they do when it returns. */
void fixture_drain(struct fixture *f);
/* Drains if need be, waits for the workers' end (time runs until then), writes the log's rest. */
void fixture_join(struct fixture *f);
/* Joins and frees. */
void fixture_stop(struct fixture *f);
/* A file in the folder behind /files. */
void fixture_write_file(struct fixture *f, const char *name, struct str content);
/* The whole access log so far, after fixture_join; the caller frees. */
struct buf fixture_log(struct fixture *f);

/* Counters of worker 0. */
struct counters_worker *fixture_counters(struct fixture *f);
struct counters_site *fixture_site(struct fixture *f);
struct counters_upstream *fixture_upstream(struct fixture *f, size_t index);
/* Until the counter has this value (at least this value). */
void wait_for(const uint64_t *counter, uint64_t value);
void wait_at_least(const uint64_t *counter, uint64_t value);

/* One end of a connection that the test plays. */
struct peer {
    int fd;
    SSL *ssl;      /* or NULL */
    struct buf in; /* received and not used yet */
};

enum fixture_port { PORT_HTTP, PORT_HTTPS, PORT_BOTH };

struct peer *client_plain(struct fixture *f);
struct peer *client_plain_to(struct fixture *f, enum fixture_port port);
/* Over TLS with SNI app.test, HTTP/1.1. */
struct peer *client_tls(struct fixture *f);
/* `name` NULL: no SNI; `alpn` in wire form or NULL. */
struct peer *client_tls_to(struct fixture *f, enum fixture_port port, const char *name, const char *alpn);
/* The gateway's next connection to upstream `index`. */
struct peer *upstream_accept(struct fixture *f, size_t index);
/* No connection waits at the upstream. */
bool upstream_is_quiet(struct fixture *f, size_t index);
void peer_close(struct peer *p);
/* Closes with a reset. */
void peer_reset(struct peer *p);
/* Ends this side: FIN, after close_notify where there is TLS. */
void peer_shutdown(struct peer *p);

void peer_send(struct peer *p, struct str bytes);
void peer_send_text(struct peer *p, const char *text);
/* As much as the kernel takes now; returns how much (plain only). */
size_t peer_send_some(struct peer *p, struct str bytes);
/* Reads once; 0 at the end of the stream, -1 after a reset. */
ssize_t peer_receive(struct peer *p);
/* Bytes that must come next. */
void peer_expect(struct peer *p, const char *text);
/* Takes `size` bytes; the caller frees. */
struct buf peer_take(struct peer *p, size_t size);
/* A head up to its empty line, as text with a zero byte; the caller frees. */
char *peer_head(struct peer *p);
/* The stream ends now, in order or by a reset, without another byte. */
void peer_expect_end(struct peer *p);
/* Nothing has come that was not used yet. */
bool peer_is_quiet(struct peer *p);

/* A whole response. */
struct reply {
    int status;
    char *head;
    struct buf body;
    bool closed; /* framed by the end of the connection */
    char *trailers;
};

/* `method` decides whether there is content. */
struct reply peer_reply(struct peer *p, const char *method);
void reply_free(struct reply *r);
/* How often the field is in a head, in any case; its first value is copied to `value` (if not NULL, 256 bytes). */
size_t head_field(const char *head, const char *name, char *value);
#define assert_field(head, name, expected)                                                                             \
    do {                                                                                                               \
        char value_[256] = "";                                                                                         \
        assert_int_equal(head_field(head, name, value_), 1);                                                           \
        assert_string_equal(value_, expected);                                                                         \
    } while (0)
#define assert_no_field(head, name) assert_int_equal(head_field(head, name, NULL), 0)

/* One round: the client's request arrives at the upstream as a head (returned, to be freed). */
void send_get(struct peer *client, const char *path);

#endif
