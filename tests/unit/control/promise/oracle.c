#include "oracle.h"

#include <stdio.h>

#include "check.h"
#include "hsts/field.h"

static struct oracle_name *find(struct oracle *oracle, const char *name)
{
    for (size_t i = 0; i < oracle->count; i++)
        if (strcmp(oracle->names[i].name, name) == 0)
            return &oracle->names[i];
    assert_true(oracle->count < ORACLE_NAMES_COUNT_MAX);
    struct oracle_name *one = &oracle->names[oracle->count++];
    (void)snprintf(one->name, sizeof one->name, "%s", name);
    return one;
}

static void keep_latest(int64_t *until_s, int64_t moment_s)
{
    if (moment_s > *until_s)
        *until_s = moment_s;
}

/* max-age=0 frees the browser that got it; there may always be another that did not come. */
void oracle_note(struct oracle *oracle, const char *name, struct str field, int64_t true_s)
{
    struct hsts_policy policy;
    struct oracle_name *one = find(oracle, name);
    assert_true(hsts_field_parse(field, &policy, NULL));
    for (int family = 0; family < LEDGER_FAMILIES_COUNT; family++) {
        int64_t age_s = (int64_t)policy.max_age_s;
        if (family == LEDGER_CHROMIUM && age_s > LEDGER_CHROMIUM_CLIP_S)
            age_s = LEDGER_CHROMIUM_CLIP_S;
        keep_latest(&one->until_s[family], true_s + age_s);
        if (policy.include_subdomains)
            keep_latest(&one->below_s[family], true_s + age_s);
    }
    one->preload = one->preload || policy.preload;
}
