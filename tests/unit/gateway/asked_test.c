/* Names that clients ask for: noted when they are no site's own but lie below one; by SNI and by Host, over each HTTP.
 */
#include "h2_client.h"
#include "snapshot/seen.h"

static const struct fixture_options plain = {.redirect_off = true};

static bool find(struct fixture *f, const char *name, struct seen_record *ret)
{
    for (size_t s = 0; s < SEEN_SHELVES_COUNT; s++)
        for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++)
            if (seen_read(&f->blocks[0].seen.shelves[s], i, ret) && strcmp(ret->name, name) == 0)
                return true;
    return false;
}

static size_t count_all(struct fixture *f)
{
    struct seen_record r;
    size_t count = 0;
    for (size_t s = 0; s < SEEN_SHELVES_COUNT; s++)
        for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++)
            count += seen_read(&f->blocks[0].seen.shelves[s], i, &r);
    return count;
}

static void ask(struct peer *client, const char *host, int status)
{
    char head[256];
    (void)snprintf(head, sizeof head, "GET /fixed HTTP/1.1\r\nHost: %s\r\n\r\n", host);
    peer_send_text(client, head);
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, status);
    reply_free(&r);
}

static void a_host_below_a_sites_name_is_noted_and_no_other(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct peer *client = client_plain(f);
    struct seen_record r;
    static const struct {
        const char *host;
        int status;
    } others[] = {{"app.test", 200},    {"APP.TEST.:80", 200},  {"alias.test", 200},
                  {"127.0.0.1", 200},   {"unknown.test", 404},  {"test", 404},
                  {"xapp.test", 404},   {"[2001:db8::1]", 404}, {"a__b-.app.test", 404},
                  {"1.127.0.0.1", 404}, {"wild.test", 404},     {"a.b.c.d.e.f.g.h.i.app.test", 404},
                  {"-x.app.test", 404}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ask(client, others[i].host, others[i].status);
    assert_int_equal(count_all(f), 0);
    ask(client, "Legacy.App.test:8080", 404);
    ask(client, "legacy.app.test.", 404);
    ask(client, "deep.below.alias.test", 404);
    assert_int_equal(count_all(f), 2);
    assert_true(find(f, "legacy.app.test", &r));
    assert_int_equal(r.count, 2);
    assert_int_equal(r.by, SEEN_BY_HOST);
    assert_true(r.first_s > 1700000000 && r.last_s >= r.first_s);
    assert_true(find(f, "deep.below.alias.test", &r));
    peer_close(client);
    fixture_stop(f);
}

static void a_name_in_a_client_hello_is_noted_whether_it_is_refused_or_served_by_a_wildcard(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct seen_record r;
    struct peer *client = client_tls_to(f, PORT_HTTPS, "tenant.wild.test", NULL);
    ask(client, "tenant.wild.test", 200);
    assert_true(find(f, "tenant.wild.test", &r));
    assert_int_equal(r.count, 2);
    assert_int_equal(r.by, SEEN_BY_SNI | SEEN_BY_HOST);
    ask(client, "below.tenant.wild.test", 421); /* bound by what tenant.wild.test has promised */
    assert_true(find(f, "below.tenant.wild.test", &r));
    peer_close(client);
    client = client_tls(f);
    ask(client, "app.test", 200);
    ask(client, "other.test", 421);
    assert_int_equal(count_all(f), 2);
    peer_close(client);
    fixture_stop(f);
}

/* A handshake for a name that no site has. */
static void be_refused(struct fixture *f, const char *name)
{
    struct peer *client = client_plain_to(f, PORT_HTTPS);
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    char *sni = str_dup(str_from(name)); /* the library's macro wants it without const */
    client->ssl = SSL_new(ctx);
    assert_int_equal(SSL_set_fd(client->ssl, client->fd), 1);
    assert_int_equal(SSL_set_tlsext_host_name(client->ssl, sni), 1);
    assert_int_equal(SSL_connect(client->ssl), -1);
    SSL_free(client->ssl);
    client->ssl = NULL;
    SSL_CTX_free(ctx);
    free(sni);
    peer_close(client);
}

static void a_name_that_is_refused_in_the_handshake_is_noted(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct seen_record r;
    be_refused(f, "Legacy.app.test");
    be_refused(f, "elsewhere.test");
    fixture_settle(f); /* the alert leaves before anything is noted */
    assert_true(find(f, "legacy.app.test", &r));
    assert_int_equal(r.by, SEEN_BY_SNI);
    assert_int_equal(count_all(f), 1);
    fixture_stop(f);
}

static void an_authority_of_http2_is_a_host(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct seen_record r;
    struct h2 *h2 = h2_open(f);
    int32_t stream = h2_begin(h2, true, "GET", "/fixed", ":authority", "legacy.app.test", NULL);
    h2_wait_closed(h2, stream);
    assert_int_equal(h2_stream(h2, stream)->status, 421);
    assert_true(find(f, "legacy.app.test", &r));
    assert_int_equal(r.by, SEEN_BY_HOST);
    h2_free(h2);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_below_a_sites_name_is_noted_and_no_other),
        cmocka_unit_test(a_name_in_a_client_hello_is_noted_whether_it_is_refused_or_served_by_a_wildcard),
        cmocka_unit_test(a_name_that_is_refused_in_the_handshake_is_noted),
        cmocka_unit_test(an_authority_of_http2_is_a_host),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
