/* The clock by itself: what it believes, what it asks for, and that it never counts time that has not passed. */
#include "check.h"

#include <stdlib.h>

#include "hsts/clock.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DAY_S        86400
#define T0           1700000000

static const struct hsts_clock_saved never = {0};

static struct hsts_clock_reading read_at(int64_t wall_s, int64_t elapsed_s)
{
    return (struct hsts_clock_reading){.wall_s = wall_s, .elapsed_s = elapsed_s};
}

static struct hsts_clock_reading read_synchronised(int64_t wall_s, int64_t elapsed_s)
{
    return (struct hsts_clock_reading){.wall_s = wall_s, .elapsed_s = elapsed_s, .synchronised = true};
}

static bool look(struct hsts_clock *clock, struct hsts_clock_reading reading, struct ledger_mend *ret)
{
    return hsts_clock_look(clock, &reading, ret);
}

static int64_t over(const struct hsts_clock *clock, struct hsts_clock_reading reading)
{
    return hsts_clock_over(clock, &reading);
}

static enum hsts_clock_trust trust(const struct hsts_clock *clock, struct hsts_clock_reading reading)
{
    char room[HSTS_CLOCK_WHY_SIZE];
    enum hsts_clock_trust answer = hsts_clock_trust(clock, &reading);
    assert_int_equal(hsts_clock_why(clock, &reading, room).size == 0, answer == HSTS_CLOCK_GOOD);
    return answer;
}

static void start(struct hsts_clock *clock, int64_t over_s, int64_t sure_s, struct hsts_clock_reading reading)
{
    const struct hsts_clock_saved saved = {over_s, sure_s};
    hsts_clock_start(clock, &saved, &reading);
}

static void assert_mend(const struct ledger_mend *mend, int64_t since_s, int64_t by_s)
{
    assert_int_equal(mend->since_s, since_s);
    assert_int_equal(mend->by_s, by_s);
    assert_true(mend->drop_caps);
}

static void the_first_start_believes_the_wall_clock(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    struct hsts_clock_reading reading = read_at(T0, 50);
    hsts_clock_start(&clock, &never, &reading);
    assert_false(look(&clock, reading, &mend));
    assert_int_equal(over(&clock, reading), T0);
    assert_int_equal(over(&clock, read_at(5, 60)), T0 + 10); /* by elapsed time alone */
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_GOOD);
}

static void a_jump_moves_nothing_and_is_believed_after_a_day(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    start(&clock, 0, 0, read_at(T0, 0));
    struct hsts_clock_reading jumped = read_at(T0 + 1000 + 60, 60);
    assert_false(look(&clock, jumped, &mend));
    assert_int_equal(over(&clock, jumped), T0 + 60);
    assert_int_equal(hsts_clock_latest(&clock, &jumped), T0 + 1060);
    assert_int_equal(trust(&clock, jumped), HSTS_CLOCK_JUMPED);
    assert_true(hsts_clock_bounds(&clock, &jumped));
    assert_false(look(&clock, read_at(T0 + 1000 + 60 + DAY_S - 1, 60 + DAY_S - 1), &mend));
    struct hsts_clock_reading settled = read_at(T0 + 1000 + 60 + DAY_S, 60 + DAY_S);
    assert_true(look(&clock, settled, &mend));
    assert_mend(&mend, INT64_MIN, 1000);
    assert_int_equal(trust(&clock, settled), HSTS_CLOCK_GOOD);
    assert_int_equal(over(&clock, settled), T0 + 60 + DAY_S); /* not before the ledger is mended */
    assert_true(look(&clock, settled, &mend));
    hsts_clock_mended(&clock, &mend);
    assert_int_equal(over(&clock, settled), T0 + 1060 + DAY_S);
    assert_false(look(&clock, settled, &mend));
}

static void a_second_jump_starts_the_day_anew(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    start(&clock, 0, 0, read_at(T0, 0));
    assert_false(look(&clock, read_at(T0 + 1000, 0), &mend));
    assert_false(look(&clock, read_at(T0 + 2000 + DAY_S - 1, DAY_S - 1), &mend));
    assert_false(look(&clock, read_at(T0 + 2000 + DAY_S, DAY_S), &mend));
    assert_int_equal(trust(&clock, read_at(T0 + 2000 + DAY_S, DAY_S)), HSTS_CLOCK_JUMPED);
}

