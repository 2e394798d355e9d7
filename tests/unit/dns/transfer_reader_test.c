/* The messages of a zone transfer (RFC 5936): what is taken, what ends it, and that nothing of it is believed too
 * early. */
#include "stream.h"

#include <stdio.h>

#include "dns/transfer_reader.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool note(void *context, const struct dns_transfer_record *record, struct err *err)
{
    struct buf *out = context;
    (void)err;
    return buf_printf(out, "%.*s %.*s %.*s\n", STR_ARG(record->owner), STR_ARG(record->type), STR_ARG(record->target));
}

static bool stop(void *context, const struct dns_transfer_record *record, struct err *err)
{
    (void)context;
    (void)record;
    return err_set(err, ERR_CONFLICT, "enough");
}

/* One transfer under test. */
struct taking {
    struct stream stream;
    struct buf noted;
    struct dns_transfer_to to;
    struct dns_words words;
    struct dns_name zone;
    struct transfer_reader reader;
    struct err err;
};

static void taking_begin(struct taking *t, bool is_signed)
{
    union os_address server;
    *t = (struct taking){0};
    stream_begin(&t->stream, MAC_SHA256, 7);
    buf_init(&t->noted, 1 << 20);
    t->to = (struct dns_transfer_to){.on_record = note, .context = &t->noted};
    assert_true(dns_name_from(STR("example.org"), &t->zone) && os_address_parse(STR("192.0.2.53"), 53, &server));
    dns_words_fill(&t->words, &server, is_signed ? &t->stream.key : NULL, &t->zone, &t->zone);
    transfer_reader_init(&t->reader, &t->zone, 7, &t->stream.key, is_signed ? &t->stream.request : NULL, &t->words,
                         &t->to);
}

static void taking_end(struct taking *t)
{
    transfer_reader_fini(&t->reader);
    stream_end(&t->stream);
    buf_fini(&t->noted);
}

static bool take(struct taking *t, const struct buf *message)
{
    return transfer_reader_take(&t->reader, buf_str(message), STREAM_NOW_S, &t->err);
}

static void add_soa(struct buf *message, unsigned char serial)
{
    char rdata[] = "\3ns1\0\5admin\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5";
    rdata[5 + 7 + 3] = (char)serial;
    answer_add(message, DNS_ANSWER, "example.org", DNS_SOA, str_make(rdata, sizeof rdata - 1));
}

/* A zone in three messages, of which the second one is not signed. */
static void make_zone(struct taking *t, struct buf messages[3], bool is_signed)
{
    for (size_t i = 0; i < 3; i++)
        messages[i] = stream_message(&t->stream, i == 0);
    add_soa(&messages[0], 1);
    answer_add_name(&messages[0], DNS_ANSWER, "example.org", DNS_NS, "ns1.example.org");
    answer_add(&messages[0], DNS_ANSWER, "ns1.example.org", DNS_A, STR("\300\0\2\65"));
    answer_add(&messages[0], DNS_ANSWER, "ns1.example.org", DNS_AAAA,
               str_make("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\65", 16));
    answer_add_text(&messages[0], "_dmarc.example.org", "v=DMARC1");
    answer_add_name(&messages[1], DNS_ANSWER, "click.example.org", DNS_CNAME, "u1.wl.sendgrid.net");
    answer_add_name(&messages[1], DNS_ANSWER, "old.example.org", DNS_DNAME, "new.example.org");
    answer_add_name(&messages[1], DNS_ANSWER, "*.dev.example.org", DNS_CNAME, "example.org");
    answer_add(&messages[2], DNS_ANSWER, "svc.example.org", DNS_HTTPS, str_make("\0\1\0\0\1\0\3\2h2", 10));
    answer_add(&messages[2], DNS_ANSWER, "s2.example.org", DNS_SVCB, str_make("\0\0\1a\7example\3org\0", 17));
    add_soa(&messages[2], 1);
    if (!is_signed)
        return;
    stream_sign(&t->stream, &messages[0], STREAM_NOW_S);
    stream_leave(&t->stream, &messages[1]);
    stream_sign(&t->stream, &messages[2], STREAM_NOW_S);
}

static void end_zone(struct buf messages[3])
{
    for (size_t i = 0; i < 3; i++)
        buf_fini(&messages[i]);
}

