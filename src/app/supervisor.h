/*
 * The supervisor: binds the sockets, starts, watches and restarts the gateway and control, and parses nothing from the
 * network. It holds what must outlive either of them: listening sockets, counters, the last good snapshot.
 *
 *     signals ──▶ supervisor ──▶ keeper (gateway)   keeper (control)   [keepers of gateways that drain]
 *                     │
 *                     └─ setup in force, [setup that a new gateway is being started with]
 */
#ifndef APP_SUPERVISOR_H
#define APP_SUPERVISOR_H

#include "app/listener_guard.h"
#include "app/setup.h"

/*
 * Runs in the foreground until SIGTERM or SIGINT; returns the exit status: 0 after an orderly end, 1 when it could not
 * start, 2 when the boot configuration is wrong or a socket cannot be opened. Errors are logged. `override` holds for
 * this start alone, not for what is reloaded later.
 */
int supervisor_run(const struct setup_origin *origin, const struct listener_override *override);

#endif
