#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "hsts/preload_build.h"
#include "hsts/preload_format.h"
#include "random_test.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct preload_origin origin = {.address = STR_INIT("https://lists.example.test/list.json"),
                                             .etag = STR_INIT("\"abc\""),
                                             .modified = STR_INIT("Wed, 25 Nov 2026 08:00:00 GMT"),
                                             .taken_s = 1795600000,
                                             .confirmed_s = 1795600010,
                                             .source_size = 14500000,
                                             .pins_only_count = 3};

static struct buf compile(const struct preload_entry *entries, size_t count)
{
    struct preload_build build;
    struct buf out;
    struct err err = {0};
    preload_build_init(&build);
    buf_init(&out, PRELOAD_LIST_SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        if (!preload_build_add(&build, &entries[i], &err))
            fail_msg("%.*s: %s", STR_ARG(entries[i].name), err.text);
    if (!preload_build_write(&build, &origin, &out, &err))
        fail_msg("%s", err.text);
    preload_build_fini(&build);
    return out;
}

static struct preload_list open_list(const struct buf *compiled)
{
    struct preload_list list;
    struct err err = {0};
    if (!preload_list_open(buf_str(compiled), &list, &err))
        fail_msg("%s", err.text);
    return list;
}

#define NAME(text) .name = STR_INIT(text)
static const struct preload_entry sample[] = {
    {NAME("dev"), .policy = STR_INIT("public-suffix"), .include_subdomains = true},
    {NAME("example.org"), .policy = STR_INIT("bulk-1-year"), .include_subdomains = true},
    {NAME("www.example.org"), .policy = STR_INIT("bulk-legacy")},
    {NAME("example.com"), .policy = STR_INIT("bulk-legacy")},
    {NAME("sample.com"), .policy = STR_INIT("bulk-1-year"), .include_subdomains = true},
    {NAME("ample.com"), .policy = STR_INIT("custom"), .include_subdomains = true},
    {NAME("a-name-whose-first-label-is-long.example.net"), .policy = STR_INIT("google"), .include_subdomains = true},
};

static void a_name_is_bound_by_its_own_entry_or_the_nearest_above(void **state)
{
    (void)state;
    static const struct {
        const char *name, *entry, *policy;
        bool is_own;
    } cases[] = {
        {"example.org", "example.org", "bulk-1-year", true},
        {"EXAMPLE.Org", "EXAMPLE.Org", "bulk-1-year", true},
        {"example.org.", "example.org", "bulk-1-year", true},
        {"git.example.org", "example.org", "bulk-1-year", false},
        {"a.b.c.example.org", "example.org", "bulk-1-year", false},
        {"www.example.org", "www.example.org", "bulk-legacy", true},
        {"a.www.example.org", "example.org", "bulk-1-year", false},
        {"example.com", "example.com", "bulk-legacy", true},
        {"www.example.com", NULL, NULL, false},
        {"xexample.org", NULL, NULL, false},
        {"xample.org", NULL, NULL, false},
        {"org", NULL, NULL, false},
        {"com", NULL, NULL, false},
        {"dev", "dev", "public-suffix", true},
        {"web.dev", "dev", "public-suffix", false},
        {"webdev", NULL, NULL, false},
        {"sample.com", "sample.com", "bulk-1-year", true},
        {"x.ample.com", "ample.com", "custom", false},
        {"xample.com", NULL, NULL, false},
        {"a-name-whose-first-label-is-long.example.net", "a-name-whose-first-label-is-long.example.net", "google",
         true},
        {"name-whose-first-label-is-long.example.net", NULL, NULL, false},
        {"", NULL, NULL, false},
        {".", NULL, NULL, false},
        {"..", NULL, NULL, false},
        {".example.org", "example.org", "bulk-1-year", false},
        {"192.0.2.1", NULL, NULL, false},
        {"caf\xc3\xa9.dev", "dev", "public-suffix", false},
        {"caf\xc3\xa9", NULL, NULL, false},
    };
    struct buf compiled = compile(sample, COUNT(sample));
    struct preload_list list = open_list(&compiled);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct preload_binding binding = preload_list_find(&list, str_from(cases[i].name));
        if (binding.is_bound != (cases[i].entry != NULL) || binding.is_own != cases[i].is_own)
            fail_msg("%s: bound %d, own %d", cases[i].name, binding.is_bound, binding.is_own);
        assert_str(binding.entry, str_from(cases[i].entry));
        assert_str(binding.policy, str_from(cases[i].policy));
    }
    buf_fini(&compiled);
}

