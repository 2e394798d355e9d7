/*
 * What a transport holds back, how long, and that it never gets lost: over a socket pair, with a clock of the test's.
 * And how often the loop hears of an end.
 */
#include "world.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/transport.h"
#include "gateway/worker.h"

#define REQUEST "GET / HTTP/1.1\r\n\r\n"

/* A client of ours (raw OpenSSL over memory), the transport that serves it, and the worker behind. */
struct scene {
    struct world_snapshot snapshot;
    struct gateway_boot boot;
    struct counters_block counters;
    struct worker worker;
    struct transport transport;
    int fd; /* the client's end */
    struct peer *client;
    enum transport_result result; /* of the last read */
    size_t size;
};

static void on_ready(struct loop_source *source, uint32_t ready)
{
    (void)source, (void)ready;
}

/* Bytes the client has to say go to the socket. */
static void client_speak(struct scene *s)
{
    char *data = NULL;
    BIO *out = SSL_get_wbio(s->client->ssl);
    long size = BIO_get_mem_data(out, &data);
    if (size)
        assert_int_equal(send(s->fd, data, (size_t)size, MSG_NOSIGNAL), size);
    (void)BIO_reset(out);
}

/* What one receive gives goes into the client; its size, 0 when there is none now, or at the end. */
static size_t client_hear(struct scene *s)
{
    char data[16384];
    ssize_t size = recv(s->fd, data, sizeof data, MSG_DONTWAIT);
    if (size <= 0)
        return 0;
    assert_int_equal(BIO_write(SSL_get_rbio(s->client->ssl), data, (int)size), size);
    return (size_t)size;
}

static void serve(struct scene *s)
{
    s->result = transport_read(&s->transport, s->worker.plain, WORKER_PLAIN_SIZE, &s->size);
}

static struct scene *scene_begin(int version, uint32_t warm_count)
{
    struct scene *s = aligned_alloc(_Alignof(struct scene), sizeof *s); /* counters lie on pages of their own */
    assert_non_null(s);
    memset(s, 0, sizeof *s);
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    s->fd = fds[1];
    s->snapshot = world_snapshot_make(1, SNAP_TLS_INTERMEDIATE, "k");
    assert_true(worker_init(&s->worker, &s->boot, 0, &s->counters, -1, NULL));
    assert_true(tls_server_use(s->worker.tls, &s->snapshot.snapshot, NULL));
    assert_true(transport_init(&s->transport, &s->worker, fds[0], false, on_ready));
    transport_start_tls(&s->transport, tls_conn_new_server(s->worker.tls));
    s->client = peer_new(&(struct peer_options){.version_max = version});
    s->worker.warm.count = warm_count;
    return s;
}

/* Up to the client's last flight, which is not sent yet. */
static void scene_shake(struct scene *s, int version)
{
    int done = SSL_do_handshake(s->client->ssl);
    while (done != 1) {
        client_speak(s);
        serve(s);
        assert_int_equal(s->result, TRANSPORT_AGAIN);
        assert_true(client_hear(s) > 0);
        done = SSL_do_handshake(s->client->ssl);
        if (version == TLS1_2_VERSION && SSL_get_state(s->client->ssl) == TLS_ST_CW_FINISHED)
            break;
    }
}

static struct scene *scene_open(int version)
{
    struct scene *s = scene_begin(version, 0);
    scene_shake(s, version);
    return s;
}

static void scene_close(struct scene *s)
{
    transport_fini(&s->transport);
    worker_fini(&s->worker);
    world_snapshot_free(&s->snapshot);
    peer_free(s->client);
    (void)close(s->fd);
    free(s);
}

static void client_ask(struct scene *s)
{
    assert_int_equal(SSL_write(s->client->ssl, REQUEST, sizeof REQUEST - 1), sizeof REQUEST - 1);
    client_speak(s);
    serve(s);
    assert_int_equal(s->result, TRANSPORT_OK);
    assert_int_equal(s->size, sizeof REQUEST - 1);
}

/* The client has this next, and nothing after it. */
static void expect_plain(struct scene *s, const char *text)
{
    char plain[100];
    int size = SSL_read(s->client->ssl, plain, sizeof plain);
    assert_int_equal(size < 0 ? 0 : size, strlen(text));
    assert_memory_equal(plain, text, strlen(text));
}

static void wait_ms(struct scene *s, int64_t ms)
{
    s->worker.now_ms += ms;
    timer_wheel_advance(&s->worker.timers, s->worker.now_ms);
}

static void a_ticket_leaves_with_the_answer(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    client_ask(s);
    assert_int_equal(client_hear(s), 0);
    assert_int_equal(transport_backlog(&s->transport), 0);
    assert_int_equal(transport_send(&s->transport, STR("answer")), TRANSPORT_OK);
    assert_true(client_hear(s) > 100);
    expect_plain(s, "answer");
    assert_int_equal(s->client->tickets_count, 1);
    wait_ms(s, 1000);
    assert_int_equal(client_hear(s), 0);
    scene_close(s);
}

