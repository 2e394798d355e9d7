/* What a day's sample says: who is on the way, who is stranded, and who could not get in. */
#include "check.h"

#include "snapshot/clients_sum.h"

#define WEB     (CLIENTS_HTTP | CLIENTS_REDIRECTED)
#define NOON_S  43200
#define FIREFOX 3
#define CURL    19

static struct clients_site site; /* too large for the stack */

static void begin(void)
{
    memset(&site, 0, sizeof site);
}

static void come(struct clients_sample *sample, uint64_t client, struct clients_note note)
{
    note.hash = client << 32 | client * 4000037;
    clients_put(sample, &note);
}

static struct clients_sum sum_at(uint64_t time_s)
{
    struct clients_sum sum;
    clients_sum(&site, time_s, &sum);
    return sum;
}

static void whoever_was_redirected_is_waited_for(void **state)
{
    (void)state;
    begin();
    come(&site.http, 1, (struct clients_note){.signs = WEB, .time_s = NOON_S});
    assert_int_equal(sum_at(NOON_S).waiting, 1);
    assert_int_equal(sum_at(NOON_S + CLIENTS_PATIENCE_S - 1).stranded, 0);
    assert_int_equal(sum_at(NOON_S + CLIENTS_PATIENCE_S).stranded, 1);
    assert_int_equal(sum_at(NOON_S + CLIENTS_PATIENCE_S).waiting, 0);
    come(&site.http, 1, (struct clients_note){.signs = WEB, .time_s = NOON_S + 3000}); /* it tries again */
    assert_int_equal(sum_at(NOON_S + 3000).waiting, 1);
    clients_put_known(&site.http, (uint64_t)1 << 32 | 4000037, CLIENTS_HTTPS);
    assert_int_equal(sum_at(2 * NOON_S).arrived, 1);
    assert_int_equal(sum_at(2 * NOON_S).stranded, 0);
    /* the last minutes of a day are waited for in the next one */
    come(&site.http, 2, (struct clients_note){.signs = WEB, .time_s = 2 * NOON_S - 1});
    assert_int_equal(sum_at(2 * NOON_S).waiting, 1);
    assert_int_equal(sum_at(2 * NOON_S + CLIENTS_PATIENCE_S).stranded, 1);
}

static void each_is_counted_for_what_it_is(void **state)
{
    const uint8_t here[4] = {10, 20}, there[4] = {10, 30};
    (void)state;
    begin();
    for (uint64_t i = 1; i <= 3; i++)
        come(&site.http, i, (struct clients_note){.signs = WEB, .class = CURL, .network = clients_network_4(there)});
    come(&site.http, 4,
         (struct clients_note){.signs = WEB | CLIENTS_UPGRADES | CLIENTS_SECRET,
                               .class = FIREFOX,
                               .ipv6 = true,
                               .network = clients_network_4(here)});
    come(&site.http, 5, (struct clients_note){.signs = CLIENTS_HTTP | CLIENTS_SECRET, .class = CURL});
    come(&site.https, 6, (struct clients_note){.signs = CLIENTS_HTTPS, .class = FIREFOX});
    come(&site.https, 7, (struct clients_note){.signs = CLIENTS_FAILED, .class = HELLO_CLASS_JAVA, .cause = 11});
    come(&site.https, 8, (struct clients_note){.signs = CLIENTS_FAILED, .class = HELLO_CLASS_OLD, .cause = 4});
    clients_put_known(&site.https, (uint64_t)8 << 32 | 8 * 4000037, CLIENTS_HTTPS); /* got in later */
    const struct clients_sum sum = sum_at(2 * NOON_S);
    assert_int_equal(sum.http, 5);
    assert_int_equal(sum.redirected, 4);
    assert_int_equal(sum.stranded, 4);
    assert_int_equal(sum.stranded_by_class[CURL], 3);
    assert_int_equal(sum.stranded_by_class[FIREFOX], 1);
    assert_int_equal(sum.stranded_browsers_by_class[CURL], 0);
    assert_int_equal(sum.stranded_browsers_by_class[FIREFOX], 1);
    assert_int_equal(sum.sent_browsers_by_class[FIREFOX], 1);
    assert_int_equal(sum.stranded_ipv6, 1);
    assert_int_equal(sum.secret, 2);
    assert_int_equal(sum.secret_by_class[CURL], 1);
    assert_int_equal(sum.programs, 4);
    assert_int_equal(sum.networks_count, 2);
    assert_int_equal(sum.stranded_by_network[0].network, clients_network_4(there));
    assert_int_equal(sum.stranded_by_network[0].counted, 3);
    assert_int_equal(sum.stranded_by_network[0].browsers, 0);
    assert_int_equal(sum.stranded_by_network[1].browsers, 1);
    assert_int_equal(sum.https, 1);
    assert_int_equal(sum.https_by_class[FIREFOX], 1);
    assert_int_equal(sum.failed, 1);
    assert_int_equal(sum.failed_by_cause[11], 1);
    assert_int_equal(sum.failed_by_class[HELLO_CLASS_JAVA], 1);
    assert_int_equal(sum.failed_cause_of_class[HELLO_CLASS_JAVA], 11);
    assert_int_equal(sum.failed_by_class[HELLO_CLASS_OLD], 0);
    assert_int_equal(sum.failed_cause_of_class[HELLO_CLASS_OLD], 0);
}

