/* Certificates that are not the ones served: since when, told once, remembered over a restart. */
#include "api_ask.h"

#define SITE "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"
#define T0   1750000000

#define LOG_SIZE 4096

static struct served_place at(const char *where, enum served_state state, const char *fingerprint)
{
    struct served_place place = {.state = state, .side = CERT_SIDE_ECDSA, .names_count = 1, .name = "a.test"};
    (void)snprintf(place.where, sizeof place.where, "%s", where);
    (void)snprintf(place.fingerprint, sizeof place.fingerprint, "%s", fingerprint);
    if (state == SERVED_OTHER)
        (void)snprintf(place.issuer, sizeof place.issuer, "CN=Old");
    if (state == SERVED_REFUSED)
        (void)snprintf(place.why, sizeof place.why, "refuses this name");
    return place;
}

static void see(struct fixture *f, struct served_place *places, size_t count, int64_t now_s)
{
    const struct served_report report = {.places = places, .places_count = count, .capacity = count};
    struct err err = {0};
    if (!mismatches_seen(f->core.mismatches, STR("a.test"), &report, now_s, &err))
        fail_msg("%s", err.text);
}

/* "PLACE FINGERPRINT SINCE AT|" relative to T0 */
static void check(struct fixture *f, const char *expected)
{
    size_t count;
    struct buf text;
    const struct evidence_mismatch *rows = mismatches_of(f->core.mismatches, STR("a.test"), &count);
    buf_init(&text, 4096);
    for (size_t i = 0; i < count; i++)
        assert_true(buf_printf(&text, "%.*s %.*s %lld %lld|", STR_ARG(rows[i].place), STR_ARG(rows[i].fingerprint),
                               (long long)(rows[i].since_s - T0), (long long)(rows[i].at_s - T0)));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void it_lasts_from_the_first_time_it_was_seen_until_it_is_right(void **state)
{
    struct fixture *f = fixture_new();
    struct served_place both[] = {at("one", SERVED_OTHER, "f1"), at("two", SERVED_RIGHT, "")};
    struct served_place another[] = {at("one", SERVED_OTHER, "f2"), at("two", SERVED_REFUSED, "")};
    struct served_place asleep[] = {at("one", SERVED_UNSEEN, ""), at("two", SERVED_UNSEEN, "")};
    struct served_place right[] = {at("one", SERVED_RIGHT, ""), at("two", SERVED_RIGHT, "")};
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    see(f, asleep, 2, T0); /* who could not be asked proves nothing */
    check(f, "");
    see(f, both, 2, T0 + 1);
    see(f, both, 2, T0 + 5);
    check(f, "one f1 1 5|");
    fixture_restart(f);
    check(f, "one f1 1 5|");
    see(f, both, 2, T0 + 7);
    check(f, "one f1 1 7|");
    see(f, another, 2, T0 + 9); /* one that is exchanged is another one */
    check(f, "one f2 9 9|two  9 9|");
    see(f, asleep, 2, T0 + 11);
    check(f, "one f2 9 9|two  9 9|");
    see(f, right, 2, T0 + 13);
    check(f, "");
    fixture_restart(f);
    check(f, "");
    fixture_free(f);
}

/* What the log says meanwhile, in *ret. */
static void see_and_read_log(struct fixture *f, struct served_place *places, size_t count, int64_t now_s,
                             char ret[static LOG_SIZE])
{
    int fds[2] = {-1, -1}, before = dup(STDERR_FILENO);
    assert_true(before >= 0 && pipe(fds) == 0 && dup2(fds[1], STDERR_FILENO) >= 0);
    see(f, places, count, now_s);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    (void)close(fds[1]);
    ssize_t size = read(fds[0], ret, LOG_SIZE - 1);
    (void)close(fds[0]);
    assert_true(size >= 0);
    ret[size] = '\0';
}

static void only_what_was_seen_right_is_said_to_be_right_again(void **state)
{
    struct fixture *f = fixture_new();
    struct served_place both[] = {at("one", SERVED_OTHER, "f1"), at("two", SERVED_OTHER, "f1")};
    struct served_place one[] = {at("one", SERVED_RIGHT, "")};
    char log[LOG_SIZE];
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    see(f, both, 2, T0);
    see_and_read_log(f, one, 1, T0 + 1, log); /* the other's listener was removed */
    assert_non_null(strstr(log, "a.test: one serves the stored ecdsa certificate again"));
    assert_null(strstr(log, "two serves"));
    assert_non_null(strstr(log, "a.test: two is not asked for the ecdsa certificate any more"));
    fixture_free(f);
}

static void it_is_told_wherever_one_looks(void **state)
{
    struct fixture *f = fixture_new();
    struct served_place wrong[] = {at("https (127.0.0.1:443)", SERVED_OTHER, "0123456789abcdef0123")};
    static const struct step steps[] = {
        {"GET", "/v1/status", "", 200,
         "a.test: not the stored certificate is served: https (127.0.0.1:443) serves another certificate for a.test "
         "than the stored ECDSA one"},
        {"GET", "/v1/certificates", "", 200, "\"severity\":\"alarm\",\"problems\":[{\"id\":\"mismatch\""},
        {"GET", "/v1/sites/a.test/certificates", "", 200,
         "\"mismatches\":[{\"place\":\"https (127.0.0.1:443)\",\"name\":\"a.test\",\"fingerprint_sha256\":"
         "\"0123456789abcdef0123\""},
        {"GET", "/metrics", "", 200, "\nstrictgate_certificate_mismatches{site=\"a.test\",kind=\"ecdsa\"} 1\n"},
    };
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    see(f, wrong, 1, T0);
    RUN(f, steps);
    fixture_free(f);
}

static void a_site_without_a_certificate_has_none(void **state)
{
    static const char *const ends[][3] = {{"PATCH", "{\"certificate\":null}"}, {"DELETE", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct fixture *f = fixture_new();
        struct served_place wrong[] = {at("one", SERVED_OTHER, "f1")};
        RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
        see(f, wrong, 1, T0);
        RUN_ONE(f, ends[i][0], "/v1/sites/a.test", ends[i][1], 200, NULL);
        check(f, "");
        fixture_restart(f);
        check(f, "");
        fixture_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_lasts_from_the_first_time_it_was_seen_until_it_is_right),
        cmocka_unit_test(only_what_was_seen_right_is_said_to_be_right_again),
        cmocka_unit_test(it_is_told_wherever_one_looks),
        cmocka_unit_test(a_site_without_a_certificate_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
