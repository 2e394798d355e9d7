/*
 * Location (RFC 9110 section 10.2.2): an application that thinks it speaks plain HTTP sends its users to
 * "http://site/…", which a browser bound by a promise would not even ask for, and any other would ask for in the clear.
 */
#ifndef HTTP_LOCATION_H
#define HTTP_LOCATION_H

#include "base/arena.h"

/*
 * `is_own_name` tells whether a host, in any case, is a name of the site. True when `location` is an http URL of the
 * site itself and *ret, in the arena, is the same under https at `https_port` (left out when it is 443). The site
 * itself is one of its names with no port, the standard ones, or `https_port`; another port is another server, and like
 * a relative, foreign or malformed reference it stays byte for byte: false, *ret untouched, as when the arena is full.
 */
bool location_to_https(struct str location, bool (*is_own_name)(void *context, struct str host), void *context,
                       uint16_t https_port, struct arena *arena, struct str *ret);

#endif
