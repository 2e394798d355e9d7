/*
 * DATA/bound: for how long browsers insist on HTTPS, and on which port it was when they were told. Control writes it
 * from the ledger; the supervisor, which has no ledger, reads it before it takes over another boot file. It is plain
 * text, without a seal, and is read as what it is: a file of somebody less trusted than its reader.
 *
 *     strictgate-bound 1
 *     name app.example.org
 *     https 443
 *     http 80
 *     until 1795640580
 *     open yes
 */
#ifndef STORE_BOUND_H
#define STORE_BOUND_H

#include "base/buf.h"
#include "codec/name.h"

#define BOUND_FILE_NAME "bound"
/* All its lines, with the longest name and the largest numbers. */
#define BOUND_SIZE_MAX 512
/* The end of the year 9999: what lies behind it has no date to show. */
#define BOUND_UNTIL_S_MAX INT64_C(253402300799)

/* The binding that lasts longest. */
struct bound {
    struct name name;    /* in whose ledger it stands; size 0: nobody is bound, and there is no file */
    uint16_t https_port; /* public ports when it was written; 0: none */
    uint16_t http_port;
    int64_t until_s; /* by the ledger's latest clock, rounded up; at most BOUND_UNTIL_S_MAX */
    bool is_open;    /* the promise may be made still, so that the end moves on while nobody writes */
};

/* "2027-11-25 21:03 UTC" */
#define BOUND_DATE_SIZE 40

/* Appends the file's content. */
bool bound_write(const struct bound *bound, struct buf *out);
/* Takes nothing but what bound_write gives, with a name in the form of sites. ERR_INPUT does not repeat any of it. */
NODISCARD bool bound_parse(struct str text, struct bound *ret, struct err *err);
/* No file: nobody is bound. ERR_INPUT, or why it cannot be read. */
NODISCARD bool bound_load(const char *data_directory, struct bound *ret, struct err *err);
/* Replaces the file, or removes it when nobody is bound. */
NODISCARD bool bound_save(const char *data_directory, const struct bound *bound, struct err *err);
bool bound_eq(const struct bound *a, const struct bound *b);
/* Whether somebody is bound by this at `now_s` of the wall clock, as far as one can know without the ledger. */
bool bound_holds(const struct bound *bound, int64_t now_s);
/* Until when, for people. */
const char *bound_date(const struct bound *bound, char room[static BOUND_DATE_SIZE]);

#endif
