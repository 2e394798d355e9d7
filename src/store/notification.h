/*
 * What administrators are told, as rows: a *notification* is one thing that is told, once, with the text it is told in;
 * a *delivery* is its way to one channel, kept until it arrived or was given up; a *standing* is a problem that goes
 * on, so that it is told once and not at every look. The words for kinds, phases and severities are here because they
 * are stored. What is worth telling is decided in control (control/notify_judge.h); nothing secret is in any of these.
 */
#ifndef STORE_NOTIFICATION_H
#define STORE_NOTIFICATION_H

#include "base/err.h"

enum notify_kind {
    NOTIFY_OBTAINED, /* a site has its first certificate from an authority */
    NOTIFY_RENEWED,
    NOTIFY_SERVED,     /* a new certificate was seen served on every listener */
    NOTIFY_FAILING,    /* a certificate cannot be obtained or renewed */
    NOTIFY_EXPIRING,   /* it ends soon, or has ended */
    NOTIFY_MISMATCH,   /* what is served is not what is stored */
    NOTIFY_CLOCK,      /* this machine's clock is not trusted */
    NOTIFY_DRAWER,     /* the certificate that is kept ready would not do */
    NOTIFY_CHECK,      /* a self-check found what keeps a site off the preload list, or takes it off */
    NOTIFY_SUBDOMAINS, /* a name below a site that binds such names would shut its visitors out */
    NOTIFY_HELD,       /* guards keep a site from climbing by itself */
    NOTIFY_IN_CLEAR,   /* passwords, cookies or content came over plain HTTP */
    NOTIFY_DIGEST,     /* the daily summary */
    NOTIFY_TEST,       /* somebody pressed the button */
    NOTIFY_KIND_COUNT,
};

/* Those that a channel may choose from; digest and test go where they were asked for. */
#define NOTIFY_CHOICE_COUNT NOTIFY_DIGEST

enum notify_severity { NOTIFY_INFO, NOTIFY_WARNING, NOTIFY_CRITICAL, NOTIFY_SEVERITY_COUNT };

enum notify_phase {
    NOTIFY_HAPPENED, /* it has no duration */
    NOTIFY_BEGUN,
    NOTIFY_WORSE,
    NOTIFY_STILL, /* said again, as nothing has changed */
    NOTIFY_RESOLVED,
    NOTIFY_PHASE_COUNT,
};

/* Each ends with NULL, for members_choice. */
extern const char *const notify_kind_names[];
extern const char *const notify_severity_names[];
extern const char *const notify_phase_names[];

/* A word's place in one of these lists, 0 for one that is in none of them. */
uint32_t notify_number_of(struct str word, const char *const *words);

/* 128 random bits in hexadecimal: one for each notification, the same in every attempt to deliver it. */
#define NOTIFY_KEY_SIZE 32
/* "7d", "expired", or a word for a problem: "rateLimited". */
#define NOTIFY_STAGE_SIZE_MAX 63
/* Why a delivery failed. */
#define NOTIFY_PROBLEM_SIZE_MAX 511
/* A digest with its lines is the largest. */
#define NOTIFY_CONTENT_SIZE_MAX 65536

/* Views. */
struct notification {
    uint64_t id; /* given by the store */
    struct str key;
    int64_t at_s;    /* wall clock, as all moments here */
    struct str site; /* empty: about the installation */
    enum notify_kind kind;
    enum notify_phase phase;
    enum notify_severity severity;
    struct str stage;
    struct str content; /* JSON: what is sent */
};

enum notify_state { NOTIFY_QUEUED, NOTIFY_SENT, NOTIFY_GIVEN_UP };
extern const char *const notify_state_names[];

struct notify_delivery {
    uint64_t notification;
    struct str channel;
    enum notify_state state;
    uint32_t attempts;
    int64_t next_s;     /* queued: not before this moment */
    int64_t done_s;     /* sent or given up then; 0: neither */
    struct str problem; /* of the last attempt, empty when there was none */
};

struct notify_standing {
    char stage[NOTIFY_STAGE_SIZE_MAX + 1];
    int32_t rank; /* of the stage: a greater one is worse */
    enum notify_severity severity;
    int64_t since_s;
    int64_t told_s;      /* last */
    uint32_t told_count; /* 0: it may pass by itself yet */
};

#endif
