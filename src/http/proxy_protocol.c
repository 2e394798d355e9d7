/*
 * PROXY protocol headers. Version 1 is a line, version 2 a fixed head with a length; both are told from anything else
 * by their first bytes, and a header that is not whole yet is never guessed at. TLVs are walked to check their lengths
 * and the CRC32c where the sender gave one; their content is not used.
 */
#include "http/proxy_protocol.h"

#include "http/address.h"

/* "PROXY TCP6 " with two full addresses and ports, and CRLF (section 2.1). */
#define V1_SIZE_MAX 107

#define V2_HEAD_SIZE 16
#define V2_IP4_SIZE  12
#define V2_IP6_SIZE  36
#define V2_UNIX_SIZE 216
#define TLV_CRC32C   0x03

enum { V2_COMMAND_LOCAL, V2_COMMAND_PROXY };
enum { V2_FAMILY_UNSPEC, V2_FAMILY_IP4, V2_FAMILY_IP6, V2_FAMILY_UNIX };
enum { V2_TRANSPORT_STREAM = 1 };

static const struct str v2_signature = STR_INIT("\r\n\r\n\0\r\nQUIT\n");

static bool is_beginning_of(struct str in, struct str whole)
{
    return in.size < whole.size && str_eq(in, str_part(whole, 0, in.size));
}

/* A port as version 1 writes it: no sign, no leading zero. */
static bool parse_port(struct str text, uint16_t *ret)
{
    uint64_t port;
    if ((text.size > 1 && text.data[0] == '0') || !str_to_u64(text, UINT16_MAX, &port))
        return false;
    *ret = (uint16_t)port;
    return true;
}

/* The part up to the next space, which must not be empty. */
static struct str next_word(struct str *rest)
{
    return rest->data ? str_cut(rest, ' ') : STR("");
}

static bool parse_v1_addresses(struct str words, uint8_t ip_version, struct proxy_header *h)
{
    bool (*parse)(struct str, struct address *) = ip_version == 4 ? address_parse_ip4 : address_parse_ip6;
    struct address source, destination;
    if (!parse(next_word(&words), &source) || !parse(next_word(&words), &destination) ||
        !parse_port(next_word(&words), &h->source_port) || !parse_port(next_word(&words), &h->destination_port) ||
        words.data)
        return false;
    h->ip_version = ip_version;
    memcpy(h->source_address, source.bytes, sizeof h->source_address);
    memcpy(h->destination_address, destination.bytes, sizeof h->destination_address);
    return true;
}

/* The line without its CRLF (section 2.1). What follows UNKNOWN is ignored, as it says. */
static bool parse_v1_line(struct str line, struct proxy_header *h)
{
    if (str_starts(line, STR("PROXY TCP4 ")))
        return parse_v1_addresses(str_after(line, 11), 4, h);
    if (str_starts(line, STR("PROXY TCP6 ")))
        return parse_v1_addresses(str_after(line, 11), 6, h);
    h->local = true;
    return str_eq(line, STR("PROXY UNKNOWN")) || str_starts(line, STR("PROXY UNKNOWN "));
}

static enum proxy_protocol_result parse_v1(struct str in, struct proxy_header *h, size_t *ret_taken)
{
    struct str line = str_part(in, 0, V1_SIZE_MAX);
    size_t end = str_find(line, '\n');
    if (end == line.size) {
        size_t cr = str_find(line, '\r');
        bool whole_line = cr + 1 < line.size; /* CR and something that is not LF */
        return line.size == V1_SIZE_MAX || whole_line ? PROXY_PROTOCOL_BAD : PROXY_PROTOCOL_MORE;
    }
    if (end == 0 || str_find(line, '\r') != end - 1 || !parse_v1_line(str_part(line, 0, end - 1), h))
        return PROXY_PROTOCOL_BAD;
    *ret_taken = end + 1;
    return PROXY_PROTOCOL_OK;
}

static uint16_t be16(const char *p)
{
    return (uint16_t)((uint8_t)p[0] << 8 | (uint8_t)p[1]);
}

/* CRC32c (RFC 3720 appendix B.4) of the header with the four bytes at `hole` taken as zero. */
static uint32_t crc32c(struct str header, size_t hole)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < header.size; i++) {
        crc ^= i - hole < 4 ? 0 : (uint8_t)header.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0x82f63b78u & -(crc & 1));
    }
    return ~crc;
}

