/* Requests and responses from end to end: which fields a response has, whatever made it. */
#include "gateway_fixture.h"

#include <stdlib.h>

static void answer(struct peer *upstream, const char *response)
{
    free(peer_head(upstream));
    peer_send_text(upstream, response);
}

static void a_request_is_answered_by_the_upstream(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct peer *client = client_tls(f);
    send_get(client, "/hello");
    struct peer *upstream = upstream_accept(f, 0);
    answer(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    assert_str(buf_str(&r.body), STR("hello"));
    assert_field(r.head, "Strict-Transport-Security", "max-age=300");
    reply_free(&r);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

/* As many fields as the parser takes: the ones the gateway adds must have room, too. */
static void a_response_with_as_many_fields_as_allowed_gets_ours_as_well(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct peer *client = client_tls(f);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 1; i < HTTP_FIELDS_COUNT_MAX; i++)
        peer_send_text(upstream, "X-Field: value\r\n");
    peer_send_text(upstream, "\r\n");
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    assert_int_equal(head_field(r.head, "X-Field", NULL), HTTP_FIELDS_COUNT_MAX - 1);
    assert_field(r.head, "Strict-Transport-Security", "max-age=300");
    assert_int_equal(head_field(r.head, "Date", NULL), 1);
    reply_free(&r);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_answered_by_the_upstream),
        cmocka_unit_test(a_response_with_as_many_fields_as_allowed_gets_ours_as_well),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
