/* How often a problem is told: whole stories, and their steps one by one. */
#include "control/notify_standing.h"

#include <stdio.h>

#include "base/buf.h"
#include "check.h"

#define HOUR ((int64_t)3600)
#define DAY  (24 * HOUR)
#define NOW  ((int64_t)1800000000)

/* A problem that is looked at every hour: `found` says what is there at that moment (NULL: nothing). */
struct story {
    struct notify_standing standing;
    bool goes_on;
    struct buf told; /* "day:phase:severity " */
};

static void look(struct story *s, const struct notify_finding *finding, int64_t now_s)
{
    struct notify_step step;
    notify_standing_step(s->goes_on ? &s->standing : NULL, finding, now_s, &step);
    switch (step.kind) {
    case NOTIFY_STEP_NOTHING: break;
    case NOTIFY_STEP_TELL:
    case NOTIFY_STEP_KEEP:
        s->goes_on = true;
        s->standing = step.standing;
        break;
    case NOTIFY_STEP_FORGET:
    case NOTIFY_STEP_END: s->goes_on = false; break;
    }
    if (step.kind == NOTIFY_STEP_TELL || step.kind == NOTIFY_STEP_END)
        assert_true(buf_printf(&s->told, "%lld:%s:%s ", (long long)((now_s - NOW) / DAY),
                               notify_phase_names[step.phase], notify_severity_names[step.severity]));
}

static void look_hourly(struct story *s, const struct notify_finding *finding, int64_t from_day, int64_t to_day)
{
    for (int64_t at_s = NOW + from_day * DAY; at_s < NOW + to_day * DAY; at_s += HOUR)
        look(s, finding, at_s);
}

static void check(struct story *s, const char *expected)
{
    assert_str(buf_str(&s->told), str_from(expected));
    buf_fini(&s->told);
}

static struct story story_new(void)
{
    struct story s = {.goes_on = false};
    buf_init(&s.told, 65536);
    return s;
}

static struct notify_finding finding_of(const char *stage, int32_t rank, enum notify_severity severity)
{
    return (struct notify_finding){
        .kind = NOTIFY_EXPIRING, .stage = str_from(stage), .rank = rank, .severity = severity};
}

static void a_warning_is_told_at_growing_intervals_and_its_end_once(void **state)
{
    struct story s = story_new();
    const struct notify_finding finding = finding_of("x", 1, NOTIFY_WARNING);
    (void)state;
    look_hourly(&s, &finding, 0, 30);
    look_hourly(&s, NULL, 30, 40);
    check(&s, "0:begun:warning 1:still:warning 3:still:warning 7:still:warning 14:still:warning 21:still:warning "
              "28:still:warning 30:resolved:warning ");
}

static void what_is_critical_is_told_every_day_and_an_information_once(void **state)
{
    struct story critical = story_new(), info = story_new();
    const struct notify_finding worst = finding_of("x", 1, NOTIFY_CRITICAL), least = finding_of("x", 1, NOTIFY_INFO);
    (void)state;
    look_hourly(&critical, &worst, 0, 4);
    check(&critical, "0:begun:critical 1:still:critical 2:still:critical 3:still:critical ");
    look_hourly(&info, &least, 0, 100);
    check(&info, "0:begun:info ");
}

static void a_worse_stage_is_told_at_once(void **state)
{
    struct story s = story_new();
    const struct notify_finding stages[] = {finding_of("30d", 1, NOTIFY_INFO), finding_of("14d", 2, NOTIFY_WARNING),
                                            finding_of("7d", 3, NOTIFY_WARNING), finding_of("3d", 4, NOTIFY_CRITICAL),
                                            finding_of("3d", 4, NOTIFY_CRITICAL)};
    (void)state;
    look_hourly(&s, &stages[0], 0, 16);
    look_hourly(&s, &stages[1], 16, 23);
    look_hourly(&s, &stages[2], 23, 27);
    look_hourly(&s, &stages[3], 27, 29);
    look_hourly(&s, NULL, 29, 30);
    check(&s, "0:begun:info 16:worse:warning 17:still:warning 19:still:warning 23:worse:warning 24:still:warning "
              "26:still:warning 27:worse:critical 28:still:critical 29:resolved:critical ");
}

