#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/site_request.h"

#define ARGUMENTS_COUNT_MAX 32

/* The request for `arguments` (separated by '|'), as compact JSON with sorted keys, or the error. The caller frees. */
static char *request(const char *arguments, const json_t *site)
{
    static char program[] = "strictgate", group[] = "site";
    char *argv[ARGUMENTS_COUNT_MAX] = {program, group, NULL};
    int argc = 2;
    char *room = strdup(arguments), *text = NULL;
    struct cli *cli = calloc(1, sizeof *cli);
    struct err err = {0};
    json_t *json;
    assert_non_null(room);
    assert_non_null(cli);
    for (char *at = room; at;) {
        assert_true(argc + 1 < ARGUMENTS_COUNT_MAX);
        argv[argc++] = at;
        at = strchr(at, '|');
        if (at)
            *at++ = '\0';
    }
    if (!cli_parse(argc, argv, cli, &err))
        fail_msg("%s", err.text);
    if (site_request_make(cli, site, &json, &err)) {
        text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
        json_decref(json);
    } else if (asprintf(&text, "%s: %s", err.field, err.text) < 0) {
        text = NULL;
    }
    assert_non_null(text);
    free(cli);
    free(room);
    return text;
}

static void check(const char *arguments, const json_t *site, const char *expected)
{
    char *text = request(arguments, site);
    assert_string_equal(text, expected);
    free(text);
}

