/* CAA: values taken apart, and whom they allow. */
#include "check.h"

#include "dns/caa.h"

static const struct str identities[] = {STR_INIT("ca.example"), STR_INIT("ca.example.net")};
#define ACCOUNT "https://ca.example/acct/1"

static struct caa_asker asker_of(const char *method, bool wildcard, const char *account)
{
    return (struct caa_asker){.identities = identities,
                              .identities_count = 2,
                              .account_url = str_from(account),
                              .method = str_from(method),
                              .wildcard = wildcard};
}

static void records_allow_whom_they_name(void **state)
{
    (void)state;
    static const struct {
        struct caa_record records[3];
        size_t count;
        bool wildcard;
        enum caa_verdict verdict;
    } cases[] = {
        {{{0}}, 0, false, CAA_ALLOWED},
        {{{0}}, 0, true, CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT("ca.example")}}, 1, false, CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT(" CA.Example.NET ")}}, 1, false, CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT("ca.example")}}, 1, true, CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT(";")}}, 1, false, CAA_NOBODY},
        {{{false, STR_INIT("issue"), STR_INIT("")}}, 1, false, CAA_NOBODY},
        {{{false, STR_INIT("issue"), STR_INIT("other.example")}}, 1, false, CAA_OTHER},
        {{{false, STR_INIT("issue"), STR_INIT("other.example")}, {false, STR_INIT("issue"), STR_INIT("ca.example")}},
         2,
         false,
         CAA_ALLOWED},
        {{{false, STR_INIT("issuewild"), STR_INIT("other.example")}}, 1, false, CAA_ALLOWED},
        {{{false, STR_INIT("issuewild"), STR_INIT("other.example")}}, 1, true, CAA_OTHER},
        {{{false, STR_INIT("issue"), STR_INIT("other.example")},
          {false, STR_INIT("issuewild"), STR_INIT("ca.example")}},
         2,
         true,
         CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT("other.example")},
          {false, STR_INIT("issuewild"), STR_INIT("ca.example")}},
         2,
         false,
         CAA_OTHER},
        {{{false, STR_INIT("iodef"), STR_INIT("mailto:a@b")}}, 1, false, CAA_ALLOWED},
        {{{true, STR_INIT("iodef"), STR_INIT("mailto:a@b")}}, 1, false, CAA_ALLOWED},
        {{{false, STR_INIT("future"), STR_INIT("x")}}, 1, false, CAA_ALLOWED},
        {{{true, STR_INIT("future"), STR_INIT("x")}, {false, STR_INIT("issue"), STR_INIT("ca.example")}},
         2,
         false,
         CAA_UNKNOWN_DEMAND},
        {{{false, STR_INIT("issue"), STR_INIT("ca.example; validationmethods=dns-01,http-01")}}, 1, false, CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT("ca.example; validationmethods=dns-01")}}, 1, false, CAA_OTHER_METHOD},
        {{{false, STR_INIT("issue"), STR_INIT("ca.example;accounturi=" ACCOUNT)}}, 1, false, CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT("ca.example; accounturi=" ACCOUNT "2")}}, 1, false, CAA_OTHER_ACCOUNT},
        {{{false, STR_INIT("issue"), STR_INIT("ca.example; x=y; policy=ev")}}, 1, false, CAA_ALLOWED},
        {{{false, STR_INIT("issue"), STR_INIT("other.example")},
          {false, STR_INIT("issue"), STR_INIT("ca.example; validationmethods=dns-01")}},
         2,
         false,
         CAA_OTHER_METHOD}, /* the nearest to being none is told */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct caa_set set = {.records_count = cases[i].count};
        memcpy(set.records, cases[i].records, sizeof cases[i].records);
        const struct caa_asker asker = asker_of("http-01", cases[i].wildcard, ACCOUNT);
        const struct caa_record *about = NULL;
        enum caa_verdict verdict = caa_judge(&set, &asker, &about);
        if (verdict != cases[i].verdict)
            fail_msg("case %zu: verdict %d", i, (int)verdict);
        if (verdict != CAA_ALLOWED)
            assert_non_null(about);
    }
}

static void an_account_that_is_not_known_yet_is_not_the_one_demanded(void **state)
{
    (void)state;
    struct caa_set set = {.records = {{false, STR_INIT("issue"), STR_INIT("ca.example; accounturi=" ACCOUNT)}},
                          .records_count = 1};
    const struct caa_asker asker = asker_of("http-01", false, "");
    assert_int_equal(caa_judge(&set, &asker, NULL), CAA_OTHER_ACCOUNT);
}

static void a_record_is_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *rdata;
        size_t size;
        bool fine, critical;
        const char *tag, *value;
    } cases[] = {
        {"\0\5issueca.example", 17, true, false, "issue", "ca.example"},
        {"\200\5ISSUE;", 8, true, true, "issue", ";"},
        {"\0\5issue", 7, true, false, "issue", ""},
        {"\0\6issue", 7, false, false, NULL, NULL},
        {"\0\0x", 3, false, false, NULL, NULL},
        {"\0\3a-b", 5, false, false, NULL, NULL},
        {"\0", 1, false, false, NULL, NULL},
        {"", 0, false, false, NULL, NULL},
    };
    struct arena arena;
    arena_init(&arena, 65536);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct caa_record record;
        assert_int_equal(caa_read(str_make(cases[i].rdata, cases[i].size), &arena, &record), cases[i].fine);
        if (!cases[i].fine)
            continue;
        assert_int_equal(record.critical, cases[i].critical);
        assert_str(record.tag, str_from(cases[i].tag));
        assert_str(record.value, str_from(cases[i].value));
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_allow_whom_they_name),
        cmocka_unit_test(an_account_that_is_not_known_yet_is_not_the_one_demanded),
        cmocka_unit_test(a_record_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
