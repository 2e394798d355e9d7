/*
 * What is signed (RFC 8945 section 4.3), in this order:
 *
 *     size and code of the request (in an answer only) │ the message without the signature │ the variables below
 *
 * The signature is a record at the message's end:
 *
 *     key name │ TSIG │ ANY │ 0 │ size │ algorithm │ time (6) │ fudge (2) │ code size (2) │ code │ original id (2) │
 *     error (2) │ other size (2) │ other
 */
#include "dns/tsig.h"

#include "crypto/wipe.h"
#include "dns/tsig_record.h"

#define ERROR_BAD_SIG   16
#define ERROR_BAD_KEY   17
#define ERROR_BAD_TIME  18
#define ERROR_BAD_TRUNC 22
/* Time, fudge, size of the code, original id, error, size of other. */
#define SIGNATURE_FIXED_SIZE ((size_t)16)
/* Room for a message and what is signed with it. */
#define SIGNED_SIZE_MAX (DNS_MESSAGE_SIZE_MAX + 2048)

static bool code_of(const struct tsig_key *key, struct str before, struct str message, const struct tsig_fields *f,
                    uint8_t ret[static MAC_SIZE_MAX], struct err *err)
{
    struct buf all;
    buf_init(&all, SIGNED_SIZE_MAX);
    buf_put_str(&all, before);
    buf_put_str(&all, message);
    tsig_put_variables(key, f, &all);
    bool ok = buf_ok(&all) ? mac_make(key->algorithm, key->secret, buf_str(&all), ret, err) : err_memory(err);
    buf_fini(&all);
    return ok;
}

bool tsig_sign(const struct tsig_key *key, int64_t now_s, struct buf *message, struct tsig_request *ret,
               struct err *err)
{
    const struct tsig_fields f = {.time_s = (uint64_t)now_s, .fudge_s = TSIG_FUDGE_S};
    struct str plain = buf_str(message);
    struct tsig_request request = {.id = dns_get_u16(plain, 0)};
    struct dns_name algorithm = tsig_algorithm_name(key->algorithm);
    size_t code_size = mac_size(key->algorithm);
    if (!code_of(key, STR(""), plain, &f, request.mac, err))
        return false;
    unsigned additional_count = dns_get_u16(plain, TSIG_COUNT_AT);
    dns_name_write(&key->name, message);
    dns_put_u16(message, DNS_TSIG);
    dns_put_u16(message, DNS_CLASS_ANY);
    dns_put_u16(message, 0);
    dns_put_u16(message, 0);
    dns_put_u16(message, (unsigned)(algorithm.size + SIGNATURE_FIXED_SIZE + code_size));
    dns_name_write(&algorithm, message);
    tsig_put_time(f.time_s, message);
    dns_put_u16(message, f.fudge_s);
    dns_put_u16(message, (unsigned)code_size);
    buf_put(message, request.mac, code_size);
    dns_put_u16(message, request.id);
    dns_put_u16(message, 0);
    dns_put_u16(message, 0);
    if (!buf_ok(message))
        return err_memory(err);
    tsig_set_count(message->data + message->start, additional_count + 1);
    *ret = request;
    return true;
}

/* The answer as it was when it was signed: without the signature, with the id it was signed under. */
static bool code_is_right(const struct tsig_key *key, const struct tsig_request *request,
                          const struct dns_message *answer, size_t signature_at, const struct tsig_signature *signature)
{
    uint8_t right[MAC_SIZE_MAX];
    size_t code_size = mac_size(key->algorithm);
    struct buf before, plain;
    buf_init(&before, 2 + MAC_SIZE_MAX);
    buf_init(&plain, DNS_MESSAGE_SIZE_MAX);
    dns_put_u16(&before, (unsigned)code_size);
    buf_put(&before, request->mac, code_size);
    buf_put_str(&plain, str_part(answer->bytes, 0, signature_at));
    bool ok = buf_ok(&before) && buf_ok(&plain);
    if (ok) {
        tsig_restore(plain.data, signature, answer);
        ok = code_of(key, buf_str(&before), buf_str(&plain), &signature->fields, right, NULL) &&
             mac_equal(right, (const uint8_t *)signature->code.data, code_size);
    }
    buf_fini(&before);
    buf_fini(&plain);
    wipe_bytes(right, sizeof right);
    return ok;
}

/* The server's own time, when the signature vouches for it (section 5.2.3). */
static int64_t server_time(const struct tsig_signature *signature, bool proven)
{
    struct str other = signature->fields.other;
    if (!proven || other.size != 6)
        return 0;
    return (int64_t)((uint64_t)dns_get_u16(other, 0) << 32 | dns_get_u32(other, 2));
}

enum tsig_result tsig_check(const struct tsig_key *key, const struct tsig_request *request,
                            const struct dns_message *answer, int64_t now_s, int64_t *ret_server_s)
{
    struct dns_record record;
    struct tsig_signature signature = {0};
    if (!tsig_record_find(answer, &record))
        return TSIG_UNSIGNED;
    if (!tsig_record_read(answer, &record, &signature))
        return TSIG_WRONG;
    bool proven = tsig_record_is_of(&record, &signature, key, request->id) &&
                  code_is_right(key, request, answer, record.at, &signature);
    switch (signature.fields.error) {
    case 0: break;
    case ERROR_BAD_SIG: return TSIG_BAD_SIG;
    case ERROR_BAD_KEY: return TSIG_BAD_KEY;
    case ERROR_BAD_TRUNC: return TSIG_BAD_TRUNC;
    case ERROR_BAD_TIME: *ret_server_s = server_time(&signature, proven); return TSIG_BAD_TIME;
    default: return TSIG_WRONG;
    }
    if (!proven || !tsig_is_timely(&signature, now_s))
        return TSIG_WRONG;
    return TSIG_GOOD;
}