static void a_zone_comes_in_messages(void **state)
{
    (void)state;
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        struct taking t;
        struct buf messages[3];
        taking_begin(&t, is_signed);
        make_zone(&t, messages, is_signed);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(t.reader.state, i == 0 ? DNS_TRANSFER_BEGINS : DNS_TRANSFER_GOES_ON);
            if (!take(&t, &messages[i]))
                fail_msg("%s", t.err.text);
        }
        assert_int_equal(t.reader.state, DNS_TRANSFER_IS_DONE);
        assert_int_equal(t.reader.serial, 1);
        assert_int_equal(t.reader.records_count, 9);
        assert_str(buf_str(&t.noted), STR("example.org NS ns1.example.org\n"
                                          "ns1.example.org A 192.0.2.53\n"
                                          "ns1.example.org AAAA 2001:db8::35\n"
                                          "click.example.org CNAME u1.wl.sendgrid.net\n"
                                          "old.example.org DNAME new.example.org\n"
                                          "*.dev.example.org CNAME example.org\n"
                                          "svc.example.org HTTPS \n"
                                          "s2.example.org SVCB a.example.org\n"));
        end_zone(messages);
        taking_end(&t);
    }
}

static void a_message_may_have_thousands_of_records(void **state)
{
    (void)state;
    struct taking t;
    struct buf message;
    taking_begin(&t, false);
    struct buf head = stream_message(&t.stream, true);
    buf_init(&message, DNS_MESSAGE_SIZE_MAX);
    assert_true(buf_put_str(&message, buf_str(&head)));
    add_soa(&message, 1);
    for (unsigned i = 0; i < 2000; i++)
        answer_add(&message, DNS_ANSWER, "a.example.org", DNS_A, STR("\300\0\2\1"));
    add_soa(&message, 1);
    assert_true(take(&t, &message));
    assert_int_equal(t.reader.records_count, 2000);
    assert_int_equal(t.reader.state, DNS_TRANSFER_IS_DONE);
    buf_fini(&head);
    buf_fini(&message);
    taking_end(&t);
}

/* However a message is cut off, it ends the transfer; the messages before it were taken. */
static void a_message_that_is_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    for (int is_signed = 0; is_signed < 2; is_signed++)
        for (size_t cut = 0; cut < 3; cut++) {
            size_t whole_size = SIZE_MAX;
            for (size_t size = 0; size < whole_size; size++) {
                struct taking t;
                struct buf messages[3];
                taking_begin(&t, is_signed);
                make_zone(&t, messages, is_signed);
                whole_size = messages[cut].size;
                for (size_t i = 0; i < cut; i++)
                    assert_true(take(&t, &messages[i]));
                char *copy = test_malloc(size + 1);
                memcpy(copy, messages[cut].data, size);
                assert_false(transfer_reader_take(&t.reader, str_make(copy, size), STREAM_NOW_S, &t.err));
                assert_non_null(strstr(t.err.text, "192.0.2.53"));
                test_free(copy);
                end_zone(messages);
                taking_end(&t);
            }
        }
}

/* What one message of an unsigned transfer may not be: the change is made to the first, or to the last. */
static void set_flags(struct buf *m, unsigned flags)
{
    m->data[2] = (char)(flags >> 8);
    m->data[3] = (char)flags;
}

static void another_id(struct buf *m)
{
    m->data[1] ^= 1;
}

static void a_question(struct buf *m)
{
    set_flags(m, 0);
}

static void another_operation(struct buf *m)
{
    set_flags(m, 0x8400 | DNS_OPCODE_UPDATE << 11);
}

static void cut_off(struct buf *m)
{
    answer_truncate(m);
}

static void another_question(struct buf *m)
{
    m->data[DNS_HEADER_SIZE + 1] = 'x';
}

static void another_type(struct buf *m)
{
    m->data[DNS_HEADER_SIZE + 13 + 1] = DNS_SOA;
}

static void no_question(struct buf *m)
{
    memmove(m->data + DNS_HEADER_SIZE, m->data + DNS_HEADER_SIZE + 17, m->size - DNS_HEADER_SIZE - 17);
    m->size -= 17;
    m->data[5] = 0;
}

static void nothing(struct buf *m)
{
    m->size = DNS_HEADER_SIZE + 17;
    m->data[7] = 0;
}

static void no_soa(struct buf *m)
{
    m->size = DNS_HEADER_SIZE + 17;
    m->data[7] = 0;
    answer_add(m, DNS_ANSWER, "a.example.org", DNS_A, STR("\300\0\2\1"));
}

