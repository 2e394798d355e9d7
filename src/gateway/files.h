/*
 * Static files from a folder: GET and HEAD, one range, conditions, an index file. The folder must lie below one of the
 * static roots of the boot file; nothing outside it can be reached, whatever the path or the symbolic links say.
 */
#ifndef GATEWAY_FILES_H
#define GATEWAY_FILES_H

#include "gateway/exchange.h"

/* Answers the exchange from the route's folder. */
void files_start(struct exchange *ex, const struct snap_route *route);

#endif
