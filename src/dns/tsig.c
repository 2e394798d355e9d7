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

#define ERROR_BAD_SIG   16
#define ERROR_BAD_KEY   17
#define ERROR_BAD_TIME  18
#define ERROR_BAD_TRUNC 22
/* Where the header counts the additional records. */
#define ADDITIONAL_COUNT_AT 10
/* Time, fudge, size of the code, original id, error, size of other. */
#define SIGNATURE_FIXED_SIZE ((size_t)16)
/* Room for a message and what is signed with it. */
#define SIGNED_SIZE_MAX (DNS_MESSAGE_SIZE_MAX + 2048)

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

static struct dns_name algorithm_name(enum mac_algorithm algorithm)
{
    struct dns_name name = {.size = 1};
    if (!dns_name_from(str_from(algorithms[algorithm]), &name))
        name.size = 1; /* not for these two words */
    return name;
}

/* The variable parts of a signature. */
struct fields {
    uint64_t time_s; /* 48 bits */
    uint16_t fudge_s;
    uint16_t error;
    struct str other;
};

static void put_time(uint64_t time_s, struct buf *out)
{
    dns_put_u16(out, (unsigned)(time_s >> 32) & 0xffff);
    dns_put_u16(out, (unsigned)(time_s >> 16) & 0xffff);
    dns_put_u16(out, (unsigned)time_s & 0xffff);
}

static void put_variables(const struct tsig_key *key, const struct fields *f, struct buf *out)
{
    struct dns_name algorithm = algorithm_name(key->algorithm);
    dns_name_write(&key->name, out);
    dns_put_u16(out, DNS_CLASS_ANY);
    dns_put_u16(out, 0); /* TTL */
    dns_put_u16(out, 0);
    dns_name_write(&algorithm, out);
    put_time(f->time_s, out);
    dns_put_u16(out, f->fudge_s);
    dns_put_u16(out, f->error);
    dns_put_u16(out, (unsigned)f->other.size);
    buf_put_str(out, f->other);
}

static bool code_of(const struct tsig_key *key, struct str before, struct str message, const struct fields *f,
                    uint8_t ret[static MAC_SIZE_MAX], struct err *err)
{
    struct buf all;
    buf_init(&all, SIGNED_SIZE_MAX);
    buf_put_str(&all, before);
    buf_put_str(&all, message);
    put_variables(key, f, &all);
    bool ok = buf_ok(&all) ? mac_make(key->algorithm, key->secret, buf_str(&all), ret, err) : err_memory(err);
    buf_fini(&all);
    return ok;
}

static void set_count(char *message, unsigned count)
{
    message[ADDITIONAL_COUNT_AT] = (char)(count >> 8);
    message[ADDITIONAL_COUNT_AT + 1] = (char)count;
}

bool tsig_sign(const struct tsig_key *key, int64_t now_s, struct buf *message, struct tsig_request *ret,
               struct err *err)
{
    const struct fields f = {.time_s = (uint64_t)now_s, .fudge_s = TSIG_FUDGE_S};
    struct str plain = buf_str(message);
    struct tsig_request request = {.id = dns_get_u16(plain, 0)};
    struct dns_name algorithm = algorithm_name(key->algorithm);
    size_t code_size = mac_size(key->algorithm);
    if (!code_of(key, STR(""), plain, &f, request.mac, err))
        return false;
    unsigned additional_count = dns_get_u16(plain, ADDITIONAL_COUNT_AT);
    dns_name_write(&key->name, message);
    dns_put_u16(message, DNS_TSIG);
    dns_put_u16(message, DNS_CLASS_ANY);
    dns_put_u16(message, 0);
    dns_put_u16(message, 0);
    dns_put_u16(message, (unsigned)(algorithm.size + SIGNATURE_FIXED_SIZE + code_size));
    dns_name_write(&algorithm, message);
    put_time(f.time_s, message);
    dns_put_u16(message, f.fudge_s);
    dns_put_u16(message, (unsigned)code_size);
    buf_put(message, request.mac, code_size);
    dns_put_u16(message, request.id);
    dns_put_u16(message, 0);
    dns_put_u16(message, 0);
    if (!buf_ok(message))
        return err_memory(err);
    set_count(message->data + message->start, additional_count + 1);
    *ret = request;
    return true;
}

/* A signature taken apart. */
struct signature {
    struct dns_name algorithm;
    struct fields fields;
    struct str code;
    uint16_t original_id;
};

static bool read_signature(const struct dns_message *message, const struct dns_record *record, struct signature *ret)
{
    struct str whole = str_part(message->bytes, 0, record->rdata_at + record->rdata.size);
    size_t at = record->rdata_at;
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

/* The last record, which a signature must be (section 5.1). */
static bool find_signature(const struct dns_message *message, struct dns_record *ret)
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

/* The answer as it was when it was signed: without the signature, with the id it was signed under. */
static bool code_is_right(const struct tsig_key *key, const struct tsig_request *request,
                          const struct dns_message *answer, size_t signature_at, const struct signature *signature)
{
    uint8_t right[MAC_SIZE_MAX];
    size_t code_size = mac_size(key->algorithm);
    struct buf before, plain;
    if (signature->code.size != code_size)
        return false;
    buf_init(&before, 2 + MAC_SIZE_MAX);
    buf_init(&plain, DNS_MESSAGE_SIZE_MAX);
    dns_put_u16(&before, (unsigned)code_size);
    buf_put(&before, request->mac, code_size);
    buf_put_str(&plain, str_part(answer->bytes, 0, signature_at));
    bool ok = buf_ok(&before) && buf_ok(&plain);
    if (ok) {
        plain.data[0] = (char)(signature->original_id >> 8);
        plain.data[1] = (char)signature->original_id;
        set_count(plain.data, answer->counts[DNS_ADDITIONAL] - 1u);
        ok = code_of(key, buf_str(&before), buf_str(&plain), &signature->fields, right, NULL) &&
             mac_equal(right, (const uint8_t *)signature->code.data, code_size);
    }
    buf_fini(&before);
    buf_fini(&plain);
    wipe_bytes(right, sizeof right);
    return ok;
}

/* The server's own time, when the signature vouches for it (section 5.2.3). */
static int64_t server_time(const struct signature *signature, bool proven)
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
    struct signature signature = {0};
    if (!find_signature(answer, &record))
        return TSIG_UNSIGNED;
    if (!read_signature(answer, &record, &signature) || record.class != DNS_CLASS_ANY || record.ttl_s != 0)
        return TSIG_WRONG;
    const struct dns_name algorithm = algorithm_name(key->algorithm);
    bool proven = dns_name_equal(&record.name, &key->name) && dns_name_equal(&signature.algorithm, &algorithm) &&
                  signature.original_id == request->id && code_is_right(key, request, answer, record.at, &signature);
    switch (signature.fields.error) {
    case 0: break;
    case ERROR_BAD_SIG: return TSIG_BAD_SIG;
    case ERROR_BAD_KEY: return TSIG_BAD_KEY;
    case ERROR_BAD_TRUNC: return TSIG_BAD_TRUNC;
    case ERROR_BAD_TIME: *ret_server_s = server_time(&signature, proven); return TSIG_BAD_TIME;
    default: return TSIG_WRONG;
    }
    int64_t apart_s = now_s - (int64_t)signature.fields.time_s;
    if (!proven || apart_s > signature.fields.fudge_s || -apart_s > signature.fields.fudge_s)
        return TSIG_WRONG;
    return TSIG_GOOD;
}
