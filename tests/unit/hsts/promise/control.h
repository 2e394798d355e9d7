/*
 * The control process as the contracts of hsts want it: look at the clock first, save before apply, apply before
 * publish, close when nothing that could still be served carries the promise. It runs the real book, clock and wish,
 * and any of its saves may fail or be its last.
 */
#ifndef PROMISE_CONTROL_H
#define PROMISE_CONTROL_H

#include "disk.h"
#include "serving.h"
#include "world.h"

struct control {
    bool alive;
    struct book book;
    struct hsts_clock clock;
    struct settings settings;
    uint64_t published; /* generation, by this process: what an earlier one published may have carried something else */
    /* All of it outlives the process. */
    struct disk *disk;
    struct serving *serving;
    struct world *world;
    struct dice *dice;
    int faults_one_in; /* of saves; 0: none fails */
    bool disk_is_ill;  /* every save fails, or seems to */
    uint64_t mends_count, faults_count;
};

void control_init(struct control *control, struct disk *disk, struct serving *serving, struct world *world,
                  struct dice *dice);
void control_fini(struct control *control);
/* Reads the disk, looks at the clock, takes over what the sealed snapshot tells, publishes. */
void control_start(struct control *control);
void control_die(struct control *control);
/* What it does every few seconds: looks at the clock, opens and closes, ends releases that are over. */
void control_tick(struct control *control);
/* A move on a site; refused ones change nothing. */
void control_move(struct control *control, size_t site, enum hsts_move move);
/* Another certificate, or proof of its renewal (0); the alias dropped or taken back. */
void control_set_cap(struct control *control, size_t site, int64_t cap_s);
void control_toggle_alias(struct control *control);
/* Seals the snapshot that everybody has acknowledged. */
void control_seal(struct control *control);
void control_confirm_clock(struct control *control);
void control_saw(struct control *control, int64_t moment_s);
/* The backup comes back into what is on the disk, while no control runs. */
void control_restore(const struct control *control, const struct disk *backup);

/* Whether it would say that somebody may be bound by what was sent under this name. */
bool control_is_bound(const struct control *control, size_t site);
int64_t control_over_s(const struct control *control);
int64_t control_latest_s(const struct control *control);

#endif
