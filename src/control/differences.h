/* Two JSON objects told member by member: what the declarative API answers. */
#ifndef CONTROL_DIFFERENCES_H
#define CONTROL_DIFFERENCES_H

#include <jansson.h>

#include "store/jsonout.h"

/* The array "differences": members that differ, with their values before and after (null: there is none). Either
 * object may be NULL. */
void differences_write(struct jsonout *out, const json_t *before, const json_t *after);

#endif
