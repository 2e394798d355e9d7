/* The whole look, at a real gateway with an application behind it. */
#include "gateway_fixture.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "outbound/outbound.h"
#include "probe/fetch.h"
#include "probe/site.h"
#include "test_ca.h"

#define NOW_S TEST_CA_NOW_S

/* ---- an application: answers every request the same way, one connection at a time ---- */

struct application {
    struct fixture *fixture;
    const char *response;
    pthread_t thread;
    atomic_bool stopping;
};

static bool read_head(int fd)
{
    char head[16384];
    size_t size = 0;
    while (size < sizeof head - 1) {
        ssize_t got = recv(fd, head + size, sizeof head - 1 - size, 0);
        if (got <= 0)
            return false;
        size += (size_t)got;
        head[size] = 0;
        if (strstr(head, "\r\n\r\n"))
            return true;
    }
    return false;
}

static void serve(const struct application *a, int fd)
{
    struct timeval patience = {.tv_sec = 5};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (read_head(fd))
        (void)send(fd, a->response, strlen(a->response), MSG_NOSIGNAL);
    (void)close(fd);
}

static void *application_main(void *context)
{
    struct application *a = context;
    while (!atomic_load(&a->stopping)) {
        struct pollfd waiting = {.fd = a->fixture->upstream_fds[0], .events = POLLIN};
        if (poll(&waiting, 1, 50) > 0) {
            int fd = accept(waiting.fd, NULL, NULL);
            if (fd >= 0)
                serve(a, fd);
        }
    }
    return NULL;
}

static void application_start(struct application *a, struct fixture *f, const char *response)
{
    *a = (struct application){.fixture = f, .response = response};
    assert_int_equal(pthread_create(&a->thread, NULL, application_main, a), 0);
}

static void application_stop(struct application *a)
{
    atomic_store(&a->stopping, true);
    assert_int_equal(pthread_join(a->thread, NULL), 0);
}

#define PAGE "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 5\r\n\r\n<p>hi"

/* ---- the target ---- */

static const struct str names[] = {STR_INIT("app.test"), STR_INIT("alias.test"), STR_INIT("*.wild.test"),
                                   STR_INIT("127.0.0.1")};

struct world {
    struct probe_endpoint endpoints[3];
    char leaf[DIGEST_FINGERPRINT_SIZE];
    char address[32];
    struct str addresses[1];
    struct probe_target target;
};

static void target_init(struct world *w, const struct fixture *f)
{
    const uint16_t ports[] = {f->http_port, f->https_port, f->both_port};
    static const enum probe_protocol protocols[] = {PROBE_HTTP, PROBE_HTTPS, PROBE_BOTH};
    static const struct str listeners[] = {STR_INIT("http"), STR_INIT("https"), STR_INIT("both")};
    unsigned number = (unsigned)getpid();
    *w = (struct world){0};
    for (size_t i = 0; i < 3; i++)
        w->endpoints[i] = (struct probe_endpoint){.listener = listeners[i],
                                                  .protocol = protocols[i],
                                                  .proxy_protocol = f->options.proxy_protocol,
                                                  .address = STR("127.0.0.1"),
                                                  .port = ports[i]};
    assert_true(digest_fingerprint(fixture_leaf_der(), w->leaf, NULL));
    (void)snprintf(w->address, sizeof w->address, "127.%u.%u.%u", 201 + number / 62500 % 50, 1 + number / 250 % 250,
                   1 + number % 250);
    w->addresses[0] = str_from(w->address);
    w->target = (struct probe_target){.names = names,
                                      .names_count = 4,
                                      .leaves = {[CERT_SIDE_ECDSA] = str_from(w->leaf)},
                                      .endpoints = w->endpoints,
                                      .endpoints_count = 3,
                                      .http_port = 80,
                                      .https_port = 443,
                                      .declared_roots = fixture_root_pem(),
                                      .addresses = w->addresses,
                                      .addresses_count = 1,
                                      .now_s = NOW_S};
}

static void check(const struct hsts_observation *seen, enum observed_what what, enum observed verdict, const char *text)
{
    const struct observed_fact *fact = &seen->facts[what];
    if (fact->verdict != verdict || !strstr(fact->detail, text))
        fail_msg("fact %d: verdict %d instead of %d, no \"%s\" in: %s", what, fact->verdict, verdict, text,
                 fact->detail);
    assert_int_equal(fact->at_s, NOW_S);
}

static void check_all_good(const struct hsts_observation *seen)
{
    check(seen, OBSERVED_SERVED, OBSERVED_GOOD, "for 3 names by 2 listening sockets");
    check(seen, OBSERVED_CHAIN, OBSERVED_GOOD, "declared as installed on all clients");
    check(seen, OBSERVED_REDIRECT, OBSERVED_GOOD, "of 3 names is redirected to https:// of the same host by 2");
    check(seen, OBSERVED_APPLICATION, OBSERVED_GOOD, "status 200 after 0 redirects (3 of 3 names asked)");
    check(seen, OBSERVED_CONTENT, OBSERVED_GOOD, "loads nothing over plain HTTP");
    if (seen->facts[OBSERVED_PORTS].verdict == OBSERVED_BAD) /* another program listens on all addresses */
        check(seen, OBSERVED_PORTS, OBSERVED_BAD, " answers plain HTTP (");
    else
        check(seen, OBSERVED_PORTS, OBSERVED_GOOD, "none of");
    assert_int_equal(seen->trust, OBSERVED_TRUST_DECLARED);
}

