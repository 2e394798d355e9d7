/* Signatures: made by us, checked by the rules; answered by a server the test plays. */
#include "answers.h"

#include "dns/tsig.h"

#define NOW_S INT64_C(1768478400)

static struct tsig_key key_of(const char *name, enum mac_algorithm algorithm, const char *secret)
{
    struct tsig_key key = {.algorithm = algorithm, .secret = str_from(secret)};
    assert_true(dns_name_from(str_from(name), &key.name));
    return key;
}

/* What a server makes of a code: RFC 8945 section 4.3, written out once more. */
struct signing {
    const struct tsig_key *key;
    const struct tsig_request *request;
    int64_t time_s;
    uint16_t error;
    struct str other;
    bool unsigned_code; /* as BADKEY and BADSIG come */
};

static void put_time(struct buf *out, int64_t time_s)
{
    for (int shift = 40; shift >= 0; shift -= 8)
        (void)buf_put_char(out, (char)((uint64_t)time_s >> shift));
}

static void put_algorithm(struct buf *out, enum mac_algorithm algorithm)
{
    (void)buf_put_str(out,
                      algorithm == MAC_SHA512 ? str_make("\13hmac-sha512\0", 13) : str_make("\13hmac-sha256\0", 13));
}

static void sign_answer(struct buf *answer, const struct signing *s)
{
    struct buf data, rdata;
    uint8_t code[MAC_SIZE_MAX];
    size_t size = s->unsigned_code ? 0 : mac_size(s->key->algorithm);
    buf_init(&data, ANSWER_SIZE_MAX);
    buf_init(&rdata, ANSWER_SIZE_MAX);
    dns_put_u16(&data, (unsigned)mac_size(s->key->algorithm));
    (void)buf_put(&data, s->request->mac, mac_size(s->key->algorithm));
    (void)buf_put_str(&data, buf_str(answer));
    dns_name_write(&s->key->name, &data);
    (void)buf_put(&data, "\0\377\0\0\0\0", 6);
    put_algorithm(&data, s->key->algorithm);
    put_time(&data, s->time_s);
    dns_put_u16(&data, TSIG_FUDGE_S);
    dns_put_u16(&data, s->error);
    dns_put_u16(&data, (unsigned)s->other.size);
    (void)buf_put_str(&data, s->other);
    assert_true(mac_make(s->key->algorithm, s->key->secret, buf_str(&data), code, NULL));
    put_algorithm(&rdata, s->key->algorithm);
    put_time(&rdata, s->time_s);
    dns_put_u16(&rdata, TSIG_FUDGE_S);
    dns_put_u16(&rdata, (unsigned)size);
    (void)buf_put(&rdata, code, size);
    dns_put_u16(&rdata, dns_get_u16(buf_str(answer), 0));
    dns_put_u16(&rdata, s->error);
    dns_put_u16(&rdata, (unsigned)s->other.size);
    (void)buf_put_str(&rdata, s->other);
    char room[DNS_NAME_TEXT_SIZE];
    size_t at = answer->size;
    answer_add(answer, DNS_ADDITIONAL, dns_name_text(&s->key->name, room).data, DNS_TSIG, buf_str(&rdata));
    memcpy(answer->data + at + s->key->name.size + 2, "\0\377\0\0\0\0", 6); /* class ANY, TTL 0 */
    buf_fini(&data);
    buf_fini(&rdata);
}

static struct buf signed_request(const struct tsig_key *key, struct tsig_request *ret)
{
    struct dns_name zone;
    struct dns_change change = {.value = STR("token"), .ttl_s = 60};
    struct buf request;
    assert_true(dns_name_from(STR("example.org"), &zone) && dns_name_from(STR("a.example.org"), &change.name));
    buf_init(&request, ANSWER_SIZE_MAX);
    dns_write_update(77, &zone, &change, &request);
    assert_true(tsig_sign(key, NOW_S, &request, ret, NULL));
    return request;
}

static enum tsig_result check(const struct tsig_key *key, const struct tsig_request *request, const struct buf *answer,
                              int64_t *ret_server_s)
{
    struct dns_message message;
    *ret_server_s = -1;
    assert_true(dns_message_open(buf_str(answer), &message));
    return tsig_check(key, request, &message, NOW_S, ret_server_s);
}

