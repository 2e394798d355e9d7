/*
 * What the checker of the preload list would say of one domain, and what was found beyond that, told to a person or as
 * JSON.
 */
#ifndef APP_CLI_CHECK_REPORT_H
#define APP_CLI_CHECK_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "hsts/finding.h"
#include "hsts/preload_rules.h"

struct cli_check_report {
    struct str domain;      /* empty: it is about a field by itself */
    struct str registrable; /* of the domain, as far as it is known */
    bool removal;           /* whether it may leave the list; else whether it may be listed */
    enum preload_policy policy;
    struct preload_verdict verdict;
    struct preload_fields fields; /* that came, or the one it is about */
    bool has_more;                /* more is judged than the rules: */
    struct findings more;
};

void cli_check_report_write(FILE *out, const struct cli_check_report *report);
/* NULL: memory ran out. The caller releases it. */
json_t *cli_check_report_json(const struct cli_check_report *report);

#endif