static void a_ticket_waits_for_no_slow_answer(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    client_ask(s);
    wait_ms(s, TRANSPORT_HOLD_MS + 2 * TIMER_TICK_MS);
    assert_true(client_hear(s) > 0);
    expect_plain(s, "");
    assert_int_equal(s->client->tickets_count, 1);
    assert_int_equal(transport_send(&s->transport, STR("answer")), TRANSPORT_OK);
    assert_true(client_hear(s) > 0);
    expect_plain(s, "answer");
    assert_int_equal(s->client->tickets_count, 1);
    scene_close(s);
}

static void without_a_request_it_leaves_at_once(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    client_speak(s);
    serve(s);
    assert_int_equal(s->result, TRANSPORT_AGAIN);
    assert_true(client_hear(s) > 0);
    expect_plain(s, "");
    assert_int_equal(s->client->tickets_count, 1);
    scene_close(s);
}

/* A key update asks for an answer of ours, which is encrypted after the ticket. */
static void what_comes_after_it_does_not_overtake_it(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    client_ask(s);
    assert_int_equal(SSL_key_update(s->client->ssl, SSL_KEY_UPDATE_REQUESTED), 1);
    assert_int_equal(SSL_do_handshake(s->client->ssl), 1);
    client_speak(s);
    serve(s);
    assert_int_equal(s->result, TRANSPORT_AGAIN);
    assert_int_equal(transport_send(&s->transport, STR("answer")), TRANSPORT_OK);
    while (client_hear(s))
        continue;
    expect_plain(s, "answer");
    assert_int_equal(s->client->tickets_count, 1);
    scene_close(s);
}

static void it_leaves_before_the_end(void **state)
{
    (void)state;
    for (int shut = 0; shut < 2; shut++) {
        struct scene *s = scene_open(TLS1_3_VERSION);
        client_ask(s);
        if (shut)
            transport_shutdown(&s->transport);
        else
            transport_fini(&s->transport);
        assert_true(client_hear(s) > 0);
        expect_plain(s, "");
        assert_int_equal(s->client->tickets_count, 1);
        assert_int_equal(SSL_get_shutdown(s->client->ssl), SSL_RECEIVED_SHUTDOWN);
        scene_close(s);
    }
}

static void a_client_that_ends_at_once_gets_it_all_the_same(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    client_ask(s);
    assert_int_equal(SSL_shutdown(s->client->ssl), 0);
    client_speak(s);
    serve(s);
    assert_int_equal(s->result, TRANSPORT_CLOSED);
    transport_fini(&s->transport);
    assert_true(client_hear(s) > 0);
    scene_close(s);
}

static void an_aborted_connection_says_nothing_more(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    client_ask(s);
    transport_abort(&s->transport);
    wait_ms(s, 1000);
    transport_fini(&s->transport);
    assert_int_equal(client_hear(s), 0);
    scene_close(s);
}

/* There the client waits for our Finished, which comes with the ticket. */
static void nothing_is_held_in_tls_12(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_2_VERSION);
    client_speak(s);
    serve(s);
    assert_true(client_hear(s) > 0);
    assert_int_equal(SSL_do_handshake(s->client->ssl), 1);
    client_ask(s);
    assert_int_equal(transport_send(&s->transport, STR("answer")), TRANSPORT_OK);
    assert_true(client_hear(s) > 0);
    expect_plain(s, "answer");
    scene_close(s);
}

/* The library's record buffers are told from all else by their size. */
#define RECORD_SIZE 16384
static size_t record_buffers_count;

static bool is_record_buffer(void *block)
{
    return block && malloc_usable_size(block) >= RECORD_SIZE;
}

static void *count_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    void *block = malloc(size);
    record_buffers_count += is_record_buffer(block);
    return block;
}

static void count_free(void *block, const char *file, int line)
{
    (void)file, (void)line;
    record_buffers_count -= is_record_buffer(block);
    free(block);
}

static void *count_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    record_buffers_count -= is_record_buffer(block);
    void *moved = realloc(block, size);
    record_buffers_count += is_record_buffer(moved);
    return moved;
}

static void exchange(struct scene *s)
{
    client_ask(s);
    assert_int_equal(transport_send(&s->transport, STR("answer")), TRANSPORT_OK);
    assert_true(client_hear(s) > 0);
    expect_plain(s, "answer");
}

