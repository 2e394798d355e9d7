/*
 * One entry of the preload list: a name that browsers accept nothing but HTTPS for before they were ever there, with or
 * without the names below it, and by which policy it came on the list. What a name may be is decided here, for the
 * list as it comes and for the compiled one alike.
 */
#ifndef HSTS_PRELOAD_ENTRY_H
#define HSTS_PRELOAD_ENTRY_H

#include "base/err.h"

/* Of a host name in text (RFC 1035 section 2.3.4), and of one label. */
#define PRELOAD_NAME_SIZE_MAX  253
#define PRELOAD_LABEL_SIZE_MAX 63
/* Eight policies are known ("bulk-1-year", "public-suffix-requested", …); new ones are kept by name. */
#define PRELOAD_POLICY_SIZE_MAX    32
#define PRELOAD_POLICIES_COUNT_MAX 64
/* What an entry without one is filed under. */
#define PRELOAD_POLICY_NONE "unspecified"

/* Bytes that names are made of; as many bits has the table of a node's children. */
#define PRELOAD_SYMBOLS_COUNT 39

struct preload_entry {
    struct str name; /* lower case */
    struct str policy;
    bool include_subdomains;
};

/* Lower-case letters, digits, hyphens and underscores in labels, dots between them; one label is a top-level domain. */
bool preload_name_is_fine(struct str name);
/* Lower-case letters, digits and hyphens. */
bool preload_policy_is_fine(struct str policy);
/* The place of a byte among those of names, ascending with the byte; -1: names have none such. */
int preload_symbol(char c);

#endif
