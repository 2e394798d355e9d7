/*
 * The readers of Strict-Transport-Security: the RFC's own parser and the five clients beside it. What must hold for any
 * bytes: an answer, the same when asked again, within the client's limits; Chromium takes all that the RFC takes, and
 * Firefox but for three things it cannot do; a field that hstspreload.org finds nothing wrong with, and whatever the
 * gateway's own writer makes of a policy, is read alike by all six.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hsts/field.h"
#include "hsts/preload_rules.h"
#include "hsts/reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_hold(bool holds, const char *what, enum reading_client client)
{
    if (holds)
        return;
    (void)fprintf(stderr, "%s: %s\n", reading_client_name(client), what);
    abort();
}
#define must(client, condition) must_hold((condition), #condition, (client))

static uint64_t longest(enum reading_client client)
{
    switch (client) {
    case READING_CHROMIUM: return READING_CHROMIUM_MAX_AGE_S_MAX;
    case READING_FIREFOX: return READING_FIREFOX_MAX_AGE_S_MAX;
    case READING_CURL: return INT64_MAX;
    default: return UINT64_MAX;
    }
}

static uint64_t clip(uint64_t max_age_s, enum reading_client client)
{
    return max_age_s < longest(client) ? max_age_s : longest(client);
}

static bool reading_eq(const struct reading *a, const struct reading *b)
{
    return a->taken == b->taken && a->has_max_age == b->has_max_age && a->max_age_s == b->max_age_s &&
           a->include_subdomains == b->include_subdomains && a->preload == b->preload && a->issues == b->issues;
}

static bool knows_preload(enum reading_client client)
{
    return client == READING_RFC6797 || reading_is_checker(client);
}

/* One reading by itself. */
static void must_be_sound(enum reading_client client, const struct reading *r)
{
    must(client, r->max_age_s <= longest(client));
    must(client, r->has_max_age || r->max_age_s == 0);
    must(client, !r->preload || knows_preload(client));
    must(client, r->issues >> READING_ISSUES_COUNT == 0);
    if (reading_is_checker(client)) {
        must(client, r->taken == (r->has_max_age && !reading_has_error(r)));
        return;
    }
    must(client, r->issues == 0);
    must(client, r->taken == r->has_max_age);
    must(client, r->taken || (!r->include_subdomains && !r->preload));
}

/* The field says this to everybody. */
static void must_be_read_alike(struct str value, const struct hsts_policy *policy)
{
    for (enum reading_client client = 0; client < READING_CLIENTS_COUNT; client++) {
        struct reading r = reading_of(client, value);
        must(client, r.taken);
        must(client, r.max_age_s == clip(policy->max_age_s, client));
        must(client, r.include_subdomains == policy->include_subdomains);
        must(client, r.preload == (policy->preload && knows_preload(client)));
        must(client, !reading_has_error(&r));
    }
}

/* Some policy that the writer takes, made of what somebody read out of the input. */
static void must_survive_writing(const struct reading *read)
{
    struct hsts_policy policy = {read->max_age_s % (HSTS_MAX_AGE_S_MAX + UINT64_C(1)), read->include_subdomains,
                                 read->include_subdomains && read->preload};
    char room[HSTS_FIELD_SIZE_MAX];
    struct str text;
    must(READING_RFC6797, hsts_field_write(&policy, room, &text, NULL));
    must_be_read_alike(text, &policy);
}

static bool has_control(struct str value)
{
    for (size_t i = 0; i < value.size; i++)
        if ((unsigned char)value.data[i] < ' ' || value.data[i] == 0x7f)
            return true;
    return false;
}

static bool has_high_bytes(struct str value)
{
    for (size_t i = 0; i < value.size; i++)
        if ((unsigned char)value.data[i] > 0x7f)
            return true;
    return false;
}

static bool has(struct str value, char c)
{
    return str_find(value, c) < value.size;
}

