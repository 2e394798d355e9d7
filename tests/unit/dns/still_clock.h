/*
 * Time for the tests that wait for a server of theirs: it stands still while an answer is under way, however busy the
 * machine is, and passes at once where nothing will come. For programs that are linked with clock_gettime and poll
 * wrapped.
 */
#ifndef TESTS_UNIT_DNS_STILL_CLOCK_H
#define TESTS_UNIT_DNS_STILL_CLOCK_H

#include <stdint.h>

/* Nobody is waited for yet. */
void still_clock_reset(void);
/* A server will not answer what it was asked: whoever waits for it does so for this long. */
void still_clock_pass(int64_t length_ms);

#endif
