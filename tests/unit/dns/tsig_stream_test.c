/* Signatures over many messages: nothing can be left out, added, changed or put elsewhere. */
#include "stream.h"

#include <stdio.h>

#include "dns/tsig_stream.h"

#define MESSAGES_COUNT 7
/* Of the record: name, fixed fields, algorithm, fields, code. */
#define SIGNATURE_SIZE (10 + 10 + 13 + 16 + 32)

/* Takes all, each after `change` has had its way with it; the first result that is not good, or TSIG_GOOD. */
static enum tsig_result take(struct stream *s, const struct buf *messages, size_t count, bool *ret_whole)
{
    struct tsig_stream stream;
    enum tsig_result result = TSIG_GOOD;
    int64_t server_s = 0;
    tsig_stream_init(&stream, &s->key, &s->request);
    for (size_t i = 0; i < count && result == TSIG_GOOD; i++) {
        struct dns_message message;
        assert_true(dns_message_open_full(buf_str(&messages[i]), &message));
        assert_true(tsig_stream_take(&stream, &message, STREAM_NOW_S, &result, &server_s, NULL));
    }
    *ret_whole = tsig_stream_is_whole(&stream);
    tsig_stream_fini(&stream);
    return result;
}

/* Messages of which those in `signed_bits` are signed. */
static void make(struct stream *s, struct buf messages[MESSAGES_COUNT], unsigned signed_bits)
{
    for (size_t i = 0; i < MESSAGES_COUNT; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "message %zu", i);
        messages[i] = stream_message(s, i == 0);
        answer_add_text(&messages[i], "a.example.org", text);
        if (signed_bits >> i & 1)
            stream_sign(s, &messages[i], STREAM_NOW_S);
        else
            stream_leave(s, &messages[i]);
    }
}

static void end(struct buf messages[MESSAGES_COUNT])
{
    for (size_t i = 0; i < MESSAGES_COUNT; i++)
        buf_fini(&messages[i]);
}

static void the_first_and_the_last_must_be_signed(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 1u << MESSAGES_COUNT; bits++)
        for (int algorithm = MAC_SHA256; algorithm <= MAC_SHA512; algorithm++) {
            struct stream s;
            struct buf messages[MESSAGES_COUNT];
            bool is_whole;
            stream_begin(&s, (enum mac_algorithm)algorithm, 7);
            make(&s, messages, bits | 1);
            assert_int_equal(take(&s, messages, MESSAGES_COUNT, &is_whole), TSIG_GOOD);
            assert_int_equal(is_whole, bits >> (MESSAGES_COUNT - 1) & 1);
            end(messages);
            stream_end(&s);
        }
    struct stream s;
    struct buf messages[MESSAGES_COUNT];
    bool is_whole;
    stream_begin(&s, MAC_SHA256, 7);
    make(&s, messages, 0);
    assert_int_equal(take(&s, messages, 1, &is_whole), TSIG_UNSIGNED);
    assert_false(is_whole);
    assert_int_equal(take(&s, messages, 0, &is_whole), TSIG_GOOD);
    assert_false(is_whole);
    end(messages);
    stream_end(&s);
}

/* A stream in which every bit of every message was turned, one after the other, is never taken for whole. */
static void no_bit_can_be_changed(void **state)
{
    (void)state;
    struct stream s;
    struct buf messages[MESSAGES_COUNT];
    stream_begin(&s, MAC_SHA256, 7);
    make(&s, messages, 0x49); /* 0, 3, 6 */
    for (size_t i = 0; i < MESSAGES_COUNT; i++)
        for (size_t bit = 0; bit < 8 * messages[i].size; bit++) {
            struct tsig_stream stream;
            enum tsig_result result = TSIG_GOOD;
            int64_t server_s = 0;
            bool is_read = true;
            tsig_stream_init(&stream, &s.key, &s.request);
            messages[i].data[bit / 8] ^= (char)(1 << bit % 8);
            for (size_t k = 0; k < MESSAGES_COUNT && is_read && result == TSIG_GOOD; k++) {
                struct dns_message message;
                is_read = dns_message_open_full(buf_str(&messages[k]), &message);
                if (is_read)
                    assert_true(tsig_stream_take(&stream, &message, STREAM_NOW_S, &result, &server_s, NULL));
            }
            /* a signed message may have another id than it was signed with (RFC 8945 section 5.3), and the names in a
             * signature know no case */
            bool is_signed = i == 0 || i == 3 || i == 6;
            bool is_id_of_signed = is_signed && bit < 16;
            bool is_case = is_signed && bit / 8 >= messages[i].size - SIGNATURE_SIZE && bit % 8 == 5;
            if (is_read && result == TSIG_GOOD && tsig_stream_is_whole(&stream) && !is_id_of_signed && !is_case)
                fail_msg("bit %zu of message %zu", bit, i);
            messages[i].data[bit / 8] ^= (char)(1 << bit % 8);
            tsig_stream_fini(&stream);
        }
    end(messages);
    stream_end(&s);
}