static void buffers_are_kept_while_a_connection_is_busy_and_given_back_when_it_is_idle(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    exchange(s);
    size_t warm = record_buffers_count;
    for (int i = 0; i < 10; i++) {
        wait_ms(s, WARM_MS - 1);
        exchange(s);
        assert_int_equal(record_buffers_count, warm);
    }
    wait_ms(s, 2 * WARM_MS + TIMER_TICK_MS);
    assert_int_equal(record_buffers_count, warm - 2);
    assert_int_equal(s->worker.warm.count, 0);
    assert_false(timer_is_armed(&s->worker.warm.cooling));
    exchange(s);
    assert_int_equal(record_buffers_count, warm);
    scene_close(s);
}

static void part_of_a_record_keeps_its_buffer(void **state)
{
    (void)state;
    struct scene *s = scene_open(TLS1_3_VERSION);
    exchange(s);
    assert_int_equal(SSL_write(s->client->ssl, REQUEST, sizeof REQUEST - 1), sizeof REQUEST - 1);
    char *data = NULL;
    BIO *out = SSL_get_wbio(s->client->ssl);
    long size = BIO_get_mem_data(out, &data);
    assert_int_equal(send(s->fd, data, 10, MSG_NOSIGNAL), 10);
    serve(s);
    assert_int_equal(s->result, TRANSPORT_AGAIN);
    for (int i = 0; i < 5; i++)
        wait_ms(s, 2 * WARM_MS);
    assert_int_equal(s->worker.warm.count, 1);
    assert_int_equal(send(s->fd, data + 10, (size_t)size - 10, MSG_NOSIGNAL), size - 10);
    (void)BIO_reset(out);
    serve(s);
    assert_int_equal(s->result, TRANSPORT_OK);
    assert_int_equal(s->size, sizeof REQUEST - 1);
    wait_ms(s, 2 * WARM_MS + TIMER_TICK_MS);
    assert_int_equal(s->worker.warm.count, 0);
    scene_close(s);
}

/* As if so many others were busy. */
static void beyond_the_bound_buffers_are_given_back_at_once(void **state)
{
    (void)state;
    size_t before = record_buffers_count;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct scene *s = scene_begin(version, WARM_COUNT_MAX);
        scene_shake(s, version);
        if (version == TLS1_2_VERSION) {
            client_speak(s);
            serve(s);
            assert_true(client_hear(s) > 0);
            assert_int_equal(SSL_do_handshake(s->client->ssl), 1);
        }
        exchange(s);
        exchange(s);
        assert_int_equal(record_buffers_count, before + 2); /* the client's own */
        assert_int_equal(s->worker.warm.count, WARM_COUNT_MAX);
        scene_close(s);
    }
    assert_int_equal(record_buffers_count, before);
}

static size_t ready_count;

static void on_ready_settle(struct loop_source *source, uint32_t ready)
{
    (void)ready;
    ready_count++;
    transport_settle(container_of(source, struct transport, source));
}

/* The kernel is asked to be silent about an end only when it says it again: most connections are closed by then. */
static void an_end_that_was_seen_is_told_once_more(void **state)
{
    (void)state;
    static struct counters_block counters;
    struct worker worker;
    struct gateway_boot boot = {0};
    struct transport t;
    int fds[2];
    size_t size;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_true(worker_init(&worker, &boot, 0, &counters, -1, NULL));
    assert_true(transport_init(&t, &worker, fds[0], false, on_ready_settle));
    assert_int_equal(shutdown(fds[1], SHUT_WR), 0);
    assert_int_equal(transport_read(&t, worker.plain, WORKER_PLAIN_SIZE, &size), TRANSPORT_CLOSED);
    ready_count = 0;
    for (int i = 0; i < 10; i++)
        loop_turn(worker.loop, 0);
    assert_int_equal(ready_count, 1);
    assert_int_equal(transport_send(&t, STR("still heard")), TRANSPORT_OK);
    transport_fini(&t);
    worker_fini(&worker);
    (void)close(fds[1]);
}

int main(void)
{
    if (CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free) != 1)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_leaves_with_the_answer),
        cmocka_unit_test(a_ticket_waits_for_no_slow_answer),
        cmocka_unit_test(without_a_request_it_leaves_at_once),
        cmocka_unit_test(what_comes_after_it_does_not_overtake_it),
        cmocka_unit_test(it_leaves_before_the_end),
        cmocka_unit_test(a_client_that_ends_at_once_gets_it_all_the_same),
        cmocka_unit_test(an_aborted_connection_says_nothing_more),
        cmocka_unit_test(nothing_is_held_in_tls_12),
        cmocka_unit_test(buffers_are_kept_while_a_connection_is_busy_and_given_back_when_it_is_idle),
        cmocka_unit_test(part_of_a_record_keeps_its_buffer),
        cmocka_unit_test(beyond_the_bound_buffers_are_given_back_at_once),
        cmocka_unit_test(an_end_that_was_seen_is_told_once_more),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
