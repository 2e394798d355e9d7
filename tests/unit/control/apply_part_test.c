/* Channels, authorities, zones and roots of a declarative set: told first, all or nothing, secrets never shown. */
#include "api_ask.h"
#include "codec/base64.h"
#include "control/acme.h"
#include "control/acme_cas.h"
#include "control/dns_zones.h"
#include "control/errands.h"
#include "control/notify_parts.h"
#include "disk.h"
#include "outbound/outbound.h"
#include "test_ca.h"

#define PASSWORD   "the-password-of-the-mail-account"
#define KEY        "the-key-of-the-signature-0123456"
#define ZONE_KEY   "c2VjcmV0IG9mIHRoZSB6b25lIDAx" /* Base64 */
#define ZONE_OTHER "b3RoZXIgc2VjcmV0IG9mIHRoZSB6b25l"

#define MAIL_KEPT                                                                                                      \
    "\"name\":\"ops\",\"kind\":\"email\",\"host\":\"h.example\",\"user\":\"u\",\"from\":\"a@b.example\",\"to\":[\"c@"  \
    "d."                                                                                                               \
    "example\"]"
#define MAIL     MAIL_KEPT ",\"password\":\"" PASSWORD "\""
#define HOOK     "\"name\":\"chat\",\"kind\":\"webhook\",\"url\":\"https://127.0.0.1:1/\",\"secret\":\"" KEY "\""
#define CHANNELS "\"notify_channels\":[{" MAIL "},{" HOOK "}]"
#define CAS                                                                                                            \
    "\"cas\":[{\"name\":\"letsencrypt\",\"contacts\":[\"a@b.example\"]},{\"name\":\"own\",\"directory\":\"https://"    \
    "127.0."                                                                                                           \
    "0.1:1/\",\"eab_kid\":\"k\",\"eab_key\":\"c2VjcmV0\"}]"
#define ZONE_KEPT "\"zone\":\"Example.org\",\"server\":\"192.0.2.53\",\"key\":\"k.example\""
#define ZONES     "\"dns_zones\":[{" ZONE_KEPT ",\"secret\":\"" ZONE_KEY "\"}]"

static void start(struct fixture *f)
{
    struct err err = {0};
    if (!errands_new(f->core.loop, &f->core.errands, &err) || !notifier_new(&f->core, &f->core.notifier, &err) ||
        !acme_new(&f->core, &f->core.acme, &err))
        fail_msg("%s", err.text);
}

static void stop(struct fixture *f)
{
    acme_free(f->core.acme);
    errands_free(f->core.errands);
    notifier_free(f->core.notifier);
    f->core.acme = NULL;
    f->core.errands = NULL;
    f->core.notifier = NULL;
}

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    start(f);
    return f;
}

static void end(struct fixture *f)
{
    stop(f);
    fixture_free(f);
}

static bool take_secret(void *context, const struct store_dns_zone *zone)
{
    return buf_put_str(context, zone->secret);
}

/* What the store has of it. */
static void check_zone_secret(struct fixture *f, struct str base64)
{
    struct buf present, expected;
    buf_init(&present, 512);
    buf_init(&expected, 512);
    assert_true(store_dns_zones(f->core.store, take_secret, &present, NULL));
    assert_true(base64_decode(BASE64_STANDARD, base64, &expected));
    assert_str(buf_str(&present), buf_str(&expected));
    buf_fini(&present);
    buf_fini(&expected);
}

static void check_channel_secret(struct fixture *f, const char *channel, const char *expected)
{
    void *secret = NULL;
    size_t size = 0;
    assert_true(store_channel_secret(f->core.store, str_from(channel), &secret, &size, NULL));
    assert_str(str_make(secret, size), str_from(expected));
    free(secret);
}

