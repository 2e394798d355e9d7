/* A day of clients as text: nothing is lost, nothing of another's making is taken, and of two the right one wins. */
#include "check.h"

#include "store/clients_day.h"

#define FIREFOX 3
#define SEED    88172645463325252u

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct clients_sum any_sum(uint64_t *random)
{
    struct clients_sum sum = {.level = next(random) % 20, .https_level = next(random) % 20};
    uint32_t *const numbers[] = {&sum.http,     &sum.redirected, &sum.arrived,    &sum.waiting,
                                 &sum.stranded, &sum.secret,     &sum.programs,   &sum.stranded_ipv6,
                                 &sum.https,    &sum.failed,     &sum.failed_ipv6};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = next(random) % 3 ? (uint32_t)next(random) : 0;
    for (size_t i = 0; i < 40; i++) {
        sum.stranded_by_class[next(random) % CLIENTS_CLASSES_COUNT] = (uint32_t)next(random);
        sum.secret_by_class[next(random) % CLIENTS_CLASSES_COUNT] = (uint32_t)next(random);
        sum.sent_browsers_by_class[next(random) % CLIENTS_CLASSES_COUNT] = (uint32_t)next(random);
        sum.stranded_browsers_by_class[next(random) % CLIENTS_CLASSES_COUNT] = (uint32_t)next(random);
        sum.https_by_class[next(random) % CLIENTS_CLASSES_COUNT] = (uint32_t)next(random);
        if (sum.failed)
            sum.failed_by_cause[1 + next(random) % 12] = (uint32_t)next(random);
    }
    for (size_t i = 0; sum.failed && i < HELLO_CLASSES_COUNT; i++)
        if (next(random) % 2) {
            sum.failed_by_class[i] = 1 + (uint32_t)(next(random) % 1000);
            sum.failed_cause_of_class[i] = (uint8_t)(1 + next(random) % 12);
        }
    for (size_t i = 0; i < CLIENTS_NETWORKS_COUNT; i++)
        sum.stranded_by_network[sum.networks_count++] =
            (struct clients_network){.network = next(random) % 4 ? (uint64_t)1 << 33 | (uint32_t)next(random) : 0,
                                     .counted = UINT32_MAX / 100,
                                     .browsers = (uint32_t)(next(random) % (UINT32_MAX / 100))};
    return sum;
}

static void what_is_written_is_read(void **state)
{
    uint64_t random = SEED;
    (void)state;
    for (int i = 0; i < 500; i++) {
        struct clients_sum sum = any_sum(&random), read;
        struct buf text;
        struct err err = {0};
        buf_init(&text, CLIENTS_DAY_SIZE_MAX);
        clients_day_write(&sum, &text);
        assert_true(buf_ok(&text)); /* however full: it fits */
        if (!clients_day_read(buf_str(&text), &read, &err))
            fail_msg("%s: %.*s", err.text, STR_ARG(buf_str(&text)));
        clients_day_cut(&sum);
        assert_memory_equal(&read, &sum, offsetof(struct clients_sum, stranded_by_network));
        assert_int_equal(read.networks_count, sum.networks_count);
        for (size_t k = 0; k < sum.networks_count; k++)
            assert_memory_equal(&read.stranded_by_network[k], &sum.stranded_by_network[k],
                                sizeof *sum.stranded_by_network);
        assert_memory_equal(&read.https_level, &sum.https_level,
                            sizeof sum - offsetof(struct clients_sum, https_level));
        buf_fini(&text);
    }
}

static void a_quiet_day_is_short(void **state)
{
    struct clients_sum sum = {.http = 3, .redirected = 3, .arrived = 3, .https = 5};
    struct buf text;
    (void)state;
    sum.https_by_class[FIREFOX] = 5;
    buf_init(&text, CLIENTS_DAY_SIZE_MAX);
    clients_day_write(&sum, &text);
    assert_str(buf_str(&text),
               STR("{\"http\":3,\"redirected\":3,\"arrived\":3,\"https\":5,\"https_by_class\":[[3,5]]}"));
    buf_fini(&text);
}

static void ten_networks_are_told_and_the_rest_is_one(void **state)
{
    struct clients_sum sum = {0};
    (void)state;
    sum.stranded_by_network[sum.networks_count++] = (struct clients_network){.counted = 50, .browsers = 2};
    for (uint64_t i = 1; i <= 12; i++)
        sum.stranded_by_network[sum.networks_count++] =
            (struct clients_network){.network = i, .counted = 20 - (uint32_t)i, .browsers = 1};
    clients_day_cut(&sum);
    assert_int_equal(sum.networks_count, CLIENTS_DAY_NETWORKS_COUNT + 1);
    assert_int_equal(sum.stranded_by_network[0].network, 1);
    assert_int_equal(sum.stranded_by_network[10].network, 0);
    assert_int_equal(sum.stranded_by_network[10].counted, 50 + 9 + 8);
    assert_int_equal(sum.stranded_by_network[10].browsers, 2 + 2);
    clients_day_cut(&sum); /* once is enough */
    assert_int_equal(sum.stranded_by_network[10].counted, 50 + 9 + 8);
    sum = (struct clients_sum){0};
    clients_day_cut(&sum);
    assert_int_equal(sum.networks_count, 0);
}

