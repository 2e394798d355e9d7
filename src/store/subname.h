/*
 * The inventory of a site: names below its own that includeSubDomains would bind, each with where it is known from,
 * what the last look found, and who answers for it. Views.
 */
#ifndef STORE_SUBNAME_H
#define STORE_SUBNAME_H

#include "base/err.h"
#include "hsts/subname.h"

/* Names of one site: a large university has some ten thousand, and each is looked at within the week. */
#define SUBNAMES_COUNT_MAX 20000
/* Of all sites together: some 30 MB in the database, and in each backup. */
#define SUBNAMES_TOTAL_COUNT_MAX 100000
/* Of one site, names that were only seen: four times as many as are kept of those below one name (control/seen.h). They
 * come in while less than half of the room for all sites is taken. */
#define SUBNAMES_SEEN_COUNT_MAX 1000
/* A comment or a reason: a few sentences. */
#define SUBNAME_TEXT_SIZE_MAX 1000

/* Somebody's word for a name. `by` empty: there is none. */
struct subname_word {
    struct str by;
    int64_t at_s; /* wall clock, as all here */
    struct str text;
};

struct subname_entry {
    struct str name;
    unsigned sources, flags; /* bits, as in hsts/subname.h */
    int64_t added_s;
    int64_t last_s;   /* when its sources named it last; 0: it is not known */
    struct str cname; /* or empty */
    enum subname_verdict verdict;
    struct str detail;    /* a sentence; or empty */
    struct str addresses; /* separated by spaces */
    int64_t looked_s;     /* 0: never */
    struct subname_word sign_off;
    enum subname_verdict signed_verdict;
    struct subname_word exception;
    int64_t exception_until_s; /* 0: for good */
};

/* A name that comes in. */
struct subname_newcomer {
    struct str name;
    unsigned sources;
    int64_t last_s;   /* 0: now */
    struct str cname; /* empty: not known */
};

/* What became of those that came in. */
struct subname_taken {
    size_t added, known;
    size_t left_out; /* there was no room */
};

/* What a look found. */
struct subname_found {
    struct str name;
    enum subname_verdict verdict;
    unsigned flags;
    struct str detail, addresses;
    struct str cname; /* empty: there is none any more, or no address came (verdict) and it is not known */
};

/* The same of the name for the judgement. */
struct subname_facts subname_entry_facts(const struct subname_entry *name);
enum subname_state subname_entry_state(const struct subname_entry *name, int64_t now_s);

#endif