static void small_steps_add_up_to_a_jump(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    start(&clock, 0, 0, read_at(T0, 0));
    assert_false(look(&clock, read_at(T0 + 110, 10), &mend));
    assert_false(look(&clock, read_at(T0 + 310, 10), &mend));
    assert_int_equal(trust(&clock, read_at(T0 + 310, 10)), HSTS_CLOCK_GOOD);
    assert_false(look(&clock, read_at(T0 + 311, 10), &mend));
    assert_int_equal(trust(&clock, read_at(T0 + 311, 10)), HSTS_CLOCK_JUMPED);
}

static void a_clock_set_back_is_worth_no_cap(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    start(&clock, 0, 0, read_at(T0, 0));
    struct hsts_clock_reading slight = read_at(T0 - 290, 10), back = read_at(T0 - 291, 10);
    assert_true(hsts_clock_bounds(&clock, &slight));
    assert_false(look(&clock, slight, &mend));
    assert_false(hsts_clock_bounds(&clock, &back));
    assert_true(look(&clock, back, &mend));
    assert_mend(&mend, T0 + 10 - LEDGER_SLACK_S, 0); /* caps of what may still be served somewhere */
    hsts_clock_mended(&clock, &mend);
    assert_int_equal(over(&clock, back), T0 + 10);
    assert_int_equal(hsts_clock_latest(&clock, &back), T0 + 10);
    assert_int_equal(trust(&clock, back), HSTS_CLOCK_JUMPED);
    assert_true(look(&clock, back, &mend)); /* as long as it lasts */
    assert_false(look(&clock, read_at(T0 + 20, 20), &mend));
}

static void a_late_look_reaches_back_to_what_drained_when_the_clock_was_set(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    start(&clock, 0, 0, read_at(T0, 0));
    assert_false(look(&clock, read_at(T0 + 10, 10), &mend));
    assert_true(look(&clock, read_at(T0 + 10, 10 + DAY_S), &mend));
    assert_mend(&mend, T0 + 10 - LEDGER_SLACK_S, 0);
    assert_true(look(&clock, read_at(T0 + 10 + DAY_S, 10 + 2 * DAY_S), &mend));
    assert_mend(&mend, T0 + 10 - LEDGER_SLACK_S, 0);
    assert_false(look(&clock, read_at(T0 + 2 * DAY_S, 2 * DAY_S), &mend));
    assert_true(look(&clock, read_at(T0 + DAY_S, 2 * DAY_S), &mend));
    assert_mend(&mend, T0 + 2 * DAY_S - LEDGER_SLACK_S, 0);
}

static void downtime_is_counted_when_a_time_server_vouches_for_both_ends(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct hsts_clock_saved saved;
    struct ledger_mend mend;
    struct hsts_clock_reading reading = read_synchronised(T0, 0);
    hsts_clock_start(&clock, &never, &reading);
    assert_false(look(&clock, reading, &mend));
    reading = read_at(T0 + 77, 77);
    hsts_clock_save(&clock, &reading, &saved);
    assert_int_equal(saved.over_s, T0 + 77);
    assert_int_equal(saved.sure_s, T0 - HSTS_CLOCK_NOTICE_S); /* of the last hour the time server may not know yet */
    reading = read_synchronised(T0 + 7 * DAY_S, 5);
    hsts_clock_start(&clock, &saved, &reading);
    assert_int_equal(over(&clock, reading), T0 + 77);
    assert_true(look(&clock, reading, &mend));
    assert_mend(&mend, saved.sure_s, 7 * DAY_S - 77); /* nothing that had ended before then moves */
    hsts_clock_save(&clock, &reading, &saved);
    assert_int_equal(saved.over_s, T0 + 77);
    hsts_clock_mended(&clock, &mend);
    assert_int_equal(over(&clock, reading), T0 + 7 * DAY_S);
    assert_false(look(&clock, reading, &mend));
    hsts_clock_save(&clock, &reading, &saved);
    assert_int_equal(saved.sure_s, T0 + 7 * DAY_S - HSTS_CLOCK_NOTICE_S);
}

