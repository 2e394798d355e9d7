#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli_manifest.h"
#include "os/file.h"

static char folder[] = "/tmp/strictgate-manifest-XXXXXX";
static char manifest_path[sizeof folder + 16]; /* in it */

static int make_folder(void **state)
{
    static const char *const names[] = {"chain.pem", "key.pem",    "rsa.pem",  "rsa-key.pem",
                                        "empty.pem", "secret.txt", "tsig.conf"};
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(manifest_path, sizeof manifest_path, "%s/f.yaml", folder);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        struct str content = strcmp(names[i], "empty.pem") == 0    ? STR("")
                             : strcmp(names[i], "secret.txt") == 0 ? STR("a secret\n")
                             : strcmp(names[i], "tsig.conf") == 0  ? STR("key k { secret \"c2VjcmV0\"; };\n")
                                                                   : str_from(names[i]);
        if (!file_replace(path, content, 0600, NULL))
            return -1;
    }
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"chain.pem", "key.pem",    "rsa.pem",   "rsa-key.pem",
                                        "empty.pem", "secret.txt", "tsig.conf", "f.yaml"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

/* The request as compact JSON with sorted members, or the error with its fix; paths of the folder are left out. */
static char *read_manifest(const char *text)
{
    struct cli_manifest manifest;
    struct err err = {0};
    char *written = NULL;
    if (cli_manifest_parse(manifest_path, str_from(text), &manifest, &err)) {
        written = json_dumps(manifest.request, JSON_COMPACT | JSON_SORT_KEYS);
        cli_manifest_fini(&manifest);
    } else {
        const char *at = strstr(err.text, "f.yaml");
        assert_int_equal(err.code, ERR_INPUT);
        assert_non_null(at);
        if (asprintf(&written, "%s%s%s", at, err.fix[0] ? " | " : "", err.fix) < 0)
            written = NULL;
    }
    assert_non_null(written);
    return written;
}

static void check(const char *text, const char *expected)
{
    char *written = read_manifest(text);
    assert_string_equal(written, expected);
    free(written);
}

