/* state.json of before: every answer of the ledger is as late as the note was, and what is not understood is refused.
 */
#include <stdlib.h>

#include <stdio.h>

#include "check.h"
#include "store/state_import.h"

#define NOW 1800000000

#define ROUTES           "\"routes\":[{\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://a:8080\",\"slot\":3}]}]"
#define SITE(name, more) "{\"name\":\"" name "\"," ROUTES more ",\"created\":1700000000}"

static void import_text(const char *text, struct state_import *import)
{
    struct err err = {0};
    if (!state_import_read(str_from(text), NOW, import, &err))
        fail_msg("%s %s", err.field, err.text);
}

/* As the text of the first stage's own test had it, and what its promise arithmetic said of it. */
static const char sample[] =
    "{\"version\":1,\"generation\":41,\"clock\":1700000001,\"site_slot_next\":2,\"upstream_slot_next\":4,\"settings\":{"
    "\"tls_profile\":\"modern\"},\"sites\":[\n" SITE(
        "b.example",
        ",\"aliases\":[\"*.b.example\",\"192.0.2.1\"],"
        "\"hsts\":{\"max_age\":3600,\"include_subdomains\":true},\"promise\":{\"until\":1800010000,\"open_max_age\":"
        "3600,"
        "\"include_subdomains\":true},\"slot\":7") ",\n" SITE("a.example",
                                                              "") "],\"tombstones\":[\n{\"name\":\"old.example\","
                                                                  "\"promise\":{\"until\":1900000000,\"open_max_age\":"
                                                                  "0,\"include_subdomains\":false},\"removed\":"
                                                                  "1790000000,"
                                                                  "\"reason\":\"moved \\\"away\\\"\"}]}\n";

static int64_t until(const struct state_import *import, const char *name, enum ledger_scope scope)
{
    int64_t latest_s = 0;
    for (size_t i = 0; i < import->entries_count; i++) {
        const struct book_change *change = &import->entries[i];
        int64_t until_s = ledger_entry_until(&change->entry, NOW, LEDGER_ANY);
        if (str_eq(change->name, str_from(name)) && until_s > latest_s &&
            (scope == LEDGER_NAME || change->entry.promise.include_subdomains))
            latest_s = until_s;
    }
    return latest_s;
}

static void the_whole_file_is_taken_over(void **unused)
{
    struct state_import import;
    (void)unused;
    import_text(sample, &import);
    const struct state *state = &import.state;
    assert_int_equal(state->sites_count, 2);
    assert_int_equal(state->generation, 41);
    assert_int_equal(state->clock.over_s, 1700000001);
    assert_int_equal(state->site_slot_next, 2);
    assert_int_equal(state->upstream_slot_next, 4);
    assert_int_equal(state->settings.tls_profile, SNAP_TLS_MODERN);
    const struct site *b = state->sites[1];
    assert_int_equal(b->slot, 7);
    assert_int_equal(b->routes[0].upstreams[0].slot, 3);
    assert_int_equal(b->hsts.mode, HSTS_HOLD);
    assert_int_equal(b->hsts.max_age_s, 3600);
    assert_true(b->hsts.include_subdomains);
    assert_int_equal(b->hsts.since_s, NOW);
    assert_int_equal(b->hsts.ladder.count, 6);
    assert_int_equal(b->hsts.ladder.rungs[1], 3600);
    assert_true(ladder_check(&b->hsts.ladder, "ladder", NULL));
    assert_int_equal(state->sites[0]->hsts.mode, HSTS_OFF);
    /* b.example and *.b.example: a note and an open promise each; the address: none; old.example: a note */
    assert_int_equal(import.entries_count, 5);
    for (size_t i = 0; i < import.entries_count; i++)
        assert_int_equal(import.entries[i].entry.id, i + 1);
    assert_int_equal(until(&import, "192.0.2.1", LEDGER_NAME), 0);
    assert_int_equal(until(&import, "a.example", LEDGER_NAME), 0);
    assert_int_equal(until(&import, "old.example", LEDGER_NAME), 1900000000);
    assert_int_equal(until(&import, "old.example", LEDGER_SUBDOMAINS), 0);
    assert_int_equal(until(&import, "*.b.example", LEDGER_SUBDOMAINS), NOW + 3600 + LEDGER_SLACK_S);
    assert_int_equal(import.audit_count, 1);
    assert_str(import.audit[0].site, STR("old.example"));
    assert_str(import.audit[0].reason, STR("moved \"away\""));
    assert_int_equal(import.audit[0].at_s, 1790000000);
    state_import_fini(&import);
}

static void the_switch_becomes_a_wish(void **unused)
{
    static const struct {
        const char *hsts;
        enum hsts_mode mode;
        uint32_t max_age_s;
        size_t rungs;
    } cases[] = {
        {"", HSTS_OFF, 0, 5},
        {",\"hsts\":{\"max_age\":0}", HSTS_RELEASE, 0, 5},
        {",\"hsts\":{\"max_age\":300}", HSTS_HOLD, 300, 5},
        {",\"hsts\":{\"max_age\":31536000,\"include_subdomains\":false}", HSTS_HOLD, 31536000, 5},
        {",\"hsts\":{\"max_age\":1}", HSTS_HOLD, 1, 6},
        {",\"hsts\":{\"max_age\":315360000}", HSTS_HOLD, 315360000, 6},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[600];
        struct state_import import;
        (void)snprintf(text, sizeof text, "{\"version\":1,\"sites\":[" SITE("a.example", "%s") "]}", cases[i].hsts);
        import_text(text, &import);
        const struct hsts_wish *wish = &import.state.sites[0]->hsts;
        assert_int_equal(wish->mode, cases[i].mode);
        assert_int_equal(wish->max_age_s, cases[i].max_age_s);
        assert_int_equal(wish->ladder.count, cases[i].rungs);
        assert_true(ladder_check(&wish->ladder, "ladder", NULL));
        assert_int_equal(wish->since_s, cases[i].mode == HSTS_OFF ? 0 : NOW);
        state_import_fini(&import);
    }
}

