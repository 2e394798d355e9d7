/* A certificate that works is not replaced by one that does not, unless somebody says so. */
#include "api_ask.h"
#include "test_ca.h"

#define SITE  "/v1/sites/a.test"
#define GUARD "\"guard\":\"keep-working\""

enum kind { GOOD, OTHER, ENDED, EARLY, WRONG, HALF, LONELY, STRANGER, RSA, RSA_ENDED, AUTHORITY, KINDS_COUNT };

/* Of one authority that all clients know, of one that only looks like it, and of none. */
struct shelf {
    struct fixture *f;
    struct test_ca *known, *unknown;
    struct test_ca_made made[KINDS_COUNT];
};

static void make(struct shelf *shelf)
{
    static const char *const both[] = {"a.test", "b.test", NULL}, *const half[] = {"a.test", NULL},
                             *const none[] = {"c.test", NULL};
    const int64_t now_s = clock_wall_s(), end_s = now_s + 90LL * 86400;
    const struct test_ca_leaf leaves[KINDS_COUNT] = {
        [GOOD] = {.names = both, .not_after_s = end_s},
        [OTHER] = {.names = both, .not_after_s = end_s},
        [ENDED] = {.names = both, .not_before_s = now_s - 9000, .not_after_s = now_s - 10},
        [EARLY] = {.names = both, .not_before_s = now_s + 9000, .not_after_s = end_s},
        [WRONG] = {.names = none, .not_after_s = end_s},
        [HALF] = {.names = half, .not_after_s = end_s},
        [LONELY] = {.names = both, .not_after_s = end_s, .self_signed = true},
        [STRANGER] = {.names = both, .not_after_s = end_s},
        [RSA] = {.names = both, .not_after_s = end_s, .kind = TEST_CA_RSA2048},
        [AUTHORITY] = {.names = both, .not_after_s = end_s, .is_authority = true},
        [RSA_ENDED] = {.names = both, .not_after_s = now_s - 10, .kind = TEST_CA_RSA2048},
    };
    shelf->known = test_ca_new();
    shelf->unknown = test_ca_new();
    for (size_t i = 0; i < KINDS_COUNT; i++)
        shelf->made[i] = test_ca_make(i == STRANGER ? shelf->unknown : shelf->known, &leaves[i]);
}

static void post(struct shelf *shelf, const char *method, const char *target, json_t *take_json, unsigned status,
                 const char *has)
{
    struct buf body;
    char *text = json_dumps(take_json, 0);
    unsigned got = ask(shelf->f, method, target, "application/json", text, &body);
    if (got != status || (has && !strstr(buf_str(&body).data, has)))
        fail_msg("%u instead of %u with %s: %s", got, status, has ? has : "", buf_str(&body).data);
    buf_fini(&body);
    free(text);
    json_decref(take_json);
}

static json_t *given(const struct test_ca_made *made)
{
    struct str chain = buf_str(&made->chain), key = buf_str(&made->key);
    return json_pack("{s:s%, s:s%}", "certificate_pem", chain.data, chain.size, "key_pem", key.data, key.size);
}

/* The site anew, with this certificate (or none). */
static void begin(struct shelf *shelf, enum kind kind)
{
    struct buf body;
    struct str root = test_ca_root_pem(shelf->known);
    shelf->f = fixture_new();
    post(shelf, "POST", "/v1/private-roots", json_pack("{s:s%}", "certificate_pem", root.data, root.size), 200, NULL);
    assert_int_equal(ask(shelf->f, "POST", "/v1/sites", "application/json",
                         "{\"name\":\"a.test\",\"aliases\":[\"b.test\"],\"upstreams\":[\"http://127.0.0.1:1\"]}",
                         &body),
                     201);
    buf_fini(&body);
    if (kind != KINDS_COUNT)
        post(shelf, "PATCH", SITE, given(&shelf->made[kind]), 200, NULL);
}

static int set_up(void **state)
{
    static struct shelf shelf;
    make(&shelf);
    *state = &shelf;
    return 0;
}

static int tear_down(void **state)
{
    struct shelf *shelf = *state;
    for (size_t i = 0; i < KINDS_COUNT; i++)
        test_ca_made_free(&shelf->made[i]);
    test_ca_free(shelf->known);
    test_ca_free(shelf->unknown);
    return 0;
}

