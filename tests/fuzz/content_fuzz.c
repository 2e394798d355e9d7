/*
 * What a page loads: any bytes give counts that the page has room for, samples where something was counted, and the
 * same again; what is cut off at the end adds nothing.
 */
#include <stdlib.h>

#include "probe/content.h"

/* "http:" is the least that counts. */
#define LOAD_SIZE_MIN 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_sound(const struct content_report *report, size_t size)
{
    must(report->active_count + report->passive_count <= size / LOAD_SIZE_MIN);
    must((report->active_count == 0) == (report->active[0] == 0));
    must((report->passive_count == 0) == (report->passive[0] == 0));
    must(memchr(report->active, 0, sizeof report->active) && memchr(report->passive, 0, sizeof report->passive));
}

static bool same(const struct content_report *a, const struct content_report *b)
{
    return a->active_count == b->active_count && a->passive_count == b->passive_count && a->upgrades == b->upgrades &&
           strcmp(a->active, b->active) == 0 && strcmp(a->passive, b->passive) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct content_report report, again;
    struct str html = str_make(data, size);
    content_scan(html, &report);
    must_be_sound(&report, size);
    content_scan(html, &again);
    must(same(&report, &again));
    (void)content_policy_upgrades(html);
    return 0;
}
