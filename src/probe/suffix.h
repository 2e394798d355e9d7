/*
 * Which part of a name is registered by somebody, and which is a public suffix below which anybody may register: by the
 * Public Suffix List, as libpsl and the machine's package of it have it.
 */
#ifndef PROBE_SUFFIX_H
#define PROBE_SUFFIX_H

#include "base/err.h"

struct suffixes;

/* Views of the name; empty: there is none. */
struct suffix {
    struct str public_suffix; /* "co.uk"; for a top-level domain the list does not know, that domain */
    struct str registrable;   /* "example.co.uk": the public suffix and one label */
};

NODISCARD bool suffixes_new(struct suffixes **ret, struct err *err);
/* NULL is allowed. */
void suffixes_free(struct suffixes *suffixes);
/* Of a host name in lower case, A-labels. */
struct suffix suffix_of(const struct suffixes *suffixes, struct str name);

#endif