static bool crc_matches(struct str header, size_t at)
{
    uint32_t said = (uint32_t)be16(header.data + at) << 16 | be16(header.data + at + 2);
    return crc32c(header, at) == said;
}

/* Section 2.2.2: type, length, value, up to the header's end exactly; at most one checksum, which must be right. */
static bool check_tlvs(struct str header, size_t at)
{
    size_t crc_at = 0;
    while (at < header.size) {
        if (header.size - at < 3)
            return false;
        size_t size = be16(header.data + at + 1), value = at + 3;
        if (size > header.size - value)
            return false;
        if (header.data[at] == TLV_CRC32C) {
            if (size != 4 || crc_at)
                return false;
            crc_at = value;
        }
        at = value + size;
    }
    return crc_at == 0 || crc_matches(header, crc_at);
}

static void take_v2_addresses(const char *p, size_t address_size, struct proxy_header *h)
{
    memcpy(h->source_address, p, address_size);
    memcpy(h->destination_address, p + address_size, address_size);
    h->source_port = be16(p + 2 * address_size);
    h->destination_port = be16(p + 2 * address_size + 2);
    h->ip_version = address_size == 4 ? 4 : 6;
}

/* The address block's size, by family; families that are not assigned are refused. */
static bool v2_address_size(unsigned family, size_t *ret)
{
    static const size_t sizes[] = {0, V2_IP4_SIZE, V2_IP6_SIZE, V2_UNIX_SIZE};
    if (family >= sizeof sizes / sizeof *sizes)
        return false;
    *ret = sizes[family];
    return true;
}

/* Section 2.2. `header` has the size its length field says. */
static bool parse_v2_header(struct str header, struct proxy_header *h)
{
    unsigned version = (uint8_t)header.data[12] >> 4, command = (uint8_t)header.data[12] & 15;
    unsigned family = (uint8_t)header.data[13] >> 4, transport = (uint8_t)header.data[13] & 15;
    size_t address_size;
    if (version != 2 || command > V2_COMMAND_PROXY)
        return false;
    h->local = true;
    /* What follows LOCAL or an unspecified family is to be skipped unread. */
    if (command == V2_COMMAND_LOCAL || family == V2_FAMILY_UNSPEC)
        return true;
    /* Datagrams do not arrive over a stream. */
    if (transport != V2_TRANSPORT_STREAM || !v2_address_size(family, &address_size) ||
        header.size - V2_HEAD_SIZE < address_size)
        return false;
    if (family != V2_FAMILY_UNIX) {
        take_v2_addresses(header.data + V2_HEAD_SIZE, family == V2_FAMILY_IP4 ? 4 : 16, h);
        h->local = false;
    }
    return check_tlvs(header, V2_HEAD_SIZE + address_size);
}

static enum proxy_protocol_result parse_v2(struct str in, struct proxy_header *h, size_t *ret_taken)
{
    if (in.size < V2_HEAD_SIZE)
        return PROXY_PROTOCOL_MORE;
    size_t size = V2_HEAD_SIZE + be16(in.data + 14);
    if (size > PROXY_PROTOCOL_SIZE_MAX)
        return PROXY_PROTOCOL_BAD;
    if (in.size < size)
        return PROXY_PROTOCOL_MORE;
    if (!parse_v2_header(str_part(in, 0, size), h))
        return PROXY_PROTOCOL_BAD;
    *ret_taken = size;
    return PROXY_PROTOCOL_OK;
}

enum proxy_protocol_result proxy_protocol_parse(struct str in, struct proxy_header *ret, size_t *ret_taken)
{
    const struct str v1_signature = STR("PROXY ");
    struct proxy_header header = {.local = false};
    enum proxy_protocol_result result = PROXY_PROTOCOL_BAD;
    if (is_beginning_of(in, v1_signature) || is_beginning_of(in, v2_signature))
        return PROXY_PROTOCOL_MORE;
    if (str_starts(in, v1_signature))
        result = parse_v1(in, &header, ret_taken);
    else if (str_starts(in, v2_signature))
        result = parse_v2(in, &header, ret_taken);
    if (result == PROXY_PROTOCOL_OK)
        *ret = header;
    return result;
}
