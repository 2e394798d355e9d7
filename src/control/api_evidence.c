/*
 * /v1/sites/NAME/evidence and /v1/evidence: requests, handshakes and failed handshakes over time, of one site and of
 * the gateway as a whole (?since=…&until=…&step=minute|hour|day). The store has what was written down; what came since
 * then is added from the counters, so that the answer is of now and asking writes nothing.
 */
#include <stdlib.h>

#include "codec/date.h"
#include "control/api_evidence_census.h"
#include "control/api_evidence_clients.h"
#include "control/api_evidence_coverage.h"
#include "control/api_evidence_reports.h"
#include "control/api_evidence_trend.h"
#include "control/api_routes.h"
#include "control/gains.h"
#include "store/jsonout.h"

/* What is shown unless something else is asked for; of minutes all there are. */
#define DEFAULT_S ((int64_t)7 * 86400)
/* A moment or a step, and what is too long to be one. */
#define VALUE_SIZE_MAX 64

struct question {
    bool has_since, has_until, has_step;
    int64_t since_s, until_s; /* whole steps; the latter is outside */
    enum evidence_step step;
};

/* What there is of a question, in a bucket for each step. */
struct series {
    struct question range;
    int64_t known_s; /* since when everything is counted; negative: it is not */
    struct evidence_counts total;
    struct evidence_counts *buckets;
    size_t count;
};

static bool read_moment(const char *field, struct str value, bool *has, int64_t *ret_s, struct err *err)
{
    if (*has)
        return err_field(err, field, "it is given twice") || err_fix(err, "give it once");
    if (!date_parse_rfc3339(value, ret_s)) {
        (void)err_field(err, field, "\"%.*s\" is no moment", STR_ARG(value));
        return err_fix(err, "give it as RFC 3339 says: 2026-11-23T17:51:03Z");
    }
    *has = true;
    return true;
}

static bool read_step(struct str value, struct question *question, struct err *err)
{
    if (question->has_step)
        return err_field(err, "step", "it is given twice") || err_fix(err, "give it once");
    for (int i = 0; i < EVIDENCE_STEPS_COUNT; i++)
        if (str_eq(value, str_from(evidence_step_name((enum evidence_step)i)))) {
            question->step = (enum evidence_step)i;
            question->has_step = true;
            return true;
        }
    (void)err_field(err, "step", "\"%.*s\" is no step", STR_ARG(value));
    return err_fix(err, "use minute, hour or day");
}

static bool read_part(struct str name, struct str encoded, struct question *question, struct err *err)
{
    char room[VALUE_SIZE_MAX];
    struct str value = {0};
    bool is_since = str_eq(name, STR("since")), is_until = str_eq(name, STR("until"));
    if (!is_since && !is_until && !str_eq(name, STR("step"))) {
        (void)err_field(err, "query", "\"%.*s\" is not understood", STR_ARG(str_part(name, 0, 40)));
        return err_fix(err, "since=MOMENT, until=MOMENT and step=minute|hour|day are");
    }
    if (encoded.size && !api_decode_name(encoded, room, sizeof room, &value))
        value = str_part(encoded, 0, VALUE_SIZE_MAX); /* nothing that could be right */
    if (is_since)
        return read_moment("since", value, &question->has_since, &question->since_s, err);
    if (is_until)
        return read_moment("until", value, &question->has_until, &question->until_s, err);
    return read_step(value, question, err);
}

static int64_t floor_to(int64_t moment_s, enum evidence_step step)
{
    return moment_s - moment_s % evidence_step_s(step);
}

/* The first moment of which rows of this step are kept. */
static int64_t kept_from_s(int64_t now_s, enum evidence_step step)
{
    return floor_to(now_s, step) - evidence_kept_s(step);
}

/* The finest of the coarser steps that hold it; days where none does. */
static enum evidence_step step_for(int64_t since_s, int64_t now_s)
{
    return since_s >= kept_from_s(now_s, EVIDENCE_HOUR) ? EVIDENCE_HOUR : EVIDENCE_DAY;
}