static void soa_of_another(struct buf *m)
{
    m->size = DNS_HEADER_SIZE + 17;
    m->data[7] = 0;
    answer_add_soa(m, DNS_ANSWER, "example.net");
}

static void short_soa(struct buf *m)
{
    m->size = DNS_HEADER_SIZE + 17;
    m->data[7] = 0;
    answer_add(m, DNS_ANSWER, "example.org", DNS_SOA, STR("\0\0"));
}

static void another_serial(struct buf *m)
{
    m->data[m->size - 17] ^= 1;
}

static void more(struct buf *m)
{
    answer_add(m, DNS_ANSWER, "a.example.org", DNS_A, STR("\300\0\2\1"));
}

static void short_address(struct buf *m)
{
    answer_add(m, DNS_ANSWER, "a.example.org", DNS_A, STR("\300\0\2"));
}

static void short_address6(struct buf *m)
{
    answer_add(m, DNS_ANSWER, "a.example.org", DNS_AAAA, STR("\300\0\2\1"));
}

static void long_name(struct buf *m)
{
    answer_add(m, DNS_ANSWER, "a.example.org", DNS_CNAME, str_make("\1a\0\0", 4));
}

static void no_service(struct buf *m)
{
    answer_add(m, DNS_ANSWER, "a.example.org", DNS_HTTPS, STR("\0"));
}

static void what_does_not_belong_ends_it(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct buf *message);
        size_t index;
        const char *words;
    } cases[] = {
        {another_id, 0, "sends an answer to something else"},
        {another_id, 2, "sends an answer to something else"},
        {a_question, 0, "sends an answer to something else"},
        {another_operation, 1, "sends an answer to something else"},
        {cut_off, 1, "sends an answer to something else"},
        {another_question, 0, "sends an answer to something else"},
        {another_type, 0, "sends an answer to something else"},
        {no_question, 0, "sends an answer to something else"},
        {nothing, 0, "does not begin with the zone's SOA record"},
        {no_soa, 0, "does not begin with the zone's SOA record"},
        {soa_of_another, 0, "does not begin with the zone's SOA record"},
        {short_soa, 0, "not as its type has them"},
        {another_serial, 2, "has changed the zone while it sent it"},
        {more, 2, "sends more behind the end of the zone"},
        {short_address, 0, "not as its type has them"},
        {short_address6, 0, "not as its type has them"},
        {long_name, 1, "not as its type has them"},
        {no_service, 1, "not as its type has them"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct taking t;
        struct buf messages[3];
        taking_begin(&t, false);
        make_zone(&t, messages, false);
        cases[i].change(&messages[cases[i].index]);
        for (size_t k = 0; k < cases[i].index; k++)
            assert_true(take(&t, &messages[k]));
        if (take(&t, &messages[cases[i].index]) || !strstr(t.err.text, cases[i].words))
            fail_msg("case %zu: %s", i, t.err.text);
        end_zone(messages);
        taking_end(&t);
    }
}