static void downtime_that_nobody_vouches_for_is_not_counted(void **state)
{
    (void)state;
    static const struct {
        int64_t gap_s;
        enum hsts_clock_trust trust;
    } cases[] = {{0, HSTS_CLOCK_GOOD},
                 {HSTS_CLOCK_DOWNTIME_S, HSTS_CLOCK_GOOD},
                 {HSTS_CLOCK_DOWNTIME_S + 1, HSTS_CLOCK_JUMPED},
                 {-HSTS_CLOCK_JUMP_S, HSTS_CLOCK_GOOD},
                 {-HSTS_CLOCK_JUMP_S - 1, HSTS_CLOCK_JUMPED}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hsts_clock clock;
        struct ledger_mend mend;
        struct hsts_clock_reading reading = read_at(T0 + cases[i].gap_s, 5);
        start(&clock, T0, T0, reading);
        bool back = cases[i].gap_s < -HSTS_CLOCK_JUMP_S;
        assert_int_equal(look(&clock, reading, &mend), back);
        assert_int_equal(over(&clock, reading), T0);
        assert_int_equal(trust(&clock, reading), cases[i].trust);
        reading = read_at(T0 + cases[i].gap_s + DAY_S, 5 + DAY_S);
        bool mends = look(&clock, reading, &mend);
        assert_int_equal(mends, back || cases[i].gap_s > HSTS_CLOCK_JUMP_S);
        if (mends)
            assert_mend(&mend, back ? T0 - LEDGER_SLACK_S : INT64_MIN, back ? 0 : cases[i].gap_s);
        assert_int_equal(trust(&clock, reading), HSTS_CLOCK_GOOD);
    }
}

/* A machine without a battery starts with the clock of its last shutdown, and a time server corrects it seconds later.
 */
static void what_was_written_by_a_clock_that_was_behind_moves_with_it(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    start(&clock, T0, T0, read_at(T0 + 1, 5));
    assert_false(look(&clock, read_at(T0 + 1, 5), &mend));
    struct hsts_clock_reading reading = read_synchronised(T0 + 7 * DAY_S, 15);
    assert_true(look(&clock, reading, &mend));
    assert_mend(&mend, T0, 7 * DAY_S - 10);
    hsts_clock_mended(&clock, &mend);
    assert_int_equal(over(&clock, reading), T0 + 7 * DAY_S);
}

static void within_a_process_elapsed_time_is_the_better_witness(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct hsts_clock_saved saved;
    struct ledger_mend mend;
    start(&clock, 0, 0, read_synchronised(T0, 0));
    assert_false(look(&clock, read_synchronised(T0, 0), &mend));
    struct hsts_clock_reading reading = read_synchronised(T0 + 5000, 100); /* a virtual machine that was stopped */
    assert_true(look(&clock, reading, &mend));
    assert_mend(&mend, INT64_MIN, 4900);
    hsts_clock_save(&clock, &reading, &saved);
    assert_int_equal(saved.over_s, T0 + 100);
    assert_int_equal(saved.sure_s, T0 - HSTS_CLOCK_NOTICE_S); /* what was written since may be too early */
    hsts_clock_mended(&clock, &mend);
    assert_false(look(&clock, reading, &mend));
    hsts_clock_save(&clock, &reading, &saved);
    assert_int_equal(saved.over_s, T0 + 5000);
    assert_int_equal(saved.sure_s, T0 + 5000 - HSTS_CLOCK_NOTICE_S);
}

static void an_operator_may_vouch_for_the_clock(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    struct hsts_clock_reading reading = read_at(T0 + 7 * DAY_S, 5);
    start(&clock, T0, T0, reading);
    assert_false(look(&clock, reading, &mend));
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_JUMPED);
    hsts_clock_confirm(&clock, &reading);
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_GOOD);
    assert_true(look(&clock, reading, &mend));
    assert_mend(&mend, T0, 7 * DAY_S);
    hsts_clock_mended(&clock, &mend);
    assert_false(look(&clock, reading, &mend));
    /* His word does not hold for the next jump. */
    reading = read_at(T0 + 99 * DAY_S, 6);
    assert_false(look(&clock, reading, &mend));
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_JUMPED);
}

static void evidence_moves_the_clock_and_every_end_with_it(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct ledger_mend mend;
    struct hsts_clock_reading reading = read_at(T0, 5);
    start(&clock, 0, 0, reading);
    hsts_clock_saw(&clock, T0 + HSTS_CLOCK_JUMP_S);
    assert_false(look(&clock, reading, &mend));
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_GOOD);
    hsts_clock_saw(&clock, T0 + DAY_S);
    hsts_clock_saw(&clock, T0);
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_BEHIND);
    assert_int_equal(hsts_clock_latest(&clock, &reading), T0 + DAY_S);
    assert_true(look(&clock, reading, &mend));
    assert_mend(&mend, INT64_MIN, DAY_S);
    hsts_clock_mended(&clock, &mend);
    assert_int_equal(over(&clock, reading), T0 + DAY_S);
    assert_false(hsts_clock_bounds(&clock, &reading));
    reading = read_synchronised(T0 + DAY_S + 1, 6);
    assert_false(look(&clock, reading, &mend));
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_GOOD);
}

