/*
 * Messages as people get them, whole: from facts to words, to JSON, to mail. What is expected is in mails/NAME.eml
 * (line ends as LF there). And what no text may do to a message.
 */
#include "control/notify_mail.h"

#include <stdio.h>

#include "check.h"
#include "codec/json.h"
#include "control/notify_words.h"
#include "os/file.h"

#define DAY ((int64_t)86400)
#define NOW ((int64_t)1800000000) /* 2027-01-15 08:00:00 */
#define KEY "0123456789abcdef0123456789abcdef"

static struct notify_channel *channel_new(void)
{
    static const char text[] =
        "{\"name\":\"ops\",\"kind\":\"email\",\"host\":\"smtp.example.org\",\"from\":\"gate@example."
        "org\",\"to\":[\"anna@example.org\",\"ben@example.org\"]}";
    struct notify_channel *channel;
    json_t *json;
    assert_true(json_parse(str_from(text), &json, NULL));
    assert_true(notify_channel_read(json, 0, &channel, NULL));
    json_decref(json);
    return channel;
}

/* The mail of these events, without CR; ends in a zero byte. */
static struct buf mail_of(const struct notify_event *events, size_t count)
{
    struct notification rows[NOTIFY_MAIL_COUNT_MAX];
    struct buf contents[NOTIFY_MAIL_COUNT_MAX], mail, text;
    struct notify_channel *channel = channel_new();
    struct err err = {0};
    for (size_t i = 0; i < count; i++) {
        buf_init(&contents[i], NOTIFY_CONTENT_SIZE_MAX);
        assert_true(notify_content(&events[i], STR(KEY), STR("gw1"), &contents[i]));
        rows[i] =
            (struct notification){.key = STR(KEY), .severity = events[i].severity, .content = buf_str(&contents[i])};
    }
    const struct notify_mail input = {
        .channel = channel, .notifications = rows, .count = count, .host = STR("gw1"), .at_s = NOW};
    buf_init(&mail, NOTIFY_MAIL_SIZE_MAX);
    if (!notify_mail_write(&input, &mail, &err))
        fail_msg("%s", err.text);
    buf_init(&text, NOTIFY_MAIL_SIZE_MAX);
    for (size_t i = 0; i < mail.size; i++) {
        if (buf_str(&mail).data[i] == '\n')
            assert_true(i > 0 && buf_str(&mail).data[i - 1] == '\r');
        if (buf_str(&mail).data[i] != '\r')
            assert_true(buf_put_char(&text, buf_str(&mail).data[i]));
    }
    assert_true(buf_put_char(&text, '\0'));
    for (size_t i = 0; i < count; i++)
        buf_fini(&contents[i]);
    buf_fini(&mail);
    notify_channel_free(channel);
    return text;
}

static void check(const char *name, const struct notify_event *events, size_t count)
{
    char path[512];
    struct buf expected, mail = mail_of(events, count);
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/tests/unit/control/mails/%s.eml", STRICTGATE_SOURCE, name);
    if (!file_read(path, 1 << 20, &expected, &err))
        fail_msg("%s; it should hold:\n%s", err.text, buf_str(&mail).data);
    assert_true(buf_put_char(&expected, '\0'));
    if (strcmp(buf_str(&mail).data, buf_str(&expected).data) != 0)
        fail_msg("%s is not:\n%s", path, buf_str(&mail).data);
    buf_fini(&expected);
    buf_fini(&mail);
}

static struct notify_facts facts_of(int64_t left_s, int64_t bound_s)
{
    return (struct notify_facts){.now_s = NOW,
                                 .has_certificate = true,
                                 .not_before_s = NOW - 60 * DAY,
                                 .not_after_s = NOW + left_s,
                                 .bound_until_s = bound_s ? NOW + bound_s : 0};
}

static void an_end_without_promises_asks_for_a_new_certificate(void **state)
{
    const struct notify_event event = {.kind = NOTIFY_EXPIRING,
                                       .phase = NOTIFY_BEGUN,
                                       .severity = NOTIFY_WARNING,
                                       .site = STR("www.example.org"),
                                       .stage = STR("7d"),
                                       .facts = facts_of(7 * DAY, 0)};
    (void)state;
    check("ends", &event, 1);
}

