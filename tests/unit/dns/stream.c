#include "stream.h"

struct tsig_key stream_key(enum mac_algorithm algorithm)
{
    struct tsig_key key = {.algorithm = algorithm, .secret = STR("0123456789abcdef0123456789abcdef")};
    assert_true(dns_name_from(STR("transfer"), &key.name));
    return key;
}

void stream_begin(struct stream *stream, enum mac_algorithm algorithm, uint16_t id)
{
    struct dns_name zone;
    *stream = (struct stream){.key = stream_key(algorithm)};
    assert_true(dns_name_from(STR("example.org"), &zone));
    buf_init(&stream->since, (size_t)16 << 20);
    buf_init(&stream->question, ANSWER_SIZE_MAX);
    dns_write_query(id, &zone, DNS_AXFR, 0, &stream->question);
    assert_true(tsig_sign(&stream->key, STREAM_NOW_S, &stream->question, &stream->request, NULL));
    memcpy(stream->code, stream->request.mac, MAC_SIZE_MAX);
}

void stream_end(struct stream *stream)
{
    buf_fini(&stream->since);
    buf_fini(&stream->question);
}

struct buf stream_message(const struct stream *stream, bool is_first)
{
    struct buf message = answer_to(buf_str(&stream->question), DNS_NOERROR);
    if (!is_first) {
        message.size = DNS_HEADER_SIZE;
        message.data[5] = 0;
    }
    return message;
}

static void put_time(struct buf *out, int64_t time_s)
{
    for (int shift = 40; shift >= 0; shift -= 8)
        (void)buf_put_char(out, (char)((uint64_t)time_s >> shift));
}

static void put_algorithm(const struct stream *s, struct buf *out)
{
    (void)buf_put_str(out, s->key.algorithm == MAC_SHA512 ? str_make("\13hmac-sha512\0", 13)
                                                          : str_make("\13hmac-sha256\0", 13));
}

/* All of it for the first, the times alone for those after it. */
static void put_variables(const struct stream *s, int64_t time_s, struct buf *data)
{
    if (s->signed_count == 0) {
        dns_name_write(&s->key.name, data);
        (void)buf_put(data, "\0\377\0\0\0\0", 6);
        put_algorithm(s, data);
    }
    put_time(data, time_s);
    dns_put_u16(data, TSIG_FUDGE_S);
    if (s->signed_count == 0)
        (void)buf_put(data, "\0\0\0", 4); /* no error, nothing else */
}

void stream_sign(struct stream *stream, struct buf *message, int64_t time_s)
{
    struct buf data, rdata;
    size_t code_size = mac_size(stream->key.algorithm), at = message->size;
    buf_init(&data, (size_t)16 << 20);
    buf_init(&rdata, ANSWER_SIZE_MAX);
    dns_put_u16(&data, (unsigned)code_size);
    (void)buf_put(&data, stream->code, code_size);
    (void)buf_put_str(&data, buf_str(&stream->since));
    (void)buf_put_str(&data, buf_str(message));
    put_variables(stream, time_s, &data);
    assert_true(mac_make(stream->key.algorithm, stream->key.secret, buf_str(&data), stream->code, NULL));
    put_algorithm(stream, &rdata);
    put_time(&rdata, time_s);
    dns_put_u16(&rdata, TSIG_FUDGE_S);
    dns_put_u16(&rdata, (unsigned)code_size);
    (void)buf_put(&rdata, stream->code, code_size);
    (void)buf_put_str(&rdata, str_part(buf_str(message), 0, 2));
    dns_put_u16(&rdata, 0);
    dns_put_u16(&rdata, 0);
    answer_add(message, DNS_ADDITIONAL, "transfer", DNS_TSIG, buf_str(&rdata));
    memcpy(message->data + at + stream->key.name.size + 2, "\0\377\0\0\0\0", 6); /* class ANY, TTL 0 */
    stream->signed_count++;
    buf_clear(&stream->since);
    buf_fini(&data);
    buf_fini(&rdata);
}

void stream_leave(struct stream *stream, const struct buf *message)
{
    assert_true(buf_put_str(&stream->since, buf_str(message)));
}
