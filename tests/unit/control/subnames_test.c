/* The inventory by the API: names come in, are looked at, answered for, excepted and removed. */
#include "api_ask.h"

#include <signal.h>

#include "control/errands.h"
#include "control/notify.h"
#include "control/seen.h"
#include "control/subname_intake.h"
#include "control/subname_known.h"
#include "control/subnames.h"
#include "outbound/outbound.h"

#define SITE  "{\"name\":\"a.example\",\"upstreams\":[\"http://127.0.0.1:80\"]}"
#define NAMES "/v1/sites/a.example/subdomains"

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    (void)signal(SIGPIPE, SIG_IGN);
    assert_true(outbound_start(NULL));
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    return f;
}

static void end(struct fixture *f)
{
    errands_free(f->core.errands);
    subnames_free(f->core.subnames);
    fixture_free(f);
    outbound_stop();
}

static void put_found(struct fixture *f, const char *name, enum subname_verdict verdict, int64_t at_s)
{
    const struct subname_found found = {.name = str_from(name), .verdict = verdict, .detail = STR("What was seen.")};
    assert_true(store_put_subnames_found(f->core.store, STR("a.example"), &found, 1, at_s, NULL));
}

static void names_come_in_from_lists_and_are_shown(void **state)
{
    static const struct step steps[] = {
        {"GET", NAMES, NULL, 200,
         "{\"domain\":\"a.example\",\"checked_at\":null,\"next_check\":null,\"every_days\":7,\"look\":null,\"names\":[]"
         ","
         "\"next\":null,\"summary\":{\"total\":0,\"ready\":0,\"blocking\":0,\"accepted\":0,\"unknown\":0}}"},
        {"POST", NAMES, "{\"format\":\"names\",\"content\":\"www\\nmail.a.example b.example\\n\"}", 200,
         "{\"format\":\"names\",\"added\":2,\"known\":0,\"foreign\":1,"},
        {"POST", NAMES,
         "{\"format\":\"zone\",\"content\":\"www IN A 192.0.2.1\\nclick CNAME ct.sendgrid.net.\\n(\\n\"}", 200,
         "\"format\":\"zone\",\"added\":1,\"known\":1,"},
        {"POST", NAMES, "{\"content\":\"192.0.2.7 host.a.example host\\n127.0.0.1 localhost\\n\"}", 200,
         "\"format\":\"hosts\",\"added\":1,"},
        {"GET", NAMES, NULL, 200, "{\"name\":\"click.a.example\",\"sources\":[\"zone\"],\"added_at\":\""},
        {"GET", NAMES, NULL, 200, "\"cname\":\"ct.sendgrid.net\""},
        {"GET", NAMES, NULL, 200, "{\"name\":\"www.a.example\",\"sources\":[\"zone\",\"typed\"],"},
        {"GET", NAMES, NULL, 200,
         "\"state\":\"unknown\",\"verdict\":\"unlooked\",\"detail\":\"\",\"fix\":\"It is looked at "
         "soon.\",\"addresses\":"
         "[],\"cname\":null,\"flags\":[],\"looked_at\":null,\"sign_off\":null,\"exception\":null}"},
        {"GET", NAMES, NULL, 200, "\"total\":4,\"ready\":0,\"blocking\":0,\"accepted\":0,\"unknown\":4}"},
        {"GET", "/v1/audit", NULL, 200, "\"act\":\"subdomains.add\",\"site\":\"a.example\",\"outcome\":\"done\""},
        {"GET", "/v1/audit", NULL, 200, "\"reason\":\"zone: 2 names\""},
        /* pages */
        {"GET", NAMES "?limit=2", NULL, 200, "\"next\":\"host.a.example\",\"summary\":{\"total\":4,"},
        {"GET", NAMES "?limit=2&after=HOST.a.example", NULL, 200, "\"names\":[{\"name\":\"mail.a.example\","},
        {"GET", NAMES "?limit=2&after=host.a.example", NULL, 200, "\"next\":null"},
        {"GET", NAMES "?state=ready", NULL, 200, "\"names\":[],\"next\":null,\"summary\":{\"total\":4,"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    end(f);
}

static void what_is_wrong_is_named_and_what_is_right_is_taken(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/sites/b.example/subdomains", NULL, 404, "b.example"},
        {"POST", "/v1/sites/b.example/subdomains", "{\"content\":\"x\"}", 404, "b.example"},
        {"POST", NAMES, "{\"content\":\"\"}", 400, "\"field\":\"content\""},
        {"POST", NAMES, "{}", 400, "\"field\":\"content\""},
        {"POST", NAMES, "{\"content\":7}", 400, "\"field\":\"content\""},
        {"POST", NAMES, "{\"content\":\"x\",\"format\":\"csv\"}", 400, "use names, zone, transparency, hosts, dhcp or"},
        {"POST", NAMES, "{\"content\":\"x\",\"what\":1}", 400, "\"field\":\"what\""},
        {"GET", NAMES "?state=good", NULL, 400, "use ready, blocking, accepted or unknown"},
        {"GET", NAMES "?limit=0", NULL, 400, "limit=1"},
        {"GET", NAMES "?limit=5001", NULL, 400, "limit=1"},
        {"GET", NAMES "?after=%00", NULL, 400, "\"field\":\"after\""},
        {"GET", NAMES "?what=1", NULL, 400, "\"field\":\"query\""},
        {"POST", NAMES, "{\"format\":\"zone\",\"content\":\"a IN A 192.0.2.1\\nb IN A 1.2.3\\nc IN A 192.0.2.2\\n\"}",
         200,
         "\"added\":2,\"known\":0,\"foreign\":0,\"passed\":0,\"left_out\":0,\"problems_total\":1,\"problems\":[{"
         "\"line\":2,"},
        {"POST", NAMES, "{\"format\":\"zone\",\"content\":\"d IN NS ns.d\\n\"}", 200,
         "\"problems_total\":1,\"problems\":[{\"line\":1,\"message\":\"a zone of its own begins at d.a.example:"},
        {"PUT", NAMES, "{}", 405, NULL},
        {"GET", NAMES "/www.a.example", NULL, 405, NULL},
        {"POST", NAMES "/look/more", NULL, 404, NULL},
        {"PATCH", NAMES "/", "{}", 404, NULL},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    end(f);
}

static void an_address_has_no_names_below_it(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites", "{\"name\":\"192.0.2.1\",\"upstreams\":[\"http://127.0.0.1:80\"]}", 201, NULL},
        {"GET", "/v1/sites/192.0.2.1/subdomains", NULL, 409, "no name is below it"},
        {"POST", "/v1/sites/192.0.2.1/subdomains", "{\"content\":\"x\"}", 409, "no name is below it"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    end(f);
}

static void somebody_answers_for_a_name(void **state)
{
    static const struct step steps[] = {
        {"GET", NAMES "?state=blocking", NULL, 200,
         "\"state\":\"blocking\",\"verdict\":\"http_only\",\"detail\":\"What was seen.\",\"fix\":\"Give it HTTPS"},
        {"PATCH", NAMES "/www.a.example", "{\"sign_off\":{\"comment\":\"nobody uses it\"}}", 200,
         "\"state\":\"accepted\",\"verdict\":\"http_only\",\"detail\":\"What was seen.\",\"fix\":\"\""},
        {"GET", NAMES, NULL, 200, "\"sign_off\":{\"by\":\"uid 0 (root)\",\"at\":\""},
        {"GET", NAMES, NULL, 200, "\"comment\":\"nobody uses it\"},\"exception\":null}"},
        {"GET", "/v1/audit", NULL, 200, "\"act\":\"subdomains.sign-off\""},
        {"GET", "/v1/audit", NULL, 200, "\"reason\":\"www.a.example: nobody uses it\""},
        {"PATCH", NAMES "/WWW.a.example", "{\"sign_off\":null}", 200, "\"state\":\"blocking\""},
        {"PATCH", NAMES "/www.a.example", "{\"sign_off\":{}}", 200, "\"comment\":\"\""},
        {"PATCH", NAMES "/www.a.example", "{\"sign_off\":null}", 200, "\"sign_off\":null"},
        {"PATCH", NAMES "/www.a.example", "{\"exception\":{\"reason\":\"until it moves\",\"until\":\"2999-01-31\"}}",
         200, "\"exception\":{\"reason\":\"until it moves\",\"by\":\"uid 0 (root)\",\"at\":\""},
        {"GET", NAMES "?state=accepted", NULL, 200, "\"until\":\"2999-01-31T00:00:00Z\""},
        {"PATCH", NAMES "/www.a.example", "{\"exception\":{\"reason\":\"for good\",\"until\":null}}", 200,
         "\"until\":null"},
        {"GET", "/v1/audit", NULL, 200, "\"act\":\"subdomains.except\""},
        {"PATCH", NAMES "/www.a.example", "{\"exception\":null}", 200, "\"exception\":null"},
        {"GET", "/v1/audit", NULL, 200, "\"act\":\"subdomains.except-end\""},
        /* what is wrong */
        {"PATCH", NAMES "/www.a.example", "{}", 400, "nothing is said of the name"},
        {"PATCH", NAMES "/www.a.example", "{\"exception\":{}}", 400, "\"field\":\"exception.reason\""},
        {"PATCH", NAMES "/www.a.example", "{\"exception\":{\"reason\":\" \"}}", 400, "\"field\":\"exception.reason\""},
        {"PATCH", NAMES "/www.a.example", "{\"exception\":{\"reason\":\"x\",\"until\":\"soon\"}}", 400,
         "\"field\":\"exception.until\""},
        {"PATCH", NAMES "/www.a.example", "{\"exception\":{\"reason\":\"x\",\"until\":\"2001-01-01\"}}", 400,
         "it is over already"},
        {"PATCH", NAMES "/www.a.example", "{\"sign_off\":{\"who\":\"me\"}}", 400, "\"field\":\"sign_off.who\""},
        {"PATCH", NAMES "/www.a.example", "{\"sign_off\":true}", 400, "\"field\":\"sign_off\""},
        {"PATCH", NAMES "/ftp.a.example", "{\"sign_off\":{}}", 404, "has no name ftp.a.example"},
        {"PATCH", NAMES "/no%20name", "{\"sign_off\":{}}", 400, "\"field\":\"child\""},
        {"PATCH", "/v1/sites/b.example/subdomains/www.b.example", "{\"sign_off\":{}}", 404, "b.example"},
        {"DELETE", NAMES "/ftp.a.example", NULL, 404, "has no name ftp.a.example"},
        {"DELETE", NAMES "/www.a.example", NULL, 204, NULL},
        {"GET", NAMES, NULL, 200, "\"total\":0"},
        {"GET", "/v1/audit", NULL, 200, "\"act\":\"subdomains.remove\""},
    };
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", NAMES, "{\"content\":\"www.a.example\"}", 200, "\"added\":1");
    put_found(f, "www.a.example", SUBNAME_HTTP_ONLY, 1000);
    RUN(f, steps);
    end(f);
}

static void when_all_are_looked_at_next_is_said(void **state)
{
    static const struct step steps[] = {
        {"GET", NAMES, NULL, 200, "\"checked_at\":\"1970-01-01T00:16:40Z\",\"next_check\":\"1970-01-08T00:16:40Z\""},
        {"PATCH", "/v1/settings", "{\"subdomains\":{\"every_days\":30}}", 200, "\"subdomains\":{\"every_days\":30}"},
        {"GET", NAMES, NULL, 200, "\"next_check\":\"1970-01-31T00:16:40Z\",\"every_days\":30"},
        {"PATCH", "/v1/settings", "{\"subdomains\":{\"every_days\":0}}", 400, "subdomains.every_days"},
        {"PATCH", "/v1/settings", "{\"subdomains\":{\"every_days\":91}}", 400, "subdomains.every_days"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", NAMES, "{\"content\":\"www.a.example\"}", 200, NULL);
    put_found(f, "www.a.example", SUBNAME_HTTPS, 1000);
    RUN(f, steps);
    end(f);
}

static void wait_for_looks(struct fixture *f)
{
    for (size_t turns = 0; subnames_are_looked_at(&f->core, STR("a.example")) && turns < 1000; turns++)
        loop_turn(f->core.loop, 100);
    assert_false(subnames_are_looked_at(&f->core, STR("a.example")));
}

/* What is found depends on the network that the test runs in; that it was looked at does not. */
static void new_names_are_looked_at_and_all_when_somebody_wants_it(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", NAMES "/look", NULL, 500, "control is stopping");
    assert_true(errands_new(f->core.loop, &f->core.errands, NULL));
    assert_true(subnames_new(&f->core, &f->core.subnames, NULL));
    RUN_ONE(f, "POST", NAMES, "{\"content\":\"a%20name 1.a.example\"}", 200, "\"added\":1");
    RUN_ONE(f, "GET", NAMES, NULL, 200, "\"look\":{\"since\":\"");
    wait_for_looks(f);
    RUN_ONE(f, "GET", NAMES, NULL, 200, "\"look\":null");
    RUN_ONE(f, "GET", NAMES, NULL, 200, "\"checked_at\":\"20");
    put_found(f, "1.a.example", SUBNAME_HTTPS, 1000);
    RUN_ONE(f, "POST", NAMES "/look", NULL, 202, "\"look\":{\"since\":\"");
    RUN_ONE(f, "POST", NAMES "/look", NULL, 202, "\"total\":1,");
    wait_for_looks(f);
    RUN_ONE(f, "GET", NAMES, NULL, 200, "\"checked_at\":\"20");
    put_found(f, "1.a.example", SUBNAME_HTTPS, 1000); /* long ago */
    subnames_turn(&f->core);
    assert_true(subnames_are_looked_at(&f->core, STR("a.example")));
    wait_for_looks(f);
    subnames_turn(&f->core);
    assert_false(subnames_are_looked_at(&f->core, STR("a.example")));
    end(f);
}

static void a_site_that_goes_ends_its_look(void **state)
{
    struct fixture *f = begin();
    (void)state;
    assert_true(errands_new(f->core.loop, &f->core.errands, NULL));
    assert_true(subnames_new(&f->core, &f->core.subnames, NULL));
    RUN_ONE(f, "POST", NAMES, "{\"content\":\"1.a.example 2.a.example\"}", 200, "\"added\":2");
    RUN_ONE(f, "DELETE", "/v1/sites/a.example", NULL, 200, NULL);
    wait_for_looks(f);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    RUN_ONE(f, "GET", NAMES, NULL, 200, "\"total\":0");
    end(f);
}

static void what_the_gateway_knows_by_itself_is_added(void **state)
{
    static const struct step steps[] = {
        {"POST", "/v1/sites",
         "{\"name\":\"wiki.a.example\",\"aliases\":[\"w.wiki.a.example\",\"b.example\"],\"upstreams\":[\"http://"
         "127.0.0.1:80\"]}",
         201, NULL},
        {"GET", NAMES, NULL, 200, "\"total\":0"},
        {"POST", NAMES "/look", NULL, 202, "\"total\":2"},
        {"GET", NAMES, NULL, 200, "{\"name\":\"w.wiki.a.example\",\"sources\":[\"site\"],"},
        {"GET", "/v1/sites/wiki.a.example/subdomains", NULL, 200, "\"total\":0"},
    };
    struct fixture *f = begin();
    (void)state;
    assert_true(errands_new(f->core.loop, &f->core.errands, NULL));
    assert_true(subnames_new(&f->core, &f->core.subnames, NULL));
    RUN(f, steps);
    wait_for_looks(f);
    RUN_ONE(f, "DELETE", NAMES "/w.wiki.a.example", NULL, 204, NULL);
    subnames_turn(&f->core); /* it has an inventory, and so is asked again */
    RUN_ONE(f, "GET", NAMES, NULL, 200, "\"total\":2");
    wait_for_looks(f);
    end(f);
}

/* The names of an inventory are those that can be named in a path. */
static void what_clients_ask_for_is_added_where_it_is_a_host_name(void **state)
{
    static const char *const names[] = {"my_pc.a.example", "old.a.example"};
    struct fixture *f = begin();
    const struct site *site = state_find(&f->core.state, STR("a.example"));
    struct err err = {0};
    bool more = true, is_added = false;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        seen_note(&f->counters->blocks[0].seen, site->slot, str_from(names[i]), SEEN_BY_SNI, clock_wall_s());
    while (more)
        assert_true(seen_take(f->core.seen, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    assert_true(subname_known_add(&f->core, site, &is_added, &err));
    assert_true(is_added);
    RUN_ONE(f, "GET", NAMES, NULL, 200, "{\"name\":\"old.a.example\",\"sources\":[\"seen\"],");
    RUN_ONE(f, "GET", NAMES, NULL, 200, "\"total\":1,");
    end(f);
}

static void a_transfer_says_what_is_wrong_with_the_question(void **state)
{
#define TRANSFER NAMES "/transfer"
    static const struct step steps[] = {
        {"POST", TRANSFER, "{}", 400, "\"field\":\"server\""},
        {"POST", TRANSFER, "{\"server\":\"ns.a.example\"}", 400, "is no address"},
        {"POST", TRANSFER, "{\"server\":\"192.0.2.1\",\"port\":0}", 400, "\"field\":\"port\""},
        {"POST", TRANSFER, "{\"server\":\"192.0.2.1\",\"zone\":\"a..b\"}", 400, "\"field\":\"zone\""},
        {"POST", TRANSFER, "{\"server\":\"192.0.2.1\",\"key\":{\"name\":\"k\"}}", 400, "\"field\":\"key.secret\""},
        {"POST", TRANSFER, "{\"server\":\"192.0.2.1\",\"key\":{\"secret\":\"c2VjcmV0\"}}", 400,
         "\"field\":\"key.name\""},
        {"POST", TRANSFER, "{\"server\":\"192.0.2.1\",\"key\":{\"name\":\"k\",\"secret\":\"!\"}}", 400,
         "\"field\":\"key.secret\""},
        {"POST", TRANSFER,
         "{\"server\":\"192.0.2.1\",\"key\":{\"name\":\"k\",\"algorithm\":\"md5\",\"secret\":\"c2VjcmV0\"}}", 400,
         "\"field\":\"key.algorithm\""},
        {"POST", "/v1/sites/b.example/subdomains/transfer", "{\"server\":\"192.0.2.1\"}", 404, "b.example"},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    end(f);
}

static bool has_standing(struct fixture *f)
{
    struct notify_standing standing;
    bool found = false;
    assert_true(store_standing(f->core.store, STR("a.example"), NOTIFY_SUBDOMAINS, &standing, &found, NULL));
    return found;
}

/* What is looked at here leads nowhere; what is said of a name is what changes. */
static void people_are_told_of_names_below_that_are_bound_and_shut_somebody_out(void **state)
{
    struct fixture *f = begin();
    struct state changed;
    (void)state;
    assert_true(errands_new(f->core.loop, &f->core.errands, NULL));
    assert_true(subnames_new(&f->core, &f->core.subnames, NULL));
    assert_true(notifier_new(&f->core, &f->core.notifier, NULL));
    RUN_ONE(f, "POST", NAMES, "{\"content\":\"1.a.example\"}", 200, NULL);
    wait_for_looks(f);
    put_found(f, "1.a.example", SUBNAME_HTTP_ONLY, clock_wall_s());
    subnames_changed(&f->core, STR("a.example"));
    assert_false(has_standing(f)); /* nobody is bound there */
    assert_true(state_copy(&f->core.state, &changed, NULL));
    struct site *bound = site_copy(changed.sites[0]);
    bound->hsts.mode = HSTS_HOLD;
    bound->hsts.max_age_s = 300;
    bound->hsts.include_subdomains = true;
    state_replace(&changed, bound);
    site_unref(bound);
    assert_true(commit_state(&f->core, &changed, NULL, NULL));
    subnames_changed(&f->core, STR("a.example"));
    assert_true(has_standing(f));
    RUN_ONE(f, "PATCH", NAMES "/1.a.example", "{\"sign_off\":{\"comment\":\"old\"}}", 200, "\"state\":\"accepted\"");
    assert_false(has_standing(f));
    errands_free(f->core.errands);
    f->core.errands = NULL;
    notifier_free(f->core.notifier);
    f->core.notifier = NULL;
    end(f);
}

static bool collect(void *context, const struct subname_entry *entry)
{
    size_t *count = context;
    (void)entry;
    ++*count;
    return true;
}

static void there_is_an_end_to_an_import(void **state)
{
    struct subname_intake intake;
    struct subname_taken taken;
    struct fixture *f = begin();
    size_t count = 0;
    (void)state;
    subname_intake_init(&intake, SUBNAME_ZONE);
    for (unsigned i = 0; i < SUBNAMES_COUNT_MAX + 5; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "n%u.a.example", i);
        assert_true(subname_intake_add(&intake, str_from(name), 0, STR(""), NULL));
    }
    assert_true(subname_intake_store(&f->core, STR("a.example"), &intake, STR(""), &taken, NULL));
    assert_int_equal(taken.added, SUBNAMES_COUNT_MAX);
    assert_int_equal(taken.left_out, 5);
    assert_true(buf_put_char(&intake.problems, '\0'));
    assert_non_null(strstr(buf_str(&intake.problems).data, "5 names were left out"));
    assert_true(store_subnames(f->core.store, STR("a.example"), STR(""), collect, &count, NULL));
    assert_int_equal(count, SUBNAMES_COUNT_MAX);
    subname_intake_fini(&intake);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_in_from_lists_and_are_shown),
        cmocka_unit_test(what_is_wrong_is_named_and_what_is_right_is_taken),
        cmocka_unit_test(an_address_has_no_names_below_it),
        cmocka_unit_test(somebody_answers_for_a_name),
        cmocka_unit_test(when_all_are_looked_at_next_is_said),
        cmocka_unit_test(new_names_are_looked_at_and_all_when_somebody_wants_it),
        cmocka_unit_test(a_site_that_goes_ends_its_look),
        cmocka_unit_test(what_the_gateway_knows_by_itself_is_added),
        cmocka_unit_test(what_clients_ask_for_is_added_where_it_is_a_host_name),
        cmocka_unit_test(a_transfer_says_what_is_wrong_with_the_question),
        cmocka_unit_test(people_are_told_of_names_below_that_are_bound_and_shut_somebody_out),
        cmocka_unit_test(there_is_an_end_to_an_import),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
