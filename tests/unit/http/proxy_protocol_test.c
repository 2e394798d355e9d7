/* PROXY headers of both versions: whole, cut at every byte, and broken. */
#include "http/proxy_protocol.h"

#include <stdlib.h>

#include "check.h"

static enum proxy_protocol_result parse(struct str in, struct proxy_header *ret, size_t *ret_taken)
{
    char *copy = malloc(in.size ? in.size : 1);
    assert_non_null(copy);
    if (in.size)
        memcpy(copy, in.data, in.size);
    enum proxy_protocol_result result = proxy_protocol_parse(str_make(copy, in.size), ret, ret_taken);
    free(copy);
    return result;
}

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define IP4_BLOCK "\xc0\x00\x02\x01\xc6\x33\x64\x02\x30\x39\x01\xbb"
#define IP6_BLOCK "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02\x30\x39\x01\xbb"

struct good_case {
    struct str in;
    bool local;
    uint8_t ip_version, first_byte, last_byte; /* of the source address */
    uint16_t source_port, destination_port;
};

static const struct good_case good[] = {
    {STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 12345 443\r\n"), false, 4, 192, 1, 12345, 443},
    {STR_INIT("PROXY TCP6 2001:db8::1 2001:db8::2 12345 443\r\n"), false, 6, 0x20, 1, 12345, 443},
    {STR_INIT("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), false, 4, 255, 255, 65535, 65535},
    {STR_INIT("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"), false, 4, 0, 0, 0, 0},
    {STR_INIT("PROXY UNKNOWN\r\n"), true, 0, 0, 0, 0, 0},
    {STR_INIT("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n"), true, 0, 0, 0, 0, 0},
    {STR_INIT(SIGNATURE "\x21\x11\x00\x0c" IP4_BLOCK), false, 4, 192, 1, 12345, 443},
    {STR_INIT(SIGNATURE "\x21\x21\x00\x24" IP6_BLOCK), false, 6, 0x20, 1, 12345, 443},
    {STR_INIT(SIGNATURE "\x21\x11\x00\x11" IP4_BLOCK "\x01\x00\x02h2"), false, 4, 192, 1, 12345, 443},
    {STR_INIT(SIGNATURE "\x21\x11\x00\x0f" IP4_BLOCK "\x04\x00\x00"), false, 4, 192, 1, 12345, 443},
    {STR_INIT(SIGNATURE "\x20\x00\x00\x00"), true, 0, 0, 0, 0, 0},
    {STR_INIT(SIGNATURE "\x20\x11\x00\x03xyz"), true, 0, 0, 0, 0, 0},
    {STR_INIT(SIGNATURE "\x20\xff\x00\x00"), true, 0, 0, 0, 0, 0},
    {STR_INIT(SIGNATURE "\x21\x00\x00\x02xy"), true, 0, 0, 0, 0, 0},
};

static void headers_are_read_whole_and_never_sooner(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const struct good_case *c = &good[i];
        struct proxy_header h;
        size_t taken = 0;
        char with_rest[256];
        for (size_t size = 0; size < c->in.size; size++)
            if (parse(str_part(c->in, 0, size), &h, &taken) != PROXY_PROTOCOL_MORE)
                fail_msg("case %zu at %zu bytes", i, size);
        memcpy(with_rest, c->in.data, c->in.size);
        memcpy(with_rest + c->in.size, "\x16\x03\x01\r\n", 5);
        for (size_t rest = 0; rest <= 5; rest++) {
            if (parse(str_make(with_rest, c->in.size + rest), &h, &taken) != PROXY_PROTOCOL_OK)
                fail_msg("case %zu", i);
            assert_int_equal(taken, c->in.size);
            assert_int_equal(h.local, c->local);
            assert_int_equal(h.ip_version, c->ip_version);
            assert_int_equal(h.source_address[0], c->first_byte);
            assert_int_equal(h.source_address[c->ip_version == 6 ? 15 : 3], c->last_byte);
            assert_int_equal(h.source_port, c->source_port);
            assert_int_equal(h.destination_port, c->destination_port);
        }
    }
}

static void a_unix_peer_has_no_address(void **state)
{
    (void)state;
    char in[16 + 216] = SIGNATURE "\x21\x31\x00\xd8";
    struct proxy_header h;
    size_t taken;
    assert_int_equal(parse(str_make(in, sizeof in), &h, &taken), PROXY_PROTOCOL_OK);
    assert_true(h.local);
    assert_int_equal(h.ip_version, 0);
    assert_int_equal(taken, sizeof in);
    in[15] = (char)0xd7;
    assert_int_equal(parse(str_make(in, sizeof in), &h, &taken), PROXY_PROTOCOL_BAD);
}

static void what_is_not_by_the_letter_is_refused(void **state)
{
    (void)state;
    static const struct str bad[] = {
        STR_INIT("GET / HTTP/1.1\r\n"),
        STR_INIT("\x16\x03\x01"),
        STR_INIT("PROXY\r\n"),
        STR_INIT("proxy TCP4 192.0.2.1 198.51.100.2 1 2\r\n"),
        STR_INIT("PROXY \r\n"),
        STR_INIT("PROXY TCP4\r\n"),
        STR_INIT("PROXY TCP4 \r\n"),
        STR_INIT("PROXY TCP5 192.0.2.1 198.51.100.2 1 2\r\n"),
        STR_INIT("PROXY UNKNOWNX\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\rX"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2\r\n"),
        STR_INIT("PROXY TCP4  192.0.2.1 198.51.100.2 1 2\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 +1 2\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n"),
        STR_INIT("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n"),
        STR_INIT("PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n"),
        STR_INIT("PROXY TCP6 2001:db8::1 [2001:db8::2] 1 2\r\n"),
        STR_INIT("PROXY TCP4 192.0.2.1\0 198.51.100.2 1 2\r\n"),
        STR_INIT(
            "PROXY UNKNOWN 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
            "89012345678901"),
        STR_INIT("\r\n\r\nX"),
        STR_INIT(SIGNATURE "\x11\x11\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x31\x11\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x22\x11\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x21\x41\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x21\x10\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x21\x12\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x21\x13\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x21\x11\x00\x0b" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x21\x21\x00\x0c" IP4_BLOCK),
        STR_INIT(SIGNATURE "\x21\x11\x00\x0d" IP4_BLOCK "\x01"),
        STR_INIT(SIGNATURE "\x21\x11\x00\x0e" IP4_BLOCK "\x01\x00"),
        STR_INIT(SIGNATURE "\x21\x11\x00\x0f" IP4_BLOCK "\x01\x00\x01"),
        STR_INIT(SIGNATURE "\x21\x11\x00\x10" IP4_BLOCK "\x01\x00\x02h"),
        STR_INIT(SIGNATURE "\x21\x11\x00\x10" IP4_BLOCK "\x03\x00\x01x"),
        STR_INIT(SIGNATURE "\x21\x11\x00\x13" IP4_BLOCK "\x03\x00\x04xxxx"),
        STR_INIT(SIGNATURE "\x21\x11\xff\xff" IP4_BLOCK),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct proxy_header h = {.source_port = 7};
        size_t taken = 7;
        if (parse(bad[i], &h, &taken) != PROXY_PROTOCOL_BAD)
            fail_msg("case %zu: %.*s", i, STR_ARG(bad[i]));
        assert_int_equal(h.source_port, 7);
        assert_int_equal(taken, 7);
    }
}

/* A checksum by another route than the parser's: the table of RFC 3720's polynomial, made on the spot. */
static uint32_t table_crc32c(const char *data, size_t size)
{
    uint32_t table[256], crc = UINT32_MAX;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] & 1 ? table[i] >> 1 ^ 0x82f63b78u : table[i] >> 1;
    }
    for (size_t i = 0; i < size; i++)
        crc = crc >> 8 ^ table[(crc ^ (uint8_t)data[i]) & 0xff];
    return ~crc;
}

static void a_checksum_is_believed_only_when_it_is_right(void **state)
{
    (void)state;
    char in[] = SIGNATURE "\x21\x11\x00\x18" IP4_BLOCK "\x01\x00\x02h2\x03\x00\x04\0\0\0\0";
    const size_t size = sizeof in - 1;
    struct proxy_header h;
    size_t taken;
    assert_int_equal(table_crc32c("123456789", 9), 0xe3069283u);
    uint32_t crc = table_crc32c(in, size);
    for (size_t i = 0; i < 4; i++)
        in[size - 4 + i] = (char)(crc >> (24 - 8 * i));
    assert_int_equal(parse(str_make(in, size), &h, &taken), PROXY_PROTOCOL_OK);
    assert_int_equal(taken, size);
    for (size_t i = 16; i < size; i++) {
        if (i == size - 7)
            continue; /* the checksum's own type: flipped, there is no checksum any more */
        in[i] ^= 1;
        assert_int_equal(parse(str_make(in, size), &h, &taken), PROXY_PROTOCOL_BAD);
        in[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_read_whole_and_never_sooner),
        cmocka_unit_test(a_unix_peer_has_no_address),
        cmocka_unit_test(what_is_not_by_the_letter_is_refused),
        cmocka_unit_test(a_checksum_is_believed_only_when_it_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
