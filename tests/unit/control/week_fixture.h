/* A control with the memory of who comes, on a Wednesday at noon, and clients that come as workers note them. */
#ifndef TESTS_CONTROL_WEEK_FIXTURE_H
#define TESTS_CONTROL_WEEK_FIXTURE_H

#include "clients_fixture.h"
#include "control/coverage.h"
#include "http/agent.h"

#define DAY_S 86400
#define MOVES "/v1/sites/a.test/hsts/moves"

/* Of a week that is to come: certificates of now are good then. Its Monday is *ret_monday_s. */
static inline struct fixture *week_fixture(int64_t *ret_monday_s)
{
    struct fixture *f = fixture_new();
    fixture_stop_clock(f);
    uint64_t week = clients_week_of(clients_day_of(f->began.wall_s)) + 1;
    *ret_monday_s = (int64_t)weeks_first_day(week) * DAY_S;
    f->passed_s = *ret_monday_s + 2 * DAY_S + DAY_S / 2 - f->began.wall_s;
    commit_look_at_clock(&f->core);
    clients_begin(f);
    return f;
}

static inline const struct site *week_site(struct fixture *f, const char *name)
{
    return state_find(&f->core.state, str_from(name));
}

static inline void week_add_site(struct fixture *f, const char *name)
{
    char body[256];
    (void)snprintf(body, sizeof body,
                   "{\"name\":\"%s\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true,"
                   "\"redirect\":\"permanent\"}",
                   name);
    RUN_ONE(f, "POST", "/v1/sites", body, 201, NULL);
    fixture_prove_renewals(f, name);
    fixture_look(f, name, OBSERVED_TRUST_DECLARED);
}

/* A move of a.test that is allowed, and taken. */
static inline void week_move(struct fixture *f, const char *move)
{
    char body[64];
    (void)snprintf(body, sizeof body, "{\"move\":\"%s\"}", move);
    RUN_ONE(f, "POST", MOVES, body, 200, NULL);
    fixture_settle(f);
}

/* The supervisor ends, which is when all is written down, and with it the memory; another one begins. */
static inline void week_begin_anew(struct fixture *f)
{
    coverage_end(&f->core);
    clients_begin(f);
}

/* Clients first … first + count - 1, over HTTPS, at the present moment; with a hundred requests. */
static inline void week_come(struct fixture *f, const char *name, uint64_t first, uint64_t count, enum http_agent class)
{
    struct clients *clients = f->core.clients;
    uint32_t slot = week_site(f, name)->slot;
    for (uint64_t i = first; i < first + count; i++) {
        const struct clients_note note = {.hash = (i + 1) * 0x9e3779b97f4a7c15u,
                                          .class = (uint8_t) class,
                                          .signs = CLIENTS_HTTPS,
                                          .days = WEEKS_SINCE_RUNG | weeks_day_bit(clients->day)};
        clients_put(&clients->weeks[clients->week % 2][slot], &note);
    }
    counter_add(&f->counters->blocks[0].sites[slot].requests_https, 100);
}

/* Time goes by; somebody looks at the site at its end. */
static inline void week_pass(struct fixture *f, const char *name, int64_t seconds)
{
    struct err err = {0};
    bool more;
    assert_true(gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    f->passed_s += seconds;
    commit_look_at_clock(&f->core);
    came_turn(&f->core);
    fixture_look(f, name, OBSERVED_TRUST_DECLARED);
    fixture_settle(f);
}

#endif
