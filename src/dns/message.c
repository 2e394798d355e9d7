/* Reading is one walk that checks everything; writing fills a capped buffer. */
#include "dns/message.h"

#include <stdio.h>

/* Of the second word of the header. */
#define FLAG_RESPONSE            0x8000u
#define FLAG_AUTHORITATIVE       0x0400u
#define FLAG_TRUNCATED           0x0200u
#define FLAG_RECURSIVE           0x0100u
#define FLAG_RECURSION_AVAILABLE 0x0080u
#define OPCODE_SHIFT             11
/* Type, class, TTL and size of the data. */
#define RECORD_FIXED_SIZE 10

uint16_t dns_get_u16(struct str s, size_t at)
{
    return (uint16_t)((unsigned char)s.data[at] << 8 | (unsigned char)s.data[at + 1]);
}

uint32_t dns_get_u32(struct str s, size_t at)
{
    return (uint32_t)dns_get_u16(s, at) << 16 | dns_get_u16(s, at + 2);
}

void dns_put_u16(struct buf *out, unsigned value)
{
    buf_put_char(out, (char)(value >> 8));
    buf_put_char(out, (char)value);
}

static void put_u32(struct buf *out, uint32_t value)
{
    dns_put_u16(out, value >> 16);
    dns_put_u16(out, value & 0xffff);
}

/* ---- reading ---- */

static bool read_record(struct str bytes, size_t *at, struct dns_record *ret)
{
    struct dns_record record = {.at = *at};
    size_t here = *at;
    if (!dns_name_read(bytes, &here, &record.name) || bytes.size - here < RECORD_FIXED_SIZE)
        return false;
    record.type = dns_get_u16(bytes, here);
    record.class = dns_get_u16(bytes, here + 2);
    record.ttl_s = dns_get_u32(bytes, here + 4);
    size_t size = dns_get_u16(bytes, here + 8);
    record.rdata_at = here + RECORD_FIXED_SIZE;
    if (bytes.size - record.rdata_at < size)
        return false;
    record.rdata = str_part(bytes, record.rdata_at, size);
    *at = record.rdata_at + size;
    *ret = record;
    return true;
}

static size_t records_count(const struct dns_message *message)
{
    return (size_t)message->counts[0] + message->counts[1] + message->counts[2];
}

static bool read_question(struct dns_message *message)
{
    size_t at = DNS_HEADER_SIZE;
    for (size_t i = 0; i < message->questions_count; i++) {
        struct dns_name name;
        if (!dns_name_read(message->bytes, &at, &name) || message->bytes.size - at < 4)
            return false;
        if (i == 0) {
            message->question = name;
            message->question_type = dns_get_u16(message->bytes, at);
        }
        at += 4;
    }
    message->records_at = at;
    return true;
}

static bool open_message(struct str bytes, size_t records_count_max, struct dns_message *ret)
{
    if (bytes.size < DNS_HEADER_SIZE || bytes.size > DNS_MESSAGE_SIZE_MAX)
        return false;
    unsigned flags = dns_get_u16(bytes, 2);
    struct dns_message message = {
        .bytes = bytes,
        .id = dns_get_u16(bytes, 0),
        .response = (flags & FLAG_RESPONSE) != 0,
        .authoritative = (flags & FLAG_AUTHORITATIVE) != 0,
        .truncated = (flags & FLAG_TRUNCATED) != 0,
        .recursive = (flags & FLAG_RECURSION_AVAILABLE) != 0,
        .opcode = (enum dns_opcode)(flags >> OPCODE_SHIFT & 15),
        .rcode = (enum dns_rcode)(flags & 15),
        .questions_count = dns_get_u16(bytes, 4),
        .counts = {dns_get_u16(bytes, 6), dns_get_u16(bytes, 8), dns_get_u16(bytes, 10)},
        .question = {.size = 1},
    };
    if (message.questions_count > 1 || records_count(&message) > records_count_max || !read_question(&message))
        return false;
    size_t at = message.records_at;
    for (size_t i = 0; i < records_count(&message); i++) {
        struct dns_record record;
        if (!read_record(bytes, &at, &record))
            return false;
    }
    if (at != bytes.size)
        return false;
    *ret = message;
    return true;
}

