/* Answers of name servers, good and hostile, as values for the findings. */
#include "../dns/answers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "probe/net_records.h"

#define DOMAIN   "app.example.test"
#define H2       "\0\1\0\3\2h2"
#define SELF(sv) STR("\0" sv)
#define PORT     "\0\3\0\2\x20\xfb"
#define HINTS    "\0\4\0\4\xc0\0\2\1\0\6\0\20\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"

/* As of a server that asks others. */
static void make_recursive(struct buf *answer)
{
    answer->data[3] = (char)(answer->data[3] | 0x80);
}

/* An answer to a question of this type about a name. */
static struct buf answer_of(const char *name, enum dns_type type)
{
    struct buf question;
    struct dns_name wire;
    buf_init(&question, ANSWER_SIZE_MAX);
    assert_true(dns_name_from(str_from(name), &wire));
    dns_write_query(7, &wire, type, DNS_RECURSIVE, &question);
    struct buf answer = answer_to(buf_str(&question), DNS_NOERROR);
    buf_fini(&question);
    return answer;
}

static struct net_message message_of(const struct buf *answer)
{
    return (struct net_message){true, STR(""), buf_str(answer)};
}

static struct net_https read_https(const struct net_message *message, struct arena *room, struct net_hints *hints)
{
    struct net_https https;
    net_records_https(STR(DOMAIN), message, room, &https, hints);
    return https;
}

/* ---- HTTPS ---- */

static void records_are_told_the_smallest_priority_first(void **state)
{
    (void)state;
    struct arena room;
    struct net_hints hints[NET_SERVICES_COUNT_MAX] = {0};
    struct buf answer = answer_of(DOMAIN, DNS_HTTPS);
    arena_init(&room, 65536);
    answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_HTTPS, SELF("\5\3cdn\7example\3net\0" H2));
    answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_HTTPS, SELF("\1\0" H2 PORT HINTS));
    answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_HTTPS, SELF("\3\3app\7Example\4test\0"));
    const struct net_message message = message_of(&answer);
    struct net_https https = read_https(&message, &room, hints);
    assert_int_equal(https.told, NET_THERE);
    assert_int_equal(https.services_count, 3);
    assert_int_equal(https.services[0].priority, 1);
    assert_str(https.services[0].alpn, STR("h2"));
    assert_true(https.services[0].has_h2 && https.services[0].has_port);
    assert_int_equal(https.services[0].port, 8443);
    assert_str(https.services[0].hints, STR("192.0.2.1, 2001:db8::1"));
    assert_int_equal(hints[0].ipv4.size, 4);
    assert_str(https.services[1].target, STR("")); /* its own name */
    assert_int_equal(hints[1].ipv4.size, 0);
    assert_str(https.services[2].target, STR("cdn.example.net"));
    assert_str(https.malformed_why, STR(""));
    buf_fini(&answer);
    arena_fini(&room);
}

static void what_is_too_much_is_counted_and_the_best_are_kept(void **state)
{
    (void)state;
    struct arena room;
    struct net_hints hints[NET_SERVICES_COUNT_MAX] = {0};
    struct buf answer = answer_of(DOMAIN, DNS_HTTPS);
    arena_init(&room, 65536);
    for (char priority = 9; priority > 0; priority--) {
        const char rdata[] = {0, priority, 0};
        answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_HTTPS, str_make(rdata, sizeof rdata));
    }
    const struct net_message message = message_of(&answer);
    struct net_https https = read_https(&message, &room, hints);
    assert_int_equal(https.services_count, NET_SERVICES_COUNT_MAX);
    assert_int_equal(https.more_count, 9 - NET_SERVICES_COUNT_MAX);
    for (size_t i = 0; i < https.services_count; i++)
        assert_int_equal(https.services[i].priority, i + 1);
    buf_fini(&answer);
    arena_fini(&room);
}

