/* Channels: what is taken, what is refused and why, and that what is written is read the same. */
#include "control/notify_channel.h"

#include "check.h"
#include "codec/json.h"

#define MAIL "\"name\":\"ops\",\"kind\":\"email\",\"host\":\"smtp.example.org\",\"from\":\"a@example.org\""
#define TO   ",\"to\":[\"b@example.org\"]"

static struct notify_channel *read(const char *text, struct err *err)
{
    struct notify_channel *channel = NULL;
    json_t *json;
    if (!json_parse(str_from(text), &json, err))
        fail_msg("%s: %s", text, err->text);
    (void)!notify_channel_read(json, 1800000000, &channel, err);
    json_decref(json);
    return channel;
}

static void write(const struct notify_channel *channel, struct buf *out)
{
    struct jsonout json = {.out = out};
    buf_init(out, 1 << 20);
    jsonout_object(&json, NULL);
    notify_channel_write(channel, &json);
    jsonout_object_end(&json);
    assert_true(buf_ok(out) && buf_put_char(out, '\0'));
}

static void channels_are_completed_and_written_as_they_are_read(void **state)
{
#define ALL                                                                                                            \
    "[\"obtained\",\"renewed\",\"served\",\"failing\",\"expiring\",\"mismatch\",\"clock\",\"drawer\","                 \
    "\"check\",\"subdomains\",\"held\",\"in_clear\"]"
    static const struct {
        const char *given, *written;
    } cases[] = {
        {"{" MAIL TO "}",
         "{\"name\":\"ops\",\"kind\":\"email\",\"events\":" ALL ",\"severity\":\"warning\",\"host\":"
         "\"smtp.example.org\",\"port\":587,\"security\":\"starttls\",\"from\":\"a@example.org\",\"to\":[\"b@example."
         "org\"]}"},
        {"{" MAIL TO ",\"security\":\"tls\",\"user\":\"u\",\"events\":[\"clock\",\"failing\"],\"severity\":\"info\","
         "\"digest_hour\":0}",
         "{\"name\":\"ops\",\"kind\":\"email\",\"events\":[\"failing\",\"clock\"],\"severity\":\"info\",\"digest_"
         "hour\":"
         "0,\"host\":\"smtp.example.org\",\"port\":465,\"security\":\"tls\",\"user\":\"u\",\"from\":\"a@example.org\","
         "\"to\":[\"b@example.org\"]}"},
        {"{\"name\":\"m\",\"kind\":\"email\",\"host\":\"::1\",\"security\":\"none\",\"from\":\"a@b\",\"to\":[\"c@d\"]}",
         "{\"name\":\"m\",\"kind\":\"email\",\"events\":" ALL ",\"severity\":\"warning\",\"host\":\"::1\",\"port\":25,"
         "\"security\":\"none\",\"from\":\"a@b\",\"to\":[\"c@d\"]}"},
        {"{\"name\":\"w-1\",\"kind\":\"webhook\",\"url\":\"https://h.example/x?y\",\"severity\":\"critical\"}",
         "{\"name\":\"w-1\",\"kind\":\"webhook\",\"events\":" ALL ",\"severity\":\"critical\",\"url\":"
         "\"https://h.example/x?y\"}"},
        {"{\"name\":\"s\",\"kind\":\"syslog\",\"facility\":\"local7\",\"digest_hour\":23}",
         "{\"name\":\"s\",\"kind\":\"syslog\",\"events\":" ALL ",\"severity\":\"warning\",\"digest_hour\":23,"
         "\"facility\":\"local7\"}"},
        {"{\"name\":\"h\",\"kind\":\"hook\"}",
         "{\"name\":\"h\",\"kind\":\"hook\",\"events\":" ALL ",\"severity\":\"warning\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct buf first, second;
        struct notify_channel *channel = read(cases[i].given, &err), *again;
        if (!channel)
            fail_msg("%s: %s: %s", cases[i].given, err.field, err.text);
        write(channel, &first);
        assert_string_equal(buf_str(&first).data, cases[i].written);
        again = read(buf_str(&first).data, &err);
        assert_non_null(again);
        write(again, &second);
        assert_string_equal(buf_str(&second).data, cases[i].written);
        buf_fini(&first);
        buf_fini(&second);
        notify_channel_free(channel);
        notify_channel_free(again);
    }
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text, *field;
    } cases[] = {
        {"[]", ""},
        {"{}", "kind"},
        {"{\"name\":\"x\",\"kind\":\"pigeon\"}", "kind"},
        {"{\"kind\":\"syslog\"}", "name"},
        {"{\"name\":\"Ops\",\"kind\":\"syslog\"}", "name"},
        {"{\"name\":\"1ops\",\"kind\":\"syslog\"}", "name"},
        {"{\"name\":\"ops-\",\"kind\":\"syslog\"}", "name"},
        {"{\"name\":\"o.p\",\"kind\":\"syslog\"}", "name"},
        {"{\"name\":\"o/p\",\"kind\":\"syslog\"}", "name"},
        {"{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"kind\":\"syslog\"}", "name"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"url\":\"https://a/\"}", "url"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"facility\":\"postbox\"}", "facility"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"events\":[]}", "events"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"events\":\"clock\"}", "events"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"events\":[\"clock\",\"test\"]}", "events[1]"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"events\":[7]}", "events[0]"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"severity\":\"loud\"}", "severity"},
        {"{\"name\":\"x\",\"kind\":\"syslog\",\"digest_hour\":24}", "digest_hour"},
        {"{\"name\":\"x\",\"kind\":\"hook\",\"path\":\"/bin/sh\"}", "path"},
        {"{\"name\":\"x\",\"kind\":\"webhook\"}", "url"},
        {"{\"name\":\"x\",\"kind\":\"webhook\",\"url\":\"http://127.0.0.1/\"}", "url"},
        {"{\"name\":\"x\",\"kind\":\"webhook\",\"url\":\"https://a/\",\"secret\":\"0123456789abcdef\"}", "secret"},
        {"{\"name\":\"x\",\"kind\":\"webhook\",\"url\":\"https://a/\",\"roots_pem\":\"x\"}", "roots_pem"},
        {"{" MAIL "}", "to"},
        {"{" MAIL ",\"to\":[]}", "to"},
        {"{" MAIL ",\"to\":\"b@example.org\"}", "to"},
        {"{" MAIL ",\"to\":[\"b@example.org\",\"c\"]}", "to[1]"},
        {"{" MAIL ",\"to\":[\"b@example.org\\r\\nBcc: c@example.org\"]}", "to[0]"},
        {"{" MAIL TO ",\"port\":0}", "port"},
        {"{" MAIL TO ",\"security\":\"ssl\"}", "security"},
        {"{" MAIL TO ",\"security\":\"none\"}", "security"},
        {"{" MAIL TO ",\"user\":\"a\\nb\"}", "user"},
        {"{" MAIL TO ",\"password\":\"p\"}", "password"},
        {"{\"name\":\"x\",\"kind\":\"email\",\"from\":\"a@b\"" TO "}", "host"},
        {"{\"name\":\"x\",\"kind\":\"email\",\"host\":\"*.example.org\",\"from\":\"a@b\"" TO "}", "host"},
        {"{\"name\":\"x\",\"kind\":\"email\",\"host\":\"a b\",\"from\":\"a@b\"" TO "}", "host"},
        {"{\"name\":\"x\",\"kind\":\"email\",\"host\":\"h.example\"" TO "}", "from"},
        {"{\"name\":\"x\",\"kind\":\"email\",\"host\":\"localhost\",\"security\":\"none\",\"user\":\"u\",\"from\":\"a@"
         "b\"" TO "}",
         "security"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct notify_channel *channel = read(cases[i].text, &err);
        if (channel || strcmp(err.field, cases[i].field) != 0 || !err.text[0])
            fail_msg("%s: \"%s\" %s", cases[i].text, err.field, err.text);
    }
}

static void a_root_is_judged_when_it_is_given_and_kept_when_it_ends(void **state)
{
    struct err err = {0};
    struct notify_channel *channel = NULL;
    json_t *json = json_pack("{s:s,s:s,s:s,s:s}", "name", "w", "kind", "webhook", "url", "https://a/", "roots_pem",
                             "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    (void)state;
    assert_false(notify_channel_read(json, 1800000000, &channel, &err));
    assert_string_equal(err.field, "roots_pem");
    assert_true(notify_channel_read(json, 0, &channel, &err));
    assert_true(channel->roots_pem.size > 0);
    notify_channel_free(channel);
    json_decref(json);
}

static void a_password_stays_with_its_server_and_user(void **state)
{
    static const struct {
        const char *after;
        bool keeps;
    } cases[] = {
        {"{" MAIL TO ",\"user\":\"u\"}", true},
        {"{" MAIL ",\"user\":\"u\",\"to\":[\"x@example.org\"],\"severity\":\"info\"}", true},
        {"{" MAIL TO ",\"user\":\"v\"}", false},
        {"{" MAIL TO ",\"user\":\"u\",\"port\":2525}", false},
        {"{\"name\":\"ops\",\"kind\":\"email\",\"host\":\"evil.example\",\"user\":\"u\",\"from\":\"a@example.org\"" TO
         "}",
         false},
    };
    struct err err = {0};
    struct notify_channel *before = read("{" MAIL TO ",\"user\":\"u\"}", &err);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct notify_channel *after = read(cases[i].after, &err);
        assert_non_null(after);
        assert_int_equal(notify_channel_keeps_secret(before, after), cases[i].keeps);
        notify_channel_free(after);
    }
    notify_channel_free(before);
}

static void a_channel_wants_its_events_from_its_severity_on(void **state)
{
    struct err err = {0};
    struct notify_channel *c =
        read("{\"name\":\"s\",\"kind\":\"syslog\",\"events\":[\"failing\",\"clock\"],\"severity\":\"warning\"}", &err);
    (void)state;
    assert_true(notify_channel_wants(c, NOTIFY_FAILING, NOTIFY_WARNING));
    assert_true(notify_channel_wants(c, NOTIFY_CLOCK, NOTIFY_CRITICAL));
    assert_false(notify_channel_wants(c, NOTIFY_FAILING, NOTIFY_INFO));
    assert_false(notify_channel_wants(c, NOTIFY_EXPIRING, NOTIFY_CRITICAL));
    notify_channel_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_are_completed_and_written_as_they_are_read),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_root_is_judged_when_it_is_given_and_kept_when_it_ends),
        cmocka_unit_test(a_password_stays_with_its_server_and_user),
        cmocka_unit_test(a_channel_wants_its_events_from_its_severity_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
