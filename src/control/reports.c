#include "control/reports.h"

#include <inttypes.h>

#include "base/log.h"
#include "control/came.h"
#include "os/memfd.h"
#include "store/report.h"

#define DAY_S 86400
/* More than all workers take in a minute: nobody sane counted it. */
#define GAIN_MAX ((uint64_t)1 << 30)
/* Types, all of TLS as one, and what was refused. */
#define ROWS_COUNT  (REPORT_TYPES_COUNT + 2)
#define ROW_TLS     REPORT_TYPES_COUNT
#define ROW_REFUSED (REPORT_TYPES_COUNT + 1)

/* What is in the memory of a day and not in the store; of reporters all there are. */
struct span {
    int64_t from_s;
    struct reports_figure rows[ROWS_COUNT];
};

static const char *row_name(size_t row)
{
    return row == ROW_TLS ? "tls.*" : row == ROW_REFUSED ? "refused" : report_kind_of((enum report_type)row)->type;
}

static struct reports_site *memory_of(const struct core *core, const struct site *site, uint64_t day)
{
    struct clients *clients = core->clients;
    bool is_known = clients && day && site->slot < CLIENTS_SITES_COUNT && clients->day_salts[day % 2].since == day;
    return is_known ? &clients->reports[day % 2][site->slot] : NULL;
}

static uint64_t load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static struct reports_figure reporters_of(const struct reports_site *memory, uint32_t mask)
{
    struct reports_figure figure = {.count = 0};
    uint64_t level, counted = reports_counted(memory, mask, &level);
    figure.reporters = clients_estimate(counted, level, &figure.error);
    return figure;
}

static uint32_t tls_mask(void)
{
    uint32_t mask = 0;
    for (int i = 0; i < REPORT_TYPES_COUNT; i++)
        mask |= report_type_is_tls((enum report_type)i) ? 1u << i : 0;
    return mask;
}

/* The gateway writes there as well, and could write anything. */
static uint64_t gained(uint64_t now, uint64_t written)
{
    uint64_t gain = now >= written ? now - written : 0;
    return gain < GAIN_MAX ? gain : GAIN_MAX;
}

static int64_t begin_of(const struct reports_site *memory, int64_t day_s)
{
    uint64_t from_s = load(&memory->from_s);
    return from_s > (uint64_t)day_s && from_s < (uint64_t)day_s + DAY_S ? (int64_t)from_s : day_s;
}

/* What came since it was written down. False: nothing. */
static bool read_span(const struct reports_site *memory, int64_t day_s, struct span *ret)
{
    struct span span = {.from_s = begin_of(memory, day_s)};
    uint64_t any = span.rows[ROW_REFUSED].count = gained(load(&memory->refused), memory->refused_written);
    for (uint32_t i = 0; i < REPORT_TYPES_COUNT; i++) {
        uint64_t count = load(&memory->counts[i]);
        if (count)
            span.rows[i] = reporters_of(memory, 1u << i);
        span.rows[i].count = gained(count, memory->written[i]);
        any += span.rows[i].count;
        if (report_type_is_tls((enum report_type)i))
            span.rows[ROW_TLS].count += span.rows[i].count;
    }
    uint64_t tls_count = span.rows[ROW_TLS].count;
    span.rows[ROW_TLS] = reporters_of(memory, tls_mask());
    span.rows[ROW_TLS].count = tls_count;
    *ret = span;
    return any > 0;
}

/* Of what is in the store, or on its way there: after a crash in between it is missing, and nothing counts twice. */
static void mark_written(struct reports_site *memory, const struct span *span, bool is_written)
{
    for (size_t i = 0; i < REPORT_TYPES_COUNT; i++)
        memory->written[i] += is_written ? span->rows[i].count : -span->rows[i].count;
    memory->refused_written += is_written ? span->rows[ROW_REFUSED].count : -span->rows[ROW_REFUSED].count;
}

static bool write_span(struct core *core, const struct site *site, struct reports_site *memory, int64_t day_s)
{
    struct report_row rows[ROWS_COUNT];
    struct err err = {0};
    struct span span;
    size_t count = 0;
    if (!read_span(memory, day_s, &span))
        return true;
    for (size_t i = 0; i < ROWS_COUNT; i++) {
        const struct reports_figure *figure = &span.rows[i];
        if (figure->count == 0)
            continue;
        rows[count] = (struct report_row){.from_s = span.from_s,
                                          .type = str_from(row_name(i)),
                                          .count = figure->count,
                                          .reporters = figure->reporters,
                                          .error = figure->error};
        count++;
    }
    mark_written(memory, &span, true);
    if (!store_add_reports(core->store, site->name, rows, count, core->read_clock(core).wall_s, &err)) {
        log_error("what browsers reported of %.*s could not be written down: %s", STR_ARG(site->name), err.text);
        mark_written(memory, &span, false);
        return false;
    }
    return true;
}

static bool is_reported_of(const struct core *core, const struct site *site)
{
    return site->reports || (site->reports_over_s && site->reports_over_s > core->read_clock(core).wall_s);
}