static bool refuse_lost(const struct question *question, int64_t now_s, struct err *err)
{
    char text[DATE_ISO_SIZE];
    enum evidence_step step = question->step;
    struct str kept = date_write_iso(kept_from_s(now_s, step) * 1000, text);
    if (step == EVIDENCE_DAY) {
        (void)err_field(err, "since", "it is too early: what was counted is kept for three years");
        return err_fix(err, "give %.*s or later", STR_ARG(kept));
    }
    (void)err_field(err, "step", "%ss are kept for %s", evidence_step_name(step),
                    step == EVIDENCE_MINUTE ? "three hours" : "92 days");
    return err_fix(err, "give step=%s, or since=%.*s or later", step == EVIDENCE_MINUTE ? "hour" : "day",
                   STR_ARG(kept));
}

/* What was left out is filled in, and what was given made whole steps. */
static bool complete(struct question *question, int64_t now_s, struct err *err)
{
    if (question->has_since && question->since_s < 0)
        question->since_s = 0;
    if (!question->has_step)
        question->step = question->has_since ? step_for(question->since_s, now_s) : EVIDENCE_HOUR;
    enum evidence_step step = question->step;
    int64_t step_s = evidence_step_s(step), end_s = floor_to(now_s, step) + step_s;
    int64_t until_s = question->has_until && question->until_s < end_s ? question->until_s : end_s;
    int64_t back_s = step == EVIDENCE_MINUTE ? evidence_kept_s(step) : DEFAULT_S;
    int64_t since_s = question->has_since ? question->since_s : floor_to(until_s - 1, step) - back_s;
    int64_t kept_s = kept_from_s(now_s, step);
    if (since_s >= until_s) {
        (void)err_field(err, question->has_since ? "since" : "until", "nothing lies between since and until");
        return err_fix(err, "give a since that is earlier than until and than now");
    }
    /* Whoever asks for all that is kept must not fail because a minute has passed on the way here. */
    if (floor_to(since_s, step) < kept_s - step_s && question->has_since)
        return refuse_lost(question, now_s, err);
    question->since_s = floor_to(since_s, step) > kept_s ? floor_to(since_s, step) : kept_s;
    question->until_s = floor_to(until_s + step_s - 1, step);
    if (question->since_s < question->until_s)
        return true;
    (void)err_field(err, "until", "it is too early: nothing is kept from before it");
    return err_fix(err, "give a later until, or a coarser step");
}

static bool read_question(struct str query, int64_t now_s, struct question *ret, struct err *err)
{
    struct question question = {0};
    for (struct str rest = query; rest.data && rest.size;) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        if (!read_part(name, value, &question, err))
            return false;
    }
    if (!complete(&question, now_s, err))
        return false;
    *ret = question;
    return true;
}

/* Handshakes and redirects of before were not counted: such a bucket would look as if there had been none. */
static void add(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    struct series *series = context;
    if (at_s < series->range.since_s || at_s >= series->range.until_s || series->known_s < 0 ||
        at_s < floor_to(series->known_s, series->range.step))
        return;
    evidence_counts_add(&series->buckets[(at_s - series->range.since_s) / evidence_step_s(series->range.step)], counts);
    evidence_counts_add(&series->total, counts);
}

static bool load(struct core *core, const struct site *site, int64_t now_s, struct series *series, struct err *err)
{
    const struct store_counts_range range = {.site = site ? site->name : STR(""),
                                             .step = series->range.step,
                                             .from_s = series->range.since_s,
                                             .until_s = series->range.until_s};
    struct evidence_counts pending;
    if (!store_counts_since(core->store, range.site, &series->known_s, err))
        return false;
    if (series->known_s < 0)
        series->known_s = gains_since_s(core->gains, site);
    gains_pending(core->gains, site, &core->state, core->counters, &pending);
    add(series, floor_to(now_s, series->range.step), &pending);
    return store_counts(core->store, &range, add, series, err);
}

static void write_requests(struct jsonout *out, const struct evidence_counts *counts)
{
    jsonout_u64(out, "https_requests", counts->https_requests);
    jsonout_u64(out, "http_requests", counts->http_requests);
    jsonout_u64(out, "redirects", counts->redirects);
    jsonout_u64(out, "handshakes", counts->handshakes);
}

