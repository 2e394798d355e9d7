/* Names that were asked for: which are kept, which make room, and that no reader ever sees half of one. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "random_test.h"
#include "snapshot/counters.h"

#define HOUR_S 3600
#define DAY_S  86400
/* Some moment, in the middle of an hour. */
#define NOW_S ((int64_t)1790000000)

static struct counters_seen *table_new(void)
{
    struct counters_seen *seen = aligned_alloc(4096, sizeof *seen);
    assert_non_null(seen);
    memset(seen, 0, sizeof *seen);
    return seen;
}

static void note(struct counters_seen *seen, uint32_t owner, const char *name, int64_t now_s)
{
    seen_note(seen, owner, str_from(name), SEEN_BY_SNI, now_s);
}

/* Names that nobody asks for again. */
static void flood(struct counters_seen *seen, uint32_t owner, const char *domain, unsigned count, int64_t now_s)
{
    char name[64];
    static unsigned made;
    for (unsigned i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "x%u.%s", made++, domain);
        note(seen, owner, name, now_s);
    }
}

static bool find(const struct counters_seen *seen, uint32_t owner, const char *name, struct seen_record *ret)
{
    const struct seen_shelf *shelf = &seen->shelves[seen_shelf_of(owner)];
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++)
        if (seen_read(shelf, i, ret) && str_eq(str_make(ret->name, ret->size), str_from(name)))
            return true;
    return false;
}

static size_t count_of(const struct counters_seen *seen, uint32_t owner)
{
    const struct seen_shelf *shelf = &seen->shelves[seen_shelf_of(owner)];
    struct seen_record record;
    size_t count = 0;
    for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++)
        count += seen_read(shelf, i, &record) && record.owner == owner;
    return count;
}

