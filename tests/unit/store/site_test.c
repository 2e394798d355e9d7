/* Sites: what is taken, what is refused under which name, and that nothing is lost on the way through JSON. */
#include <stdio.h>

#include "check.h"
#include "store/site.h"

static bool read_text(const char *text, enum route_origin origin, struct site **ret, struct err *err)
{
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    bool fine = site_read(json, "", origin, ret, err);
    json_decref(json);
    return fine;
}

static void write(const struct site *site, void (*how)(const struct site *, struct jsonout *), bool braces,
                  struct buf *text)
{
    struct jsonout out = {.out = text};
    buf_init(text, 1 << 20);
    if (braces)
        jsonout_object(&out, NULL);
    how(site, &out);
    if (braces)
        jsonout_object_end(&out);
    assert_true(buf_ok(text));
    assert_true(buf_put_char(text, '\0'));
}

#define MINIMAL "\"name\":\"a.example\",\"upstreams\":[\"http://127.0.0.1:8080\"]"

static const char *const good[] = {
    "{" MINIMAL "}",
    "{\"name\":\"a.example\",\"aliases\":[\"b.example\",\"*.c.example\"],\"upstreams\":[{\"url\":\"https://App:8443/\","
    "\"weight\":3}],\"redirect\":\"permanent\",\"canonical\":true,\"secure_cookies\":true,\"rewrite_location\":false,"
    "\"error_page\":\"<h1>\\u00e9</h1>\",\"reports\":\"on\",\"ladder\":[60,3600]}",
    "{\"name\":\"a.example\",\"routes\":[{\"prefix\":\"/\",\"upstreams\":[\"unix:/run/a.sock\",\"http://[::1]:80\"],"
    "\"balance\":\"round-robin\",\"health_path\":\"/health\",\"connect_timeout_ms\":100},"
    "{\"prefix\":\"/static/\",\"kind\":\"files\",\"root\":\"/srv/www/\",\"strip_prefix\":true},"
    "{\"prefix\":\"/gone\",\"kind\":\"fixed\",\"status\":410,\"body\":\"gone\\n\",\"content_type\":\"text/plain\"}]}",
    "{\"name\":\"a.example\",\"aliases\":[\"b.example\"],\"routes\":[{\"kind\":\"panel\"}]}",
};

static void a_site_survives_both_forms_of_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct site *site, *again;
        struct err err = {0};
        struct buf first, second;
        if (!read_text(good[i], ROUTE_FROM_OPERATOR, &site, &err))
            fail_msg("%s: %s %s", good[i], err.field, err.text);
        write(site, site_write_stored, false, &first);
        assert_true(read_text(buf_str(&first).data, ROUTE_FROM_STATE, &again, &err));
        write(again, site_write_stored, false, &second);
        assert_string_equal(buf_str(&first).data, buf_str(&second).data);
        buf_fini(&first);
        buf_fini(&second);
        write(site, site_write_members, true, &first);
        site_unref(again);
        if (!read_text(buf_str(&first).data, ROUTE_FROM_OPERATOR, &again, &err))
            fail_msg("%s: %s %s", buf_str(&first).data, err.field, err.text);
        write(again, site_write_members, true, &second);
        assert_string_equal(buf_str(&first).data, buf_str(&second).data);
        buf_fini(&first);
        buf_fini(&second);
        site_unref(again);
        site_unref(site);
    }
}

static void a_copy_is_equal_and_independent(void **state)
{
    struct site *site;
    struct buf first, second;
    (void)state;
    assert_true(read_text(good[2], ROUTE_FROM_OPERATOR, &site, NULL));
    site->slot = 7;
    site->routes[0].upstreams[1].slot = 9;
    site->hsts = (struct hsts_wish){.mode = HSTS_AUTO,
                                    .max_age_s = 86400,
                                    .target_s = 31536000,
                                    .include_subdomains = true,
                                    .preload = true,
                                    .since_s = 1700000000,
                                    .ladder = {.rungs = {300, 86400, 31536000}, .count = 3}};
    assert_true(site_set_certificates(site, SITE_SOURCE_FILE, STR("0123"), STR("4567")));
    struct site *copy = site_copy(site);
    assert_non_null(copy);
    assert_int_equal(copy->hsts.ladder.count, 3);
    write(site, site_write_stored, false, &first);
    site_unref(site);
    write(copy, site_write_stored, false, &second);
    assert_string_equal(buf_str(&first).data, buf_str(&second).data);
    buf_fini(&first);
    buf_fini(&second);
    site_unref(copy);
}

static void the_panel_keeps_its_slot_and_is_told_apart(void **state)
{
    struct site *site, *other;
    (void)state;
    assert_true(read_text(good[3], ROUTE_FROM_OPERATOR, &site, NULL));
    assert_true(read_text(good[0], ROUTE_FROM_OPERATOR, &other, NULL));
    assert_true(site_is_panel(site));
    assert_false(site_is_panel(other));
    site->routes[0].upstreams[0].slot = 9;
    struct site *copy = site_copy(site);
    assert_non_null(copy);
    assert_true(site_is_panel(copy));
    assert_int_equal(copy->routes[0].upstreams[0].slot, 9);
    site_unref(copy);
    site_unref(other);
    site_unref(site);
}