/* The rung that is held began within the span: what came before goes into the store, and the memory begins anew. */
static void cut(struct core *core, const struct site *site, struct reports_site *memory, int64_t day_s, int64_t since_s)
{
    struct err err = {0};
    if (since_s <= begin_of(memory, day_s) || since_s >= day_s + DAY_S || !write_span(core, site, memory, day_s))
        return;
    if (memfd_empty(memory, sizeof *memory, &err))
        memory->from_s = (uint64_t)since_s;
    else
        log_error("reports of before the rung count with it: %s", err.text);
}

static void turn_site(struct core *core, const struct site *site)
{
    uint64_t today = came_day(core);
    for (uint64_t back = 0; back < 2 && back < today; back++) {
        struct reports_site *memory = memory_of(core, site, today - back);
        int64_t day_s = (int64_t)(today - back) * DAY_S;
        if (!memory)
            continue;
        if (back == 0)
            cut(core, site, memory, day_s, site->hsts.since_s);
        (void)write_span(core, site, memory, day_s);
    }
}

void reports_turn(struct core *core)
{
    for (size_t i = 0; core->clients && i < core->state.sites_count; i++)
        if (is_reported_of(core, core->state.sites[i]))
            turn_site(core, core->state.sites[i]);
}

/* The sums that are asked for, and the spans of which the memory knows more than the store. */
struct gathering {
    struct reports_sum *sum;
    struct span spans[2];
    size_t spans_count;
};

static void add_row(struct reports_sum *sum, size_t row, const struct reports_figure *figure)
{
    struct reports_figure *to = row == ROW_TLS ? &sum->tls : row < REPORT_TYPES_COUNT ? &sum->types[row] : NULL;
    if (row == ROW_REFUSED)
        sum->refused += figure->count;
    if (!to)
        return;
    to->count += figure->count;
    to->reporters += figure->reporters;
    to->error += figure->error;
    uint64_t certain = figure->reporters > figure->error ? figure->reporters - figure->error : 0;
    if (row == ROW_TLS && certain > sum->tls_reporters_certain)
        sum->tls_reporters_certain = certain;
}

static void on_row(void *context, const struct report_row *row)
{
    struct gathering *gathering = context;
    struct reports_figure figure = {.count = row->count, .reporters = row->reporters, .error = row->error};
    size_t index = 0;
    while (index < ROWS_COUNT && !str_eq(row->type, str_from(row_name(index))))
        index++;
    for (size_t i = 0; index < ROWS_COUNT && i < gathering->spans_count; i++) {
        struct reports_figure *present = &gathering->spans[i].rows[index];
        if (gathering->spans[i].from_s != row->from_s)
            continue;
        present->count += figure.count;
        if (figure.reporters > present->reporters) {
            present->reporters = figure.reporters;
            present->error = figure.error;
        }
        return;
    }
    add_row(gathering->sum, index, &figure);
}

bool reports_sum(const struct core *core, const struct site *site, int64_t since_s, int64_t until_s,
                 struct reports_sum *ret, struct err *err)
{
    struct reports_sum sum = {.refused = 0};
    struct gathering gathering = {.sum = &sum};
    uint64_t today = came_day(core);
    for (uint64_t back = 0; is_reported_of(core, site) && back < 2 && back < today; back++) {
        const struct reports_site *memory = memory_of(core, site, today - back);
        struct span *span = &gathering.spans[gathering.spans_count];
        if (!memory)
            continue;
        (void)read_span(memory, (int64_t)(today - back) * DAY_S, span);
        gathering.spans_count += span->from_s >= since_s && span->from_s < until_s;
    }
    if (!store_reports(core->store, site->name, since_s, until_s, on_row, &gathering, err))
        return false;
    for (size_t i = 0; i < gathering.spans_count; i++)
        for (size_t row = 0; row < ROWS_COUNT; row++)
            add_row(&sum, row, &gathering.spans[i].rows[row]);
    *ret = sum;
    return true;
}

bool reports_sum_rung(const struct core *core, const struct site *site, struct reports_sum *ret, struct err *err)
{
    *ret = (struct reports_sum){.refused = 0};
    return site->hsts.max_age_s == 0 || !is_reported_of(core, site) ||
           reports_sum(core, site, site->hsts.since_s, INT64_MAX, ret, err);
}

void reports_present(const struct core *core, const struct site *site, struct reports_sum *ret)
{
    uint64_t today = came_day(core);
    const struct reports_site *memory = memory_of(core, site, today);
    *ret = (struct reports_sum){.refused = 0};
    for (uint32_t i = 0; memory && i < REPORT_TYPES_COUNT; i++) {
        uint64_t count = load(&memory->counts[i]);
        if (count == 0)
            continue;
        ret->types[i] = reporters_of(memory, 1u << i);
        ret->types[i].count = count;
    }
}

void reports_committed(struct core *core, const struct state *before)
{
    uint64_t today = came_day(core);
    for (size_t i = 0; i < core->state.sites_count; i++) {
        const struct site *site = core->state.sites[i];
        if (!is_reported_of(core, site))
            continue;
        const struct site *old = state_find(before, site->name);
        struct reports_site *memory = memory_of(core, site, today);
        if (memory && old && old->hsts.since_s != site->hsts.since_s)
            cut(core, site, memory, (int64_t)today * DAY_S, site->hsts.since_s);
    }
}