static void what_was_said_of_the_list_comes_back(void **state)
{
    (void)state;
    struct buf compiled = compile(sample, COUNT(sample));
    struct preload_list list = open_list(&compiled);
    assert_int_equal(list.entries_count, COUNT(sample));
    assert_int_equal(list.policies_count, 5);
    assert_str(list.policies[0], STR("bulk-1-year"));
    assert_str(list.origin.address, origin.address);
    assert_str(list.origin.etag, origin.etag);
    assert_str(list.origin.modified, origin.modified);
    assert_true(list.origin.taken_s == origin.taken_s && list.origin.confirmed_s == origin.confirmed_s);
    assert_true(list.origin.source_size == origin.source_size && list.origin.pins_only_count == 3);
    buf_fini(&compiled);
}

static void the_order_of_the_entries_leaves_no_trace(void **state)
{
    (void)state;
    struct preload_entry other[COUNT(sample)];
    struct buf first = compile(sample, COUNT(sample));
    for (size_t i = 0; i < COUNT(sample); i++)
        other[i] = sample[(i * 3 + 2) % COUNT(sample)];
    struct buf second = compile(other, COUNT(sample));
    assert_str(buf_str(&first), buf_str(&second));
    buf_fini(&first);
    buf_fini(&second);
}

static void a_confirmation_changes_nothing_but_its_moment(void **state)
{
    (void)state;
    struct buf compiled = compile(sample, COUNT(sample)), later, again;
    buf_init(&later, PRELOAD_LIST_SIZE_MAX);
    buf_init(&again, PRELOAD_LIST_SIZE_MAX);
    assert_true(preload_build_confirm(buf_str(&compiled), origin.confirmed_s + 99, &later, NULL));
    struct preload_list list = open_list(&later);
    assert_true(list.origin.confirmed_s == origin.confirmed_s + 99 && list.origin.taken_s == origin.taken_s);
    assert_true(preload_list_find(&list, STR("a.dev")).is_bound);
    assert_true(preload_build_confirm(buf_str(&later), 5, &again, NULL)); /* the clock went back */
    assert_str(buf_str(&again), buf_str(&later));
    assert_false(preload_build_confirm(str_part(buf_str(&later), 0, 90), 5, &again, NULL));
    buf_fini(&compiled);
    buf_fini(&later);
    buf_fini(&again);
}

static void a_list_that_was_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    struct buf compiled = compile(sample, COUNT(sample));
    struct preload_list list;
    for (size_t size = 0; size < compiled.size; size++) {
        char *exact = malloc(size + 1); /* a byte beyond it is seen by the sanitizer */
        assert_non_null(exact);
        memcpy(exact + 1, buf_str(&compiled).data, size);
        assert_false(preload_list_open(str_make(exact + 1, size), &list, NULL));
        free(exact);
    }
    (void)buf_put_char(&compiled, 0);
    assert_false(preload_list_open(buf_str(&compiled), &list, NULL));
    buf_fini(&compiled);
}

static void any_byte_that_is_not_as_it_was_is_noticed(void **state)
{
    (void)state;
    struct buf compiled = compile(sample, COUNT(sample));
    struct preload_list list;
    for (size_t i = 0; i < compiled.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            struct err err = {0};
            compiled.data[i] ^= (char)(1u << bit);
            if (preload_list_open(buf_str(&compiled), &list, &err))
                fail_msg("bit %u of byte %zu", bit, i);
            assert_int_equal(err.code, ERR_INPUT);
            assert_non_null(strstr(err.fix, "strictgate preload update"));
            compiled.data[i] ^= (char)(1u << bit);
        }
    buf_fini(&compiled);
}

