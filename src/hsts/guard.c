/*
 * The table of guards and the few functions over it: which guard belongs to which move, how hard a fault is for it, and
 * whether its block may be overridden. What a guard looks at is in guard_stranded, _certificate, _name, _way, _use,
 * _below, _subnames, _ready and _listed.
 *
 * Three moves are judged by more than their own column: a climb to the last rung or a year is "permanent" by another
 * name, a start on a rung longer than a trial is no trial, and guards of names below belong to a move only when those
 * are bound. The way back (hold, release, subdomains-off, preload-off) is blocked by one guard alone, preload-listed,
 * where it frees nobody; all else only warns there.
 */
#include "hsts/guard.h"

#include <assert.h>

#include "hsts/guard_below.h"
#include "hsts/guard_certificate.h"
#include "hsts/guard_coverage.h"
#include "hsts/guard_judge.h"
#include "hsts/guard_listed.h"
#include "hsts/guard_name.h"
#include "hsts/guard_ready.h"
#include "hsts/guard_reports.h"
#include "hsts/guard_stranded.h"
#include "hsts/guard_subnames.h"
#include "hsts/guard_use.h"
#include "hsts/guard_way.h"

/* N: the guard does not belong to the move. W, B: a fault warns, blocks. In ascending order. */
enum hardness { N, W, B };

/* FIRM: some visitor would certainly be shut out, or nothing be promised at all; nobody may override that. */
enum firmness { SOFT, FIRM };

enum condition {
    ALWAYS,
    BELOW,     /* when names below are bound after the move */
    PRELOADED, /* when preload was sent before */
};

struct guard_row {
    const char *id;
    enum guard_finding (*judge)(const struct guard_case *, struct guard_result *);
    enum firmness firmness;
    enum condition condition;
    enum hardness hardness[HSTS_MOVES_COUNT];
};

/* One line a guard, the moves in the order of enum hsts_move. */
/* clang-format off */
static const struct guard_row rows[] = {
    /*                                                                         |  |  |  |  |  |  |  |  preload-off */
    /*                                                                         |  |  |  |  |  |  |  preload-on */
    /*                                                                         |  |  |  |  |  |  subdomains-off */
    /*                                                                         |  |  |  |  |  subdomains-on */
    /*                                                                         |  |  |  |  release */
    /*                                                                         |  |  |  hold */
    /*                                                                         |  |  permanent */
    /*                                                                         |  climb */
    /*                                                                         start */
    {"stranded",               guard_stranded,               SOFT, ALWAYS,    {N, B, B, N, N, N, N, N, N}},
    {"certificate-present",    guard_certificate_present,    FIRM, ALWAYS,    {B, B, B, N, W, B, W, B, W}},
    {"certificate-names",      guard_certificate_names,      FIRM, ALWAYS,    {B, B, B, N, W, B, W, B, W}},
    {"certificate-chain",      guard_certificate_chain,      FIRM, ALWAYS,    {W, B, B, N, W, B, W, B, W}},
    {"certificate-valid",      guard_certificate_valid,      FIRM, ALWAYS,    {B, B, B, N, W, B, W, B, W}},
    {"certificate-key",        guard_certificate_key,        FIRM, ALWAYS,    {B, B, B, N, W, B, W, B, W}},
    {"certificate-outlives",   guard_certificate_outlives,   SOFT, ALWAYS,    {W, W, B, N, N, W, N, B, N}},
    {"certificate-until-free", guard_certificate_until_free, SOFT, ALWAYS,    {N, N, N, N, W, N, W, N, N}},
    {"served",                 guard_way_served,             SOFT, ALWAYS,    {B, B, B, N, W, B, W, B, W}},
    {"redirect",               guard_way_redirect,           SOFT, ALWAYS,    {W, W, B, N, N, B, N, B, N}},
    {"redirect-permanent",     guard_way_permanent,          SOFT, ALWAYS,    {N, N, W, N, N, N, N, W, N}},
    {"ports",                  guard_way_ports,              SOFT, ALWAYS,    {B, B, B, N, N, B, N, B, N}},
    {"application",            guard_way_application,        SOFT, ALWAYS,    {B, B, B, N, N, B, N, B, N}},
    {"content",                guard_way_content,            SOFT, ALWAYS,    {W, B, B, N, N, B, N, B, N}},
    {"other-ports",            guard_way_other_ports,        SOFT, ALWAYS,    {W, W, B, N, N, B, N, B, N}},
    {"name-ip",                guard_name_ip,                FIRM, ALWAYS,    {B, B, B, N, N, B, N, B, N}},
    {"name-local",             guard_name_local,             SOFT, ALWAYS,    {W, B, B, N, N, B, N, B, N}},
    {"name-wildcard",          guard_name_wildcard,          SOFT, ALWAYS,    {B, B, B, N, N, B, N, B, N}},
    {"ancestor",               guard_name_ancestor,          SOFT, ALWAYS,    {W, W, W, N, W, W, W, W, N}},
    {"panel",                  guard_name_panel,             SOFT, ALWAYS,    {W, W, W, N, N, W, N, W, N}},
    {"dwell",                  guard_use_dwell,              SOFT, ALWAYS,    {N, B, N, N, N, N, N, N, N}},
    {"traffic",                guard_use_traffic,            SOFT, ALWAYS,    {N, B, W, N, N, N, N, W, N}},
    {"coverage",               guard_coverage,               SOFT, ALWAYS,    {N, W, W, N, N, N, N, N, N}},
    {"reports",                guard_reports,                SOFT, ALWAYS,    {N, B, B, N, N, W, N, W, N}},
    {"http-census",            guard_use_http,               SOFT, ALWAYS,    {W, W, W, N, N, W, N, W, N}},
    {"clock",                  guard_use_clock,              FIRM, ALWAYS,    {B, B, B, N, N, B, N, B, N}},
    {"subdomains-served",      guard_below_served,           FIRM, BELOW,     {B, B, B, N, N, B, N, B, N}},
    {"subdomains",             guard_subnames,               SOFT, BELOW,     {B, B, B, N, N, B, N, B, N}},
    {"preload-terms",          guard_below_preload,          SOFT, ALWAYS,    {N, N, N, N, N, N, N, W, N}},
    {"preload-ready",          guard_ready_preload,          SOFT, ALWAYS,    {N, N, N, N, N, N, N, B, N}},
    {"preload-removal",        guard_below_removal,          SOFT, PRELOADED, {N, N, N, N, W, N, W, N, W}},
    {"preload-listed",         guard_listed_lapse,           SOFT, ALWAYS,    {N, N, N, N, B, N, B, N, B}},
};
/* clang-format on */