static void a_promise_that_comes_to_outlast_the_certificate_makes_it_worse(void **state)
{
    struct story s = story_new();
    const struct notify_finding before = finding_of("14d", 2, NOTIFY_WARNING),
                                after = finding_of("14d", 2, NOTIFY_CRITICAL);
    (void)state;
    look_hourly(&s, &before, 0, 1);
    look(&s, &after, NOW + DAY - 1);
    check(&s, "0:begun:warning 0:worse:critical ");
}

static void a_milder_stage_resolves_the_one_before_and_begins_quietly(void **state)
{
    struct story s = story_new();
    const struct notify_finding before = finding_of("1d", 5, NOTIFY_CRITICAL),
                                after = finding_of("30d", 1, NOTIFY_INFO);
    (void)state;
    look(&s, &before, NOW);
    look_hourly(&s, &after, 1, 10);
    look_hourly(&s, NULL, 10, 11);
    check(&s, "0:begun:critical 1:resolved:critical 10:resolved:info ");
}

static void what_may_pass_by_itself_is_told_when_it_has_not(void **state)
{
    struct story passing = story_new(), lasting = story_new();
    struct notify_finding finding = finding_of("mismatch", 1, NOTIFY_WARNING);
    finding.patience_s = 90;
    (void)state;
    look(&passing, &finding, NOW);
    assert_true(passing.goes_on);
    look(&passing, &finding, NOW + 89);
    look(&passing, NULL, NOW + 95);
    assert_false(passing.goes_on);
    check(&passing, "");
    look(&lasting, &finding, NOW);
    look(&lasting, &finding, NOW + 60);
    look(&lasting, &finding, NOW + 120);
    look(&lasting, &finding, NOW + 180);
    check(&lasting, "0:begun:warning ");
}

static void another_word_for_the_same_problem_is_not_told_anew(void **state)
{
    struct story s = story_new();
    (void)state;
    for (int i = 0; i < 20; i++) {
        const struct notify_finding finding = finding_of(i % 2 ? "unreachable" : "rateLimited", 1, NOTIFY_WARNING);
        look(&s, &finding, NOW + i * HOUR);
    }
    check(&s, "0:begun:warning ");
}

static void a_clock_that_goes_back_neither_repeats_nor_silences(void **state)
{
    struct story s = story_new();
    const struct notify_finding finding = finding_of("x", 1, NOTIFY_WARNING);
    struct notify_finding patient = finding;
    struct story waiting = story_new();
    (void)state;
    look(&s, &finding, NOW);
    look(&s, &finding, NOW - 2 * HOUR); /* a correction */
    check(&s, "0:begun:warning ");
    buf_init(&s.told, 65536);
    look(&s, &finding, NOW - 400 * DAY); /* a year back: not silent until it has passed again */
    look(&s, &finding, NOW - 400 * DAY + HOUR);
    look(&s, &finding, NOW - 398 * DAY);
    check(&s, "-400:still:warning -398:still:warning ");
    patient.patience_s = 3600;
    look(&waiting, &patient, NOW);
    look(&waiting, &patient, NOW - 400 * DAY);
    look(&waiting, &patient, NOW - 400 * DAY + 3599);
    look(&waiting, &patient, NOW - 400 * DAY + 3600);
    check(&waiting, "-399:begun:warning ");
}

static void a_stage_longer_than_its_room_is_cut(void **state)
{
    char stage[NOTIFY_STAGE_SIZE_MAX + 20];
    memset(stage, 'x', sizeof stage - 1);
    stage[sizeof stage - 1] = '\0';
    const struct notify_finding finding = finding_of(stage, 1, NOTIFY_WARNING);
    struct notify_step step;
    (void)state;
    notify_standing_step(NULL, &finding, NOW, &step);
    assert_int_equal(strlen(step.standing.stage), NOTIFY_STAGE_SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_warning_is_told_at_growing_intervals_and_its_end_once),
        cmocka_unit_test(what_is_critical_is_told_every_day_and_an_information_once),
        cmocka_unit_test(a_worse_stage_is_told_at_once),
        cmocka_unit_test(a_promise_that_comes_to_outlast_the_certificate_makes_it_worse),
        cmocka_unit_test(a_milder_stage_resolves_the_one_before_and_begins_quietly),
        cmocka_unit_test(what_may_pass_by_itself_is_told_when_it_has_not),
        cmocka_unit_test(another_word_for_the_same_problem_is_not_told_anew),
        cmocka_unit_test(a_clock_that_goes_back_neither_repeats_nor_silences),
        cmocka_unit_test(a_stage_longer_than_its_room_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
