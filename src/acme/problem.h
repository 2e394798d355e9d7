/*
 * A CA's problem document (RFC 7807, RFC 8555 section 6.7): what it says went wrong, cleaned so that it can be shown,
 * and what that means in words of ours. It comes as an answer of its own, or within an order or a challenge.
 */
#ifndef ACME_PROBLEM_H
#define ACME_PROBLEM_H

#include "acme/failure.h"
#include "codec/json.h"

/* Subproblems of 100 names are 30 KB; what is larger is not read. */
#define PROBLEM_BODY_SIZE_MAX ((size_t)128 * 1024)
/* A sentence or two of the CA's own; what is longer is cut. */
#define PROBLEM_DETAIL_SIZE 256
/* Of the page it wants somebody to read; a longer one is left out. */
#define PROBLEM_INSTANCE_SIZE 192
/* Names with what is wrong with each, as many as fit. */
#define PROBLEM_PARTS_SIZE 192

struct problem {
    unsigned status;                  /* of the answer; 0 within an order or challenge */
    char type[ACME_PROBLEM_SIZE];     /* "rateLimited"; of others than RFC 8555's the whole URI; "" when it was none */
    char detail[PROBLEM_DETAIL_SIZE]; /* cleaned; may be empty */
    char instance[PROBLEM_INSTANCE_SIZE]; /* an https URL, or empty */
    char parts[PROBLEM_PARTS_SIZE];       /* subproblems: "a.example: …; b.example: …" */
    char part_type[ACME_PROBLEM_SIZE];    /* the type of the first */
    int64_t retry_s;                      /* not before this moment; 0: nothing was said */
};

/* The body of an answer with this status, with any content: what is no problem document gives one without type. */
void problem_of_answer(unsigned status, struct str content_type, struct str body, struct problem *ret);
/* A problem within another document ("error"); anything else than an object gives one without type. */
void problem_of_json(const json_t *value, struct problem *ret);
/* Whether it is of this type of RFC 8555. */
bool problem_is(const struct problem *problem, const char *type);

/*
 * Sentences for the operator. `what` is the end of "The CA …" that says what it was doing: "refused to order the
 * certificate", "looked for the proof of www.example.org (http-01)"; `of_proof` tells the second kind, whose types mean
 * something else.
 */
void problem_to_failure(const struct problem *problem, const char *what, bool of_proof, struct acme_failure *ret);

#endif