static void every_refusal_is_told_in_words(void **state)
{
    (void)state;
    static const struct {
        unsigned rcode;
        bool is_signed;
        const char *words, *fix;
    } cases[] = {
        {DNS_REFUSED, false, "does not let this machine have the zone example.org without a key (REFUSED)",
         "allow-transfer"},
        {DNS_REFUSED, true, "does not let the key transfer have the zone example.org (REFUSED)", "allow-transfer"},
        {DNS_NOTAUTH, false, "does not serve the zone example.org, or does not let anybody", "a key that may transfer"},
        {DNS_NOTAUTH, true, "or does not let the key transfer have it (NOTAUTH)", "a key that may transfer"},
        {DNS_SERVFAIL, false, "cannot give the zone example.org now (SERVFAIL)", "look into its log"},
        {DNS_NOTIMP, false, "does not transfer zones (NOTIMP)", "export the zone"},
        {DNS_FORMERR, false, "does not transfer zones (FORMERR)", "export the zone"},
        {DNS_NXDOMAIN, false, "answers the question for the zone example.org with NXDOMAIN", ""},
        {15, false, "with code 15", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct taking t;
        taking_begin(&t, cases[i].is_signed);
        struct buf message = stream_message(&t.stream, true);
        set_flags(&message, 0x8000 | cases[i].rcode);
        assert_false(take(&t, &message));
        if (!strstr(t.err.text, cases[i].words) || !strstr(t.err.fix, cases[i].fix))
            fail_msg("case %zu: %s (%s)", i, t.err.text, t.err.fix);
        buf_fini(&message);
        taking_end(&t);
    }
}

static void a_wrong_key_is_told_as_what_it_is(void **state)
{
    (void)state;
    static const struct {
        unsigned char error;
        const char *words;
    } cases[] = {{16, "another secret"}, {17, "knows no key transfer"}, {18, "clock"}, {22, "longer signature"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char rdata[] = "\13hmac-sha256\0\0\0\0\0\0\0\1\54\0\0\0\7\0\0\0\0";
        struct taking t;
        taking_begin(&t, true);
        struct buf message = stream_message(&t.stream, true);
        set_flags(&message, 0x8000 | DNS_NOTAUTH);
        size_t at = message.size;
        rdata[13 + 13] = (char)cases[i].error;
        answer_add(&message, DNS_ADDITIONAL, "transfer", DNS_TSIG, str_make(rdata, sizeof rdata - 1));
        memcpy(message.data + at + t.stream.key.name.size + 2, "\0\377\0\0\0\0", 6);
        assert_false(take(&t, &message));
        if (!strstr(t.err.text, cases[i].words))
            fail_msg("case %zu: %s", i, t.err.text);
        buf_fini(&message);
        taking_end(&t);
    }
}

static void what_is_not_signed_throughout_is_not_believed(void **state)
{
    (void)state;
    /* not at all; not the last; the last, but over something else */
    for (int way = 0; way < 3; way++) {
        struct taking t;
        struct buf messages[3];
        bool ok = true;
        taking_begin(&t, true);
        make_zone(&t, messages, false);
        if (way > 0)
            stream_sign(&t.stream, &messages[0], STREAM_NOW_S);
        if (way > 1)
            stream_sign(&t.stream, &messages[2], STREAM_NOW_S); /* leaves out the second */
        size_t taken = 0;
        while (ok && taken < 3)
            ok = take(&t, &messages[taken++]);
        assert_false(ok);
        assert_int_equal(taken, way == 0 ? 1 : 3);
        assert_non_null(strstr(t.err.text, "not believed"));
        end_zone(messages);
        taking_end(&t);
    }
}

static void whoever_takes_records_may_end_it(void **state)
{
    (void)state;
    struct taking t;
    struct buf messages[3];
    taking_begin(&t, false);
    make_zone(&t, messages, false);
    t.to.on_record = stop;
    assert_false(take(&t, &messages[0]));
    assert_int_equal(t.err.code, ERR_CONFLICT);
    end_zone(messages);
    taking_end(&t);
}

/* A server that never comes to the end. */
static void records_and_bytes_are_bounded(void **state)
{
    (void)state;
    struct taking t;
    struct buf messages[3];
    taking_begin(&t, false);
    make_zone(&t, messages, false);
    assert_true(take(&t, &messages[0]));
    t.reader.records_count = DNS_TRANSFER_RECORDS_COUNT_MAX - 1;
    assert_false(take(&t, &messages[1]));
    assert_non_null(strstr(t.err.text, "more than 1000000 records"));
    taking_end(&t);
    end_zone(messages);
    taking_begin(&t, false);
    make_zone(&t, messages, false);
    assert_true(take(&t, &messages[0]));
    struct buf empty = stream_message(&t.stream, false);
    while (t.reader.size + empty.size <= DNS_TRANSFER_SIZE_MAX) {
        assert_true(take(&t, &empty));
        t.reader.size += DNS_MESSAGE_SIZE_MAX;
    }
    assert_false(take(&t, &empty));
    assert_non_null(strstr(t.err.text, "bytes"));
    buf_fini(&empty);
    end_zone(messages);
    taking_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_comes_in_messages),
        cmocka_unit_test(a_message_may_have_thousands_of_records),
        cmocka_unit_test(a_message_that_is_cut_off_anywhere_is_refused),
        cmocka_unit_test(what_does_not_belong_ends_it),
        cmocka_unit_test(every_refusal_is_told_in_words),
        cmocka_unit_test(a_wrong_key_is_told_as_what_it_is),
        cmocka_unit_test(what_is_not_signed_throughout_is_not_believed),
        cmocka_unit_test(whoever_takes_records_may_end_it),
        cmocka_unit_test(records_and_bytes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
