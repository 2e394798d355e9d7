/* Out and in. */
#include "control/self_check_report.h"

#include <stdio.h>

#include "store/jsonout.h"

static void write_finding(const struct preload_finding *finding, bool is_mended, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "code", str_from(preload_code_text(finding->code)));
    jsonout_str(out, "detail", str_from(finding->detail));
    if (is_mended)
        jsonout_bool(out, "mended", true);
    jsonout_object_end(out);
}

static void write_one(const char *code, const char *detail, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "code", str_from(code));
    jsonout_str(out, "detail", str_from(detail));
    jsonout_object_end(out);
}

bool self_check_report_write(const struct self_check_report *report, struct buf *out)
{
    struct jsonout json = {.out = out};
    const struct preload_findings *findings = &report->found.findings;
    jsonout_object(&json, NULL);
    jsonout_str(&json, "domain", report->domain);
    jsonout_str(&json, "registrable", report->registrable);
    if (report->field.data)
        jsonout_str(&json, "field", report->field);
    jsonout_str(&json, "policy", str_from(preload_policy_name(report->policy)));
    jsonout_str(&json, "sight", str_from(self_check_sight_name(report->sight)));
    jsonout_str(&json, "why", str_from(report->why));
    jsonout_array(&json, "findings");
    for (size_t i = 0; i < findings->count; i++)
        write_finding(&findings->items[i], report->found.mended[i], &json);
    jsonout_array_end(&json);
    jsonout_u64(&json, "omitted", findings->omitted_count);
    jsonout_array(&json, "more");
    for (size_t i = 0; i < report->more.count; i++)
        write_one(finding_code_text(report->more.items[i].code), report->more.items[i].detail, &json);
    jsonout_array_end(&json);
    jsonout_object_end(&json);
    return buf_ok(out);
}

static struct str text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value))
                                 : (struct str){NULL, 0};
}

static bool find_code(struct str text, enum preload_code *ret)
{
    for (unsigned code = 0; code < PRELOAD_CODES_COUNT; code++)
        if (str_eq(text, str_from(preload_code_text((enum preload_code)code)))) {
            *ret = (enum preload_code)code;
            return true;
        }
    return false;
}

static void read_findings(const json_t *list, struct self_check_found *ret)
{
    struct preload_findings *findings = &ret->findings;
    for (size_t i = 0; i < json_array_size(list) && findings->count < PRELOAD_FINDINGS_COUNT_MAX; i++) {
        const json_t *one = json_array_get(list, i);
        struct preload_finding *finding = &findings->items[findings->count];
        if (!find_code(text_of(one, "code"), &finding->code))
            continue;
        (void)snprintf(finding->detail, sizeof finding->detail, "%.*s", STR_ARG(text_of(one, "detail")));
        ret->mended[findings->count++] = json_is_true(json_object_get(one, "mended"));
    }
}

static bool find_finding(struct str text, enum finding_code *ret)
{
    for (unsigned code = 0; code < FINDING_CODES_COUNT; code++)
        if (str_eq(text, str_from(finding_code_text((enum finding_code)code)))) {
            *ret = (enum finding_code)code;
            return true;
        }
    return false;
}

static void read_more(const json_t *list, struct findings *ret)
{
    for (size_t i = 0; i < json_array_size(list) && ret->count < FINDINGS_COUNT_MAX; i++) {
        const json_t *one = json_array_get(list, i);
        struct finding *finding = &ret->items[ret->count];
        if (!find_finding(text_of(one, "code"), &finding->code))
            continue;
        (void)snprintf(finding->detail, sizeof finding->detail, "%.*s", STR_ARG(text_of(one, "detail")));
        ret->count++;
    }
}

static enum preload_policy policy_of(struct str text)
{
    bool is_old = str_eq(text, str_from(preload_policy_name(PRELOAD_POLICY_BULK_18_WEEKS)));
    return is_old ? PRELOAD_POLICY_BULK_18_WEEKS : PRELOAD_POLICY_BULK_1_YEAR;
}

bool self_check_report_read(struct str content, json_t **ret_json, struct self_check_report *ret, struct err *err)
{
    json_t *json = json_loadb(content.data ? content.data : "", content.size, 0, NULL);
    enum self_check_sight sight;
    if (!json_is_object(json) || !text_of(json, "domain").size ||
        !self_check_sight_from(text_of(json, "sight"), &sight)) {
        json_decref(json);
        return err_set(err, ERR_INPUT, "what is stored of a self-check is none");
    }
    *ret = (struct self_check_report){.domain = text_of(json, "domain"),
                                      .registrable = text_of(json, "registrable"),
                                      .field = text_of(json, "field"),
                                      .policy = policy_of(text_of(json, "policy")),
                                      .sight = sight};
    (void)snprintf(ret->why, sizeof ret->why, "%.*s", STR_ARG(text_of(json, "why")));
    read_findings(json_object_get(json, "findings"), &ret->found);
    read_more(json_object_get(json, "more"), &ret->more);
    json_int_t omitted = json_integer_value(json_object_get(json, "omitted"));
    ret->found.findings.omitted_count = omitted > 0 ? (size_t)omitted : 0;
    *ret_json = json;
    return true;
}

void self_check_report_sum(const struct self_check_report *report, int64_t at_s, struct self_check *ret)
{
    self_check_sum(&report->found, at_s, ret);
    ret->sight = report->sight;
    (void)snprintf(ret->why, sizeof ret->why, "%s", report->why);
}