/* Any note: past, near, far, with the clock of the machine behind what was stored. */
static void no_answer_is_earlier_than_the_note(void **unused)
{
    static const int64_t notes[] = {1,       7200,       7201,       NOW - 1,     NOW,
                                    NOW + 1, NOW + 7200, NOW + 7201, NOW + 86400, NOW + 315360000};
    static const int64_t open[] = {0, 1, 300, 31536000, 63072000};
    (void)unused;
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        for (size_t k = 0; k < sizeof open / sizeof *open; k++) {
            char text[800];
            struct state_import import;
            int64_t open_until = open[k] ? NOW + open[k] + 7200 : 0;
            int64_t expected = open_until > notes[i] ? open_until : notes[i];
            (void)snprintf(text, sizeof text,
                           "{\"version\":1,\"sites\":[" SITE("a.example",
                                                             ",\"promise\":{\"until\":%lld,\"open_max_age\":"
                                                             "%lld,\"include_subdomains\":true}") "]}",
                           (long long)notes[i], (long long)open[k]);
            import_text(text, &import);
            assert_int_equal(until(&import, "a.example", LEDGER_NAME), expected);
            assert_int_equal(until(&import, "a.example", LEDGER_SUBDOMAINS), expected);
            for (size_t e = 0; e < import.entries_count; e++)
                assert_true(import.entries[e].entry.from_s <= import.entries[e].entry.to_s);
            state_import_fini(&import);
        }
}

static void a_file_cut_anywhere_is_refused_or_the_same(void **unused)
{
    (void)unused;
    for (size_t size = 0; size < sizeof sample - 1; size++) {
        struct state_import import;
        struct err err = {0};
        char *copy = malloc(size + 1);
        assert_non_null(copy);
        memcpy(copy, sample, size);
        if (state_import_read(str_make(copy, size), NOW, &import, &err)) {
            assert_int_equal(import.entries_count, 5);
            state_import_fini(&import);
            assert_int_equal(size, sizeof sample - 2); /* only the last line end may be missing */
        } else {
            assert_int_not_equal(err.text[0], 0);
        }
        free(copy);
    }
}

static void what_is_not_understood_is_refused(void **unused)
{
    static const struct {
        const char *text, *field;
    } cases[] = {
        {"[]", "version"},
        {"{}", "version"},
        {"{\"version\":2,\"sites\":[]}", "version"},
        {"{\"version\":\"1\",\"sites\":[]}", "version"},
        {"{\"version\":1}", "sites"},
        {"{\"version\":1,\"\\u0073ites\":[1]}", "sites"},
        {"{\"version\":1,\"sites\":[1,]}", "sites"},
        {"{\"version\":1,\"sites\":[],]}", ""},
        {"{\"version\":1,\"sites\":{}}", "sites"},
        {"{\"version\":1,\"sites\":[],\"future\":1}", "future"},
        {"{\"version\":1,\"version\":1,\"sites\":[]}", ""},
        {"{\"version\":1,\"sites\":[1]}", ""},
        {"{\"version\":1,\"sites\":[{\"name\":\"a.example\"}]}", "sites[0].routes"},
        {"{\"version\":1,\"sites\":[" SITE("a.example", "") "," SITE("a.example", "") "]}", "[1].name"},
        {"{\"version\":1,\"sites\":[" SITE("a.example", ",\"hsts\":{\"max_age\":-1}") "]}", "sites[0].hsts.max_age"},
        {"{\"version\":1,\"sites\":[" SITE("a.example", ",\"hsts\":{\"mode\":\"hold\"}") "]}", "sites[0].hsts.mode"},
        {"{\"version\":1,\"sites\":[" SITE("a.example", ",\"promise\":{\"until\":-1}") "]}", "sites[0].promise.until"},
        {"{\"version\":1,\"sites\":[],\"settings\":{\"limits\":{\"head_size_max\":1}}}",
         "settings.limits.head_size_max"},
        {"{\"version\":1,\"sites\":[],\"settings\":{\"limits\":{\"x\":1}}}", "settings.limits.x"},
        {"{\"version\":1,\"sites\":[],\"tombstones\":[{\"name\":\"a\"}]}", "tombstones[0].promise"},
        {"{\"version\":1,\"sites\":[],\"tombstones\":[1]}", "tombstones[0]"},
        {"{\"version\":1,\"sites\":[],\"generation\":-1}", "generation"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct state_import import;
        struct err err = {0};
        if (state_import_read(str_from(cases[i].text), NOW, &import, &err))
            fail_msg("taken: %s", cases[i].text);
        if (strcmp(err.field, cases[i].field) != 0)
            fail_msg("%s: field \"%s\" (%s)", cases[i].text, err.field, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_file_is_taken_over),
        cmocka_unit_test(the_switch_becomes_a_wish),
        cmocka_unit_test(no_answer_is_earlier_than_the_note),
        cmocka_unit_test(a_file_cut_anywhere_is_refused_or_the_same),
        cmocka_unit_test(what_is_not_understood_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