/* ---- the tests ---- */

static void a_site_in_order_is_good_in_every_fact(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct application a;
    struct world w;
    struct hsts_observation seen;
    application_start(&a, f, PAGE);
    target_init(&w, f);
    probe_site(&w.target, &seen, NULL);
    check_all_good(&seen);
    application_stop(&a);
    fixture_stop(f);
}

static void listeners_with_the_proxy_protocol_are_asked_with_it(void **state)
{
    (void)state;
    struct os_network loopback, elsewhere;
    assert_true(os_network_parse(STR("127.0.0.0/8"), &loopback) && os_network_parse(STR("192.0.2.0/24"), &elsewhere));
    struct fixture_options options = {.proxy_protocol = true, .trusted = &loopback, .trusted_count = 1};
    struct fixture *f = fixture_start(&options);
    struct application a;
    struct world w;
    struct hsts_observation seen;
    application_start(&a, f, PAGE);
    target_init(&w, f);
    probe_site(&w.target, &seen, NULL);
    check_all_good(&seen);
    application_stop(&a);
    fixture_stop(f);
    options.trusted = &elsewhere; /* may not speak it, then */
    f = fixture_start(&options);
    target_init(&w, f);
    probe_site(&w.target, &seen, NULL);
    check(&seen, OBSERVED_SERVED, OBSERVED_FAILED, "is the machine itself among its Trusted Proxies?");
    check(&seen, OBSERVED_REDIRECT, OBSERVED_FAILED, "is the machine itself among its Trusted Proxies?");
    fixture_stop(f);
}

static void a_wildcard_listener_is_asked_on_loopback(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct application a;
    struct world w;
    struct hsts_observation seen;
    application_start(&a, f, PAGE);
    target_init(&w, f);
    for (size_t i = 0; i < 3; i++)
        w.endpoints[i].address = STR("0.0.0.0");
    probe_site(&w.target, &seen, NULL);
    check_all_good(&seen);
    application_stop(&a);
    fixture_stop(f);
}

static void what_the_gateway_does_not_do_is_seen(void **state)
{
    (void)state;
    const struct fixture_options options = {.redirect_off = true};
    struct fixture *f = fixture_start(&options);
    struct application a;
    struct world w;
    struct hsts_observation seen;
    application_start(
        &a, f, "HTTP/1.1 302 Found\r\nLocation: http://app.test/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    target_init(&w, f);
    w.target.leaves[CERT_SIDE_ECDSA] = STR("");
    w.target.declared_roots = STR("");
    w.target.private_roots = fixture_root_pem();
    probe_site(&w.target, &seen, NULL);
    check(&seen, OBSERVED_SERVED, OBSERVED_BAD, "serves another certificate for app.test");
    check(&seen, OBSERVED_CHAIN, OBSERVED_DOUBT, "private root");
    check(&seen, OBSERVED_REDIRECT, OBSERVED_BAD, "http (127.0.0.1:");
    check(&seen, OBSERVED_APPLICATION, OBSERVED_BAD, "back to plain HTTP (http://app.test/)");
    assert_int_equal(seen.trust, OBSERVED_TRUST_PRIVATE);
    application_stop(&a);
    fixture_stop(f);
}

static void an_application_that_is_away_is_a_doubt(void **state)
{
    (void)state;
    const struct fixture_options options = {.upstream_refuses = {true}};
    struct fixture *f = fixture_start(&options);
    struct world w;
    struct hsts_observation seen;
    target_init(&w, f);
    probe_site(&w.target, &seen, NULL);
    check(&seen, OBSERVED_SERVED, OBSERVED_GOOD, "");
    check(&seen, OBSERVED_REDIRECT, OBSERVED_GOOD, "");
    check(&seen, OBSERVED_APPLICATION, OBSERVED_DOUBT, "https://app.test answers with status 50");
    fixture_stop(f);
}

static void a_name_that_is_no_sites_is_refused(void **state)
{
    (void)state;
    static const struct str others[] = {STR_INIT("nobody.test")};
    struct fixture *f = fixture_start(NULL);
    struct world w;
    struct hsts_observation seen;
    target_init(&w, f);
    w.target.names = others;
    w.target.names_count = 1;
    probe_site(&w.target, &seen, NULL);
    check(&seen, OBSERVED_SERVED, OBSERVED_BAD, "asked for nobody.test, refuses this name");
    check(&seen, OBSERVED_CHAIN, OBSERVED_FAILED, "refuses this name");
    check(&seen, OBSERVED_REDIRECT, OBSERVED_BAD, "instead of a redirect to https");
    check(&seen, OBSERVED_APPLICATION, OBSERVED_FAILED, "refuses this name");
    fixture_stop(f);
}

static void browsers_protocol_is_spoken(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct world w;
    struct deadline deadline;
    struct fetch_result result;
    target_init(&w, f);
    const struct fetch_request request = {.endpoint = &w.endpoints[1],
                                          .tls = true,
                                          .host = STR("app.test"),
                                          .port = 443,
                                          .path = STR("/fixed"),
                                          .verify = FETCH_VERIFY_ROOTS,
                                          .roots_pem = fixture_root_pem(),
                                          .body_size_max = 100};
    deadline_start(&deadline, 10000, NULL);
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_OK);
    assert_string_equal(result.protocol, "HTTP/2");
    assert_int_equal(result.status, 200);
    assert_str(buf_str(&result.body), STR("fixed\n"));
    assert_str(fetch_field(&result, STR("Strict-Transport-Security")), STR("max-age=300"));
    fetch_result_fini(&result);
    fixture_stop(f);
}

