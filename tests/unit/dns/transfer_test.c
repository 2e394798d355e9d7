/* Zone transfers over TCP: what happens to connections. The messages themselves: transfer_reader_test.c. */
#include "server.h"
#include "stream.h"

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "dns/transfer.h"

static bool note(void *context, const struct dns_transfer_record *record, struct err *err)
{
    struct buf *out = context;
    (void)err;
    return buf_printf(out, "%.*s %.*s %.*s\n", STR_ARG(record->owner), STR_ARG(record->type), STR_ARG(record->target));
}

/* How the server of the test behaves. */
struct manner {
    size_t cut_size; /* it ends the connection after so many bytes */
    bool is_signed;  /* by the key of stream.h */
};

static void put_framed(struct buf *out, const struct buf *message)
{
    dns_put_u16(out, (unsigned)message->size);
    assert_true(buf_put_str(out, buf_str(message)));
}

/* The server's side of the request that came, with its code. */
static void stream_of(struct stream *s, struct str request, bool is_signed)
{
    *s = (struct stream){.key = stream_key(MAC_SHA256)};
    buf_init(&s->since, 1 << 20);
    buf_init(&s->question, ANSWER_SIZE_MAX);
    assert_true(buf_put_str(&s->question, request));
    if (is_signed) /* the code stands before the original id, the error and the other size */
        memcpy(s->code, request.data + request.size - 6 - mac_size(MAC_SHA256), mac_size(MAC_SHA256));
}

static struct buf give_zone(struct server *server, struct str request, bool tcp)
{
    const struct manner *manner = server->context;
    struct stream s;
    struct buf out;
    assert_true(tcp);
    buf_init(&out, 1 << 20);
    stream_of(&s, request, manner->is_signed);
    for (int i = 0; i < 3; i++) {
        struct buf message = stream_message(&s, i == 0);
        if (i != 1)
            answer_add_soa(&message, DNS_ANSWER, "example.org");
        if (i < 2)
            answer_add(&message, DNS_ANSWER, i ? "b.example.org" : "a.example.org", DNS_A, STR("\300\0\2\1"));
        if (manner->is_signed && i != 1)
            stream_sign(&s, &message, (int64_t)time(NULL));
        else
            stream_leave(&s, &message);
        put_framed(&out, &message);
        buf_fini(&message);
    }
    stream_end(&s);
    if (manner->cut_size < out.size)
        out.size = manner->cut_size;
    return out;
}

/* One transfer from that server; what was noted in *out. */
static bool transfer_from(struct manner manner, struct buf *out, struct dns_transferred *ret, struct err *err)
{
    struct server server;
    struct tsig_key key = stream_key(MAC_SHA256);
    struct deadline deadline;
    const struct dns_transfer_to to = {.on_record = note, .context = out};
    struct dns_transfer transfer = {.key = manner.is_signed ? &key : NULL};
    server_start(&server, give_zone, &manner);
    server.is_framed = true;
    transfer.server = server.address;
    assert_true(dns_name_from(STR("example.org"), &transfer.zone));
    deadline_start(&deadline, 60000, NULL);
    bool ok = dns_transfer(&transfer, &deadline, (int64_t)time(NULL), &to, ret, err);
    server_stop(&server);
    return ok;
}

static void a_zone_is_transferred(void **state)
{
    (void)state;
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        struct buf out;
        struct err err = {0};
        struct dns_transferred transferred;
        buf_init(&out, 1 << 16);
        if (!transfer_from((struct manner){.cut_size = SIZE_MAX, .is_signed = is_signed}, &out, &transferred, &err))
            fail_msg("%s", err.text);
        assert_str(buf_str(&out), STR("a.example.org A 192.0.2.1\nb.example.org A 192.0.2.1\n"));
        assert_int_equal(transferred.serial, 1);
        assert_int_equal(transferred.records_count, 2);
        buf_fini(&out);
    }
}

static void a_connection_that_ends_anywhere_is_told(void **state)
{
    (void)state;
    struct buf out;
    struct err err = {0};
    struct dns_transferred transferred;
    buf_init(&out, 1 << 16);
    assert_true(transfer_from((struct manner){.cut_size = SIZE_MAX}, &out, &transferred, &err));
    size_t whole_size = (size_t)transferred.size + 3 * 2;
    for (size_t size = 1; size < whole_size; size += 7) {
        assert_false(transfer_from((struct manner){.cut_size = size}, &out, &transferred, &err));
        if (!strstr(err.text, "stops in the middle of the zone") && !strstr(err.text, "does not answer the question"))
            fail_msg("%s", err.text);
    }
    buf_fini(&out);
}

static void a_server_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct server server;
    struct manner manner = {.cut_size = SIZE_MAX};
    struct deadline deadline;
    struct err err = {0};
    struct dns_transferred transferred;
    const struct dns_transfer_to to = {.on_record = note};
    struct dns_transfer transfer = {0};
    server_start(&server, give_zone, &manner);
    server_leave(&server);
    transfer.server = server.address;
    assert_true(dns_name_from(STR("example.org"), &transfer.zone));
    deadline_start(&deadline, 60000, NULL);
    assert_false(dns_transfer(&transfer, &deadline, 0, &to, &transferred, &err));
    assert_non_null(strstr(err.text, "refuses the connection: no DNS server listens there"));
    assert_non_null(strstr(err.text, "127.0.0.1 port "));
    server_forget(&server);
}

/* It takes the connection and says nothing: the time runs out, or somebody calls it off. */
static void a_silent_server_is_not_waited_for(void **state)
{
    (void)state;
    union os_address address;
    struct err err = {0};
    struct dns_transferred transferred;
    const struct dns_transfer_to to = {.on_record = note};
    int fd = -1;
    socklen_t size = sizeof address;
    assert_true(os_address_parse(STR("127.0.0.1"), 0, &address) && os_listen_tcp(&address, &fd, &err));
    assert_int_equal(getsockname(fd, &address.any, &size), 0);
    struct dns_transfer transfer = {.server = address};
    assert_true(dns_name_from(STR("example.org"), &transfer.zone));
    for (int is_called_off = 0; is_called_off < 2; is_called_off++) {
        const atomic_bool cancel = is_called_off;
        struct deadline deadline;
        deadline_start(&deadline, is_called_off ? 600000 : 50, &cancel);
        assert_false(dns_transfer(&transfer, &deadline, 0, &to, &transferred, &err));
        assert_non_null(strstr(err.text, is_called_off ? "called off" : "time for it ran out"));
    }
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_is_transferred),
        cmocka_unit_test(a_connection_that_ends_anywhere_is_told),
        cmocka_unit_test(a_server_that_is_not_there_is_told),
        cmocka_unit_test(a_silent_server_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, server_network, NULL);
}