bool dns_message_open(struct str bytes, struct dns_message *ret)
{
    return open_message(bytes, DNS_RECORDS_COUNT_MAX, ret);
}

bool dns_message_open_full(struct str bytes, struct dns_message *ret)
{
    return open_message(bytes, SIZE_MAX, ret); /* each takes eleven bytes at least */
}

static enum dns_section section_of(const struct dns_message *message, size_t index)
{
    if (index < message->counts[DNS_ANSWER])
        return DNS_ANSWER;
    return index - message->counts[DNS_ANSWER] < message->counts[DNS_AUTHORITY] ? DNS_AUTHORITY : DNS_ADDITIONAL;
}

bool dns_message_next(const struct dns_message *message, struct dns_cursor *cursor, struct dns_record *ret)
{
    if (cursor->index == 0)
        cursor->at = message->records_at;
    if (cursor->index >= records_count(message) || !read_record(message->bytes, &cursor->at, ret))
        return false;
    ret->section = section_of(message, cursor->index++);
    return true;
}

bool dns_record_name(const struct dns_message *message, const struct dns_record *record, struct dns_name *ret)
{
    struct dns_name name;
    size_t at = record->rdata_at, end = record->rdata_at + record->rdata.size;
    /* what is behind the data does not belong to it, but pointers lead back into the whole message */
    if (!dns_name_read(str_part(message->bytes, 0, end), &at, &name))
        return false;
    if (record->type != DNS_SOA && at != end)
        return false;
    *ret = name;
    return true;
}

bool dns_record_text(const struct dns_record *record, struct buf *out)
{
    struct str rest = record->rdata;
    while (rest.size) {
        size_t size = (unsigned char)rest.data[0];
        if (size > rest.size - 1)
            return false;
        buf_put_str(out, str_part(rest, 1, size));
        rest = str_after(rest, 1 + size);
    }
    return buf_ok(out);
}

const char *dns_rcode_text(unsigned rcode, char room[static DNS_RCODE_TEXT_SIZE])
{
    static const char *const names[] = {"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                        "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE"};
    if (rcode < sizeof names / sizeof *names)
        return names[rcode];
    (void)snprintf(room, DNS_RCODE_TEXT_SIZE, "code %u", rcode & 0xffff);
    return room;
}

/* ---- writing ---- */

static void put_header(struct buf *out, uint16_t id, unsigned flags, const unsigned counts[4])
{
    dns_put_u16(out, id);
    dns_put_u16(out, flags);
    for (size_t i = 0; i < 4; i++)
        dns_put_u16(out, counts[i]);
}

void dns_write_query(uint16_t id, const struct dns_name *name, enum dns_type type, unsigned flags, struct buf *out)
{
    unsigned edns_count = flags & DNS_EDNS ? 1 : 0;
    put_header(out, id, flags & DNS_RECURSIVE ? FLAG_RECURSIVE : 0, (const unsigned[4]){1, 0, 0, edns_count});
    dns_name_write(name, out);
    dns_put_u16(out, type);
    dns_put_u16(out, DNS_IN);
    if (!edns_count)
        return;
    buf_put_char(out, 0); /* of the root, its class is the size we take */
    dns_put_u16(out, DNS_OPT);
    dns_put_u16(out, DNS_UDP_SIZE_MAX);
    put_u32(out, 0);
    dns_put_u16(out, 0);
}

void dns_write_update(uint16_t id, const struct dns_name *zone, const struct dns_change *change, struct buf *out)
{
    put_header(out, id, (unsigned)DNS_OPCODE_UPDATE << OPCODE_SHIFT, (const unsigned[4]){1, 0, 1, 0});
    dns_name_write(zone, out);
    dns_put_u16(out, DNS_SOA);
    dns_put_u16(out, DNS_IN);
    dns_name_write(&change->name, out);
    dns_put_u16(out, DNS_TXT);
    dns_put_u16(out, change->remove ? DNS_CLASS_NONE : DNS_IN); /* RFC 2136 sections 2.5.1 and 2.5.4 */
    put_u32(out, change->remove ? 0 : change->ttl_s);
    struct str value = str_part(change->value, 0, DNS_TEXT_SIZE_MAX);
    dns_put_u16(out, (unsigned)value.size + 1);
    buf_put_char(out, (char)value.size);
    buf_put_str(out, value);
}