static void text_that_nobody_wrote_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "[]",
                                        "7",
                                        "{",
                                        "{\"http\":-1}",
                                        "{\"http\":4294967296}",
                                        "{\"http\":\"3\"}",
                                        "{\"level\":33}",
                                        "{\"https_by_class\":[[32,1]]}",
                                        "{\"https_by_class\":[[-1,1]]}",
                                        "{\"https_by_class\":[[1]]}",
                                        "{\"https_by_class\":[1]}",
                                        "{\"https_by_class\":{\"1\":1}}",
                                        "{\"networks\":[[1,2,3]]}", /* more browsers than clients */
                                        "{\"networks\":[[1,2]]}",
                                        "{\"networks\":[[1,0,0],[1,0,0],[1,0,0],[1,0,0],[1,0,0],[1,0,0],[1,0,0],"
                                        "[1,0,0],[1,0,0],[1,0,0],[1,0,0],[1,0,0]]}",
                                        "{\"failed_by_cause\":{\"version\":true}}",
                                        "{\"failed_classes\":[[200,1,\"version\"]]}",
                                        "{\"failed_classes\":[[1]]}"};
    struct clients_sum sum = {.http = 77};
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (clients_day_read(str_from(texts[i]), &sum, &err))
            fail_msg("%s is taken", texts[i]);
        assert_int_equal(sum.http, 77); /* untouched */
        assert_int_equal(err.code, ERR_INPUT);
    }
    assert_true(clients_day_read(STR("{\"of_a_newer_program\":[1],\"http\":5}"), &sum, &err));
    assert_int_equal(sum.http, 5);
}

static void no_beginning_of_a_text_is_a_text(void **state)
{
    uint64_t random = SEED + 1;
    const struct clients_sum sum = any_sum(&random);
    struct clients_sum read;
    struct buf text;
    (void)state;
    buf_init(&text, CLIENTS_DAY_SIZE_MAX);
    clients_day_write(&sum, &text);
    for (size_t size = 0; size < text.size; size++)
        assert_false(clients_day_read(str_part(buf_str(&text), 0, size), &read, NULL));
    buf_fini(&text);
}

static void the_later_of_one_memory_and_the_larger_of_two_wins(void **state)
{
    const struct clients_day morning = {.made_at_s = 1, .at_s = 100, .sum = {.http = 10, .https = 90}};
    const struct clients_day noon = {.made_at_s = 1, .at_s = 200, .sum = {.http = 12, .https = 91}};
    /* a sample that was halved says fewer by chance */
    const struct clients_day halved = {.made_at_s = 1, .at_s = 300, .sum = {.http = 5, .level = 1, .https = 80}};
    const struct clients_day restarted = {.made_at_s = 2, .at_s = 400, .sum = {.https = 20}};
    const struct clients_day evening = {
        .made_at_s = 2, .at_s = 500, .sum = {.https = 60, .https_level = 1, .failed = 1}};
    (void)state;
    assert_true(clients_day_wins(&noon, &morning));
    assert_false(clients_day_wins(&morning, &noon));
    assert_true(clients_day_wins(&halved, &noon));
    assert_false(clients_day_wins(&restarted, &noon));
    assert_true(clients_day_wins(&noon, &restarted));
    assert_true(clients_day_wins(&evening, &noon));
    assert_true(clients_day_wins(&noon, &noon)); /* the same again changes nothing */
}

static void any_two_days_have_one_winner(void **state)
{
    uint64_t random = SEED + 2;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct clients_day a = {.made_at_s = (int64_t)(next(&random) % 2), .at_s = (int64_t)(next(&random) % 1000)};
        struct clients_day b = {.made_at_s = (int64_t)(next(&random) % 2), .at_s = a.at_s + 1};
        a.sum = any_sum(&random);
        b.sum = any_sum(&random);
        assert_true(clients_day_wins(&a, &b) != clients_day_wins(&b, &a));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_quiet_day_is_short),
        cmocka_unit_test(ten_networks_are_told_and_the_rest_is_one),
        cmocka_unit_test(text_that_nobody_wrote_is_refused),
        cmocka_unit_test(no_beginning_of_a_text_is_a_text),
        cmocka_unit_test(the_later_of_one_memory_and_the_larger_of_two_wins),
        cmocka_unit_test(any_two_days_have_one_winner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