static void what_works_gives_way_to_what_works_only(void **state)
{
    struct shelf *shelf = *state;
    static const struct {
        enum kind present, next;
        const char *ids; /* NULL: it is taken */
    } cases[] = {
        {GOOD, OTHER, NULL},
        {GOOD, ENDED, "(expired)"},
        {GOOD, EARLY, "(not_yet_valid)"},
        {GOOD, WRONG, "(wrong_name)"},
        {GOOD, HALF, "(wrong_name)"},
        {GOOD, LONELY, "(self_signed)"},
        {GOOD, STRANGER, "(chain_invalid)"},
        {HALF, GOOD, NULL},
        {HALF, WRONG, "(wrong_name)"},
        {HALF, STRANGER, "(chain_invalid)"},
        /* What does not work anyhow is lost by nobody. */
        {ENDED, WRONG, NULL},
        {ENDED, LONELY, NULL},
        {EARLY, ENDED, NULL},
        {WRONG, LONELY, NULL},
        {LONELY, STRANGER, NULL},
        {STRANGER, LONELY, "(self_signed)"},
        {STRANGER, ENDED, "(expired)"},
        /* One for the other kind of key in its place. */
        {GOOD, RSA_ENDED, "(expired)"},
        {GOOD, RSA, NULL},
        {RSA, WRONG, "(wrong_name)"},
        /* A first one is only told about. */
        {KINDS_COUNT, ENDED, NULL},
        {KINDS_COUNT, WRONG, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(shelf, cases[i].present);
        const uint64_t generation = shelf->f->core.state.generation;
        json_t *question = given(&shelf->made[cases[i].next]);
        assert_int_equal(json_object_set_new(question, "site", json_string("a.test")), 0);
        post(shelf, "POST", "/v1/certificates/check", question, 200, /* says it before */
             cases[i].ids ? "\"guards\":[{" GUARD : "\"guards\":[]");
        post(shelf, "PATCH", SITE, given(&shelf->made[cases[i].next]), cases[i].ids ? 409 : 200, cases[i].ids);
        assert_int_equal(shelf->f->core.state.generation > generation, cases[i].ids == NULL);
        fixture_free(shelf->f);
    }
}

static void the_same_without_its_intermediate_is_another(void **state)
{
    struct shelf *shelf = *state;
    struct str leaf = buf_str(&shelf->made[GOOD].leaf), key = buf_str(&shelf->made[GOOD].key);
    begin(shelf, GOOD);
    json_t *json = json_pack("{s:s%, s:s%}", "certificate_pem", leaf.data, leaf.size, "key_pem", key.data, key.size);
    post(shelf, "PATCH", SITE, json_incref(json), 409, GUARD);
    (void)json_object_set_new(json, "site", json_string("a.test"));
    post(shelf, "POST", "/v1/certificates/check", json, 200, GUARD);
    fixture_free(shelf->f);
}

static void beside_one_that_works_another_may_be_broken(void **state)
{
    struct shelf *shelf = *state;
    begin(shelf, GOOD);
    json_t *json = given(&shelf->made[RSA_ENDED]);
    (void)json_object_set_new(json, "certificate_beside", json_true());
    post(shelf, "PATCH", SITE, json, 200, "\"id\":\"expired\"");
    /* nor is it what all are served in the end: the same one again, without the one that works */
    post(shelf, "PATCH", SITE, given(&shelf->made[RSA_ENDED]), 409, "(expired)");
    post(shelf, "PATCH", SITE, given(&shelf->made[RSA]), 200, NULL);
    fixture_free(shelf->f);
    begin(shelf, RSA); /* but not for whoever can take ECDSA, and gets it from then on */
    json = given(&shelf->made[ENDED]);
    (void)json_object_set_new(json, "certificate_beside", json_true());
    post(shelf, "PATCH", SITE, json, 409, "(expired)");
    fixture_free(shelf->f);
}

static void one_word_allows_it_and_is_written_down(void **state)
{
    struct shelf *shelf = *state;
    begin(shelf, GOOD);
    json_t *json = given(&shelf->made[WRONG]);
    post(shelf, "PATCH", SITE, json_incref(json), 409, GUARD);
    post(shelf, "PATCH", SITE, json_incref(json), 409, "replace_working");
    (void)json_object_set_new(
        json, "override",
        json_pack("{s:[s], s:s, s:s}", "guards", "keep-working", "reason", "moved", "confirm", "a.test"));
    post(shelf, "PATCH", SITE, json_incref(json), 400, "cannot be overridden");
    (void)json_object_del(json, "override");
    (void)json_object_set_new(json, "replace_working", json_string("yes"));
    post(shelf, "PATCH", SITE, json_incref(json), 400, "\"field\":\"replace_working\"");
    (void)json_object_set_new(json, "replace_working", json_true());
    post(shelf, "PATCH", SITE, json, 200, "\"id\":\"wrong_name\"");
    RUN_ONE(shelf->f, "GET", "/v1/audit", "", 200, "keep-working");
    fixture_free(shelf->f);
}

static void every_way_in_is_guarded(void **state)
{
    struct shelf *shelf = *state;
    begin(shelf, GOOD);
    post(shelf, "PUT", SITE "/drawer", given(&shelf->made[WRONG]), 200, NULL); /* nobody is served it */
    post(shelf, "POST", SITE "/certificates/switch", json_object(), 409, GUARD);
    post(shelf, "PATCH", SITE, json_pack("{s:b}", "local_ca", 1), 409, "(unknown_issuer)");
    json_t *site = given(&shelf->made[ENDED]);
    (void)json_object_set_new(site, "name", json_string("a.test"));
    (void)json_object_set_new(site, "aliases", json_pack("[s]", "b.test"));
    (void)json_object_set_new(site, "upstreams", json_pack("[s]", "http://127.0.0.1:1"));
    post(shelf, "POST", "/v1/apply", json_pack("{s:[O]}", "sites", site), 409, "(expired)");
    post(shelf, "POST", "/v1/apply", json_pack("{s:[O]}", "sites", site), 409,
         "by itself first: strictgate cert upload a.test FILE --replace-working");
    (void)json_object_set_new(site, "replace_working", json_true());
    post(shelf, "POST", "/v1/apply", json_pack("{s:[o]}", "sites", site), 400, "replace_working");
    post(shelf, "POST", SITE "/certificates/switch", json_pack("{s:b}", "replace_working", 1), 200, NULL);
    post(shelf, "POST", SITE "/certificates/switch", json_object(), 200, NULL); /* the way back */
    fixture_free(shelf->f);
}

static void where_browsers_are_bound_one_word_is_not_enough(void **state)
{
    struct shelf *shelf = *state;
    begin(shelf, GOOD);
    fixture_look(shelf->f, "a.test", OBSERVED_TRUST_SYSTEM);
    post(shelf, "PUT", SITE "/hsts", json_pack("{s:i}", "max_age", 300), 200, NULL);
    json_t *json = given(&shelf->made[ENDED]);
    (void)json_object_set_new(json, "replace_working", json_true());
    post(shelf, "PATCH", SITE, json, 409, "\"guard\":\"keep-certificate\"");
    fixture_free(shelf->f);
}

static void what_browsers_refuse_is_not_hidden_behind_another_override(void **state)
{
    struct shelf *shelf = *state;
    begin(shelf, GOOD);
    fixture_look(shelf->f, "a.test", OBSERVED_TRUST_SYSTEM);
    post(shelf, "PUT", SITE "/hsts", json_pack("{s:i}", "max_age", 300), 200, NULL);
    json_t *json = given(&shelf->made[AUTHORITY]);
    post(shelf, "PATCH", SITE, json_incref(json), 409, "(ca_certificate)");
    (void)json_object_set_new(json, "redirect", json_string("off"));
    (void)json_object_set_new(
        json, "override",
        json_pack("{s:[s], s:s, s:s}", "guards", "keep-redirect", "reason", "moved", "confirm", "a.test"));
    post(shelf, "PATCH", SITE, json_incref(json), 409, "\"guard\":\"keep-trust\"");
    (void)json_array_append_new(json_object_get(json_object_get(json, "override"), "guards"),
                                json_string("keep-trust"));
    post(shelf, "PATCH", SITE, json, 200, NULL);
    fixture_free(shelf->f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_works_gives_way_to_what_works_only),
        cmocka_unit_test(the_same_without_its_intermediate_is_another),
        cmocka_unit_test(beside_one_that_works_another_may_be_broken),
        cmocka_unit_test(one_word_allows_it_and_is_written_down),
        cmocka_unit_test(every_way_in_is_guarded),
        cmocka_unit_test(what_browsers_refuse_is_not_hidden_behind_another_override),
        cmocka_unit_test(where_browsers_are_bound_one_word_is_not_enough),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
