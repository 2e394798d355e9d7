/* What would become of a site, the site as it is declared, and changes made for the state that was seen. */
#include "api_ask.h"

#include "control/acme.h"

#define SITE     "/v1/sites/a.example"
#define DRY      SITE "?dry_run=true"
#define BASIC    "{\"name\":\"a.example\",\"upstreams\":[\"http://127.0.0.1:1\"]"
#define WITH_WWW "\"aliases\":[\"www.a.example\"]"
#define LOCAL    BASIC "," WITH_WWW ",\"redirect\":\"permanent\",\"local_ca\":true}"
#define BINDING  "{\"max_age\":300}"

static void a_dry_run_tells_and_changes_nothing(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites", LOCAL, 201, NULL},
        {"POST", "/v1/sites", "{\"name\":\"b.example\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL},
        {"PATCH", DRY, "{}", 200, "\"dry_run\":true,\"differences\":[],\"guards\":[]"},
        {"PATCH", DRY, "{\"redirect\":\"off\"}", 200,
         "[{\"member\":\"redirect\",\"before\":\"permanent\",\"after\":\"off\"}]"},
        {"PATCH", DRY, "{\"aliases\":[]}", 200, "{\"member\":\"aliases\",\"before\":[\"www.a.example\"],\"after\":[]}"},
        {"PATCH", DRY, "{\"certificate\":null}", 200,
         "{\"member\":\"certificate\",\"before\":\"local-ca\",\"after\":\"none\"}"},
        {"PATCH", DRY, "{\"redirect\":\"sideways\"}", 400, "\"field\":\"redirect\""},
        {"PATCH", DRY, "{\"aliases\":[\"b.example\"]}", 409, "b.example"},
        {"PATCH", DRY, "{\"name\":\"c.example\"}", 400, "\"field\":\"name\""},
        {"PATCH", SITE "?dry_run=false", "{\"redirect\":\"off\"}", 400, "only dry_run=true"},
        {"PATCH", "/v1/sites/c.example?dry_run=true", "{}", 404, "not_found"},
        {"GET", SITE, "", 200, "\"redirect\":\"permanent\""},
        {"GET", "/v1/audit?limit=1", "", 200, "\"act\":\"site.add\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    assert_int_equal(f->core.state.generation, 2);
    fixture_free(f);
}

static void a_dry_run_tells_the_guards_that_stand_against_it(void **state)
{
    static const struct step steps[] = {
        {"PUT", SITE "/hsts", BINDING, 200, NULL},
        {"PATCH", DRY, "{\"aliases\":[]}", 200, "\"guard\":\"keep-name\",\"verdict\":\"block\""},
        {"PATCH", DRY, "{\"redirect\":\"off\"}", 200, "\"guard\":\"keep-redirect\""},
        {"PUT", DRY, BASIC "}", 200, "\"guard\":\"keep-name\",\"verdict\":\"block\""},
        {"GET", "/v1/audit?limit=1", "", 200, "\"act\":\"hsts."},
        {"PUT", SITE, BASIC "}", 409, "\"guard\":\"keep-name\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", LOCAL, 201, NULL);
    fixture_look(f, "a.example", OBSERVED_TRUST_PRIVATE);
    RUN(f, steps);
    fixture_free(f);
}

static void what_a_declaration_leaves_out_has_its_default(void **state)
{
    static const struct step steps[] = {
        {"PUT", SITE, BASIC "}", 404, "not_found"},
        {"POST", "/v1/sites", LOCAL, 201, NULL},
        {"PUT", DRY, BASIC "," WITH_WWW "}", 200,
         "\"differences\":[{\"member\":\"redirect\",\"before\":\"permanent\",\"after\":\"temporary\"}]"},
        {"PUT", SITE, BASIC "," WITH_WWW ",\"ladder\":[300]}", 200, "\"redirect\":\"temporary\""},
        {"GET", SITE, "", 200, "\"source\":\"local-ca\""}, /* stays, since nothing was said of it */
        {"GET", SITE, "", 200, "\"ladder\":[300]"},
        {"PUT", DRY, LOCAL, 200, "{\"member\":\"redirect\",\"before\":\"temporary\",\"after\":\"permanent\"}"},
        {"PUT", SITE, "{\"upstreams\":[\"http://x:1\"]}", 400, "\"field\":\"name\""},
        {"PUT", SITE, "{\"name\":\"b.example\",\"upstreams\":[\"http://x:1\"]}", 400, "cannot be changed"},
        {"PUT", SITE, BASIC ",\"slot\":3}", 400, "\"field\":\"slot\""},
        {"PUT", SITE, "[]", 400, "object"},
        {"PUT", SITE, BASIC ",\"replace_working\":true}", 200, "\"aliases\":[]"},
        {"GET", "/v1/audit?limit=1", "", 200, "\"act\":\"site.change\""},
    };
    struct fixture *f = fixture_new();
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

/* Each was seen in its answer, and then again by its tag alone. */
static void a_change_gives_the_tag_of_what_came_of_it(void **state)
{
    static const struct {
        const char *method, *target, *content, *back;
    } cases[] = {
        {"PATCH", SITE, "{\"redirect\":\"off\"}", "{\"redirect\":\"temporary\"}"},
        {"PUT", SITE, BASIC ",\"canonical\":true}", BASIC "}"},
        {"PATCH", "/v1/settings", "{\"tls_profile\":\"modern\"}", "{\"tls_profile\":\"intermediate\"}"},
        {"PATCH", "/v1/cas/own", "{\"preference\":20}", "{\"preference\":10}"},
    };
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    if (!acme_new(&f->core, &f->core.acme, &err))
        fail_msg("%s", err.text);
    RUN_ONE(f, "POST", "/v1/sites", BASIC "}", 201, NULL);
    RUN_ONE(f, "POST", "/v1/cas", "{\"name\":\"own\",\"directory\":\"https://127.0.0.1:1/\"}", 201, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asked asked = {.method = "GET", .target = cases[i].target, .content = ""};
        struct api_reply seen = ask_fully(f, &asked);
        asked = (struct asked){.method = cases[i].method,
                               .target = cases[i].target,
                               .type = "application/json",
                               .content = cases[i].content,
                               .if_match = seen.etag};
        struct api_reply changed = ask_fully(f, &asked), late = ask_fully(f, &asked);
        asked.content = cases[i].back;
        asked.if_match = changed.etag;
        struct api_reply undone = ask_fully(f, &asked);
        assert_int_equal(changed.status, 200);
        assert_string_not_equal(changed.etag, seen.etag);
        assert_int_equal(late.status, 412);
        assert_int_equal(undone.status, 200);
        assert_string_equal(undone.etag, seen.etag);
        buf_fini(&seen.body);
        buf_fini(&changed.body);
        buf_fini(&late.body);
        buf_fini(&undone.body);
    }
    acme_free(f->core.acme);
    f->core.acme = NULL;
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dry_run_tells_and_changes_nothing),
        cmocka_unit_test(a_dry_run_tells_the_guards_that_stand_against_it),
        cmocka_unit_test(what_a_declaration_leaves_out_has_its_default),
        cmocka_unit_test(a_change_gives_the_tag_of_what_came_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
