/* Certificate authorities that everybody knows, by name, so that nobody has to look their URL up. */
#ifndef CONTROL_CA_KNOWN_H
#define CONTROL_CA_KNOWN_H

#include <jansson.h>

#include "base/err.h"

struct ca_known {
    const char *name;
    const char *directory_url;
    bool rehearsal; /* a staging one: browsers do not trust what it issues */
};

/* NULL when the name is not known. */
const struct ca_known *ca_known_find(struct str name);
/* Whether an authority that is to be new says where it is, or has a known name: a slip of the pen has neither. */
NODISCARD bool ca_known_check(const json_t *json, struct err *err);

#endif