static void a_rehearsal_tells_and_changes_nothing_and_the_second_time_nothing_is_left_to_change(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/apply?dry_run=true", "{" CHANNELS "," CAS "," ZONES "}", 200,
         "\"list\":\"notify_channels\",\"name\":\"ops\",\"act\":\"add\""},
        {"POST", "/v1/apply?dry_run=true", "{" CAS "}", 200, "\"list\":\"cas\",\"name\":\"own\",\"act\":\"add\""},
        {"POST", "/v1/apply?dry_run=true", "{" ZONES "}", 200, "\"name\":\"example.org\",\"act\":\"add\""},
        {"GET", "/v1/notify/channels", "", 200, "\"channels\":[]"},
        {"GET", "/v1/cas", "", 200, "\"cas\":[]"},
        {"GET", "/v1/dns", "", 200, "\"zones\":[]"},
        {"POST", "/v1/apply", "{" CHANNELS "," CAS "," ZONES "}", 200, "\"act\":\"add\""},
        {"GET", "/v1/notify/channels/ops", "", 200, "\"has_password\":true"},
        {"GET", "/v1/notify/channels/chat", "", 200, "\"has_secret\":true"},
        {"GET", "/v1/cas/letsencrypt", "", 200, "https://acme-v02.api.letsencrypt.org/directory"},
        {"GET", "/v1/cas/own", "", 200, "\"eab_kid\":\"k\""},
        {"GET", "/v1/dns", "", 200, "\"zone\":\"example.org\",\"server\":\"192.0.2.53\""},
        {"POST", "/v1/apply", "{" CHANNELS "," CAS "," ZONES "}", 200, "\"changes\":[]"},
        {"GET", "/v1/audit?limit=1", "", 200, "dns.add"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    assert_int_equal(f->core.state.generation, 1);
    check_channel_secret(f, "ops", PASSWORD);
    check_channel_secret(f, "chat", KEY);
    check_zone_secret(f, STR(ZONE_KEY));
    stop(f);
    fixture_restart(f); /* and it was stored */
    start(f);
    RUN_ONE(f, "POST", "/v1/apply", "{" CHANNELS "," CAS "," ZONES "}", 200, "\"changes\":[]");
    end(f);
}