static void aliases_of_the_dns_are_followed_within_the_answer(void **state)
{
    (void)state;
    struct arena room;
    struct net_hints hints[NET_SERVICES_COUNT_MAX] = {0};
    struct buf answer = answer_of(DOMAIN, DNS_HTTPS);
    arena_init(&room, 65536);
    answer_add_name(&answer, DNS_ANSWER, DOMAIN, DNS_CNAME, "edge.example.net");
    struct net_message message = message_of(&answer);
    struct net_https https = read_https(&message, &room, hints);
    assert_int_equal(https.told, NET_UNTOLD); /* it leads out of the answer */
    assert_true(https.why.size > 0);
    make_recursive(&answer);
    message = message_of(&answer);
    https = read_https(&message, &room, hints);
    assert_int_equal(https.told, NET_NONE); /* a resolver went there, and there is none */
    assert_str(https.why, STR(""));
    answer_add(&answer, DNS_ANSWER, "edge.example.net", DNS_HTTPS, SELF("\1\0" H2));
    answer_add(&answer, DNS_ANSWER, "other.example.net", DNS_HTTPS, SELF("\2\0" H2)); /* of nobody who was asked for */
    message = message_of(&answer);
    https = read_https(&message, &room, hints);
    assert_int_equal(https.told, NET_THERE);
    assert_int_equal(https.services_count, 1);
    buf_fini(&answer);
    arena_fini(&room);
}

static void an_alias_in_a_circle_says_nothing(void **state)
{
    (void)state;
    struct arena room;
    struct net_hints hints[NET_SERVICES_COUNT_MAX] = {0};
    struct buf answer = answer_of(DOMAIN, DNS_HTTPS);
    arena_init(&room, 65536);
    make_recursive(&answer);
    answer_add_name(&answer, DNS_ANSWER, DOMAIN, DNS_CNAME, "edge.example.net");
    answer_add_name(&answer, DNS_ANSWER, "edge.example.net", DNS_CNAME, DOMAIN);
    const struct net_message message = message_of(&answer);
    assert_int_equal(read_https(&message, &room, hints).told, NET_UNTOLD);
    buf_fini(&answer);
    arena_fini(&room);
}

/* RFC 8659 section 3: an alias that leads to no records leaves those of the names above the name itself. */
static void behind_an_alias_without_caa_the_records_above_the_name_count(void **state)
{
    (void)state;
    struct arena room;
    struct net_caa caa;
    struct buf alias = answer_of(DOMAIN, DNS_CAA), above = answer_of("example.test", DNS_CAA);
    arena_init(&room, 65536);
    make_recursive(&alias);
    answer_add_name(&alias, DNS_ANSWER, DOMAIN, DNS_CNAME, "edge.example.net");
    answer_add(&above, DNS_ANSWER, "example.test", DNS_CAA, STR("\0\5issueletsencrypt.org"));
    const struct net_message messages[] = {message_of(&alias), message_of(&above)};
    const struct net_certificate certificate = {.issuer = STR("O=Let's Encrypt")};
    net_records_caa(STR(DOMAIN), messages, 2, &certificate, &room, &caa);
    assert_int_equal(caa.told, NET_THERE);
    assert_int_equal(caa.verdict, NET_CAA_ALLOWED);
    assert_str(caa.owner, STR("example.test"));
    buf_fini(&alias);
    buf_fini(&above);
    arena_fini(&room);
}

static void what_cannot_be_read_is_told_and_the_rest_is_read(void **state)
{
    (void)state;
    struct arena room;
    struct net_hints hints[NET_SERVICES_COUNT_MAX] = {0};
    struct buf answer = answer_of(DOMAIN, DNS_HTTPS);
    arena_init(&room, 65536);
    answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_HTTPS, SELF("\1\0\0\3\0\1x"));
    answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_HTTPS, SELF("\1\0\0\1\0\4\3\x1b[2"));
    const struct net_message message = message_of(&answer);
    struct net_https https = read_https(&message, &room, hints);
    assert_int_equal(https.services_count, 1);
    assert_str(https.services[0].alpn, STR("?[2")); /* nothing that moves a cursor */
    assert_true(https.malformed_why.size > 0);
    buf_fini(&answer);
    arena_fini(&room);
}

static void no_answer_and_no_record_are_two_things(void **state)
{
    (void)state;
    struct arena room;
    struct net_hints hints[NET_SERVICES_COUNT_MAX] = {0};
    arena_init(&room, 65536);
    const struct net_message silent = {false, STR("cannot be found: no name server answers"), STR("")},
                             none = {true, STR(""), STR("")}, noise = {true, STR(""), STR("no message at all")};
    struct net_https https = read_https(&silent, &room, hints);
    assert_int_equal(https.told, NET_UNTOLD);
    assert_str(https.why, silent.why);
    assert_int_equal(read_https(&none, &room, hints).told, NET_NONE);
    assert_int_equal(read_https(&noise, &room, hints).told, NET_UNTOLD);
    arena_fini(&room);
}

