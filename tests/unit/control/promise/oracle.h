/*
 * Browsers that remember. For every name that was served, the last moment (in true time) at which some browser that got
 * a field there is still bound; nothing else is known here, no ledger, no clock, no cap.
 */
#ifndef CONTROL_PROMISE_ORACLE_H
#define CONTROL_PROMISE_ORACLE_H

#include "hsts/ledger.h"
#include "told.h"

#define ORACLE_NAMES_COUNT_MAX 16

struct oracle_name {
    char name[TOLD_TEXT_SIZE];
    int64_t until_s[LEDGER_FAMILIES_COUNT]; /* the name itself */
    int64_t below_s[LEDGER_FAMILIES_COUNT]; /* the names below it */
    bool preload;
};

struct oracle {
    struct oracle_name names[ORACLE_NAMES_COUNT_MAX];
    size_t count;
};

/* A browser got this value under the name. */
void oracle_note(struct oracle *oracle, const char *name, struct str field, int64_t true_s);

#endif
