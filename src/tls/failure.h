/* From the library's error to our causes: what the counters count and the evidence shows. */
#ifndef TLS_FAILURE_H
#define TLS_FAILURE_H

#include "tls/conn.h"

/*
 * Empties the library's error queue and says the cause behind it, with its words in *ret_text (a constant string, never
 * NULL). Errors of other parts of the library (a certificate's encoding) may stand before the one that tells.
 */
enum tls_failure failure_take(const char **ret_text);

#endif
