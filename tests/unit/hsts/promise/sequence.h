/*
 * One sequence of events, thrown by the dice of a seed and a number, and the laws that hold after each of them. Equal
 * seeds and numbers are equal sequences.
 */
#ifndef PROMISE_SEQUENCE_H
#define PROMISE_SEQUENCE_H

#include "browsers.h"
#include "control.h"

#define SEQUENCE_FAULT_SIZE 400
#define BACKUPS_COUNT       2

/*
 * How long an answer may be under way: what LEDGER_SLACK_S leaves when a gateway drains for an hour and two readings of
 * the clock differ by as much as they may.
 */
#define ARRIVES_S_MAX (LEDGER_SLACK_S - SERVING_DRAIN_S - 2 * HSTS_CLOCK_JUMP_S)

/* What happened, over all sequences: a test in which nothing happens would pass. */
struct tally {
    uint64_t events, emissions, releases, moves, mends, faults, crashes, boots, drains, restores, losses, checks, freed;
};

struct sequence {
    struct dice dice;
    struct world world;
    struct disk disk;
    struct backup {
        bool is_made;
        int64_t made_s; /* true time */
        struct disk disk;
        struct browsers browsers; /* as they were then */
    } backups[BACKUPS_COUNT];
    struct serving serving;
    struct control control;
    struct browsers browsers;
    int64_t over_s;                  /* of the running control, as it was last read */
    bool shows;                      /* tells on standard output what happens */
    char fault[SEQUENCE_FAULT_SIZE]; /* the law that was broken, empty when none was */
    struct tally tally;
};

/* Lives through the whole sequence; false when a law was broken. */
bool sequence_run(struct sequence *sequence, uint64_t seed, uint64_t number, bool shows);
/* Says that a law was broken; the first one stays. */
void sequence_fault(struct sequence *sequence, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Tells what happens, when somebody wants to know. */
void sequence_show(const struct sequence *sequence, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
