/* Messages taken apart: whole ones, cut at every byte, changed at every byte. */
#include "answers.h"

#include <stdlib.h>

static struct buf query_of(const char *name, enum dns_type type)
{
    struct dns_name asked;
    struct buf query;
    assert_true(dns_name_from(str_from(name), &asked));
    buf_init(&query, ANSWER_SIZE_MAX);
    dns_write_query(0x1234, &asked, type, DNS_RECURSIVE | DNS_EDNS, &query);
    return query;
}

static struct buf sample(void)
{
    struct buf query = query_of("www.example.org", DNS_TXT);
    struct buf answer = answer_to(buf_str(&query), DNS_NOERROR);
    buf_fini(&query);
    answer_add_name(&answer, DNS_ANSWER, "www.example.org", DNS_CNAME, "web.example.org");
    answer_add_text(&answer, "web.example.org", "hello");
    answer_add_soa(&answer, DNS_AUTHORITY, "example.org");
    answer_add(&answer, DNS_ADDITIONAL, "ns1.example.org", DNS_A, STR("\300\0\2\1"));
    return answer;
}

static void a_query_asks_one_thing(void **state)
{
    (void)state;
    struct buf query = query_of("example.org", DNS_CAA);
    struct dns_message message;
    assert_true(dns_message_open(buf_str(&query), &message));
    assert_int_equal(message.id, 0x1234);
    assert_false(message.response);
    assert_int_equal(message.opcode, DNS_OPCODE_QUERY);
    assert_int_equal(message.question_type, DNS_CAA);
    struct dns_cursor cursor = {0};
    struct dns_record record;
    assert_true(dns_message_next(&message, &cursor, &record));
    assert_int_equal(record.type, DNS_OPT);
    assert_int_equal(record.class, DNS_UDP_SIZE_MAX);
    assert_false(dns_message_next(&message, &cursor, &record));
    buf_fini(&query);
}

static void an_answer_is_walked_in_its_order(void **state)
{
    (void)state;
    struct buf answer = sample(), text;
    struct dns_message message;
    struct dns_cursor cursor = {0};
    struct dns_record record;
    struct dns_name name;
    char room[DNS_NAME_TEXT_SIZE];
    assert_true(dns_message_open(buf_str(&answer), &message));
    assert_true(message.response && message.authoritative && !message.truncated);
    assert_true(dns_message_next(&message, &cursor, &record));
    assert_int_equal(record.section, DNS_ANSWER);
    assert_true(dns_record_name(&message, &record, &name));
    assert_str(dns_name_text(&name, room), STR("web.example.org"));
    assert_true(dns_message_next(&message, &cursor, &record));
    buf_init(&text, 512);
    assert_true(dns_record_text(&record, &text));
    assert_str(buf_str(&text), STR("hello"));
    assert_true(dns_message_next(&message, &cursor, &record));
    assert_int_equal(record.section, DNS_AUTHORITY);
    assert_true(dns_record_name(&message, &record, &name));
    assert_str(dns_name_text(&name, room), STR("ns1"));
    assert_true(dns_message_next(&message, &cursor, &record));
    assert_int_equal(record.section, DNS_ADDITIONAL);
    assert_int_equal(record.ttl_s, 60);
    assert_false(dns_message_next(&message, &cursor, &record));
    buf_fini(&text);
    buf_fini(&answer);
}

/* Everything that can be asked of an opened message; ASan is the judge. */
static void walk(const struct dns_message *message)
{
    struct dns_cursor cursor = {0};
    struct dns_record record;
    struct dns_name name;
    struct buf text;
    buf_init(&text, DNS_MESSAGE_SIZE_MAX);
    while (dns_message_next(message, &cursor, &record)) {
        (void)!dns_record_name(message, &record, &name);
        (void)!dns_record_text(&record, &text);
    }
    buf_fini(&text);
}

static bool open_exact(struct str bytes)
{
    struct dns_message message;
    char *exact = malloc(bytes.size ? bytes.size : 1);
    assert_non_null(exact);
    if (bytes.size)
        memcpy(exact, bytes.data, bytes.size);
    bool opened = dns_message_open(str_make(exact, bytes.size), &message);
    if (opened)
        walk(&message);
    free(exact);
    return opened;
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    struct buf answer = sample();
    for (size_t cut = 0; cut < answer.size; cut++)
        assert_false(open_exact(str_part(buf_str(&answer), 0, cut)));
    assert_true(open_exact(buf_str(&answer)));
    assert_true(buf_put_char(&answer, 0));
    assert_false(open_exact(buf_str(&answer)));
    buf_fini(&answer);
}

static void a_changed_byte_is_refused_or_harmless(void **state)
{
    (void)state;
    struct buf answer = sample();
    for (size_t i = 0; i < answer.size; i++) {
        char right = answer.data[i];
        for (int value = 0; value < 256; value++) {
            answer.data[i] = (char)value;
            (void)open_exact(buf_str(&answer));
        }
        answer.data[i] = right;
    }
    buf_fini(&answer);
}

static void an_update_is_of_one_record(void **state)
{
    (void)state;
    struct dns_name zone;
    struct dns_change change = {.value = STR("token"), .ttl_s = 60};
    assert_true(dns_name_from(STR("example.org"), &zone));
    assert_true(dns_name_from(STR("_acme-challenge.example.org"), &change.name));
    for (int removes = 0; removes < 2; removes++) {
        struct buf update;
        struct dns_message message;
        struct dns_cursor cursor = {0};
        struct dns_record record;
        change.remove = removes;
        buf_init(&update, ANSWER_SIZE_MAX);
        dns_write_update(7, &zone, &change, &update);
        assert_true(dns_message_open(buf_str(&update), &message));
        assert_int_equal(message.opcode, DNS_OPCODE_UPDATE);
        assert_int_equal(message.question_type, DNS_SOA);
        assert_true(dns_name_equal(&message.question, &zone));
        assert_true(dns_message_next(&message, &cursor, &record));
        assert_int_equal(record.section, DNS_AUTHORITY);
        assert_int_equal(record.class, removes ? DNS_CLASS_NONE : DNS_IN);
        assert_int_equal(record.ttl_s, removes ? 0 : 60);
        assert_str(record.rdata, STR("\5token"));
        buf_fini(&update);
    }
}

static void a_text_of_several_strings_is_joined(void **state)
{
    (void)state;
    struct buf text;
    struct dns_record record = {.rdata = STR("\2ab\0\3cde")};
    buf_init(&text, 64);
    assert_true(dns_record_text(&record, &text));
    assert_str(buf_str(&text), STR("abcde"));
    record.rdata = STR("\4abc");
    assert_false(dns_record_text(&record, &text));
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_asks_one_thing),      cmocka_unit_test(an_answer_is_walked_in_its_order),
        cmocka_unit_test(every_truncation_is_refused), cmocka_unit_test(a_changed_byte_is_refused_or_harmless),
        cmocka_unit_test(an_update_is_of_one_record),  cmocka_unit_test(a_text_of_several_strings_is_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
