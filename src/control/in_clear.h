/*
 * Passwords, cookies and content that came over plain HTTP for a site of late, from its census: whether somebody is to
 * be told, and in which words. What they were is known nowhere.
 */
#ifndef CONTROL_IN_CLEAR_H
#define CONTROL_IN_CLEAR_H

#include "control/census.h"
#include "control/notify_judge.h"
#include "store/jsonout.h"

/*
 * After so long without any it is over: a program that runs once a day is one problem, not one a day. Of what came
 * within the last day, less the hour that counts are kept by, it is said that it still goes on.
 */
#define IN_CLEAR_QUIET_S  ((int64_t)48 * 3600)
#define IN_CLEAR_LATELY_S ((int64_t)22 * 3600)
/* A sentence with its numbers and the programs. */
#define IN_CLEAR_TEXT_SIZE 600

struct in_clear {
    struct census_counts recent; /* until it is over */
    struct census_counts lately; /* of that what came within the last day */
};

/* Whether anything of it came since the counters began; cheap. */
bool in_clear_is_possible(const struct core *core, const struct site *site);
/* Reads the store. */
NODISCARD bool in_clear_look(const struct core *core, const struct site *site, struct in_clear *ret, struct err *err);
/*
 * "Within two days requests over plain HTTP carried: a password (Authorization: Basic) (12), a cookie (3). Passwords
 * and tokens were sent by: curl (12)."
 */
struct str in_clear_text(const struct census_counts *recent, char room[static IN_CLEAR_TEXT_SIZE]);
/* For the status: passwords, tokens and forms that the notifications tell of, at any site; nothing about mere cookies.
 */
void in_clear_warn(const struct core *core, struct jsonout *out);

#endif
