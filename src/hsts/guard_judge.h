/*
 * What the guards are made of: a case to judge, a finding, and the words it is told in. A guard says what is the
 * matter; how hard that is for the move, the table says (guard.c). Private to this module.
 *
 *     facts, move ──▶ one function a guard ──▶ finding, why, fix ──▶ the table ──▶ verdict
 */
#ifndef HSTS_GUARD_JUDGE_H
#define HSTS_GUARD_JUDGE_H

#include "hsts/guard.h"

enum guard_finding {
    GUARD_FINE,
    GUARD_REMARK, /* to be known, never harder than a warning */
    GUARD_FAULT,  /* as hard as the table says for the move */
    GUARD_FATAL,  /* blocks every move that promises more */
};

struct guard_case {
    const struct guard_facts *facts;
    enum hsts_move move;
};

/* Whether the move makes browsers insist on more, or for longer. The others are the way back. */
bool guard_promises_more(enum hsts_move move);
/* Whether names below the site's are bound after the move. */
bool guard_binds_below(const struct guard_case *c);

/* GUARD_FINE, and what is in order. */
enum guard_finding guard_pass(struct guard_result *ret, const char *why, ...) __attribute__((format(printf, 2, 3)));
void guard_why(struct guard_result *ret, const char *why, ...) __attribute__((format(printf, 2, 3)));
/* Says what to do, and returns the finding. */
enum guard_finding guard_fix(struct guard_result *ret, enum guard_finding finding, const char *fix, ...)
    __attribute__((format(printf, 3, 4)));

/* Text from elsewhere for within a sentence: at most so many bytes of whole characters, no full stop at the end. */
struct str guard_clip(struct str text, size_t size_max);
/* The site's own name, as commands take it. */
struct str guard_site(const struct guard_facts *facts);
/* "2026-11-25 19:42 UTC" */
#define GUARD_DATE_SIZE 20
struct str guard_date(int64_t time_s, char room[static GUARD_DATE_SIZE]);
/*
 * Those names of the site that are wanted, as "a, b and 3 more": as many as there is room for, each whole. Returns how
 * many there are.
 */
#define GUARD_LIST_SIZE 300
size_t guard_list(const struct guard_facts *facts, bool (*is_wanted)(const struct guard_name *),
                  char room[static GUARD_LIST_SIZE]);

/* Sums and differences of moments that stay within the numbers, whatever the facts are. */
int64_t guard_sum_s(int64_t a_s, int64_t b_s);
int64_t guard_span_s(int64_t from_s, int64_t to_s);

/* How a guard that goes by an observation is told: beginnings of sentences, without a full stop. */
struct guard_sight {
    enum observed_what what;
    const char *good, *bad;
    const char *whether; /* stands behind "whether" */
    const char *fix;     /* a sentence, when it is bad or in doubt */
};

/* Whether somebody looked, saw something, and that was not too long ago. */
bool guard_is_seen(const struct guard_case *c, enum observed_what what);
/*
 * Good passes, doubt is a remark, bad is a fault; so is what nobody saw or what was seen too long ago. Sets the time of
 * the evidence.
 */
enum guard_finding guard_observed(const struct guard_case *c, const struct guard_sight *sight,
                                  struct guard_result *ret);

#endif
