#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "snapshot/counters.h"
#include "snapshot_sample.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A site that has everything it needs and nothing else, for tables of what is wrong with one. */
static const struct build_route plain_route = {.prefix = STR_INIT("/"), .kind = SNAP_ROUTE_FIXED, .status = 200};
static const struct build_upstream plain_upstream = {.label = STR_INIT("http://app"), .weight = 1};

static struct build_group plain_group(void)
{
    return (struct build_group){.upstreams = &plain_upstream,
                                .upstreams_count = 1,
                                .connect_timeout_ms = 1,
                                .first_byte_timeout_ms = 1,
                                .idle_timeout_ms = 1};
}

static struct build_site plain_site(struct str name, uint32_t slot)
{
    return (struct build_site){.name = name,
                               .slot = slot,
                               .certificate_ecdsa = SNAPSHOT_NONE,
                               .certificate_rsa = SNAPSHOT_NONE,
                               .routes = &plain_route,
                               .routes_count = 1};
}

static struct build_input input_of(const struct build_site *sites, size_t count)
{
    struct build_input input = snapshot_sample();
    input.sites = sites;
    input.sites_count = count;
    input.takes_reports = count > 0;
    return input;
}

static void assert_refused(const struct build_input *input, enum err_code code, const char *part)
{
    void *blob = (void *)0x1;
    size_t size = 77;
    struct err err = {0};
    if (snapshot_build(input, &blob, &size, &err))
        fail_msg("accepted, instead of \"%s\"", part);
    assert_ptr_equal(blob, (void *)0x1);
    assert_int_equal(size, 77);
    if (err.code != code || !strstr(err.text, part))
        fail_msg("error %u \"%s\" is not about \"%s\"", err.code, err.text, part);
    assert_false(snapshot_build(input, &blob, &size, NULL)); /* nobody need listen */
}

static void assert_site_refused(struct build_site site, enum err_code code, const char *part)
{
    struct build_input input = input_of(&site, 1);
    assert_refused(&input, code, part);
}

static void assert_route_refused(struct build_route route, const char *part)
{
    struct build_site site = plain_site(STR("a.org"), 0);
    site.routes = &route;
    assert_site_refused(site, ERR_INPUT, part);
}

static void assert_group_refused(struct build_group group, const char *part)
{
    assert_route_refused((struct build_route){.prefix = STR("/"), .kind = SNAP_ROUTE_PROXY, .group = group}, part);
}

static void assert_upstream_refused(struct build_upstream upstream, const char *part)
{
    struct build_group group = plain_group();
    group.upstreams = &upstream;
    assert_group_refused(group, part);
}

/* ---- what goes in comes out ---- */

static void open_sample(struct snapshot *ret)
{
    size_t size;
    struct err err = {0};
    unsigned char *blob = snapshot_sample_blob(&size);
    assert_non_null(blob);
    if (!snapshot_open(blob, size, ret, &err))
        fail_msg("%s", err.text);
}

static void close_sample(struct snapshot *s)
{
    snapshot_blob_free((void *)(uintptr_t)s->header, s->header->size);
}

