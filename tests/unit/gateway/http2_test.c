/* HTTP/2 clients: what nghttp2 leaves to us. */
#include "h2_client.h"

#include <stdlib.h>

#define UPGRADE ":protocol", "websocket", "sec-websocket-version", "13"

/* The end of the content may overtake the upstream's connect; the head still comes first. */
static void an_empty_body_that_ends_while_connecting_follows_the_head(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    int32_t id = h2_begin(h, false, "POST", "/", NULL);
    h2_content(h, id, STR(""), true);
    struct peer *upstream = upstream_accept(f, 0);
    char *head = peer_head(upstream);
    assert_memory_equal(head, "POST / HTTP/1.1\r\n", 17);
    if (head_field(head, "Transfer-Encoding", NULL))
        peer_expect(upstream, "0\r\n\r\n");
    free(head);
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    h2_wait_closed(h, id);
    assert_int_equal(h2_stream(h, id)->status, 200);
    assert_int_equal(h2_stream(h, id)->error, NGHTTP2_NO_ERROR);
    wait_for(&fixture_upstream(f, 0)->idle, 1);
    peer_close(upstream);
    h2_free(h);
    fixture_stop(f);
}

/* An application that refuses the upgrade would read it as the next request. */
static void what_a_websocket_client_sends_early_is_no_request(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    int32_t id = h2_begin(h, false, "CONNECT", "/chat", UPGRADE, NULL);
    h2_content(h, id, STR("GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n"), true);
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    h2_settle(h);
    assert_true(peer_is_quiet(upstream));
    peer_send_text(upstream, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    h2_wait_closed(h, id);
    assert_int_equal(h2_stream(h, id)->status, 403);
    id = h2_get(h, "/next");
    char *head = peer_head(upstream);
    assert_memory_equal(head, "GET /next HTTP/1.1\r\n", 20);
    free(head);
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
    h2_wait_closed(h, id);
    assert_str(buf_str(&h2_stream(h, id)->body), STR("next"));
    peer_close(upstream);
    h2_free(h);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_body_that_ends_while_connecting_follows_the_head),
        cmocka_unit_test(what_a_websocket_client_sends_early_is_no_request),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
