/* The front of the findings: who judges, in which order it is told, and where the words of a code stand. */
#include "hsts/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "hsts/finding_rows.h"

/* ---- the table ---- */

static const struct finding_row *row_of(enum finding_code code)
{
    assert(code < FINDING_CODES_COUNT);
    if (code < FINDING_HTTP_END)
        return &finding_rows_http[code];
    if (code < FINDING_OBSERVATORY_END)
        return &finding_rows_observatory[code - FINDING_HTTP_END];
    return &finding_rows_net[code - FINDING_OBSERVATORY_END];
}

const char *finding_code_text(enum finding_code code)
{
    return row_of(code)->code;
}

enum finding_severity finding_code_severity(enum finding_code code)
{
    return row_of(code)->severity;
}

const char *finding_code_words(enum finding_code code)
{
    return row_of(code)->words;
}

const char *finding_code_fix(enum finding_code code)
{
    return row_of(code)->fix ? row_of(code)->fix : "";
}

enum mend finding_code_mend(enum finding_code code)
{
    return row_of(code)->mend;
}

bool finding_code_score(enum finding_code code, int *ret)
{
    if (code < FINDING_HTTP_END || code >= FINDING_OBSERVATORY_END)
        return false;
    *ret = row_of(code)->score;
    return true;
}

const char *finding_severity_name(enum finding_severity severity)
{
    static const char *const names[FINDING_SEVERITIES_COUNT] = {
        [FINDING_ERROR] = "error", [FINDING_WARNING] = "warning", [FINDING_NOTE] = "note", [FINDING_GOOD] = "good"};
    assert(severity < FINDING_SEVERITIES_COUNT);
    return names[severity];
}

/* ---- the list ---- */

static void clean(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

void finding_add(struct findings *findings, enum finding_code code, const char *format, ...)
{
    if (findings->count == FINDINGS_COUNT_MAX) {
        findings->omitted_count++;
        return;
    }
    struct finding *finding = &findings->items[findings->count++];
    finding->code = code;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(finding->detail, sizeof finding->detail, format, args);
    va_end(args);
    clean(finding->detail);
}

size_t findings_count(const struct findings *findings, enum finding_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += finding_code_severity(findings->items[i].code) == severity;
    return count;
}

static bool comes_before(const struct finding *a, const struct finding *b)
{
    enum finding_severity of_a = finding_code_severity(a->code), of_b = finding_code_severity(b->code);
    return of_a != of_b ? of_a < of_b : a->code < b->code;
}

/* By insertion: they are few, and those of one code stay in the order in which they came. */
static void put_in_order(struct findings *findings)
{
    for (size_t i = 1; i < findings->count; i++) {
        struct finding moved = findings->items[i];
        size_t at = i;
        for (; at > 0 && comes_before(&moved, &findings->items[at - 1]); at--)
            findings->items[at] = findings->items[at - 1];
        findings->items[at] = moved;
    }
}

void finding_judge(const struct finding_seen *seen, struct findings *ret)
{
    *ret = (struct findings){0};
    if (seen->preload && seen->preload->https == PRELOAD_REACH_GOOD)
        finding_http_reading(&seen->preload->https_fields, ret);
    if (seen->site) {
        finding_http_field(seen, ret);
        finding_http_cookies(seen, ret);
        finding_http_page(seen, ret);
        finding_http_certificate(seen, ret);
    }
    if (seen->preload)
        finding_observatory(seen, ret);
    finding_net_address(seen, ret);
    finding_net_dns(seen, ret);
    finding_net_above(seen, ret);
    finding_net_tls(seen, ret);
    put_in_order(ret);
}

void finding_judge_field(struct str value, struct findings *ret)
{
    const struct preload_fields fields = {.values = {value}, .count = 1};
    *ret = (struct findings){0};
    finding_http_reading(&fields, ret);
}

size_t finding_kept_count(const struct preload_fields *fields)
{
    return fields->count < PRELOAD_FIELDS_COUNT_MAX ? fields->count : PRELOAD_FIELDS_COUNT_MAX;
}
