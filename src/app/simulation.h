/*
 * What the options of "strictgate simulate" mean: who comes (made up, or out of a log), what is promised when, and what
 * goes wrong. Checked as a whole before anything is computed; each error names its option.
 */
#ifndef APP_SIMULATION_H
#define APP_SIMULATION_H

#include "app/cli.h"
#include "hsts/population.h"
#include "hsts/simulate.h"
#include "hsts/visitor_log.h"

#define SIMULATION_VISITORS_DEFAULT 100000
#define SIMULATION_DAYS_DEFAULT     730
#define SIMULATION_SEED_DEFAULT     1

struct simulation {
    bool logged;                  /* by `log`, else by `population` */
    struct population population; /* `days` holds for both */
    struct visitor_log log;
    uint64_t visitors_count;
    struct simulate_plan plan;
    uint32_t release_day, fail_day; /* or SIMULATE_NO_DAY */
};

/* Reads the options, and the log where there is one. *ret is the caller's to simulation_fini. */
NODISCARD bool simulation_init(const struct cli *cli, struct simulation *ret, struct err *err);
void simulation_fini(struct simulation *simulation);
/* *ret is the caller's to simulate_result_fini. */
NODISCARD bool simulation_run(const struct simulation *simulation, struct simulate_result *ret, struct err *err);

#endif