static void an_end_before_the_promises_says_who_is_locked_out_and_for_how_long(void **state)
{
    struct notify_event event = {.kind = NOTIFY_EXPIRING,
                                 .phase = NOTIFY_WORSE,
                                 .severity = NOTIFY_CRITICAL,
                                 .site = STR("www.example.org"),
                                 .stage = STR("1d"),
                                 .facts = facts_of(20 * 3600, 335 * DAY)};
    (void)state;
    event.facts.renews_itself = true;
    check("locks_out", &event, 1);
    event.facts.forecast = (struct forecast){
        .is_known = true, .percent = 62, .clients = 62, .of = 100, .until_s = event.facts.bound_until_s, .exact = true};
    check("locks_out_whom", &event, 1);
    event.facts = facts_of(-2 * DAY, 335 * DAY);
    event.stage = STR("expired");
    check("expired", &event, 1);
}

static void a_failure_quotes_the_authority_and_tells_the_next_attempt(void **state)
{
    const struct notify_event event = {
        .kind = NOTIFY_FAILING,
        .phase = NOTIFY_STILL,
        .severity = NOTIFY_WARNING,
        .site = STR("www.example.org"),
        .stage = STR("rateLimited"),
        .detail = STR("The authority says: \"too many certificates\r\nBcc: x@example.org\x1b[2J for b\xc3\xbc"
                      "cher.example\""),
        .fix = STR("wait; it is tried again by itself"),
        .next_attempt_s = NOW + 3600,
        .facts = facts_of(20 * DAY, 10 * DAY)};
    (void)state;
    check("fails", &event, 1);
}

static void what_waits_together_comes_together(void **state)
{
    const struct notify_event events[] = {
        {.kind = NOTIFY_RENEWED, .severity = NOTIFY_INFO, .site = STR("a.example.org"), .facts = facts_of(90 * DAY, 0)},
        {.kind = NOTIFY_MISMATCH,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_CRITICAL,
         .site = STR("b.example.org"),
         .stage = STR("mismatch"),
         .facts = {.now_s = NOW,
                   .has_certificate = true,
                   .not_after_s = NOW + 80 * DAY,
                   .bound_until_s = NOW + DAY,
                   .mismatches_count = 1},
         .detail = STR("192.0.2.1:443 serves another certificate")},
        {.kind = NOTIFY_CLOCK,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .stage = STR("jumped"),
         .detail = STR("it was set 3 days ahead"),
         .facts = {.now_s = NOW}},
    };
    (void)state;
    check("several", events, sizeof events / sizeof *events);
}

static void what_is_kept_ready_and_would_not_do_is_told_without_alarm(void **state)
{
    struct notify_event events[] = {
        {.kind = NOTIFY_DRAWER,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .site = STR("www.example.org"),
         .stage = STR("expired"),
         .detail = STR("The certificate ended on 2027-01-01 08:00 UTC: browsers refuse it."),
         .fix = STR("Renew it now."),
         .facts = facts_of(60 * DAY, 300 * DAY)},
        {.kind = NOTIFY_DRAWER,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .site = STR("b.example.org"),
         .stage = STR("expiring"),
         .detail = STR("The certificate ends in 9 days."),
         .fix = STR("Get a new one from its issuer: strictgate cert backup b.example.org FILE --key FILE"),
         .facts = facts_of(60 * DAY, 0)},
        {.kind = NOTIFY_DRAWER,
         .phase = NOTIFY_RESOLVED,
         .severity = NOTIFY_WARNING,
         .site = STR("c.example.org"),
         .stage = STR("wrong_name"),
         .detail = STR("The certificate ends in 9 days."),
         .facts = facts_of(60 * DAY, 0)},
        {.kind = NOTIFY_DRAWER,
         .phase = NOTIFY_RESOLVED,
         .severity = NOTIFY_WARNING,
         .site = STR("d.example.org"),
         .stage = STR("wrong_name"),
         .facts = facts_of(60 * DAY, 0)},
    };
    (void)state;
    check("drawer", events, sizeof events / sizeof *events);
}

