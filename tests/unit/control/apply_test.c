/* Declarative changes: the difference first, then all of it or nothing. */
#include "api_ask.h"

#define A      "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"
#define A_KEPT "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define B      "{\"name\":\"b.test\",\"upstreams\":[\"http://127.0.0.1:2\"]}"

static void nothing_changes_in_a_rehearsal(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/apply?dry_run=true", "{\"sites\":[" A "," B "]}", 200, "\"site\":\"a.test\",\"act\":\"add\""},
        {"POST", "/v1/apply?dry_run=yes", "{\"sites\":[]}", 400, "dry_run"},
        {"GET", "/v1/sites", "", 200, "{\"sites\":[]}"},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    assert_int_equal(f->core.state.generation, 0);
    fixture_free(f);
}

static void the_same_file_twice_changes_nothing_the_second_time(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/apply", "{\"sites\":[" A "," B "],\"settings\":{\"tls_profile\":\"modern\"}}", 200,
         "\"act\":\"settings\""},
        {"POST", "/v1/apply", "{\"sites\":[" A_KEPT "," B "],\"settings\":{\"tls_profile\":\"modern\"}}", 200,
         "\"changes\":[]"},
        {"POST", "/v1/apply", "{\"sites\":[" A "," B "],\"settings\":{\"tls_profile\":\"modern\"}}", 200,
         "\"changes\":[]"},
        {"GET", "/v1/sites/a.test", "", 200, "\"source\":\"local-ca\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    assert_int_equal(f->core.state.generation, 1);
    fixture_free(f);
}

static void differences_name_the_member_and_both_values(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/apply", "{\"sites\":[" A "," B "]}", 200, NULL},
        {"POST", "/v1/apply?dry_run=true",
         "{\"sites\":[{\"name\":\"A.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"redirect\":\"permanent\"}]}", 200,
         "{\"member\":\"redirect\",\"before\":\"temporary\",\"after\":\"permanent\"}"},
        {"POST", "/v1/apply?dry_run=true", "{\"sites\":[" A_KEPT "],\"remove_others\":true}", 200,
         "\"site\":\"b.test\",\"act\":\"remove\""},
        {"POST", "/v1/apply", "{\"sites\":[" A_KEPT "]}", 200, "\"changes\":[]"},
        {"GET", "/v1/sites/b.test", "", 200, NULL},
        {"POST", "/v1/apply", "{\"sites\":[" A_KEPT "],\"remove_others\":true}", 200, "\"act\":\"remove\""},
        {"GET", "/v1/sites/b.test", "", 404, NULL},
        {"GET", "/v1/audit?limit=1", "", 200, "\"act\":\"apply\""},
        {"GET", "/v1/audit?site=b.test&limit=1", "", 200, "\"act\":\"site.remove\""},
        {"GET", "/v1/audit?site=a.test&limit=1", "", 200, "\"act\":\"site.add\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

static void one_fault_or_one_guard_stops_all_of_it(void **state)
{
    static const struct step before[] = {{"POST", "/v1/apply", "{\"sites\":[" A "]}", 200, NULL}};
    static const struct step steps[] = {
        {"POST", "/v1/sites/a.test/hsts/moves", "{\"move\":\"start\"}", 200, NULL},
        {"POST", "/v1/apply", "{\"sites\":[" B ",{\"name\":\"c.test\",\"upstreams\":[\"x\"]}]}", 400,
         "sites[1].upstreams[0]"},
        {"POST", "/v1/apply", "{\"sites\":[" B "," B "]}", 409, "b.test"},
        {"POST", "/v1/apply", "{\"sites\":[" A_KEPT "," A_KEPT "]}", 400, "named twice"},
        {"POST", "/v1/apply", "{\"sites\":[" B "],\"remove_others\":true}", 409, "\"guard\":\"keep-name\""},
        {"POST", "/v1/apply",
         "{\"sites\":[{\"name\":\"a.test\",\"upstreams\":[\"http://x:1\"],\"redirect\":\"off\"}," B "]}", 409,
         "\"guard\":\"keep-redirect\""},
        {"GET", "/v1/audit?site=a.test&limit=1", "", 200,
         "\"act\":\"apply\",\"site\":\"a.test\",\"outcome\":\"refused\""},
        {"GET", "/v1/sites/b.test", "", 404, NULL},
        {"POST", "/v1/apply", "{\"sites\":[" B "],\"colour\":1}", 400, "\"field\":\"colour\""},
        {"POST", "/v1/apply", "{\"sites\":[1]}", 400, "sites[0]"},
        {"POST", "/v1/apply", "{\"sites\":[{\"name\":\"a.test\",\"override\":{\"guards\":[\"keep-redirect\"]}}]}", 400,
         "\"field\":\"sites[0].override\""},
        {"POST", "/v1/apply", "{\"sites\":[{\"name\":\"b.test\",\"override\":{\"guards\":[\"keep-redirect\"]}}]}", 400,
         "\"field\":\"sites[0].override\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, before);
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    RUN(f, steps);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changes_in_a_rehearsal),
        cmocka_unit_test(the_same_file_twice_changes_nothing_the_second_time),
        cmocka_unit_test(differences_name_the_member_and_both_values),
        cmocka_unit_test(one_fault_or_one_guard_stops_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
