/*
 * The whole check of a blob, done once: after it no accessor can leave the blob or fail to end, whoever wrote it. The
 * checksum guards against damage only; everything else assumes malice. Internal to the module.
 */
#ifndef SNAPSHOT_VERIFY_H
#define SNAPSHOT_VERIFY_H

#include "snapshot/read.h"

/* Every table, reference, index, enum and value of *s, whose header says the blob has `header->size` bytes. */
NODISCARD bool snapshot_verify(const struct snapshot *s, struct err *err);

#endif
