/* The sample of a day's clients: exact while they fit, within its stated error when they do not, whoever writes. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "check.h"
#include "snapshot/clients.h"
#include "snapshot/hash.h"

#define WEB     (CLIENTS_HTTP | CLIENTS_REDIRECTED)
#define THREADS 4

static uint64_t hash_of(uint64_t client)
{
    return snapshot_hash(&client, sizeof client, 42);
}

static struct clients_sample *sample_new(void)
{
    struct clients_sample *sample = aligned_alloc(4096, sizeof *sample);
    assert_non_null(sample);
    memset(sample, 0, sizeof *sample);
    return sample;
}

/* So many clients from `first` on, of one kind. */
static void come(struct clients_sample *sample, uint64_t first, uint64_t count, struct clients_note note)
{
    for (uint64_t i = first; i < first + count; i++) {
        note.hash = hash_of(i);
        clients_put(sample, &note);
    }
}

/* Those that have all of the signs and none of the others. */
static uint64_t count(const struct clients_sample *sample, uint8_t with, uint8_t without)
{
    uint64_t level = clients_level(sample), counted = 0;
    struct clients_seen seen;
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        counted += clients_get(sample, i, level, &seen) && (seen.signs & with) == with && !(seen.signs & without);
    return counted;
}

static void a_few_are_counted_exactly(void **state)
{
    struct clients_sample *sample = sample_new();
    uint64_t error;
    (void)state;
    for (int times = 0; times < 3; times++) /* a client is one, however often it comes */
        come(sample, 0, 600, (struct clients_note){.signs = WEB});
    for (uint64_t i = 0; i < 550; i++)
        clients_put_known(sample, hash_of(i), CLIENTS_HTTPS);
    for (uint64_t i = 10000; i < 20000; i++) /* who never came over HTTP is not taken up */
        clients_put_known(sample, hash_of(i), CLIENTS_HTTPS);
    assert_int_equal(clients_level(sample), 0);
    assert_int_equal(count(sample, CLIENTS_HTTP, 0), 600);
    assert_int_equal(count(sample, CLIENTS_REDIRECTED, CLIENTS_HTTPS), 50);
    assert_int_equal(sample->dropped, 0);
    assert_int_equal(clients_estimate(50, 0, &error), 50);
    assert_int_equal(error, 0);
    free(sample);
}

