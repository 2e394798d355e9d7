/*
 * What time it is. Timeouts and durations are measured on the monotonic clock, which never jumps; the wall clock is
 * only for what people and protocols read. One read costs some 20 ns (no system call): a loop reads it once a turn.
 */
#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds and microseconds of CLOCK_MONOTONIC: only differences mean anything. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
/* Seconds of CLOCK_BOOTTIME, which goes on while the machine is suspended: only differences mean anything. */
int64_t clock_elapsed_s(void);
/* Seconds and milliseconds since 1970-01-01T00:00:00Z, without leap seconds; may jump. */
int64_t clock_wall_s(void);
int64_t clock_wall_ms(void);
/* Whether the kernel says that a time server keeps the wall clock right (adjtimex without STA_UNSYNC). */
bool clock_is_synchronised(void);

#endif