static void options_become_the_members_of_a_new_site(void **state)
{
    (void)state;
    const struct {
        const char *arguments, *expected;
    } cases[] = {
        {"add|a.test|--upstream|http://127.0.0.1:1",
         "{\"name\":\"a.test\",\"routes\":[{\"kind\":\"proxy\",\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://"
         "127.0.0.1:1\"}]}]}"},
        {"add|a.test|--upstream|http://x|--upstream|unix:/y|--local-ca|--alias|b.test|--alias|*.b.test|--redirect|off",
         "{\"aliases\":[\"b.test\",\"*.b.test\"],\"local_ca\":true,\"name\":\"a.test\",\"redirect\":\"off\",\"routes\":"
         "[{"
         "\"kind\":\"proxy\",\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://x\"},{\"url\":\"unix:/y\"}]}]}"},
        {"add|a.test|--files|/var/www|--canonical|--secure-cookies",
         "{\"canonical\":true,\"name\":\"a.test\",\"routes\":[{\"kind\":\"files\",\"prefix\":\"/\",\"root\":\"/var/"
         "www\",\"strip_prefix\":false}],\"secure_cookies\":true}"},
        {"add|a.test|--route|/api=http://x|--route|/s/=files:/w|--route|/off=fixed:503:at noon: back|--route|/api/"
         "=http://y",
         "{\"name\":\"a.test\",\"routes\":[{\"kind\":\"proxy\",\"prefix\":\"/api\",\"upstreams\":[{\"url\":\"http://"
         "x\"},{\"url\":\"http://y\"}]},{\"kind\":\"files\",\"prefix\":\"/s/\",\"root\":\"/w\",\"strip_prefix\":true},{"
         "\"body\":\"at noon: back\",\"kind\":\"fixed\",\"prefix\":\"/off\",\"status\":503}]}"},
        {"add|a.test|--upstream|https://x|--route|/p=http://y|--insecure-upstream|--health-path|/up",
         "{\"name\":\"a.test\",\"routes\":[{\"health_path\":\"/up\",\"kind\":\"proxy\",\"prefix\":\"/"
         "\",\"upstreams\":[{\"url\":\"https://"
         "x\"}],\"verify\":false},{\"health_path\":\"/up\",\"kind\":\"proxy\",\"prefix\":\"/p\",\"upstreams\":[{"
         "\"url\":\"http://y\"}]}]}"},
        {"add|a.test|--upstream|http://x|--upstream|http://y|--weight|3|--weight|1|--balance|round-robin|--"
         "connect-timeout-ms|100|--first-byte-timeout-ms|200|--idle-timeout-ms|300|--health-path|/up|--health-"
         "interval-ms|2000",
         "{\"name\":\"a.test\",\"routes\":[{\"balance\":\"round-robin\",\"connect_timeout_ms\":100,\"first_byte_"
         "timeout_"
         "ms\":200,\"health_interval_ms\":2000,\"health_path\":\"/up\",\"idle_timeout_ms\":300,\"kind\":\"proxy\","
         "\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://x\",\"weight\":3},{\"url\":\"http://y\",\"weight\":1}]}]}"},
        {"add|a.test|--files|/w|--index|start.htm|--no-rewrite-location",
         "{\"name\":\"a.test\",\"rewrite_location\":false,\"routes\":[{\"index\":\"start.htm\",\"kind\":\"files\","
         "\"prefix\":\"/\",\"root\":\"/w\",\"strip_prefix\":false}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].arguments, NULL, cases[i].expected);
}

static void what_does_not_go_together_is_refused_by_the_option_at_fault(void **state)
{
    (void)state;
    const struct {
        const char *arguments, *expected;
    } cases[] = {
        {"add|a.test", "--upstream: the site needs somewhere to send requests to"},
        {"add|a.test|--upstream|http://x|--files|/w",
         "--files: --upstream is given as well, and both are for everything below /"},
        {"add|a.test|--upstream|http://x|--local-ca|--cert|f", "--local-ca: --cert is given as well"},
        {"add|a.test|--upstream|http://x|--key|f", "--key: there is no --cert for it"},
        {"add|a.test|--upstream|http://x|--cert|f|--cert|g|--key|h", "--key: there are more --cert than --key"},
        {"add|a.test|--upstream|http://x|--cert|/no/such/file",
         "--cert: cannot open /no/such/file: No such file or directory"},
        {"add|a.test|--upstream|http://x|--insecure-upstream",
         "--insecure-upstream: no upstream is spoken to over https"},
        {"add|a.test|--upstream|https://x|--insecure-upstream|--ca|f", "--insecure-upstream: it makes --ca pointless"},
        {"add|a.test|--upstream|https://x|--ca|/dev/null", "--ca: /dev/null is empty"},
        {"add|a.test|--files|/w|--health-path|/up", "--health-path: the site has no upstream"},
        {"add|a.test|--files|/w|--idle-timeout-ms|5", "--idle-timeout-ms: the site has no upstream"},
        {"add|a.test|--upstream|http://x|--idle-timeout-ms|5s", "--idle-timeout-ms: a whole number is needed here"},
        {"add|a.test|--upstream|http://x|--index|a.html", "--index: the site serves no folder"},
        {"add|a.test|--upstream|http://x|--weight|1|--weight|2", "--weight: there are not as many as upstreams of /"},
        {"add|a.test|--files|/w|--weight|1", "--weight: there are not as many as upstreams of /"},
        {"add|a.test|--upstream|http://x|--weight|much", "--weight: a whole number is needed here"},
        {"add|a.test|--upstream|http://x|--error-page|/no/such/file",
         "--error-page: cannot open /no/such/file: No such file or directory"},
        {"add|a.test|--route|api=http://x", "--route: a route needs a prefix that begins with / and a target"},
        {"add|a.test|--route|/api", "--route: a route needs a prefix that begins with / and a target"},
        {"add|a.test|--route|/a=fixed:99:x", "--route: a fixed response needs a status from 200 to 599 and a text"},
        {"add|a.test|--route|/a=fixed:200", "--route: a fixed response needs a status from 200 to 599 and a text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].arguments, NULL, cases[i].expected);
}

static void a_change_keeps_what_it_does_not_name(void **state)
{
    (void)state;
    json_t *site =
        json_loads("{\"name\":\"a.test\",\"routes\":[{\"prefix\":\"/app\",\"kind\":\"proxy\",\"upstreams\":[{"
                   "\"url\":\"http://x\",\"weight\":2}],\"idle_timeout_ms\":7},{\"prefix\":\"/"
                   "\",\"kind\":\"files\",\"root\":\"/w\"}]}",
                   0, NULL);
    assert_non_null(site);
    const struct {
        const char *arguments, *expected;
    } cases[] = {
        {"set|a.test", "{}"},
        {"set|a.test|--no-canonical|--redirect|permanent", "{\"canonical\":false,\"redirect\":\"permanent\"}"},
        {"set|a.test|--canonical|--no-canonical", "--no-canonical: its opposite is given as well"},
        {"set|a.test|--no-alias", "{\"aliases\":[]}"},
        {"set|a.test|--no-alias|--alias|b", "--no-alias: --alias is given as well"},
        {"set|a.test|--no-route|/nix", "--no-route: there is no route with the prefix /nix"},
        {"set|a.test|--no-route|/app/", "{\"routes\":[{\"kind\":\"files\",\"prefix\":\"/\",\"root\":\"/w\"}]}"},
        {"set|a.test|--route|/app/=http://y|--upstream|http://z",
         "{\"routes\":[{\"idle_timeout_ms\":7,\"kind\":\"proxy\",\"prefix\":\"/app\",\"upstreams\":[{\"url\":\"http://"
         "y\"}]},{\"kind\":\"proxy\",\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://z\"}]}]}"},
        {"set|a.test|--no-error-page|--rewrite-location|--no-cert",
         "{\"certificate\":null,\"error_page\":\"\",\"rewrite_location\":true}"},
        {"set|a.test|--no-cert|--local-ca", "--no-cert: a certificate is given as well"},
        {"set|a.test|--error-page|/x|--no-error-page", "--no-error-page: --error-page is given as well"},
        {"set|a.test|--verify-upstream|--insecure-upstream", "--insecure-upstream: its opposite is given as well"},
        {"set|a.test|--connect-timeout-ms|9|--no-route|/",
         "{\"routes\":[{\"connect_timeout_ms\":9,\"idle_timeout_ms\":7,\"kind\":\"proxy\",\"prefix\":\"/app\","
         "\"upstreams\":[{\"url\":\"http://x\",\"weight\":2}]}]}"},
        {"set|a.test|--override|keep-name", "--reason: it is missing: --override, --reason and --confirm go together"},
        {"set|a.test|--override|keep-name|--reason|why",
         "--confirm: it is missing: --override, --reason and --confirm go together"},
        {"set|a.test|--confirm|a.test|--reason|why",
         "--override: it is missing: --override, --reason and --confirm go together"},
        {"set|a.test|--override|keep-name|--reason|\xff|--confirm|a.test", "--reason: it is not text in UTF-8"},
        {"set|a.test|--override|keep-name|--override|keep-trust|--reason|why|--confirm|a.test",
         "{\"override\":{\"confirm\":\"a.test\",\"guards\":[\"keep-name\",\"keep-trust\"],\"reason\":\"why\"}}"},
        {"set|a.test|--ladder|5m,1d,31536000", "{\"ladder\":[300,86400,31536000]}"},
        {"set|a.test|--ladder|5m,soon", "--ladder: \"soon\" is no duration"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].arguments, site, cases[i].expected);
    json_decref(site);
}

static void verification_is_taken_up_again_by_the_systems_roots(void **state)
{
    (void)state;
    json_t *site =
        json_loads("{\"routes\":[{\"prefix\":\"/\",\"kind\":\"proxy\",\"upstreams\":[{\"url\":\"https://x\"}],"
                   "\"verify\":false,\"ca_pem\":\"PEM\"}]}",
                   0, NULL);
    assert_non_null(site);
    check(
        "set|a|--verify-upstream", site,
        "{\"routes\":[{\"kind\":\"proxy\",\"prefix\":\"/\",\"upstreams\":[{\"url\":\"https://x\"}],\"verify\":true}]}");
    json_decref(site);
}

static void an_error_page_is_sent_as_text(void **state)
{
    (void)state;
    char path[] = "/tmp/strictgate-site-request-XXXXXX", arguments[200];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "<h1>{{status}}", 14), 14);
    (void)snprintf(arguments, sizeof arguments, "set|a|--error-page|%s", path);
    json_t *site = json_object();
    check(arguments, site, "{\"error_page\":\"<h1>{{status}}\"}");
    assert_int_equal(write(fd, "\xff", 1), 1);
    char *text = request(arguments, site);
    assert_non_null(strstr(text, "is not text"));
    free(text);
    json_decref(site);
    (void)close(fd);
    (void)unlink(path);
}

static void certificates_are_sent_as_text_one_or_a_list(void **state)
{
    (void)state;
    char path[] = "/tmp/strictgate-site-request-XXXXXX", arguments[200];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "PEM", 3), 3);
    (void)close(fd);
    (void)snprintf(arguments, sizeof arguments, "set|a|--cert|%s", path);
    json_t *site = json_object();
    check(arguments, site, "{\"certificate_pem\":\"PEM\",\"key_pem\":\"PEM\"}");
    (void)snprintf(arguments, sizeof arguments, "set|a|--cert|%s|--key|%s|--cert|%s|--key|%s", path, path, path, path);
    check(arguments, site, "{\"certificate_pem\":[\"PEM\",\"PEM\"],\"key_pem\":[\"PEM\",\"PEM\"]}");
    json_decref(site);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_become_the_members_of_a_new_site),
        cmocka_unit_test(what_does_not_go_together_is_refused_by_the_option_at_fault),
        cmocka_unit_test(a_change_keeps_what_it_does_not_name),
        cmocka_unit_test(verification_is_taken_up_again_by_the_systems_roots),
        cmocka_unit_test(an_error_page_is_sent_as_text),
        cmocka_unit_test(certificates_are_sent_as_text_one_or_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
