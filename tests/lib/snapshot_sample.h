/*
 * For tests and the fuzz target of the snapshot: one small input that uses every table and every kind of row, and a
 * walk that reads every byte any accessor can reach.
 */
#ifndef TESTS_LIB_SNAPSHOT_SAMPLE_H
#define TESTS_LIB_SNAPSHOT_SAMPLE_H

#include "snapshot/build.h"
#include "snapshot/read.h"

/* The input; what it points to is constant, so that copies may be changed freely. */
struct build_input snapshot_sample(void);
/* The sample as a blob in memory of its exact size (ASan sees a read beyond it); snapshot_blob_free. NULL on failure.
 */
unsigned char *snapshot_sample_blob(size_t *ret_size);
/* Puts the size and the right checksum into what may be a header; nothing when it is too short for one. */
void snapshot_fix(unsigned char *blob, size_t size);
/* Reads everything and looks everything up. The sum of all bytes, so that no read can be left out. */
uint64_t snapshot_walk(const struct snapshot *s);

#endif