static void sites_keep_their_policy(void **state)
{
    (void)state;
    struct snapshot s;
    open_sample(&s);
    const struct snap_site *site = snapshot_site(&s, STR("a.org"));
    assert_non_null(site);
    assert_int_equal(s.header->generation, 7);
    assert_int_equal(s.header->made_s, 1700000000);
    assert_int_equal(s.header->tls_profile, SNAP_TLS_MODERN);
    assert_int_equal(s.header->limits.head_size_max, snapshot_sample().limits.head_size_max);
    assert_str(snapshot_str(&s, site->name), STR("a.org"));
    assert_str(snapshot_str(&s, site->hsts), STR("max-age=300; includeSubDomains"));
    assert_int_equal(site->hsts_cap_s, 1800000000);
    assert_str(snapshot_str(&s, site->error_page), STR("<p>"));
    assert_str(snapshot_str(&s, site->reports.nel), STR("{\"max_age\":1}"));
    assert_str(snapshot_str(&s, site->reports.report_to), STR("{}"));
    assert_str(snapshot_str(&s, site->reports.endpoints), STR("e=\"https://r.org/\""));
    assert_str(snapshot_str(&s, site->reports.csp), STR("default-src https:"));
    assert_str(snapshot_str(&s, site->reports.token), STR("Tok-1"));
    assert_int_equal(s.header->reports_site, 0);
    assert_int_equal(site->slot, 5);
    assert_int_equal(site->flags, SNAP_SITE_CANONICAL | SNAP_SITE_SECURE_COOKIES);
    assert_int_equal(site->redirect, SNAP_REDIRECT_PERMANENT);
    assert_int_equal(site->https_port, 8443);
    assert_ptr_equal(snapshot_site(&s, STR("any.A.org.")), site);
    const struct snap_site *other = snapshot_site(&s, STR("[0::1]"));
    assert_non_null(other);
    assert_str(snapshot_str(&s, other->name), STR("[::1]"));
    assert_int_equal(other->hsts.size, 0);
    assert_int_equal(other->hsts_cap_s, 0);
    assert_int_equal(other->certificate_rsa, SNAPSHOT_NONE);
    close_sample(&s);
}

static void routes_come_longest_first_with_their_groups(void **state)
{
    (void)state;
    struct snapshot s;
    open_sample(&s);
    const struct snap_site *site = snapshot_site(&s, STR("a.org"));
    const struct snap_route *rows = s.routes + site->routes_first;
    assert_int_equal(site->routes_count, 4);
    assert_str(snapshot_str(&s, rows[0].prefix), STR("/app/x"));
    assert_str(snapshot_str(&s, rows[0].body), STR("later"));
    assert_int_equal(rows[0].status, 503);
    assert_str(snapshot_str(&s, rows[1].prefix), STR("/app"));
    assert_str(snapshot_str(&s, rows[2].root), STR("/srv"));
    assert_int_equal(rows[2].strip_prefix, 1);
    assert_int_equal(rows[2].group, SNAPSHOT_NONE);
    const struct snap_group *group = &s.groups[rows[3].group];
    assert_int_equal(group->upstreams_count, 4);
    assert_int_equal(group->balance, SNAP_BALANCE_ROUND_ROBIN);
    assert_str(snapshot_str(&s, group->health_path), STR("/up"));
    const struct snap_upstream *upstreams = s.upstreams + group->upstreams_first;
    assert_str(snapshot_str(&s, upstreams[1].tls_name), STR("app.internal"));
    assert_int_equal(upstreams[1].flags, SNAP_UPSTREAM_TLS);
    assert_int_equal(upstreams[1].weight, 3);
    assert_int_equal(upstreams[3].address.size, 0);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_true(upstreams[i].identity != upstreams[j].identity);
    close_sample(&s);
}

static void certificates_are_stored_once_and_only_when_used(void **state)
{
    (void)state;
    struct snapshot s;
    open_sample(&s);
    assert_int_equal(s.header->certificates.count, 3);
    const struct snap_site *first = snapshot_site(&s, STR("a.org")), *second = snapshot_site(&s, STR("[::1]"));
    assert_int_equal(first->certificate_ecdsa, second->certificate_ecdsa);
    const struct snap_certificate *certificate = &s.certificates[first->certificate_rsa];
    assert_int_equal(certificate->identity, 11);
    assert_str(snapshot_str(&s, certificate->key), STR("key a"));
    assert_str(snapshot_str(&s, certificate->chain), STR("\4\0\0\0leaf\6\0\0\0issuer"));
    assert_null(memmem(s.header, s.header->size, "nobody uses this", 16));
    close_sample(&s);
}

