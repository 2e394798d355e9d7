/*
 * How many different clients came, over any span: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) with 1024
 * registers of a byte. It forgets who came at once: a register keeps only how unlikely the least likely hash was that
 * fell to it. Two of them can be put together, which counts the clients of both once. Written without locks by whoever
 * has the memory.
 */
#ifndef SNAPSHOT_DISTINCT_H
#define SNAPSHOT_DISTINCT_H

#include <stdint.h>

#define DISTINCT_REGISTERS_COUNT 1024

struct distinct {
    uint8_t registers[DISTINCT_REGISTERS_COUNT];
};

/* The hash of a client, under a salt that is the same for all that is counted together. */
void distinct_put(struct distinct *distinct, uint64_t hash);
/* Whoever was counted in `more` is counted in `sum` as well. */
void distinct_add(struct distinct *sum, const struct distinct *more);
/* How many came, and by how many that may be wrong either way in 19 cases of 20 (6.5 %, less of few). */
uint64_t distinct_count(const struct distinct *distinct, uint64_t *ret_error);

#endif