/* What the RFC takes, these two take. */
static void must_be_taken_as_by_the_rfc(struct str value, const struct reading readings[static READING_CLIENTS_COUNT])
{
    const struct reading *rfc = &readings[READING_RFC6797], *chromium = &readings[READING_CHROMIUM],
                         *firefox = &readings[READING_FIREFOX];
    if (!rfc->taken)
        return;
    must(READING_CHROMIUM, chromium->taken);
    must(READING_CHROMIUM, chromium->max_age_s == clip(rfc->max_age_s, READING_CHROMIUM));
    must(READING_CHROMIUM, chromium->include_subdomains == rfc->include_subdomains);
    /* Escapes, bytes beyond ASCII in quotes, numbers beyond 64 bits (which are UINT64_MAX here). */
    if (has(value, '\\') || has_high_bytes(value) || rfc->max_age_s == UINT64_MAX)
        return;
    must(READING_FIREFOX, firefox->taken);
    must(READING_FIREFOX, firefox->max_age_s == clip(rfc->max_age_s, READING_FIREFOX));
    must(READING_FIREFOX, firefox->include_subdomains == rfc->include_subdomains);
}

/* What is refused by the RFC and taken by Chromium has a directive twice, or very many. */
static void must_be_refused_as_by_the_rfc(struct str value, const struct reading readings[static READING_CLIENTS_COUNT])
{
    if (!readings[READING_CHROMIUM].taken || readings[READING_RFC6797].taken || has_control(value))
        return;
    struct hsts_policy policy;
    struct err err = {0};
    must(READING_RFC6797, !hsts_field_parse(value, &policy, &err));
    must(READING_CHROMIUM, strstr(err.text, "stands twice") || strstr(err.text, "more than"));
}

/* hstspreload.org finds nothing to say against it: the plain form, in any order and case. */
static void must_be_plain_for_all(struct str value, const struct reading *preload)
{
    if (!preload->taken || preload->issues || has_control(value))
        return;
    struct hsts_policy policy = {preload->max_age_s, preload->include_subdomains, preload->preload};
    if (value.size <= 1024 - 1) /* the Observatory looks no further */
        must_be_read_alike(value, &policy);
}

static void must_count_fields(struct str value)
{
    for (enum reading_client client = 0; client < READING_CLIENTS_COUNT; client++) {
        const struct str before[] = {STR("max-age=77; includeSubDomains"), value};
        const struct str behind[] = {value, STR("max-age=77; includeSubDomains")};
        struct reading alone = reading_of(client, value), known = reading_of(client, before[0]);
        struct reading first = reading_of_fields(client, before, 2), second = reading_of_fields(client, behind, 2);
        if (reading_is_checker(client)) {
            must(client, reading_has_error(&first) && reading_eq(&first, &second));
        } else if (client == READING_CURL) {
            must(client, reading_eq(&first, alone.taken ? &alone : &known));
            must(client, reading_eq(&second, &known));
        } else {
            must(client, reading_eq(&first, &known));
            must(client, reading_eq(&second, &alone));
        }
    }
}

/* What the rules say of it rests on what the checker read. */
static void must_be_judged(struct str value, const struct reading *reading)
{
    struct preload_findings findings;
    preload_rules_field(value, PRELOAD_POLICY_BULK_1_YEAR, &findings);
    bool good =
        reading->taken && reading->include_subdomains && reading->preload && reading->max_age_s >= PRELOAD_1_YEAR_S;
    must(READING_HSTSPRELOAD, good == (preload_rules_exit_status(&findings) != 1));
    preload_rules_removal_field(value, &findings);
    must(READING_HSTSPRELOAD, (reading->taken && !reading->preload) == (preload_rules_exit_status(&findings) != 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str value = str_make(data, size);
    struct reading readings[READING_CLIENTS_COUNT];
    for (enum reading_client client = 0; client < READING_CLIENTS_COUNT; client++) {
        readings[client] = reading_of(client, value);
        struct reading again = reading_of_fields(client, &value, 1);
        must(client, reading_eq(&readings[client], &again));
        must_be_sound(client, &readings[client]);
        must_survive_writing(&readings[client]);
    }
    must_be_taken_as_by_the_rfc(value, readings);
    must_be_refused_as_by_the_rfc(value, readings);
    must_be_plain_for_all(value, &readings[READING_HSTSPRELOAD]);
    must_count_fields(value);
    must_be_judged(value, &readings[READING_HSTSPRELOAD]);
    return 0;
}
