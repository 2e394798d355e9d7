/* Findings as text, for comparing: a code a line, with "CODE: DETAIL" where the detail is asked for. */
#ifndef TESTS_UNIT_HSTS_FINDING_LIST_H
#define TESTS_UNIT_HSTS_FINDING_LIST_H

#include "check.h"

#include <stdio.h>

#include "hsts/finding.h"

static inline void assert_findings(const struct finding_seen *seen, const char *codes)
{
    static struct findings findings;
    char room[2048] = "";
    size_t used = 0;
    finding_judge(seen, &findings);
    for (size_t i = 0; i < findings.count; i++)
        used += (size_t)snprintf(room + used, sizeof room - used, "%s%s", i ? "\n" : "",
                                 finding_code_text(findings.items[i].code));
    assert_str(str_from(room), str_from(codes));
}

/* What was seen for the code, which must be there. */
static inline const char *finding_detail(const struct finding_seen *seen, enum finding_code code)
{
    static struct findings findings;
    finding_judge(seen, &findings);
    for (size_t i = 0; i < findings.count; i++)
        if (findings.items[i].code == code)
            return findings.items[i].detail;
    fail_msg("%s is not found", finding_code_text(code));
    return "";
}

#endif
