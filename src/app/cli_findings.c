/* A line or two for each. */
#include "app/cli_findings.h"

#include "app/cli_output.h"
#include "app/cli_text.h"

static const char *weight_name(enum cert_weight weight)
{
    switch (weight) {
    case CERT_NOTE: return "note";
    case CERT_WARNING: return "warning";
    case CERT_REFUSAL: break;
    }
    return "refusal";
}

/* Taken over by the array; false when memory ran out. */
static bool append(json_t *array, enum cert_fault fault, const char *text, const char *fix)
{
    json_t *one = json_pack("{s:s, s:s, s:s}", "id", cert_fault_id(fault), "weight",
                            weight_name(cert_fault_weight(fault)), "text", text);
    if (one && fix[0] && json_object_set_new(one, "fix", json_string(fix)) != 0) {
        json_decref(one);
        one = NULL;
    }
    return one && json_array_append_new(array, one) == 0;
}

json_t *cli_findings_json(const struct cert_report *report)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < report->count; i++) {
        const struct cert_finding *finding = &report->findings[i];
        if (append(array, finding->fault, finding->text, finding->fix))
            continue;
        json_decref(array);
        return NULL;
    }
    return array;
}

json_t *cli_findings_of(enum cert_fault fault, const char *text, const char *fix)
{
    json_t *array = json_array();
    if (array && append(array, fault, text, fix))
        return array;
    json_decref(array);
    return NULL;
}

void cli_findings_write(FILE *out, const json_t *findings)
{
    size_t i;
    const json_t *one;
    json_array_foreach(findings, i, one)
    {
        const char *fix = cli_json_text(one, "fix", NULL);
        cli_text_printf(out, "", 4, "%s: %s (%s)", cli_json_text(one, "weight", "warning"),
                        cli_json_text(one, "text", "?"), cli_json_text(one, "id", "?"));
        if (fix)
            cli_text_printf(out, "    ", 4, "fix: %s", fix);
    }
}
