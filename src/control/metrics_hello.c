#include "control/metrics_hello.h"

#include "control/totals.h"
#include "snapshot/hello_class.h"

#define FAMILY "strictgate_handshakes_failed_by_client_total"

static void put(const struct core *core, size_t class, size_t cause, struct buf *out)
{
    uint64_t count =
        totals_of_worker(core->counters, offsetof(struct counters_worker, failures_of_class) +
                                             class * sizeof(struct counters_failures) + cause * sizeof(uint64_t));
    if (count)
        (void)buf_printf(out, FAMILY "{client=\"%s\",cause=\"%s\"} %llu\n", hello_class_name((enum hello_class) class),
                         counters_causes[cause], (unsigned long long)count);
}

void metrics_hello_write(const struct core *core, struct buf *out)
{
    (void)buf_put_str(out, STR("# HELP " FAMILY " TLS handshakes that failed, by kind of client (told from what it "
                               "offers) and cause; without what did not occur\n# TYPE " FAMILY " counter\n"));
    for (size_t class = 0; class < HELLO_CLASSES_COUNT; class ++)
        for (size_t cause = 0; cause < COUNTERS_FAILURES_MAX; cause++)
            if (counters_causes[cause])
                put(core, class, cause, out);
}