static void a_file_becomes_the_request_that_control_takes(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } cases[] = {
        {"{}", "{}"},
        {"sites: []\n", "{\"sites\":[]}"},
        {"settings:\n  tls_profile: modern\n  limits: {drain_timeout_ms: 60000}\n",
         "{\"settings\":{\"limits\":{\"drain_timeout_ms\":60000},\"tls_profile\":\"modern\"}}"},
        {"sites:\n- name: a.test\n  upstreams: [http://127.0.0.1:1, {url: unix:/s, weight: 2}]\n",
         "{\"sites\":[{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\",{\"url\":\"unix:/"
         "s\",\"weight\":2}]}]}"},
        /* words that YAML 1.1 takes for false and numbers stay what is wanted in their place */
        {"sites:\n- name: 123\n  aliases: [off, 1e3]\n  redirect: off\n  canonical: true\n  secure_cookies: false\n",
         "{\"sites\":[{\"aliases\":[\"off\",\"1e3\"],\"canonical\":true,\"name\":\"123\",\"redirect\":\"off\","
         "\"secure_cookies\":false}]}"},
        {"sites:\n- name: a.test\n  acme: on\n- name: b.test\n  acme: off\n",
         "{\"sites\":[{\"acme\":{},\"name\":\"a.test\"},{\"acme\":null,\"name\":\"b.test\"}]}"},
        {"sites:\n- name: a.test\n  acme: {cas: [letsencrypt], challenges: [dns-01], key: rsa}\n",
         "{\"sites\":[{\"acme\":{\"cas\":[\"letsencrypt\"],\"challenges\":[\"dns-01\"],\"key\":\"rsa\"},"
         "\"name\":\"a.test\"}]}"},
        {"sites:\n- name: a.test\n  local_ca: true\n  ladder: [300, 1d, \"1w\", 30d, 1y]\n",
         "{\"sites\":[{\"ladder\":[300,86400,604800,2592000,31536000],\"local_ca\":true,\"name\":\"a.test\"}]}"},
        {"sites:\n- name: a.test\n  routes:\n  - {prefix: /s, kind: files, root: /srv, index: i.html, strip_prefix: "
         "true}\n  - {kind: fixed, status: 503, body: \"\", content_type: text/plain}\n  - {balance: round-robin, "
         "verify: false, ca_pem: x, connect_timeout_ms: 1, first_byte_timeout_ms: 2, idle_timeout_ms: 3, health_path: "
         "/up, health_interval_ms: 4, upstreams: []}\n  rewrite_location: false\n  error_page: |\n    <p>\n",
         "{\"sites\":[{\"error_page\":\"<p>\\n\",\"name\":\"a.test\",\"rewrite_location\":false,\"routes\":[{\"index\":"
         "\"i.html\",\"kind\":\"files\",\"prefix\":\"/s\",\"root\":\"/srv\",\"strip_prefix\":true},{\"body\":\"\","
         "\"content_type\":\"text/plain\",\"kind\":\"fixed\",\"status\":503},{\"balance\":\"round-robin\",\"ca_pem\":"
         "\"x\",\"connect_timeout_ms\":1,\"first_byte_timeout_ms\":2,\"health_interval_ms\":4,\"health_path\":\"/up\","
         "\"idle_timeout_ms\":3,\"upstreams\":[],\"verify\":false}]}]}"},
        /* files are read, relative to the folder of the manifest, and HSTS goes its own way */
        {"sites:\n- name: a.test\n  cert: chain.pem\n  key: key.pem\n  hsts: trial\n",
         "{\"sites\":[{\"certificate_pem\":[\"chain.pem\"],\"key_pem\":[\"key.pem\"],\"name\":\"a.test\"}]}"},
        {"sites:\n- name: a.test\n  cert: [./chain.pem, rsa.pem]\n  key: [key.pem, rsa-key.pem]\n  local_ca: false\n",
         "{\"sites\":[{\"certificate_pem\":[\"chain.pem\",\"rsa.pem\"],\"key_pem\":[\"key.pem\",\"rsa-key.pem\"],"
         "\"local_ca\":false,\"name\":\"a.test\"}]}"},
        {"sites:\n- name: a.test\n  cert: chain.pem\n", /* with its key in it */
         "{\"sites\":[{\"certificate_pem\":[\"chain.pem\"],\"key_pem\":[\"chain.pem\"],\"name\":\"a.test\"}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].text, cases[i].expected);
}

static void secrets_and_roots_come_from_files_that_the_file_names(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } cases[] = {
        {"notify_channels:\n- name: ops\n  kind: email\n  host: h\n  port: 25\n  user: u\n  password_file: secret.txt\n"
         "  to: [a@b]\n  events: [clock]\n  digest_hour: 6\n  ca: chain.pem\n",
         "{\"notify_channels\":[{\"digest_hour\":6,\"events\":[\"clock\"],\"host\":\"h\",\"kind\":\"email\",\"name\":"
         "\"ops\",\"password\":\"a "
         "secret\",\"port\":25,\"roots_pem\":\"chain.pem\",\"to\":[\"a@b\"],\"user\":\"u\"}]}"},
        {"notify_channels: [{name: w, kind: webhook, url: https://a/, secret_file: secret.txt}]\n",
         "{\"notify_channels\":[{\"kind\":\"webhook\",\"name\":\"w\",\"secret\":\"a "
         "secret\",\"url\":\"https://a/\"}]}"},
        {"cas:\n- {name: own, directory: https://a/, contacts: [a@b], terms_agreed: true, eab_kid: k, eab_key_file: "
         "secret.txt, profile: p, preferred_root: r, roots: rsa.pem, preference: 1, rehearsal: false}\n",
         "{\"cas\":[{\"contacts\":[\"a@b\"],\"directory\":\"https://a/\",\"eab_key\":\"a "
         "secret\",\"eab_kid\":\"k\",\"name\":\"own\",\"preference\":1,\"preferred_root\":\"r\",\"profile\":\"p\","
         "\"rehearsal\":false,\"roots_pem\":\"rsa.pem\",\"terms_agreed\":true}]}"},
        {"dns_zones: [{zone: example.org, server: 192.0.2.53, key: k, secret_file: tsig.conf}]\n",
         "{\"dns_zones\":[{\"key\":\"k\",\"secret\":\"c2VjcmV0\",\"server\":\"192.0.2.53\",\"zone\":\"example.org\"}]"
         "}"},
        {"private_roots: [chain.pem, rsa.pem]\n",
         "{\"private_roots\":[{\"certificate_pem\":\"chain.pem\"},{\"certificate_pem\":\"rsa.pem\"}]}"},
        {"cas: []\nprivate_roots: []\n", "{\"cas\":[],\"private_roots\":[]}"},
        {"notify_channels:\n- name: ops\n  password: x\n",
         "f.yaml:3:13: notify_channels[0].password: this has no place in a file | a secret has no place in this file: "
         "put it into one of its own, password_file: FILE"},
        {"cas: [{name: own, eab_key: x}]\n",
         "f.yaml:1:28: cas[0].eab_key: this has no place in a file | a secret has no place in this file: put it into "
         "one of its own, eab_key_file: FILE"},
        {"notify_channels: [{name: a, kind: mail}]\n",
         "f.yaml:1:35: notify_channels[0].kind: the kind of a channel is needed here | one of: email webhook syslog "
         "hook"},
        {"notify_channels: [{name: a, pasword_file: x}]\n",
         "f.yaml:1:43: notify_channels[0].pasword_file: there is no such member | did you mean password_file?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].text, cases[i].expected);
}

static void what_control_says_of_a_secret_is_found_where_its_file_is_named(void **state)
{
    static const char text[] = "notify_channels:\n- name: a\n  ca: chain.pem\n  password_file: secret.txt\n- name: b\n"
                               "cas: [{name: c, roots: rsa.pem, eab_key_file: secret.txt}]\n"
                               "private_roots:\n- chain.pem\n";
    static const struct {
        const char *member, *expected;
    } cases[] = {
        {"notify_channels[0].password", "f.yaml:4:18: notify_channels[0].password_file"},
        {"notify_channels[0].roots_pem", "f.yaml:3:7: notify_channels[0].ca"},
        {"notify_channels[1].secret", "f.yaml:5:3: notify_channels[1].secret_file"},
        {"cas[0].eab_key", "f.yaml:6:47: cas[0].eab_key_file"},
        {"cas[0].roots_pem", "f.yaml:6:24: cas[0].roots"},
        {"private_roots[0].certificate_pem", "f.yaml:8:3: private_roots[0]"},
    };
    struct cli_manifest manifest;
    char room[CLI_PLACE_SIZE];
    (void)state;
    assert_true(cli_manifest_parse(manifest_path, str_from(text), &manifest, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(strstr(cli_manifest_place(&manifest, cases[i].member, room), "f.yaml"), cases[i].expected);
    cli_manifest_fini(&manifest);
}

#define SITE "sites:\n- name: a.test\n"

static void every_mistake_is_told_with_line_column_and_member(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } cases[] = {
        {"a", "f.yaml:1:1: an object with sites and settings is needed here | write its members as NAME: VALUE, each "
              "on a line of its own"},
        {"site: []\n", "f.yaml:1:7: site: there is no such member | did you mean sites?"},
        {"frobnicate: 1\n",
         "f.yaml:1:13: frobnicate: there is no such member | docs/guide/declarative.md lists the members"},
        {"sites:\n", "f.yaml:1:7: sites: a list of sites is needed here | leave the member out, or give it a value"},
        {"sites: {name: a}\n",
         "f.yaml:1:8: sites: a list of sites is needed here | write each entry behind \"- \" on a "
         "line of its own, or all in [ ]"},
        {"sites: [a.test]\n",
         "f.yaml:1:9: sites[0]: a site is needed here | write its members as NAME: VALUE, each on a "
         "line of its own"},
        {"sites:\n- redirect: off\n", "f.yaml:2:3: sites[0]: the name is missing"},
        {SITE "- name: b.test\n- name: A.Test\n", "f.yaml:4:9: sites[2].name: A.Test is there twice, first in line 2"},
        {"sites:\n- name: [a]\n", "f.yaml:2:9: sites[0].name: a host name is needed here | give a text; quotes keep it "
                                  "together"},
        {"sites:\n- name: null\n", "f.yaml:2:9: sites[0].name: a host name is needed here | leave the member out, or "
                                   "give it a value"},
        {SITE "  redirct: off\n", "f.yaml:3:12: sites[0].redirct: there is no such member | did you mean redirect?"},
        {SITE "  redirect: no\n",
         "f.yaml:3:13: sites[0].redirect: how plain HTTP is redirected is needed here | one of: "
         "off temporary permanent"},
        {SITE "  canonical: yes\n", "f.yaml:3:14: sites[0].canonical: true or false is needed here | write true or "
                                    "false, without quotes"},
        {SITE "  canonical: \"true\"\n",
         "f.yaml:3:14: sites[0].canonical: true or false is needed here | write true or "
         "false, without quotes"},
        {SITE "  upstreams: [{url: http://a, weight: two}]\n",
         "f.yaml:3:39: sites[0].upstreams[0].weight: a whole number is needed here | digits only, without quotes"},
        {SITE "  upstreams: [{url: http://a, weight: \"2\"}]\n",
         "f.yaml:3:39: sites[0].upstreams[0].weight: a whole number is needed here | digits only, without quotes"},
        {SITE "  upstreams: [{url: http://a, wieght: 2}]\n",
         "f.yaml:3:39: sites[0].upstreams[0].wieght: there is no such member | did you mean weight?"},
        {SITE "  upstreams: [[http://a]]\n",
         "f.yaml:3:15: sites[0].upstreams[0]: an upstream is needed here | write its "
         "members as NAME: VALUE, each on a line of its own"},
        {SITE "  routes:\n  - kind: proxi\n",
         "f.yaml:4:11: sites[0].routes[0].kind: the kind of a route is needed here | one of: proxy files fixed panel"},
        {SITE "  ladder: [1d, 1 week]\n",
         "f.yaml:3:16: sites[0].ladder[1]: a duration is needed here | give seconds, or "
         "a number with m, h, d, w or y behind it: 1d"},
        {SITE "  certificate_pem: x\n", "f.yaml:3:20: sites[0].certificate_pem: this has no place in a file | name the "
                                        "file that holds it: cert: FILE, key: FILE"},
        {SITE "  override: {}\n",
         "f.yaml:3:13: sites[0].override: this has no place in a file | what a guard refuses is "
         "done by hand: strictgate site set NAME --override GUARD ..."},
        {SITE "  key: key.pem\n", "f.yaml:3:8: sites[0].key: there is no cert for it"},
        {SITE "  cert: [chain.pem, rsa.pem]\n  key: key.pem\n",
         "f.yaml:4:8: sites[0].key: there are 2 certificates and 1 keys"},
        {SITE "  cert: []\n", "f.yaml:3:9: sites[0].cert: give one certificate, or one ECDSA and one RSA certificate"},
        {SITE "  acme: yes\n",
         "f.yaml:3:9: sites[0].acme: on, off, or an object with cas, challenges and key is needed here | "
         "one of: on off"},
        {SITE "  acme: {keys: rsa}\n", "f.yaml:3:16: sites[0].acme.keys: there is no such member | did you mean key?"},
        {SITE "  acme: {challenges: [http]}\n",
         "f.yaml:3:23: sites[0].acme.challenges[0]: a way to prove a name is needed here | "
         "one of: http-01 tls-alpn-01 dns-01"},
        {SITE "  cert: chain.pem\n  local_ca: true\n",
         "f.yaml:4:13: sites[0].local_ca: a cert is given as well; give one of the two"},
        {SITE "  hsts: on\n", "f.yaml:3:9: sites[0].hsts: what HSTS shall be is needed here | one of: off trial "
                              "permanent release"},
        {SITE "  hsts: {max_age: 1d}\n",
         "f.yaml:3:9: sites[0].hsts: the mode is missing | mode: off, hold, auto or release"},
        {SITE "  hsts: {mode: trial}\n",
         "f.yaml:3:16: sites[0].hsts.mode: a mode is needed here | one of: off hold auto release"},
        {SITE "  hsts: {mode: release, max_age: 1d}\n",
         "f.yaml:3:34: sites[0].hsts.max_age: the mode release has none | leave it out"},
        {SITE "  hsts: {mode: off, preload: true}\n",
         "f.yaml:3:30: sites[0].hsts.preload: the mode off has none | leave it out"},
        {SITE "  hsts: {mode: hold, target: 1y}\n",
         "f.yaml:3:30: sites[0].hsts.target: the mode hold has none | give the rung to stay on as max_age"},
        {SITE "  hsts: {mode: auto, max_age: 1y}\n",
         "f.yaml:3:31: sites[0].hsts.max_age: the mode auto has none | give the rung to climb to as target"},
        {SITE "  hsts: {mode: hold, max_age: 0}\n",
         "f.yaml:3:31: sites[0].hsts.max_age: a promise of no time at all is "
         "a release | write hsts: release"},
        {SITE "  hsts: {mode: hold, max_age: soon}\n",
         "f.yaml:3:31: sites[0].hsts.max_age: a duration is needed here | "
         "give seconds, or a number with m, h, d, w or y behind it: 1d"},
        {"settings: {tls_profile: old}\n",
         "f.yaml:1:25: settings.tls_profile: a TLS profile is needed here | one of: intermediate modern"},
        {"settings: {limits: {drain_timeout: 1}}\n",
         "f.yaml:1:36: settings.limits.drain_timeout: there is no such limit | did you mean drain_timeout_ms?"},
        {"settings: {limits: {drain_timeout_ms: 1s}}\n",
         "f.yaml:1:39: settings.limits.drain_timeout_ms: a whole number is needed here | digits only, without quotes"},
        {"settings: {limits: 5}\n",
         "f.yaml:1:20: settings.limits: an object of limits is needed here | write each as NAME: NUMBER"},
        {"sites: [&x a]\n",
         "f.yaml:1:9: sites: anchors (&x) are not taken | write out what is meant; a text that begins "
         "with & needs quotes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].text, cases[i].expected);
}

static void files_that_cannot_be_read_are_told_where_they_are_named(void **state)
{
    (void)state;
    const struct {
        const char *text, *begins, *ends;
    } cases[] = {
        {SITE "  cert: none.pem\n", "f.yaml:3:9: sites[0].cert: ", "paths are relative to the folder of this file"},
        {SITE "  cert: chain.pem\n  key: empty.pem\n", "f.yaml:4:8: sites[0].key: ", NULL},
        {SITE "  cert: [chain.pem, /nowhere/x.pem]\n", "f.yaml:3:21: sites[0].cert[1]: ", NULL},
        {"dns_zones: [{zone: a, secret_file: empty.pem}]\n", "f.yaml:1:36: dns_zones[0].secret_file: ",
         "empty.pem holds no secret | put the secret into it, and nothing else"},
        {"notify_channels: [{password_file: none}]\n",
         "f.yaml:1:35: notify_channels[0].password_file: ", "paths are relative to the folder of this file"},
        {"private_roots: [none.pem]\n", "f.yaml:1:17: private_roots[0]: ", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *written = read_manifest(cases[i].text);
        assert_true(str_starts(str_from(written), str_from(cases[i].begins)));
        if (cases[i].ends)
            assert_true(str_ends(str_from(written), str_from(cases[i].ends)));
        free(written);
    }
}

static void what_is_wanted_of_hsts_is_kept_for_each_site(void **state)
{
    (void)state;
    struct cli_manifest manifest;
    struct err err = {0};
    static const char text[] =
        "sites:\n"
        "- {name: a, hsts: off}\n- {name: b, hsts: trial}\n- {name: c, hsts: permanent}\n"
        "- {name: d, hsts: release}\n- {name: e}\n"
        "- {name: f, hsts: {mode: auto, target: 30d, include_subdomains: true}}\n"
        "- {name: g, hsts: {mode: hold, max_age: 1w, include_subdomains: false, preload: false}}\n";
    static const struct cli_wanted expected[] = {
        {.site = "a", .kind = CLI_WANTED_OFF},
        {.site = "b", .kind = CLI_WANTED_HOLD},
        {.site = "c", .kind = CLI_WANTED_AUTO},
        {.site = "d", .kind = CLI_WANTED_RELEASE},
        {.site = "e", .kind = CLI_WANTED_NOTHING},
        {.site = "f", .kind = CLI_WANTED_AUTO, .target_s = 2592000, .include_subdomains = CLI_WANTED_ON},
        {.site = "g",
         .kind = CLI_WANTED_HOLD,
         .max_age_s = 604800,
         .include_subdomains = CLI_WANTED_NO,
         .preload = CLI_WANTED_NO},
    };
    assert_true(cli_manifest_parse(manifest_path, STR(text), &manifest, &err));
    assert_int_equal(manifest.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < manifest.count; i++) {
        assert_string_equal(manifest.wanted[i].site, expected[i].site);
        assert_int_equal(manifest.wanted[i].kind, expected[i].kind);
        assert_int_equal(manifest.wanted[i].max_age_s, expected[i].max_age_s);
        assert_int_equal(manifest.wanted[i].target_s, expected[i].target_s);
        assert_int_equal(manifest.wanted[i].include_subdomains, expected[i].include_subdomains);
        assert_int_equal(manifest.wanted[i].preload, expected[i].preload);
    }
    cli_manifest_fini(&manifest);
}

static void errors_of_control_are_found_in_the_file(void **state)
{
    (void)state;
    struct cli_manifest manifest;
    struct err err = {0};
    char room[CLI_PLACE_SIZE];
    const struct {
        const char *member, *place;
    } cases[] = {
        {"sites[0].routes[0].prefix", "f.yaml:4:14: sites[0].routes[0].prefix"},
        {"sites[0].certificate_pem", "f.yaml:5:9: sites[0].cert"},
        {"sites[0].key_pem", "f.yaml:6:8: sites[0].key"},
        {"sites[0].ladder", "f.yaml:2:3: sites[0].ladder"}, /* not in it: the site, with the member's own name */
        {"settings.limits", "f.yaml:1:1: settings.limits"},
    };
    assert_true(cli_manifest_parse(
        manifest_path, STR(SITE "  routes:\n  - {prefix: /, kind: fixed}\n  cert: chain.pem\n  key: key.pem\n"),
        &manifest, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *place = strstr(cli_manifest_place(&manifest, cases[i].member, room), "f.yaml");
        assert_non_null(place);
        assert_string_equal(place, cases[i].place);
    }
    cli_manifest_fini(&manifest);
}

static void a_manifest_is_read_from_its_file(void **state)
{
    (void)state;
    struct cli_manifest manifest;
    struct err err = {0};
    assert_false(cli_manifest_read("/nowhere/f.yaml", &manifest, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_true(file_replace(manifest_path, STR(SITE), 0600, &err));
    assert_true(cli_manifest_read(manifest_path, &manifest, &err));
    assert_int_equal(manifest.count, 1);
    cli_manifest_fini(&manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_becomes_the_request_that_control_takes),
        cmocka_unit_test(secrets_and_roots_come_from_files_that_the_file_names),
        cmocka_unit_test(what_control_says_of_a_secret_is_found_where_its_file_is_named),
        cmocka_unit_test(every_mistake_is_told_with_line_column_and_member),
        cmocka_unit_test(files_that_cannot_be_read_are_told_where_they_are_named),
        cmocka_unit_test(what_is_wanted_of_hsts_is_kept_for_each_site),
        cmocka_unit_test(errors_of_control_are_found_in_the_file),
        cmocka_unit_test(a_manifest_is_read_from_its_file),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
