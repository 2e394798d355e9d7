#include "answers.h"

static void put_u16_at(struct buf *b, size_t at, unsigned value)
{
    b->data[b->start + at] = (char)(value >> 8);
    b->data[b->start + at + 1] = (char)value;
}

struct buf answer_to(struct str request, enum dns_rcode rcode)
{
    struct dns_message asked;
    struct buf out;
    assert_true(dns_message_open(request, &asked));
    buf_init(&out, ANSWER_SIZE_MAX);
    assert_true(buf_put_str(&out, str_part(request, 0, asked.records_at)));
    put_u16_at(&out, 2, 0x8400u | (unsigned)asked.opcode << 11 | (unsigned)rcode);
    for (size_t at = 6; at < DNS_HEADER_SIZE; at += 2)
        put_u16_at(&out, at, 0);
    return out;
}

void answer_add(struct buf *answer, enum dns_section section, const char *name, uint16_t type, struct str rdata)
{
    struct dns_name owner;
    assert_true(dns_name_from(str_from(name), &owner));
    dns_name_write(&owner, answer);
    dns_put_u16(answer, type);
    dns_put_u16(answer, DNS_IN);
    dns_put_u16(answer, 0);
    dns_put_u16(answer, 60);
    dns_put_u16(answer, (unsigned)rdata.size);
    assert_true(buf_put_str(answer, rdata));
    size_t at = 6 + 2 * (size_t)section;
    put_u16_at(answer, at, dns_get_u16(buf_str(answer), at) + 1u);
}

void answer_add_name(struct buf *answer, enum dns_section section, const char *name, uint16_t type, const char *target)
{
    struct dns_name data;
    assert_true(dns_name_from(str_from(target), &data));
    answer_add(answer, section, name, type, str_make(data.wire, data.size));
}

void answer_add_text(struct buf *answer, const char *name, const char *text)
{
    char rdata[256];
    size_t size = strlen(text);
    rdata[0] = (char)size;
    memcpy(rdata + 1, text, size);
    answer_add(answer, DNS_ANSWER, name, DNS_TXT, str_make(rdata, size + 1));
}

void answer_add_soa(struct buf *answer, enum dns_section section, const char *zone)
{
    static const char rdata[] = "\3ns1\0\5admin\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5";
    answer_add(answer, section, zone, DNS_SOA, str_make(rdata, sizeof rdata - 1));
}

void answer_truncate(struct buf *answer)
{
    put_u16_at(answer, 2, dns_get_u16(buf_str(answer), 2) | 0x0200u);
}