static void what_a_self_check_found_is_told_with_what_it_means_for_the_list(void **state)
{
    struct notify_event events[] = {
        {.kind = NOTIFY_CHECK,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .site = STR("example.org"),
         .stage = STR("redirects.http.no_redirect"),
         .detail = STR("Plain HTTP does not redirect to HTTPS."),
         .fix = STR("Redirect http:// to https:// of the very same name first."),
         .facts = facts_of(60 * DAY, 300 * DAY)},
        {.kind = NOTIFY_CHECK,
         .phase = NOTIFY_RESOLVED,
         .severity = NOTIFY_WARNING,
         .site = STR("b.example.org"),
         .stage = STR("response.no_header"),
         .facts = facts_of(60 * DAY, 300 * DAY)},
        {.kind = NOTIFY_CHECK,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .site = STR("c.example.org"),
         .stage = STR("response.no_header"),
         .detail = STR("No Strict-Transport-Security field is sent."),
         .facts = facts_of(60 * DAY, 0)},
    };
    (void)state;
    events[2].facts.is_listed = true;
    check("check", events, sizeof events / sizeof *events);
}

static void names_below_that_shut_somebody_out_are_told(void **state)
{
    struct notify_event events[] = {
        {.kind = NOTIFY_SUBDOMAINS,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .site = STR("example.org"),
         .stage = STR("blocking"),
         .detail = STR("old.example.org: It answers over plain HTTP only: port 443 refuses the connection."),
         .facts = facts_of(60 * DAY, 300 * DAY)},
        {.kind = NOTIFY_SUBDOMAINS,
         .phase = NOTIFY_RESOLVED,
         .severity = NOTIFY_WARNING,
         .site = STR("b.example.org"),
         .stage = STR("blocking"),
         .facts = facts_of(60 * DAY, 300 * DAY)},
        {.kind = NOTIFY_SUBDOMAINS,
         .phase = NOTIFY_RESOLVED,
         .severity = NOTIFY_WARNING,
         .site = STR("c.example.org"),
         .stage = STR("blocking"),
         .detail = STR("old.c.example.org: It answers over plain HTTP only: port 443 refuses the connection."),
         .facts = facts_of(60 * DAY, 300 * DAY)},
    };
    (void)state;
    check("subdomains", events, sizeof events / sizeof *events);
}

static void a_climb_that_is_held_back_is_told(void **state)
{
    struct notify_event events[] = {
        {.kind = NOTIFY_HELD,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .site = STR("a.example.org"),
         .stage = STR("stranded"),
         .detail = STR("Of 840 people's browsers that were sent to HTTPS since 2027-01-13, 12 never came there (1.4 "
                       "percent). Their most frequent network is 10.20.0.0/16 (11)."),
         .fix = STR("Is port 443 closed where they are? Test from there whether https://a.example.org/ opens."),
         .facts = facts_of(60 * DAY, 7 * DAY)},
        {.kind = NOTIFY_HELD,
         .phase = NOTIFY_BEGUN,
         .severity = NOTIFY_WARNING,
         .site = STR("b.example.org"),
         .stage = STR("traffic"),
         .detail = STR("No request came over HTTPS since this rung began: nobody has tried it."),
         .facts = facts_of(60 * DAY, 7 * DAY)},
        {.kind = NOTIFY_HELD,
         .phase = NOTIFY_RESOLVED,
         .severity = NOTIFY_WARNING,
         .site = STR("c.example.org"),
         .stage = STR("stranded"),
         .detail = STR("No request came over HTTPS since this rung began: nobody has tried it."),
         .facts = facts_of(60 * DAY, 7 * DAY)},
        {.kind = NOTIFY_HELD,
         .phase = NOTIFY_RESOLVED,
         .severity = NOTIFY_WARNING,
         .site = STR("d.example.org"),
         .stage = STR("traffic"),
         .facts = facts_of(60 * DAY, 7 * DAY)},
    };
    (void)state;
    check("held", events, sizeof events / sizeof *events);
}

