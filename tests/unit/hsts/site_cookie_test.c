/* Set-Cookie as browsers read it: names, attributes, what is refused and what takes a cookie away. */
#include "check.h"

#include <stdlib.h>

#include "hsts/site_cookie.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
/* Sun, 06 Nov 1994 08:49:37 GMT */
#define NOW_S 784111777

static void attributes_are_read_whatever_stands_around_them(void **state)
{
    (void)state;
    static const struct {
        struct str text, name;
        bool secure, http_only, domain, root;
        enum site_same_site same_site;
    } rows[] = {
        {STR_INIT("a=b"), STR_INIT("a"), false, false, false, false, SITE_SAME_SITE_ABSENT},
        {STR_INIT("a="), STR_INIT("a"), false, false, false, false, SITE_SAME_SITE_ABSENT},
        {STR_INIT(" a = b ;  SECURE ; httponly;SameSite = lax; Path=/"), STR_INIT("a"), true, true, false, true,
         SITE_SAME_SITE_LAX},
        {STR_INIT("a=secure; Secure=0"), STR_INIT("a"), true, false, false, false, SITE_SAME_SITE_ABSENT},
        {STR_INIT("a=secure; NotSecure"), STR_INIT("a"), false, false, false, false, SITE_SAME_SITE_ABSENT},
        {STR_INIT("a=\"x; Secure\""), STR_INIT("a"), false, false, false, false, SITE_SAME_SITE_ABSENT},
        {STR_INIT("a=\"x;Secure;\""), STR_INIT("a"), true, false, false, false, SITE_SAME_SITE_ABSENT},
        {STR_INIT("a=b=c; Domain=example.org; SameSite=Strict"), STR_INIT("a"), false, false, true, false,
         SITE_SAME_SITE_STRICT},
        {STR_INIT("a=b; Domain=; Domain"), STR_INIT("a"), false, false, false, false, SITE_SAME_SITE_ABSENT},
        {STR_INIT("a=b; SameSite=Strict; SameSite=None; Path=/; Path=/x"), STR_INIT("a"), false, false, false, false,
         SITE_SAME_SITE_NONE},
        {STR_INIT("a=b; SameSite"), STR_INIT("a"), false, false, false, false, SITE_SAME_SITE_OTHER},
        {STR_INIT("a=b;;;;"), STR_INIT("a"), false, false, false, false, SITE_SAME_SITE_ABSENT},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct site_cookie cookie;
        assert_true(site_cookie_read(rows[i].text, NOW_S, &cookie));
        assert_str(cookie.name, rows[i].name);
        assert_int_equal(cookie.is_secure, rows[i].secure);
        assert_int_equal(cookie.is_http_only, rows[i].http_only);
        assert_int_equal(cookie.has_domain, rows[i].domain);
        assert_int_equal(cookie.is_for_root, rows[i].root);
        assert_int_equal(cookie.same_site, rows[i].same_site);
        assert_false(cookie.is_deleted);
    }
}

static void what_browsers_leave_out_is_none(void **state)
{
    (void)state;
    static const struct str rows[] = {
        {NULL, 0},         STR_INIT(""),      STR_INIT("a"),       STR_INIT("=b"),         STR_INIT("  =b; Secure"),
        STR_INIT("; a=b"), STR_INIT("a\0=b"), STR_INIT("a=b\x7f"), STR_INIT("a=b; P\x01"), STR_INIT("Secure; a=b"),
    };
    struct site_cookie cookie = {.name = STR("untouched")};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_false(site_cookie_read(rows[i], NOW_S, &cookie));
    char text[SITE_COOKIE_SIZE_MAX + 1];
    memset(text, 'x', sizeof text);
    text[1] = '=';
    assert_false(site_cookie_read(str_make(text, sizeof text), NOW_S, &cookie));
    assert_str(cookie.name, STR("untouched"));
    assert_true(site_cookie_read(str_make(text, sizeof text - 1), NOW_S, &cookie));
}

