/* The chunk decoder: whole, in every pair of pieces, byte by byte, and everything it must refuse. */
#include "http/chunk.h"

#include <stdlib.h>

#include "check.h"

struct decoded {
    enum chunk_result result;
    char content[512];
    size_t content_size;
    size_t taken;
};

/* Feeds `in` in pieces that end at the given places. */
static void decode_pieces(struct decoded *d, struct str in, const size_t *ends, size_t ends_count)
{
    struct chunk_decoder decoder;
    size_t from = 0;
    chunk_init(&decoder);
    *d = (struct decoded){.result = CHUNK_MORE};
    for (size_t i = 0; i < ends_count && d->result == CHUNK_MORE; i++) {
        size_t size = ends[i] - from, content, taken;
        char *piece = malloc(size ? size : 1);
        assert_non_null(piece);
        memcpy(piece, in.data + from, size);
        d->result = chunk_decode(&decoder, piece, size, &content, &taken);
        assert_true(content <= taken && taken <= size);
        assert_true(d->result != CHUNK_MORE || taken == size);
        memcpy(d->content + d->content_size, piece, content);
        d->content_size += content;
        d->taken += taken;
        free(piece);
        from = ends[i];
    }
}

static const struct str good = STR_INIT("5\r\nhello\r\n"
                                        "000A;name=value;q=\"a b\"\r\n, chunked\n\r\n"
                                        "1 \t;x\r\n\r\r\n"
                                        "00;last\r\n"
                                        "X-Trailer: 1\r\n\r\n");
static const struct str good_content = STR_INIT("hello, chunked\n\r");
#define GOOD_TRAILER_SIZE 16

static void check_good(const struct decoded *d)
{
    assert_int_equal(d->result, CHUNK_LAST);
    assert_str(str_make(d->content, d->content_size), good_content);
    assert_int_equal(d->taken, good.size - GOOD_TRAILER_SIZE);
}

static void chunks_are_decoded_and_the_trailer_is_left(void **state)
{
    (void)state;
    struct decoded d;
    decode_pieces(&d, good, (size_t[]){good.size}, 1);
    check_good(&d);
}

static void two_pieces_split_anywhere_give_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i <= good.size; i++) {
        struct decoded d;
        decode_pieces(&d, good, (size_t[]){i, good.size}, 2);
        check_good(&d);
    }
}

static void three_pieces_split_anywhere_give_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i <= good.size; i++) {
        for (size_t j = i; j <= good.size; j++) {
            struct decoded d;
            decode_pieces(&d, good, (size_t[]){i, j, good.size}, 3);
            check_good(&d);
        }
    }
}

static void every_prefix_asks_for_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < good.size - GOOD_TRAILER_SIZE; i++) {
        struct decoded d;
        decode_pieces(&d, good, (size_t[]){i}, 1);
        assert_int_equal(d.result, CHUNK_MORE);
        assert_int_equal(d.taken, i);
        assert_true(str_starts(good_content, str_make(d.content, d.content_size)));
    }
}

static void what_the_grammar_does_not_allow_is_refused_in_one_piece_and_bytewise(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\r\n",
        ";x\r\n",
        " 5\r\nhello\r\n",
        "g\r\n",
        "-1\r\n",
        "+5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "5_0\r\n",
        "5\nhello\r\n",
        "5\rhello\r\n",
        "5 \r\nhello\r\n",
        "5 5\r\nhello\r\n",
        "5;a\nhello\r\n",
        "5;a\rb\r\nhello\r\n",
        "5;a\x01\r\nhello\r\n",
        "5\r\nhello\n",
        "5\r\nhelloX\r\n",
        "5\r\nhello\r\r\n",
        "5\r\nhelloworld\r\n",
        "5\r\nhello\r\n\r\n0\r\n",
        "00000000000000005\r\nhello\r\n",
        "11111111111111111\r\n",
        "fffffffffffffffff\r\n",
        "0\n",
        "0\r\r\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct decoded d;
        struct str in = str_from(bad[i]);
        size_t ends[64];
        decode_pieces(&d, in, &in.size, 1);
        if (d.result != CHUNK_BAD)
            fail_msg("\"%s\" whole: %d", bad[i], (int)d.result);
        for (size_t j = 0; j < in.size; j++)
            ends[j] = j + 1;
        struct decoded bytewise;
        decode_pieces(&bytewise, in, ends, in.size);
        assert_int_equal(bytewise.result, CHUNK_BAD);
        assert_int_equal(bytewise.taken, d.taken);
        assert_str(str_make(bytewise.content, bytewise.content_size), str_make(d.content, d.content_size));
    }
}

static void a_broken_body_stays_broken(void **state)
{
    (void)state;
    struct chunk_decoder d;
    char bad[] = "x", good_again[] = "0\r\n";
    size_t content, taken;
    chunk_init(&d);
    assert_int_equal(chunk_decode(&d, bad, 1, &content, &taken), CHUNK_BAD);
    assert_int_equal(chunk_decode(&d, good_again, 3, &content, &taken), CHUNK_BAD);
    assert_int_equal(content, 0);
    assert_int_equal(taken, 0);
}

static void the_largest_size_that_can_be_written_does_not_overflow(void **state)
{
    (void)state;
    struct chunk_decoder d;
    char in[] = "ffffffffffffffff\r\nabc";
    size_t content, taken;
    chunk_init(&d);
    assert_int_equal(chunk_decode(&d, in, sizeof in - 1, &content, &taken), CHUNK_MORE);
    assert_int_equal(content, 3);
    assert_true(d.left == UINT64_MAX - 3);
}

static void a_long_extension_is_refused(void **state)
{
    (void)state;
    char in[CHUNK_LINE_SIZE_MAX + 8];
    struct chunk_decoder d;
    size_t content, taken;
    memset(in, 'x', sizeof in);
    memcpy(in, "5;", 2);
    in[CHUNK_LINE_SIZE_MAX - 1] = '\r';
    in[CHUNK_LINE_SIZE_MAX] = '\n';
    chunk_init(&d);
    assert_int_equal(chunk_decode(&d, in, CHUNK_LINE_SIZE_MAX + 1, &content, &taken), CHUNK_MORE);
    memset(in, 'x', sizeof in);
    memcpy(in, "5;", 2);
    chunk_init(&d);
    assert_int_equal(chunk_decode(&d, in, sizeof in, &content, &taken), CHUNK_BAD);
}

static void no_input_changes_nothing(void **state)
{
    (void)state;
    struct chunk_decoder d;
    size_t content = 1, taken = 1;
    chunk_init(&d);
    assert_int_equal(chunk_decode(&d, NULL, 0, &content, &taken), CHUNK_MORE);
    assert_int_equal(content, 0);
    assert_int_equal(taken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_are_decoded_and_the_trailer_is_left),
        cmocka_unit_test(two_pieces_split_anywhere_give_the_same),
        cmocka_unit_test(three_pieces_split_anywhere_give_the_same),
        cmocka_unit_test(every_prefix_asks_for_more),
        cmocka_unit_test(what_the_grammar_does_not_allow_is_refused_in_one_piece_and_bytewise),
        cmocka_unit_test(a_broken_body_stays_broken),
        cmocka_unit_test(the_largest_size_that_can_be_written_does_not_overflow),
        cmocka_unit_test(a_long_extension_is_refused),
        cmocka_unit_test(no_input_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