static void only_host_names_are_taken(void **state)
{
    static const struct {
        const char *asked, *kept; /* NULL: refused */
    } cases[] = {
        {"a.example.org", "a.example.org"},
        {"A.Example.ORG.", "a.example.org"},
        {"_dmarc.example.org", "_dmarc.example.org"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"a--b.c", "a--b.c"},
        {"1.example", "1.example"},
        {"0123456789.0123456789.0123456789.a.b.c.d.e.f.g", "0123456789.0123456789.0123456789.a.b.c.d.e.f.g"},
        {"a.b.c.d.e.f.g.h.i.j.k", NULL}, /* eleven labels */
        {"", NULL},
        {".", NULL},
        {"a..b", NULL},
        {".a.b", NULL},
        {"a.b..", NULL},
        {"-a.b", NULL},
        {"a-.b", NULL},
        {"a.b-", NULL},
        {"192.0.2.1", NULL},
        {"1.192.0.2.1", NULL},
        {"[2001:db8::1]", NULL},
        {"*.example.org", NULL},
        {"a b.example", NULL},
        {"a\tb.example", NULL},
        {"a\"b.example", NULL},
        {"a<script>.example", NULL},
        {"a/b.example", NULL},
        {"b\xc3\xbc"
         "cher.example",
         NULL},
        {"a.example:443", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[SEEN_NAME_SIZE_MAX];
        struct str name = STR("untouched");
        bool taken = seen_name_read(str_from(cases[i].asked), room, &name);
        if (taken != (cases[i].kept != NULL))
            fail_msg("%s", cases[i].asked);
        assert_str(name, str_from(cases[i].kept ? cases[i].kept : "untouched"));
    }
}

static void a_name_is_as_long_as_the_dns_has_it_and_no_longer(void **state)
{
    char text[SEEN_NAME_SIZE_MAX + 8], room[SEEN_NAME_SIZE_MAX];
    struct str name;
    (void)state;
    memset(text, 'a', sizeof text);
    text[63] = text[127] = text[191] = '.';
    assert_true(seen_name_read(str_make(text, SEEN_NAME_SIZE_MAX), room, &name));
    assert_int_equal(name.size, SEEN_NAME_SIZE_MAX);
    assert_false(seen_name_read(str_make(text, SEEN_NAME_SIZE_MAX + 1), room, &name));
    text[63] = 'a'; /* a label of 127 */
    assert_false(seen_name_read(str_make(text, SEEN_NAME_SIZE_MAX), room, &name));
    text[64] = '.'; /* of 64 */
    assert_false(seen_name_read(str_make(text, SEEN_NAME_SIZE_MAX), room, &name));
    for (size_t cut = 0; cut < 128; cut++) { /* at every byte, in memory of just that size */
        char *exact = malloc(cut ? cut : 1);
        assert_non_null(exact);
        memset(exact, 'b', cut ? cut : 1);
        assert_int_equal(seen_name_read(str_make(exact, cut), room, &name), cut > 0 && cut <= 63);
        free(exact);
    }
}

static void a_name_is_counted_with_when_and_how_it_was_asked_for(void **state)
{
    struct counters_seen *seen = table_new();
    struct seen_record r;
    (void)state;
    assert_int_equal(seen_moved(seen, 7), 0);
    seen_note(seen, 7, STR("a.example.org"), SEEN_BY_SNI, NOW_S);
    seen_note(seen, 7, STR("a.example.org"), SEEN_BY_HOST, NOW_S + 5);
    seen_note(seen, 7, STR("a.example.org"), SEEN_BY_HOST, NOW_S + 2 * HOUR_S);
    assert_true(find(seen, 7, "a.example.org", &r));
    assert_int_equal(r.count, 3);
    assert_int_equal(r.hours, 2);
    assert_int_equal(r.first_s, NOW_S);
    assert_int_equal(r.last_s, NOW_S + 2 * HOUR_S);
    assert_int_equal(r.by, SEEN_BY_SNI | SEEN_BY_HOST);
    assert_int_equal(r.owner, 7);
    assert_int_equal(seen_moved(seen, 7), 3);
    assert_int_equal(count_of(seen, 7), 1);
    free(seen);
}

static void a_flood_below_one_site_leaves_what_came_again_and_all_of_other_sites(void **state)
{
    struct counters_seen *seen = table_new();
    struct seen_record r;
    (void)state;
    note(seen, 1, "one.other.test", NOW_S);
    for (int i = 0; i < 3; i++) {
        note(seen, 0, "legacy.example.org", NOW_S + i);
        note(seen, 0, "intranet.example.org", NOW_S + i);
    }
    flood(seen, 0, "example.org", 20000, NOW_S + 10);
    assert_true(find(seen, 0, "legacy.example.org", &r) && r.count == 3);
    assert_true(find(seen, 0, "intranet.example.org", &r));
    assert_true(find(seen, 1, "one.other.test", &r));
    assert_int_equal(count_of(seen, 0), SEEN_SLOTS_COUNT);
    free(seen);
}

/* A site's place in the counters may be beyond the number of shelves: then two have one. */
static void sites_on_one_shelf_have_half_of_it_each(void **state)
{
    struct counters_seen *seen = table_new();
    const uint32_t a = 3, b = 3 + SEEN_SHELVES_COUNT;
    (void)state;
    flood(seen, a, "a.test", 1000, NOW_S);
    assert_int_equal(count_of(seen, a), SEEN_SLOTS_COUNT);
    flood(seen, b, "b.test", 1000, NOW_S);
    assert_int_equal(count_of(seen, a), SEEN_SLOTS_COUNT / 2);
    flood(seen, a, "a.test", 1000, NOW_S);
    assert_int_equal(count_of(seen, b), SEEN_SLOTS_COUNT / 2);
    free(seen);
}

static void names_come_of_age_and_grow_old(void **state)
{
    struct counters_seen *seen = table_new();
    struct seen_record r;
    char name[64];
    (void)state;
    for (unsigned i = 0; i < SEEN_SLOTS_COUNT; i++) { /* all asked for a week long: the shelf is full of good names */
        (void)snprintf(name, sizeof name, "n%u.example.org", i);
        for (int day = 0; day < 7; day++)
            note(seen, 0, name, NOW_S + day * DAY_S + i);
    }
    flood(seen, 0, "example.org", 1000, NOW_S + 7 * DAY_S);
    size_t left = 0;
    for (unsigned i = 0; i < SEEN_SLOTS_COUNT; i++) {
        (void)snprintf(name, sizeof name, "n%u.example.org", i);
        left += find(seen, 0, name, &r);
    }
    assert_true(left >= SEEN_SLOTS_COUNT * 3 / 4 - 1); /* a quarter is for newcomers */
    flood(seen, 0, "example.org", 1000, NOW_S + 30 * DAY_S);
    left = 0;
    for (unsigned i = 0; i < SEEN_SLOTS_COUNT; i++) {
        (void)snprintf(name, sizeof name, "n%u.example.org", i);
        left += find(seen, 0, name, &r);
    }
    assert_int_equal(left, 0); /* nobody has asked for them in weeks */
    free(seen);
}

static void what_comes_over_hours_is_worth_more_than_what_comes_often(void **state)
{
    (void)state;
    assert_int_equal(seen_worth(1, 1, NOW_S, NOW_S), SEEN_WORTH_NEWCOMER);
    assert_true(seen_worth(1, 2, NOW_S, NOW_S) > SEEN_WORTH_NEWCOMER);
    assert_true(seen_worth(2, 2, NOW_S, NOW_S) > seen_worth(1, UINT64_MAX, NOW_S, NOW_S));
    assert_int_equal(seen_worth(4, 4, NOW_S, NOW_S + SEEN_HALF_LIFE_S), seen_worth(4, 4, NOW_S, NOW_S) / 2);
    assert_int_equal(seen_worth(SEEN_HOURS_MAX, UINT64_MAX, 0, INT64_MAX), 0);
    assert_int_equal(seen_worth(4, 4, NOW_S + DAY_S, NOW_S), 0); /* of a clock that was ahead */
    assert_int_equal(seen_worth(0, 0, INT64_MAX - HOUR_S, INT64_MIN + HOUR_S), 0);
    assert_int_equal(seen_hours_next(5, NOW_S, NOW_S + 1), 5);
    assert_int_equal(seen_hours_next(5, NOW_S, NOW_S + HOUR_S), 6);
    assert_int_equal(seen_hours_next(8, NOW_S, NOW_S + 2 * SEEN_HALF_LIFE_S), 3);
    assert_int_equal(seen_hours_next(SEEN_HOURS_MAX, NOW_S, NOW_S + HOUR_S), SEEN_HOURS_MAX);
}

static void names_of_a_clock_that_was_ahead_make_room(void **state)
{
    struct counters_seen *seen = table_new();
    struct seen_record r;
    (void)state;
    flood(seen, 0, "ahead.test", SEEN_SLOTS_COUNT, NOW_S + 3650 * (int64_t)DAY_S);
    note(seen, 0, "a.test", NOW_S);
    flood(seen, 0, "now.test", SEEN_SLOTS_COUNT - 1, NOW_S + 1);
    assert_true(find(seen, 0, "a.test", &r));
    free(seen);
}

/* What a worker leaves that dies at any store of a write, for each of them. */
static void a_slot_that_was_left_in_the_middle_of_a_write_is_unused_and_used_again(void **state)
{
    struct counters_seen *seen = table_new();
    struct seen_slot *slot = &seen->shelves[0].slots[0];
    struct seen_record r;
    (void)state;
    note(seen, 0, "a.example.org", NOW_S);
    slot->version |= 1; /* died here */
    slot->count = 77;
    assert_false(seen_read(&seen->shelves[0], 0, &r));
    assert_int_equal(count_of(seen, 0), 0);
    note(seen, 0, "b.example.org", NOW_S);
    assert_true(seen_read(&seen->shelves[0], 0, &r));
    assert_str(str_make(r.name, r.size), STR("b.example.org"));
    assert_int_equal(r.count, 1);
    note(seen, 0, "a.example.org", NOW_S);
    assert_true(find(seen, 0, "a.example.org", &r) && r.count == 1);
    free(seen);
}

/* Two writers on one block, or memory of another kind: no version tells, the name and its hash do. */
static void a_mixed_slot_is_unused(void **state)
{
    struct counters_seen *seen = table_new();
    struct seen_slot *slot = &seen->shelves[0].slots[0];
    struct seen_record r;
    (void)state;
    note(seen, 0, "abcdefgh.example.org", NOW_S);
    const struct seen_shelf right = seen->shelves[0];
    slot->name[0] ^= 1;
    assert_false(seen_read(&seen->shelves[0], 0, &r));
    for (unsigned size = 0; size < 256; size++) {
        seen->shelves[0] = right;
        slot->facts = (slot->facts & 0x00ffffffffffffffull) | (uint64_t)size << 56;
        assert_int_equal(seen_read(&seen->shelves[0], 0, &r), size == 20);
    }
    seen->shelves[0] = right;
    seen->shelves[0].hashes[0]++;
    assert_false(seen_read(&seen->shelves[0], 0, &r));
    free(seen);
}

/* Any sequence of names leaves at most so many, each with what was said of it since it came in. */
static void any_sequence_leaves_a_table_that_can_be_read(void **state)
{
    struct counters_seen *seen = table_new();
    uint64_t random = random_test_number("SEEN_SEED", 20261126);
    int64_t now_s = NOW_S;
    char name[64];
    (void)state;
    for (size_t i = 0; i < RANDOM_TEST_COUNT(200000u, 20000u); i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint32_t owner = (uint32_t)(random >> 60) * SEEN_SHELVES_COUNT / 4; /* eight of them on two shelves … */
        now_s += (int64_t)(random >> 40 & 0xff) - 16;
        (void)snprintf(name, sizeof name, "n%u.s%u.test", (unsigned)(random >> 33 & 0x3f), owner);
        note(seen, owner, name, now_s);
        struct seen_record r;
        assert_true(find(seen, owner, name, &r)); /* who has just come is there */
        assert_int_equal(r.last_s, now_s);
        assert_int_equal(r.owner, owner);
        assert_true(r.count >= 1 && r.hours >= 1 && r.hours <= SEEN_HOURS_MAX);
    }
    free(seen);
}

struct race {
    struct counters_seen *seen;
    bool over;
};

/* Names of one letter, as many of it as the number of the name says: a mixture is seen. */
static void *write_names(void *context)
{
    struct race *race = context;
    char name[128];
    unsigned count = RANDOM_TEST_COUNT(400000u, 60000u);
    for (unsigned i = 0; i < count; i++) {
        unsigned number = i * 7 % 101 % 60 + 1;
        memset(name, (int)('a' + number % 26), number);
        (void)snprintf(name + number, sizeof name - number, ".test");
        note(race->seen, 0, name, NOW_S + number);
    }
    __atomic_store_n(&race->over, true, __ATOMIC_RELEASE);
    return NULL;
}

static void a_reader_beside_the_writer_sees_whole_names_only(void **state)
{
    struct race race = {.seen = table_new()};
    pthread_t writer;
    size_t read = 0;
    (void)state;
    assert_int_equal(pthread_create(&writer, NULL, write_names, &race), 0);
    for (bool over = false; !over;) {
        over = __atomic_load_n(&race.over, __ATOMIC_ACQUIRE);
        for (size_t i = 0; i < SEEN_SLOTS_COUNT; i++) {
            struct seen_record r;
            if (!seen_read(&race.seen->shelves[0], i, &r))
                continue;
            size_t number = r.size - strlen(".test");
            for (size_t k = 0; k < number; k++)
                assert_int_equal(r.name[k], 'a' + (int)(number % 26));
            assert_string_equal(r.name + number, ".test");
            assert_int_equal(r.last_s, NOW_S + (int64_t)number); /* the other words are of the same writing */
            read++;
        }
    }
    assert_int_equal(pthread_join(writer, NULL), 0);
    assert_true(read >= SEEN_SLOTS_COUNT); /* the last round, with nobody writing any more */
    free(race.seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_host_names_are_taken),
        cmocka_unit_test(a_name_is_as_long_as_the_dns_has_it_and_no_longer),
        cmocka_unit_test(a_name_is_counted_with_when_and_how_it_was_asked_for),
        cmocka_unit_test(a_flood_below_one_site_leaves_what_came_again_and_all_of_other_sites),
        cmocka_unit_test(sites_on_one_shelf_have_half_of_it_each),
        cmocka_unit_test(names_come_of_age_and_grow_old),
        cmocka_unit_test(what_comes_over_hours_is_worth_more_than_what_comes_often),
        cmocka_unit_test(names_of_a_clock_that_was_ahead_make_room),
        cmocka_unit_test(a_slot_that_was_left_in_the_middle_of_a_write_is_unused_and_used_again),
        cmocka_unit_test(a_mixed_slot_is_unused),
        cmocka_unit_test(any_sequence_leaves_a_table_that_can_be_read),
        cmocka_unit_test(a_reader_beside_the_writer_sees_whole_names_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