static void challenges_and_tickets_are_found(void **state)
{
    (void)state;
    struct snapshot s;
    open_sample(&s);
    assert_str(snapshot_str(&s, snapshot_challenge(&s, STR("tok-1"))->content), STR("tok-1.x"));
    assert_str(snapshot_str(&s, snapshot_challenge(&s, STR("tok_2"))->content), STR("tok_2.x"));
    assert_null(snapshot_challenge(&s, STR("tok")));
    assert_null(snapshot_challenge(&s, STR("")));
    assert_int_equal(s.header->tickets.count, 2);
    assert_int_equal(s.tickets[0].name[0], 1);
    close_sample(&s);
}

static void challenges_by_tls_have_certificates_of_their_own(void **state)
{
    (void)state;
    struct snapshot s;
    open_sample(&s);
    const struct snap_alpn_challenge *challenge = snapshot_alpn_challenge(&s, STR("A.Org."));
    assert_non_null(challenge);
    assert_str(snapshot_str(&s, challenge->name), STR("a.org"));
    assert_int_equal(s.certificates[challenge->certificate].identity, 14);
    assert_ptr_equal(snapshot_alpn_challenge(&s, STR("www.a.org")), challenge + 1);
    static const char *const others[] = {"", ".", "b.org", "x.a.org", ".a.org", "a.or"};
    for (size_t i = 0; i < COUNT(others); i++)
        assert_null(snapshot_alpn_challenge(&s, str_from(others[i])));
    close_sample(&s);
}

static void bad_challenges_by_tls_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct build_alpn_challenge rows[2];
        enum err_code kind;
        const char *words;
    } cases[] = {
        {{{STR_INIT("a.org"), 0}, {STR_INIT("A.org."), 1}}, ERR_CONFLICT, "have the name \"a.org\""},
        {{{STR_INIT("*.a.org"), 0}, {STR_INIT("b.org"), 1}}, ERR_INPUT, "wildcard"},
        {{{STR_INIT("a b"), 0}, {STR_INIT("b.org"), 1}}, ERR_INPUT, "name of a challenge"},
        {{{STR_INIT(""), 0}, {STR_INIT("b.org"), 1}}, ERR_INPUT, "name of a challenge"},
        {{{STR_INIT("a.org"), 99}, {STR_INIT("b.org"), 1}}, ERR_INPUT, "no certificate number 99"},
        {{{STR_INIT("a.org"), SNAPSHOT_NONE}, {STR_INIT("b.org"), 1}}, ERR_INPUT, "without a certificate"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct build_input input = snapshot_sample();
        input.alpn_challenges = cases[i].rows;
        assert_refused(&input, cases[i].kind, cases[i].words);
    }
}

static void equal_inputs_give_equal_blobs(void **state)
{
    (void)state;
    size_t a_size, b_size;
    unsigned char *a = snapshot_sample_blob(&a_size), *b = snapshot_sample_blob(&b_size);
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a, b, a_size);
    snapshot_blob_free(a, a_size);
    snapshot_blob_free(b, b_size);
    snapshot_blob_free(NULL, 0);
}

static void an_empty_input_is_a_snapshot_too(void **state)
{
    (void)state;
    struct build_input input = {.generation = 1};
    input.limits = snapshot_sample().limits;
    void *blob;
    size_t size;
    struct snapshot s;
    assert_true(snapshot_build(&input, &blob, &size, NULL));
    assert_true(snapshot_open(blob, size, &s, NULL));
    assert_null(snapshot_site(&s, STR("a.org")));
    (void)snapshot_walk(&s);
    snapshot_blob_free(blob, size);
}

static void identity_of_an_upstream_is_that_of_its_endpoint(void **state)
{
    (void)state;
    const struct build_upstream base = {.label = STR("https://app"), .tls_name = STR("app"), .tls = true, .weight = 1};
    uint64_t identity = snapshot_upstream_identity(&base);
    struct build_upstream same = base;
    same.weight = 5;
    same.slot = 9;
    assert_true(snapshot_upstream_identity(&same) == identity);
    struct build_upstream others[] = {base, base, base, base, base};
    others[0].label = STR("https://app2");
    others[1].address = STR("xx");
    others[2].tls_name = STR("ap");
    others[3].tls_roots = STR("p");
    others[4].unverified = true;
    for (size_t i = 0; i < COUNT(others); i++)
        assert_true(snapshot_upstream_identity(&others[i]) != identity);
}

