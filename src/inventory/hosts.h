/* hosts(5): an address and its names a line. For inventory/ only. */
#ifndef INVENTORY_HOSTS_H
#define INVENTORY_HOSTS_H

#include "inventory/lines.h"

/* `context` is the struct sink. */
NODISCARD bool hosts_line(void *context, uint64_t number, struct str line, struct err *err);

#endif
