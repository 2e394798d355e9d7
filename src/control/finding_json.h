/* Findings about a site, and how clients read its field, as the API tells them. */
#ifndef CONTROL_FINDING_JSON_H
#define CONTROL_FINDING_JSON_H

#include "hsts/finding.h"
#include "store/jsonout.h"

/* The array under `key`, in the order of the findings. */
void finding_json_write(struct jsonout *out, const char *key, const struct findings *findings);
/* The array under `key`: each client with what it makes of a response with these fields; empty when there are none. */
void finding_json_readings(struct jsonout *out, const char *key, const struct preload_fields *fields);

#endif
