/*
 * The audit log: who did what to which site, when, from which state to which, with the verdicts of the guards and the
 * reasons of overrides. Append-only: the store refuses to change or delete a row. Never a secret in it.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/arena.h"
#include "base/err.h"

/* One act, written in the same transaction as what it did; a refused one on its own. Views. */
struct audit_entry {
    uint64_t id;         /* given by the store, ascending */
    int64_t at_s;        /* wall clock */
    struct str actor;    /* "uid 1000 (anna)", "gateway" for what Strictgate does by itself */
    struct str act;      /* "hsts.climb", "site.remove", "restore" */
    struct str site;     /* or empty */
    struct str outcome;  /* "done", "refused" */
    struct str before;   /* JSON, or empty */
    struct str after;    /* JSON, or empty */
    struct str guards;   /* JSON array of verdicts, or empty */
    struct str override; /* the guards that were overridden, separated by spaces; or empty */
    struct str reason;   /* of the override, or empty */
};

#endif
