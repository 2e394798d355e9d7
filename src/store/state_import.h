/*
 * Reads state.json, the state's file before there was a database (its version 1, the only one there was), into what the
 * database holds: sites with a wish in place of a switch, ledger entries in place of noted promises. Pure: text in,
 * values out. A newer version, an unknown member, or anything that cannot be read is an error; nothing is guessed.
 *
 *     "max_age": null          the mode off
 *     "max_age": 0             release
 *     "max_age": N             hold on N, which becomes a rung of the site's ladder if it is none
 *     "promise" of a site      entries of each of its names that answer no earlier than the note did
 *     a tombstone              entries of its name, and its reason in the audit log
 */
#ifndef STORE_STATE_IMPORT_H
#define STORE_STATE_IMPORT_H

#include "hsts/book.h"
#include "store/audit.h"
#include "store/state.h"

/* 16,384 sites with a few routes each take 10 MB; large error pages and roots the rest. */
#define STATE_IMPORT_SIZE_MAX ((size_t)256 << 20)
/* As many removed names as were ever remembered. */
#define STATE_IMPORT_TOMBSTONES_COUNT_MAX 65536

struct state_import {
    struct arena arena; /* what is not the sites' */
    struct state state;
    struct book_change *entries; /* ids from 1 on */
    size_t entries_count, entries_capacity;
    struct audit_entry *audit;
    size_t audit_count;
    int64_t now_s; /* the ledger's clock at the import: never behind what was stored */
};

NODISCARD bool state_import_read(struct str text, int64_t wall_s, struct state_import *ret, struct err *err);
void state_import_fini(struct state_import *import);

#endif