static void a_secret_that_is_not_given_stays_and_another_one_is_told_without_being_shown(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/apply", "{" CHANNELS "," CAS "," ZONES "}", 200, NULL},
        {"POST", "/v1/apply", "{\"notify_channels\":[{" MAIL_KEPT "}],\"dns_zones\":[{" ZONE_KEPT "}]}", 200,
         "\"changes\":[]"},
        {"POST", "/v1/apply", "{\"notify_channels\":[{" MAIL_KEPT ",\"severity\":\"info\"}]}", 200,
         "{\"member\":\"severity\",\"before\":\"warning\",\"after\":\"info\"}"},
        {"POST", "/v1/apply?dry_run=true",
         "{\"notify_channels\":[{" MAIL_KEPT ",\"severity\":\"info\",\"password\":\"another\"}]}", 200,
         "[{\"member\":\"password\",\"before\":\"(set)\",\"after\":\"(another)\"}]"},
        {"POST", "/v1/apply?dry_run=true", "{\"dns_zones\":[{" ZONE_KEPT ",\"secret\":\"" ZONE_OTHER "\"}]}", 200,
         "[{\"member\":\"secret\",\"before\":\"(set)\",\"after\":\"(another)\"}]"},
        {"POST", "/v1/apply?dry_run=true",
         "{\"cas\":[{\"name\":\"own\",\"directory\":\"https://127.0.0.1:1/\",\"eab_kid\":\"k\",\"eab_key\":"
         "\"b3RoZXI\"}]}",
         200, "[{\"member\":\"eab_key\",\"before\":\"(set)\",\"after\":\"(another)\"}]"},
        {"POST", "/v1/apply?dry_run=true",
         "{\"cas\":[{\"name\":\"own\",\"directory\":\"https://127.0.0.1:1/\",\"eab_kid\":\"k\"}]}", 200,
         "\"changes\":[]"},
        /* Without a user a password is of no use, and goes. */
        {"POST", "/v1/apply",
         "{\"notify_channels\":[{\"name\":\"ops\",\"kind\":\"email\",\"host\":\"h.example\",\"from\":\"a@b.example\","
         "\"to\":[\"c@d.example\"]}]}",
         200, "{\"member\":\"password\",\"before\":\"(set)\",\"after\":null}"},
        {"GET", "/v1/notify/channels/ops", "", 200, "\"has_password\":false"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    check_zone_secret(f, STR(ZONE_KEY));
    end(f);
}

static void lists_that_are_not_there_are_left_alone_and_others_go_when_asked(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/apply", "{\"sites\":[{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}]}", 200, NULL},
        {"POST", "/v1/apply", "{" CHANNELS "," CAS "," ZONES "}", 200, NULL},
        {"POST", "/v1/apply", "{\"remove_others\":true}", 200, "\"changes\":[]"},
        {"POST", "/v1/apply", "{\"notify_channels\":[{" MAIL "}]}", 200, "\"changes\":[]"},
        {"POST", "/v1/apply", "{\"notify_channels\":[{" MAIL "}],\"remove_others\":true}", 200,
         "\"name\":\"chat\",\"act\":\"remove\""},
        {"GET", "/v1/notify/channels/chat", "", 404, NULL},
        {"GET", "/v1/sites/a.test", "", 200, NULL},
        {"GET", "/v1/cas/own", "", 200, NULL},
        {"POST", "/v1/apply", "{\"cas\":[{\"name\":\"letsencrypt\"}],\"dns_zones\":[],\"remove_others\":true}", 200,
         "\"name\":\"example.org\",\"act\":\"remove\""},
        {"GET", "/v1/cas/own", "", 404, NULL},
        {"GET", "/v1/cas/letsencrypt", "", 200, "\"contacts\":[]"}, /* what is left out has its default */
        {"GET", "/v1/dns", "", 200, "\"zones\":[]"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    end(f);
}

static void a_root_is_known_by_its_fingerprint(void **state)
{
    struct fixture *f = begin();
    struct test_ca *ca = test_ca_new();
    struct str pem = test_ca_root_pem(ca);
    json_t *json = json_pack("{s:[{s:s%}]}", "private_roots", "certificate_pem", pem.data, pem.size);
    char *text = json_dumps(json, 0);
    (void)state;
    RUN_ONE(f, "POST", "/v1/apply?dry_run=true", text, 200, "\"list\":\"private_roots\"");
    RUN_ONE(f, "GET", "/v1/private-roots", "", 200, "\"roots\":[]");
    RUN_ONE(f, "POST", "/v1/apply", text, 200, "\"member\":\"subject\"");
    RUN_ONE(f, "GET", "/v1/private-roots", "", 200, "BEGIN CERTIFICATE");
    RUN_ONE(f, "POST", "/v1/apply", text, 200, "\"changes\":[]");
    RUN_ONE(f, "POST", "/v1/apply", "{\"private_roots\":[{\"certificate_pem\":\"x\"}]}", 400,
            "\"field\":\"private_roots[0].certificate_pem\"");
    RUN_ONE(f, "POST", "/v1/apply", "{\"private_roots\":[],\"remove_others\":true}", 200, "\"act\":\"remove\"");
    RUN_ONE(f, "GET", "/v1/private-roots", "", 200, "\"roots\":[]");
    free(text);
    json_decref(json);
    test_ca_free(ca);
    end(f);
}

static void a_mistake_names_its_place_and_nothing_of_the_set_happens(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/apply", "{\"notify_channels\":[{" MAIL "},{\"name\":\"x\",\"kind\":\"email\",\"host\":\"*.a\"}]}",
         400, "\"field\":\"notify_channels[1].host\""},
        {"POST", "/v1/apply", "{\"notify_channels\":[{" MAIL "},{" MAIL "}]}", 400, "named twice"},
        {"POST", "/v1/apply", "{\"notify_channels\":[7]}", 400, "\"field\":\"notify_channels[0]\""},
        {"POST", "/v1/apply", "{\"notify_channels\":{}}", 400, "\"field\":\"notify_channels\""},
        {"POST", "/v1/apply", "{\"notify_channels\":[{" MAIL_KEPT "}]}", 400,
         "\"field\":\"notify_channels[0].password\""},
        {"POST", "/v1/apply", "{\"notify_channels\":[{\"name\":\"h\",\"kind\":\"hook\"}]}", 400, "[Hooks]"},
        {"POST", "/v1/apply", "{\"notify_channels\":[{\"name\":\"h\",\"kind\":\"syslog\",\"password\":\"x\"}]}", 400,
         "\"field\":\"notify_channels[0].password\""},
        {"POST", "/v1/apply", "{" CHANNELS ",\"cas\":[{\"name\":\"unknown\"}]}", 400, "\"field\":\"cas[0].directory\""},
        {"POST", "/v1/apply", "{" CHANNELS ",\"cas\":[{\"name\":\"letsencrypt\"},{\"name\":\"letsencrypt\"}]}", 400,
         "\"field\":\"cas[1].name\""},
        {"POST", "/v1/apply", "{\"dns_zones\":[{" ZONE_KEPT "}]}", 400, "\"field\":\"dns_zones[0].secret\""},
        {"POST", "/v1/apply", "{\"dns_zones\":[{" ZONE_KEPT ",\"secret\":\"?\"}]}", 400, "Base64"},
        {"POST", "/v1/apply", "{\"dns_zones\":[{" ZONE_KEPT ",\"secret\":\"" ZONE_KEY "\",\"algorithm\":\"md5\"}]}",
         400, "\"field\":\"dns_zones[0].algorithm\""},
        {"POST", "/v1/apply", "{" CHANNELS ",\"sites\":[{\"name\":\"a.test\",\"upstreams\":[\"x\"]}]}", 400,
         "sites[0]"},
        {"GET", "/v1/notify/channels", "", 200, "\"channels\":[]"},
        {"POST", "/v1/apply", "{" CHANNELS "," ZONES "}", 200, NULL},
        {"POST", "/v1/apply", "{\"notify_channels\":[{\"name\":\"ops\",\"kind\":\"syslog\"}]}", 400, "of another kind"},
        {"POST", "/v1/apply",
         "{\"notify_channels\":[{\"name\":\"ops\",\"kind\":\"email\",\"host\":\"evil.example\",\"user\":\"u\",\"from\":"
         "\"a@b.example\",\"to\":[\"c@d.example\"]}]}",
         400, "not given to another server"},
        {"POST", "/v1/apply",
         "{\"dns_zones\":[{\"zone\":\"example.org\",\"server\":\"192.0.2.53\",\"key\":\"other.example\"}]}", 400,
         "another key has another secret"},
        {"POST", "/v1/cas", "{\"name\":\"letsencrypt\"}", 201, NULL},
        {"POST", "/v1/sites",
         "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"acme\":{\"cas\":[\"letsencrypt\"]}}", 201,
         NULL},
        {"POST", "/v1/apply", "{\"cas\":[],\"remove_others\":true}", 409, "a.test gets its certificate there"},
        {"GET", "/v1/cas/letsencrypt", "", 200, NULL},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    end(f);
}

static void nothing_secret_is_in_an_answer_or_the_audit_log(void **state)
{
    static const char *const secrets[] = {PASSWORD, KEY, ZONE_KEY, "c2VjcmV0"};
    static const char *const targets[] = {"/v1/audit", "/v1/notify/channels", "/v1/cas", "/v1/dns"};
    struct fixture *f = begin();
    struct buf body;
    (void)state;
    for (int dry = 1; dry >= 0; dry--) {
        assert_int_equal(ask(f, "POST", dry ? "/v1/apply?dry_run=true" : "/v1/apply", "application/json",
                             "{" CHANNELS "," CAS "," ZONES "}", &body),
                         200);
        for (size_t k = 0; k < 4; k++)
            assert_null(strstr(buf_str(&body).data, secrets[k]));
        buf_fini(&body);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(ask(f, "GET", targets[i], NULL, "", &body), 200);
        for (size_t k = 0; k < 4; k++)
            assert_null(strstr(buf_str(&body).data, secrets[k]));
        buf_fini(&body);
    }
    end(f);
}

/* How many of the four things are there. */
static size_t count_there(struct fixture *f)
{
    return f->core.notifier->channels_count + f->core.acme->cas_count +
           (state_find(&f->core.state, STR("a.test")) != 0);
}

static void a_disk_that_fails_at_any_step_leaves_all_of_it_or_nothing(void **state)
{
    static const char set[] =
        "{" CHANNELS "," CAS "," ZONES ",\"sites\":[{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}]}";
    unsigned failed = 0, status = 0;
    (void)state;
    disk_install();
    struct fixture *f = begin();
    for (unsigned step = 1; status != 200; step++) {
        struct buf body;
        disk_break(DISK_FAIL, step);
        status = ask(f, "POST", "/v1/apply", "application/json", set, &body);
        buf_fini(&body);
        disk_break(DISK_SOUND, 0);
        assert_int_equal(count_there(f), status == 200 ? 5 : 0);
        failed += status != 200;
        stop(f);
        fixture_restart(f);
        start(f);
        size_t count = count_there(f);
        assert_true(count == 5 ||
                    (count == 0 && status != 200)); /* whether a failed sync reached the disk, who knows */
        if (count == 5)
            break;
    }
    assert_true(failed > 0);
    end(f);
    disk_remove();
}

static int library_start(void **state)
{
    (void)state;
    return outbound_start(NULL) ? 0 : -1;
}

static int library_stop(void **state)
{
    (void)state;
    outbound_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rehearsal_tells_and_changes_nothing_and_the_second_time_nothing_is_left_to_change),
        cmocka_unit_test(a_secret_that_is_not_given_stays_and_another_one_is_told_without_being_shown),
        cmocka_unit_test(lists_that_are_not_there_are_left_alone_and_others_go_when_asked),
        cmocka_unit_test(a_root_is_known_by_its_fingerprint),
        cmocka_unit_test(a_mistake_names_its_place_and_nothing_of_the_set_happens),
        cmocka_unit_test(nothing_secret_is_in_an_answer_or_the_audit_log),
        cmocka_unit_test(a_disk_that_fails_at_any_step_leaves_all_of_it_or_nothing),
    };
    return cmocka_run_group_tests(tests, library_start, library_stop);
}
