/* For Prometheus: failed handshakes by kind of client, of the gateway as a whole. */
#ifndef CONTROL_METRICS_HELLO_H
#define CONTROL_METRICS_HELLO_H

#include "base/buf.h"
#include "control/core.h"

/* Appends the family; without the causes that did not occur with a kind of client. */
void metrics_hello_write(const struct core *core, struct buf *out);

#endif
