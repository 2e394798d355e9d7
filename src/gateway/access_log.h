/*
 * The access log, off the hot path: a worker puts a finished line into its ring and goes on; one thread writes the
 * rings to the descriptor in large pieces. A full ring costs lines (counted), never time.
 *
 *     worker 0 ─▶ ring 0 ─┐
 *     worker 1 ─▶ ring 1 ─┴▶ writer thread ─write─▶ descriptor (exchanged by SIGUSR1)
 */
#ifndef GATEWAY_ACCESS_LOG_H
#define GATEWAY_ACCESS_LOG_H

#include "base/err.h"
#include "gateway/gateway.h"
#include "snapshot/counters.h"

struct access_log; /* one worker's ring */
struct access_log_writer;
struct exchange;

/* A ring holds some 4,000 lines: a quarter of a second at full speed, longer than the writer sleeps. */
#define ACCESS_LOG_RING_SIZE (1u << 20)
/* What a client chose (target, referrer, agent …) is cut to this; six times as long when all of it must be escaped. */
#define ACCESS_LOG_TEXT_SIZE_MAX 512
/* Room for all of them at their longest: a line is never lost to its length, or a request could hide that way. */
#define ACCESS_LOG_LINE_SIZE_MAX (10 * 6 * ACCESS_LOG_TEXT_SIZE_MAX + 1024)
/* How long a line may wait. */
#define ACCESS_LOG_PERIOD_MS 200

/* Takes the descriptor. */
struct access_log_writer *access_log_new(uint32_t workers_count, enum gateway_log_format format, int take_fd,
                                         struct err *err);
/* Starts the writer thread. */
NODISCARD bool access_log_start(struct access_log_writer *writer, struct err *err);
/* Writes what is left, ends the thread. NULL is allowed. */
void access_log_free(struct access_log_writer *writer);
/* From now on to this descriptor (taken). */
void access_log_reopen(struct access_log_writer *writer, int take_fd);
/* A worker's ring; NULL when there is no log. Lost lines are counted in `counters`. */
struct access_log *access_log_ring(struct access_log_writer *writer, uint32_t index, struct counters_worker *counters);

/* The line of a finished exchange. */
void access_log_exchange(struct access_log *ring, const struct exchange *ex);

#endif