/* ---- what is refused ---- */

static void a_name_has_one_owner(void **state)
{
    (void)state;
    const struct str twice[] = {STR_INIT("x.org"), STR_INIT("X.org.")}, taken[] = {STR_INIT("A.ORG")},
                     wild[] = {STR_INIT("*.b.org")};
    struct build_site pair[] = {plain_site(STR("a.org"), 0), plain_site(STR("a.ORG."), 1)};
    struct build_input input = input_of(pair, 2);
    assert_refused(&input, ERR_CONFLICT, "site a.ORG.: the name a.ORG. belongs to site a.org already");
    pair[1] = plain_site(STR("b.org"), 1);
    pair[1].aliases = taken;
    pair[1].aliases_count = 1;
    assert_refused(&input, ERR_CONFLICT, "belongs to site a.org");
    pair[1].aliases = twice;
    pair[1].aliases_count = 2;
    assert_refused(&input, ERR_CONFLICT, "listed twice");
    pair[0].aliases = pair[1].aliases = wild;
    pair[0].aliases_count = pair[1].aliases_count = 1;
    assert_refused(&input, ERR_CONFLICT, "the name *.b.org belongs to site a.org");
    struct build_site addresses[] = {plain_site(STR("::1"), 0), plain_site(STR("[0::1]"), 1)};
    input.sites = addresses;
    assert_refused(&input, ERR_CONFLICT, "belongs to site ::1");
}

static void bad_names_are_refused_with_the_site(void **state)
{
    (void)state;
    const struct str bad_alias[] = {STR_INIT("a b")};
    assert_site_refused(plain_site(STR(""), 0), ERR_INPUT, "is empty");
    assert_site_refused(plain_site(STR("a_\n"), 0), ERR_INPUT, "\"a_?\"");
    assert_site_refused(plain_site(STR("*.a.org"), 0), ERR_INPUT, "site *.a.org: the name \"*.a.org\" is a wildcard");
    assert_site_refused(plain_site(STR("1.2.3"), 0), ERR_INPUT, "ends in a number");
    struct build_site site = plain_site(STR("a.org"), 0);
    site.aliases = bad_alias;
    site.aliases_count = 1;
    assert_site_refused(site, ERR_INPUT, "site a.org: the alias \"a b\" has a character");
}

static void an_ip_literal_gets_no_hsts(void **state)
{
    (void)state;
    const struct str names[] = {STR_INIT("192.0.2.1"), STR_INIT("::1"), STR_INIT("[2001:db8::1]")};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct build_site site = plain_site(names[i], 0);
        site.hsts = STR("max-age=300");
        assert_site_refused(site, ERR_INPUT, "means nothing for an IP address");
    }
}

