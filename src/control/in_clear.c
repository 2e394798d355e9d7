#include "control/in_clear.h"

#include <stdarg.h>
#include <stdio.h>

#include "control/gains.h"
#include "control/totals.h"
#include "http/agent.h"

#define HOUR_S 3600
/* The programs that sent most of it. */
#define CLASSES_TOLD_COUNT 3

struct sums {
    struct in_clear *in_clear;
    int64_t lately_s; /* from then on */
};

static void add(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    struct sums *sums = context;
    census_add(&sums->in_clear->recent, &counts->census);
    if (at_s >= sums->lately_s)
        census_add(&sums->in_clear->lately, &counts->census);
}

static int64_t hour_of(int64_t moment_s)
{
    return moment_s - moment_s % HOUR_S;
}

bool in_clear_look(const struct core *core, const struct site *site, struct in_clear *ret, struct err *err)
{
    struct in_clear in_clear = {{{0}}, {{0}}};
    int64_t now_s = core_over_s(core);
    struct sums sums = {.in_clear = &in_clear, .lately_s = hour_of(now_s - IN_CLEAR_LATELY_S)};
    const struct store_counts_range range = {
        .site = site->name, .step = EVIDENCE_HOUR, .from_s = hour_of(now_s - IN_CLEAR_QUIET_S), .until_s = INT64_MAX};
    struct evidence_counts pending;
    if (!store_request_counts(core->store, &range, add, &sums, err))
        return false;
    gains_pending(core->gains, site, &core->state, core->counters, &pending);
    add(&sums, now_s, &pending);
    *ret = in_clear;
    return true;
}

/* The one with the most of those that were not told yet; HTTP_AGENTS_COUNT: there is no other. */
static size_t next_class(const uint64_t *counts, const bool *told)
{
    size_t most = HTTP_AGENTS_COUNT;
    for (size_t i = 0; i < HTTP_AGENTS_COUNT; i++)
        if (counts[i] && !told[i] && (most == HTTP_AGENTS_COUNT || counts[i] > counts[most]))
            most = i;
    return most;
}

/* Text that does not fit is cut: it is for people. */
struct text {
    char *data;
    size_t size;
};

static void put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct text *text, const char *format, ...)
{
    va_list args;
    size_t left = IN_CLEAR_TEXT_SIZE - text->size;
    va_start(args, format);
    int written = vsnprintf(text->data + text->size, left, format, args);
    va_end(args);
    text->size += written < 0 ? 0 : (size_t)written < left ? (size_t)written : left - 1;
}

static void put_senders(struct text *text, const uint64_t *counts)
{
    bool told[HTTP_AGENTS_COUNT] = {false};
    size_t class = next_class(counts, told);
    for (size_t i = 0; i < CLASSES_TOLD_COUNT && class < HTTP_AGENTS_COUNT; i++) {
        told[class] = true;
        put(text, "%s%s (%llu)",
            i ? ", " : " Passwords and tokens were sent by: ", http_agent_words((enum http_agent) class),
            (unsigned long long)counts[class]);
        class = next_class(counts, told);
    }
    if (class < HTTP_AGENTS_COUNT)
        put(text, " and others");
    if (next_class(counts, (const bool[HTTP_AGENTS_COUNT]){false}) < HTTP_AGENTS_COUNT)
        put(text, ".");
}

struct str in_clear_text(const struct census_counts *recent, char room[static IN_CLEAR_TEXT_SIZE])
{
    static const struct {
        enum census_field field;
        const char *words;
    } kinds[] = {{CENSUS_BASIC, "a password (Authorization: Basic)"},
                 {CENSUS_AUTHORIZATION, "another authorization, such as a token"},
                 {CENSUS_COOKIES, "a cookie"},
                 {CENSUS_CONTENT, "content"},
                 {CENSUS_FORMS, "of that what was typed into a form"}};
    struct text text = {.data = room, .size = 0};
    put(&text, "Within two days requests over plain HTTP carried");
    for (size_t i = 0, told = 0; i < sizeof kinds / sizeof *kinds; i++) {
        unsigned long long count = recent->counts[kinds[i].field];
        if (count)
            put(&text, "%s %s (%llu)", told++ ? "," : ":", kinds[i].words, count);
    }
    put(&text, ".");
    put_senders(&text, &recent->counts[CENSUS_SENDER]);
    if (recent->counts[CENSUS_REFUSED])
        put(&text, " Of these requests %llu were refused.", (unsigned long long)recent->counts[CENSUS_REFUSED]);
    return str_make(room, text.size);
}

bool in_clear_is_possible(const struct core *core, const struct site *site)
{
    struct census_counts census;
    if (!totals_of_census_moved(core->counters, site->slot))
        return false;
    totals_of_census(core->counters, site->slot, &census);
    return census.counts[CENSUS_IN_CLEAR] > 0;
}
