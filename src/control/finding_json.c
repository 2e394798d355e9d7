#include "control/finding_json.h"

#include "hsts/reading.h"

static void write_one(struct jsonout *out, const struct finding *finding)
{
    const char *mend = mend_name(finding_code_mend(finding->code));
    int score;
    jsonout_object(out, NULL);
    jsonout_str(out, "code", str_from(finding_code_text(finding->code)));
    jsonout_str(out, "severity", str_from(finding_severity_name(finding_code_severity(finding->code))));
    jsonout_str(out, "summary", str_from(finding_code_words(finding->code)));
    jsonout_str(out, "message", str_from(finding->detail));
    jsonout_str(out, "fix", str_from(finding_code_fix(finding->code)));
    if (mend)
        jsonout_str(out, "mend", str_from(mend));
    if (finding_code_score(finding->code, &score))
        jsonout_i64(out, "score", score);
    jsonout_object_end(out);
}

void finding_json_write(struct jsonout *out, const char *key, const struct findings *findings)
{
    jsonout_array(out, key);
    for (size_t i = 0; i < findings->count; i++)
        write_one(out, &findings->items[i]);
    jsonout_array_end(out);
}

static void write_reading(struct jsonout *out, enum reading_client client, const struct reading *reading)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "client", str_from(reading_client_name(client)));
    jsonout_bool(out, "is_checker", reading_is_checker(client));
    jsonout_bool(out, "taken", reading->taken);
    if (reading->has_max_age)
        jsonout_u64(out, "max_age_s", reading->max_age_s);
    else
        jsonout_null(out, "max_age_s");
    jsonout_bool(out, "include_subdomains", reading->include_subdomains);
    jsonout_bool(out, "preload", reading->preload);
    jsonout_array(out, "issues");
    for (unsigned i = 0; i < READING_ISSUES_COUNT; i++)
        if (reading->issues & READING_BIT(i))
            jsonout_str(out, NULL, str_from(reading_issue_code((enum reading_issue)i)));
    jsonout_array_end(out);
    jsonout_object_end(out);
}

void finding_json_readings(struct jsonout *out, const char *key, const struct preload_fields *fields)
{
    jsonout_array(out, key);
    for (unsigned i = 0; fields->count && i < READING_CLIENTS_COUNT; i++) {
        enum reading_client client = (enum reading_client)i;
        size_t count = fields->count < PRELOAD_FIELDS_COUNT_MAX ? fields->count : PRELOAD_FIELDS_COUNT_MAX;
        const struct reading reading = reading_of_fields(client, fields->values, count);
        write_reading(out, client, &reading);
    }
    jsonout_array_end(out);
}