static void write_buckets(struct jsonout *out, const struct series *series)
{
    jsonout_array(out, "buckets");
    for (size_t i = 0; i < series->count; i++) {
        const struct evidence_counts *counts = &series->buckets[i];
        if (evidence_counts_is_empty(counts))
            continue;
        jsonout_object(out, NULL);
        jsonout_time(out, "at", series->range.since_s + (int64_t)i * evidence_step_s(series->range.step));
        write_requests(out, counts);
        jsonout_u64(out, "in_clear", counts->census.counts[CENSUS_IN_CLEAR]);
        jsonout_object(out, "failures");
        for (size_t k = 0; k < COUNTERS_FAILURES_MAX; k++)
            if (counts->failed[k] && counters_causes[k])
                jsonout_u64(out, counters_causes[k], counts->failed[k]);
        jsonout_object_end(out);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

/* The most frequent first. */
static void write_failures(struct jsonout *out, const struct evidence_counts *total)
{
    bool written[COUNTERS_FAILURES_MAX] = {false};
    jsonout_array(out, "failures");
    for (;;) {
        size_t most = COUNTERS_FAILURES_MAX;
        for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
            if (!written[i] && counters_causes[i] && total->failed[i] &&
                (most == COUNTERS_FAILURES_MAX || total->failed[i] > total->failed[most]))
                most = i;
        if (most == COUNTERS_FAILURES_MAX)
            break;
        written[most] = true;
        jsonout_object(out, NULL);
        jsonout_str(out, "cause", str_from(counters_causes[most]));
        jsonout_u64(out, "count", total->failed[most]);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

/* Nothing in place of what cannot be read: "no reports" is said, and signed, only when there were none. */
static bool write_parts(struct jsonout *out, const struct core *core, const struct site *site,
                        const struct series *series, struct err *err)
{
    int64_t since_s = series->range.since_s, until_s = series->range.until_s;
    return api_evidence_clients(out, core, site, since_s, until_s, err) &&
           api_evidence_coverage(out, core, site, since_s, until_s, err) &&
           api_evidence_trend(out, core, site, since_s, until_s, err) &&
           api_evidence_census(out, core, site, &series->total.census, err) &&
           api_evidence_reports(out, core, site, since_s, until_s, err);
}

static bool write_series(struct jsonout *out, const struct core *core, const struct site *site,
                         const struct series *series, struct err *err)
{
    jsonout_object(out, NULL);
    if (site)
        jsonout_str(out, "name", site->name);
    jsonout_time(out, "since", series->range.since_s);
    jsonout_time(out, "until", series->range.until_s);
    jsonout_str(out, "step", str_from(evidence_step_name(series->range.step)));
    if (series->known_s < 0)
        jsonout_null(out, "known_from");
    else
        jsonout_time(out, "known_from", series->known_s);
    jsonout_object(out, "totals");
    write_requests(out, &series->total);
    jsonout_u64(out, "handshakes_failed", evidence_counts_failed(&series->total));
    jsonout_object_end(out);
    write_failures(out, &series->total);
    write_buckets(out, series);
    bool fine = !site || write_parts(out, core, site, series, err);
    jsonout_object_end(out);
    return fine;
}

static void answer(struct core *core, const struct site *site, const struct api_request *request,
                   struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct series series = {.known_s = -1};
    struct err err = {0};
    int64_t now_s = core_over_s(core);
    bool fine = read_question(request->query, now_s, &series.range, &err);
    if (fine) {
        /* at most what is kept of a step: some two thousand */
        series.count = (size_t)((series.range.until_s - series.range.since_s) / evidence_step_s(series.range.step));
        series.buckets = calloc(series.count, sizeof *series.buckets);
        fine = series.buckets ? load(core, site, now_s, &series, &err) : err_memory(&err);
    }
    if (!fine || !write_series(&out, core, site, &series, &err))
        api_fail(reply, &err);
    free(series.buckets);
}

void api_site_evidence_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct site *site = state_find(&core->state, request->name);
    if (site)
        answer(core, site, request, reply);
    else
        api_no_site(request->name, reply);
}

void api_evidence_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    answer(core, NULL, request, reply);
}