static void none_can_be_left_out_added_or_moved(void **state)
{
    (void)state;
    static const size_t orders[][MESSAGES_COUNT + 1] = {
        {0, 2, 3, 4, 5, 6, 99}, {0, 1, 3, 4, 5, 6, 99},    {0, 1, 2, 4, 5, 6, 99},
        {0, 1, 2, 3, 6, 99},    {0, 2, 1, 3, 4, 5, 6, 99}, {0, 1, 2, 3, 5, 4, 6, 99},
        {0, 4, 5, 6, 99},       {0, 1, 1, 2, 3, 4, 5, 6},  {3, 4, 5, 6, 99},
    };
    struct stream s;
    struct buf messages[MESSAGES_COUNT], moved[MESSAGES_COUNT + 1];
    bool is_whole;
    stream_begin(&s, MAC_SHA512, 7);
    make(&s, messages, 0x49);
    assert_int_equal(take(&s, messages, MESSAGES_COUNT, &is_whole), TSIG_GOOD);
    assert_true(is_whole);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        size_t count = 0;
        for (; count < MESSAGES_COUNT + 1 && orders[i][count] != 99; count++)
            moved[count] = messages[orders[i][count]];
        if (take(&s, moved, count, &is_whole) == TSIG_GOOD && is_whole)
            fail_msg("order %zu", i);
    }
    end(messages);
    stream_end(&s);
}

static void no_more_than_99_in_a_row_may_be_unsigned(void **state)
{
    (void)state;
    for (unsigned count = TSIG_UNSIGNED_COUNT_MAX; count <= TSIG_UNSIGNED_COUNT_MAX + 1; count++) {
        struct stream s;
        struct buf messages[TSIG_UNSIGNED_COUNT_MAX + 3];
        bool is_whole;
        stream_begin(&s, MAC_SHA256, 7);
        for (unsigned i = 0; i < count + 2; i++) {
            messages[i] = stream_message(&s, i == 0);
            if (i == 0 || i == count + 1)
                stream_sign(&s, &messages[i], STREAM_NOW_S);
            else
                stream_leave(&s, &messages[i]);
        }
        enum tsig_result result = take(&s, messages, count + 2, &is_whole);
        assert_int_equal(result, count == TSIG_UNSIGNED_COUNT_MAX ? TSIG_GOOD : TSIG_UNSIGNED);
        for (unsigned i = 0; i < count + 2; i++)
            buf_fini(&messages[i]);
        stream_end(&s);
    }
}

static void a_later_signature_has_its_time_too(void **state)
{
    (void)state;
    for (int64_t apart_s = -TSIG_FUDGE_S - 1; apart_s <= TSIG_FUDGE_S + 1; apart_s += TSIG_FUDGE_S + 1) {
        struct stream s;
        bool is_whole;
        stream_begin(&s, MAC_SHA256, 7);
        struct buf messages[] = {stream_message(&s, true), stream_message(&s, false)};
        stream_sign(&s, &messages[0], STREAM_NOW_S);
        stream_sign(&s, &messages[1], STREAM_NOW_S + apart_s);
        assert_int_equal(take(&s, messages, 2, &is_whole), apart_s == 0 ? TSIG_GOOD : TSIG_WRONG);
        buf_fini(&messages[0]);
        buf_fini(&messages[1]);
        stream_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_and_the_last_must_be_signed),
        cmocka_unit_test(no_bit_can_be_changed),
        cmocka_unit_test(none_can_be_left_out_added_or_moved),
        cmocka_unit_test(no_more_than_99_in_a_row_may_be_unsigned),
        cmocka_unit_test(a_later_signature_has_its_time_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