/* At every byte: what is left is no message, or one that can be read. */
static void a_message_that_is_cut_off_does_no_harm(void **state)
{
    (void)state;
    struct buf answer = answer_of(DOMAIN, DNS_HTTPS);
    answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_HTTPS, SELF("\1\0" H2 PORT HINTS));
    answer_add(&answer, DNS_ANSWER, DOMAIN, DNS_CAA, STR("\0\5issueletsencrypt.org"));
    for (size_t size = 0; size <= answer.size; size++) {
        struct arena room;
        struct net_hints hints[NET_SERVICES_COUNT_MAX] = {0};
        const struct net_certificate certificate = {.issuer = STR("O=Let's Encrypt")};
        struct net_caa caa;
        char *copy = malloc(size ? size : 1);
        memcpy(copy, answer.data, size);
        arena_init(&room, 65536);
        const struct net_message message = {true, STR(""), str_make(copy, size)};
        struct net_https https = read_https(&message, &room, hints);
        net_records_caa(STR(DOMAIN), &message, 1, &certificate, &room, &caa);
        assert_int_equal(https.told == NET_THERE, size == answer.size);
        assert_int_equal(caa.told == NET_THERE, size == answer.size);
        arena_fini(&room);
        free(copy);
    }
    buf_fini(&answer);
}

static struct sockaddr_storage address_of(const char *text)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        memcpy(&address, &v4, sizeof v4);
    else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
        memcpy(&address, &v6, sizeof v6);
    return address;
}

static void a_hint_that_the_name_does_not_have_is_found(void **state)
{
    (void)state;
    struct arena room;
    const struct net_hints hints = {STR("\xc0\0\2\1\xc0\0\2\2"), STR("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1")};
    const struct sockaddr_storage all[] = {address_of("192.0.2.2"), address_of("2001:db8::1"), address_of("192.0.2.1")};
    arena_init(&room, 65536);
    assert_str(net_records_stray(&hints, all, 3, &room), STR(""));
    assert_str(net_records_stray(&hints, all, 2, &room), STR("192.0.2.1"));
    assert_str(net_records_stray(&hints, all, 0, &room), STR("192.0.2.1"));
    const struct sockaddr_storage v4[] = {all[0], all[2]};
    assert_str(net_records_stray(&hints, v4, 2, &room), STR("2001:db8::1"));
    arena_fini(&room);
}

/* ---- CAA ---- */

#define LE      "CN=R12,O=Let's Encrypt,C=US"
#define UNKNOWN "CN=x,O=Somebody else"

/* Records at the name, at its parent and at the top; NULL: none, "!": no answer, "0issue…": the flag in front. */
struct caa_case {
    const char *at[3][3];
    const char *issuer;
    bool is_wildcard;
    enum net_told told;
    enum net_caa_verdict verdict;
    const char *owner, *issuers, *reports;
};

static void put_record(struct buf *answer, const char *name, const char *text)
{
    char rdata[256];
    const char *value = strchr(text, ' ');
    size_t tag_size = (size_t)(value - text - 1);
    rdata[0] = text[0] == '1' ? (char)0x80 : 0;
    rdata[1] = (char)tag_size;
    memcpy(rdata + 2, text + 1, tag_size);
    memcpy(rdata + 2 + tag_size, value + 1, strlen(value + 1));
    answer_add(answer, DNS_ANSWER, name, DNS_CAA, str_make(rdata, 2 + tag_size + strlen(value + 1)));
}

static void check_caa(const struct caa_case *c, size_t index)
{
    static const char *const names[] = {DOMAIN, "example.test", "test"};
    struct net_message messages[3];
    struct buf answers[3];
    struct arena room;
    struct net_caa caa;
    arena_init(&room, 65536);
    for (size_t i = 0; i < 3; i++) {
        answers[i] = answer_of(names[i], DNS_CAA);
        messages[i] = (struct net_message){true, STR(""), STR("")};
        for (size_t j = 0; j < 3 && c->at[i][j]; j++) {
            if (c->at[i][j][0] == '!') {
                messages[i] = (struct net_message){false, STR("fails"), STR("")};
            } else {
                put_record(&answers[i], names[i], c->at[i][j]);
                messages[i] = message_of(&answers[i]);
            }
        }
    }
    const struct net_certificate certificate = {str_from(c->issuer), c->is_wildcard};
    net_records_caa(STR(DOMAIN), messages, 3, &certificate, &room, &caa);
    if (caa.told != c->told || caa.verdict != c->verdict)
        fail_msg("case %zu: told %d, verdict %d", index, (int)caa.told, (int)caa.verdict);
    if (c->owner)
        assert_str(caa.owner, str_from(c->owner));
    if (c->issuers)
        assert_str(caa.issuers, str_from(c->issuers));
    if (c->reports)
        assert_str(caa.reports, str_from(c->reports));
    for (size_t i = 0; i < 3; i++)
        buf_fini(&answers[i]);
    arena_fini(&room);
}

