/* An entry of the audit log in the API's JSON. */
#ifndef CONTROL_API_AUDIT_H
#define CONTROL_API_AUDIT_H

#include "store/audit.h"
#include "store/jsonout.h"

/* As an object inside an array. */
void api_audit_write(const struct audit_entry *entry, struct jsonout *out);

#endif
