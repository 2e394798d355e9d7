/* Where there can be passkeys, and the name they belong to. */
#include "check.h"

#include "control/passkey_place.h"

static void the_name_follows_from_the_origin(void **state)
{
    static const struct {
        const char *origin, *rp_id; /* NULL: there are none there */
    } cases[] = {
        {"http://localhost:8460", "localhost"},
        {"http://localhost", "localhost"},
        {"http://panel.localhost:1", "panel.localhost"},
        {"https://panel.example.org", "panel.example.org"},
        {"https://panel.example.org:8443", "panel.example.org"},
        {"http://panel.example.org", NULL},
        {"http://127.0.0.1:8460", NULL},
        {"https://127.0.0.1", NULL},
        {"https://[::1]:8460", NULL},
        {"http://[::1]", NULL},
        {"http://evillocalhost", NULL},
        {"https://", NULL},
        {"https://:1", NULL},
        {"ftp://localhost", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct passkey_place place;
        struct err err = {0};
        bool found = passkey_place_of(str_from(cases[i].origin), &place, &err);
        if (found != (cases[i].rp_id != NULL))
            fail_msg("%s", cases[i].origin);
        if (found) {
            assert_str(place.rp_id, str_from(cases[i].rp_id));
            assert_str(place.origin, str_from(cases[i].origin));
        } else {
            assert_int_equal(err.code, ERR_CONFLICT);
        }
    }
}

static void a_name_that_is_too_long_has_none(void **state)
{
    static char text[400] = "https://";
    struct passkey_place place;
    (void)state;
    memset(text + 8, 'a', 254);
    assert_false(passkey_place_of(str_make(text, 8 + 254), &place, NULL));
    assert_true(passkey_place_of(str_make(text, 8 + 253), &place, NULL));
    text[8 + 253] = ':';
    memset(text + 8 + 254, '1', 50);
    assert_false(passkey_place_of(str_make(text, 8 + 254 + 50), &place, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_follows_from_the_origin),
        cmocka_unit_test(a_name_that_is_too_long_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