/* Whoever can write the file can write its checksum: what is opened then must still be walked without harm. */
static void a_list_with_a_right_checksum_and_wrong_bytes_does_no_harm(void **state)
{
    (void)state;
    struct buf compiled = compile(sample, COUNT(sample));
    uint64_t seed = random_test_number("RANDOM_SEED", 1);
    size_t opened = 0;
    srandom((unsigned)seed);
    for (int round = 0; round < RANDOM_TEST_COUNT(300000, 60000); round++) {
        char *bytes = malloc(compiled.size);
        struct preload_list list;
        assert_non_null(bytes);
        memcpy(bytes, buf_str(&compiled).data, compiled.size);
        for (long left = 1 + random() % 3; left > 0; left--)
            bytes[(size_t)random() % compiled.size] = (char)random();
        uint64_t sum = preload_checksum(str_make(bytes, compiled.size));
        preload_set((uint8_t *)bytes + PRELOAD_AT_CHECKSUM, sum, 8);
        if (preload_list_open(str_make(bytes, compiled.size), &list, NULL)) {
            opened++;
            for (size_t i = 0; i < COUNT(sample); i++)
                (void)preload_list_find(&list, sample[i].name);
        }
        free(bytes);
    }
    assert_true(opened > 0); /* a letter of a name changed: a list like any other */
    buf_fini(&compiled);
}

static void what_cannot_be_compiled_is_refused(void **state)
{
    (void)state;
    struct preload_build build;
    struct buf out;
    struct err err = {0};
    struct preload_entry entry = sample[0];
    buf_init(&out, PRELOAD_LIST_SIZE_MAX);
    preload_build_init(&build);
    assert_false(preload_build_write(&build, &origin, &out, &err));
    assert_non_null(strstr(err.text, "no entry"));
    assert_true(preload_build_add(&build, &entry, &err) && preload_build_add(&build, &sample[1], &err) &&
                preload_build_add(&build, &entry, &err));
    assert_false(preload_build_write(&build, &origin, &out, &err));
    assert_string_equal(err.text, "dev stands in the list twice");
    entry.name = STR("Dev");
    assert_false(preload_build_add(&build, &entry, &err));
    preload_build_fini(&build);
    preload_build_init(&build);
    for (int i = 0; i <= PRELOAD_POLICIES_COUNT_MAX; i++) {
        char policy[32];
        entry = (struct preload_entry){.name = STR("a")};
        entry.policy = str_make(policy, (size_t)snprintf(policy, sizeof policy, "policy-%d", i));
        assert_true(preload_build_add(&build, &entry, &err) == (i < PRELOAD_POLICIES_COUNT_MAX));
    }
    assert_non_null(strstr(err.text, "more than 64 policies"));
    preload_build_fini(&build);
    buf_fini(&out);
}

static void texts_of_a_server_that_are_none_are_left_out(void **state)
{
    (void)state;
    struct preload_build build;
    struct buf out;
    struct preload_list list;
    struct preload_origin strange = origin;
    char much[PRELOAD_ORIGIN_SIZE_MAX + 1];
    memset(much, 'e', sizeof much);
    strange.etag = str_make(much, sizeof much);
    strange.modified = STR("a\nb");
    buf_init(&out, PRELOAD_LIST_SIZE_MAX);
    preload_build_init(&build);
    assert_true(preload_build_add(&build, &sample[0], NULL) && preload_build_write(&build, &strange, &out, NULL));
    assert_true(preload_list_open(buf_str(&out), &list, NULL));
    assert_int_equal(list.origin.etag.size + list.origin.modified.size, 0);
    assert_str(list.origin.address, origin.address);
    preload_build_fini(&build);
    buf_fini(&out);
}

static void memory_that_runs_out_is_told(void **state)
{
    (void)state;
    struct buf whole = compile(sample, COUNT(sample));
    for (size_t cap = 1; cap < whole.size; cap += 7) {
        struct preload_build build;
        struct buf out;
        struct err err = {0};
        buf_init(&out, cap);
        preload_build_init(&build);
        for (size_t i = 0; i < COUNT(sample); i++)
            assert_true(preload_build_add(&build, &sample[i], NULL));
        assert_false(preload_build_write(&build, &origin, &out, &err));
        assert_int_equal(err.code, ERR_MEMORY);
        preload_build_fini(&build);
        buf_fini(&out);
    }
    buf_fini(&whole);
}

/* ---- lists at random, beside a table that is looked through from the first to the last ---- */

