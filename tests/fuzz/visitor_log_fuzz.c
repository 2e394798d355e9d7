/*
 * Logs of visitors. What was read is whole and in order: every visit belongs to one client, each client's are ascending
 * and within the days, and the two questions about a visitor answer by them. A line end more or the same log twice
 * changes nothing of that.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "hsts/population.h"
#include "hsts/visitor_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static size_t walk(const struct visitor *visitor)
{
    size_t count = 0;
    int64_t before_s = -1;
    for (int64_t at_s = visitor_next(visitor, 0); at_s != VISITOR_NEVER; at_s = visitor_next(visitor, at_s + 1)) {
        must(at_s > before_s && at_s < visitor->end_s);
        must(visitor_last(visitor, before_s + 1, at_s) == at_s);
        before_s = at_s;
        count++;
    }
    must(count > 0 && visitor_last(visitor, 0, INT64_MAX - 1) == before_s);
    return count;
}

static void must_be_whole(const struct visitor_log *log)
{
    size_t visits_count = 0;
    must(log->days > 0 && log->days <= POPULATION_DAYS_MAX && log->start_s >= 0);
    must(log->clients_count > 0 && log->clients_count <= log->times_count);
    for (size_t i = 0; i < log->clients_count; i++) {
        struct visitor visitor = visitor_log_visitor(log, i, (int64_t)log->days * POPULATION_DAY_S);
        must(visitor.when.logged.count >= walk(&visitor)); /* several in one second are one to ask for */
        visits_count += visitor.when.logged.count;
    }
    must(visits_count == log->times_count);
}

/* The log twice over says the same, with every visit twice. */
static void must_be_the_same_twice(struct str text, const struct visitor_log *log)
{
    struct buf twice;
    struct visitor_log again;
    buf_init(&twice, text.size * 2 + 2);
    must(buf_put_str(&twice, text) && buf_put_char(&twice, '\n') && buf_put_str(&twice, text) &&
         buf_put_char(&twice, '\n'));
    must(visitor_log_parse(buf_str(&twice), &again, NULL));
    must(again.start_s == log->start_s && again.days == log->days && again.clients_count == log->clients_count);
    must(again.times_count == log->times_count * 2);
    for (size_t i = 0; i < log->clients_count; i++)
        must(again.clients[i].client == log->clients[i].client && again.clients[i].first == log->clients[i].first * 2);
    visitor_log_fini(&again);
    buf_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct visitor_log log;
    struct str text = str_make(data, size);
    struct err err = {.code = ERR_NONE};
    if (!visitor_log_parse(text, &log, &err)) {
        must(err.code == ERR_INPUT && err.text[0]);
        return 0;
    }
    must_be_whole(&log);
    must_be_the_same_twice(text, &log);
    visitor_log_fini(&log);
    return 0;
}