static void what_is_sent_in_clear_is_told_with_what_to_do(void **state)
{
    static const char *const stages[] = {"password", "token", "form", "cookie", "content", "of a newer version"};
    struct notify_event events[7];
    (void)state;
    for (size_t i = 0; i < 7; i++)
        events[i] = (struct notify_event){
            .kind = NOTIFY_IN_CLEAR,
            .phase = i == 6 ? NOTIFY_RESOLVED : NOTIFY_BEGUN,
            .severity = i < 3 ? NOTIFY_WARNING : NOTIFY_INFO,
            .site = STR("example.org"),
            .stage = str_from(stages[i % 6]),
            .detail = i == 6 ? STR("")
                             : STR("Within two days requests over plain HTTP carried: a password (Authorization: "
                                   "Basic) (12). Passwords and tokens were sent by: curl (12)."),
            .facts = facts_of(60 * DAY, 0)};
    check("in_clear", events, 7);
}

static void a_digest_lists_problems_and_sites(void **state)
{
    const struct str lines[] = {STR_INIT("critical: a.example.org: expiring (1d), since 2027-01-14"),
                                STR_INIT("a.example.org: certificate 0 days, promises 335 days (promises outlast the "
                                         "certificate)"),
                                STR_INIT("b.example.org: no certificate")};
    const struct notify_event event = {.kind = NOTIFY_DIGEST,
                                       .severity = NOTIFY_INFO,
                                       .stage = STR("daily digest: 2 sites, 1 problem"),
                                       .detail = STR("The problems that go on come first"),
                                       .facts = {.now_s = NOW},
                                       .lines = lines,
                                       .lines_count = 3};
    (void)state;
    check("digest", &event, 1);
}

static void no_site_or_word_of_others_adds_a_field_or_breaks_a_line(void **state)
{
    static const char *const texts[] = {
        "x\r\nBcc: evil@example.org", "x\n\n.\nMAIL FROM:<>", "\x01\x7f\xff\xfe",
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
        "\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct notify_event event = {.kind = NOTIFY_FAILING,
                                           .phase = NOTIFY_BEGUN,
                                           .severity = NOTIFY_WARNING,
                                           .site = STR("a.test"),
                                           .stage = str_from(texts[i]),
                                           .detail = str_from(texts[i]),
                                           .fix = str_from(texts[i]),
                                           .facts = {.now_s = NOW}};
        struct buf mail = mail_of(&event, 1);
        size_t line = 0;
        for (const char *at = buf_str(&mail).data; *at; at++) {
            assert_true((*at >= ' ' && *at <= '~') || *at == '\n');
            line = *at == '\n' ? 0 : line + 1;
            assert_true(line <= 300); /* 998 (RFC 5322) is far */
        }
        assert_null(strstr(buf_str(&mail).data, "\nBcc"));
        assert_null(strstr(buf_str(&mail).data, "\nMAIL"));
        buf_fini(&mail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_without_promises_asks_for_a_new_certificate),
        cmocka_unit_test(an_end_before_the_promises_says_who_is_locked_out_and_for_how_long),
        cmocka_unit_test(a_failure_quotes_the_authority_and_tells_the_next_attempt),
        cmocka_unit_test(what_waits_together_comes_together),
        cmocka_unit_test(what_is_kept_ready_and_would_not_do_is_told_without_alarm),
        cmocka_unit_test(what_a_self_check_found_is_told_with_what_it_means_for_the_list),
        cmocka_unit_test(names_below_that_shut_somebody_out_are_told),
        cmocka_unit_test(a_climb_that_is_held_back_is_told),
        cmocka_unit_test(what_is_sent_in_clear_is_told_with_what_to_do),
        cmocka_unit_test(a_digest_lists_problems_and_sites),
        cmocka_unit_test(no_site_or_word_of_others_adds_a_field_or_breaks_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