static void the_nearest_records_say_who_may_issue(void **state)
{
    (void)state;
    static const struct caa_case cases[] = {
        {.issuer = LE, .told = NET_NONE},
        {.at = {{"0issue letsencrypt.org"}},
         .issuer = LE,
         .told = NET_THERE,
         .verdict = NET_CAA_ALLOWED,
         .owner = DOMAIN,
         .issuers = "letsencrypt.org",
         .reports = ""},
        {.at = {{NULL}, {"0issue pki.goog; validationmethods=dns-01", "0iodef mailto:a@example.test"}},
         .issuer = LE,
         .told = NET_THERE,
         .verdict = NET_CAA_OTHER,
         .owner = "example.test",
         .issuers = "pki.goog",
         .reports = "mailto:a@example.test"},
        {.at = {{NULL}, {NULL}, {"0issue ;"}},
         .issuer = LE,
         .told = NET_THERE,
         .verdict = NET_CAA_NOBODY,
         .owner = "test",
         .issuers = "nobody"},
        {.at = {{"0issue ;"}}, .issuer = UNKNOWN, .told = NET_THERE, .verdict = NET_CAA_NOBODY},
        {.at = {{"0issue pki.goog"}}, .issuer = UNKNOWN, .told = NET_THERE, .verdict = NET_CAA_UNJUDGED},
        {.at = {{"0issue pki.goog"}}, .issuer = "", .told = NET_THERE, .verdict = NET_CAA_UNJUDGED},
        {.at = {{"1future x", "0issue letsencrypt.org"}}, .issuer = LE, .told = NET_THERE, .verdict = NET_CAA_FOREIGN},
        /* Which account and method it was issued by cannot be seen. */
        {.at = {{"0issue letsencrypt.org; accounturi=https://x/1; validationmethods=dns-01"}},
         .issuer = LE,
         .told = NET_THERE,
         .verdict = NET_CAA_ALLOWED},
        {.at = {{"0iodef mailto:a@b"}}, .issuer = LE, .told = NET_THERE, .verdict = NET_CAA_ALLOWED, .issuers = ""},
        /* The nearest answer is missing: it may be the one that counts. */
        {.at = {{"!"}, {"0issue letsencrypt.org"}}, .issuer = LE, .told = NET_UNTOLD},
        {.at = {{"0issue letsencrypt.org"}, {"!"}}, .issuer = LE, .told = NET_THERE, .verdict = NET_CAA_ALLOWED},
        /* *.example.test was issued by the records of example.test. */
        {.at = {{"0issue pki.goog"}, {"0issue pki.goog", "0issuewild letsencrypt.org"}},
         .issuer = LE,
         .is_wildcard = true,
         .told = NET_THERE,
         .verdict = NET_CAA_ALLOWED,
         .owner = DOMAIN},
        {.at = {{"0issue letsencrypt.org"}, {"0issuewild ;"}},
         .issuer = LE,
         .is_wildcard = true,
         .told = NET_THERE,
         .verdict = NET_CAA_NOBODY,
         .owner = "example.test",
         .issuers = "nobody"},
        /* What is told beside a refusal is what refuses. */
        {.at = {{NULL}, {"0issue letsencrypt.org", "0issuewild pki.goog"}},
         .issuer = LE,
         .is_wildcard = true,
         .told = NET_THERE,
         .verdict = NET_CAA_OTHER,
         .owner = "example.test",
         .issuers = "pki.goog"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_caa(&cases[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_told_the_smallest_priority_first),
        cmocka_unit_test(what_is_too_much_is_counted_and_the_best_are_kept),
        cmocka_unit_test(aliases_of_the_dns_are_followed_within_the_answer),
        cmocka_unit_test(an_alias_in_a_circle_says_nothing),
        cmocka_unit_test(behind_an_alias_without_caa_the_records_above_the_name_count),
        cmocka_unit_test(what_cannot_be_read_is_told_and_the_rest_is_read),
        cmocka_unit_test(no_answer_and_no_record_are_two_things),
        cmocka_unit_test(a_message_that_is_cut_off_does_no_harm),
        cmocka_unit_test(a_hint_that_the_name_does_not_have_is_found),
        cmocka_unit_test(the_nearest_records_say_who_may_issue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
