/*
 * Taking secrets out of memory for good: a store the compiler may not remove.
 */
#ifndef CRYPTO_WIPE_H
#define CRYPTO_WIPE_H

#include <stddef.h>

/* Overwrites `size` bytes. `data` may be NULL when size is 0. */
void wipe_bytes(void *data, size_t size);
/* Overwrites, then frees what malloc gave. NULL is allowed. */
void wipe_free(void *data, size_t size);
/* The same for a block of malloc's whose size nobody remembers: all that was allocated. For libraries that take a
 * function to free with. */
void wipe_heap(void *data);

#endif
