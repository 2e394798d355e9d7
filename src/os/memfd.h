/*
 * Memory that processes share by passing a descriptor. Two kinds: a sealed one, whose bytes nobody can change any more
 * (a snapshot: its reader may check it once and trust it for ever), and a shared one of fixed size that is written in
 * place (the counters).
 */
#ifndef OS_MEMFD_H
#define OS_MEMFD_H

#include "base/err.h"
#include "base/str.h"

/* A memfd with `content`, sealed against writing, growing, shrinking and further seals. Close-on-exec; the caller
 * closes. */
NODISCARD bool memfd_sealed_new(const char *name, struct str content, int *ret_fd, struct err *err);
/*
 * Maps all of a sealed memfd for reading, after checking that the seals are there and that it holds 1 to size_max
 * bytes. Undone by memfd_unmap; the descriptor may be closed before.
 */
NODISCARD bool memfd_sealed_map(int fd, size_t size_max, struct str *ret, struct err *err);
/* A zeroed memfd of fixed size (sealed against resizing only). Pages cost memory when first written. */
NODISCARD bool memfd_shared_new(const char *name, size_t size, int *ret_fd, struct err *err);
/* Maps `size` bytes of it, shared; refused when it is smaller, or could shrink (reading it could then end the process).
 */
NODISCARD bool memfd_shared_map(int fd, size_t size, bool writable, void **ret, struct err *err);
/* Gives back whole pages of a shared mapping (both are multiples of the page's size): all who have it mapped see zeros.
 */
NODISCARD bool memfd_empty(void *at, size_t size, struct err *err);
void memfd_unmap(const void *at, size_t size);

#endif
