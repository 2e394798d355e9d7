/* Reports of browsers: whatever comes, what is given is a known type and a host that stands in the body. */
#include <stdlib.h>

#include "http/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    struct str body;
    size_t count;
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void on_report(void *context, const struct report *report)
{
    struct seen *seen = context;
    seen->count++;
    must(report->type < REPORT_TYPES_COUNT && report->host.size > 0);
    must(str_find(report->host, '/') == report->host.size && str_find(report->host, '@') == report->host.size);
    must(report->host.size < seen->body.size);
    must(report_kind_of(report->type)->words != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = {.body = str_make(data, size)};
    struct err err = {0};
    bool fine = report_read(seen.body, on_report, &seen, &err);
    must(fine || err.code == ERR_INPUT || err.code == ERR_MEMORY);
    must(seen.count <= REPORT_COUNT_MAX);
    return 0;
}
