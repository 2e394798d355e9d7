/*
 * Why a job failed, for whoever must act on it: a word for machines, sentences for people, what to do, and when trying
 * again makes sense. Filled by the job from a problem document (problem.h) or from what it found out itself.
 */
#ifndef ACME_FAILURE_H
#define ACME_FAILURE_H

#include "base/str.h"

#define ACME_PROBLEM_SIZE 64

struct acme_failure {
    /*
     * The type of the CA's problem without its prefix ("rateLimited", "dns", "caa"), or a word of ours: "unreachable",
     * "malformed_answer", "server_error", "no_challenge", "not_proved", "wrong_chain", "slow", "unknown_profile",
     * "terms_not_agreed", "not_offered", "unexplained", "internal".
     */
    char problem[ACME_PROBLEM_SIZE];
    char words[512];   /* plain sentences, the CA's own text quoted after it was cleaned */
    char fix[256];     /* what to do, or empty when waiting is all there is */
    int64_t retry_s;   /* not before this moment, as the CA asked; 0: by the caller's own schedule */
    bool permanent;    /* trying the same again cannot help before somebody changes something */
    bool try_other_ca; /* another CA might do better */
};

#endif
