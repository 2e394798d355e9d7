/*
 * Reports of browsers, as control has them: what browsers are told (the texts of the fields, which the snapshot
 * carries), and what became of it: figures by type, from the shared memory (snapshot/reports.h) into the store
 * (store/report.h) once a minute, in spans of a day that are cut where the rung changes.
 */
#ifndef CONTROL_REPORTS_H
#define CONTROL_REPORTS_H

#include "control/core.h"
#include "http/report.h"
#include "snapshot/build.h"

/*
 * Browsers remember at least so long that they shall report: most of who comes back at all comes within a month. A
 * promise that lasts longer is outlived by a day: whom it shuts out on its last day must still be told to report it.
 */
#define REPORTS_MAX_AGE_S_MIN 2592000
#define REPORTS_MARGIN_S      86400

/* How long browsers of a site with this promise remember to report. */
int64_t reports_max_age_s(int64_t promise_s);

/* What the texts are made of. */
struct reports_source {
    struct str site;
    struct str collector; /* empty: there is none that can take reports */
    uint16_t https_port;  /* public */
    const uint8_t *key;   /* SEAL_KEY_SIZE bytes, from which tokens are made */
    int64_t max_age_s;    /* 0: browsers are told to forget it */
};
/* Into the arena. Fails only for memory. */
NODISCARD bool reports_texts(const struct reports_source *source, struct arena *arena, struct build_reports *ret,
                             struct err *err);

/* The collector of the settings is empty, or a site of the state; else an error about `field`. */
NODISCARD bool reports_check_collector(const struct state *state, const char *field, struct err *err);
/* A change of a site: how long browsers that were told to report must be told to stop. */
void reports_carry_over(const struct core *core, const struct site *before, struct site *after);

struct jsonout;
/* Why reports that are asked for cannot come, into an array that is open. */
void reports_warn(const struct core *core, const struct site *site, struct jsonout *out);

/* Writes down what came since the last time. Each minute and at the end; a failure is logged, and what it is about is
 * written the next time. */
void reports_turn(struct core *core);
/* After a commit: where the rung of a site changed its span is cut. */
void reports_committed(struct core *core, const struct state *before);

/* One type; of reporters and their error see clients_estimate. */
struct reports_figure {
    uint64_t count, reporters, error;
};

struct reports_sum {
    struct reports_figure types[REPORT_TYPES_COUNT];
    struct reports_figure tls; /* all types of TLS together: whoever sent two of them is one reporter */
    uint64_t refused;
    /* In the span of a day that had the most: of tls, how many reporters there were for certain. */
    uint64_t tls_reporters_certain;
};

/* What is known of spans that begin from since_s until before until_s, the present moment included. */
NODISCARD bool reports_sum(const struct core *core, const struct site *site, int64_t since_s, int64_t until_s,
                           struct reports_sum *ret, struct err *err);
/* What the memory of today has, which begins anew with the rung and the gateway: types alone, without the store. */
void reports_present(const struct core *core, const struct site *site, struct reports_sum *ret);
/* The same of the present rung; nothing while none is held. */
NODISCARD bool reports_sum_rung(const struct core *core, const struct site *site, struct reports_sum *ret,
                                struct err *err);

#endif
