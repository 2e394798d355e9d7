/* Plain URLs of the site itself, and everything that only looks like one. */
#include "http/location.h"

#include "check.h"

static bool is_own_name(void *context, struct str host)
{
    return str_eq_nocase(host, *(const struct str *)context);
}

static void own_plain_urls_become_https_and_the_rest_stays(void **state)
{
    (void)state;
    static const struct {
        const char *location;
        uint16_t https_port;
        const char *expected; /* NULL: stays */
    } cases[] = {
        {"http://a.example/", 443, "https://a.example/"},
        {"http://a.example", 443, "https://a.example"},
        {"HTTP://A.Example/x", 443, "https://A.Example/x"},
        {"http://a.example/x?y=http://a.example/#z", 443, "https://a.example/x?y=http://a.example/#z"},
        {"http://a.example?y", 443, "https://a.example?y"},
        {"http://a.example#z", 443, "https://a.example#z"},
        {"http://a.example:80/", 443, "https://a.example/"},
        {"http://a.example:443/", 443, "https://a.example/"},
        {"http://a.example/", 8443, "https://a.example:8443/"},
        {"http://a.example:80/", 8443, "https://a.example:8443/"},
        {"http://a.example:8443/", 8443, "https://a.example:8443/"},
        {"http://a.example/\xc3\xa9", 443, "https://a.example/\xc3\xa9"},
        {"http://a.example:9090/", 443, NULL},
        {"http://a.example:8443/", 443, NULL},
        {"http://b.example/", 443, NULL},
        {"http://a.example.evil/", 443, NULL},
        {"http://a.example@evil/", 443, NULL},
        {"http://evil@a.example/", 443, NULL},
        {"http://a.example\\@evil/", 443, NULL},
        {"http://a.example:/", 443, NULL},
        {"http://a.example:x/", 443, NULL},
        {"http:///a.example/", 443, NULL},
        {"http:a.example/", 443, NULL},
        {"https://a.example/", 443, NULL},
        {"//a.example/", 443, NULL},
        {"/x", 443, NULL},
        {"x", 443, NULL},
        {" http://a.example/", 443, NULL},
        {"http://", 443, NULL},
        {"", 443, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct str ret = STR("untouched"), own = STR("a.example");
        arena_init(&arena, 4096);
        if (location_to_https(str_from(cases[i].location), is_own_name, &own, cases[i].https_port, &arena, &ret) !=
            (cases[i].expected != NULL))
            fail_msg("%s", cases[i].location);
        assert_str(ret, str_from(cases[i].expected ? cases[i].expected : "untouched"));
        arena_fini(&arena);
    }
}

static void a_full_arena_changes_nothing(void **state)
{
    (void)state;
    struct arena arena;
    struct str ret = STR("untouched"), own = STR("a.example");
    arena_init(&arena, 4);
    assert_false(location_to_https(STR("http://a.example/"), is_own_name, &own, 443, &arena, &ret));
    assert_str(ret, STR("untouched"));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_plain_urls_become_https_and_the_rest_stays),
        cmocka_unit_test(a_full_arena_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
