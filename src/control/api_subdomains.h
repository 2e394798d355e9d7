/* What the routes of inventories (api_subdomain*.c) have in common. For them alone. */
#ifndef CONTROL_API_SUBDOMAINS_H
#define CONTROL_API_SUBDOMAINS_H

#include "control/api_routes.h"
#include "control/subname_intake.h"

/* One name, as an object. */
void api_subdomain_write(const struct subname_entry *entry, int64_t now_s, struct jsonout *out);
/* What became of an import: the answer to whoever gave it. `format` is what it was taken for. */
void api_subdomains_taken(const struct subname_intake *intake, const struct subname_taken *taken,
                          const struct inventory_counts *counts, const char *format, struct api_reply *reply);

#endif
