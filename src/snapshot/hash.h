/*
 * A fast 64-bit hash of bytes: the snapshot's checksum, the builder's table of strings and the identity of upstreams.
 * Several bytes a cycle, every bit of the input reaches every bit of the result; no defence against malice.
 */
#ifndef SNAPSHOT_HASH_H
#define SNAPSHOT_HASH_H

#include <stddef.h>
#include <stdint.h>

/* `seed` may be the hash of what came before. Any alignment; `data` may be NULL when size is 0. */
uint64_t snapshot_hash(const void *data, size_t size, uint64_t seed);

#endif