static void an_answer_counts_when_it_is_signed_for_this_request(void **state)
{
    (void)state;
    const struct tsig_key right = key_of("acme", MAC_SHA256, "0123456789abcdef"),
                          other = key_of("acme", MAC_SHA256, "another secret!!"),
                          name = key_of("other", MAC_SHA256, "0123456789abcdef"),
                          algorithm = key_of("acme", MAC_SHA512, "0123456789abcdef");
    struct tsig_request request, another;
    struct buf sent = signed_request(&right, &request), second = signed_request(&right, &another);
    another.mac[0] ^= 1;
    const struct {
        struct signing signing;
        enum tsig_result result;
    } cases[] = {
        {{&right, &request, NOW_S, 0, {0}, false}, TSIG_GOOD},
        {{&right, &request, NOW_S + TSIG_FUDGE_S, 0, {0}, false}, TSIG_GOOD},
        {{&right, &request, NOW_S + TSIG_FUDGE_S + 1, 0, {0}, false}, TSIG_WRONG},
        {{&right, &request, NOW_S - TSIG_FUDGE_S - 1, 0, {0}, false}, TSIG_WRONG},
        {{&other, &request, NOW_S, 0, {0}, false}, TSIG_WRONG},
        {{&name, &request, NOW_S, 0, {0}, false}, TSIG_WRONG},
        {{&algorithm, &request, NOW_S, 0, {0}, false}, TSIG_WRONG},
        {{&right, &another, NOW_S, 0, {0}, false}, TSIG_WRONG}, /* of another request */
        {{&right, &request, NOW_S, 0, {0}, true}, TSIG_WRONG},
        {{&right, &request, NOW_S, 16, {0}, true}, TSIG_BAD_SIG},
        {{&right, &request, NOW_S, 17, {0}, true}, TSIG_BAD_KEY},
        {{&right, &request, NOW_S, 22, {0}, true}, TSIG_BAD_TRUNC},
        {{&right, &request, NOW_S, 99, {0}, false}, TSIG_WRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t server_s;
        struct buf answer = answer_to(buf_str(&sent), DNS_NOERROR);
        sign_answer(&answer, &cases[i].signing);
        assert_int_equal(check(&right, &request, &answer, &server_s), cases[i].result);
        buf_fini(&answer);
    }
    buf_fini(&sent);
    buf_fini(&second);
}

static void the_servers_time_is_believed_when_it_is_signed(void **state)
{
    (void)state;
    const struct tsig_key key = key_of("acme", MAC_SHA512, "0123456789abcdef");
    struct tsig_request request;
    struct buf sent = signed_request(&key, &request);
    const char later[] = {0, 0, 0x69, 0x69, 0, 0};
    for (int proven = 0; proven < 2; proven++) {
        int64_t server_s;
        struct buf answer = answer_to(buf_str(&sent), DNS_NOTAUTH);
        const struct signing signing = {&key, &request, NOW_S, 18, str_make(later, sizeof later), !proven};
        sign_answer(&answer, &signing);
        assert_int_equal(check(&key, &request, &answer, &server_s), TSIG_BAD_TIME);
        assert_int_equal(server_s, proven ? 0x69690000 : 0);
        buf_fini(&answer);
    }
    buf_fini(&sent);
}

static void an_answer_without_a_signature_at_its_end_is_unsigned(void **state)
{
    (void)state;
    const struct tsig_key key = key_of("acme", MAC_SHA256, "0123456789abcdef");
    struct tsig_request request;
    struct buf sent = signed_request(&key, &request);
    int64_t server_s;
    struct buf answer = answer_to(buf_str(&sent), DNS_NOERROR);
    assert_int_equal(check(&key, &request, &answer, &server_s), TSIG_UNSIGNED);
    sign_answer(&answer, &(struct signing){&key, &request, NOW_S, 0, {0}, false});
    answer_add(&answer, DNS_ADDITIONAL, "a.org", DNS_A, STR("1234"));
    assert_int_equal(check(&key, &request, &answer, &server_s), TSIG_UNSIGNED);
    buf_fini(&answer);
    buf_fini(&sent);
}

static void any_changed_byte_of_an_answer_is_noticed(void **state)
{
    (void)state;
    const struct tsig_key key = key_of("acme", MAC_SHA256, "0123456789abcdef");
    struct tsig_request request;
    struct buf sent = signed_request(&key, &request);
    struct buf answer = answer_to(buf_str(&sent), DNS_NOERROR);
    sign_answer(&answer, &(struct signing){&key, &request, NOW_S, 0, {0}, false});
    for (size_t i = 2; i < answer.size; i++) /* the id may be another on the way (section 5.1) */
        for (int bit = 0; bit < 8; bit++) {
            struct dns_message message;
            int64_t server_s;
            answer.data[i] = (char)(answer.data[i] ^ 1 << bit);
            if (dns_message_open(buf_str(&answer), &message) &&
                tsig_check(&key, &request, &message, NOW_S, &server_s) == TSIG_GOOD) {
                /* names have no case */
                assert_true(bit == 5);
            }
            answer.data[i] = (char)(answer.data[i] ^ 1 << bit);
        }
    buf_fini(&answer);
    buf_fini(&sent);
}

static void algorithms_have_the_names_of_the_field(void **state)
{
    (void)state;
    enum mac_algorithm algorithm;
    assert_true(tsig_algorithm_from(STR("HMAC-SHA512."), &algorithm));
    assert_int_equal(algorithm, MAC_SHA512);
    assert_true(tsig_algorithm_from(STR("hmac-sha256"), &algorithm));
    assert_string_equal(tsig_algorithm_text(algorithm), "hmac-sha256");
    assert_false(tsig_algorithm_from(STR("hmac-md5"), &algorithm));
    assert_false(tsig_algorithm_from(STR(""), &algorithm));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_counts_when_it_is_signed_for_this_request),
        cmocka_unit_test(the_servers_time_is_believed_when_it_is_signed),
        cmocka_unit_test(an_answer_without_a_signature_at_its_end_is_unsigned),
        cmocka_unit_test(any_changed_byte_of_an_answer_is_noticed),
        cmocka_unit_test(algorithms_have_the_names_of_the_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
