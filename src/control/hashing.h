/*
 * A password that is to be told right or wrong, or hashed anew, on a thread: it takes long and 64 MiB on purpose
 * (crypto/password.h), so that it is never done on the loop and never more than a few times at once. The struct around
 * one says what it is for; `later` is the answer it becomes.
 *
 *     hashing_begin ──▶ reply->later ──thread: check, then make──▶ loop: later.write ──▶ later.free, with hashing_fini
 */
#ifndef CONTROL_HASHING_H
#define CONTROL_HASHING_H

#include "control/api.h"
#include "crypto/password.h"

/* Two cores' worth of work and 128 MiB; whoever comes in addition comes again. */
#define HASHING_COUNT_MAX 2
/* So many more for control.sock: a crowd at the panel's doors must not keep the machine's administrator out. */
#define HASHING_SPARE_COUNT 1
/* A check and a new hash take a quarter of a second; this is for a machine that swaps. */
#define HASHING_LIMIT_MS 30000

struct hashing {
    struct api_later later; /* `write` and `free` are the caller's */
    struct core *core;
    bool is_local; /* it came over control.sock */
    /* what is to be done: hashing_check, hashing_make */
    bool checks, makes, renews;
    bool has_hash;
    char hash[PASSWORD_HASH_SIZE];
    char given[PASSWORD_SIZE_MAX], wanted[PASSWORD_SIZE_MAX]; /* secrets */
    size_t given_size, wanted_size;
    /* what came of it */
    bool right;                    /* with a check: the password was the account's */
    char made[PASSWORD_HASH_SIZE]; /* another hash; empty: none, since it was not wanted or the check came first */
    struct err err;                /* err.code not ERR_NONE: it could not be done */
};

/* The password is no longer than PASSWORD_SIZE_MAX (in both). `hash` NULL: there is no such account, which costs the
 * same. `renews`: a hash of less effort than today's is made anew when the password is right. */
void hashing_check(struct hashing *hashing, const char *hash, struct str password, bool renews);
void hashing_make(struct hashing *hashing, struct str password);
/*
 * The reply becomes what comes of it: reply->later is set, and hashing_fini is due in later.free. False when too many
 * are under way: the reply says so then (429), and hashing_fini is not due.
 */
NODISCARD bool hashing_begin(struct core *core, struct hashing *hashing, struct api_reply *reply);
/* Gives the place back and wipes everything. */
void hashing_fini(struct hashing *hashing);

#endif
