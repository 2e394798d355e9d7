#include "app/cli_readings.h"

#include <inttypes.h>

#include "app/cli_text.h"
#include "hsts/reading.h"

/* The widest name, and two blanks. */
#define NAME_WIDTH 18
/* All issues there are, in a row. */
#define WORDS_SIZE 1024

static struct reading reading_by(unsigned client, const struct preload_fields *fields)
{
    size_t count = fields->count < PRELOAD_FIELDS_COUNT_MAX ? fields->count : PRELOAD_FIELDS_COUNT_MAX;
    return reading_of_fields((enum reading_client)client, fields->values, count);
}

/* A checker that does not take it may have found something in it all the same. */
static void write_value(const struct reading *reading, char *room, size_t size)
{
    int used = 0;
    if (!reading->taken)
        used = snprintf(room, size, "ignored");
    else
        used = snprintf(room, size, "max-age %" PRIu64 "%s%s", reading->max_age_s,
                        reading->include_subdomains ? ", subdomains" : "", reading->preload ? ", preload" : "");
    for (unsigned i = 0; i < READING_ISSUES_COUNT; i++)
        if (reading->issues & READING_BIT(i) && used > 0 && (size_t)used < size)
            used += snprintf(room + used, size - (size_t)used, "; %s", reading_issue_code((enum reading_issue)i));
}

void cli_readings_write(FILE *out, const struct preload_fields *fields)
{
    if (!fields->count)
        return;
    (void)fputs("\nHow it is read:\n", out);
    for (unsigned i = 0; i < READING_CLIENTS_COUNT; i++) {
        char words[WORDS_SIZE];
        const struct reading reading = reading_by(i, fields);
        write_value(&reading, words, sizeof words);
        cli_text_row(out, NAME_WIDTH, reading_client_name((enum reading_client)i), "%s", words);
    }
}

static json_t *issues_json(uint32_t issues)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < READING_ISSUES_COUNT; i++)
        if (issues & READING_BIT(i))
            (void)json_array_append_new(array, json_string(reading_issue_code((enum reading_issue)i)));
    return array;
}

/* Numbers of JSON end at 2^63 in the library. */
static json_t *max_age_json(const struct reading *reading)
{
    uint64_t max_s = INT64_MAX;
    if (!reading->has_max_age)
        return json_null();
    return json_integer((json_int_t)(reading->max_age_s < max_s ? reading->max_age_s : max_s));
}

json_t *cli_readings_json(const struct preload_fields *fields)
{
    json_t *array = json_array();
    for (unsigned i = 0; fields->count && i < READING_CLIENTS_COUNT; i++) {
        enum reading_client client = (enum reading_client)i;
        const struct reading reading = reading_by(i, fields);
        json_t *one = json_pack("{s:s, s:b, s:b, s:o, s:b, s:b, s:o}", "client", reading_client_name(client),
                                "is_checker", (int)reading_is_checker(client), "taken", (int)reading.taken, "max_age_s",
                                max_age_json(&reading), "include_subdomains", (int)reading.include_subdomains,
                                "preload", (int)reading.preload, "issues", issues_json(reading.issues));
        if (json_array_append_new(array, one) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}
