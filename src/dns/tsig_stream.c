/* What a later signature covers: size and code of the one before │ the messages since │ time (6) │ fudge (2). */
#include "dns/tsig_stream.h"

#include "crypto/wipe.h"
#include "dns/tsig_record.h"

void tsig_stream_init(struct tsig_stream *stream, const struct tsig_key *key, const struct tsig_request *request)
{
    *stream = (struct tsig_stream){.key = key, .request = *request};
}

void tsig_stream_fini(struct tsig_stream *stream)
{
    mac_run_free(stream->run);
    stream->run = NULL;
}

bool tsig_stream_is_whole(const struct tsig_stream *stream)
{
    return stream->had_first && stream->unsigned_count == 0;
}

static bool begin_run(struct tsig_stream *s, struct err *err)
{
    size_t size = mac_size(s->key->algorithm);
    const char head[] = {(char)(size >> 8), (char)size};
    if (s->run)
        return true;
    if (!mac_run_new(s->key->algorithm, s->key->secret, &s->run, err))
        return false;
    mac_run_add(s->run, str_make(head, sizeof head));
    mac_run_add(s->run, str_make(s->request.mac, size));
    return true;
}

/* The next signature covers this one's code. */
static void keep_code(struct tsig_stream *s, const struct tsig_signature *signature)
{
    memcpy(s->request.mac, signature->code.data, signature->code.size);
    mac_run_free(s->run);
    s->run = NULL;
    s->unsigned_count = 0;
}

/* The first is signed as any answer is. */
static enum tsig_result take_first(struct tsig_stream *s, const struct dns_message *message, int64_t now_s,
                                   int64_t *ret_server_s)
{
    struct dns_record record;
    struct tsig_signature signature = {0};
    enum tsig_result result = tsig_check(s->key, &s->request, message, now_s, ret_server_s);
    if (result == TSIG_GOOD && tsig_record_find(message, &record) && tsig_record_read(message, &record, &signature)) {
        keep_code(s, &signature);
        s->had_first = true;
    }
    return result;
}

/* The message without its signature, and the times of it. */
static bool add_signed(struct tsig_stream *s, const struct dns_message *message, const struct dns_record *record,
                       const struct tsig_signature *signature, struct err *err)
{
    struct buf plain;
    buf_init(&plain, DNS_MESSAGE_SIZE_MAX);
    buf_put_str(&plain, str_part(message->bytes, 0, record->at));
    if (buf_ok(&plain)) {
        tsig_restore(plain.data, signature, message);
        mac_run_add(s->run, buf_str(&plain));
        buf_clear(&plain);
        tsig_put_time(signature->fields.time_s, &plain);
        dns_put_u16(&plain, signature->fields.fudge_s);
        mac_run_add(s->run, buf_str(&plain));
    }
    bool ok = buf_ok(&plain);
    buf_fini(&plain);
    return ok || err_memory(err);
}

static bool take_signed(struct tsig_stream *s, const struct dns_message *message, const struct dns_record *record,
                        int64_t now_s, enum tsig_result *ret, struct err *err)
{
    uint8_t right[MAC_SIZE_MAX];
    struct tsig_signature signature = {0};
    *ret = TSIG_WRONG;
    if (!tsig_record_read(message, record, &signature) ||
        !tsig_record_is_of(record, &signature, s->key, s->request.id) || signature.fields.error != 0)
        return true;
    if (!add_signed(s, message, record, &signature, err) || !mac_run_end(s->run, right, err))
        return false;
    bool is_right = mac_equal(right, (const uint8_t *)signature.code.data, signature.code.size);
    wipe_bytes(right, sizeof right);
    if (is_right && tsig_is_timely(&signature, now_s)) {
        keep_code(s, &signature);
        *ret = TSIG_GOOD;
    }
    return true;
}

bool tsig_stream_take(struct tsig_stream *stream, const struct dns_message *message, int64_t now_s,
                      enum tsig_result *ret, int64_t *ret_server_s, struct err *err)
{
    struct dns_record record;
    if (!stream->had_first) {
        *ret = take_first(stream, message, now_s, ret_server_s);
        return true;
    }
    if (!begin_run(stream, err))
        return false;
    if (tsig_record_find(message, &record))
        return take_signed(stream, message, &record, now_s, ret, err);
    mac_run_add(stream->run, message->bytes);
    *ret = ++stream->unsigned_count > TSIG_UNSIGNED_COUNT_MAX ? TSIG_UNSIGNED : TSIG_GOOD;
    return true;
}
