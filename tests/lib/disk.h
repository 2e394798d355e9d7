/*
 * A disk in memory under SQLite, which fails when it is told to: the power goes, a write or a sync fails, it is full.
 * Everything that changes it is a step (a write, a truncation, a sync, the making and removing of a file), counted from
 * 1, so that a test can let each of them be the one that fails.
 *
 * It forgets what a real one forgets. Written is not durable: only a sync makes it so. After a power cut each write
 * since the last sync is there or not, by the seed, a large one in part. After a sync that failed, what it was to save
 * can be read until the power goes, and is never saved by a later sync (as on Linux).
 */
#ifndef TESTS_LIB_DISK_H
#define TESTS_LIB_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum disk_fault {
    DISK_SOUND,
    DISK_FAIL,      /* the step fails with an input/output error (a write: half done), and those after it succeed */
    DISK_FULL,      /* from the step on no file can grow */
    DISK_READ_ONLY, /* files are opened for reading only; the step does not matter */
    DISK_POWER,     /* the power goes before the step: it and all after it fail, also reading */
};

/* Makes it SQLite's way to files, empty and sound; disk_remove undoes that. One at a time. */
void disk_install(void);
void disk_remove(void);
/* Steps since disk_install or disk_break. */
unsigned disk_steps(void);
/* Counts from 0 again; the fault comes at that step (1 is the next). */
void disk_break(enum disk_fault fault, unsigned step);
/* Counts a step of something that is not SQLite's (a rename); false when it must fail. */
bool disk_step(void);
/* Power is back: what is on the disk now. Seed 0: only what was synced; 1: everything that was written. */
void disk_power_on(uint64_t seed);

#endif