static void what_most_of_a_class_failed_for_is_told(void **state)
{
    static const uint8_t causes[] = {4, 5, 5, 4, 4, 11};
    uint64_t client = 1;
    (void)state;
    begin();
    for (size_t i = 0; i < sizeof causes; i++)
        come(&site.https, client++,
             (struct clients_note){.signs = CLIENTS_FAILED, .class = HELLO_CLASS_OLD, .cause = causes[i]});
    come(&site.https, client, (struct clients_note){.signs = CLIENTS_FAILED, .class = HELLO_CLASS_GO, .cause = 6});
    come(&site.https, client, (struct clients_note){.signs = CLIENTS_FAILED, .class = HELLO_CLASS_GO, .cause = 11});
    const struct clients_sum sum = sum_at(NOON_S);
    assert_int_equal(sum.failed, 7);
    assert_int_equal(sum.failed_by_class[HELLO_CLASS_OLD], 6);
    assert_int_equal(sum.failed_cause_of_class[HELLO_CLASS_OLD], 4);
    assert_int_equal(sum.failed_cause_of_class[HELLO_CLASS_GO], 11); /* the last one of a client stands */
}

/* Those that are waited for are neither stranded nor of those that stranded ones are a share of. */
static void browsers_are_told_apart_by_what_they_say(void **state)
{
    (void)state;
    begin();
    for (uint64_t i = 1; i <= 4; i++)
        come(&site.http, i, (struct clients_note){.signs = WEB | CLIENTS_UPGRADES, .class = FIREFOX, .time_s = NOON_S});
    come(&site.http, 5, (struct clients_note){.signs = WEB, .class = FIREFOX, .time_s = NOON_S});
    clients_put_known(&site.http, (uint64_t)1 << 32 | 4000037, CLIENTS_HTTPS);
    assert_int_equal(sum_at(NOON_S).sent_browsers_by_class[FIREFOX], 1);
    assert_int_equal(sum_at(NOON_S).stranded_browsers_by_class[FIREFOX], 0);
    const struct clients_sum later = sum_at(NOON_S + CLIENTS_PATIENCE_S);
    assert_int_equal(later.sent_browsers_by_class[FIREFOX], 4);
    assert_int_equal(later.stranded_browsers_by_class[FIREFOX], 3);
    assert_int_equal(later.stranded_by_network[0].counted, 4);
    assert_int_equal(later.stranded_by_network[0].browsers, 3);
}

static void any_memory_has_a_sum(void **state)
{
    uint64_t bits = 1;
    (void)state;
    for (size_t i = 0; i < sizeof site / sizeof bits; i++) {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        memcpy((char *)&site + i * sizeof bits, &bits, sizeof bits);
    }
    for (uint64_t time_s = 0; time_s < 4 * NOON_S; time_s += 10000) {
        const struct clients_sum sum = sum_at(time_s);
        assert_true(sum.networks_count <= CLIENTS_NETWORKS_COUNT + 1);
        assert_true(sum.arrived + sum.waiting + sum.stranded == sum.redirected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_was_redirected_is_waited_for),
        cmocka_unit_test(each_is_counted_for_what_it_is),
        cmocka_unit_test(what_most_of_a_class_failed_for_is_told),
        cmocka_unit_test(browsers_are_told_apart_by_what_they_say),
        cmocka_unit_test(any_memory_has_a_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