struct naive {
    char names[400][24];
    struct preload_entry entries[400];
    size_t count;
};

/* Few letters, so that names meet: below each other, ends of each other, a letter apart. */
static struct str random_name(char room[static 24])
{
    static const char letters[] = "aab-.._0z";
    for (;;) {
        size_t size = 1 + (size_t)random() % 12;
        for (size_t i = 0; i < size; i++)
            room[i] = letters[(size_t)random() % (sizeof letters - 1)];
        if (preload_name_is_fine(str_make(room, size)))
            return str_make(room, size);
    }
}

static bool naive_has(const struct naive *naive, struct str name)
{
    for (size_t i = 0; i < naive->count; i++)
        if (str_eq(naive->entries[i].name, name))
            return true;
    return false;
}

static void naive_fill(struct naive *naive)
{
    static const struct str policies[] = {STR_INIT("bulk-1-year"), STR_INIT("custom"), STR_INIT("x"), STR_INIT("y")};
    size_t wanted = 1 + (size_t)random() % COUNT(naive->entries);
    naive->count = 0;
    for (size_t tries = 0; naive->count < wanted && tries < 4000; tries++) {
        struct str name = random_name(naive->names[naive->count]);
        if (naive_has(naive, name))
            continue;
        naive->entries[naive->count++] = (struct preload_entry){
            .name = name, .policy = policies[(size_t)random() % 4], .include_subdomains = random() % 2};
    }
}

static const struct preload_entry *naive_find(const struct naive *naive, struct str name)
{
    const struct preload_entry *best = NULL;
    for (size_t i = 0; i < naive->count; i++) {
        const struct preload_entry *one = &naive->entries[i];
        bool is_below = one->include_subdomains && name.size > one->name.size && str_ends(name, one->name) &&
                        name.data[name.size - one->name.size - 1] == '.';
        if ((str_eq(name, one->name) || is_below) && (!best || one->name.size > best->name.size))
            best = one;
    }
    return best;
}

static void ask_both(const struct naive *naive, const struct preload_list *list, struct str name)
{
    const struct preload_entry *expected = naive_find(naive, name);
    struct preload_binding found = preload_list_find(list, name);
    if (found.is_bound != (expected != NULL))
        fail_msg("%.*s: bound %d", STR_ARG(name), found.is_bound);
    if (!expected)
        return;
    assert_str(found.entry, expected->name);
    assert_str(found.policy, expected->policy);
    assert_true(found.is_own == (expected->name.size == name.size));
    assert_true(found.include_subdomains == expected->include_subdomains);
}

static void lists_at_random_answer_as_a_plain_table(void **state)
{
    (void)state;
    static struct naive naive;
    srandom((unsigned)random_test_number("RANDOM_SEED", 2));
    for (int round = 0; round < RANDOM_TEST_COUNT(600, 120); round++) {
        naive_fill(&naive);
        struct buf compiled = compile(naive.entries, naive.count);
        struct preload_list list = open_list(&compiled);
        assert_int_equal(list.entries_count, naive.count);
        for (size_t i = 0; i < naive.count; i++)
            ask_both(&naive, &list, naive.entries[i].name);
        for (int i = 0; i < 200; i++) {
            char room[24];
            ask_both(&naive, &list, random_name(room));
        }
        buf_fini(&compiled);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_bound_by_its_own_entry_or_the_nearest_above),
        cmocka_unit_test(what_was_said_of_the_list_comes_back),
        cmocka_unit_test(the_order_of_the_entries_leaves_no_trace),
        cmocka_unit_test(a_confirmation_changes_nothing_but_its_moment),
        cmocka_unit_test(a_list_that_was_cut_off_anywhere_is_refused),
        cmocka_unit_test(any_byte_that_is_not_as_it_was_is_noticed),
        cmocka_unit_test(a_list_with_a_right_checksum_and_wrong_bytes_does_no_harm),
        cmocka_unit_test(what_cannot_be_compiled_is_refused),
        cmocka_unit_test(texts_of_a_server_that_are_none_are_left_out),
        cmocka_unit_test(memory_that_runs_out_is_told),
        cmocka_unit_test(lists_at_random_answer_as_a_plain_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