static void faults_are_named_by_member(void **state)
{
    static const struct {
        const char *json, *field;
    } cases[] = {
        {"[]", ""},
        {"{}", "name"},
        {"{\"name\":5}", "name"},
        {"{\"name\":\"a b\",\"upstreams\":[\"http://x\"]}", "name"},
        {"{\"name\":\"*.example\",\"upstreams\":[\"http://x\"]}", "name"},
        {"{\"name\":\"a.example\"}", "routes"},
        {"{\"name\":\"a.example\",\"upstreams\":[]}", "upstreams"},
        {"{\"name\":\"a.example\",\"upstreams\":\"http://x\"}", "upstreams"},
        {"{\"name\":\"a.example\",\"upstreams\":[\"ftp://x\"]}", "upstreams[0]"},
        {"{\"name\":\"a.example\",\"upstreams\":[\"http://x/path\"]}", "upstreams[0]"},
        {"{\"name\":\"a.example\",\"upstreams\":[\"http://x\",{\"url\":\"\"}]}", "upstreams[1].url"},
        {"{\"name\":\"a.example\",\"upstreams\":[{\"url\":\"http://x\",\"weight\":0}]}", "upstreams[0].weight"},
        {"{\"name\":\"a.example\",\"upstreams\":[{\"url\":\"http://x\",\"slot\":0}]}", "upstreams[0].slot"},
        {"{" MINIMAL ",\"routes\":[]}", "upstreams"},
        {"{" MINIMAL ",\"colour\":1}", "colour"},
        {"{" MINIMAL ",\"slot\":1}", "slot"},
        {"{" MINIMAL ",\"hsts\":{}}", "hsts"},
        {"{" MINIMAL ",\"ladder\":300}", "ladder"},
        {"{" MINIMAL ",\"ladder\":[]}", "ladder"},
        {"{" MINIMAL ",\"ladder\":[300,\"1 day\"]}", "ladder"},
        {"{" MINIMAL ",\"ladder\":[300,-1]}", "ladder"},
        {"{" MINIMAL ",\"ladder\":[300,300]}", "ladder"},
        {"{" MINIMAL ",\"ladder\":[300,315360001]}", "ladder"},
        {"{" MINIMAL ",\"ladder\":[1,2,3,4,5,6,7,8,9,10,11,12,13]}", "ladder"},
        {"{" MINIMAL ",\"redirect\":\"maybe\"}", "redirect"},
        {"{" MINIMAL ",\"canonical\":1}", "canonical"},
        {"{" MINIMAL ",\"aliases\":\"b.example\"}", "aliases"},
        {"{" MINIMAL ",\"aliases\":[\"b.example\",\"B.example.\"]}", "aliases[1]"},
        {"{" MINIMAL ",\"aliases\":[\"a.example\"]}", "aliases[0]"},
        {"{\"name\":\"a.example\",\"routes\":[{\"prefix\":\"x\",\"upstreams\":[\"http://x\"]}]}", "routes[0].prefix"},
        {"{\"name\":\"a.example\",\"routes\":[{\"prefix\":\"/../\",\"upstreams\":[\"http://x\"]}]}",
         "routes[0].prefix"},
        {"{\"name\":\"a.example\",\"routes\":[{\"upstreams\":[\"http://x\"]},{\"prefix\":\"/\",\"upstreams\":[\"http://"
         "x\"]}]}",
         "routes[1].prefix"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"panel\",\"prefix\":\"/panel/\"}]}", "routes[0].prefix"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"panel\",\"upstreams\":[\"http://x\"]}]}",
         "routes[0].upstreams"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"panel\",\"slot\":1}]}", "routes[0].slot"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"panel\"},{\"prefix\":\"/x\",\"kind\":\"fixed\"}]}", "routes"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"panel\"}],\"error_page\":\"<p>\"}", "error_page"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"panel\"}],\"aliases\":[\"*.b.example\"]}", "aliases"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"files\"}]}", "routes[0].root"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"files\",\"root\":\"srv\"}]}", "routes[0].root"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"files\",\"root\":\"/srv\",\"index\":\"a/b\"}]}",
         "routes[0].index"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"files\",\"root\":\"/srv\",\"body\":\"\"}]}",
         "routes[0].body"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"fixed\",\"status\":100}]}", "routes[0].status"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"fixed\",\"status\":204,\"body\":\"x\"}]}",
         "routes[0].status"},
        {"{\"name\":\"a.example\",\"routes\":[{\"kind\":\"fixed\",\"content_type\":\"a\\nb\"}]}",
         "routes[0].content_type"},
        {"{\"name\":\"a.example\",\"routes\":[{\"upstreams\":[\"http://x\"],\"health_path\":\"x\"}]}",
         "routes[0].health_path"},
        {"{\"name\":\"a.example\",\"routes\":[{\"upstreams\":[\"https://x\"],\"ca_pem\":\"x\"}]}", "routes[0].ca_pem"},
        {"{\"name\":\"a.example\",\"routes\":[{\"upstreams\":[\"http://x\"],\"idle_timeout_ms\":0}]}",
         "routes[0].idle_timeout_ms"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site *site;
        struct err err = {0};
        if (read_text(cases[i].json, ROUTE_FROM_OPERATOR, &site, &err))
            fail_msg("taken: %s", cases[i].json);
        assert_int_equal(err.code, ERR_INPUT);
        if (strcmp(err.field, cases[i].field) != 0)
            fail_msg("%s: field is \"%s\", not \"%s\" (%s)", cases[i].json, err.field, cases[i].field, err.text);
    }
}

static void the_ladder_is_the_operators(void **state)
{
    struct site *site;
    (void)state;
    assert_true(read_text("{" MINIMAL "}", ROUTE_FROM_OPERATOR, &site, NULL));
    assert_int_equal(site->hsts.ladder.count, 5);
    assert_int_equal(site->hsts.mode, HSTS_OFF);
    site_unref(site);
    assert_true(read_text("{" MINIMAL ",\"ladder\":[60,600,6000]}", ROUTE_FROM_OPERATOR, &site, NULL));
    assert_int_equal(site->hsts.ladder.count, 3);
    assert_int_equal(site->hsts.ladder.rungs[1], 600);
    site_unref(site);
}

#define STORED                                                                                                         \
    "\"name\":\"a.example\",\"routes\":[{\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://127.0.0.1:80\"}]}]"

static void a_stored_wish_is_whole_or_refused(void **state)
{
    static const struct {
        const char *hsts, *field; /* NULL: taken */
    } cases[] = {
        {"{\"mode\":\"off\"}", NULL},
        {"{\"mode\":\"hold\",\"max_age\":300,\"since\":5}", NULL},
        {"{\"mode\":\"auto\",\"max_age\":300,\"target\":31536000,\"ladder\":[300,31536000]}", NULL},
        {"{\"mode\":\"release\",\"since\":5}", NULL},
        {"{\"mode\":\"hold\"}", "hsts.max_age"},
        {"{\"mode\":\"hold\",\"max_age\":0}", "hsts.max_age"},
        {"{\"mode\":\"release\",\"max_age\":300}", "hsts.max_age"},
        {"{\"mode\":\"auto\",\"max_age\":300}", "hsts.target"},
        {"{\"mode\":\"hold\",\"max_age\":300,\"target\":400}", "hsts.target"},
        {"{\"mode\":\"hold\",\"max_age\":300,\"preload\":true}", "hsts.preload"},
        {"{\"mode\":\"hold\",\"max_age\":4294967296}", "hsts.max_age"},
        {"{\"mode\":\"upwards\"}", "hsts.mode"},
        {"{\"mode\":\"off\",\"ladder\":[0]}", "hsts.ladder"},
        {"{\"mode\":\"off\",\"colour\":1}", "hsts.colour"},
        {"[]", "hsts"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        struct site *site;
        struct err err = {0};
        (void)snprintf(text, sizeof text, "{" STORED ",\"hsts\":%s}", cases[i].hsts);
        bool taken = read_text(text, ROUTE_FROM_STATE, &site, &err);
        if (taken)
            site_unref(site);
        if (taken != !cases[i].field || strcmp(err.field, cases[i].field ? cases[i].field : "") != 0)
            fail_msg("%s: field is \"%s\" (%s)", cases[i].hsts, err.field, err.text);
    }
}

static void upstreams_have_one_spelling(void **state)
{
    static const struct {
        const char *given, *url;
    } cases[] = {
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
        {"http://APP.internal:80/", "http://app.internal"},
        {"https://app:443", "https://app"},
        {"https://app:8443", "https://app:8443"},
        {"http://[2001:db8::1]:81", "http://[2001:db8::1]:81"},
        {"unix:/run/app.sock", "unix:/run/app.sock"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 65536);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct upstream upstream;
        struct err err = {0};
        if (!upstream_read(&arena, str_from(cases[i].given), "url", &upstream, &err))
            fail_msg("%s: %s", cases[i].given, err.text);
        assert_str(upstream.url, str_from(cases[i].url));
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_survives_both_forms_of_json),
        cmocka_unit_test(a_copy_is_equal_and_independent),
        cmocka_unit_test(the_panel_keeps_its_slot_and_is_told_apart),
        cmocka_unit_test(faults_are_named_by_member),
        cmocka_unit_test(the_ladder_is_the_operators),
        cmocka_unit_test(a_stored_wish_is_whole_or_refused),
        cmocka_unit_test(upstreams_have_one_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