struct interruption {
    struct fixture *fixture;
    atomic_bool flag;
};

/* Raises the flag once the application is asked. */
static void *interrupt(void *context)
{
    struct interruption *i = context;
    struct pollfd asked = {.fd = i->fixture->upstream_fds[0], .events = POLLIN};
    (void)poll(&asked, 1, FIXTURE_PATIENCE_MS);
    atomic_store(&i->flag, true);
    return NULL;
}

/* The application is silent: without the flag that would be ten seconds a name, and the words would say so. */
static void a_look_that_is_called_off_ends_soon_and_fills_every_fact(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct world w;
    struct hsts_observation seen;
    struct interruption interruption = {.fixture = f};
    pthread_t thread;
    target_init(&w, f);
    w.target.cancel = &interruption.flag;
    assert_int_equal(pthread_create(&thread, NULL, interrupt, &interruption), 0);
    probe_site(&w.target, &seen, NULL);
    check(&seen, OBSERVED_SERVED, OBSERVED_GOOD, "");
    check(&seen, OBSERVED_APPLICATION, OBSERVED_FAILED, "it was called off");
    check(&seen, OBSERVED_CONTENT, OBSERVED_FAILED, "it was called off");
    assert_int_equal(pthread_join(thread, NULL), 0);
    probe_site(&w.target, &seen, NULL); /* the flag is up from the start */
    for (int i = 0; i < OBSERVED_COUNT; i++)
        check(&seen, (enum observed_what)i, OBSERVED_FAILED, "it was called off");
    assert_int_equal(seen.trust, OBSERVED_TRUST_UNKNOWN);
    fixture_stop(f);
}

/* The application is silent here, too: sooner than its ten seconds only the whole look's time can run out. */
static void time_runs_out_for_the_whole_look(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct world w;
    struct hsts_observation seen;
    target_init(&w, f);
    w.target.length_ms = 1500;
    probe_site(&w.target, &seen, NULL);
    check(&seen, OBSERVED_APPLICATION, OBSERVED_FAILED, "the time for it ran out");
    fixture_stop(f);
}

static void *look_once(void *context)
{
    struct hsts_observation seen;
    probe_site(context, &seen, NULL);
    return seen.facts[OBSERVED_SERVED].verdict == OBSERVED_GOOD &&
                   seen.facts[OBSERVED_REDIRECT].verdict == OBSERVED_GOOD &&
                   seen.facts[OBSERVED_APPLICATION].verdict == OBSERVED_GOOD
               ? context
               : NULL;
}

static void several_looks_go_side_by_side(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct application a;
    struct world w;
    pthread_t threads[3];
    application_start(&a, f, PAGE);
    target_init(&w, f);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_once, &w.target), 0);
    for (int i = 0; i < 3; i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, &w.target);
    }
    application_stop(&a);
    fixture_stop(f);
}

static int set_up(void **state)
{
    return outbound_start(NULL) ? fixture_world_setup(state) : -1;
}

static int tear_down(void **state)
{
    outbound_stop();
    return fixture_world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_in_order_is_good_in_every_fact),
        cmocka_unit_test(listeners_with_the_proxy_protocol_are_asked_with_it),
        cmocka_unit_test(a_wildcard_listener_is_asked_on_loopback),
        cmocka_unit_test(what_the_gateway_does_not_do_is_seen),
        cmocka_unit_test(an_application_that_is_away_is_a_doubt),
        cmocka_unit_test(a_name_that_is_no_sites_is_refused),
        cmocka_unit_test(browsers_protocol_is_spoken),
        cmocka_unit_test(a_look_that_is_called_off_ends_soon_and_fills_every_fact),
        cmocka_unit_test(time_runs_out_for_the_whole_look),
        cmocka_unit_test(several_looks_go_side_by_side),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