static void what_was_seen_of_a_client_is_kept(void **state)
{
    static const uint8_t v4[4] = {10, 20, 30, 40}, v6[16] = {0x20, 0x01, 0x0d, 0xb8, 1, 2, 3};
    static const struct {
        struct clients_note note;
        struct clients_seen seen;
    } cases[] = {
        {{.signs = WEB, .time_s = 86399, .class = 31}, {.signs = WEB, .time_s = 86100, .class = 31}},
        {{.signs = CLIENTS_HTTPS, .time_s = 5000}, {.signs = CLIENTS_HTTPS}}, /* the time of a redirect only */
        {{.signs = CLIENTS_FAILED, .cause = 19}, {.signs = CLIENTS_FAILED, .cause = 19}},
        {{.signs = CLIENTS_HTTPS, .cause = 7}, {.signs = CLIENTS_HTTPS}},
        {{.signs = 0x3f, .ipv6 = true, .cause = 31, .time_s = 300, .class = 1},
         {.signs = 0x3f, .ipv6 = true, .cause = 31, .time_s = 300, .class = 1}},
        {{.signs = 0}, {.signs = 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clients_sample *sample = sample_new();
        struct clients_note note = cases[i].note;
        struct clients_seen seen;
        size_t found = 0;
        note.network = note.ipv6 ? clients_network_6(v6) : clients_network_4(v4);
        come(sample, 7, 1, note);
        for (size_t at = 0; at < CLIENTS_PLACES_COUNT; at++) {
            if (!clients_get(sample, at, 0, &seen))
                continue;
            found++;
            assert_int_equal(seen.network, note.network);
            seen.network = 0;
            assert_memory_equal(&seen.time_s, &cases[i].seen.time_s, sizeof seen.time_s);
            assert_int_equal(seen.signs, cases[i].seen.signs);
            assert_int_equal(seen.class, cases[i].seen.class);
            assert_int_equal(seen.cause, cases[i].seen.cause);
            assert_int_equal(seen.ipv6, cases[i].seen.ipv6);
        }
        assert_int_equal(found, 1);
        free(sample);
    }
}

static void networks_are_told_apart_while_there_are_numbers(void **state)
{
    struct clients_sample *sample = sample_new();
    struct clients_seen seen;
    uint64_t others = 0;
    unsigned bits;
    (void)state;
    for (uint8_t i = 0; i < 100; i++) {
        const uint8_t address[4] = {i, 1, 2, 3};
        come(sample, i, 1, (struct clients_note){.signs = CLIENTS_HTTP, .network = clients_network_4(address)});
    }
    for (size_t at = 0; at < CLIENTS_PLACES_COUNT; at++)
        others += clients_get(sample, at, 0, &seen) && seen.network == 0;
    assert_int_equal(others, 100 - CLIENTS_NETWORKS_COUNT);
    assert_int_equal(clients_network_bits(clients_network_4((const uint8_t[4]){0, 0, 9, 9}), &bits), 0);
    assert_int_equal(bits, 16);
    assert_int_equal(clients_network_bits(clients_network_6((const uint8_t[16]){0x20, 1, 0xd, 0xb8}), &bits),
                     0x20010db8);
    assert_int_equal(bits, 32);
    free(sample);
}

static void assert_within(const struct clients_sample *sample, uint8_t with, uint8_t without, uint64_t truth)
{
    uint64_t error, got = clients_estimate(count(sample, with, without), clients_level(sample), &error);
    /* twice what holds in 19 cases of 20: the hashes are always the same, so this never fails by chance */
    if (got + 2 * error < truth || got > truth + 2 * error)
        fail_msg("%u without %u: %llu ± %llu, not %llu", with, without, (unsigned long long)got,
                 (unsigned long long)error, (unsigned long long)truth);
}

static void many_are_estimated_within_the_stated_error(void **state)
{
    static const uint64_t totals[] = {700, 715, 2000, 10000, 100000, 1000000};
    (void)state;
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        struct clients_sample *sample = sample_new();
        uint64_t all = totals[i], stranded = all / 5, failed = all / 10;
        come(sample, 0, all, (struct clients_note){.signs = WEB});
        for (uint64_t client = stranded; client < all; client++)
            clients_put_known(sample, hash_of(client), CLIENTS_HTTPS);
        come(sample, 0, failed, (struct clients_note){.signs = CLIENTS_FAILED, .cause = 11});
        assert_within(sample, CLIENTS_HTTP, 0, all);
        assert_within(sample, CLIENTS_REDIRECTED, CLIENTS_HTTPS, stranded);
        assert_within(sample, CLIENTS_FAILED, CLIENTS_HTTPS, failed);
        assert_within(sample, CLIENTS_HTTPS, 0, all - stranded);
        assert_in_range(count(sample, 0, 0), 0, CLIENTS_USED_COUNT_MAX + 1);
        assert_int_equal(sample->dropped, 0);
        free(sample);
    }
}

/* How often the truth lies within what is stated, over many different days. */
static void the_stated_error_holds_in_nineteen_of_twenty(void **state)
{
    int within = 0;
    (void)state;
    for (uint64_t day = 0; day < 400; day++) {
        struct clients_sample *sample = sample_new();
        uint64_t error;
        come(sample, day << 32, 5000, (struct clients_note){.signs = WEB});
        uint64_t got = clients_estimate(count(sample, WEB, 0), clients_level(sample), &error);
        within += got + error >= 5000 && got <= 5000 + error;
        free(sample);
    }
    assert_in_range(within, 368, 392);
}

static void nothing_seen_is_not_nothing_there(void **state)
{
    uint64_t error;
    (void)state;
    assert_int_equal(clients_estimate(0, 0, &error), 0);
    assert_int_equal(error, 0);
    assert_int_equal(clients_estimate(0, 5, &error), 0);
    assert_int_equal(error, 96);
    assert_int_equal(clients_estimate(100, 3, &error), 800);
    assert_in_range(error, 140, 150);
}

struct writer {
    pthread_t thread;
    struct clients_sample *sample;
    uint64_t first, count;
};

static void *write(void *argument)
{
    struct writer *w = argument;
    for (int times = 0; times < 2; times++) {
        come(w->sample, w->first, w->count, (struct clients_note){.signs = WEB});
        for (uint64_t i = w->first; i < w->first + w->count; i++)
            clients_put_known(w->sample, hash_of(i), CLIENTS_HTTPS);
    }
    return NULL;
}

/* Four workers whose clients overlap by half. */
static void several_write_at_once(void **state)
{
    static const uint64_t counts[] = {200, 20000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct clients_sample *sample = sample_new();
        struct writer writers[THREADS];
        for (uint64_t t = 0; t < THREADS; t++) {
            writers[t] = (struct writer){.sample = sample, .first = t * counts[i] / 2, .count = counts[i]};
            assert_int_equal(pthread_create(&writers[t].thread, NULL, write, &writers[t]), 0);
        }
        for (size_t t = 0; t < THREADS; t++)
            assert_int_equal(pthread_join(writers[t].thread, NULL), 0);
        uint64_t truth = counts[i] * (THREADS + 1) / 2;
        assert_within(sample, WEB | CLIENTS_HTTPS, 0, truth);
        if (clients_level(sample) == 0)
            assert_int_equal(count(sample, WEB | CLIENTS_HTTPS, 0), truth);
        free(sample);
    }
}

/* A place's word can be anything after damage: nothing is read outside. */
static void any_memory_can_be_read(void **state)
{
    struct clients_sample *sample = sample_new();
    struct clients_seen seen;
    (void)state;
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        sample->places[i] = snapshot_hash(&i, sizeof i, 7);
    for (uint64_t level = 0; level < 40; level++)
        for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
            if (clients_get(sample, i, level, &seen))
                assert_true(seen.class < CLIENTS_CLASSES_COUNT && seen.cause < CLIENTS_CAUSES_COUNT);
    free(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_are_counted_exactly),
        cmocka_unit_test(what_was_seen_of_a_client_is_kept),
        cmocka_unit_test(networks_are_told_apart_while_there_are_numbers),
        cmocka_unit_test(many_are_estimated_within_the_stated_error),
        cmocka_unit_test(the_stated_error_holds_in_nineteen_of_twenty),
        cmocka_unit_test(nothing_seen_is_not_nothing_there),
        cmocka_unit_test(several_write_at_once),
        cmocka_unit_test(any_memory_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
