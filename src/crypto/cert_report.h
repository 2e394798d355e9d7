/*
 * What is wrong with a certificate, told with its particulars: which names it covers and which it does not, which dates
 * and which clock, which issuer is missing and where it lies. Here the roots come in, and how long browsers let a
 * certificate be valid. All texts may hold names from the certificate, cleaned of what could move a cursor.
 */
#ifndef CRYPTO_CERT_REPORT_H
#define CRYPTO_CERT_REPORT_H

#include "crypto/cert.h"
#include "crypto/trust.h"

#define CERT_FINDING_TEXT_SIZE 512
#define CERT_FINDING_FIX_SIZE  320

struct cert_finding {
    enum cert_fault fault;
    char text[CERT_FINDING_TEXT_SIZE]; /* one sentence */
    char fix[CERT_FINDING_FIX_SIZE];   /* one sentence, or empty */
};

/* What a certificate is judged for and by. */
struct cert_view {
    const struct str *names; /* as of cert_check */
    size_t names_count;
    const struct trust *trust; /* roots with their marks, or NULL: nothing is said about the issuer */
    uint32_t
        local_marks; /* bits of marks whose roots visitors do not have: this machine does, and nobody declared it */
    int64_t now_s;
};

struct cert_report {
    struct cert_finding findings[CERT_FAULT_COUNT]; /* refusals first, then warnings, then notes */
    size_t count;
    enum cert_weight weight;      /* of the heaviest; CERT_NOTE when there is none */
    struct trust_verdict verdict; /* with `trust`: where the chain leads */
};

void cert_report_make(const struct cert *cert, const struct cert_view *view, struct cert_report *ret);
/* The first finding of this fault, or NULL. */
const struct cert_finding *cert_report_find(const struct cert_report *report, enum cert_fault fault);

/*
 * How long browsers let a certificate be valid, in days, by the day it begins: with a root that they came with, the
 * CA/Browser Forum's schedule (ballot SC-081v3); with any other, Apple's limit of 825 days.
 */
int cert_days_max(int64_t not_before_s, bool is_public);
/* Whether it is valid for longer than that; both ends count. */
bool cert_is_too_long(int64_t not_before_s, int64_t not_after_s, bool is_public);

#endif