static void why_names_the_way_and_the_distance(void **state)
{
    (void)state;
    char room[HSTS_CLOCK_WHY_SIZE];
    struct hsts_clock clock;
    struct ledger_mend mend;
    struct hsts_clock_reading reading = read_at(T0 + 5000, 0);
    start(&clock, T0, T0, reading);
    assert_str(hsts_clock_why(&clock, &reading, room),
               STR("this machine's clock was set forward and no time server vouches for it; it is 5000 seconds ahead "
                   "of what was counted"));
    reading = read_at(T0 - 1000, 0);
    assert_true(look(&clock, reading, &mend));
    assert_str(hsts_clock_why(&clock, &reading, room),
               STR("this machine's clock was set back and no time server vouches for it; it is 1000 seconds behind "
                   "what was counted"));
    hsts_clock_saw(&clock, T0);
    assert_str(hsts_clock_why(&clock, &reading, room),
               STR("this machine's clock is at least 1000 seconds behind: a certificate or another server shows a "
                   "later time"));
}

static void a_clock_that_is_ahead_is_not_right(void **state)
{
    (void)state;
    struct hsts_clock clock;
    struct hsts_clock_saved saved;
    struct ledger_mend mend;
    start(&clock, 0, 0, read_at(T0 + DAY_S, 0)); /* the first start was in the future */
    struct hsts_clock_reading reading = read_synchronised(T0, 0);
    assert_true(look(&clock, reading, &mend));
    assert_int_equal(mend.by_s, 0);
    hsts_clock_mended(&clock, &mend);
    assert_int_equal(over(&clock, reading), T0 + DAY_S);
    assert_int_equal(trust(&clock, reading), HSTS_CLOCK_GOOD);
    hsts_clock_save(&clock, &reading, &saved);
    assert_int_equal(saved.sure_s, 0);
}

