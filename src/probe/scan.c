#include "probe/scan.h"

#include <assert.h>
#include <stdlib.h>

#include "probe/preload_look.h"

/* How long a turn waits: as often `turn` is called when nothing happens. */
#define TURN_MS 200
/*
 * Domains begun in one go, and only in a turn that found nothing to do: on a slow machine as many are in flight as keep
 * it busy, instead of so many that each of them is too slow for its limit. Few enough for any machine are begun always.
 */
#define BEGUN_AT_ONCE_COUNT 8
#define ALWAYS_COUNT        16

/* A domain in flight. */
struct looked {
    struct run *run;
    struct preload_look *look;
    struct looked *next, **link;
    uint64_t number;
    size_t domain_size;
    char domain[];
};

struct run {
    const struct scan *scan;
    struct crowd *crowd;
    struct looked *looked;
    struct scan_counts counts;
    bool at_end;
};

static void forget(struct looked *looked)
{
    *looked->link = looked->next;
    if (looked->next)
        looked->next->link = looked->link;
    looked->run->counts.in_flight--;
    preload_look_free(looked->look);
    free(looked);
}

static void tell(struct looked *looked, const struct preload_seen *seen)
{
    const struct scan *scan = looked->run->scan;
    looked->run->counts.done++;
    scan->done(scan->context, looked->number, str_make(looked->domain, looked->domain_size), seen);
    forget(looked);
}

static void on_done(struct preload_look *look, void *context)
{
    tell(context, preload_look_seen(look));
}

static struct looked *new_looked(struct run *run, uint64_t number, struct str domain)
{
    struct looked *looked = malloc(sizeof *looked + domain.size);
    if (!looked)
        return NULL;
    *looked = (struct looked){
        .run = run, .number = number, .domain_size = domain.size, .next = run->looked, .link = &run->looked};
    if (domain.size)
        memcpy(looked->domain, domain.data, domain.size);
    if (looked->next)
        looked->next->link = &looked->next;
    run->looked = looked;
    run->counts.in_flight++;
    run->counts.begun++;
    return looked;
}

static bool begin(struct run *run, uint64_t number, struct str domain, struct err *err)
{
    struct looked *looked = new_looked(run, number, domain);
    if (!looked)
        return err_memory(err);
    const struct preload_look_request request = {.domain = str_make(looked->domain, looked->domain_size),
                                                 .roots_pem = run->scan->roots_pem,
                                                 .http_port = run->scan->http_port,
                                                 .https_port = run->scan->https_port,
                                                 .request_ms = run->scan->request_ms,
                                                 .length_ms = PRELOAD_LOOK_MS_EACH,
                                                 .field_only = run->scan->field_only,
                                                 .on_done = on_done,
                                                 .context = looked};
    looked->look = preload_look_begin(run->crowd, run->scan->suffixes, &request);
    if (!looked->look)
        tell(looked, NULL);
    return true;
}

static bool fill(struct run *run, struct err *err)
{
    uint64_t number;
    struct str domain;
    size_t always = run->scan->in_flight_max < ALWAYS_COUNT ? run->scan->in_flight_max : ALWAYS_COUNT;
    for (size_t begun = 0; !run->at_end && run->counts.in_flight < run->scan->in_flight_max; begun++) {
        if (run->counts.in_flight >= always && (begun >= BEGUN_AT_ONCE_COUNT || !crowd_was_idle(run->crowd)))
            break;
        if (!run->scan->next(run->scan->context, &number, &domain))
            run->at_end = true;
        else if (!begin(run, number, domain, err))
            return false;
    }
    return true;
}

static bool run_all(struct run *run, struct err *err)
{
    do {
        if (!fill(run, err))
            return false;
        if (run->counts.in_flight)
            crowd_turn(run->crowd, TURN_MS);
        if (!run->scan->turn(run->scan->context, &run->counts))
            return true;
    } while (run->counts.in_flight || !run->at_end);
    return true;
}

bool scan_run(const struct scan *scan, struct err *err)
{
    struct run run = {.scan = scan};
    assert(scan->in_flight_max >= 1 && scan->in_flight_max <= SCAN_IN_FLIGHT_COUNT_MAX);
    if (!crowd_new(&scan->crowd, &run.crowd, err))
        return false;
    bool fine = run_all(&run, err);
    crowd_free(run.crowd); /* first: it knows the looks that are under way */
    while (run.looked)
        forget(run.looked);
    return fine;
}
