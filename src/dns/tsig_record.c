/* Layout and order of bytes are those of RFC 8945 sections 4.2 and 4.3.3. */
#include "dns/tsig_record.h"

static const char *const algorithms[] = {[MAC_SHA256] = "hmac-sha256", [MAC_SHA512] = "hmac-sha512"};

bool tsig_algorithm_from(struct str word, enum mac_algorithm *ret)
{
    if (str_ends(word, STR(".")))
        word.size--;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (str_eq_nocase(word, str_from(algorithms[i]))) {
            *ret = (enum mac_algorithm)i;
            return true;
        }
    return false;
}

const char *tsig_algorithm_text(enum mac_algorithm algorithm)
{
    return algorithms[algorithm];
}

struct dns_name tsig_algorithm_name(enum mac_algorithm algorithm)
{
    struct dns_name name = {.size = 1};
    if (!dns_name_from(str_from(algorithms[algorithm]), &name))
        name.size = 1; /* not for these two words */
    return name;
}

void tsig_put_time(uint64_t time_s, struct buf *out)
{
    dns_put_u16(out, (unsigned)(time_s >> 32) & 0xffff);
    dns_put_u16(out, (unsigned)(time_s >> 16) & 0xffff);
    dns_put_u16(out, (unsigned)time_s & 0xffff);
}

void tsig_put_variables(const struct tsig_key *key, const struct tsig_fields *f, struct buf *out)
{
    struct dns_name algorithm = tsig_algorithm_name(key->algorithm);
    dns_name_write(&key->name, out);
    dns_put_u16(out, DNS_CLASS_ANY);
    dns_put_u16(out, 0); /* TTL */
    dns_put_u16(out, 0);
    dns_name_write(&algorithm, out);
    tsig_put_time(f->time_s, out);
    dns_put_u16(out, f->fudge_s);
    dns_put_u16(out, f->error);
    dns_put_u16(out, (unsigned)f->other.size);
    buf_put_str(out, f->other);
}

void tsig_set_count(char *message, unsigned count)
{
    message[TSIG_COUNT_AT] = (char)(count >> 8);
    message[TSIG_COUNT_AT + 1] = (char)count;
}

bool tsig_record_read(const struct dns_message *message, const struct dns_record *record, struct tsig_signature *ret)
{
    struct str whole = str_part(message->bytes, 0, record->rdata_at + record->rdata.size);
    size_t at = record->rdata_at;
    if (record->class != DNS_CLASS_ANY || record->ttl_s != 0)
        return false;
    if (!dns_name_read(whole, &at, &ret->algorithm) || whole.size - at < 10)
        return false;
    ret->fields.time_s = (uint64_t)dns_get_u16(whole, at) << 32 | dns_get_u32(whole, at + 2);
    ret->fields.fudge_s = dns_get_u16(whole, at + 6);
    size_t code_size = dns_get_u16(whole, at + 8);
    at += 10;
    if (whole.size - at < code_size + 6)
        return false;
    ret->code = str_part(whole, at, code_size);
    at += code_size;
    ret->original_id = dns_get_u16(whole, at);
    ret->fields.error = dns_get_u16(whole, at + 2);
    size_t other_size = dns_get_u16(whole, at + 4);
    at += 6;
    if (whole.size - at != other_size)
        return false;
    ret->fields.other = str_part(whole, at, other_size);
    return true;
}

/* A signature must be the last record (section 5.1). */
bool tsig_record_find(const struct dns_message *message, struct dns_record *ret)
{
    struct dns_cursor cursor = {0};
    struct dns_record record = {0};
    while (dns_message_next(message, &cursor, &record))
        continue;
    if (cursor.index == 0 || record.section != DNS_ADDITIONAL || record.type != DNS_TSIG)
        return false;
    *ret = record;
    return true;
}

bool tsig_record_is_of(const struct dns_record *record, const struct tsig_signature *signature,
                       const struct tsig_key *key, uint16_t id)
{
    const struct dns_name algorithm = tsig_algorithm_name(key->algorithm);
    return dns_name_equal(&record->name, &key->name) && dns_name_equal(&signature->algorithm, &algorithm) &&
           signature->original_id == id && signature->code.size == mac_size(key->algorithm);
}

void tsig_restore(char *message, const struct tsig_signature *signature, const struct dns_message *signed_message)
{
    message[0] = (char)(signature->original_id >> 8);
    message[1] = (char)signature->original_id;
    tsig_set_count(message, signed_message->counts[DNS_ADDITIONAL] - 1u);
}

bool tsig_is_timely(const struct tsig_signature *signature, int64_t now_s)
{
    int64_t apart_s = now_s - (int64_t)signature->fields.time_s;
    return apart_s <= signature->fields.fudge_s && -apart_s <= signature->fields.fudge_s;
}