static void a_cap_is_a_moment_and_bounds_something(void **state)
{
    (void)state;
    static const struct {
        struct str hsts;
        int64_t cap_s;
        const char *part;
    } cases[] = {
        {STR_INIT("max-age=300"), -1, "between 1970 and 9999"},
        {STR_INIT("max-age=300"), INT64_MIN, "between 1970 and 9999"},
        {STR_INIT("max-age=300"), INT64_MAX, "between 1970 and 9999"},
        {STR_INIT("max-age=300"), SNAP_TIME_S_MAX + 1, "between 1970 and 9999"},
        {STR_INIT(""), 1800000000, "nothing is promised"},
        {STR_INIT("max-age=0"), 1800000000, "nothing is promised"},
        {STR_INIT("max-age=0; includeSubDomains"), 1800000000, "nothing is promised"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct build_site site = plain_site(STR("a.org"), 0);
        site.hsts = cases[i].hsts;
        site.hsts_cap_s = cases[i].cap_s;
        assert_site_refused(site, ERR_INPUT, cases[i].part);
        site.name = STR("192.0.2.1"); /* an address has none, whatever its value */
        struct build_input input = input_of(&site, 1);
        void *blob;
        size_t size;
        assert_false(snapshot_build(&input, &blob, &size, NULL));
    }
}

static void what_browsers_are_told_is_text_and_a_site_takes_it(void **state)
{
    (void)state;
    const struct str bad = STR("a\r\nb");
    const struct build_reports cases[] = {
        {.nel = bad}, {.report_to = bad}, {.endpoints = bad}, {.csp = bad}, {.token = STR("a/b")}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct build_site site = plain_site(STR("a.org"), 0);
        site.reports = cases[i];
        assert_site_refused(site, ERR_INPUT, "has a character");
    }
    const struct build_site site = plain_site(STR("a.org"), 0);
    struct build_input input = input_of(&site, 1);
    input.reports_site = 1;
    assert_refused(&input, ERR_INPUT, "there is no site 1 to take reports");
}

static void a_snapshot_is_made_at_a_moment(void **state)
{
    (void)state;
    struct build_input input = snapshot_sample();
    input.made_s = -1;
    assert_refused(&input, ERR_INPUT, "seconds after 1970");
    input.made_s = SNAP_TIME_S_MAX + 1;
    assert_refused(&input, ERR_INPUT, "seconds after 1970");
}

static void bad_policy_is_refused(void **state)
{
    (void)state;
    struct build_site site = plain_site(STR("a.org"), 0);
    site.hsts = STR("max-age=1\r\nSet-Cookie: a");
    assert_site_refused(site, ERR_INPUT, "the hsts");
    site = plain_site(STR("a.org"), 0);
    site.flags = 1u << 20;
    assert_site_refused(site, ERR_INPUT, "flags");
    site = plain_site(STR("a.org"), 0);
    site.redirect = (enum snap_redirect)9;
    assert_site_refused(site, ERR_INPUT, "redirect");
    site = plain_site(STR("a.org"), 0);
    site.https_port = 65536;
    assert_site_refused(site, ERR_INPUT, "https_port");
    site = plain_site(STR("a.org"), COUNTERS_SITES_MAX);
    assert_site_refused(site, ERR_INPUT, "slot");
    site = plain_site(STR("a.org"), 0);
    site.certificate_rsa = 99;
    assert_site_refused(site, ERR_INPUT, "no certificate number 99");
    const struct build_site pair[] = {plain_site(STR("a.org"), 3), plain_site(STR("b.org"), 3)};
    struct build_input input = input_of(pair, 2);
    assert_refused(&input, ERR_CONFLICT, "slot 3");
}

static void bad_routes_are_refused(void **state)
{
    (void)state;
    const struct build_route twice[] = {{.prefix = STR_INIT("/app"), .kind = SNAP_ROUTE_FIXED, .status = 200},
                                        {.prefix = STR_INIT("/app/"), .kind = SNAP_ROUTE_FIXED, .status = 200}};
    struct build_site site = plain_site(STR("a.org"), 0);
    site.routes = twice;
    site.routes_count = 2;
    assert_site_refused(site, ERR_CONFLICT, "has two routes");
    site.routes_count = SNAP_ROUTES_PER_SITE_MAX + 1;
    assert_site_refused(site, ERR_INPUT, "number of routes");
    struct build_route route = plain_route;
    route.prefix = STR("app");
    assert_route_refused(route, "does not begin with '/'");
    route = plain_route;
    route.status = 100;
    assert_route_refused(route, "route /: the status 100");
    route.status = 204;
    route.body = STR("x");
    assert_route_refused(route, "allows no content");
    route = plain_route;
    route.content_type = STR("a\r\nb: c");
    assert_route_refused(route, "content_type");
    route = plain_route;
    route.kind = (enum snap_route_kind)7;
    assert_route_refused(route, "kind of route 7");
    route = (struct build_route){.prefix = STR("/"), .kind = SNAP_ROUTE_FILES, .root = STR("www")};
    assert_route_refused(route, "not an absolute path");
    route =
        (struct build_route){.prefix = STR("/"), .kind = SNAP_ROUTE_FILES, .root = STR("/www"), .index = STR("a/b")};
    assert_route_refused(route, "index");
}

static void bad_groups_are_refused(void **state)
{
    (void)state;
    struct build_group group = plain_group();
    group.upstreams_count = 0;
    assert_group_refused(group, "number of upstreams");
    group = plain_group();
    group.balance = (enum snap_balance)5;
    assert_group_refused(group, "balance");
    group = plain_group();
    group.connect_timeout_ms = 0;
    assert_group_refused(group, "connect_timeout_ms");
    group = plain_group();
    group.first_byte_timeout_ms = SNAP_TIMEOUT_MS_MAX + 1;
    assert_group_refused(group, "first_byte_timeout_ms");
    group = plain_group();
    group.idle_timeout_ms = 0;
    assert_group_refused(group, "idle_timeout_ms");
    group = plain_group();
    group.health_interval_ms = 1000;
    group.health_timeout_ms = 1000;
    assert_group_refused(group, "health_path");
    group.health_path = STR("/up");
    group.health_host = STR("a\r\nb");
    assert_group_refused(group, "health_host");
    group.health_host = STR("a");
    group.health_timeout_ms = 0;
    assert_group_refused(group, "health_timeout_ms");
    group.health_timeout_ms = 1000;
    group.health_interval_ms = 1;
    assert_group_refused(group, "health_interval_ms");
}

static void bad_upstreams_are_refused(void **state)
{
    (void)state;
    struct build_upstream upstream = plain_upstream;
    upstream.label = STR("");
    assert_upstream_refused(upstream, "has no URL");
    upstream = plain_upstream;
    upstream.label = STR("http://\n");
    assert_upstream_refused(upstream, "printable");
    upstream = plain_upstream;
    upstream.address = STR("x");
    assert_upstream_refused(upstream, "the address of the upstream http://app is not a socket address");
    upstream = plain_upstream;
    upstream.tls = true;
    assert_upstream_refused(upstream, "no name to verify");
    upstream.tls_name = STR("[2001:db8::1]");
    assert_upstream_refused(upstream, "brackets");
    upstream = plain_upstream;
    upstream.weight = 0;
    assert_upstream_refused(upstream, "weight");
    upstream = plain_upstream;
    upstream.slot = COUNTERS_UPSTREAMS_MAX;
    assert_upstream_refused(upstream, "upstream slot");
}

static void two_endpoints_share_no_slot_but_one_endpoint_many_groups(void **state)
{
    (void)state;
    struct build_upstream rows[] = {plain_upstream, plain_upstream};
    struct build_group group = plain_group();
    group.upstreams = rows;
    group.upstreams_count = 2;
    const struct build_route route = {.prefix = STR("/"), .kind = SNAP_ROUTE_PROXY, .group = group};
    struct build_site site = plain_site(STR("a.org"), 0);
    site.routes = &route;
    struct build_input input = input_of(&site, 1);
    void *blob;
    size_t size;
    assert_true(snapshot_build(&input, &blob, &size, NULL));
    snapshot_blob_free(blob, size);
    rows[1].label = STR("http://other");
    assert_refused(&input, ERR_CONFLICT, "two different upstreams have slot 0");
}

static void bad_certificates_are_refused(void **state)
{
    (void)state;
    char big[SNAP_DER_SIZE_MAX + 1] = {0};
    struct str leaf = STR("leaf"), many[SNAP_CHAIN_COUNT_MAX + 1];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = leaf;
    struct build_certificate pair[] = {{.identity = 1, .chain = &leaf, .chain_count = 1, .key = STR("k")},
                                       {.identity = 1, .chain = &leaf, .chain_count = 1, .key = STR("other")}};
    struct build_site site = plain_site(STR("a.org"), 0);
    site.certificate_ecdsa = 0;
    site.certificate_rsa = 1;
    struct build_input input = input_of(&site, 1);
    input.certificates = pair;
    input.certificates_count = 2;
    input.alpn_challenges_count = 0;
    assert_refused(&input, ERR_CONFLICT, "two different certificates have the identity 0000000000000001");
    site.certificate_rsa = SNAPSHOT_NONE;
    pair[0].identity = 0;
    assert_refused(&input, ERR_INPUT, "no identity");
    pair[0].identity = 1;
    pair[0].key = STR("");
    assert_refused(&input, ERR_INPUT, "private key");
    pair[0].key = str_make(big, sizeof big);
    assert_refused(&input, ERR_INPUT, "private key");
    pair[0].key = STR("k");
    pair[0].chain_count = 0;
    assert_refused(&input, ERR_INPUT, "certificates in a chain");
    pair[0].chain = many;
    pair[0].chain_count = COUNT(many);
    assert_refused(&input, ERR_INPUT, "certificates in a chain");
    pair[0].chain_count = 1;
    many[0] = STR("");
    assert_refused(&input, ERR_INPUT, "size of a certificate");
}

static void bad_frames_of_the_input_are_refused(void **state)
{
    (void)state;
    struct build_input input = snapshot_sample();
    input.generation = 0;
    assert_refused(&input, ERR_INPUT, "generation");
    input = snapshot_sample();
    input.tls_profile = (enum snap_tls_profile)9;
    assert_refused(&input, ERR_INPUT, "TLS profile");
    input = snapshot_sample();
    input.limits.head_size_max = 0;
    assert_refused(&input, ERR_INPUT, "head_size_max");
    input = snapshot_sample();
    input.tickets_count = SNAP_TICKETS_COUNT_MAX + 1;
    assert_refused(&input, ERR_INPUT, "tickets");
    input = snapshot_sample();
    input.sites_count = COUNTERS_SITES_MAX + 1;
    assert_refused(&input, ERR_INPUT, "more than the 16384");
    const struct build_challenge twice[] = {{STR_INIT("a"), STR_INIT("1")}, {STR_INIT("a"), STR_INIT("2")}},
                                 bad[] = {{STR_INIT("a/b"), STR_INIT("1")}};
    input = snapshot_sample();
    input.challenges = twice;
    assert_refused(&input, ERR_CONFLICT, "two challenges have the token \"a\"");
    input.challenges = bad;
    input.challenges_count = 1;
    assert_refused(&input, ERR_INPUT, "base64url");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_keep_their_policy),
        cmocka_unit_test(routes_come_longest_first_with_their_groups),
        cmocka_unit_test(certificates_are_stored_once_and_only_when_used),
        cmocka_unit_test(challenges_and_tickets_are_found),
        cmocka_unit_test(challenges_by_tls_have_certificates_of_their_own),
        cmocka_unit_test(bad_challenges_by_tls_are_refused),
        cmocka_unit_test(equal_inputs_give_equal_blobs),
        cmocka_unit_test(an_empty_input_is_a_snapshot_too),
        cmocka_unit_test(identity_of_an_upstream_is_that_of_its_endpoint),
        cmocka_unit_test(a_name_has_one_owner),
        cmocka_unit_test(bad_names_are_refused_with_the_site),
        cmocka_unit_test(an_ip_literal_gets_no_hsts),
        cmocka_unit_test(a_cap_is_a_moment_and_bounds_something),
        cmocka_unit_test(what_browsers_are_told_is_text_and_a_site_takes_it),
        cmocka_unit_test(a_snapshot_is_made_at_a_moment),
        cmocka_unit_test(bad_policy_is_refused),
        cmocka_unit_test(bad_routes_are_refused),
        cmocka_unit_test(bad_groups_are_refused),
        cmocka_unit_test(bad_upstreams_are_refused),
        cmocka_unit_test(two_endpoints_share_no_slot_but_one_endpoint_many_groups),
        cmocka_unit_test(bad_certificates_are_refused),
        cmocka_unit_test(bad_frames_of_the_input_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