static void what_is_over_takes_a_cookie_away(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        bool deleted;
    } rows[] = {
        {STR_INIT("a=; Max-Age=0"), true},
        {STR_INIT("a=; max-age=-1"), true},
        {STR_INIT("a=; Max-Age=000"), true},
        {STR_INIT("a=; Max-Age=1"), false},
        {STR_INIT("a=; Max-Age=99999999999999999999999999"), false},
        {STR_INIT("a=; Max-Age="), false},
        {STR_INIT("a=; Max-Age=-"), false},
        {STR_INIT("a=; Max-Age=0x"), false},
        {STR_INIT("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), true},
        {STR_INIT("a=; Expires=Sun, 06 Nov 1994 08:49:37 GMT"), true},
        {STR_INIT("a=; Expires=Sun, 06 Nov 1994 08:49:38 GMT"), false},
        {STR_INIT("a=; Expires=yesterday"), false},
        {STR_INIT("a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=5"), false}, /* Max-Age comes first */
        {STR_INIT("a=; Max-Age=0; Expires=Sun, 06 Nov 2094 08:49:37 GMT"), true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct site_cookie cookie;
        assert_true(site_cookie_read(rows[i].text, NOW_S, &cookie));
        assert_int_equal(cookie.is_deleted, rows[i].deleted);
    }
}

static void prefixes_and_same_site_none_want_secure(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        bool kept;
    } rows[] = {
        {STR_INIT("a=b"), true},
        {STR_INIT("a=b; SameSite=None"), false},
        {STR_INIT("a=b; SameSite=None; Secure"), true},
        {STR_INIT("__Secure-a=b"), false},
        {STR_INIT("__secure-a=b"), false},
        {STR_INIT("__Secure-a=b; Secure"), true},
        {STR_INIT("__Host-a=b; Secure"), false},
        {STR_INIT("__Host-a=b; Secure; Path=/"), true},
        {STR_INIT("__Host-a=b; Secure; Path=/; Domain=example.org"), false},
        {STR_INIT("__Host-a=b; Path=/"), false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct site_cookie cookie;
        assert_true(site_cookie_read(rows[i].text, NOW_S, &cookie));
        assert_int_equal(site_cookie_is_kept(&cookie), rows[i].kept);
    }
}

static void sessions_are_known_by_their_names(void **state)
{
    (void)state;
    static const char *const sessions[] = {"PHPSESSID", "connect.sid", "JSESSIONID", "authToken",
                                           "sid",       "my_login",    "jwt",        "Authorization"},
                             *const others[] = {
                                 "lang", "csrftoken", "XSRF-TOKEN", "id", "seen", "comment_author_email", "author", ""};
    for (size_t i = 0; i < COUNT(sessions); i++)
        assert_true(site_cookie_is_session(&(struct site_cookie){.name = str_from(sessions[i])}));
    for (size_t i = 0; i < COUNT(others); i++)
        assert_false(site_cookie_is_session(&(struct site_cookie){.name = str_from(others[i])}));
}

static void a_cookie_cut_anywhere_is_read_or_left_out(void **state)
{
    (void)state;
    const struct str whole = STR("__Host-a=b; Secure; HttpOnly; Path=/; SameSite=Lax; Max-Age=5; Expires=Sun, 06 Nov "
                                 "1994 08:49:37 GMT");
    for (size_t size = 0; size <= whole.size; size++) {
        struct site_cookie cookie;
        char *copy = malloc(size + 1); /* so that a byte too far is noticed */
        assert_non_null(copy);
        memcpy(copy, whole.data, size);
        assert_int_equal(site_cookie_read(str_make(copy, size), NOW_S, &cookie), size > 8);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_read_whatever_stands_around_them),
        cmocka_unit_test(what_browsers_leave_out_is_none),
        cmocka_unit_test(what_is_over_takes_a_cookie_away),
        cmocka_unit_test(prefixes_and_same_site_none_want_secure),
        cmocka_unit_test(sessions_are_known_by_their_names),
        cmocka_unit_test(a_cookie_cut_anywhere_is_read_or_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
