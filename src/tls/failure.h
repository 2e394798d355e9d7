/* From the library's error to our causes: what the counters count and the evidence shows. */
#ifndef TLS_FAILURE_H
#define TLS_FAILURE_H

#include "tls/conn.h"

/*
 * The cause behind a packed error code of the library (ERR_peek_error), and its words in *ret_text (a constant string,
 * never NULL).
 */
enum tls_failure failure_of(unsigned long error, const char **ret_text);

#endif