#define ROWS_COUNT (sizeof rows / sizeof *rows)
_Static_assert(ROWS_COUNT <= GUARD_COUNT_MAX, "the callers' lists hold every guard");

static enum hardness harder(enum hardness a, enum hardness b)
{
    return a > b ? a : b;
}

static enum hardness hardness_of(const struct guard_row *row, const struct guard_case *c)
{
    const struct hsts_wish *after = &c->facts->after;
    enum hardness own = row->hardness[c->move];
    if (c->move == HSTS_MOVE_CLIMB && after->max_age_s >= ladder_permanent(&after->ladder))
        return harder(own, row->hardness[HSTS_MOVE_PERMANENT]);
    if (c->move == HSTS_MOVE_START && own != N && after->max_age_s > LADDER_TRIAL_S)
        return harder(own, row->hardness[HSTS_MOVE_CLIMB]);
    return own;
}

static bool holds(enum condition condition, const struct guard_case *c)
{
    switch (condition) {
    case BELOW: return guard_binds_below(c);
    case PRELOADED: return c->facts->before.preload;
    default: return true;
    }
}

static enum guard_verdict verdict_of(enum guard_finding finding, enum hardness hardness, enum hsts_move move)
{
    switch (finding) {
    case GUARD_FINE: return GUARD_PASS;
    case GUARD_FATAL: return guard_promises_more(move) ? GUARD_BLOCK : GUARD_WARN;
    case GUARD_FAULT: return hardness == B ? GUARD_BLOCK : GUARD_WARN;
    default: return GUARD_WARN;
    }
}

/* False when the guard does not belong to the move. */
static bool judge(const struct guard_row *row, const struct guard_case *c, struct guard_result *ret)
{
    enum hardness hardness = hardness_of(row, c);
    if (hardness == N || !holds(row->condition, c))
        return false;
    *ret = (struct guard_result){.id = row->id, .overridable = row->firmness == SOFT};
    ret->verdict = verdict_of(row->judge(c, ret), hardness, c->move);
    return true;
}

size_t guard_evaluate(const struct guard_facts *facts, enum hsts_move move,
                      struct guard_result ret[static GUARD_COUNT_MAX])
{
    const struct guard_case c = {facts, move};
    size_t count = 0;
    assert(move < HSTS_MOVES_COUNT);
    for (size_t i = 0; i < ROWS_COUNT; i++) {
        struct guard_result one;
        if (!judge(&rows[i], &c, &one))
            continue;
        size_t at = count++;
        for (; at > 0 && ret[at - 1].verdict < one.verdict; at--)
            ret[at] = ret[at - 1];
        ret[at] = one;
    }
    return count;
}

enum guard_verdict guard_worst(const struct guard_result *results, size_t count)
{
    enum guard_verdict worst = GUARD_PASS;
    for (size_t i = 0; i < count; i++)
        if (results[i].verdict > worst)
            worst = results[i].verdict;
    return worst;
}

bool guard_find(struct str id, bool *ret_overridable)
{
    for (size_t i = 0; i < ROWS_COUNT; i++)
        if (str_eq(id, str_from(rows[i].id))) {
            *ret_overridable = rows[i].firmness == SOFT;
            return true;
        }
    return false;
}

const char *guard_verdict_name(enum guard_verdict verdict)
{
    static const char *const names[] = {[GUARD_PASS] = "pass", [GUARD_WARN] = "warn", [GUARD_BLOCK] = "block"};
    assert(verdict <= GUARD_BLOCK);
    return names[verdict];
}