static void a_backup_is_as_late_as_its_record(void **state)
{
    (void)state;
    static const struct {
        struct hsts_clock_saved here, backup, result;
        struct ledger_mend mend;
    } cases[] = {
        {{0, 0}, {500, 400}, {500, 400}, {INT64_MAX, 0, false}},
        {{500, 400}, {0, 0}, {500, 400}, {INT64_MAX, 0, false}},
        /* Here the clock was right, so time has passed since the backup. */
        {{90000, 86400}, {500, 400}, {90000, 86400}, {400, 89500, true}},
        {{90000, 86340}, {89900, 86300}, {90000, 86340}, {86300, 100, false}},
        /* Here it was not, or longer ago. */
        {{90000, 86339}, {500, 400}, {90000, 86339}, {INT64_MIN, 89500, true}},
        /* The backup is the younger one. */
        {{500, 450}, {9000, 400}, {500, 400}, {INT64_MAX, 0, false}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hsts_clock_saved result;
        struct ledger_mend mend;
        hsts_clock_merge(&cases[i].here, &cases[i].backup, &result, &mend);
        assert_int_equal(result.over_s, cases[i].result.over_s);
        assert_int_equal(result.sure_s, cases[i].result.sure_s);
        assert_int_equal(mend.since_s, cases[i].mend.since_s);
        assert_int_equal(mend.by_s, cases[i].mend.by_s);
        assert_int_equal(mend.drop_caps, cases[i].mend.drop_caps);
    }
}

/*
 * A machine's life with true time known: the process runs, jumps, is restarted from a record that may be some seconds
 * old. Ends are stamped now and then. Each may be reached by the clock no sooner than the time since has really passed.
 */
#define STAMPS_COUNT 24
#define LIVES_COUNT  3000
#define STEPS_COUNT  120

struct life {
    struct hsts_clock clock;
    struct hsts_clock_saved saved;
    int64_t true_s, boot_s, wall_error_s;
    bool synchronised;
    struct {
        struct ledger_entry entry;
        int64_t true_s;
    } stamps[STAMPS_COUNT];
    size_t stamps_count;
};

static struct hsts_clock_reading reading_of(const struct life *life)
{
    return (struct hsts_clock_reading){.wall_s = life->true_s + life->wall_error_s,
                                       .elapsed_s = life->true_s - life->boot_s,
                                       .synchronised = life->synchronised};
}

static void look_and_mend(struct life *life)
{
    struct ledger_mend mend;
    const struct hsts_clock_reading reading = reading_of(life);
    if (!hsts_clock_look(&life->clock, &reading, &mend))
        return;
    for (size_t i = 0; i < life->stamps_count; i++)
        (void)ledger_mend_entry(&mend, &life->stamps[i].entry);
    hsts_clock_mended(&life->clock, &mend);
    if (random() % 2)
        hsts_clock_save(&life->clock, &reading, &life->saved); /* or it is lost, and asked for once more */
}

static void stamp(struct life *life)
{
    if (life->stamps_count == STAMPS_COUNT)
        return;
    const struct hsts_clock_reading reading = reading_of(life);
    life->stamps[life->stamps_count].entry = (struct ledger_entry){.to_s = hsts_clock_over(&life->clock, &reading)};
    life->stamps[life->stamps_count++].true_s = life->true_s;
    if (random() % 2)
        hsts_clock_save(&life->clock, &reading, &life->saved);
}

static int64_t random_span(void)
{
    static const int64_t spans[] = {10, 200, 4000, DAY_S, 2 * DAY_S, 40 * DAY_S};
    return 1 + random() % spans[random() % 6];
}

static void live_one_step(struct life *life)
{
    switch (random() % 8) {
    case 0: /* a jump that nobody vouches for */
        life->synchronised = false;
        life->wall_error_s += random() % 2 ? random_span() : -random_span();
        break;
    case 1: /* a time server */
        life->synchronised = true;
        life->wall_error_s = 0;
        break;
    case 2: { /* the machine is off */
        life->true_s += random_span();
        life->boot_s = life->true_s - random() % 20;
        life->synchronised = random() % 3 == 0;
        life->wall_error_s = life->synchronised ? 0 : random() % 2 ? life->wall_error_s : -random_span();
        const struct hsts_clock_reading reading = reading_of(life);
        hsts_clock_start(&life->clock, &life->saved, &reading);
        break;
    }
    case 3: /* evidence, right or wrong */
        hsts_clock_saw(&life->clock, life->true_s + (random() % 2 ? -random_span() : random_span()));
        break;
    default: life->true_s += random_span();
    }
    look_and_mend(life);
    if (random() % 2)
        stamp(life);
}

static void check_life(const struct life *life)
{
    const struct hsts_clock_reading reading = reading_of(life);
    int64_t over_s = hsts_clock_over(&life->clock, &reading);
    for (size_t i = 0; i < life->stamps_count; i++) {
        int64_t counted_s = over_s - life->stamps[i].entry.to_s, passed_s = life->true_s - life->stamps[i].true_s;
        if (counted_s > passed_s + 2 * HSTS_CLOCK_JUMP_S)
            fail_msg("%lld seconds were counted of %lld", (long long)counted_s, (long long)passed_s);
    }
}

static void no_more_time_is_counted_than_has_passed(void **state)
{
    (void)state;
    srandom(3);
    for (int i = 0; i < LIVES_COUNT; i++) {
        struct life life = {.true_s = T0, .boot_s = T0 - 5, .wall_error_s = random() % 2 ? 0 : -random_span()};
        const struct hsts_clock_reading reading = reading_of(&life);
        hsts_clock_start(&life.clock, &never, &reading);
        look_and_mend(&life);
        hsts_clock_save(&life.clock, &reading, &life.saved);
        for (int step = 0; step < STEPS_COUNT; step++) {
            live_one_step(&life);
            check_life(&life);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_start_believes_the_wall_clock),
        cmocka_unit_test(a_jump_moves_nothing_and_is_believed_after_a_day),
        cmocka_unit_test(a_second_jump_starts_the_day_anew),
        cmocka_unit_test(small_steps_add_up_to_a_jump),
        cmocka_unit_test(a_clock_set_back_is_worth_no_cap),
        cmocka_unit_test(a_late_look_reaches_back_to_what_drained_when_the_clock_was_set),
        cmocka_unit_test(downtime_is_counted_when_a_time_server_vouches_for_both_ends),
        cmocka_unit_test(downtime_that_nobody_vouches_for_is_not_counted),
        cmocka_unit_test(what_was_written_by_a_clock_that_was_behind_moves_with_it),
        cmocka_unit_test(within_a_process_elapsed_time_is_the_better_witness),
        cmocka_unit_test(an_operator_may_vouch_for_the_clock),
        cmocka_unit_test(evidence_moves_the_clock_and_every_end_with_it),
        cmocka_unit_test(why_names_the_way_and_the_distance),
        cmocka_unit_test(a_clock_that_is_ahead_is_not_right),
        cmocka_unit_test(a_backup_is_as_late_as_its_record),
        cmocka_unit_test(no_more_time_is_counted_than_has_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
